"""The flow behind the night: every sync of a folder, one after the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

from prefect import flow
from prefect.client.schemas.objects import State

from connectors.configuration.environment import state_url
from connectors.configuration.sync_folder import named_syncs, refuse_doubled
from flows.pages.other_pages import summed_in_words
from flows.support.ending import ending_of, ending_of_error, ending_of_night
from flows.support.events import tell
from flows.support.publishing import publish_night, publish_report
from flows.support.run_names import run_name
from flows.support.running import Contexts, only_look, was_cancelled, work_as_flow
from flows.support.sync_job import sync_job
from schemas.errors import SendersyncError
from schemas.flow_options import NightChoice, RunOptions
from schemas.forms.fields import heading
from schemas.pages.beside_report import SyncEnd
from schemas.report import Report
from sendersync.pipeline.internal_error import internal_error
from sendersync.pipeline.job import RunContext
from sendersync.pipeline.run import run_job
from sendersync.state.store import State as Ledger

AS_NOBODY_SAID = RunOptions()
THIS_FOLDER = NightChoice()


ABOUT = """\
Runs every sync of a folder, one after the other, and writes one report over all.

- **By its schedule it runs for real; started by hand it only looks**, until you say otherwise.
- One sync that fails, or is held, does not stop the others. The run ends as the one does that
  needs somebody most: red where a person must act.
- A new sync file in the folder runs in the next night. One that was retired
  (`sendersync retire`) is left out, and so is one that you choose below.
"""
"""What the deployment's page says beside the button Run."""


@flow(
    name="nightly",
    flow_run_name=run_name(lambda _given: "all syncs"),
    description=ABOUT,
    retries=0,
    persist_result=False,
)
def nightly(
    options: Annotated[RunOptions, heading("Only look first, or do it?")] = AS_NOBODY_SAID,
    which: Annotated[NightChoice, heading("Which syncs should run?")] = THIS_FOLDER,
) -> State[Any]:
    """Runs every sync of a folder, one after the other, and writes one report over all.

    Args:
        options: A look sends nothing and remembers nothing.
        which: Those of one folder.
    """
    return work_as_flow(
        lambda contexts: _night(which, contexts, dry_run=only_look(options)), options.minutes
    )


def _night(which: NightChoice, contexts: Contexts, *, dry_run: bool) -> State[Any]:
    folder = Path(which.folder or ".").expanduser()
    found = named_syncs(folder)
    left_out = _left_out(found, which.leave_out)
    begun = {file: name for file, name in found.items() if name not in left_out}
    states, ends = [], []
    for file, name in begun.items():
        context = contexts(name)
        if context.stop.is_set():
            left_out[name] = "not begun: the time was up, or it was cancelled"
            continue
        if sum(each == name for each in begun.values()) > 1:
            state, page, report = _refused(name, refuse_doubled(file, name))
        else:
            state, page, report = _run(file, name, context, dry_run=dry_run)
        states.append(state)
        ends.append(SyncEnd(name, str(state.name), str(state.message), report, page))
    publish_night(ends, [f"{name}: {why}" for name, why in left_out.items()])
    return ending_of_night(states, summed_in_words(ends), len(left_out))


def _run(
    file: Path, name: str, context: RunContext, *, dry_run: bool
) -> tuple[State[Any], str, Report | None]:
    """One sync: its state, the address of its page, and its report; it never raises."""
    try:
        job = replace(sync_job(str(file)), dry_run=dry_run)
        finished = run_job(job, context)
        page = publish_report(finished, job)
    except SendersyncError as problem:
        return _refused(name, problem)
    except Exception as problem:  # noqa: BLE001  # its text may hold a person's data
        return _refused(name, internal_error(problem, name))
    state = ending_of(finished.report, finished.error, cancelled=was_cancelled(context))
    tell(name, state, finished.report, finished.error)
    return state, page, finished.report


def _refused(name: str, problem: SendersyncError) -> tuple[State[Any], str, None]:
    state = ending_of_error(problem)
    tell(name, state, None, problem)
    return state, "", None


def _left_out(found: Mapping[Path, str], chosen: Sequence[str]) -> dict[str, str]:
    """Syncs that do not run, each with the reason."""
    with Ledger.open(state_url(), read_only=True) as ledger:
        retired = {name: ledger.syncs.retired_at(name) for name in found.values()}
    out = {name: f"retired {at}" for name, at in retired.items() if at}
    places = {Path(each).expanduser().resolve() for each in chosen}
    for file, name in found.items():
        if name in chosen or file.resolve() in places:
            out[name] = "left out on the form"
    return out
