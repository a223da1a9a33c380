"""`check-state`: what is wrong with the state, and what of it can be mended."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from schemas.errors import ExitCode, WrongUse
from schemas.wording import counted
from sendersync.cli.options import Json
from sendersync.cli.views.output import console, print_command, print_json, print_line, print_text

Mend = Annotated[
    bool, typer.Option("--mend", help="Mend what can be mended, after a copy has been made.")
]


def register(app: typer.Typer) -> None:
    """Adds the command to the command line."""
    app.command("check-state")(check_state)


def check_state(mend: Mend = False, as_json: Json = False) -> int:
    """Look through the state for damage, and mend what can be.

    A look changes nothing. What is mended never takes away a stop, an erasure or a call; for all
    else there is `sendersync restore`. Exits with 1 while damage is left.
    """
    from connectors.configuration.environment import state_url
    from sendersync.cli.state_access import state_for_reading
    from sendersync.state.upkeep.integrity import look
    from sendersync.state.upkeep.integrity import mend as mend_state

    url = state_url()
    found = mend_state(url, Path.cwd()) if mend else look(url)
    left = look(url).findings if found.mended else found.findings
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
            {"what": each.what, "do": each.do, "can_be_mended": each.mend is not None}
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
    if found.mended:
        print_text(
            out,
            f"{'Mended as far as it can be' if left else 'Mended'}. A copy of the state "
            f"as it was before: {found.aside}",
        )
    elif any(each.mend for each in found.findings):
        print_line("Nothing was changed. To mend what can be mended:")
        print_command("sendersync check-state --mend")
    return int(ExitCode.FAILED if left else ExitCode.COMPLETED)
