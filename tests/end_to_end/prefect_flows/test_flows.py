"""The flows under a real Prefect server, against the sandbox as a real process."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pandas as pd
import pytest
from prefect import flow
from prefect.client.schemas.objects import State as PrefectState
from pydantic import SecretStr

from connectors.configuration.sync_files import parse_sync_file
from connectors.sources.source import Records
from flows.import_contacts import import_contacts
from flows.support.running import run_as_flow
from flows.sync_contacts import sync_contacts
from schemas.flow_options import (
    FOR_REAL,
    ONLY_LOOK,
    ImportChoice,
    ImportOptions,
    SyncChoice,
    SyncOptions,
)
from schemas.sync_file import SyncFile
from sendersync.blocks.credentials import (
    BLOCKS,
    NAME,
    OdooCredentials,
    SmsPlatformCredentials,
)
from sendersync.pipeline.job import Command, Job
from sendersync.state.store import State
from tests.builders.sync_files import CODE
from tests.end_to_end.prefect_flows.made_syncs import NAMES, people_in, phone, write_sync
from tests.stand_ins.crm_process import CrmProcess
from tests.stand_ins.prefect_server import Served
from tests.stand_ins.sandbox_process import SandboxProcess

REAL = {"mode": FOR_REAL}


def _sync(path: Path, **options: Any) -> PrefectState[Any]:
    state: PrefectState[Any] = sync_contacts(
        SyncOptions(**{**REAL, **options}), SyncChoice(file=str(path)), return_state=True
    )
    return state


def _flow_run(state: PrefectState[Any]) -> str:
    return str(state.state_details.flow_run_id)


def test_a_sync_is_a_flow_and_each_batch_a_task(
    here: Path, served: Served, sandbox: SandboxProcess
) -> None:
    """As a function: extract, plan and the batches are task runs, never a contact, none is kept."""
    path = write_sync(here, "daily", range(100, 125), more="12,,Short,no\n")
    state = _sync(path)
    assert state.name == "Completed"
    assert "26 rows read: 25 accepted, 1 rejected" in str(state.message)
    assert "25 added" in str(state.message)
    assert len(sandbox.calls(command="addPhoneToSenderCode")) >= 13
    tasks = served.task_runs(_flow_run(state))
    assert [each["name"] for each in tasks] == [
        "extract",
        "plan",
        "load 1 of 3",
        "load 2 of 3",
        "load 3 of 3",
    ]
    assert all(each["task_inputs"] == {} for each in tasks), "Prefect would walk frames"
    assert not list((served.home / "storage").rglob("*")), "Prefect would keep frames"
    page = served.report(_flow_run(state))
    assert "| 1 | `phone_too_short`, not usable. " in page
    assert "sendersync rejects" in page

    before = len(sandbox.calls())
    assert _sync(path).name == "Completed"
    assert len(sandbox.calls()) == before, "a second run makes no call"


def test_a_run_from_the_form_is_executed(served: Served, sandbox: SandboxProcess) -> None:
    """A flow run created through the API, as the form does, is run by the served process."""
    write_sync(served.folder, "form", range(200, 230))
    run = served.start("sync_contacts/sync-now", options=REAL, sync={"file": "form.yaml"})
    ended = served.ended(run)
    assert (ended["state_name"], ended["state_type"]) == ("Completed", "COMPLETED"), served.log
    assert "30 added" in ended["state"]["message"]
    assert {"sendersync", "by-hand"} <= set(ended["tags"])
    assert sandbox.state(phone="1" + phone(205))["subscriptions"]
    assert served.report(run).startswith("# form: 30 added\n")


def test_an_import_recognises_its_columns(
    here: Path, served: Served, sandbox: SandboxProcess
) -> None:
    """An import adds, stops nobody, and says in its report which columns it recognised."""
    write_sync(here, "guests", range(300, 312))
    what = ImportChoice(file=f" {here / 'guests.csv'}\n", sender_code=CODE, country="us")
    state = import_contacts(ImportOptions(mode=FOR_REAL), what, return_state=True)
    assert state.name == "Completed"
    assert "12 added" in str(state.message)
    assert "| phone | `Mobile` |" in served.report(_flow_run(state))
    assert sandbox.state(phone="1" + phone(311))["subscriptions"]


def test_a_cancelled_run_stops_cleanly(served: Served, sandbox: SandboxProcess) -> None:
    """Cancel in the UI: calls under way are finished and written down, the rest is not begun."""
    write_sync(served.folder, "long", range(400, 700), rate=4)
    run = served.start("sync_contacts/sync-now", options=REAL, sync={"file": "long.yaml"})
    seen = len(sandbox.calls())
    told = r"\d+ of 300 calls, [\d.]+ a second, (less than a|about \d+) minutes? left"
    served.until(lambda: re.fullmatch(told, served.progress(run)), "rate and time left are shown")
    served.cancel(run)
    assert served.ended(run)["state_type"] == "CANCELLED"
    with State.open(f"sqlite:///{served.folder / 'state.db'}", read_only=True) as state:
        served.until(lambda: state.runs.latest(1, "long")[0].status, "the run has its report")
        row = state.runs.latest(1, "long")[0]
        assert row.status == "partial"
        load = row.report["load"]
        assert load["not_reached"] > 200 and load["confirmed"] > 5
        assert load["confirmed"] + load["not_reached"] == 300, "nothing was left in flight"
    served.until(lambda: served.report(run), "the report page is there")
    assert len(sandbox.calls()) - seen == load["confirmed"]


def test_a_dry_run_changes_nothing(
    here: Path, served: Served, sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A dry run needs no credentials, makes no call and leaves the state byte-identical."""
    path = write_sync(here, "dry", range(700, 705))
    for name in sandbox.env():
        monkeypatch.delenv(name)
    before, calls = (here / "state.db").read_bytes(), len(sandbox.calls())
    state = _sync(path, mode=ONLY_LOOK)
    assert (state.name, state.type.value) == ("DryRun", "COMPLETED")
    assert "would add 5" in str(state.message)
    assert (here / "state.db").read_bytes() == before
    assert len(sandbox.calls()) == calls
    assert "nothing was sent" in served.report(_flow_run(state))

    guests = import_contacts(
        what=ImportChoice(file=str(here / "dry.csv"), sender_code=CODE, country="US"),
        return_state=True,
    )
    assert guests.name == "DryRun"


