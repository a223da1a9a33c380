"""A stand-in of a CRM as a real process, for any test that reads contacts from one.

    with CrmProcess("hubspot").start(generate=1000) as crm:
        answer = crm.client().get("/crm/v3/objects/contacts")
        assert [call["command"] for call in crm.calls()] == ["list"]

Options are those of ``python -m sandbox.crm --help``, with underscores. Import it as
``from tests.crm_process import CrmProcess``.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx

_ROOT = Path(__file__).resolve().parent.parent
TOKEN = "pat-na1-sandbox"
"""The token of the HubSpot stand-in."""


class CrmProcess:
    """One CRM process and its control API."""

    def __init__(self, crm: str) -> None:
        """``hubspot``, ``odoo`` or ``salesforce``; nothing runs yet."""
        self.crm = crm
        self.url = ""
        self.instance_url = ""
        self._options: dict[str, Any] = {}
        self._process: subprocess.Popen[str] | None = None
        self._control: httpx.Client | None = None

    def start(self, **options: Any) -> CrmProcess:
        """Starts it on a free port (or ``port=``) and returns when it listens.

        ``True`` is a flag, a list repeats its option, ``None`` and ``False`` leave it out.
        """
        assert self._process is None, "it runs already"
        self._options = options
        argv = [sys.executable, "-m", "sandbox.crm", "--crm", self.crm, "--announce"]
        for name, value in {"port": 0, **options}.items():
            option = "--" + name.replace("_", "-")
            if value is True:
                argv.append(option)
            elif value is not None and value is not False:
                for one in value if isinstance(value, list) else [value]:
                    argv += [option, str(one)]
        self._process = subprocess.Popen(
            argv, cwd=_ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            _, complaint = self._process.communicate(timeout=10)
            self._process = None
            raise RuntimeError(f"the CRM did not start: {complaint}")
        said = json.loads(line)
        self.url, self.instance_url = said["url"], said.get("instance_url", "")
        self._control = httpx.Client(base_url=self.url, timeout=60, trust_env=False)
        # A full pipe would stop the process, so what it complains about is drained.
        self._complaints: list[str] = []
        self._drain = threading.Thread(target=self._read_stderr, daemon=True)
        self._drain.start()
        return self

    def stop(self) -> int:
        """Asks it to end (SIGTERM); its exit code."""
        return self._end(kill=False)

    def kill(self) -> int:
        """Ends it at once (SIGKILL), as a crash would."""
        return self._end(kill=True)

    @property
    def pid(self) -> int:
        """Its process id."""
        assert self._process is not None, "it does not run"
        return self._process.pid

    @property
    def complaints(self) -> str:
        """What it printed on standard error so far."""
        return "".join(self._complaints)

    def __enter__(self) -> CrmProcess:
        """Starts it with its defaults, unless it runs already."""
        return self if self._process else self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Ends it."""
        if self._process:
            self.stop()

    # Talking to it

    def client(self, **settings: Any) -> httpx.Client:
        """A plain httpx client; for HubSpot with the right token."""
        headers = {"Authorization": f"Bearer {TOKEN}"} if self.crm == "hubspot" else {}
        defaults = {"base_url": self.url, "headers": headers, "timeout": 30, "trust_env": False}
        return httpx.Client(**{**defaults, **settings})

    def state(self) -> dict[str, Any]:
        """Counts, switches, counters of calls."""
        return self._call("GET", "/sandbox/state")

    def records(self, **asked: Any) -> list[dict[str, Any]]:
        """What it holds, whatever a read may say; ``skip``, ``limit``, ``object``."""
        found: list[dict[str, Any]] = self._call("GET", "/sandbox/records", params=asked)["records"]
        return found

    def calls(self, since: int = 0, command: str | None = None) -> list[dict[str, Any]]:
        """Every call after number ``since``, in order of arrival."""
        found: list[dict[str, Any]] = []
        while True:
            page = self._call("GET", "/sandbox/calls", params={"since": since})
            found += page["calls"]
            if not page["calls"]:
                break
            since = page["next"]
        return [call for call in found if command in (None, call["command"])]

    def faults(self, *rules: dict[str, Any], **settings: Any) -> dict[str, Any]:
        """Puts these faults in force, instead of those before; none: no faults.

        Settings: ``seed``, ``add=True``, ``latency_ms``.
        """
        body = {"faults": list(rules), **settings}
        return self._call("POST", "/sandbox/faults", json=body)

    def setup(self, **things: Any) -> dict[str, Any]:
        """Adds to what it holds, or changes it: see ``sandbox/crm/README.md``."""
        return self._call("POST", "/sandbox/setup", json=things)

    def reset(self) -> None:
        """Puts everything back to how it started."""
        self._call("POST", "/sandbox/reset")

    def _call(self, method: str, path: str, **sent: Any) -> dict[str, Any]:
        assert self._control is not None, "it does not run"
        answer = self._control.request(method, path, **sent)
        assert answer.status_code == 200, answer.text
        body: dict[str, Any] = answer.json()
        return body

    def _read_stderr(self) -> None:
        assert self._process is not None
        assert self._process.stderr is not None
        self._complaints.extend(self._process.stderr)

    def _end(self, *, kill: bool) -> int:
        assert self._process is not None, "it does not run"
        assert self._control is not None
        process = self._process
        self._control.close()
        if kill:
            process.kill()
        else:
            process.terminate()
        try:
            code = process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
        finally:
            self._drain.join(timeout=5)
            for stream in (process.stdout, process.stderr):
                if stream:
                    stream.close()
            self._process = self._control = None
        return code
