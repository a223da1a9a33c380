"""``/sandbox/...``: what a test or a person uses to look inside and to set things up.

None of this exists on the real platform.

==========================  ==========================================================
``GET /``                   the page for people
``GET /sandbox/health``     ``{"ok": true}``
``GET /sandbox/state``      counts, setup, subscriptions, opt-outs, messages, sends, calls
``GET /sandbox/calls``      calls in order of arrival; ``?since=N&limit=M`` or ``?last=M``
``GET /sandbox/faults``     the faults in force and how often they fired
``POST /sandbox/faults``    ``{"faults": [...], "seed": 7, "add": false, "latency_ms": 20}``
``DELETE /sandbox/faults``  no faults, no latency
``POST /sandbox/setup``     see ``sandbox/setup.py``
``POST /sandbox/reset``     as it was when it started; a ``--db`` file is emptied too
==========================  ==========================================================
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Collection
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from sandbox.setup import only_known, set_up
from sandbox.sms.faults import read_fault
from sandbox.sms.platform import Platform

_PAGE = Path(__file__).with_name("page.html")


class Control:
    """The control API over one platform."""

    def __init__(self, platform: Platform, start_again: Callable[[], None]) -> None:
        """``start_again`` puts everything back to where the options left it."""
        self._platform = platform
        self._start_again = start_again
        self.app = Starlette(
            routes=[
                Route("/", self._page),
                Route("/sandbox/health", self._health),
                Route("/sandbox/state", self._state),
                Route("/sandbox/calls", self._calls),
                Route("/sandbox/faults", self._faults, methods=["GET"]),
                Route("/sandbox/faults", self._set_faults, methods=["POST"]),
                Route("/sandbox/faults", self._no_faults, methods=["DELETE"]),
                Route("/sandbox/setup", self._set_up, methods=["POST"]),
                Route("/sandbox/reset", self._reset, methods=["POST"]),
                Route("/{anything:path}", self._nothing),
            ],
        )

    async def _page(self, request: Request) -> Response:
        return HTMLResponse(_PAGE.read_text(encoding="utf-8"))

    async def _health(self, request: Request) -> Response:
        return JSONResponse({"ok": True})

    async def _nothing(self, request: Request) -> Response:
        body = {"error": "Not Found", "status": "Not Found", "statusCode": 404}
        return JSONResponse(body, status_code=404)

    async def _state(self, request: Request) -> Response:
        asked = request.query_params
        try:
            skip, limit = int(asked.get("skip", 0)), int(asked.get("limit", 1_000_000))
        except ValueError:
            return _refusal("skip and limit are whole numbers")
        newest = asked.get("order") == "newest"
        code, phone = asked.get("sender_code"), asked.get("phone")

        def fits(thing: Any) -> bool:
            return code in (None, getattr(thing, "sender_code", code)) and phone in (
                None,
                getattr(thing, "phone", phone),
            )

        def page(things: Collection[Any]) -> list[dict[str, Any]]:
            # Lazily: the page for people asks every two seconds, and there may be a million.
            ordered = reversed(things) if newest else iter(things)  # type: ignore[call-overload]
            wanted = filter(fits, ordered) if code or phone else ordered
            return [asdict(thing) for thing in islice(wanted, skip, skip + limit)]

        realm, platform = self._platform.realm, self._platform
        return JSONResponse(
            {
                "realm": {"name": platform.credentials.realm, "id": realm.id},
                "switches": asdict(realm.switches),
                "latency_ms": platform.latency * 1000,
                "counts": {
                    "subscriptions": len(realm.subscriptions),
                    "opt_outs": len(realm.opt_outs),
                    "messages": len(realm.messages),
                    "sends": len(realm.sends),
                    "email_contacts": sum(map(len, realm.contacts.values())),
                    "subscriptions_by_sender_code": dict(+realm.count_by_code),
                },
                "sender_codes": list(realm.sender_codes),
                "groups": list(realm.groups),
                "labels": list(realm.labels),
                "subscriptions": page(realm.subscriptions.values()),
                "opt_outs": page(realm.opt_outs.values()),
                "messages": page(realm.messages.values()),
                "sends": page(realm.sends),
                "calls": platform.calls.counters(),
            }
        )

    async def _calls(self, request: Request) -> Response:
        calls, asked = self._platform.calls, request.query_params
        try:
            last, since = int(asked.get("last", 0)), int(asked.get("since", 0))
            limit = int(asked.get("limit", 10_000))
        except ValueError:
            return _refusal("since, limit and last are whole numbers")
        if last:
            since, limit = max(since, calls.total - last), last
        found = calls.since(since, limit)
        plus = self._platform.realm.switches.plus
        return JSONResponse(
            {
                "calls": [call.as_json(plus) for call in found],
                "next": found[-1].n if found else since,
                "total": calls.total,
                "now": time.monotonic(),
                "oldest_kept": calls.latest[0].n if calls.latest else None,
            }
        )

    async def _faults(self, request: Request) -> Response:
        return self._faults_now()

    def _faults_now(self) -> Response:
        faults = self._platform.faults
        latency = self._platform.latency * 1000
        return JSONResponse({"faults": faults.listed(), "seed": faults.seed, "latency_ms": latency})

    async def _set_faults(self, request: Request) -> Response:
        try:
            given = await _json(request)
            if isinstance(given, list):
                given = {"faults": given}
            elif "kind" in given:
                given = {"faults": [given]}
            only_known(given, "faults", "seed", "add", "latency_ms")
            rules = [read_fault(rule) for rule in given.get("faults", [])]
            seed = given.get("seed")
            latency = given.get("latency_ms")
            latency = None if latency is None else float(latency) / 1000
            if "faults" in given or seed is not None:
                self._platform.faults.install(
                    rules, seed=None if seed is None else int(seed), add=bool(given.get("add"))
                )
        except (ValueError, TypeError, AttributeError) as wrong:
            return _refusal(str(wrong))
        if latency is not None:
            self._platform.latency = latency
        return self._faults_now()

    async def _no_faults(self, request: Request) -> Response:
        self._platform.faults.install([])
        self._platform.latency = 0.0
        return self._faults_now()

    async def _set_up(self, request: Request) -> Response:
        try:
            set_up(self._platform.realm, await _json(request))
        except (ValueError, TypeError, KeyError, AttributeError) as wrong:
            return _refusal(str(wrong))
        return JSONResponse({"ok": True})

    async def _reset(self, request: Request) -> Response:
        self._start_again()
        return JSONResponse({"ok": True})


async def _json(request: Request) -> Any:
    body = await request.body()
    return json.loads(body) if body else {}


def _refusal(text: str) -> Response:
    return JSONResponse({"error": text}, status_code=400)
