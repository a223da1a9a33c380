"""A person's approval of what is held: which digest a plan has, and what an approval lets go."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from schemas.frames import RELEASED, SAME_OPERATION
from schemas.wording import counted
from sendersync.pipeline.extract import Extracted
from sendersync.pipeline.job import Command, Job
from sendersync.state.approvals import VALID, HeldPlan
from sendersync.state.store import State
from sendersync.transforms.approval.digest import plan_digest, read_digest
from sendersync.transforms.approval.release import hold_all_but_opt_outs, is_among, release
from sendersync.transforms.plan import Plan


@dataclass(frozen=True)
class Approved:
    """A plan after the approvals that were given for it.

    Attributes:
        plan: What goes and what is held now.
        digest: Of the plan as the guards left it: what a person approves.
        released: What approvals of earlier runs and of this one let go: `RELEASED`.
        now_released: How many operations this run's approval lets go; None where it was given
            none, or one that is for another plan or used up.
        said: What a person should read about it.
    """

    plan: Plan
    digest: str
    released: pd.DataFrame
    now_released: int | None = None
    said: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        RELEASED.require(self.released)


def approve(
    job: Job, state: State, extracted: Extracted, content: str, plan: Plan, now: datetime
) -> Approved:
    """Lets go what was approved: by earlier runs' approvals, and by the one of this run.

    Args:
        job: The run, with its approval if it has one.
        state: What the plan was made from; only read here.
        extracted: Today's read.
        content: Digest of the source's content, as far as it can say it itself.
        plan: What the guards let go and hold.
        now: By the schedule's clock, aware.
    """
    before = state.approvals.released(job.sync.sync, now)
    plan = release(plan, is_among(plan.held, before))
    digest = _digest_of(job, state, extracted, content, plan)
    if not job.approve:
        return Approved(plan, digest, before)
    used = _used(state, job)
    if used:
        return Approved(plan, digest, before, said=(used,))
    shown = state.approvals.held_under(job.sync.sync, job.approve)
    if job.approve == digest:
        every = pd.Series(data=True, index=plan.held.index, dtype=bool)
        guards = [reason.guard for reason in plan.decision.reasons]
        approved = release(plan, every, guards)
    elif job.command is Command.STOP:  # a list is short enough to be looked at again
        return Approved(plan, digest, before, said=(_another_plan(job, shown, digest),))
    elif shown is not None and now - shown.at <= VALID:
        approved = release(plan, is_among(plan.held, shown.operations), shown.guards)
    else:
        why = _another_plan(job, shown, digest)
        return Approved(hold_all_but_opt_outs(plan, why), digest, before)
    gone = plan.held.loc[~is_among(plan.held, approved.held), [*SAME_OPERATION]]
    released = pd.concat([before, gone], ignore_index=True).drop_duplicates(ignore_index=True)
    said = tuple(_what_it_did(len(gone), approved, shown, plan))
    return Approved(approved, digest, released, len(gone), said)


def read_whole(job: Job, state: State) -> bool:
    """Whether the source must be read as a whole, because that is how the approved plan came."""
    shown = state.approvals.held_under(job.sync.sync, job.approve) if job.approve else None
    return shown is not None and not shown.incremental


def keep_approval(
    job: Job, state: State, run: str, approved: Approved, now: datetime, *, whole: bool
) -> None:
    """Writes down who approved what, and what stays released until it is done.

    Args:
        job: The run.
        state: Where.
        run: Its id, begun, whose lease is held.
        approved: What came of its approval.
        now: By the schedule's clock, aware.
        whole: The read shows everybody: what is not in this plan is not released any more.
    """
    gone, digest = approved.now_released, job.approve
    if gone is None:
        gone, digest = job.approve_stops, ""
    if gone is not None:
        state.approvals.give(
            run, ceiling=gone, who=job.approved_by, at=now, digest=digest, note=job.note
        )
    released = approved.released
    if whole:
        today = pd.concat([approved.plan.operations, approved.plan.held])
        released = released.loc[is_among(released, today)]
    state.approvals.replace_released(run, released, now)


def _digest_of(job: Job, state: State, extracted: Extracted, content: str, plan: Plan) -> str:
    content = content or read_digest(extracted.contacts, extracted.rejects)
    if len(extracted.texted_stop):
        content += read_digest(extracted.texted_stop, extracted.rejects.iloc[:0])
    # without the state's own name: a state that a run has yet to make is as empty as a new one
    revision = state.revision(job.sync.sync).partition("/")[2]
    # what an approval let go may be held again with all else as it was: by another name then
    revision += f"/{len(used)}" if (used := state.approvals.used(job.sync.sync)) else ""
    return plan_digest(job.sync, content, revision, plan.operations, plan.held)


def _used(state: State, job: Job) -> str:
    """Says that the digest was approved before, where it was."""
    run = state.approvals.used(job.sync.sync).get(job.approve)
    if run is None:
        return ""
    return (
        f"{job.approve} was approved in run {run} and is used up: it releases nothing "
        "more. What it let go stays released until it is done."
    )


def _another_plan(job: Job, shown: HeldPlan | None, digest: str) -> str:
    listed = job.command is Command.STOP
    if shown is None:
        why = f"No run of this sync held anything under {job.approve}, and it is not today's plan."
    elif listed:
        why = f"{job.approve} is another list, or was held before something else was stopped."
    else:
        why = f"{job.approve} was held in run {shown.run}, more than {VALID.days} days ago."
    goes = "Nobody more is stopped." if listed else "Only people who said stop are stopped."
    return f"{why} {goes} Look at today's plan, {digest}."


def _what_it_did(gone: int, approved: Plan, shown: HeldPlan | None, before: Plan) -> Iterator[str]:
    if gone or len(approved.decision.holds) < len(before.decision.holds):
        yield f"The approval let {counted(gone, 'held operation')} go."
    else:
        yield "Nothing that the approval is for is held today, so it is not used up."
    if shown is not None:
        today = pd.concat([before.operations, before.held])
        missing = len(shown.operations) - int(is_among(shown.operations, today).sum())
        if missing:
            yield (
                f"{counted(missing, 'operation')} of the approved plan "
                f"{'is' if missing == 1 else 'are'} not in today's any more."
            )
    if len(approved.held):
        yield (
            f"{counted(len(approved.held), 'operation')} of today's plan "
            f"{'was' if len(approved.held) == 1 else 'were'} not in the approved one, or cannot be "
            "approved, and stay held."
        )
