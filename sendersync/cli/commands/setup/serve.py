"""`serve` and `deploy`: Prefect and our deployments. The one module that knows the flows."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from schemas.errors import WrongUse
from sendersync.cli.commands.setup.demo import SAMPLE
from sendersync.cli.commands.setup.demo_sandbox import DemoSandbox

Demo = Annotated[
    bool,
    typer.Option("--demo", help="With a sandbox and sample syncs; all of it goes when you stop."),
]
ServerOnly = Annotated[
    bool,
    typer.Option("--server-only", help="Prefect's server alone; `prefect worker` runs the flows."),
]
Remove = Annotated[
    bool, typer.Option("--remove", help="Take them away; runs and their reports stay.")
]


LATER_NIGHTS = {"next_night": "contacts-next-night.csv", "half_empty_night": "half-file.csv"}
"""Folder of the demo to the file of the sample that its sync reads."""


def register(app: typer.Typer) -> None:
    """Adds the commands to the command line."""
    app.command("serve")(serve)
    app.command("deploy")(deploy)


def serve(demo: Demo = False, server_only: ServerOnly = False) -> int:
    """Run Prefect's server and serve the deployments.

    Prints the address of its page, where flows are started and watched.
    """
    if demo and server_only:
        raise WrongUse(
            "These two do not go together.",
            where="--demo, --server-only",
            do="Take one of them away.",
        )
    if demo:
        return _serve_demo()
    if server_only:
        from sendersync.serving.server_process import run_server

        run_server()
    # here and nowhere else: importing Prefect takes longer than most commands
    from sendersync.serving.serve import serve as serve_flows

    serve_flows()
    return 0


def _serve_demo() -> int:
    """A folder of its own with sample, state and Prefect's database, and a sandbox beside it."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # until serve has its own in place
    with tempfile.TemporaryDirectory(prefix="sendersync-ui-") as name, DemoSandbox() as sandbox:
        folder = Path(name)
        no_code = shutil.ignore_patterns("*.py", "__*")
        shutil.copytree(SAMPLE, folder / "sample_data", ignore=no_code)
        _copy_later_nights(folder)
        os.environ["SENDERSYNC_STATE"] = f"sqlite:///{(folder / 'state.db').as_posix()}"
        os.environ["SENDERSYNC_PAGE_UPLOADS"] = str(folder / "uploads")
        os.environ["PREFECT_HOME"] = str(folder / "prefect")
        # Prefect reads its variables as it loads, which takes as long as the sandbox's start
        from sendersync.serving.serve import serve as serve_flows

        os.environ.update(sandbox.variables())
        before = Path.cwd()
        os.chdir(folder)
        sys.stdout.write(
            f"The platform is a sandbox, the people are invented: {sandbox.url}\n"
            "Everything here goes when you stop.\n"
        )
        try:
            serve_flows()
        finally:
            os.chdir(before)
    return 0


def _copy_later_nights(folder: Path) -> None:
    """The sample's sync with what its source holds later: nobody waits here for the next nights."""
    for night, file in LATER_NIGHTS.items():
        (folder / night).mkdir()
        shutil.copy(SAMPLE / "newsletter.yaml", folder / night)
        shutil.copy(SAMPLE / file, folder / night / "contacts.csv")


def deploy(remove: Remove = False) -> int:
    """Make the deployments that Prefect's workers run.

    One machine needs none of it: `sendersync serve` brings all along.
    """
    from sendersync.serving.deploy import deploy as deploy_flows

    deploy_flows(remove=remove)
    return 0
