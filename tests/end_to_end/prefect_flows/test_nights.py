"""The night over several syncs, what is started as it is, and the flows that look."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from prefect import flow, get_run_logger
from prefect.client.schemas.objects import State as PrefectState
from prefect.flows import load_flow_from_entrypoint

from connectors.configuration.deployments_file import read_deployments
from flows.check_source import check_source
from flows.nightly import nightly
from flows.retry_run import retry_run
from flows.support.steps import MOST_TASK_RUNS, step_runners
from flows.sync_contacts import sync_contacts
from schemas.flow_options import (
    FOR_REAL,
    CheckChoice,
    NightChoice,
    RetryChoice,
    RunOptions,
    SyncChoice,
)
from sendersync.pipeline.job import ProgressCounts
from sendersync.state.store import State
from tests.builders.repository import ROOT
from tests.end_to_end.prefect_flows.made_syncs import phone, write_sync
from tests.stand_ins.prefect_server import Served
from tests.stand_ins.sandbox_process import SandboxProcess

REAL = {"mode": FOR_REAL}
STARTED_BY_PEOPLE = [
    each for each in read_deployments(ROOT / "prefect.yaml") if each.name != "not-told"
]
"""An automation starts the other one, which ends red whenever it is started."""


def _id(state: PrefectState[Any]) -> str:
    return str(state.state_details.flow_run_id)


def test_one_sync_that_fails_does_not_stop_the_rest(
    here: Path, served: Served, sandbox: SandboxProcess
) -> None:
    """Every sync of the folder runs; one report stands over all, and the run ends as the worst."""
    folder = here / "night"
    folder.mkdir()
    write_sync(folder, "night-a", range(3000, 3005))
    (folder / "night-b.yaml").write_text("sync: night-b\nsorce: {kind: csv}\n", "utf-8")
    write_sync(folder, "night-c", range(3010, 3013))
    write_sync(folder, "night-d", range(3020, 3022))
    twice = (folder / "night-d.yaml").read_text("utf-8")
    (folder / "night-d (old).yaml").write_text(twice, "utf-8")
    write_sync(folder, "night-e", range(3030, 3032))
    (folder / "not-a-sync.yaml").write_text("services: {}\n", "utf-8")
    which = NightChoice(folder=str(folder), leave_out=["night-e"])
    ended = nightly(RunOptions(mode=FOR_REAL), which, return_state=True)
    assert (ended.name, ended.type.value) == ("Misconfigured", "FAILED")
    assert "5 syncs: 3 Misconfigured, 2 Completed. 8 added" in str(ended.message)
    subscribed = [bool(sandbox.state(phone="1" + phone(n))["subscriptions"]) for n in (3000, 3012)]
    assert subscribed == [True, True]
    for nobody in (3020, 3030):
        assert not sandbox.state(phone="1" + phone(nobody))["subscriptions"]
    pages = served.reports(_id(ended))
    (over_all,) = [page for page in pages if page.startswith("# 3 of 5 syncs need you: 8 added\n")]
    assert len(pages) == 3, "and one for each sync that ran"
    assert "sorce" in over_all and "Two files describe the sync night-d" in over_all
    assert "- night-e: left out on the form" in over_all
    assert {"night-a: plan", "night-c: load 1 of 1"} <= {
        each["name"] for each in served.task_runs(_id(ended))
    }


def test_a_run_has_a_name_that_people_know(here: Path, served: Served) -> None:
    """What, how and when: `newsletter, only look, 28 Nov 04:30`."""
    write_sync(here, "named", range(3100, 3102))
    looked = sync_contacts(sync=SyncChoice(file=str(here / "named.yaml")), return_state=True)
    name = served.run(_id(looked))["name"]
    assert re.fullmatch(r"named, only look, \d{1,2} [A-Z][a-z]{2} \d\d:\d\d", name)


@flow
def _four_steps() -> list[int]:
    """A flow that may make two task runs, and has four steps."""
    step = step_runners(get_run_logger(), "four", most=2)(ProgressCounts(), "")
    return [step(f"load {n} of 4", lambda n=n: n) for n in range(1, 5)]  # type: ignore[misc]


def test_many_batches_make_no_more_task_runs(here: Path, served: Served) -> None:
    """Batches beyond the limit of a flow run are sent without a task run of their own."""
    assert MOST_TASK_RUNS < 200
    ended = _four_steps(return_state=True)
    assert ended.result() == [1, 2, 3, 4]
    names = {each["name"] for each in served.task_runs(_id(ended))}
    assert names == {"load 1 of 4", "load 2 of 4"}


def test_a_retry_and_a_check_look_first(
    here: Path, served: Served, sandbox: SandboxProcess
) -> None:
    """A retry shows what it would ask again; a check shows what is in a source, masked."""
    before = len(sandbox.calls())
    path = write_sync(here, "checked", range(3500, 3505), more="12,,Short,no\n")
    looked = check_source(CheckChoice(sync=str(path)), return_state=True)
    assert looked.name == "DryRun"
    assert "5 of 6 rows can be used" in str(looked.message)
    page = served.report(_id(looked))
    assert "| phone | `Mobile` |" in page and "| 1 | `phone_too_short`: " in page
    assert phone(3500) not in page and "phone as given" in page
    table = here / "checked.csv"
    as_file = check_source(CheckChoice(file=str(table), country="US"), return_state=True)
    assert "checked.csv: 5 of 6 rows can be used" in str(as_file.message)
    neither = check_source(CheckChoice(), return_state=True)
    assert neither.name == "Misconfigured"
    retried = retry_run(which=RetryChoice(run="last"), return_state=True)
    assert retried.name == "DryRun" and "would be asked again" in str(retried.message)
    assert len(sandbox.calls()) == before


@pytest.mark.parametrize("spec", STARTED_BY_PEOPLE, ids=lambda each: each.name)
def test_every_deployment_runs_as_it_is(
    here: Path, sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch, spec: Any
) -> None:
    """Started with no parameters but its own, each only looks: nothing is sent."""
    if not (here / "sample_data").exists():
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / "sample_data", here / "sample_data", ignore=ignored)
    monkeypatch.chdir(here)
    with State.open(f"sqlite:///{here / 'state.db'}") as state:
        known = len(state.runs.latest(1000))
    before = len(sandbox.calls())
    loaded: Any = load_flow_from_entrypoint(spec.entrypoint)
    ended = loaded(**spec.parameters, return_state=True)
    assert (ended.name, ended.type.value) == ("DryRun", "COMPLETED"), ended.message
    assert len(sandbox.calls()) == before
    with State.open(f"sqlite:///{here / 'state.db'}") as state:
        assert len(state.runs.latest(1000)) == known
