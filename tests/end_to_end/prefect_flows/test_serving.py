"""`sendersync serve` and `deploy` with a real Prefect server: what is healed, refused and removed."""

from __future__ import annotations

import json
import platform
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import httpx
import psutil
import pytest
from prefect.client.orchestration import get_client
from prefect.settings import PREFECT_API_URL, PREFECT_HOME, temporary_settings

from flows.support.machine import MACHINE
from schemas.errors import TryLater, WrongUse
from sendersync.serving.automations import DEAD
from sendersync.serving.dead_runs import end_dead_runs
from sendersync.serving.deploy import deploy
from sendersync.serving.ports import holder_of
from sendersync.serving.serve import serve
from sendersync.serving.server_process import prefect_server
from sendersync.serving.server_settings import HEARTBEAT_SECONDS
from tests.builders.sync_files import CODE
from tests.end_to_end.prefect_flows.made_syncs import write_sync
from tests.stand_ins.prefect_server import Served
from tests.stand_ins.raw_server import RawServer, http
from tests.stand_ins.sandbox_process import SandboxProcess

BEATS = "PREFECT_FLOWS_HEARTBEAT_FREQUENCY"


@contextmanager
def _server_here(served: Served) -> Iterator[None]:
    """A server that is started in this test, on the database that another one left."""
    ours = {PREFECT_API_URL: served.api_url, PREFECT_HOME: served.home}
    with temporary_settings(ours), prefect_server(lambda _: None) as server:
        server.wait()
        yield


def _kill_all(served: Served) -> None:
    """The machine goes down: serve, the server and the flow at once."""
    serve = psutil.Process(served.pid)
    everybody = [serve, *serve.children(recursive=True)]
    for each in everybody:
        each.suspend()  # so that none of them sees another one die
    for each in everybody:
        each.kill()
    psutil.wait_procs(everybody)


