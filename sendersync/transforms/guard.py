"""Whether the removals of a plan may go, or wait for a person.

Opt-outs never pass here: they are orders, not conclusions. Neither do adds. What is guarded is
what we conclude from a source: that somebody left, withdrew consent, or has another number.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from schemas.outcomes import Cause
from schemas.sync_file import Guards
from schemas.wording import counted

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
        unattributable: Rejected rows that name nobody and are new.
        incremental: Only changes were read: nothing can be concluded from who is missing.
        reading_changed: The sync file reads differently than in the last run: neither can it then.
    """

    rows: int
    rejected: int
    complete: bool
    first_run: bool
    unattributable: int = 0
    incremental: bool = False
    reading_changed: bool = False


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

    doubt = doubts(read, guards)
    if not doubt.approvable:
        return Verdict(everything, doubt.because, approvable=False)

    because = [*doubt.because]
    held = set(everything if because else ())
    for cause, count in planned.items():
        if count > guards.max_stops and count > guards.max_stop_share * members:
            because.append(
                f"{count} of {members} {_SAYS[cause]}: more than max_stops ({guards.max_stops}) "
                f"and max_stop_share ({guards.max_stop_share:.0%})."
            )
            held.add(cause)
    waiting = sum(planned[cause] for cause in held)
    if approved is not None and waiting <= approved:
        return Verdict()
    if approved is not None:
        because.append(f"An approval of {approved} is too few for these {waiting}: all stay held.")
    return Verdict(frozenset(held), tuple(because))


@dataclass(frozen=True)
class Doubts:
    """Why today's read may not prove that anybody left.

    Attributes:
        because: One sentence each; empty when there is no doubt.
        approvable: False when a person cannot settle it: the source must be mended first.
    """

    because: tuple[str, ...] = ()
    approvable: bool = True


def doubts(read: ReadFacts, guards: Guards) -> Doubts:
    """What speaks against concluding anything from today's read."""
    if not read.complete:
        why = "The source was not read to its end, so it is not known who has left."
        return Doubts((why,), approvable=False)
    if read.rows == 0:
        return Doubts(("The source is empty, so it is not known who has left.",), approvable=False)
    if read.rows < guards.min_rows:
        why = f"The source has {read.rows} rows, fewer than min_rows ({guards.min_rows})."
        return Doubts((why,), approvable=False)
    because = []
    share = read.rejected / read.rows
    if share > guards.max_reject_share:
        because.append(
            f"{share:.0%} of the rows were rejected, more than max_reject_share "
            f"({guards.max_reject_share:.0%}): the file may be damaged."
        )
    if read.unattributable:
        rows = counted(read.unattributable, "rejected row does", "rejected rows do")
        because.append(
            f"{rows} not say whose they are: any of the people who seem to have left may still be "
            "there."
        )
    return Doubts(tuple(because))
