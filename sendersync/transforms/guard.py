"""Whether the removals of a plan may go, or wait for a person.

Opt-outs never pass here: they are orders, not conclusions. Neither do adds. What is guarded is
what we conclude from a source: that somebody left, withdrew consent, or has another number.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from schemas.outcomes import Cause
from schemas.sync_file import Guards

_SAYS = {
    Cause.GONE: "would be stopped because their rows have left the source",
    Cause.CONSENT_WITHDRAWN: "would be stopped because their consent is no longer there",
    Cause.NUMBER_CHANGED: "old numbers would be stopped because people have new ones",
}


@dataclass(frozen=True)
class ReadFacts:
    """What the guards must know of today's read.

    Attributes:
        rows: Rows read.
        rejected: Rows rejected.
        complete: The source says that these are all.
        first_run: No run of this sync has been completed before.
        anonymous: Rejected rows that name nobody and are new.
    """

    rows: int
    rejected: int
    complete: bool
    first_run: bool
    anonymous: int = 0


@dataclass(frozen=True)
class Verdict:
    """What the guards say.

    Attributes:
        held: Causes whose stops are held.
        because: One sentence a guard.
        approvable: False when approval cannot help: the source must be mended first.
    """

    held: frozenset[Cause] = frozenset()
    because: tuple[str, ...] = ()
    approvable: bool = True


def guard(
    removals: Mapping[Cause, int],
    members: int,
    read: ReadFacts,
    guards: Guards,
    approved: int | None = None,
) -> Verdict:
    """Judges the removals of one plan.

    `max_stops` and `max_stop_share` must both be passed for a cause to be held, and each cause is
    judged by itself, so that a few departures do not hold a few changed numbers.

    Args:
        removals: Planned stops by cause, opt-outs left out.
        members: Members that may receive texts before this run.
        read: What is known of the read.
        guards: Limits of the sync file.
        approved: Ceiling a person approved for this run, if any.
    """
    planned = {cause: count for cause, count in removals.items() if count}
    everything = frozenset(planned)
    if not planned:
        return Verdict()

    untrusted = _untrusted(read, guards)
    if untrusted:
        return Verdict(everything, untrusted, approvable=False)

    because: list[str] = []
    held: set[Cause] = set()
    share = read.rejected / read.rows
    if share > guards.max_reject_share:
        because.append(
            f"{share:.0%} of the rows were rejected, more than max_reject_share "
            f"({guards.max_reject_share:.0%}): the file may be damaged."
        )
        held |= everything
    if read.anonymous:
        because.append(
            f"{read.anonymous} rejected {'row names' if read.anonymous == 1 else 'rows name'} "
            "nobody: any of the people who seem to have left may still be there."
        )
        held |= everything
    for cause, count in planned.items():
        if count > guards.max_stops and count > guards.max_stop_share * members:
            because.append(
                f"{count} of {members} {_SAYS[cause]}: more than max_stops ({guards.max_stops}) "
                f"and max_stop_share ({guards.max_stop_share:.0%})."
            )
            held.add(cause)
    if approved is not None and sum(planned[cause] for cause in held) <= approved:
        return Verdict()
    return Verdict(frozenset(held), tuple(because))


def _untrusted(read: ReadFacts, guards: Guards) -> tuple[str, ...]:
    """Why today's read cannot prove that anybody left."""
    if not read.complete:
        return ("The source was not read to its end, so nobody is known to have left.",)
    if read.rows == 0:
        return ("The source is empty, so nobody is known to have left.",)
    if read.rows < guards.min_rows:
        return (f"The source has {read.rows} rows, fewer than min_rows ({guards.min_rows}).",)
    return ()
