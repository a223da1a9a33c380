"""`account`: which account of the platform the state belongs to."""

from __future__ import annotations

from typing import Annotated

import typer

from schemas.wording import counted
from sendersync.cli.options import Json
from sendersync.cli.state_access import state_for_reading, state_for_writing
from sendersync.cli.views.output import console, print_json, print_text

Moved = Annotated[
    bool,
    typer.Option("--moved", help="It is the same account, with a new address or a new name."),
]


def register(app: typer.Typer) -> None:
    """Adds the command to the command line."""
    app.command("account")(account)


def account(moved: Moved = False, as_json: Json = False) -> int:
    """Say which account of the platform the state belongs to.

    A run beside another account than the state knows is refused: it would call people subscribed of
    whom that account has never heard.
    """
    from connectors.configuration.environment import platform_settings

    name = platform_settings().account
    taken = 0
    if moved:
        with state_for_writing() as state:
            taken = state.accounts.move(name)
    with state_for_reading() as state:
        known = state.accounts.all()
    here = sum(each == name for each in known.values())
    others = len(known) - here
    if as_json:
        print_json({"moved": taken, "here": here, "on_another": others})
        return 0
    said = f"{_codes(taken)} taken to this account. " if moved else ""
    if not known:
        said += "No run has confirmed anything yet, so the state belongs to no account."
    else:
        said += f"The state knows {_codes(here)} on the account that is set, {others} on another."
    if others:
        said += " If it is the same account with a new address or name, add --moved."
    print_text(console(), said)
    return 0


def _codes(count: int) -> str:
    return counted(count, "sender code", "sender codes")
