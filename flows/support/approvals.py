"""Approvals on Prefect's forms: which plans wait for one, and which presses let nothing go.

The ledger releases each digest once. A form can be copied, retried and scheduled, long after
somebody has looked at the plan; so more is asked of it than of `--approve` on the command line.
Why: docs/adr/0116-approved-in-a-browser.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import takewhile

from schemas.errors import ApprovalUsed, WrongUse
from schemas.flow_options import ApprovalChoice, HeldListChoice
from sendersync.pipeline.job import Command
from sendersync.state.approvals import VALID
from sendersync.state.runs import ENDED_WELL, RunRow
from sendersync.state.store import State as Ledger
from sendersync.transforms.plan import people_among

_PLANS = frozenset({Command.RUN.value, Command.ADOPT.value, Command.STOP.value})
"""Commands that make a plan of all people; a retry makes none."""

_LOOKED_BACK = 1000


Typed = ApprovalChoice | HeldListChoice
"""What a person has filled in."""


def confirmed(ledger: Ledger, digest: str, typed: Typed, now: datetime) -> RunRow:
    """The run whose plan may be let go: it is the newest, not approved before, and confirmed.

    Args:
        ledger: Only read here.
        digest: Of the plan.
        typed: What the person has filled in.
        now: Aware.

    Raises:
        ApprovalUsed: The digest was approved before.
        WrongUse: Anything else speaks against it; nothing was done.
    """
    run = ledger.runs.holding(digest)
    used = ledger.approvals.used(run.sync).get(digest)
    if used is not None:
        raise ApprovalUsed(
            f"{digest} was approved in run {used} and lets nothing more go; nothing was done.",
            where=f"run {run.id}",
            do="What it let go and is not done yet is done by the next run of the sync.",
        )
    newer = _planned_since(ledger, run)
    if newer is not None:
        shown = f"run {newer.id} holds {newer.digest}" if newer.digest else f"see run {newer.id}"
        raise WrongUse(
            f"{run.sync} was planned anew since; nothing was done.",
            where=f"run {run.id}",
            do=f"Look at the newest plan: {shown}.",
        )
    held = ledger.approvals.held_under(run.sync, digest)
    if held is None or now - held.at > VALID:
        raise WrongUse(
            f"This plan is more than {VALID.days} days old; nothing was done.",
            where=f"run {run.id}",
            do="Run the sync again and look at what it holds today.",
        )
    if typed.number != people_among(held.operations):
        # the number itself is not told: whoever types it has looked at the report
        raise WrongUse(
            "The number is not how many that run holds; nothing was done.",
            where="How many are held?",
            do=f"Look at the report of run {run.id}, and type the number that stands there.",
        )
    if not typed.name:
        raise WrongUse(
            "Nobody has signed this approval; nothing was done.",
            where="Your name",
            do="Write who has looked at the plan.",
        )
    return run


def waiting(ledger: Ledger, now: datetime) -> Iterator[RunRow]:
    """The newest run of each sync and each list, where what it holds can be approved.

    Args:
        ledger: Only read here.
        now: Aware.
    """
    for sync in ledger.runs.syncs():
        plans = (run for run in ledger.runs.latest(_LOOKED_BACK, sync) if _planned(run))
        newest = next(plans, None)
        if newest and newest.digest and ledger.approvals.good(sync, newest.digest, now):
            yield newest


def sync_file_of(run: RunRow) -> str:
    """The sync file of a run that holds something.

    Raises:
        WrongUse: It came from none, or was an adoption: it is approved elsewhere.
    """
    file = str(run.report.get("read_as", {}).get("sync_file", ""))
    if run.command == Command.STOP.value:
        raise WrongUse(
            "That is a list of people to stop; nothing was done.",
            where=f"run {run.id}",
            do="Follow the link in its report: it opens the form of `stop_contacts`, filled in.",
        )
    if not file or run.command != Command.RUN.value:
        raise WrongUse(
            "That plan came from the command line; nothing was done.",
            where=f"run {run.id}",
            do="Approve it there, with the command that its report shows.",
        )
    return file


def refuse_list_not_confirmed(state_url: str, digest: str, typed: Typed, now: datetime) -> None:
    """Lets a held list of people to stop pass where a person has confirmed it.

    Raises:
        WrongUse: See `confirmed`.
    """
    with Ledger.open(state_url, read_only=True) as ledger:
        confirmed(ledger, digest, typed, now)


def _planned_since(ledger: Ledger, run: RunRow) -> RunRow | None:
    """The newest run of the same sync that has made a plan after this one."""
    later = takewhile(lambda each: each.id != run.id, ledger.runs.latest(_LOOKED_BACK, run.sync))
    return next((each for each in later if _planned(each)), None)


def _planned(run: RunRow) -> bool:
    return run.command in _PLANS and run.status in ENDED_WELL
