"""What a run writes down beside the ledger: before its first call, and after its last."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import pandas as pd

from schemas.frames import SUBSCRIPTIONS
from schemas.member_status import MAY_RECEIVE
from schemas.outcomes import Cause, Kind
from schemas.sync_keys.opt_outs import OptOutScope
from sendersync.pipeline.approval import keep_approval
from sendersync.pipeline.decide import Decided
from sendersync.pipeline.explain.turned_down import turned_down
from sendersync.pipeline.export.rejected_rows import KEPT, rejects_to_keep
from sendersync.pipeline.extract import Extracted
from sendersync.pipeline.incremental import next_cursor, pending_after, reads_changes
from sendersync.pipeline.job import Command, Job
from sendersync.state.lease.lease import Lease
from sendersync.state.store import State
from sendersync.transforms.cells.arrow_columns import is_in
from sendersync.transforms.phones.second_spellings import same_handset
from sendersync.transforms.rights.resubscribe import OPTED_OUT_IN_SOURCE

_ADDS: Final = (Kind.ADD.value, Kind.UPDATE.value)

TEXTED_STOP: Final = "texted STOP, by the platform's list"


def remember(
    job: Job, state: State, extracted: Extracted, decided: Decided, run: str, now: datetime
) -> int:
    """Keeps what must be known before the first call leaves.

    Returns:
        How many members were to be released and were not: the other sync let them go meanwhile.
    """
    sync, plan = job.sync.sync, decided.plan
    ordered = plan.operations.loc[plan.operations["cause"] == Cause.OPTED_OUT]
    opt_outs, stopped, texted = decided.opt_outs, decided.stopped_people, decided.texted_stop
    if plan.decision.holds_opt_outs:  # then nobody is suppressed either
        opt_outs, stopped, texted = opt_outs.iloc[:0], stopped.iloc[:0], texted.iloc[:0]
    _suppress(job, state, texted, TEXTED_STOP, run)
    _suppress(job, state, opt_outs, OPTED_OUT_IN_SOURCE, run)
    # who is stopped for an order of the list has not said so once more
    ordered = ordered[[*SUBSCRIPTIONS.names]]
    _suppress(job, state, ordered, OPTED_OUT_IN_SOURCE, run, follows=True)
    state.suppressions.add_keys(sync, stopped, run=run)
    _keep_consents(job, state, decided, run)
    rejects = rejects_to_keep(decided.rejects, extracted)
    state.rejects.save(run, list(extracted.columns), rejects)
    state.rejects.prune(now - KEPT)
    whole = extracted.complete and not extracted.incremental
    if decided.withheld is not None:
        everybody = whole and job.command is not Command.IMPORT
        reasons = turned_down(decided.rejects, decided.withheld)
        state.people.turn_down(run, reasons, whole=everybody)
    if decided.approved is not None:
        digest = decided.approved.digest if plan.decision.holds else ""
        state.ledger.keep_held(run, plan.held, digest)
        keep_approval(job, state, run, decided.approved, now, whole=whole)
    if job.command is Command.RUN:
        adds, held = (rows.loc[is_in(rows["kind"], _ADDS)] for rows in (plan.operations, plan.held))
        state.guard_history.keep_planned_adds(run, adds, held)
    state.undone.let_in(run, plan.operations.loc[plan.operations["kind"] == Kind.ADD])
    released = state.members.release(run, plan.released, decided.passed_over)
    if not extracted.incremental:
        refused = released < len(plan.released)
        kept = _still_members(state, sync, plan.released) if refused else plan.released.iloc[:0]
        waiting = plan.waiting.drop(index=plan.planned_elsewhere.index)  # noticed when that ends
        state.departures.replace(run, pd.concat([waiting, kept]), now)
    state.members.relabel(run, plan.relabelled)
    return len(plan.released) - released


def _keep_consents(job: Job, state: State, decided: Decided, run: str) -> None:
    """Keeps the evidence of today's consents, and ends the orders of those who come back by it.

    Only of those whom this run adds: an add that is held keeps its order.
    """
    if decided.consents is not None:
        state.consents.keep(run, decided.consents.given)
    back, adds = decided.back, decided.plan.operations
    adds = adds.loc[adds["kind"] == Kind.ADD, ["phone", "sender_code", "key"]]
    orders = back.orders.loc[same_handset(back.orders["phone"], adds["phone"])]
    people = adds.loc[same_handset(adds["phone"], orders["phone"]) | is_in(adds["key"], back.keys)]
    why = "agreed again on a later day (resubscribe)"
    state.suppressions.let_back(
        job.sync.sync, people, orders, back.keys.intersection(people["key"]), why
    )


def _suppress(
    job: Job,
    state: State,
    people: pd.DataFrame,
    reason: str,
    run: str,
    *,
    follows: bool = False,
) -> None:
    """Puts people (`SUBSCRIPTIONS`) on the do-not-contact list, for as much as a stop holds for."""
    if job.sync.opt_out_scope is OptOutScope.ALL:
        people = people.assign(sender_code="")
    for code, those in people.groupby("sender_code"):
        state.suppressions.add(
            those["phone"],
            origin=job.sync.sync,
            reason=reason,
            run=run,
            sender_code=str(code),
            follows=follows,
        )


def _still_members(state: State, sync: str, released: pd.DataFrame) -> pd.DataFrame:
    """Those whom another sync let go in the same moment: they have left both."""
    members = state.members.of(sync)
    here = members.loc[is_in(members["standing"], MAY_RECEIVE), ["sender_code", "phone"]]
    return released.merge(here)[["sender_code", "phone"]]


def settle_read(
    job: Job,
    state: State,
    lease: Lease,
    extracted: Extracted,
    decided: Decided,
    unreleased: int,
    now: datetime,
) -> None:
    """Writes down how far the source was read, where a later read may build on it."""
    sync, plan = job.sync.sync, decided.plan
    judged = not (len(plan.held) or len(plan.waiting) or plan.undecided or unreleased)
    if job.command not in (Command.RUN, Command.ADOPT):
        return
    if plan.decision.holds_opt_outs:  # the next run must read them again
        return
    if extracted.complete and reads_changes(job.source, job.sync):
        state.cursors.settle(
            sync,
            lease,
            cursor=next_cursor(extracted, job.sync),
            read_at=now,
            full=None if extracted.incremental else judged,
            pending=pending_after(state.members.of(sync), decided.wanted, job.sync.updates),
        )
    if judged and not extracted.incremental:
        # The read was complete and every removal decided: remember these unattributable rejects,
        # so that they no longer hold removals.
        state.rejects.replace_known(sync, extracted.unattributable["fingerprint"])
