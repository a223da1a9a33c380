"""`undo`: what of a run would be taken back, what is kept, what cannot be; and doing it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd

from schemas.errors import WrongUse
from schemas.frames import UNDONE
from schemas.outcomes import Kind
from schemas.sync_keys.guards import LoadSpec
from sendersync.pipeline.corrections.correct import Correction, correct
from sendersync.pipeline.corrections.said_stop import said_stop
from sendersync.pipeline.guarding.same_account import refuse_other_account
from sendersync.pipeline.job import Command, RunContext, who_is_here
from sendersync.pipeline.other_syncs.departures import out_of_use
from sendersync.pipeline.run_recorder import Finished
from sendersync.state.run_ids import new_run_id
from sendersync.state.runs import RunRow
from sendersync.state.store import State
from sendersync.transforms.approval.digest import inverse_digest
from sendersync.transforms.corrections.inverse_plan import InversePlan, Since, inverse_plan


@dataclass(frozen=True)
class Undo:
    """The inverse of a run, as it would be carried out now.

    Attributes:
        run: The run that is taken back.
        digest: Of this plan: it is another one as soon as the ledger changes.
        plan: The three lists.
    """

    run: str
    digest: str
    plan: InversePlan

    def as_json(self) -> dict[str, Any]:
        """As `undo --json` prints it."""
        return {
            "run": self.run,
            "digest": self.digest,
            "reversed": len(self.plan.operations),
            "kept": [{"reason": why, "count": n} for why, n in self.plan.kept.items()],
            "impossible": [{"reason": why, "count": n} for why, n in self.plan.impossible.items()],
        }


def plan_undo(state: State, name: str, now: datetime) -> Undo:
    """What taking a run back would do; only reads.

    Args:
        state: What the ledger holds.
        name: The run's id, its beginning, or `last`.
        now: By the schedule's clock, aware.

    Raises:
        WrongUse: There is no such run, or it made no call that could be taken back.
    """
    row = state.runs.one(name)
    if row.command == Command.ADOPT.value:
        raise WrongUse(
            "An adoption has sent nothing, so there is nothing to take back.",
            where=f"run {row.id}",
            do="Run the sync with the right file: who is not in it is stopped, or held.",
        )
    operations = state.ledger.operations(row.id)
    plan = inverse_plan(operations, _since(state, row, operations, now))
    # without the state's own name, as in the digest of every plan
    revision = state.revision(row.sync).partition("/")[2]
    return Undo(row.id, inverse_digest(row.id, revision, plan.operations), plan)


def undo(
    context: RunContext, name: str, digest: str, *, note: str = "", spec: LoadSpec | None = None
) -> tuple[Undo, Finished | None]:
    """Takes a run back, if the digest is that of what would be done now.

    Args:
        context: As of every run.
        name: The run's id, its beginning, or `last`.
        digest: What a person has looked at and approves.
        note: What they wrote beside it.
        spec: Rate and requests in flight.

    Returns:
        What would be done now; and how the run that did it ended, None where the digest is of
        another plan, or nothing can be taken back.
    """
    with State.open(context.state_url) as state:
        row = state.runs.one(name)
        now = context.clock()
        run = new_run_id(now)
        with state.lease(row.sync, run=run) as lease:
            refuse_other_account(state, context.account(), row.sync, ())
            found = plan_undo(state, row.id, now)
            if found.digest != digest or found.plan.operations.empty:
                return found, None
            recovered = state.ledger.recover(row.sync, run, lease, out_of_use(state, now))
            given = Correction(context, state, lease, row, run, now, spec or LoadSpec(), recovered)

            def approved() -> pd.DataFrame:
                calls = found.plan.operations
                state.approvals.give(
                    run,
                    ceiling=len(calls),
                    who=who_is_here(),
                    at=now,
                    digest=digest,
                    note=note,
                )
                state.undone.keep(run, _as_sent(calls, state.members.of(row.sync)))
                return calls

            return found, correct(given, Command.UNDO, approved)


def _since(state: State, row: RunRow, operations: pd.DataFrame, now: datetime) -> Since:
    pairs = operations[["phone", "sender_code"]]
    pair = pairs["phone"] + " " + pairs["sender_code"]
    passed_over = out_of_use(state, now)
    wanted = state.members.wanted_elsewhere(row.sync, pairs, passed_over)
    wanted |= state.departures.planned_elsewhere(row.sync, pairs, passed_over)
    return Since(
        members=state.members.of(row.sync),
        said_stop=frozenset(
            (pairs["phone"] + " " + pairs["sender_code"]).loc[
                said_stop(state, row.sync, operations)
            ]
        ),
        added_later=state.ledger.added_later(row.id),
        wanted_elsewhere=frozenset(pair.loc[wanted]),
    )


def _as_sent(calls: pd.DataFrame, members: pd.DataFrame) -> pd.DataFrame:
    """Whose add is taken back, as they were last sent: `UNDONE`."""
    stops = calls.loc[calls["kind"] == Kind.STOP, [*UNDONE.names]]
    newer = members[[*UNDONE.names]].merge(stops[["phone", "sender_code"]])
    both = pd.concat([stops, newer]).drop_duplicates(["phone", "sender_code"], keep="last")
    return both.reset_index(drop=True)
