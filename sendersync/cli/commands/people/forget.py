"""`forget`: one person erased, with a receipt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from schemas.wording import counted
from sendersync.cli.options import Country, Json
from sendersync.cli.state_access import state_for_writing
from sendersync.cli.views.output import console, print_json, print_text

if TYPE_CHECKING:
    from sendersync.pipeline.explain.forget import Forgotten

Who = Annotated[str, typer.Argument(metavar="WHO", help="A phone in any spelling, or an e-mail.")]


def register(app: typer.Typer) -> None:
    """Adds the command to the command line."""
    app.command("forget")(forget)


def forget(who: Who, country: Country = None, as_json: Json = False) -> int:
    """Erase one person everywhere, and never add them again.

    Asks nothing. Prints a receipt: what was erased where, and what cannot be reached from here. A
    keyed hash stays, so that no file and no restored backup brings them back.
    """
    from connectors.configuration.environment import uploads_folder
    from sendersync.pipeline.explain.forget import forget as erase
    from sendersync.web.upload_store import remove_all

    with state_for_writing() as state:
        done = erase(state, who, country)
    # a table in whatever spelling, phones in it perhaps cut or rounded: of none of them it is known
    # that this person is not in it
    dropped = remove_all(uploads_folder())
    if as_json:
        printed = done.as_json()
        print_json({**printed, "deleted": [*printed["deleted"], *dropped]})
    else:
        _print(done, dropped)
    return 0


def _print(done: Forgotten, dropped: list[str]) -> None:
    from sendersync.pipeline.explain.forget import NOT_REACHED

    out = console()
    receipt = done.receipt
    total = sum(receipt.rows.values())
    first = (
        f"{done.shown} is forgotten: {counted(total, 'row')} erased or emptied"
        if total
        else f"{done.shown} is forgotten: the state knew nothing of them"
    )
    print_text(out, f"{first}; a keyed hash stays, so that they are never added again.")
    for name, count in receipt.rows.items():
        if count:
            print_text(out, f"- {name.removeprefix('sendersync_')}: {count:,}")
    for name in receipt.deleted:
        print_text(out, f"- deleted, a copy of the whole state: {name}")
    for name in dropped:
        print_text(out, f"- deleted, a file dropped on the page, which may hold them: {name}")
    if dropped:
        print_text(out, "Whoever still needs a dropped file drops it again, without this person.")
    if receipt.may_receive:
        codes = ", ".join(receipt.may_receive)
        print_text(
            out,
            f"The platform may still send to them on {codes}, and no run can stop them any more. "
            "Unsubscribe them on the platform's own page.",
        )
    print_text(out, "Not reached from here:")
    for place in NOT_REACHED:
        print_text(out, f"- {place}")
