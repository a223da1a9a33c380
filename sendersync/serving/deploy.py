"""`sendersync deploy`: the deployments of `prefect.yaml` for workers, on a server that runs."""

from __future__ import annotations

import sys
from pathlib import Path

from prefect.settings import get_current_settings

from connectors.configuration.deployments_file import read_automations, read_deployments
from connectors.http_client.log_silencing import keep_quiet
from flows.support.credentials import register_blocks
from schemas.errors import TryLater
from schemas.wording import counted
from sendersync.serving.automations import NOT_TOLD, OFF, make_automations, remove_automations
from sendersync.serving.dead_runs import end_dead_runs, said_of
from sendersync.serving.deployments import POOL, file_for_workers, remove_all
from sendersync.serving.parameters import refuse_wrong_parameters
from sendersync.serving.serve import AUTOMATIONS, DEPLOYMENTS
from sendersync.serving.server_process import answers
from sendersync.serving.server_settings import logos


def deploy(*, remove: bool, deployments: Path = DEPLOYMENTS) -> None:
    """Makes the deployments of a file, or removes all of ours. Doing it twice changes nothing.

    Args:
        remove: Take them away instead; flow runs and their reports stay.
        deployments: The file that lists them.

    Raises:
        WrongUse: The file is not right.
        TryLater: No Prefect server answers.
    """
    keep_quiet()
    specs, told = read_deployments(deployments), read_automations(AUTOMATIONS)
    for spec in specs:
        refuse_wrong_parameters(spec, deployments)
    if not answers():
        raise TryLater(
            "No Prefect server answers.",
            where=str(get_current_settings().api.url or "PREFECT_API_URL"),
            do="Start it and set PREFECT_API_URL to its address; `sendersync serve` needs no "
            "deploy, it brings a server and its deployments along.",
        )
    if remove:
        gone = remove_all()
        remove_automations()
        _say(f"Removed {counted(len(gone), 'deployment')}{': ' if gone else ''}{', '.join(gone)}.")
        return
    register_blocks(logos())
    for line in said_of(end_dead_runs(str(get_current_settings().api.url or ""))):
        _say(line)
    made = file_for_workers(specs, Path.cwd())
    for name in made:
        _say(f"  deployed {name}")
    not_told = [made[name] for name in made if name.startswith(f"{NOT_TOLD}/")]
    named = make_automations(told, not_told[0] if not_told else None)
    _say(f"  automations: {'on' if named else OFF}")
    _say(f"Runs start in {Path.cwd()}. Start a worker: `prefect worker start --pool {POOL}`.")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
