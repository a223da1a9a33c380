"""`retry`: what failed or is unknown in a run is asked again, by the rule of each reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import takewhile

from schemas.report import Report, Status
from schemas.sync_keys.guards import LoadSpec
from sendersync.pipeline.corrections.correct import Correction, correct
from sendersync.pipeline.corrections.said_stop import said_stop
from sendersync.pipeline.guarding.same_account import refuse_other_account
from sendersync.pipeline.job import Command, RunContext
from sendersync.pipeline.other_syncs.departures import out_of_use
from sendersync.pipeline.run_recorder import Finished
from sendersync.state.run_ids import new_run_id
from sendersync.state.runs import RunRow
from sendersync.state.store import State
from sendersync.transforms.cells.arrow_columns import is_in
from sendersync.transforms.corrections.ask_again import AskAgain, ask_again

_DECIDES = frozenset({Command.RUN.value, Command.ADOPT.value})
"""Commands that decide anew about all people of a sync, as an import does not."""


@dataclass(frozen=True)
class Retried:
    """What became of a retry.

    Attributes:
        run: The run whose calls were asked again.
        finished: How the run that asked them ended; its report has no id where none was needed.
        left: Reason to calls that were not asked again.
    """

    run: str
    finished: Finished
    left: Mapping[str, int] = field(default_factory=dict)


def retry(context: RunContext, name: str, *, spec: LoadSpec | None = None) -> Retried:
    """Asks again what failed or is unknown in a run.

    Args:
        context: As of every run.
        name: The run's id, its beginning, or `last`.
        spec: Rate and requests in flight.
    """
    with State.open(context.state_url) as state:
        row = state.runs.one(name)
        now = context.clock()
        run = new_run_id(now)
        with state.lease(row.sync, run=run) as lease:
            refuse_other_account(state, context.account(), row.sync, ())
            recovered = state.ledger.recover(row.sync, run, lease, out_of_use(state, now))
            again = _decide(state, row)
            if again.operations.empty:
                return Retried(row.id, _nothing(state, row), again.left)
            given = Correction(context, state, lease, row, run, now, spec or LoadSpec(), recovered)
            finished = correct(given, Command.RETRY, lambda: again.operations)
            return Retried(row.id, finished, again.left)


def plan_retry(state: State, name: str) -> tuple[RunRow, AskAgain]:
    """What a retry would ask again; only reads.

    Args:
        state: What the ledger holds.
        name: The run's id, its beginning, or `last`.

    Raises:
        WrongUse: There is no such run.
    """
    row = state.runs.one(name)
    return row, _decide(state, row)


def _decide(state: State, row: RunRow) -> AskAgain:
    operations = state.ledger.operations(row.id)
    undone = state.undone.of(row.sync)
    pair = operations["phone"] + " " + operations["sender_code"]
    newer = takewhile(lambda each: each.id != row.id, state.runs.latest(1000, row.sync))
    return ask_again(
        operations,
        state.members.of(row.sync),
        said_stop=said_stop(state, row.sync, operations),
        undone=is_in(pair, undone["phone"] + " " + undone["sender_code"]),
        newest=all(each.command not in _DECIDES for each in newer),
    )


def _nothing(state: State, row: RunRow) -> Finished:
    """The report of a retry that had nothing to ask."""
    report = Report(run="", sync=row.sync)
    report.unproven = state.members.unproven_stops(row.sync)
    report.status = Status.PARTIAL if report.unproven.stops else Status.COMPLETED
    return Finished(report, report.exit_code())
