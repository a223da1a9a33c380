"""`restore`: a copy of the state taken back."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from schemas.wording import counted
from sendersync.cli.commands.state.backup import by_table
from sendersync.cli.options import Json
from sendersync.cli.views.output import console, print_json, print_line, print_text

if TYPE_CHECKING:
    from sendersync.state.upkeep.restore import Restored

Copy = Annotated[Path, typer.Argument(metavar="FILE", help="The copy, by `sendersync backup`.")]

_NAMED: Final = {
    "suppressions": ("phone on the do-not-contact list", "phones on the do-not-contact list"),
    "forgotten": ("erasure", "erasures"),
    "runs": ("run", "runs"),
    "operations": ("call", "calls"),
    "members": ("member", "members"),
}
"""Tables that people are told of, in the order of what they fear."""


def register(app: typer.Typer) -> None:
    """Adds the command to the command line."""
    app.command("restore")(restore)


def restore(file: Copy, as_json: Json = False) -> int:
    """Take a copy of the state back; newer stops and runs stay.

    Every stop, erasure, run and member of the present state that the copy does not have is kept,
    and the present state is kept beside it. Not while a run is active.
    """
    from connectors.configuration.environment import state_url
    from sendersync.cli.state_access import state_for_reading
    from sendersync.state.upkeep.restore import restore as take_back

    done = take_back(state_url(), file)
    with state_for_reading() as state:
        where = state.where
    if as_json:
        shown = asdict(done) | {"kept": by_table(done.kept), "taken": by_table(done.taken)}
        aside = str(done.aside) if done.aside else None
        unreadable = [name.removeprefix("sendersync_") for name in done.unreadable]
        shown |= {"present": done.present.value, "aside": aside, "unreadable": unreadable}
        print_json({"state": where, "file": str(file), **shown})
    else:
        _print(done, where, file)
    return 0


def _print(done: Restored, where: str, file: Path) -> None:
    out = console()
    print_text(out, f"{where} is restored from {file}.")
    kept, taken = _in_words(done.kept), _in_words(done.taken)
    if done.present == "sound":
        print_text(
            out,
            f"Kept, because only the present state had it: {kept or 'nothing, it had no more'}.",
        )
        print_text(out, f"From the copy: {taken or 'nothing, the present state had it all'}.")
    else:
        found = "There was no state" if done.present == "missing" else "The state was damaged"
        saved = f" Read from it and kept: {kept}." if kept else ""
        print_text(out, f"{found}.{saved} From the copy: {taken or 'nothing'}.")
    if done.erased:
        names = counted(done.erased, "phone or e-mail", "phones and e-mails")
        print_text(out, f"Erased again, because these people were forgotten: {names}.")
    if done.aside:
        print_text(out, f"The state as it was before is kept: {done.aside}.")
    _warn(done)


def _warn(done: Restored) -> None:
    if done.other_state:
        print_line("Note: this is a copy of another state than the present one; both are one now.")
    if done.unreadable:
        names = ", ".join(name.removeprefix("sendersync_") for name in done.unreadable)
        print_line(f"Note: what could not be read from the damaged state: {names}.")
    if done.blind:
        print_line(
            "Note: nothing says what was done after the copy was made. Stops given since are lost "
            "unless their source still has them: give them again with `sendersync suppress "
            "import`. Until a full run of each sync has ended, people whose row says stop are "
            "stopped on the platform even where the state does not know them."
        )


def _in_words(rows: dict[str, int]) -> str:
    found: dict[str, Any] = by_table(rows)
    return ", ".join(
        counted(found[name], *words) for name, words in _NAMED.items() if found.get(name, 0) > 0
    )
