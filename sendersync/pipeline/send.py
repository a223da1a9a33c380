"""Sends operations: the ledger is written before and after each call, the report as they end."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial

import pandas as pd

from schemas.outcomes import Kind, OperationResult
from schemas.sync_keys.guards import LoadSpec
from schemas.wording import counted
from sendersync.pipeline.guarding.same_account import refuse_other_account
from sendersync.pipeline.job import RunContext
from sendersync.pipeline.load.already_subscribed import AlreadySubscribed
from sendersync.pipeline.load.first_people import first_people
from sendersync.pipeline.load.load_batches import awaited_pairs, load_batches
from sendersync.pipeline.load.loader import Loader, LoaderSettings
from sendersync.pipeline.run_recorder import RunRecorder
from sendersync.state.lease.lease import Lease
from sendersync.state.store import State


def send(
    context: RunContext,
    state: State,
    lease: Lease,
    recorder: RunRecorder,
    operations: pd.DataFrame,
    spec: LoadSpec,
    passed_over: Collection[str] = (),
    already: AlreadySubscribed | None = None,
    recovered: pd.DataFrame | None = None,
    most_people: int | None = None,
) -> None:
    """Sends the operations of a run.

    Args:
        context: What the run works with.
        state: Where intents and outcomes are written.
        lease: Of the run.
        recorder: Its report.
        operations: `OPERATIONS`, in the order in which they go.
        spec: Rate, requests in flight, size of a batch.
        passed_over: Syncs that are out of use.
        already: Ends the adds, where most of the people it counts turn out to be subscribed.
        recovered: What a dead run left in flight: `STORED_OPERATIONS`.
        most_people: Calls are made for so many people, beside those who said stop; None: for all.

    Raises:
        WrongUse: The state belongs to another account of the platform.
        SendersyncError: What ended the load early: credentials, the platform, a lost lease.
    """
    run, stop = recorder.run, context.stop
    if operations.empty:
        return
    destination = context.destination()
    account = destination.account
    codes = operations["sender_code"].unique().tolist()
    refuse_other_account(state, account, recorder.report.sync, codes)
    operations = _sent_now(operations, most_people, recorder)

    def settled(result: OperationResult) -> None:  # called by the loader's thread, one by one
        recorder.outcomes.add(result)
        context.progress.on_settled(result)

    settings = LoaderSettings(
        rate=spec.rate_per_second,
        concurrency=spec.concurrency,
        policy=context.policy,
        awaited=awaited_pairs(operations),
        left_in_flight=_left_in_flight(recovered),
    )
    already = already or AlreadySubscribed()
    loader = Loader(
        destination,
        lambda settled, intended: state.ledger.record(
            run, lease, settled=settled, intended=intended, passed_over=passed_over, account=account
        ),
        lambda waiting: state.ledger.look_again(lease, waiting, passed_over),
        partial(state.rate_budgets.take, account),
        settings,
        stop=stop,
        settled=settled,
        already=already,
    )
    try:
        with loader:
            load_batches(loader, operations, context.steps, run=run, batch_size=spec.batch_size)
    finally:
        recorder.was_loaded(loader.in_flight, already, loader.unknown_codes)
    if loader.problem is not None:
        recorder.report.balance(dry_run=False)
        raise loader.problem
    if stop.is_set() and (left := recorder.report.load.not_reached):
        rest = counted(left, "operation not reached is", "operations not reached are")
        recorder.warn([f"Stopped cleanly: {stop.reason}. The {rest} done by the next run."])


def _sent_now(
    operations: pd.DataFrame, most_people: int | None, recorder: RunRecorder
) -> pd.DataFrame:
    """All of the plan, or the part of it that a careful first send makes."""
    if most_people is None:
        return operations
    now = first_people(operations, most_people)
    recorder.leaves(len(operations) - len(now), most_people)
    return now


def _left_in_flight(recovered: pd.DataFrame | None) -> frozenset[tuple[str, str]]:
    """Adds, by phone and sender code, that a dead run may have sent a moment ago."""
    if recovered is None or recovered.empty:
        return frozenset()
    adds = recovered.loc[recovered["kind"] != Kind.STOP]
    return frozenset(zip(adds["phone"], adds["sender_code"], strict=True))
