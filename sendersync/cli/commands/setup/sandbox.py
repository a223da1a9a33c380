"""`sandbox`: the stand-in of the platform, as a process that is independent of the product code."""

from __future__ import annotations

import os
import sys

import typer

COMMAND = (sys.executable, "-P", "-m", "sandbox")
"""How it is started; `-P` so that a folder called sandbox in the working folder is not taken."""


def register(app: typer.Typer) -> None:
    """Adds the command to the command line."""
    app.command(
        "sandbox",
        add_help_option=False,
        context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
    )(sandbox)


def sandbox(context: typer.Context) -> int:
    """Run a local stand-in of the platform's REST SMS API.

    All options are the sandbox's own: `sendersync sandbox --help` lists them. The usual one is
    --port 8025.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    # it takes our place, so that signals and its exit code need no passing on
    os.execv(COMMAND[0], [*COMMAND, *context.args])  # noqa: S606  # there is no shell, on purpose
