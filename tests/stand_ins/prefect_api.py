"""Prefect's API, asked as its page asks: starts flow runs, and reads what became of them."""

from __future__ import annotations

import contextlib
import random
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import httpx

from tests.waiting.until import until

T = TypeVar("T")

_FINAL = frozenset({"COMPLETED", "FAILED", "CANCELLED", "CRASHED"})


class PrefectApi:
    """One server, which may end and come back.

    Args:
        api_url: Its API.
    """

    def __init__(self, api_url: str) -> None:
        self.api_url = api_url
        self._token = ""
        self._client = self._new_client()

    @contextlib.contextmanager
    def asked_again(self) -> Iterator[None]:
        """To ask a server that somebody else started on the same address."""
        self._token = ""
        with self._new_client() as self._client:
            yield

    def until(self, true: Callable[[], T], what: str) -> T:
        """Waits until something is so."""
        return until(true, what, every=0.2)

    def is_there(self) -> bool:
        """Whether it answers."""
        try:
            return self._client.get("/health").is_success
        except httpx.HTTPError:
            return False

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


def free_port() -> int:
    """A free port that stays free: no connection and no server that takes any port gets it.

    The system gives those a port above 32768, and the server takes seconds to begin.
    """
    while True:
        port = random.randrange(20_000, 32_000)
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
