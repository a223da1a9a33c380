"""The part of the control API that every stand-in has: calls, faults, health.

==========================  ==========================================================
``GET /sandbox/health``     ``{"ok": true}``
``GET /sandbox/calls``      calls in order of arrival; ``?since=N&limit=M`` or ``?last=M``
``GET /sandbox/faults``     the faults in force and how often they fired
``POST /sandbox/faults``    ``{"faults": [...], "seed": 7, "add": false, "latency_ms": 20}``
``DELETE /sandbox/faults``  no faults, no latency; both let waiting calls go on
==========================  ==========================================================
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.calls import Calls
from sandbox.faults import Faults, read_fault


class Watched(Protocol):
    """What is looked at."""

    faults: Faults
    latency: float

    @property
    def calls(self) -> Calls[Any]:
        """The calls so far."""


class Watch:
    """Routes over one stand-in."""

    def __init__(
        self, watched: Watched, show: Callable[[Any], dict[str, Any]], kinds: Mapping[str, str]
    ) -> None:
        """``show`` turns a call into JSON; ``kinds`` are the faults there are."""
        self._watched = watched
        self._show = show
        self._kinds = kinds
        self.routes = [
            Route("/sandbox/health", self._health),
            Route("/sandbox/calls", self._calls),
            Route("/sandbox/faults", self._faults, methods=["GET"]),
            Route("/sandbox/faults", self._set_faults, methods=["POST"]),
            Route("/sandbox/faults", self._no_faults, methods=["DELETE"]),
        ]

    async def _health(self, request: Request) -> Response:
        return JSONResponse({"ok": True})

    async def _calls(self, request: Request) -> Response:
        calls, asked = self._watched.calls, request.query_params
        try:
            last, since = int(asked.get("last", 0)), int(asked.get("since", 0))
            limit = int(asked.get("limit", 10_000))
        except ValueError:
            return refusal("since, limit and last are whole numbers")
        if last:
            since, limit = max(since, calls.total - last), last
        found = calls.since(since, limit)
        return JSONResponse(
            {
                "calls": [self._show(call) for call in found],
                "next": found[-1].n if found else since,
                "total": calls.total,
                "now": time.monotonic(),
                "oldest_kept": calls.latest[0].n if calls.latest else None,
            }
        )

    async def _faults(self, request: Request) -> Response:
        return self._faults_now()

    def _faults_now(self) -> Response:
        faults = self._watched.faults
        latency = self._watched.latency * 1000
        return JSONResponse({"faults": faults.listed(), "seed": faults.seed, "latency_ms": latency})

    async def _set_faults(self, request: Request) -> Response:
        try:
            given = await sent_json(request)
            if isinstance(given, list):
                given = {"faults": given}
            elif "kind" in given:
                given = {"faults": [given]}
            only_known(given, "faults", "seed", "add", "latency_ms")
            rules = [read_fault(rule, self._kinds) for rule in given.get("faults", [])]
            seed = given.get("seed")
            latency = given.get("latency_ms")
            latency = None if latency is None else float(latency) / 1000
            if "faults" in given or seed is not None:
                self._watched.faults.install(
                    rules, seed=None if seed is None else int(seed), add=bool(given.get("add"))
                )
        except (ValueError, TypeError, AttributeError) as wrong:
            return refusal(str(wrong))
        if latency is not None:
            self._watched.latency = latency
            self._watched.faults.release()
        return self._faults_now()

    async def _no_faults(self, request: Request) -> Response:
        self._watched.latency = 0.0
        self._watched.faults.install([])
        return self._faults_now()


async def sent_json(request: Request) -> Any:
    """The JSON body of a request; nothing is an empty object.

    Raises:
        ValueError: it is not JSON.
    """
    body = await request.body()
    return json.loads(body) if body else {}


def refusal(text: str) -> Response:
    """The control API's own 400."""
    return JSONResponse({"error": text}, status_code=400)


def only_known(given: Mapping[str, Any], *allowed: str) -> None:
    """Refuses keys that nothing reads.

    Raises:
        ValueError: with what there is.
    """
    unknown = sorted(set(given) - set(allowed))
    if unknown:
        raise ValueError(f"unknown: {', '.join(unknown)}; there are: {', '.join(allowed)}")
