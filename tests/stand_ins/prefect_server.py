"""`serve()` as a real process: a Prefect server of its own and our deployments, for a session.

    with Served(folder, env=sandbox.env()) as served:
        run = served.start("sync_contacts/sync-now", sync={"file": "contacts.yaml"})
        assert served.ended(run)["state_name"] == "Completed"

Starting it takes about ten seconds, so one is shared by all tests that need Prefect.
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

import httpx

from tests.waiting.until import until

T = TypeVar("T")

_FINAL = frozenset({"COMPLETED", "FAILED", "CANCELLED", "CRASHED"})


class Served:
    """A served set of deployments.

    Args:
        folder: Working folder of the process; paths of sync files start there.
        env: Where the platform and the state are.
        deployments: The file to serve; default: the project's own.
    """

    def __init__(self, folder: Path, env: dict[str, str], deployments: Path | None = None) -> None:
        self.folder = folder
        self.home = folder / "prefect"
        self.api_url = f"http://127.0.0.1:{_free_port()}/api"
        self._env = env
        self._deployments = deployments
        self._lines: list[str] = []
        self._token = ""

    def __enter__(self) -> Served:
        """Starts it and returns when the deployments can be started."""
        given = f"Path({str(self._deployments)!r})" if self._deployments else ""
        ours = {
            "PREFECT_HOME": str(self.home),
            "PREFECT_API_URL": self.api_url,
            "PREFECT_RUNNER_POLL_FREQUENCY": "1",
            "SENDERSYNC_PAGE_PORT": "0",
            "SENDERSYNC_PAGE_UPLOADS": str(self.folder / "uploads"),
        }
        self._process = subprocess.Popen(
            [
                sys.executable,
                "-c",
                f"from pathlib import Path; from sendersync.serving.serve import serve; serve({given})",
            ],
            cwd=self.folder,
            env={**os.environ, **ours, **self._env},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self._drain = threading.Thread(target=self._read, daemon=True)
        self._drain.start()
        self._client = self._new_client()
        self.until(lambda: "Stop with Ctrl-C" in self.log, "the deployments are registered")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Ends it as a service manager would."""
        self.stop()

    def stop(self) -> int:
        """SIGTERM; its exit code."""
        self._client.close()
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        try:
            return self._process.wait(120)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._drain.join()
            if self._process.stdout:
                self._process.stdout.close()

    @property
    def pid(self) -> int:
        """The process that serves."""
        return self._process.pid

    @contextlib.contextmanager
    def asked_again(self) -> Iterator[None]:
        """To ask a server that somebody else started on the same address."""
        self._token = ""
        with self._new_client() as self._client:
            yield

    @property
    def log(self) -> str:
        """What it printed so far."""
        return "".join(self._lines)

    @property
    def stored(self) -> bytes:
        """Every byte that Prefect keeps: its database and all results."""
        return b"".join(p.read_bytes() for p in self.home.rglob("*") if p.is_file())

    def deployments(self) -> dict[str, dict[str, Any]]:
        """`flow/deployment` to the deployment; empty while the server is not there."""
        try:
            flows = {each["id"]: each["name"] for each in self.call("/flows/filter", {})}
            found = self.call("/deployments/filter", {})
        except httpx.HTTPError:
            return {}
        return {f"{flows[each['flow_id']]}/{each['name']}": each for each in found}

    def create(self, name: str, parameters: dict[str, Any], **more: Any) -> httpx.Response:
        """What the form's Submit sends, with its answer; `more` are its additional options."""
        deployment = self.call(f"/deployments/name/{name}")
        body = {"parameters": parameters, "state": {"type": "SCHEDULED"}, **more}
        return self._send("POST", f"/deployments/{deployment['id']}/create_flow_run", body)

    def start(self, name: str, **parameters: Any) -> str:
        """Starts a flow run as the form does; its id."""
        answer = self.create(name, parameters)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def run(self, flow_run: str) -> dict[str, Any]:
        """The flow run as it is now."""
        found: dict[str, Any] = self.call(f"/flow_runs/{flow_run}")
        return found

    def ended(self, flow_run: str) -> dict[str, Any]:
        """The flow run, once it has ended."""
        self.until(lambda: self.run(flow_run)["state_type"] in _FINAL, "the flow run has ended")
        return self.run(flow_run)

    def is_alive(self, flow_run: str) -> bool:
        """Whether the process of a flow run is still there, if only to send its last log."""
        mark = f"PREFECT__FLOW_RUN_ID={flow_run}".encode()
        found = False
        for each in Path("/proc").glob("[0-9]*/environ"):
            with contextlib.suppress(OSError):  # it has ended, or is somebody else's
                found |= mark in each.read_bytes()
        return found

    def task_runs(self, flow_run: str) -> list[dict[str, Any]]:
        """Its task runs by name; they reach the server after the flow run has ended."""
        asked = {"flow_runs": {"id": {"any_": [flow_run]}}, "sort": "EXPECTED_START_TIME_ASC"}

        def settled() -> list[dict[str, Any]]:
            found: list[dict[str, Any]] = self.call("/task_runs/filter", asked)
            return found if found and all(t["state_type"] in _FINAL for t in found) else []

        return self.until(settled, "the task runs have arrived")

    def report(self, flow_run: str) -> str:
        """The report page of a flow run; empty when it has none."""
        return next(iter(self.reports(flow_run)), "")

    def reports(self, flow_run: str) -> list[str]:
        """All its report pages."""
        asked = {"artifacts": {"flow_run_id": {"any_": [flow_run]}, "type": {"any_": ["markdown"]}}}
        return [str(each["data"]) for each in self.call("/artifacts/filter", asked)]

    def progress(self, flow_run: str) -> str:
        """What stands beside its bar of progress; empty while there is none."""
        asked = {"artifacts": {"flow_run_id": {"any_": [flow_run]}, "type": {"any_": ["progress"]}}}
        found = self.call("/artifacts/filter", asked)
        return str(found[0]["description"]) if found else ""

    def logged(self, flow_run: str) -> str:
        """What the server keeps of its log; records arrive some seconds late."""
        asked = {"logs": {"flow_run_id": {"any_": [flow_run]}}}
        return "\n".join(each["message"] for each in self.call("/logs/filter", asked))

    def cancel(self, flow_run: str) -> None:
        """What the UI's Cancel does."""
        self.call(f"/flow_runs/{flow_run}/set_state", {"state": {"type": "CANCELLING"}})

    def retry(self, flow_run: str) -> None:
        """What the UI's Retry does."""
        state = {"type": "SCHEDULED", "name": "AwaitingRetry"}
        self.call(f"/flow_runs/{flow_run}/set_state", {"state": state, "force": True})

    def call(self, path: str, body: Any = None) -> Any:
        """One request to Prefect's API."""
        answer = self._send("GET" if body is None else "POST", path, body)
        answer.raise_for_status()
        return answer.json()

    def _send(self, method: str, path: str, body: Any) -> httpx.Response:
        """Prefect answers 503 while its SQLite file is locked; its own clients ask again, too."""
        for _ in range(20):
            headers = self._csrf() if method != "GET" else {}
            answer = self._client.request(method, path, json=body, headers=headers)
            if answer.status_code != 503:
                break
            time.sleep(0.5)
        return answer

    def _new_client(self) -> httpx.Client:
        # its server cuts connections that were idle for five seconds: none is kept
        new = httpx.Limits(max_keepalive_connections=0)
        return httpx.Client(base_url=self.api_url, timeout=120, trust_env=False, limits=new)

    def _csrf(self) -> dict[str, str]:
        """What the page sends along with everything that changes something, fetched once."""
        if not self._token:
            answer = self._client.get("/csrf-token", params={"client": "tests"})
            self._token = answer.json()["token"] if answer.is_success else ""
        return {"Prefect-Csrf-Client": "tests", "Prefect-Csrf-Token": self._token}

    def until(self, true: Callable[[], T], what: str) -> T:
        """Waits until something is so; fails at once when the process has ended."""

        def alive_and_true() -> T:
            assert self._process.poll() is None, f"serve ended: {self.log}"
            return true()

        try:
            return until(alive_and_true, what, every=0.2)
        except AssertionError as late:
            late.add_note(self.log)
            raise

    def _read(self) -> None:
        assert self._process.stdout is not None
        self._lines.extend(self._process.stdout)


def _free_port() -> int:
    """A free port that stays free: no connection and no server that takes any port gets it.

    The system gives those a port above 32768, and the server takes seconds to begin.
    """
    while True:
        port = random.randrange(20_000, 32_000)
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


@contextlib.contextmanager
def inside(served: Served) -> Iterator[None]:
    """Flows called as functions in this process report to that server.

    Their log stays here: the thread that sends it would, at the end of the tests, try for a minute
    to reach a server that is gone.
    """
    from prefect.settings import (
        PREFECT_API_URL,
        PREFECT_HOME,
        PREFECT_LOGGING_TO_API_ENABLED,
        temporary_settings,
    )

    ours = {
        PREFECT_API_URL: served.api_url,
        PREFECT_HOME: served.home,
        PREFECT_LOGGING_TO_API_ENABLED: False,
    }
    with temporary_settings(ours):
        yield
