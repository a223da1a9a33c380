"""``/sandbox/...`` of a CRM: what a test uses to look inside and to set things up.

None of this exists on the real CRMs. Calls, faults and health are in
``sandbox/watching.py``.

==========================  ==========================================================
``GET /sandbox/state``      counts, switches, counters of calls
``GET /sandbox/records``    records as they are: ``?skip=&limit=&object=``
``POST /sandbox/setup``     see ``sandbox/crm/README.md``
``POST /sandbox/reset``     as it was when it started
==========================  ==========================================================
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.crm.front import KINDS, Front
from sandbox.watching import Watch, refusal, sent_json


class CrmControl:
    """The control API over one CRM."""

    def __init__(self, front: Front, start_again: Callable[[], None]) -> None:
        """``start_again`` puts everything back to where the options left it."""
        self._front = front
        self._start_again = start_again
        watch = Watch(front, lambda call: call.as_json(), KINDS)
        self.app = Starlette(
            routes=[
                *watch.routes,
                Route("/sandbox/state", self._state),
                Route("/sandbox/records", self._records),
                Route("/sandbox/setup", self._set_up, methods=["POST"]),
                Route("/sandbox/reset", self._reset, methods=["POST"]),
            ],
        )

    async def _state(self, request: Request) -> Response:
        front = self._front
        return JSONResponse(
            {
                **front.crm.state(),
                "latency_ms": front.latency * 1000,
                "calls": front.calls.counters(),
            }
        )

    async def _records(self, request: Request) -> Response:
        asked, crm = request.query_params, self._front.crm
        name = asked.get("object", crm.default_object)
        if name not in crm.objects():
            return refusal(f"no object {name!r}")
        skip, limit = int(asked.get("skip", 0)), int(asked.get("limit", 10_000))
        records = crm.objects()[name]
        page = islice(records, skip, skip + limit)
        return JSONResponse({"records": [crm.shown(one, name) for one in page]})

    async def _set_up(self, request: Request) -> Response:
        try:
            made = self._front.crm.set_up(await sent_json(request))
        except (ValueError, TypeError, KeyError, AttributeError) as wrong:
            return refusal(f"{type(wrong).__name__}: {wrong}")
        return JSONResponse({"ok": True, **made})

    async def _reset(self, request: Request) -> Response:
        self._start_again()
        return JSONResponse({"ok": True})
