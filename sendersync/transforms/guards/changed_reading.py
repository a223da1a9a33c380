"""What waits because the sync file reads differently than in the last run.

Limits of numbers are no help here: ten strangers in India are below each of them. Whoever has just
edited a sync file is there to look at the plan (`docs/adr/0092-a-changed-reading.md`).
"""

from __future__ import annotations

from collections.abc import Iterator

from schemas.report import HoldReason
from schemas.wording import counted
from sendersync.transforms.guards.decision import Candidates, Hold
from sendersync.transforms.guards.read_quality import ReadFacts
from sendersync.transforms.readings.changes import Touches


def because_of_the_reading(candidates: Candidates, read: ReadFacts) -> Iterator[Hold]:
    """Holds what the changed keys may have caused; removals are not even concluded then.

    Args:
        candidates: What would be done.
        read: What of the sync file differs, and what is known of the read.
    """
    changes, adds = read.reading, candidates.adds
    keys = ", ".join(f"`{key}`" for key in changes.keys)
    lost = changes.lost_permissions
    if lost:
        named = " and ".join(f"`{key}`" for key in lost)
        said = (
            f"{named} {'was' if len(lost) == 1 else 'were'} mapped in the last run and "
            f"{'is' if len(lost) == 1 else 'are'} not any more, so nobody can be told apart who "
            "must not be texted: nobody is added. Put the line back, or approve this plan if it "
            "is meant."
        )
        yield Hold(HoldReason("lost_permission", len(lost), None, 0, said), adds=adds.index)
    if Touches.OPT_OUTS in changes.touches and (len(candidates.opt_outs) or read.says_stop):
        people = max(len(candidates.opt_outs), read.says_stop)
        said = (
            f"{counted(people, 'person says', 'people say')} stop in a sync file that reads "
            f"differently ({keys}): they may be the wrong people, so nobody is stopped or "
            "suppressed for it, and nobody is added, until somebody has looked."
        )
        yield Hold(
            HoldReason("reading_changed", people, None, 0, said),
            stops=candidates.opt_outs.index,
            adds=adds.index,
            opt_outs=True,
        )
    if Touches.ADDS in changes.touches and len(adds) and not lost:
        said = (
            f"{counted(len(adds), 'person', 'people')} would be added or sent again by a sync "
            f"file that reads differently ({keys}): they may be the wrong people, or have the "
            "wrong numbers."
        )
        yield Hold(HoldReason("reading_changed", len(adds), None, 0, said), adds=adds.index)
