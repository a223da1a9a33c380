"""The sandbox of the demo: a process of its own on a free port, asked what it holds."""

from __future__ import annotations

import json
import subprocess
from collections import Counter
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from schemas.errors import RunFailed
from sendersync.cli.commands.setup.sandbox import COMMAND

if TYPE_CHECKING:
    from connectors.destinations.sms_platform.client import SmsPlatform

_REALM, _PASSWORD = "demo", "demo-password"  # the sandbox's own, of no use elsewhere


class DemoSandbox:
    """Runs while the `with` block does."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        """Starts it; it takes a second, in which something else can be done."""
        self._process = subprocess.Popen(
            [*COMMAND, "--port", "0", "--announce", "--realm", _REALM, "--password", _PASSWORD],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            # a Ctrl-C at the terminal is ours: it is ended when we are done with it
            start_new_session=True,
        )
        return self

    @cached_property
    def url(self) -> str:
        """Its page for people, and its address for calls, once it answers.

        Raises:
            RunFailed: It does not start.
        """
        stdout = self._process.stdout if self._process else None
        line = stdout.readline() if stdout else ""
        if not line:
            raise RunFailed(
                "The sandbox did not start.",
                where="sendersync sandbox",
                do="Run `sendersync sandbox --port 0` to see why.",
            )
        return str(json.loads(line)["url"])

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Ends it."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()

    def variables(self) -> dict[str, str]:
        """The variables of the environment that point at it."""
        return {
            "SENDERSYNC_API_URL": self.url,
            "SENDERSYNC_REALM": _REALM,
            "SENDERSYNC_PASSWORD": _PASSWORD,
        }

    def platform(self) -> SmsPlatform:
        """The platform's connector, pointed at it."""
        from connectors.configuration.environment import platform_settings
        from connectors.destinations.sms_platform.client import SmsPlatform

        return SmsPlatform(platform_settings(self.variables()))

    def subscribed(self) -> set[tuple[str, str]]:
        """(phone with plus, sender code) of everybody it would send to."""
        held: dict[str, Any] = self._read("/sandbox/state")
        return {(f"+{each['phone']}", each["sender_code"]) for each in held["subscriptions"]}

    def calls(self) -> Counter[str]:
        """How often each command was called so far."""
        found: Counter[str] = Counter()
        since = 0
        while True:
            page: dict[str, Any] = self._read(f"/sandbox/calls?since={since}")
            if not page["calls"]:
                return found
            found.update(str(call["command"]) for call in page["calls"])
            since = page["next"]

    def _read(self, path: str) -> Any:
        from connectors.http_client.probes import read_json

        return read_json(self.url + path)
