"""Whether today's read can prove that anybody left."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from schemas.report import CUT_SHORT, HoldReason
from schemas.sync_keys.guards import Guards
from schemas.wording import counted
from sendersync.transforms.guards.limits import limit_of, percent, share_of
from sendersync.transforms.readings.changes import NO_CHANGES, ReadingChanges


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
        reading: What of the sync file differs from the last run: if anything does, neither can it.
        already_before: People of whom the last run was told that they are subscribed, though this
            state never added them.
        says_stop: Rows that say stop, without those whose stop is on record already.
        opt_out_rows: Rows that say stop, without those whose stop this sync has let go before.
        missing_canaries: Places in `canaries` of those that are not in the read.
        cut_short: It ends where exports stop, and only people behind its end are missing.
        no_stop_list: The platform's list of who texted STOP is named and is not there.
    """

    rows: int
    rejected: int
    complete: bool
    first_run: bool
    unattributable: int = 0
    incremental: bool = False
    reading: ReadingChanges = NO_CHANGES
    already_before: int = 0
    says_stop: int = 0
    opt_out_rows: int = 0
    missing_canaries: tuple[int, ...] = ()
    cut_short: bool = False
    no_stop_list: bool = False

    @property
    def reading_changed(self) -> bool:
        """Whether it is another list, perhaps, than in the last run."""
        return bool(self.reading)


@dataclass(frozen=True)
class ReadProblems:
    """Why today's read may not prove that anybody left.

    Attributes:
        reasons: One a problem; empty when there is none.
        approvable: False when a person cannot settle it: the source must be fixed first.
    """

    reasons: tuple[HoldReason, ...] = ()
    approvable: bool = True


def read_quality_problems(read: ReadFacts, guards: Guards) -> ReadProblems:
    """What speaks against concluding anything from today's read."""
    reason = _not_a_whole_source(read, guards)
    if reason is not None:
        return ReadProblems((reason,), approvable=False)
    return ReadProblems(tuple(_doubts(read, guards)))


def _not_a_whole_source(read: ReadFacts, guards: Guards) -> HoldReason | None:
    if read.cut_short:
        said = "The file looks cut off at a limit, so it is not known who has left."
        return HoldReason(CUT_SHORT, read.rows, None, None, said)
    if not read.complete:
        said = "The source was not read to its end, so it is not known who has left."
        return HoldReason("incomplete_read", read.rows, None, None, said)
    if read.rows == 0:
        said = "The source is empty, so it is not known who has left."
        return HoldReason("empty_source", 0, None, None, said)
    if read.rows < guards.min_rows:
        said = (
            f"The source has {counted(read.rows, 'row')}, fewer than min_rows ({guards.min_rows})."
        )
        return HoldReason("min_rows", read.rows, None, guards.min_rows, said)
    return None


def _doubts(read: ReadFacts, guards: Guards) -> Iterator[HoldReason]:
    limit = limit_of(0, guards.max_reject_share, read.rows)
    if read.rejected > limit:
        share = share_of(read.rejected, read.rows)
        said = (
            f"{read.rejected:,} of {read.rows:,} rows were rejected, more than max_reject_share "
            f"({percent(guards.max_reject_share)}): the file may be damaged."
        )
        yield HoldReason("max_reject_share", read.rejected, share, limit, said)
    if read.unattributable:
        rows = counted(read.unattributable, "rejected row does", "rejected rows do")
        said = (
            f"{rows} not say whose they are: any of the people who seem to have left may still be "
            "there."
        )
        yield HoldReason("unattributable_rows", read.unattributable, None, 0, said)
