"""A Prefect server: the one that answers already, or one that is started here and ended after.

One that a killed `serve` left behind is as if it had been started here.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

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
from sendersync.serving.left_over_server import (
    END_SECONDS,
    OWNER,
    end_server,
    left_over_server,
    this_process,
)
from sendersync.serving.ports import holder_of, listeners, listens
from sendersync.serving.prepared_database import begin_from_prepared
from sendersync.serving.server_settings import (
    UMASK,
    api_url,
    guarded_environment,
    login,
    origin,
    server_argv,
)

START_SECONDS = 120.0
"""A first start makes the server's tables, which takes 15 seconds on a slow machine."""

LOOK_SECONDS = 0.1
"""Between two looks whether the server listens."""


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
        while not (listens(self.process.pid, port) and answers()):
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
    environment = guarded_environment(host, port, os.environ, our_variables())
    secret = login(os.environ)
    ours = {PREFECT_API_URL: url, PREFECT_UI_URL: environment["PREFECT_UI_URL"]}
    elsewhere = bool(settings.api.url) and not is_loopback(host)
    with temporary_settings({**ours, **({PREFECT_API_AUTH_STRING: secret} if secret else {})}):
        left_over = None if elsewhere else left_over_server(port, environment)
        if (elsewhere or listeners(port) != []) and answers():
            if left_over:
                say("Taking over the Prefect server of a `serve` that was killed.")
            try:
                yield Server(url)
                APILogHandler().flush()  # while there is a server to take what was logged last
            finally:
                if left_over:
                    end_server(left_over)
            return
        if elsewhere:
            raise TryLater(
                "The Prefect server does not answer.",
                where="PREFECT_API_URL",
                do="Start it, correct the address, or unset it to have a server started here.",
            )
        _refuse_taken(port, url, ", which is no Prefect server that answers")
        begin_from_prepared()
        say("Starting a Prefect server: a few seconds, the first time half a minute.")
        known = {**os.environ, **settings.to_environment_variables(exclude_unset=True)}
        with _started(host, port, {**known, **environment, OWNER: this_process()}) as process:
            yield Server(url, process)
            APILogHandler().flush()


def run_server() -> None:
    """Becomes Prefect's server alone, for workers, until it is ended; it does not return.

    Raises:
        WrongUse: Its port is taken.
    """
    settings = get_current_settings()
    host, port = settings.server.api.host, settings.server.api.port
    _refuse_taken(port, origin(host, port))
    begin_from_prepared()
    os.umask(UMASK)
    environment = guarded_environment(host, port, os.environ, our_variables())
    os.execve(  # noqa: S606  # in the place of this process: what its manager signals is the server
        sys.executable, server_argv(host, port), {**os.environ, **environment}
    )


def answers() -> bool:
    """Whether the server that the settings name is there."""
    with get_client(sync_client=True) as client:
        return client.api_healthcheck() is None


def _refuse_taken(port: int, url: str, which: str = "") -> None:
    holder = holder_of(port)
    if holder:
        raise WrongUse(
            f"Port {port} is taken by {holder}{which}.",
            where=url,
            do="End that program, or choose another port: "
            f"`PREFECT_SERVER_API_PORT={port + 100} sendersync serve`.",
        )


@contextmanager
def _started(
    host: str, port: int, environment: dict[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        server_argv(host, port),
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        umask=UMASK,
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
