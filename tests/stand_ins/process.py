"""What the stand-ins have in common as processes: starting, ending, the control API.

Options are those of their ``--help``, with underscores. Calls can be held, so that a test that
needs something under way waits for it, and does not have to be quick.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from types import TracebackType
from typing import Any, Self

import httpx

from tests.builders.repository import ROOT
from tests.waiting.until import until


class StandIn:
    """One process and its control API."""

    command: tuple[str, ...]
    """The module that is run, and what it is always told."""

    def __init__(self) -> None:
        """Nothing runs yet."""
        self.url = ""
        self._options: dict[str, Any] = {}
        self._process: subprocess.Popen[str] | None = None
        self._control: httpx.Client | None = None

    # The process

    def start(self, **options: Any) -> Self:
        """Starts it on a free port (or ``port=``) and returns when it listens.

        ``True`` is a flag, a list repeats its option, ``None`` and ``False`` leave it out.
        """
        assert self._process is None, "it runs already"
        self._options = options
        argv = [sys.executable, "-m", *self.command, "--announce"]
        for name, value in {"port": 0, **options}.items():
            option = "--" + name.replace("_", "-")
            if value is True:
                argv.append(option)
            elif value is not None and value is not False:
                for one in value if isinstance(value, list) else [value]:
                    argv += [option, str(one)]
        self._process = subprocess.Popen(
            argv, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            _, complaint = self._process.communicate()
            self._process = None
            raise RuntimeError(f"it did not start: {complaint}")
        self._announced(json.loads(line))
        self._control = httpx.Client(base_url=self.url, timeout=120, trust_env=False)
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

    def __enter__(self) -> Self:
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

    def state(self, **asked: Any) -> dict[str, Any]:
        """What it holds: counts, switches, counters of calls, and whatever its own README names."""
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

        Calls that were held up go on. Settings: ``seed``, ``add=True``, ``latency_ms``.
        """
        body = {"faults": list(rules), **settings}
        return self._call("POST", "/sandbox/faults", json=body)

    def hold(self, after: int = 0, **settings: Any) -> None:
        """Lets so many calls through; those behind them are done, and answered at `faults`."""
        rule = {"kind": "slow", "seconds": 3600, "nth": list(range(after + 1, after + 300))}
        self.faults(rule, **settings)

    def until_called(self, count: int) -> None:
        """Waits until so many calls have arrived since the start or the last reset."""
        until(lambda: self._counters()["total"] >= count, f"{count} calls")

    def in_flight(self) -> int:
        """How many calls have arrived and are not answered."""
        return self._counters()["in_flight"]

    def until_in_flight(self, count: int) -> None:
        """Waits until so many calls have arrived and none of them is answered."""
        until(lambda: self.in_flight() >= count, f"{count} calls in flight")

    def until_idle(self) -> None:
        """Waits until every call that has arrived is answered."""
        until(lambda: self.in_flight() == 0, "no call in flight")

    def setup(self, **things: Any) -> dict[str, Any]:
        """Adds to what it holds, or changes it; what it says of that."""
        return self._call("POST", "/sandbox/setup", json=things)

    def reset(self) -> None:
        """Puts everything back to how it started."""
        self._call("POST", "/sandbox/reset")

    def _announced(self, said: dict[str, Any]) -> None:
        self.url = said["url"]

    def _counters(self) -> dict[str, int]:
        counters: dict[str, int] = self.state(limit=0)["calls"]
        return counters

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
            code = process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
        finally:
            self._drain.join()  # it ends with the process
            for stream in (process.stdout, process.stderr):
                if stream:
                    stream.close()
            self._process = self._control = None
        return code
