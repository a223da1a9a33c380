"""`sendersync serve`: a Prefect server, if none is there, and the deployments of `prefect.yaml`."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from connectors.configuration.deployments_file import read_automations, read_deployments
from connectors.http_client.log_silencing import keep_quiet
from sendersync.serving.server_process import prefect_server

DEPLOYMENTS = Path(__file__).resolve().parents[2] / "prefect.yaml"

AUTOMATIONS = DEPLOYMENTS.with_name("automations.yaml")


def serve(deployments: Path = DEPLOYMENTS) -> None:
    """Serves the deployments in this process until it is interrupted.

    Args:
        deployments: The file that lists them.

    Raises:
        WrongUse: The file is not right, the server's port is taken, or workers run these
            deployments already.
        TryLater: A Prefect server is configured, on another machine, and does not answer.
        RunFailed: The server could not be started.
    """
    keep_quiet()
    specs, told = read_deployments(deployments), read_automations(AUTOMATIONS)
    with _ended_in_order(), prefect_server(_say) as server:
        # only now: the flows and their libraries take two seconds, in which the server starts
        from sendersync.serving.served_flows import serve_flows

        serve_flows(specs, told, deployments, server, _say)


@contextmanager
def _ended_in_order() -> Iterator[None]:
    """SIGTERM is a Ctrl-C: one that comes while `serve` starts would leave the server behind."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
