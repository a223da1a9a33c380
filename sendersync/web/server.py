"""Serves the page from a thread beside whatever else runs, and never ends it."""

from __future__ import annotations

import asyncio
import socket
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlsplit

import uvicorn

from connectors.http_client.safe_address import is_loopback
from schemas.errors import SendersyncError
from sendersync.web.application import Pages
from sendersync.web.sessions import Sessions
from sendersync.web.settings import PageSettings
from sendersync.web.upload_store import UploadStore

_LOOK_FOR_OLD: Final = 3600.0
"""Seconds between two looks for files that are too old."""

_START_SECONDS: Final = 60.0
"""A second is enough; a busy machine may take longer, and nothing waits for ever."""

_END_SECONDS: Final = 10.0


@dataclass
class RunningPage:
    """The page, or why there is none.

    Attributes:
        url: Where it is; empty where it could not be started.
        token: What opens it.
        problem: Why there is none, in words for whoever started it; empty where all is well.
    """

    url: str = ""
    token: str = ""
    problem: str = ""
    _server: uvicorn.Server | None = None
    _thread: threading.Thread | None = None

    def lines(self) -> list[str]:
        """What the one who started it should read: address and token apart."""
        if not self.url:
            return [f"The page for files is not there: {self.problem}"]
        said = [f"Page for files and held runs: {self.url}", f"  its token: {self.token}"]
        if not is_loopback(urlsplit(self.url).hostname or ""):
            said.append("  Others reach it: without a proxy with TLS they can read the token.")
        return said

    def stop(self) -> None:
        """Ends it; what is being answered is finished first."""
        if self._server is not None and self._thread is not None:
            self._server.should_exit = True
            self._thread.join(_END_SECONDS)


def serve_page(settings: PageSettings) -> RunningPage:
    """Starts the page in a thread of this process.

    Whatever keeps it from starting is said and not raised: what else is served goes on.

    Args:
        settings: What it is told.
    """
    try:
        store = UploadStore(settings.uploads, settings.kept)
        store.remove_old(datetime.now(UTC))
        sessions = Sessions(settings.token)
        listener = _listen(settings.host, settings.port)
    except SendersyncError as problem:
        return RunningPage(problem=f"{problem.what} {problem.do or ''}".strip())
    except OSError:
        return RunningPage(
            problem=f"port {settings.port} is taken. End what uses it, or choose another port."
        )
    port = listener.getsockname()[1]
    pages = Pages(settings, store, sessions)
    application = pages.application(_hosts(settings, port), f"sendersync_page_{port}")
    server = _Server(
        uvicorn.Config(
            application,
            ws="none",
            loop="asyncio",
            lifespan="off",
            # addresses and errors may hold what a person typed
            access_log=False,
            log_config=None,
            log_level="critical",
            server_header=False,
            timeout_graceful_shutdown=5,
        ),
        store,
    )
    thread = threading.Thread(
        target=server.run, kwargs={"sockets": [listener]}, name="page", daemon=True
    )
    thread.start()
    if not server.answers.wait(_START_SECONDS):
        server.should_exit = True
        return RunningPage(problem="it did not start in time. Start again.")
    return RunningPage(_url(settings.host, port), sessions.token, "", server, thread)


class _Server(uvicorn.Server):
    """uvicorn that says when it answers, and looks for old files while it does."""

    def __init__(self, config: uvicorn.Config, store: UploadStore) -> None:
        super().__init__(config)
        self.answers = threading.Event()
        self._store = store

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._looking = asyncio.create_task(self._look_for_old())
        self.answers.set()

    async def _look_for_old(self) -> None:
        while True:
            await asyncio.sleep(_LOOK_FOR_OLD)
            await asyncio.to_thread(self._store.remove_old, datetime.now(UTC))

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._looking.cancel()
        await super().shutdown(sockets)


def _listen(host: str, port: int) -> socket.socket:
    """A socket that listens already: a port that is taken is seen here, and not in a thread."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen()
    except OSError:
        listener.close()
        raise
    return listener


def _hosts(settings: PageSettings, port: int) -> list[str]:
    own = {"127.0.0.1", "localhost", "[::1]", _bracketed(settings.host)}
    return [*(f"{name}:{port}" for name in sorted(own)), *map(str.lower, settings.names)]


def _url(host: str, port: int) -> str:
    return f"http://{_bracketed(host)}:{port}"


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