def test_a_machine_that_went_down_and_came_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Runs without a process are crashed at the next start; deploy and serve exclude each other."""
    monkeypatch.chdir(tmp_path)
    state = f"sqlite:///{tmp_path / 'state.db'}"
    monkeypatch.setenv("SENDERSYNC_STATE", state)
    with SandboxProcess().start(sender_code=[CODE]) as sandbox, RawServer(http("ok")) as told:
        address = {"SENDERSYNC_TELL_WEBHOOK": f"{told.url}/hook"}
        served = Served(tmp_path, {**sandbox.env(), **address, "SENDERSYNC_STATE": state})
        write_sync(tmp_path, "first", range(90, 92))
        with served:
            served.until(lambda: "Stop with Ctrl-C" in served.log, "all is served")
            _strangers_are_refused(served)
            _our_page_is_there(served)
            _a_failure_is_told(served, told)
            write_sync(tmp_path, "slow", range(1, 60), rate=1)
            served.until(lambda: "slow.yaml" in _offered(served), "the form offers what was added")
            real = {"mode": "For real"}
            run = served.start("sync_contacts/sync-now", options=real, sync={"file": "slow.yaml"})
            served.until(lambda: sandbox.calls(), "the first call was taken")
            _it_beats_before_it_is_called_dead(served, run)
            _kill_all(served)
    with _server_here(served), served.asked_again():
        _only_their_own_machine_calls_runs_crashed(served, run)

        for _ in range(2):
            deploy(remove=False)
            pools = {each["work_pool_name"] for each in served.deployments().values()}
            assert pools == {"sendersync"}
        given = [each["job_variables"]["env"][BEATS] for each in served.deployments().values()]
        assert set(given) == {str(HEARTBEAT_SECONDS)}
        paths = [each["entrypoint"] for each in served.deployments().values()]
        assert all(Path(each.rpartition(":")[0]).is_absolute() for each in paths)
        with pytest.raises(WrongUse, match="Workers run these deployments already"):
            serve()
        deploy(remove=True)
        assert served.deployments() == {}
        deploy(remove=True)
        assert "Removed 0 deployments." in capsys.readouterr().out
    with temporary_settings({PREFECT_API_URL: served.api_url}), pytest.raises(TryLater):
        deploy(remove=False)


def _only_their_own_machine_calls_runs_crashed(served: Served, run: str) -> None:
    """On a server that machines share, a run without a process here may live on another one."""
    shared = "http://prefect.example.com/api"
    begun = served.create("check_source/check", {}, state={"type": "PENDING"}).json()["id"]
    with get_client(sync_client=True) as client:
        assert client.read_flow_run(UUID(run)).labels[MACHINE] == platform.node()
        client.update_flow_run_labels(UUID(run), {MACHINE: "another"})
        assert end_dead_runs(shared) == []
        client.update_flow_run_labels(UUID(run), {MACHINE: platform.node()})
    assert len(end_dead_runs(shared)) == 1
    assert served.run(run)["state_name"] == "Crashed"
    # killed before it could say where it is: whoever has the server on this machine knows
    assert served.run(begun)["state_name"] == "Pending"
    assert len(end_dead_runs(served.api_url)) == 1
    assert served.run(begun)["state_name"] == "Crashed"
    assert end_dead_runs(served.api_url) == []


def _offered(served: Served) -> list[str]:
    """The drop-down of sync files."""
    schema = served.deployments()["sync_contacts/sync-now"]["parameter_openapi_schema"]
    return list(schema["definitions"]["SyncChoice"]["properties"]["file"].get("enum", []))


def _it_beats_before_it_is_called_dead(served: Served, run: str) -> None:
    """The process of a run says that it lives three times while Prefect waits for it once."""
    environments = (each.environ() for each in psutil.Process(served.pid).children(recursive=True))
    (given,) = [each for each in environments if each.get("PREFECT__FLOW_RUN_ID") == run]
    (dead,) = [each for each in served.call("/automations/filter", {}) if each["name"] == DEAD]
    assert dead["trigger"]["within"] == 3 * int(given[BEATS])
    assert dead["trigger"]["match_related"] == {
        "prefect.resource.id": "prefect.tag.sendersync",
        "prefect.resource.role": "tag",
    }


def _strangers_are_refused(served: Served) -> None:
    """Another page of the user's browser cannot start anything, nor read what is there."""
    asked = {"name": "from elsewhere"}
    blind = httpx.post(f"{served.api_url}/flows/", json=asked, trust_env=False)
    assert blind.status_code == 403
    other = {"Origin": "https://evil.example"}
    read = httpx.get(f"{served.api_url}/csrf-token?client=x", headers=other, trust_env=False)
    assert "access-control-allow-origin" not in read.headers
    named = httpx.get(f"{served.api_url}/health", headers={"Host": "evil.example"}, trust_env=False)
    assert named.status_code == 421


def _a_failure_is_told(served: Served, told: RawServer) -> None:
    """The address that is named hears of a run that failed, in a sentence."""
    (served.folder / "first.csv").unlink()
    served.start("sync_contacts/sync-now", sync={"file": "first.yaml"})
    served.until(lambda: told.bodies, "the address was told")
    said = json.loads(told.bodies[0])["text"]
    assert said.startswith("first failed. ")
    assert "first.csv" in said


def _our_page_is_there(served: Served) -> None:
    """Beside Prefect's page ours listens, and its token stands in what serve prints."""
    found = re.search(r"held runs: (http://\S+)\n  its token: (\S{20,})\n", served.log)
    assert found, served.log
    page, token = found.groups()
    with httpx.Client(base_url=page, trust_env=False, follow_redirects=True) as client:
        assert "token" in client.get("/").text
        entered = client.post("/login", data={"token": token}, headers={"Origin": page})
        assert entered.status_code == 200, entered.text


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    """The message says which program holds the port, and how to take another."""
    with SandboxProcess().start(sender_code=[CODE]) as sandbox:
        port = int(sandbox.url.rpartition(":")[2])
        assert "python" in holder_of(port)
        ours = {PREFECT_API_URL: f"http://127.0.0.1:{port}/api", PREFECT_HOME: tmp_path}
        with (
            temporary_settings(ours),
            pytest.raises(WrongUse, match=r"Port \d+ is taken by python") as refused,
            prefect_server(lambda _: None),
        ):
            pass
        assert "PREFECT_SERVER_API_PORT=" in refused.value.do
