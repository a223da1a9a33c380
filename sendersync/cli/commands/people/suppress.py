"""`suppress`: the do-not-contact list, which beats every source."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from schemas.errors import ExitCode
from schemas.wording import counted, named_lines
from sendersync.cli.commands.people.suppress_remove import remove
from sendersync.cli.options import (
    Country,
    Encoding,
    FilePath,
    Json,
    Map,
    OneCode,
    Sheet,
    Unmasked,
)
from sendersync.cli.state_access import state_for_reading, state_for_writing
from sendersync.cli.views.output import console, print_json, print_line, print_text
from sendersync.transforms.masking.masked_cells import shown_field

if TYPE_CHECKING:
    from schemas.report import HoldReason
    from sendersync.pipeline.suppress_list import Suppressing

Phones = Annotated[list[str], typer.Argument(metavar="PHONE...", help="Phones, in any spelling.")]
Why = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why, for the record.")]
YesAtMost = Annotated[
    int | None,
    typer.Option(
        "--yes",
        min=0,
        metavar="N",
        help="Put a list of mostly subscribers on it, if it has N phones or fewer.",
    ),
]
Owed = Annotated[bool, typer.Option("--owed", help="Only those who may still get texts.")]
Since = Annotated[
    datetime | None,
    typer.Option("--since", formats=["%Y-%m-%d"], metavar="DATE", help="From this day on, UTC."),
]
Out = Annotated[Path, typer.Option("--out", metavar="FILE", help="The CSV file to write.")]


def register(app: typer.Typer) -> None:
    """Adds the commands to the command line."""
    group = typer.Typer(
        help="The do-not-contact list: people who are never added.",
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    group.command("add")(add)
    group.command("import")(import_file)
    group.command("list")(list_all)
    group.command("remove")(remove)
    group.command("export")(export)
    app.add_typer(group, name="suppress")


def add(
    phones: Phones,
    country: Country = None,
    reason: Why = "by hand",
    sender_code: OneCode = None,
    as_json: Json = False,
) -> int:
    """Put phones on the do-not-contact list.

    All of them, or none where one cannot be read. Adding to the list does not unsubscribe anyone:
    the next run of each sync does.
    """
    from sendersync.pipeline.suppress_list import may_receive, read_phones

    read = read_phones(phones, country)
    with state_for_writing() as state:
        added = state.suppressions.add(
            read,
            origin="sendersync suppress add",
            reason=reason,
            sender_code=sender_code or "",
        )
        still = may_receive(state)
        strangers = state.members.strangers(read)
    known = len(read) - added
    if as_json:
        print_json({"added": added, "known": known, **_as_json(still)})
    else:
        console().print(f"{added:,} added, {known:,} already on the list.")
    if strangers:
        print_line(
            f"{counted(strangers, 'phone is', 'phones are')} of nobody whom a sync or an import "
            "knows. If this person gets texts, look whether the number and its country are right."
        )
    _say_who_still_gets_texts(still)
    return 0


def import_file(
    file: FilePath,
    country: Country = None,
    mapping: Map = None,
    encoding: Encoding = None,
    sheet: Sheet = None,
    sender_code: OneCode = None,
    yes: YesAtMost = None,
    as_json: Json = False,
) -> int:
    """Put every phone of a file on the list.

    Where a row cannot be read, its line is named, and the exit code is 4. A list of mostly
    subscribers may be the wrong one: it asks, and where nobody can be asked the exit code is 3.
    """
    from connectors.sources.registry import open_file
    from sendersync.pipeline.one_off.columns_of_stops import (
        left_out_phones,
        stop_columns,
        stop_sync,
    )
    from sendersync.pipeline.one_off.map_options import read_stop_mapping
    from sendersync.pipeline.one_off.reply_words import words_of_stop_list
    from sendersync.pipeline.suppress_list import may_receive, suppress_file

    source = open_file(file, encoding=encoding, sheet=sheet)
    found = stop_columns(source, read_stop_mapping(mapping or ()))
    # that of the list is no matter: what an order holds for is said apart
    words = words_of_stop_list(source, found.columns)
    sync = stop_sync(found.columns, "suppress", country=country, words=words)
    for line in left_out_phones(found.left_out):
        print_line(line)
    with state_for_writing() as state:
        done = suppress_file(
            state, source, sync, sender_code or "", _approval(yes, ask=not as_json)
        )
        still = may_receive(state)
    if as_json:
        print_json(_import_as_json(done) | _as_json(still))
    else:
        _show_import(done)
    if done.unread:
        rows = counted(len(done.unread), "row")
        who = "That person is" if len(done.unread) == 1 else "Those people are"
        say = "say stop, or may, and " if sync.columns.opted_out is not None else ""
        lines = named_lines(done.unread)
        print_line(f"{rows} {say}could not be read: {lines}. {who} NOT on the list.")
    if done.unread_numbers:
        what = "A phone" if len(done.unread_numbers) == 1 else "Phones"
        print_line(
            f"{what} beside one that is on the list could not be read: "
            f"{named_lines(done.unread_numbers)}. What cannot be read is NOT on the list."
        )
    _say_who_still_gets_texts(still)
    if done.held:
        print_line(
            f"{done.held_because} If it is the right one, give the same command with --yes "
            f"{done.held}."
        )
        return int(ExitCode.HELD)
    return int(ExitCode.PARTIAL if done.rejected else ExitCode.COMPLETED)


def _import_as_json(done: Suppressing) -> dict[str, Any]:
    return {
        "rows": done.rows,
        "added": done.added,
        "known": done.known,
        "rejected": done.rejected,
        "reasons": done.reasons,
        "import": done.name,
        "held": done.held,
    }


def _show_import(done: Suppressing) -> None:
    from sendersync.cli.views.report import reasons_table

    out = console()
    print_text(
        out,
        f"{done.added:,} added, {done.known:,} already on the list, {done.rejected:,} not "
        f"usable, of {counted(done.rows, 'row')}.",
    )
    if done.reasons:
        out.print(reasons_table(done.reasons))
    if done.name:
        print_text(out, "If it was the wrong list, take back what it has added:")
        out.print(f"  sendersync suppress remove --import {done.name}", soft_wrap=True)


def _approval(yes: int | None, *, ask: bool) -> Callable[[HoldReason, int], bool]:
    """Whether a list of mostly subscribers is meant: a ceiling, or a person, says so."""

    def approve(reason: HoldReason, phones: int) -> bool:
        if yes is not None or not ask or not sys.stdin.isatty():
            return yes is not None and phones <= yes
        print_line(reason.text)
        return typer.confirm(f"Put all {phones:,} on the list?", err=True)

    return approve


def _as_json(still: Any) -> dict[str, int]:
    subscribed = int(still["subscribed"].sum())
    return {"still_subscribed": subscribed, "unconfirmed_stops": len(still) - subscribed}


def _say_who_still_gets_texts(still: Any) -> None:
    """Who is on the list and subscribed, and apart from them those whose stop is not confirmed."""
    counts = _as_json(still)
    if counts["still_subscribed"]:
        phones = counted(
            counts["still_subscribed"], "phone on the list is", "phones on the list are"
        )
        print_line(
            f"{phones} still subscribed. Adding to the list does not unsubscribe anyone: "
            "`sendersync run` of their sync does, and `sendersync stop FILE` for people who were "
            "imported by hand."
        )
    if counts["unconfirmed_stops"]:
        phones = counted(
            counts["unconfirmed_stops"], "phone on the list was", "phones on the list were"
        )
        print_line(
            f"{phones} asked to be stopped before, and the platform has not confirmed it: look "
            "them up on its page."
        )


def list_all(unmasked: Unmasked = False, owed: Owed = False, as_json: Json = False) -> int:
    """Show the list, and what was taken off it."""
    from sendersync.cli.views.tables import table
    from sendersync.pipeline.suppress_list import may_receive

    with state_for_reading() as state:
        entries, lifted = state.suppressions.all(), state.suppressions.lifted()
        if owed:
            still = may_receive(state)
            entries = entries.loc[entries["phone"].isin(still["ordered_phone"])]
            lifted = lifted.iloc[:0]
    rows = _shown(entries, unmasked=unmasked)
    gone = _shown(lifted, unmasked=unmasked)
    if as_json:
        print_json({"count": len(rows), "suppressions": rows, "removed": gone})
        return 0
    if not rows:
        console().print("Nobody on the list may get texts." if owed else "The list is empty.")
    else:
        # a column for the sender code only where an order has one
        some = any(row["sender_code"] for row in rows)
        names = ("phone", *(["sender_code"] if some else []), "origin", "reason", "run")
        headings = ("Phone", *(["For"] if some else []), "From", "Why", "Run", "Since")
        console().print(table(headings, _cells(rows, (*names, "created_at"))))
    if gone:
        names = ("phone", "who", "why", "lifted_at", "origin")
        headings = ("Taken off", "By", "Why", "On", "Came from")
        console().print(table(headings, _cells(gone, names)))
    return 0


def _cells(rows: list[dict[str, str]], names: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Cells of a table: times to the day, since the moment interests programs only."""
    day = {"created_at", "lifted_at"}
    empty = {"sender_code": "all"}
    return [
        tuple(row[name][: 10 if name in day else None] or empty.get(name, "") for name in names)
        for row in rows
    ]


def _shown(frame: Any, *, unmasked: bool) -> list[dict[str, str]]:
    return [
        {str(name): str(value) for name, value in row.items()}
        | {"phone": shown_field("phone", str(row["phone"]), unmasked=unmasked)}
        for row in frame.to_dict("records")
    ]


def export(out: Out, since: Since = None, as_json: Json = False) -> int:
    """Write the list to a CSV file, for the CRM.

    The columns are phone, sender_code (empty: all of them), since, origin and reason. With --since
    only what was put on the list on that day or later. The file holds personal data.
    """
    from sendersync.pipeline.export.opt_outs import write_opt_outs

    with state_for_reading() as state:
        entries = state.suppressions.all()
    written = write_opt_outs(out, entries, since.date() if since else None)
    if as_json:
        print_json({"out": str(out), "rows": written})
    print_line(f"{counted(written, 'entry', 'entries')} written to {out}.")
    print_line("It contains personal data: delete it once the CRM has it.")
    return 0
