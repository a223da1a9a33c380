"""A Prefect server: the one that answers already, or one that is started here and ended after."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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

END_SECONDS = 15.0


@contextmanager
def prefect_server(say: Callable[[str], None]) -> Iterator[str]:
    """The address of an API that answers, with this process's settings pointing at it.

    Args:
        say: Takes lines for the person who waits.

    Raises:
        TryLater: A Prefect server is configured, on another machine, and does not answer.
        WrongUse: Its port is taken by something else.
        RunFailed: The server could not be started.
    """
    settings = get_current_settings()
    host, port = settings.server.api.host, settings.server.api.port
    url = settings.api.url or api_url(host, port)
    address = urlsplit(url)
    host, port = address.hostname or host, address.port or port
    environment = server_environment(host, port, os.environ)
    secret = login(os.environ)
    ours = {PREFECT_API_URL: url, PREFECT_UI_URL: environment["PREFECT_UI_URL"]}
    with temporary_settings({**ours, **({PREFECT_API_AUTH_STRING: secret} if secret else {})}):
        if answers():
            yield url
            return
        if not is_loopback(host) and settings.api.url:
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
        with _started(host, port, {**known, **environment}, secret):
            yield url
            APILogHandler().flush()  # while there is a server to take what was logged last


def answers() -> bool:
    """Whether the server that the settings name is there."""
    with get_client(sync_client=True) as client:
        return client.api_healthcheck() is None


def holder_of(port: int) -> str:
    """Which program of this machine listens on a port, for people; empty for none."""
    try:
        connections = psutil.net_connections(kind="tcp")
    except psutil.AccessDenied:
        return ""  # then the server itself says that it cannot listen
    for each in connections:
        if each.status == psutil.CONN_LISTEN and each.laddr and each.laddr.port == port:
            try:
                return f"{psutil.Process(each.pid).name()} (process {each.pid})"
            except psutil.Error:
                return "another program"
    return ""


@contextmanager
def _started(host: str, port: int, environment: dict[str, str], secret: str) -> Iterator[None]:
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
        _wait(process, port)
        yield
    finally:
        process.terminate()
        try:
            process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + START_SECONDS
    while not answers():
        if process.poll() is not None or time.monotonic() > until:
            raise RunFailed(
                "The Prefect server did not start.",
                where=f"port {port}",
                do="Try `prefect server start` to see why; if the port is taken, set "
                "PREFECT_SERVER_API_PORT to another one.",
            )
        time.sleep(0.2)
