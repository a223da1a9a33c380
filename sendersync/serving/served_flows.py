"""The deployments of `prefect.yaml`, made on a Prefect server and run by this process."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Sequence
from pathlib import Path

from prefect.deployments.runner import RunnerDeployment
from prefect.runner import Runner
from prefect.settings import PREFECT_UI_URL, get_current_settings

from connectors.configuration.environment import state_url
from flows.support.credentials import register_blocks
from flows.support.form_choices import installed_choices
from schemas.deployments import AutomationSpec, DeploymentSpec
from schemas.errors import WrongUse
from schemas.forms.choices import Choices
from sendersync.serving.automations import NOT_TOLD, OFF, make_automations
from sendersync.serving.dead_runs import end_dead_runs, said_of
from sendersync.serving.deployments import as_deployment, known
from sendersync.serving.our_page import our_page
from sendersync.serving.parameters import keep_choices, refuse_wrong_parameters
from sendersync.serving.server_process import Server
from sendersync.serving.server_settings import HEARTBEAT_SECONDS, logos
from sendersync.serving.waiting_plans import keep_naming

POLL_SECONDS = 2.0
"""Prefect's own ten are a long time for somebody who pressed Run."""

BY_HAND = "by-hand"
"""The tag of deployments that people start from a form."""

APPROVE = "approve"
"""The flow whose description names what waits."""

Say = Callable[[str], None]


def serve_flows(
    specs: Sequence[DeploymentSpec],
    told: list[AutomationSpec],
    file: Path,
    server: Server,
    say: Say,
) -> None:
    """Makes the deployments on a server, and runs what is due until it is interrupted.

    Args:
        specs: The deployments.
        told: The automations.
        file: Where the deployments were read.
        server: It may still be starting: what needs no server is done meanwhile.
        say: Takes lines for the person who waits.

    Raises:
        WrongUse: The file is not right, or workers run these deployments already.
        RunFailed: The server could not be started.
    """
    for spec in specs:
        refuse_wrong_parameters(spec, file)
    choices = installed_choices(Path.cwd(), state_url())
    made = [as_deployment(each, choices) for each in specs]
    server.wait()
    _refuse_beside_workers()
    say(f"Prefect's UI: {PREFECT_UI_URL.value()}/deployments")
    say(f"  blocks for credentials: {', '.join(register_blocks(logos()))}")
    for line in said_of(end_dead_runs(server.url)):
        say(line)
    for spec in specs:
        say(f"  serving {Path(spec.entrypoint).stem}/{spec.name}{_when(spec)}")
    asyncio.run(_until_asked_to_end(made, choices, told, say))


def _refuse_beside_workers() -> None:
    pools = sorted({each.work_pool_name for each in known() if each.work_pool_name})
    if pools:
        raise WrongUse(
            f"Workers run these deployments already, from the work pool {pools[0]}.",
            where="Prefect server",
            do="Start a worker instead (`prefect worker start --pool "
            f"{pools[0]}`), or take them back first: `sendersync deploy --remove`.",
        )


async def _until_asked_to_end(
    deployments: list[RunnerDeployment], choices: Choices, told: list[AutomationSpec], say: Say
) -> None:
    """Runs what is due until Ctrl-C or SIGTERM; then ends what is under way, cleanly.

    Prefect's own `serve` kills its flow runs on Ctrl-C. They would stay Running, and keep the one
    place that their deployment has.
    """
    polled = min(POLL_SECONDS, get_current_settings().runner.poll_frequency)
    runner = Runner(
        pause_on_shutdown=True, query_seconds=polled, heartbeat_seconds=HEARTBEAT_SECONDS
    )
    made = {await runner.aadd_deployment(each): each for each in deployments}
    by_hand = {str(each.flow_name): id_ for id_, each in made.items() if BY_HAND in each.tags}
    not_told = [id_ for id_, each in made.items() if each.flow_name == NOT_TOLD]
    # in a thread: Prefect's blocks answer differently inside an event loop
    named = await asyncio.to_thread(make_automations, told, not_told[0] if not_told else None)
    say(f"  automations: {'on' if named else OFF}")
    # where nothing was installed at the start, the forms have texts, which take what comes later
    renewing = [asyncio.create_task(keep_choices(made, choices))] if choices.syncs else []
    renewing += [
        asyncio.create_task(keep_naming(id_, each))
        for id_, each in made.items()
        if each.flow_name == APPROVE
    ]
    with our_page(by_hand) as page:
        for line in page.lines():
            say(line)
        say("Stop with Ctrl-C: active runs finish the calls already sent; the next run goes on.")
        await _run(runner, say)
    for task in renewing:
        task.cancel()


async def _run(runner: Runner, say: Say) -> None:
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
        say("Finishing the calls already sent, then stopping: 30 seconds at most.")
        await runner.astop()
    await serving


def _when(spec: DeploymentSpec) -> str:
    times = [
        f"{each.cron} {each.timezone}{'' if each.active else ', switched off'}"
        for each in spec.schedules
    ]
    return f" ({'; '.join(times)})" if times else ""
