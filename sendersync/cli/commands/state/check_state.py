"""`check-state`: what is wrong with the state, and what of it can be fixed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from schemas.errors import ExitCode, WrongUse
from schemas.wording import counted
from sendersync.cli.options import Json
from sendersync.cli.views.output import console, print_command, print_json, print_line, print_text

Fix = Annotated[
    bool, typer.Option("--fix", help="Fix what can be fixed, after a copy has been made.")
]


def register(app: typer.Typer) -> None:
    """Adds the command to the command line."""
    app.command("check-state")(check_state)


def check_state(fix: Fix = False, as_json: Json = False) -> int:
    """Look through the state for damage, and fix what can be.

    A look changes nothing. What is fixed never takes away a stop, an erasure or a call; for all
    else there is `sendersync restore`. Exits with 1 while damage is left.
    """
    from connectors.configuration.environment import state_url
    from sendersync.cli.state_access import state_for_reading
    from sendersync.state.upkeep.integrity import fix as fix_state
    from sendersync.state.upkeep.integrity import look

    url = state_url()
    found = fix_state(url, Path.cwd()) if fix else look(url)
    left = look(url).findings if found.fixed else found.findings
    if not left:
        # rows that every column allows and no rule does: read as a run reads them
        with state_for_reading() as state:
            if state.missing:
                raise WrongUse(
                    "There is no state here.",
                    where=state.where,
                    do="Correct SENDERSYNC_STATE, or run a sync first.",
                )
            state.check_frames()
    if as_json:
        shown = [
            {"what": each.what, "do": each.do, "can_be_fixed": each.fix is not None}
            for each in found.findings
        ]
        aside = str(found.aside) if found.aside else None
        print_json({"state": found.where, "findings": shown, "left": len(left), "aside": aside})
        return int(ExitCode.FAILED if left else ExitCode.COMPLETED)
    out = console()
    if not found.findings:
        print_text(out, f"{found.where} is sound.")
        return int(ExitCode.COMPLETED)
    print_text(out, f"{found.where}: {counted(len(found.findings), 'problem')}.")
    for each in found.findings:
        print_text(out, f"- {each.what} {each.do}")
    if found.fixed:
        print_text(
            out,
            f"{'Fixed as far as it can be' if left else 'Fixed'}. A copy of the state "
            f"as it was before: {found.aside}",
        )
    elif any(each.fix for each in found.findings):
        print_line("Nothing was changed. To fix what can be fixed:")
        print_command("sendersync check-state --fix")
    return int(ExitCode.FAILED if left else ExitCode.COMPLETED)