def test_held_removals_are_red_until_approved(here: Path, served: Served) -> None:
    """Held removals end as NeedsApproval, which is a failure; a parameter of a sync lets nothing go."""
    assert _sync(write_sync(here, "held", range(720, 730))).name == "Completed"
    path = write_sync(here, "held", range(720, 725))
    held = _sync(path)
    assert (held.name, held.type.value) == ("NeedsApproval", "FAILED")
    assert "have these people really left?" in served.report(_flow_run(held))
    # as "Copy to new run" brings it from a form of before
    copied = _sync(path, approve_stops=5)
    assert copied.name == "Misconfigured"
    assert "Start the deployment `approve`" in str(copied.message)
    with State.open(f"sqlite:///{here / 'state.db'}", read_only=True) as state:
        assert state.approvals.given("held").empty
        assert len(state.members.of("held").query("standing == 'subscribed'")) == 10


def test_another_run_of_the_sync_ends_this_one(here: Path) -> None:
    """While another run holds the sync, from wherever it came, the flow run is cancelled."""
    path = write_sync(here, "busy", range(740, 742))
    with State.open(f"sqlite:///{here / 'state.db'}") as state, state.lease("busy"):
        ended = _sync(path)
    assert (ended.name, ended.type.value) == ("AlreadyRunning", "CANCELLED")


