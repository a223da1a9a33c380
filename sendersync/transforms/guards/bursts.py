"""Adds, changed numbers and opt-outs that are too many at once.

An add is the permission to text a stranger; a changed number turns into one where a column is
shifted; and a column of opt-outs that is read the wrong way round stops everybody for good.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from schemas.outcomes import Cause
from schemas.report import HoldReason
from schemas.sync_keys.guards import Guards
from schemas.wording import counted
from sendersync.transforms.guards.changed_numbers import is_of
from sendersync.transforms.guards.decision import Candidates, Hold
from sendersync.transforms.guards.limits import limit_of, percent, share_of
from sendersync.transforms.guards.past import Past
from sendersync.transforms.guards.read_quality import ReadFacts


def too_many_adds(
    candidates: Candidates, changed: pd.DataFrame, members: int, past: Past, guards: Guards
) -> Iterator[Hold]:
    """New people, once the first load is over; those that an earlier run planned go on.

    Args:
        candidates: What would be done.
        changed: People whose number differs: they are counted as changes.
        members: Members that may receive texts before this run.
        past: What earlier runs planned.
        guards: Limits of the sync file.
    """
    adds = candidates.adds
    limit = limit_of(guards.max_adds, guards.max_add_share, members)
    if past.first_load or len(adds) <= limit:
        return
    new = adds.loc[adds["cause"] == Cause.NEW]
    new = new.loc[~is_of(new, changed)]
    new = new.loc[~past.has_planned(new)]
    count = len(new)
    if count > limit:
        said = (
            f"{count:,} people would be added to {members:,}: more than max_adds "
            f"({guards.max_adds}) and max_add_share ({percent(guards.max_add_share)}). An add is "
            "the permission to text somebody."
        )
        yield Hold(
            HoldReason("max_adds", count, share_of(count, members), limit, said), adds=new.index
        )


def too_many_changes(
    candidates: Candidates, changed: pd.DataFrame, members: int, guards: Guards
) -> Iterator[Hold]:
    """Known people with another number, also where no call follows.

    Args:
        candidates: What would be done.
        changed: People whose number differs from the ledger's, each once.
        members: Members that may receive texts before this run.
        guards: Limits of the sync file.
    """
    count = len(changed)
    limit = limit_of(guards.max_changes, guards.max_change_share, members)
    if count <= limit:
        return
    said = (
        f"{count:,} of {members:,} people have another number than the one on record: more than "
        f"max_changes ({guards.max_changes}) and max_change_share "
        f"({percent(guards.max_change_share)}). The column may be shifted, so nobody is added or "
        "changed."
    )
    removals = candidates.removals
    yield Hold(
        HoldReason("max_changes", count, share_of(count, members), limit, said),
        stops=removals.index[removals["cause"] == Cause.NUMBER_CHANGED],
        adds=candidates.adds.index,
        relabelled=candidates.relabelled.index,
    )


def too_many_opt_outs(
    candidates: Candidates, members: int, read: ReadFacts, past: Past, guards: Guards
) -> Iterator[Hold]:
    """People subscribed who say stop; until the first load is over, rows that say it.

    Nobody is added while they are held: with a column that is read the wrong way round, those who
    are left to add are the ones who said stop.

    Args:
        candidates: What would be done.
        members: Members that may receive texts before this run.
        read: What is known of the read.
        past: Whether the first load is over.
        guards: Limits of the sync file.
    """
    counted = [(len(candidates.opt_outs), members, "people subscribed")]
    if past.first_load:
        counted.append((read.opt_out_rows, read.rows, "rows"))
    for count, base, what in counted:
        limit = limit_of(guards.max_opt_outs, guards.max_opt_out_share, base)
        if count > limit:
            said = (
                f"{count:,} of {base:,} {what} say stop: {_above(guards)}. The column may be read "
                "the wrong way round, so nobody is stopped or suppressed for it, and nobody is "
                "added."
            )
            yield Hold(
                HoldReason("max_opt_outs", count, share_of(count, base), limit, said),
                stops=candidates.opt_outs.index,
                adds=candidates.adds.index,
                opt_outs=True,
            )
            return


def too_long_a_stop_list(
    stops: pd.Index[int],
    subscribed: int,
    members: int,
    guards: Guards,
    *,
    where: str = "on this sender code",
) -> Iterator[Hold]:
    """A list of mostly subscribers: the customer list, perhaps, in place of the stop list.

    Args:
        stops: Index of the stops that the list asks for.
        subscribed: Phones of the list that may receive texts there.
        members: All phones that may receive texts there.
        guards: The limits.
        where: On which sender codes, in words.
    """
    limit = limit_of(guards.max_opt_outs, guards.max_opt_out_share, members)
    if subscribed > limit:
        said = (
            f"{subscribed:,} of the {members:,} people subscribed {where} are on the "
            f"list: {_above(guards)}. Nobody is stopped or suppressed before somebody has looked "
            "whether it is the right list."
        )
        reason = HoldReason("max_opt_outs", subscribed, share_of(subscribed, members), limit, said)
        yield Hold(reason, stops, opt_outs=True)


def _above(guards: Guards) -> str:
    return (
        f"more than max_opt_outs ({guards.max_opt_outs}) and max_opt_out_share "
        f"({percent(guards.max_opt_out_share)})"
    )


def no_stop_list(candidates: Candidates, read: ReadFacts) -> Iterator[Hold]:
    """The list of who texted STOP is not there: nobody is added, who may stand on it.

    Args:
        candidates: What would be done.
        read: What is known of the read.
    """
    count = len(candidates.adds)
    if read.no_stop_list and count:
        said = (
            f"The sync file names a list of who texted STOP (`opt_outs`), and there is none, so "
            f"{counted(count, 'person', 'people')} to be added may stand on it: nobody is added. "
            "Put the platform's list there; a list of nobody is a file with its header alone."
        )
        yield Hold(HoldReason("opt_outs", count, None, 0, said), adds=candidates.adds.index)


def missing_canaries(candidates: Candidates, read: ReadFacts, canaries: int) -> Iterator[Hold]:
    """Canaries that are not in a complete read: nobody is added or removed.

    Args:
        candidates: What would be done.
        read: What is known of the read.
        canaries: How many the sync file has.
    """
    missing = read.missing_canaries
    if missing:
        places = ", ".join(str(place) for place in missing)
        said = (
            f"{len(missing)} of {canaries} `canaries` missing from the source (number {places} of "
            "the list in the sync file), so it may be another list: nobody is added or removed."
        )
        yield Hold(
            HoldReason("canaries", len(missing), None, 0, said),
            stops=candidates.concluded(),
            adds=candidates.adds.index,
        )
