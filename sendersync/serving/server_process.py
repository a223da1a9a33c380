"""A Prefect server: the one that answers already, or one that is started here and ended after."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import psutil
from prefect.client.orchestration import get_client
from prefect.logging.handlers import APILogHandler
from prefect.settings import (
    PREFECT_API_AUTH_STRING,
    PREFECT_API_URL,
    PREFECT_UI_URL,
    get_current_settings,
    temporary_settings,
)

from connectors.configuration.environment import environment as our_variables
from connectors.http_client.safe_address import is_loopback
from schemas.errors import RunFailed, TryLater, WrongUse
from sendersync.serving.prepared_database import begin_from_prepared
from sendersync.serving.server_settings import (
    HOSTS,
    api_url,
    login,
    own_names,
    server_environment,
)

START_SECONDS = 120.0
"""A first start makes the server's tables, which takes 15 seconds on a slow machine."""

LOOK_SECONDS = 0.1
"""Between two looks whether the server listens."""

END_SECONDS = 15.0


@dataclass(frozen=True)
class Server:
    """A server that answers, or will.

    Attributes:
        url: Of its API.
        process: That starts here; None where somebody else has started it.
    """

    url: str
    process: subprocess.Popen[bytes] | None = None

    def wait(self) -> None:
        """Returns when it answers.

        Raises:
            RunFailed: It could not be started.
        """
        if self.process is None:
            return
        port = urlsplit(self.url).port or 80
        until = time.monotonic() + START_SECONDS
        # a client of Prefect that finds nobody takes 1.5 seconds to say so
        while not (_listens(self.process, port) and answers()):
            if self.process.poll() is not None or time.monotonic() > until:
                raise RunFailed(
                    "The Prefect server did not start.",
                    where=f"port {port}",
                    do="Try `prefect server start` to see why; if the port is taken, set "
                    "PREFECT_SERVER_API_PORT to another one.",
                )
            time.sleep(LOOK_SECONDS)


@contextmanager
def prefect_server(say: Callable[[str], None]) -> Iterator[Server]:
    """A server, which may still be starting, with this process's settings pointing at it.

    Args:
        say: Takes lines for the person who waits.

    Raises:
        TryLater: A Prefect server is configured, on another machine, and does not answer.
        WrongUse: Its port is taken by something else.
    """
    settings = get_current_settings()
    host, port = settings.server.api.host, settings.server.api.port
    url = settings.api.url or api_url(host, port)
    address = urlsplit(url)
    host, port = address.hostname or host, address.port or port
    environment = server_environment(host, port, os.environ)
    secret = login(os.environ)
    ours = {PREFECT_API_URL: url, PREFECT_UI_URL: environment["PREFECT_UI_URL"]}
    elsewhere = bool(settings.api.url) and not is_loopback(host)
    with temporary_settings({**ours, **({PREFECT_API_AUTH_STRING: secret} if secret else {})}):
        if (elsewhere or _listeners(port) != []) and answers():
            yield Server(url)
            return
        if elsewhere:
            raise TryLater(
                "The Prefect server does not answer.",
                where="PREFECT_API_URL",
                do="Start it, correct the address, or unset it to have a server started here.",
            )
        holder = holder_of(port)
        if holder:
            raise WrongUse(
                f"Port {port} is taken by {holder}, which is no Prefect server that answers.",
                where=url,
                do="End that program, or choose another port: "
                f"`PREFECT_SERVER_API_PORT={port + 100} sendersync serve`.",
            )
        begin_from_prepared()
        say("Starting a Prefect server: a few seconds, the first time half a minute.")
        known = {**os.environ, **settings.to_environment_variables(exclude_unset=True)}
        with _started(host, port, {**known, **environment}, secret) as process:
            yield Server(url, process)
            APILogHandler().flush()  # while there is a server to take what was logged last


def answers() -> bool:
    """Whether the server that the settings name is there."""
    with get_client(sync_client=True) as client:
        return client.api_healthcheck() is None


def holder_of(port: int) -> str:
    """Which program of this machine listens on a port, for people; empty for none."""
    for process in _listeners(port) or ():
        try:
            return f"{psutil.Process(process).name()} (process {process})"
        except psutil.Error:
            return "another program"
    return ""


def _listeners(port: int) -> list[int | None] | None:
    """The processes of this machine that listen on a port, if it tells them.

    Returns:
        None where only an administrator may look; then the server itself says if it cannot listen.
    """
    try:
        found = psutil.net_connections(kind="tcp")
    except psutil.AccessDenied:
        return None
    return [each.pid for each in found if _is_listening(each, port)]


def _is_listening(connection: Any, port: int) -> bool:
    return bool(connection.status == psutil.CONN_LISTEN and connection.laddr.port == port)


def _listens(process: subprocess.Popen[bytes], port: int) -> bool:
    try:
        found = psutil.Process(process.pid).net_connections(kind="tcp")
    except psutil.Error:
        return False  # it has ended
    return any(_is_listening(each, port) for each in found)


@contextmanager
def _started(
    host: str, port: int, environment: dict[str, str], secret: str
) -> Iterator[subprocess.Popen[bytes]]:
    environment |= {
        HOSTS: own_names(host, port, our_variables()),
        "PREFECT__SERVER_FINAL": "1",
    }
    if secret:
        environment["PREFECT_SERVER_API_AUTH_STRING"] = secret
    argv = [
        sys.executable,
        "-m",
        "uvicorn",
        "--factory",
        "sendersync.serving.guarded_server:create",
    ]
    argv += ["--host", host, "--port", str(port), "--timeout-keep-alive", "5"]
    process = subprocess.Popen(
        [*argv, "--log-level", "error", "--no-access-log"],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        umask=0o077,  # credentials lie in the server's database, and their key beside it
        # Ctrl-C is for us: the server must still answer while runs are ended
        start_new_session=True,
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