def test_a_failure_says_what_to_do(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong configuration and a platform that is away have names of their own."""
    wrong = _sync(here / "nowhere.yaml")
    assert (wrong.name, wrong.type.value) == ("Misconfigured", "FAILED")
    assert "no such sync file" in str(wrong.message)

    monkeypatch.delenv("SENDERSYNC_PASSWORD")
    no_password = _sync(write_sync(here, "unset", range(750, 752)))
    assert no_password.name == "Misconfigured"
    assert "SENDERSYNC_PASSWORD" in str(no_password.message)


def test_no_run_that_we_end_leaves_a_traceback(served: Served) -> None:
    """What the server keeps of a refused run is how it ended, in words, and so is serve's output."""
    run = served.start("sync_contacts/sync-now", sync={"file": "nowhere-at-all.yaml"})
    assert served.ended(run)["state_name"] == "Misconfigured"
    # its process has sent all its log when it ends
    served.until(lambda: not served.is_alive(run), "its process has ended")
    assert "Misconfigured: nowhere-at-all.yaml: There is no such sync file" in served.logged(run)
    for log in (served.logged(run), served.log):
        assert "Traceback" not in log, log


class _Exploding:
    """A source that fails with a person's data in the exception, as libraries do."""

    name = "exploding.csv"

    def columns(self) -> tuple[str, ...]:
        """The one column."""
        return ("Mobile",)

    def read(self) -> Iterator[Records]:
        """Raises after one batch."""
        line = pd.Index([2], name="line", dtype="int64")
        phones = pd.Series(["2065550999"], dtype="str", index=line)
        yield Records(pd.DataFrame({"Mobile": phones}))
        raise KeyError("+1" + "2065550999 " + NAMES[0])  # in parts: tracebacks show this line


@flow
def _explode(sync: SyncFile) -> PrefectState[Any]:
    """A flow over a source that fails in a way nobody foresaw."""
    return run_as_flow(lambda: Job(Command.RUN, sync, _Exploding()), 0)


def test_prefect_keeps_nothing_personal(
    here: Path, served: Served, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither database, results nor log hold a phone, an e-mail or a name, even after a fault."""
    path = write_sync(
        here, "private", range(800, 815), more="2065550\n,x@zebulona.example,a,b,c,d\n"
    )
    run = served.start("sync_contacts/sync-now", options=REAL, sync={"file": str(path)})
    assert served.ended(run)["state_name"] == "Completed"
    served.until(lambda: "15 confirmed" in served.logged(run), "its last log has arrived")
    sync = parse_sync_file(
        'sync: exploding\nsource: {kind: csv, path: x}\ncolumns: {phone: Mobile}\nsender_code: "1"',
        name="exploding.yaml",
    )
    fault = _explode(sync, return_state=True)
    assert fault.name == "Failed"
    assert "A fault of ours: KeyError at test_flows.py" in str(fault.message)
    assert "A fault of ours" in caplog.text

    served.task_runs(_flow_run(fault))  # they arrive late
    kept = served.stored + served.log.encode() + caplog.text.encode()
    assert b"private.yaml" in kept and b"A fault of ours" in kept, "this is the right database"
    assert people_in(kept) == []
    assert people_in((here / "private.csv").read_bytes()), "it would find them"


@pytest.mark.parametrize(
    ("where", "value"),
    [
        ("file", "https://me:hunter2@host.example/contacts.csv"),
        ("country", "hunter2"),
        ("hunter2", "anything"),
    ],
)
def test_the_form_refuses_before_anything_is_stored(served: Served, where: str, value: str) -> None:
    """An address with a password, a country that is none, an unknown field: the server says no."""
    what = {"file": "contacts.csv", "sender_code": CODE, where: value}
    answer = served.create("import_contacts/import-file", {"what": what})
    assert answer.status_code == 409, answer.text
    assert b"hunter2" not in served.stored


def test_what_prefect_keeps_is_for_this_user_alone(served: Served) -> None:
    """Prefect's database may hold credentials: nobody else on the machine reads it."""
    databases = list(served.home.glob("prefect.db*"))
    assert databases
    assert not [each.name for each in databases if each.stat().st_mode & 0o077]


def test_what_is_served_is_what_prefect_yaml_says(served: Served) -> None:
    """Schedules, limits, tags and defaults of prefect.yaml arrive at the server."""
    found = served.deployments()
    assert set(found) == {
        "nightly/nightly",
        "sync_contacts/sync-now",
        "import_contacts/import-file",
        "stop_contacts/stop-list",
        "approve/approve",
        "not_told/not-told",
        "retry_run/retry",
        "check_source/check",
    }
    nightly = found["nightly/nightly"]
    (schedule,) = nightly["schedules"]
    assert schedule["slug"] == "nightly"
    assert schedule["schedule"]["cron"] == "30 4 * * *"
    assert schedule["schedule"]["timezone"] == "America/New_York"
    assert schedule["active"] is False, "the sample's people must not be sent to a real platform"
    by_people = [each for name, each in found.items() if name != "not_told/not-told"]
    for each in by_people:
        assert each["global_concurrency_limit"]["limit"] == 1
        assert each["concurrency_options"]["collision_strategy"] == "CANCEL_NEW"
        assert each["enforce_parameter_schema"] is True
        assert "sendersync" in each["tags"]
    assert f"Prefect's UI: {served.api_url.removesuffix('/api')}" in served.log


def test_credentials_may_be_kept_in_prefect(
    here: Path, served: Served, sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`serve` knows the blocks; a flow takes those called sendersync, and stores no secret."""
    types = {each["slug"]: each["logo_url"] for each in served.call("/block_types/filter", {})}
    assert set(types) == {each.get_block_type_slug() for each in BLOCKS}
    for logo in types.values():
        assert httpx.get(logo, trust_env=False).text.startswith("<svg ")
    sync = here / "partners.yaml"
    sync.write_text(
        f"sync: partners\nsource: {{kind: odoo}}\nsender_code: '{CODE}'\n"
        "columns: {key: id, phone: mobile}\nload: {rate_per_second: 1000}\n",
        "utf-8",
    )
    for name in sandbox.env():
        monkeypatch.delenv(name)
    with CrmProcess("odoo").start(generate=20) as crm:
        assert "SENDERSYNC_ODOO_URL" in str(_sync(sync).message)
        key = SecretStr("sandbox-api-key")
        login = SecretStr("sync@example.com")
        OdooCredentials(url=crm.url, db="sandbox", login=login, api_key=key).save(NAME)
        assert "SENDERSYNC_API_URL" in str(_sync(sync).message)
        SmsPlatformCredentials(
            api_url=sandbox.url, realm=sandbox.realm, password=SecretStr(sandbox.password)
        ).save(NAME)
        state = _sync(sync)
    assert state.name == "Completed", state.message
    assert b"sandbox-api-key" not in served.stored
    assert sandbox.password.encode() not in served.stored
