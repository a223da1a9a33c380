"""A stand-in of a CRM as a real process, for any test that reads contacts from one.

    with CrmProcess("hubspot").start(generate=1000) as crm:
        answer = crm.client().get("/crm/v3/objects/contacts")
        assert [call["command"] for call in crm.calls()] == ["list"]

Options are those of ``python -m sandbox.crm --help``, with underscores. Import it as
``from tests.stand_ins.crm_process import CrmProcess``.
"""

from __future__ import annotations

from typing import Any

import httpx

from tests.stand_ins.process import StandIn

TOKEN = "pat-na1-sandbox"
"""The token of the HubSpot stand-in."""


class CrmProcess(StandIn):
    """One CRM process and its control API."""

    def __init__(self, crm: str) -> None:
        """``hubspot``, ``odoo`` or ``salesforce``; nothing runs yet."""
        super().__init__()
        self.crm = crm
        self.command = ("sandbox.crm", "--crm", crm)
        self.instance_url = ""

    def client(self, **settings: Any) -> httpx.Client:
        """A plain httpx client; for HubSpot with the right token."""
        headers = {"Authorization": f"Bearer {TOKEN}"} if self.crm == "hubspot" else {}
        defaults = {"base_url": self.url, "headers": headers, "timeout": 60, "trust_env": False}
        return httpx.Client(**{**defaults, **settings})

    def records(self, **asked: Any) -> list[dict[str, Any]]:
        """What it holds, whatever a read may say; ``skip``, ``limit``, ``object``."""
        found: list[dict[str, Any]] = self._call("GET", "/sandbox/records", params=asked)["records"]
        return found

    def _announced(self, said: dict[str, Any]) -> None:
        super()._announced(said)
        self.instance_url = said.get("instance_url", "")
