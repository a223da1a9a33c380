"""A sandbox as a real process, for any test that talks to the SMS platform.

    with SandboxProcess().start(latency_ms=20, sender_code=["12065551212"]) as sandbox:
        subprocess.run([...], env=os.environ | sandbox.env())
        assert sandbox.state()["counts"]["subscriptions"] == 2
        assert [call["command"] for call in sandbox.calls()] == ["addPhoneToSenderCode"] * 2

Options are those of ``python -m sandbox --help``, with underscores. Import it as
``from tests.sandbox_process import SandboxProcess``.
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


class SandboxProcess:
    """One sandbox process and its control API."""

    def __init__(self) -> None:
        """Nothing runs yet."""
        self.url = ""
        self.realm = "demo"
        self.password = "demo-password"
        self._options: dict[str, Any] = {}
        self._process: subprocess.Popen[str] | None = None
        self._control: httpx.Client | None = None

    # The process

    def start(self, **options: Any) -> SandboxProcess:
        """Starts it on a free port (or ``port=``) and returns when it listens.

        ``True`` is a flag, a list repeats its option, ``None`` and ``False`` leave it out.
        """
        assert self._process is None, "it runs already"
        self._options = options
        self.realm = options.get("realm", "demo")
        self.password = options.get("password", "demo-password")
        argv = [sys.executable, "-m", "sandbox", "--announce"]
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
            raise RuntimeError(f"the sandbox did not start: {complaint}")
        self.url = json.loads(line)["url"]
        self._control = httpx.Client(base_url=self.url, timeout=30, trust_env=False)
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

    def restart(self, *, kill: bool = False) -> SandboxProcess:
        """Ends it and starts it with the same options on the same port."""
        port = int(self.url.rsplit(":", 1)[1])
        self._end(kill=kill)
        return self.start(**{**self._options, "port": port})

    @property
    def pid(self) -> int:
        """Its process id."""
        assert self._process is not None, "it does not run"
        return self._process.pid

    @property
    def complaints(self) -> str:
        """What it printed on standard error so far."""
        return "".join(self._complaints)

    def __enter__(self) -> SandboxProcess:
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

    def env(self) -> dict[str, str]:
        """The environment that points ``sendersync`` at it."""
        return {
            "SENDERSYNC_API_URL": self.url,
            "SENDERSYNC_REALM": self.realm,
            "SENDERSYNC_PASSWORD": self.password,
        }

    def client(self, **settings: Any) -> httpx.Client:
        """A plain httpx client with the right credentials."""
        auth = (self.realm, self.password)
        return httpx.Client(
            **{"base_url": self.url, "auth": auth, "timeout": 10, "trust_env": False, **settings}
        )

    def state(self, **asked: Any) -> dict[str, Any]:
        """What it holds; ``skip``, ``limit``, ``order="newest"``, ``phone``, ``sender_code``."""
        return self._call("GET", "/sandbox/state", params=asked)

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

    def fault_counts(self) -> list[dict[str, Any]]:
        """The faults in force, with how many calls each has ``seen`` and ``fired`` on."""
        rules: list[dict[str, Any]] = self._call("GET", "/sandbox/faults")["faults"]
        return rules

    def setup(self, **things: Any) -> None:
        """Adds to what it holds: see ``sandbox/setup.py``."""
        self._call("POST", "/sandbox/setup", json=things)

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
