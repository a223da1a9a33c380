"""Who is named is told, by Prefect's own automations, of everything that `automations.yaml` lists."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import psutil
import pytest
from prefect.blocks.notifications import SlackWebhook
from prefect.client.orchestration import get_client
from prefect.events.schemas.automations import EventTrigger
from pydantic import SecretStr
from sqlalchemy import create_engine, text

from connectors.configuration.deployments_file import read_automations
from sendersync.serving.automations import Address, as_automation, make_automations
from sendersync.serving.serve import AUTOMATIONS
from tests.end_to_end.prefect_flows.made_syncs import phone, write_sync
from tests.stand_ins.mail_sink import MailSink
from tests.stand_ins.prefect_server import Served
from tests.stand_ins.raw_server import RawServer, http
from tests.stand_ins.sandbox_process import SandboxProcess

pytestmark = [pytest.mark.soak, pytest.mark.timeout(900)]

REAL = {"mode": "For real"}
ABSENT = "A sync has not settled for 26 hours"
Named = Callable[[str, str], None]


@pytest.fixture
def named(served: Served, here: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Named]:
    """Names an address, as the environment of `serve` would; afterwards nobody is told."""
    told = read_automations(AUTOMATIONS)
    not_told = served.deployments()["not_told/not-told"]["id"]

    def name(variable: str, address: str) -> None:
        monkeypatch.setenv(variable, address)
        assert make_automations(told, not_told)

    yield name
    for variable in ("SENDERSYNC_TELL_WEBHOOK", "SENDERSYNC_TELL_BLOCK"):
        monkeypatch.delenv(variable, raising=False)
    assert not make_automations(told, not_told)


def _run(served: Served, file: str) -> str:
    """How a run of a sync file ends."""
    run = served.start(
        "sync_contacts/sync-now", options=REAL, sync={"file": str(served.folder / file)}
    )
    return str(served.ended(run)["state_name"])


def _heard(served: Served, told: RawServer, words: str) -> str:
    """Waits until the address has been told something; all of what it was told."""

    def found() -> str:
        said = [str(json.loads(each)["text"]) for each in told.bodies]
        return next((each for each in said if words in each), "")

    return served.until(found, f"somebody was told: {words}")


@contextmanager
def _waits_seconds(name: str, seconds: int) -> Iterator[None]:
    """An absence of hours, shortened: all else of the automation is as `serve` makes it."""
    (spec,) = [each for each in read_automations(AUTOMATIONS) if each.name == name]
    made = as_automation(spec, Address.of_environment())
    assert isinstance(made.trigger, EventTrigger)
    made.trigger.within = timedelta(seconds=seconds)
    with get_client(sync_client=True) as client:
        (known,) = client.read_automations_by_name(made.name)
        client.update_automation(known.id, made)
    yield


def test_a_person_is_told_what_happened(
    here: Path, served: Served, sandbox: SandboxProcess, named: Named
) -> None:
    """Failed, held, held for days, unproven, killed, and a night that did not come: each in words."""
    with RawServer(http("ok")) as told:
        named("SENDERSYNC_TELL_WEBHOOK", f"{told.url}/hook")
        assert _run(served, "nowhere.yaml") == "Misconfigured"
        _heard(served, told, " failed. ")

        write_sync(here, "escalates", range(6000, 6010))
        assert _run(served, "escalates.yaml") == "Completed"
        write_sync(here, "escalates", range(6000, 6005))
        assert _run(served, "escalates.yaml") == "NeedsApproval"
        assert "5 held" in _heard(served, told, "escalates waits for approval")
        before = "UPDATE sendersync_runs SET started_at = :then WHERE sync = 'escalates'"
        with create_engine(f"sqlite:///{here / 'state.db'}").begin() as connection:
            connection.execute(text(before), {"then": "2026-11-01T04:30:00+00:00"})
        assert _run(served, "escalates.yaml") == "NeedsApproval"
        _heard(served, told, "escalates has been held for three days or more")

        write_sync(here, "unproven", range(6100, 6105))
        assert _run(served, "unproven.yaml") == "Completed"
        sandbox.faults({"kind": "success_false", "command": "stopSubscriberSend"})
        write_sync(here, "unproven", range(6100, 6104), more=f"{phone(6104)},,Xanthippe,yes\n")
        assert _run(served, "unproven.yaml") == "UnprovenStops"
        sandbox.faults()
        _heard(served, told, "unproven: people who said stop may still get texts")

        write_sync(here, "killed", range(6200, 6300), rate=1)
        calls = len(sandbox.calls())
        path = str(here / "killed.yaml")
        run = served.start("sync_contacts/sync-now", options=REAL, sync={"file": path})
        served.until(lambda: len(sandbox.calls()) > calls, "the first call was taken")
        for each in psutil.Process(served.pid).children(recursive=True):
            if each.environ().get("PREFECT__FLOW_RUN_ID") == run:
                each.kill()
        assert served.ended(run)["state_name"] == "Crashed"
        _heard(served, told, " was killed. ")

        with _waits_seconds(ABSENT, 20):
            write_sync(here, "missed", range(6400, 6403))
            write_sync(here, "once", range(6500, 6503))
            assert _run(served, "missed.yaml") == "Completed"
            what = {"file": str(here / "once.csv"), "sender_code": "12065551212", "country": "US"}
            run = served.start("import_contacts/import-file", options=REAL, what=what)
            assert served.ended(run)["state_name"] == "Completed"
            _heard(served, told, "missed has not done all its work for 26 hours")
            # every automation looks at its clock together with the others
            assert _run(served, "nowhere.yaml") == "Misconfigured"
        said = [json.loads(each)["text"] for each in told.bodies]
        assert not [each for each in said if each.startswith("import:")]
        assert not [each for each in said if phone(6104)[-7:] in each or "anthippe" in each]


def test_a_word_that_does_not_arrive_is_seen(here: Path, served: Served, named: Named) -> None:
    """An address that answers 500 is asked four times; then a run ends red, as NotTold."""
    with RawServer(http("no", "500 Internal Server Error")) as told:
        named("SENDERSYNC_TELL_WEBHOOK", f"{told.url}/hook")
        assert _run(served, "nowhere.yaml") == "Misconfigured"
        asked = {"flow_runs": {"state": {"name": {"any_": ["NotTold"]}}}}
        (run, *_) = served.until(
            lambda: served.call("/flow_runs/filter", asked), "the flow that shows it has run"
        )
        assert run["state_type"] == "FAILED"
        assert "SENDERSYNC_TELL_WEBHOOK" in run["state"]["message"]
        assert len(told.bodies) == 4


@pytest.mark.filterwarnings("ignore:'imghdr' is deprecated")  # apprise asks for it
def test_a_block_is_told_by_mail(here: Path, served: Served, named: Named) -> None:
    """A notification block of Prefect's, here with a mail server of one's own."""
    with MailSink() as sink:
        address = (
            f"mailto://127.0.0.1:{sink.port}?from=sync@example.com&to=ops@example.com&mode=insecure"
        )
        SlackWebhook.register_type_and_schema()
        SlackWebhook(url=SecretStr(address)).save("ops", overwrite=True)
        named("SENDERSYNC_TELL_BLOCK", "slack-webhook/ops")
        assert _run(served, "nowhere.yaml") == "Misconfigured"
        served.until(lambda: sink.letters, "a letter came")
        assert b"Subject: sendersync: A run failed" in sink.letters[0]
        assert b"failed. " in sink.letters[0]
