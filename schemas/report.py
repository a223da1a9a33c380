"""The report of a run: what `--json` prints, the ledger keeps and a person reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, Final

from schemas.errors import BooksDoNotBalance, ExitCode, SendersyncError


class Status(StrEnum):
    """How a run ended."""

    COMPLETED = "completed"
    DRY_RUN = "dry_run"
    NEEDS_APPROVAL = "needs_approval"
    PARTIAL = "partial"
    FAILED = "failed"


@dataclass(slots=True)
class SourceCount:
    """Rows read, whether the source says that these are all, and whether only changes were read.

    `content` is a digest of the file, by which the next run knows that nothing new was delivered.
    """

    rows: int = 0
    complete: bool = False
    incremental: bool = False
    content: str = ""


@dataclass(slots=True)
class ContactCount:
    """What became of the rows: the four add up to the rows."""

    accepted: int = 0
    rejected: int = 0
    merged: int = 0
    withheld: int = 0


@dataclass(slots=True)
class PlanCount:
    """Operations planned.

    `held` are kept back, `waiting` are stops that wait for other syncs: in none of the others.
    `reading_changed` names the keys of the sync file that differ from the last run and alter who is
    in or what a cell means.
    `digest` stands for exactly this plan: it is what a person approves.
    """

    add: int = 0
    stop: int = 0
    update: int = 0
    unchanged: int = 0
    held: int = 0
    waiting: int = 0
    reading_changed: list[str] = field(default_factory=list)
    digest: str = ""


@dataclass(slots=True)
class LoadCount:
    """What became of the operations: together add + stop + update, or all 0 in a dry run."""

    confirmed: int = 0
    already: int = 0
    refused: int = 0
    failed: int = 0
    unknown: int = 0
    not_reached: int = 0

    def total(self) -> int:
        """All operations that have an outcome."""
        return sum(asdict(self).values())

    def incomplete(self) -> bool:
        """Whether some operation did not end as it was meant to."""
        return bool(self.refused or self.failed or self.unknown or self.not_reached)


@dataclass(slots=True)
class UnprovenCount:
    """People who were asked to be stopped, while no answer has proven that they are.

    Attributes:
        stops: How many of this sync, over all its runs.
        oldest: Since when the first of them is unproven, UTC; None without any.
    """

    stops: int = 0
    oldest: str | None = None


@dataclass(slots=True)
class LateCount:
    """Opt-outs that are held, not done or not proven for more than ten business days.

    Attributes:
        opt_outs: Phones on a sender code, of all syncs.
        oldest: The day (UTC) on which the first of them was heard; None without any.
    """

    opt_outs: int = 0
    oldest: str | None = None


@dataclass(slots=True)
class DoneCount:
    """Operations that are done, by kind: confirmed by the platform, or so already.

    Attributes:
        already: Of `add`: whom the platform answered for that they were subscribed before.
    """

    add: int = 0
    stop: int = 0
    update: int = 0
    already: int = 0


@dataclass(frozen=True, slots=True)
class HoldReason:
    """Why a guard holds something.

    Attributes:
        guard: The key of the sync file that sets the limit, or what is wrong with the read.
        count: How many it counted.
        share: Of how many that is which share, 0 to 1, to four places; None where there is none.
        limit: The largest count that goes, for `min_rows` the smallest; None where there is none.
        text: The same in words, with what to do.
    """

    guard: str
    count: int
    share: float | None
    limit: int | None
    text: str


@dataclass(slots=True)
class Report:
    """Everything a run can say in numbers, in the shape of the contract.

    Attributes:
        done: Of `load`, what is confirmed or was so already, by kind of operation.
        unproven: Stops without proof, of this run and of earlier ones: each run asks them again.
        late: Opt-outs, of any sync, that are not honoured within ten business days.
        values_differ: People with another name, e-mail, customer key or group than was sent, which
            is not sent again (`updates: keep`).
        reasons: Reason code to number of rows, rejects and withheld alike.
        country_differs: Rows whose country column disagrees with the number's own country.
        members: People of this sync who could receive texts when the run began.
        approved: What an approval let go, in the shape of `held_because`.
        held_because: Each guard that holds something, with what it counted.
        warnings: Sentences a person should read, without personal data.
        answers: What the platform said where an operation was refused, failed or is unknown:
            `outcome`, `status` (None without an answer), `text` without numbers, `count`; most
            first.
        read_as: How the rows were read: `columns` (contact field to column), and `sender_code`,
            `group` and `country` where one holds for all rows.
        subscribed_elsewhere: Of a stop list: other sender codes, to how many people of the list
            are subscribed there.
    """

    run: str
    sync: str
    status: Status = Status.FAILED
    source: SourceCount = field(default_factory=SourceCount)
    contacts: ContactCount = field(default_factory=ContactCount)
    plan: PlanCount = field(default_factory=PlanCount)
    load: LoadCount = field(default_factory=LoadCount)
    done: DoneCount = field(default_factory=DoneCount)
    unproven: UnprovenCount = field(default_factory=UnprovenCount)
    late: LateCount = field(default_factory=LateCount)
    values_differ: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    country_differs: int = 0
    members: int = 0
    held_because: list[HoldReason] = field(default_factory=list)
    approved: list[HoldReason] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    answers: list[dict[str, Any]] = field(default_factory=list)
    read_as: dict[str, Any] = field(default_factory=dict)
    subscribed_elsewhere: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    error: dict[str, str] | None = None

    def as_json(self) -> dict[str, Any]:
        """The object that `--json` prints; `error`, and who is elsewhere, only if there are any."""
        shown = asdict(self)
        shown["status"] = self.status.value
        shown["seconds"] = round(self.seconds, 3)
        if self.error is None:
            del shown["error"]
        if not self.subscribed_elsewhere:
            del shown["subscribed_elsewhere"]
        return shown

    def balance(self, *, dry_run: bool) -> None:
        """Checks that nothing vanished.

        Raises:
            BooksDoNotBalance: Rows or operations are missing from, or doubled in, the counts.
        """
        contacts = self.contacts
        ends = contacts.accepted + contacts.rejected + contacts.merged + contacts.withheld
        if ends != self.source.rows:
            raise BooksDoNotBalance(
                f"{self.source.rows} rows were read, but {ends} were counted at the end.",
                where=f"run {self.run}",
                do="No further call was made. Run again; if it stays, send us this message.",
            )
        planned = self.plan.add + self.plan.stop + self.plan.update
        if self.load.total() != (0 if dry_run else planned):
            raise BooksDoNotBalance(
                f"{planned} calls were planned, but {self.load.total()} were counted at the end.",
                where=f"run {self.run}",
                do="Every call is on record. Run again; if it stays, send us this message.",
            )

    @property
    def needs_approval(self) -> bool:
        """Whether something waits for a person; a lost permission does though nobody is held."""
        return bool(self.plan.held or self.held_because)

    def exit_code(self, error: SendersyncError | None = None) -> ExitCode:
        """The exit code of the command that made this report."""
        if error is not None:
            return error.exit_code
        if self.needs_approval:
            return ExitCode.HELD
        if self.status is Status.FAILED:
            return ExitCode.FAILED
        if self.status is Status.PARTIAL:
            return ExitCode.PARTIAL
        return ExitCode.COMPLETED


ALREADY_SUBSCRIBED: Final = "already_subscribed"
"""The guard that ends the adds of a run in which most people turn out to be subscribed."""

CUT_SHORT: Final = "cut_short"
"""The guard that holds removals after a read that seems to end at a limit of the export."""

NEEDS_BETTER_READ: Final = frozenset({CUT_SHORT, "empty_source", "incomplete_read", "min_rows"})
"""Guards whose holds no digest releases: the source must be fixed first."""

OF_REMOVALS: Final = NEEDS_BETTER_READ | frozenset(
    {
        "approve_stops",
        "max_reject_share",
        "max_rows_drop",
        "max_stops",
        "max_stops_30d",
        "max_stops_7d",
        "max_stops_absolute",
        "unattributable_rows",
    }
)
"""Guards that hold removals, and of the adds only those that replace one."""

READING_CHANGED: Final = "The sync file reads differently than in the last run"
"""What stands before the keys of `PlanCount.reading_changed`."""


def headline(report: Mapping[str, Any]) -> str:
    """The answer in one line: how many were added, stopped, held and failed, or would be.

    Args:
        report: As `Report.as_json` gives it and the ledger keeps it, also of an older version.
    """
    plan, load = report["plan"], report["load"]
    if report["status"] == Status.DRY_RUN:
        would = [f"add {plan['add']:,}", f"stop {plan['stop']:,}"]
        would += [f"update {plan['update']:,}"] if plan["update"] else []
        return (
            f"dry run, nothing was sent. A run would {', '.join(would)} and hold "
            f"{plan['held']:,}; {plan['unchanged']:,} unchanged.{_elsewhere(report)}"
        )
    said = [
        *_done(report),
        f"{plan['held']:,} held",
        f"{load['refused'] + load['failed']:,} failed",
    ]
    said += [f"{load['unknown']:,} without a clear answer"] if load["unknown"] else []
    said += [f"{load['not_reached']:,} not sent yet"] if load["not_reached"] else []
    return f"{', '.join(said)}; {plan['unchanged']:,} unchanged.{_elsewhere(report)}"


def _elsewhere(report: Mapping[str, Any]) -> str:
    """Of a stop list: who is subscribed on other sender codes, on which the list stops nobody."""
    found = report.get("subscribed_elsewhere", {})
    there = ", ".join(f"{count:,} on {code}" for code, count in found.items())
    return f" Still subscribed on other sender codes: {there}." if there else ""


def held_guards(report: Mapping[str, Any]) -> frozenset[str]:
    """The guards that hold something; an older version kept no names of them.

    Args:
        report: As for `headline`.
    """
    reasons = report.get("held_because", ())
    return frozenset(each["guard"] for each in reasons if not isinstance(each, str))


def only_removals_held(report: Mapping[str, Any]) -> bool:
    """Whether a ceiling of removals (`--approve-stops`) is enough for all that is held.

    Args:
        report: As for `headline`; an older version held nothing but removals.
    """
    reasons = report.get("held_because", ())
    return all(isinstance(each, str) or each["guard"] in OF_REMOVALS for each in reasons)


def held_texts(report: Mapping[str, Any]) -> list[str]:
    """Why something is held, a sentence a guard.

    Args:
        report: As for `headline`; an older version kept the sentences alone.
    """
    reasons = report.get("held_because", ())
    return [each if isinstance(each, str) else each["text"] for each in reasons]


def _done(report: Mapping[str, Any]) -> list[str]:
    plan, load = report["plan"], report["load"]
    done = report.get("done")
    if done is None:  # of an older version, which did not count by kind
        planned = plan["add"] + plan["stop"] + plan["update"]
        made = load["confirmed"] + load["already"]
        if made != planned:
            return [f"{made:,} of {planned:,} calls done"]
        done = plan
    already = done.get("already", 0)  # an older version did not count them
    there = [f"{already:,} already there"] if already else []
    updated = [f"{done['update']:,} updated"] if done["update"] else []
    added = f"{done['add'] - already:,} added"
    return [added, *there, f"{done['stop']:,} stopped", *updated]
