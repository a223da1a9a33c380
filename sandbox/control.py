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

from collections.abc import Callable, Collection
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from sandbox.setup import set_up
from sandbox.sms.faults import KINDS
from sandbox.sms.platform import Platform
from sandbox.watching import Watch, refusal, sent_json

_PAGE = Path(__file__).with_name("page.html")


class Control:
    """The control API over one platform."""

    def __init__(self, platform: Platform, start_again: Callable[[], None]) -> None:
        """``start_again`` puts everything back to where the options left it."""
        self._platform = platform
        self._start_again = start_again
        watch = Watch(platform, lambda call: call.as_json(platform.realm.switches.plus), KINDS)
        self.app = Starlette(
            routes=[
                Route("/", self._page),
                Route("/sandbox/state", self._state),
                *watch.routes,
                Route("/sandbox/setup", self._set_up, methods=["POST"]),
                Route("/sandbox/reset", self._reset, methods=["POST"]),
                Route("/{anything:path}", self._nothing),
            ],
        )

    async def _page(self, request: Request) -> Response:
        return HTMLResponse(_PAGE.read_text(encoding="utf-8"))

    async def _nothing(self, request: Request) -> Response:
        body = {"error": "Not Found", "status": "Not Found", "statusCode": 404}
        return JSONResponse(body, status_code=404)

    async def _state(self, request: Request) -> Response:
        asked = request.query_params
        try:
            skip, limit = int(asked.get("skip", 0)), int(asked.get("limit", 1_000_000))
        except ValueError:
            return refusal("skip and limit are whole numbers")
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

    async def _set_up(self, request: Request) -> Response:
        try:
            set_up(self._platform.realm, await sent_json(request))
        except (ValueError, TypeError, KeyError, AttributeError) as wrong:
            return refusal(str(wrong))
        return JSONResponse({"ok": True})

    async def _reset(self, request: Request) -> Response:
        self._start_again()
        return JSONResponse({"ok": True})
