"""`suppress remove`: takes one phone, or all that an imported list has added, off the list."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from schemas.errors import WrongUse
from schemas.wording import counted
from sendersync.cli.options import Country, Json, OneCode
from sendersync.cli.state_access import state_for_reading, state_for_writing
from sendersync.cli.views.output import console, print_json, print_line, print_text

OnePhone = Annotated[str | None, typer.Argument(metavar="PHONE", help="A phone, in any spelling.")]
Imported = Annotated[
    str | None,
    typer.Option("--import", metavar="NAME", help="All that `suppress import` added, by its name."),
]
Reason = Annotated[
    str | None, typer.Option("--reason", metavar="TEXT", help="Why, for the record; needed.")
]
Yes = Annotated[bool, typer.Option("--yes", help="Take it off without asking.")]


def remove(
    phone: OnePhone = None,
    country: Country = None,
    sender_code: OneCode = None,
    imported: Imported = None,
    reason: Reason = None,
    yes: Yes = False,
    as_json: Json = False,
) -> int:
    """Take a phone, or all of one import, off the list again.

    It says where the order came from, and asks; where nobody can be asked it needs --yes. Who did
    it, when and why is kept. Of an imported list, whoever said stop elsewhere too stays on it.
    """
    if (phone is None) == (imported is None):
        raise WrongUse(
            "Give a phone, or the name of an import.",
            where="PHONE",
            do="`sendersync suppress remove PHONE`, or `sendersync suppress remove --import NAME`.",
        )
    if phone is not None:
        removed = _one_phone(phone, country, sender_code, reason, yes=yes)
        said = (
            "Taken off the list. The next run adds it, if the source still has it. Where a row, or "
            "a file of `opt_outs`, still says stop, it comes back on the list."
        )
    else:
        removed = _one_import(imported or "", reason, yes=yes)
        said = (
            f"{counted(removed, 'order is', 'orders are')} taken off the list. The next run adds "
            "whom it had kept out or stopped, if the source still has them and nothing else says "
            "stop."
        )
    if as_json:
        print_json({"removed": removed})
    else:
        print_text(console(), said)
    return 0


def _one_phone(
    phone: str, country: str | None, sender_code: str | None, reason: str | None, *, yes: bool
) -> int:
    from sendersync.pipeline.job import who_is_here
    from sendersync.pipeline.suppress_list import read_phones

    read = read_phones([phone], country)[0]
    with state_for_reading() as state:
        orders = state.suppressions.of(read, sender_code or "")
    if orders.empty:
        raise WrongUse(
            "This phone is not on the list"
            + (f" for {sender_code} alone." if sender_code else "."),
            where="PHONE",
            do="`sendersync suppress list --unmasked` shows who is.",
        )
    for order in orders.to_dict("records"):
        code = f" for sender code {order['sender_code']}" if order["sender_code"] else ""
        print_line(
            f"On the list{code} since {order['created_at'][:10]}, from {order['origin']}: "
            f"{order['reason']}."
        )
    why = _sure("Did this person say that they want texts again?", reason, yes=yes)
    with state_for_writing() as state:
        return state.suppressions.lift(orders, who=who_is_here(), why=why)


def _one_import(name: str, reason: str | None, *, yes: bool) -> int:
    """Takes off what one import has ordered, and nobody else."""
    from sendersync.pipeline.job import who_is_here

    with state_for_reading() as state:
        found = state.imported_orders.of(name)
    if not found.alone:
        stay = " Other imports have ordered the same: those stay." if found.shared else ""
        raise WrongUse(
            f"Nothing on the list is of this import alone.{stay}",
            where="--import",
            do="`sendersync suppress list` shows under Run which import an order is of.",
        )
    print_line(
        f"On the list since {found.since[:10]}, from {found.origin}: "
        f"{counted(found.alone, 'phone')}. Whoever said stop elsewhere too stays on the list"
        + (f", {found.shared:,} of them in another import." if found.shared else ".")
    )
    why = _sure("Was this the wrong list, so that nobody on it said stop?", reason, yes=yes)
    with state_for_writing() as state:
        return state.imported_orders.lift(name, who=who_is_here(), why=why)


def _sure(question: str, reason: str | None, *, yes: bool) -> str:
    """Asks a person; the reason that they give.

    Raises:
        WrongUse: Nobody can be asked, and they have not said it as options.
    """
    asks = sys.stdin.isatty() and sys.stderr.isatty()
    if not yes and not asks:
        raise WrongUse(
            "Somebody's stop would be taken off the list: that needs a yes.",
            where="--yes",
            do=f"{question} If so: --yes --reason TEXT.",
        )
    if not yes:
        typer.confirm(question, abort=True, err=True)
    if not (reason or "").strip() and asks and not yes:
        reason = typer.prompt("Why, for the record", err=True)
    if not (reason or "").strip():
        raise WrongUse(
            "Why the stop is taken off stays on record.",
            where="--reason",
            do='Add --reason TEXT, such as --reason "asked for it on the phone, 28 November".',
        )
    return str(reason).strip()
