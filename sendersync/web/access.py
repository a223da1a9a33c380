"""Who may open which page: the name in the address, the page that asks, and the session.

An ASGI middleware before all routes, so that no route can forget it. It also adds the headers that
tell the browser what the page may do.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final
from urllib.parse import quote

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sendersync.web.pages.small_pages import refusal_page
from sendersync.web.sessions import Sessions

OPEN: Final = frozenset({"/login", "/style.css", "/drop.js", "/favicon.ico"})
"""What needs no session: how to sign in, and what every page looks like."""

_SAFE: Final = frozenset({"GET", "HEAD"})

HEADERS: Final = {
    # same-origin and not no-referrer: with that a browser sends `Origin: null` with our own forms
    "Referrer-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
}
"""Of every answer."""


class Access:
    """Lets a request pass, or answers it with a plain page."""

    def __init__(
        self, app: ASGIApp, sessions: Sessions, hosts: Collection[str], cookie: str
    ) -> None:
        """Before an application.

        Args:
            app: What answers the requests that pass.
            sessions: Who is signed in.
            hosts: Names, each with its port, by which the page is called.
            cookie: Name of the cookie with the session.
        """
        self._app, self._sessions = app, sessions
        self._hosts, self._cookie = frozenset(hosts), cookie

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":  # nothing here speaks anything else
            raise ValueError(scope["type"])

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
            await send(message)

        refused = self._refusal(Request(scope))
        answer: ASGIApp = refused if refused is not None else self._app
        await answer(scope, receive, send_with_headers)

    def _refusal(self, request: Request) -> Response | None:
        if not self._called_by_name(request):
            return _page(
                421,
                "The page is not called by this name.",
                "Open it at the address that `sendersync serve` printed. A proxy must pass on its "
                "own name, and that name must be told to `serve`.",
            )
        if request.method not in _SAFE and not self._asked_by_itself(request):
            return _page(
                403,
                "Another page has sent this, and it was not done.",
                "Open the page itself, and do it there.",
            )
        if request.url.path in OPEN or self._sessions.knows(self.session(request)):
            return None
        if request.method in _SAFE:
            return RedirectResponse(f"/login?goal={quote(request.url.path, safe='/')}", 303)
        return _page(401, "You are not signed in any more.", "Sign in, and do it again.")

    def session(self, request: Request) -> str:
        """The name of the session that a request brings; empty for none."""
        return request.cookies.get(self._cookie, "")

    def _called_by_name(self, request: Request) -> bool:
        """Against DNS rebinding: somebody's name that points to this machine is not ours."""
        names = request.headers.getlist("host")
        return len(names) == 1 and names[0].lower() in self._hosts

    def _asked_by_itself(self, request: Request) -> bool:
        """Against forms of other pages: a browser says which page sends one."""
        scheme, separator, host = request.headers.get("origin", "").partition("://")
        own = scheme in ("http", "https") and separator and host.lower() in self._hosts
        site = request.headers.get("sec-fetch-site", "same-origin")
        return bool(own) and site == "same-origin"


def _page(status: int, what: str, do: str) -> Response:
    return HTMLResponse(refusal_page(what, do, signed_in=False), status)
