"""An approval in Prefect's UI lets go what was shown, once; every other press lets nothing go."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from prefect.client.schemas.objects import State as PrefectState

from flows.approve import approve
from flows.stop_contacts import stop_contacts
from flows.sync_contacts import sync_contacts
from schemas.flow_options import (
    FOR_REAL,
    ApprovalChoice,
    HeldListChoice,
    RunOptions,
    StopChoice,
    SyncChoice,
    SyncOptions,
)
from sendersync.state.store import State
from tests.builders.sync_files import CODE
from tests.end_to_end.prefect_flows.made_syncs import phone, write_sync
from tests.stand_ins.prefect_server import Served
from tests.stand_ins.sandbox_process import SandboxProcess

FORM = re.compile(r"\((/v2/deployments/deployment/([0-9a-f-]+)/run\?parameters=[^)]+)\)")


def _sync(path: Path) -> PrefectState[Any]:
    state: PrefectState[Any] = sync_contacts(
        SyncOptions(mode=FOR_REAL), SyncChoice(file=str(path)), return_state=True
    )
    return state


def _approve(**what: Any) -> PrefectState[Any]:
    state: PrefectState[Any] = approve(ApprovalChoice(**what), return_state=True)
    return state


def _held(folder: Path, name: str, numbers: range) -> tuple[Path, str, PrefectState[Any]]:
    """A sync of ten people of whom half have left: its file, the digest, and how its run ended."""
    assert _sync(write_sync(folder, name, numbers)).name == "Completed"
    path = write_sync(folder, name, numbers[:5])
    ended = _sync(path)
    assert (ended.name, ended.type.value) == ("NeedsApproval", "FAILED")
    with State.open(f"sqlite:///{folder / 'state.db'}", read_only=True) as state:
        return path, state.runs.latest(1, name)[0].digest, ended


def _link(page: str) -> tuple[str, dict[str, Any]]:
    """The deployment whose form the page opens, and what is filled in."""
    found = FORM.search(page)
    assert found, page
    return found[2], json.loads(parse_qs(urlsplit(found[1]).query)["parameters"][0])


def test_a_press_lets_go_what_was_shown_and_no_other_press_does(
    here: Path, served: Served, sandbox: SandboxProcess
) -> None:
    """Pressed again, retried, after a new plan: no further stop; who and why are on record."""
    path, digest, held = _held(here, "shown", range(2000, 2010))
    page = served.report(str(held.state_details.flow_run_id))
    deployment, filled = _link(page)
    assert served.deployments()["approve/approve"]["id"] == deployment
    assert filled == {"what": {"digest": digest}} and "type **5**" in page
    what = {**filled["what"], "number": 5, "name": "Kim", "note": "they left"}
    run = served.start("approve/approve", what=what)
    ended = served.ended(run)
    assert ended["state_name"] == "Completed", served.log
    assert "5 stopped" in ended["state"]["message"]
    with State.open(f"sqlite:///{here / 'state.db'}", read_only=True) as state:
        given = state.approvals.given("shown").iloc[-1]
    assert (given["digest"], given["note"], given["ceiling"]) == (digest, "they left", 5)
    assert given["who"].startswith(f"Kim, Prefect flow run approval of {digest}")

    # the rest leaves too: nobody has looked at these
    write_sync(here, "shown", range(2010, 2015))
    before = len(sandbox.calls())
    served.retry(run)
    served.until(lambda: served.run(run)["run_count"] == 2, "it runs once more")
    assert served.ended(run)["state_name"] == "AlreadyApproved"
    assert _sync(path).name == "NeedsApproval"
    again = _approve(**what)
    assert (again.name, again.type.value) == ("AlreadyApproved", "CANCELLED")
    calls = sandbox.calls()[before:]
    assert len(calls) == 5 and not [each for each in calls if "stop" in each["command"].lower()]


def test_an_approval_that_nobody_has_looked_at_does_nothing(
    here: Path, served: Served, sandbox: SandboxProcess
) -> None:
    """A wrong number, no name, no digest, an older plan: told in words, and without a call."""
    path, digest, _ = _held(here, "unlooked", range(2100, 2110))
    before = len(sandbox.calls())
    good = {"digest": digest, "number": 5, "name": "Kim"}
    for wrong, says in (
        ({"number": 6}, "not how many that run holds"),
        ({"name": ""}, "Nobody has signed"),
        ({"digest": "7kq2m-9xtr4"}, "No run of this state has held anything"),
    ):
        ended = _approve(**{**good, **wrong})
        assert ended.name == "Misconfigured"
        assert says in str(ended.message) and " 5" not in str(ended.message)

    empty = _approve()
    assert empty.name == "DryRun" and f"unlooked: 5 held, {digest}" in str(empty.message)
    page = served.report(str(empty.state_details.flow_run_id))
    assert digest in page and FORM.search(page), "each plan that waits links to its form"

    write_sync(here, "unlooked", range(2100, 2104))
    assert _sync(path).name == "NeedsApproval"
    ended = _approve(**good)
    assert ended.name == "Misconfigured" and "planned anew since" in str(ended.message)
    assert len(sandbox.calls()) == before


def test_a_list_of_most_subscribers_waits_for_a_typed_number(
    here: Path, served: Served, sandbox: SandboxProcess
) -> None:
    """What the terminal would ask is held, until somebody types how many, once."""
    everybody = range(2400, 2430)
    assert _sync(write_sync(here, "listed", everybody)).name == "Completed"
    rows = "\n".join(["Mobile", *(phone(n) for n in everybody)]) + "\n"
    (here / "stop.csv").write_text(rows, "utf-8")
    what = {"file": str(here / "stop.csv"), "sender_code": CODE, "country": "US"}
    before = len(sandbox.calls())
    real = {"mode": FOR_REAL}
    run = served.start("stop_contacts/stop-list", options=real, what=what)
    assert served.ended(run)["state_name"] == "NeedsApproval", served.log
    deployment, filled = _link(served.report(run))
    assert served.deployments()["stop_contacts/stop-list"]["id"] == deployment
    assert filled["what"] == what and filled["options"] == real
    held = HeldListChoice(**filled["held"], number=29, name="Kim")
    refused = stop_contacts(RunOptions(**real), StopChoice(**what), held, return_state=True)
    assert refused.name == "Misconfigured" and len(sandbox.calls()) == before
    held = held.model_copy(update={"number": 30})
    done = stop_contacts(RunOptions(**real), StopChoice(**what), held, return_state=True)
    assert done.name == "Completed" and "30 stopped" in str(done.message)
    again = stop_contacts(RunOptions(**real), StopChoice(**what), held, return_state=True)
    assert again.name == "AlreadyApproved"
    assert len(sandbox.calls()) == before + 30


@pytest.mark.soak
def test_a_copy_and_a_schedule_of_an_approval_do_nothing(
    here: Path, served: Served, sandbox: SandboxProcess
) -> None:
    """As "Copy to new run", with a time of its own, retries on the form: 0 stops by any of them."""
    path, digest, _ = _held(here, "copied", range(2600, 2610))
    what = {"digest": digest, "number": 5, "name": "Kim", "note": "they left"}
    assert _approve(**what).name == "Completed"
    write_sync(here, "copied", range(2610, 2615))
    before = len(sandbox.calls())
    for more in (
        {},
        {"state": {"type": "SCHEDULED", "state_details": {"scheduled_time": "2026-11-29T00:00Z"}}},
        {"empirical_policy": {"retries": 2, "retry_delay": 0}},
    ):
        answer = served.create("approve/approve", {"what": what}, **more)
        assert answer.status_code == 201, answer.text
        assert served.ended(answer.json()["id"])["state_name"] == "AlreadyApproved"
    assert len(sandbox.calls()) == before
    sync = {"file": str(path)}
    held = {"state": {"type": "SCHEDULED"}, "empirical_policy": {"retries": 2, "retry_delay": 0}}
    parameters = {"options": {"mode": FOR_REAL}, "sync": sync}
    run = served.create("sync_contacts/sync-now", parameters, **held).json()["id"]
    served.until(lambda: served.run(run)["run_count"] == 3, "it was retried twice")
    assert served.ended(run)["state_name"] == "NeedsApproval"
    assert not [each for each in sandbox.calls()[before:] if "stop" in each["command"].lower()]
