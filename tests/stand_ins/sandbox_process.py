"""A sandbox as a real process, for any test that talks to the SMS platform.

    with SandboxProcess().start(latency_ms=20, sender_code=["12065551212"]) as sandbox:
        subprocess.run([...], env=os.environ | sandbox.env())
        assert sandbox.state()["counts"]["subscriptions"] == 2
        assert [call["command"] for call in sandbox.calls()] == ["addPhoneToSenderCode"] * 2

Options are those of ``python -m sandbox --help``, with underscores. Import it as
``from tests.stand_ins.sandbox_process import SandboxProcess``.
"""

from __future__ import annotations

from typing import Any, Self

import httpx

from tests.stand_ins.process import StandIn


class SandboxProcess(StandIn):
    """One sandbox process and its control API."""

    command = ("sandbox",)

    @property
    def realm(self) -> str:
        """User name of its credentials."""
        return str(self._options.get("realm", "demo"))

    @property
    def password(self) -> str:
        """Password of its credentials."""
        return str(self._options.get("password", "demo-password"))

    def restart(self, *, kill: bool = False) -> Self:
        """Ends it and starts it with the same options on the same port."""
        port = int(self.url.rsplit(":", 1)[1])
        self._end(kill=kill)
        return self.start(**{**self._options, "port": port})

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
            **{"base_url": self.url, "auth": auth, "timeout": 60, "trust_env": False, **settings}
        )

    def fault_counts(self) -> list[dict[str, Any]]:
        """The faults in force, with how many calls each has ``seen`` and ``fired`` on."""
        rules: list[dict[str, Any]] = self._call("GET", "/sandbox/faults")["faults"]
        return rules
