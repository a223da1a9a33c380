"""`sendersync serve`: a Prefect server, if none is there, and the deployments of `prefect.yaml`."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
from prefect.deployments.runner import RunnerDeployment
from prefect.logging.handlers import APILogHandler
from prefect.runner import Runner
from prefect.schedules import Schedule
from prefect.settings import PREFECT_API_URL, get_current_settings, temporary_settings

from connectors.configuration.deployments_file import read_deployments
from connectors.http_client.log_silencing import keep_quiet
from connectors.http_client.safe_address import is_loopback
from flows.support.credentials import register_blocks
from schemas.deployments import DeploymentSpec
from schemas.errors import RunFailed, TryLater

DEPLOYMENTS = Path(__file__).resolve().parents[1] / "prefect.yaml"

START_SECONDS = 120.0
"""A first start makes the server's tables, which takes 15 seconds on a slow machine."""

END_SECONDS = 15.0


def serve(deployments: Path = DEPLOYMENTS) -> None:
    """Serves the deployments in this process until it is interrupted.

    Args:
        deployments: The file that lists them.

    Raises:
        WrongUse: The file is not right.
        TryLater: A Prefect server is configured, on another machine, and does not answer.
        RunFailed: The server could not be started.
    """
    keep_quiet()
    specs = read_deployments(deployments)
    with _server() as api_url, temporary_settings({PREFECT_API_URL: api_url}):
        _say(f"Prefect's UI: {api_url.removesuffix('/api')}")
        _say(f"  blocks for credentials: {', '.join(register_blocks())}")
        for spec in specs:
            _say(f"  serving {Path(spec.entrypoint).stem}/{spec.name}{_when(spec)}")
        _say("Stop with Ctrl-C: active runs finish the calls already sent; the next run goes on.")
        asyncio.run(_until_asked_to_end([_deployment(each) for each in specs]))


async def _until_asked_to_end(deployments: list[RunnerDeployment]) -> None:
    """Runs what is due until Ctrl-C or SIGTERM; then ends what is under way, cleanly.

    Prefect's own `serve` kills its flow runs on Ctrl-C. They would stay Running, and keep the one
    place that their deployment has.
    """
    runner = Runner(pause_on_shutdown=True)
    for each in deployments:
        await runner.aadd_deployment(each)
    asked = asyncio.Event()
    loop = asyncio.get_running_loop()
    serving = asyncio.create_task(runner.start())
    serving.add_done_callback(lambda _: asked.set())
    while not (runner.started or serving.done()):  # noqa: ASYNC110  # the runner has no event
        await asyncio.sleep(0.05)
    # only now: the runner has put a handler of its own in this place
    for each_signal in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each_signal, lambda *_: loop.call_soon_threadsafe(asked.set))
    await asked.wait()
    if not serving.done():
        _say("Finishing the calls already sent, then stopping: 30 seconds at most.")
        await runner.astop()
    await serving


def _deployment(spec: DeploymentSpec) -> RunnerDeployment:
    limit = spec.concurrency_limit
    deployment: RunnerDeployment = RunnerDeployment.from_entrypoint(
        spec.entrypoint,
        spec.name,
        description=spec.description or None,
        tags=spec.tags,
        parameters=spec.parameters,
        schedules=[
            Schedule(
                cron=each.cron,
                timezone=each.timezone,
                active=each.active,
                slug=each.slug,
                parameters=each.parameters,
            )
            for each in spec.schedules
        ],
        concurrency_limit=ConcurrencyLimitConfig(
            limit=limit.limit,
            collision_strategy=ConcurrencyLimitStrategy(limit.collision_strategy),
        )
        if limit
        else None,
        enforce_parameter_schema=spec.enforce_parameter_schema,
    )
    return deployment


def _when(spec: DeploymentSpec) -> str:
    times = [
        f"{each.cron} {each.timezone}{'' if each.active else ', switched off'}"
        for each in spec.schedules
    ]
    return f" ({'; '.join(times)})" if times else ""


@contextmanager
def _server() -> Iterator[str]:
    """The API's address of a server that answers; one that was started here is ended after."""
    settings = get_current_settings()
    host, port = settings.server.api.host, settings.server.api.port
    url = settings.api.url or f"http://{host}:{port}/api"
    if _answers(url):
        yield url
        return
    address = urlsplit(url)
    if not is_loopback(address.hostname or ""):
        raise TryLater(
            "The Prefect server does not answer.",
            where="PREFECT_API_URL",
            do="Start it, correct the address, or unset it to have a server started here.",
        )
    _say("Starting a Prefect server: a few seconds, the first time half a minute.")
    argv = [sys.executable, "-m", "prefect", "server", "start", "--analytics-off"]
    argv += ["--host", str(address.hostname), "--port", str(address.port or port)]
    process = subprocess.Popen(
        [*argv, "--log-level", "ERROR"],
        stdout=subprocess.DEVNULL,
        umask=0o077,  # credentials lie in the server's database, and their key beside it
        # Ctrl-C is for us: the server must still answer while runs are ended
        start_new_session=True,
    )
    try:
        _wait(process, url)
        yield url
        APILogHandler().flush()  # while there is a server to take what was logged last
    finally:
        process.terminate()
        try:
            process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(process: subprocess.Popen[bytes], url: str) -> None:
    until = time.monotonic() + START_SECONDS
    while not _answers(url):
        if process.poll() is not None or time.monotonic() > until:
            raise RunFailed(
                "The Prefect server did not start.",
                where=url,
                do="Try `prefect server start` to see why; if the port is taken, set "
                "PREFECT_SERVER_API_PORT to another one.",
            )
        time.sleep(0.2)


def _answers(url: str) -> bool:
    with (
        temporary_settings({PREFECT_API_URL: url}),
        get_client(sync_client=True) as client,
    ):
        return client.api_healthcheck() is None


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
