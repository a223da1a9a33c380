"""`suppress`: the do-not-contact list, which beats every source."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from schemas.errors import ExitCode
from schemas.wording import counted, named_lines
from sendersync.cli.options import Country, FilePath, Json, Map, Unmasked
from sendersync.cli.state_access import state_for_reading, state_for_writing
from sendersync.cli.views.masking import shown_field
from sendersync.cli.views.output import console, print_json, print_line, print_text

Phones = Annotated[list[str], typer.Argument(metavar="PHONE...", help="Phones, in any spelling.")]
Phone = Annotated[str, typer.Argument(metavar="PHONE", help="A phone, in any spelling.")]
Why = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why, for the record.")]


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
    app.add_typer(group, name="suppress")


def add(
    phones: Phones,
    country: Country = None,
    reason: Why = "by hand",
    as_json: Json = False,
) -> int:
    """Put phones on the do-not-contact list.

    All of them, or none where one cannot be read. Adding to the list does not unsubscribe anyone:
    the next run of each sync does.
    """
    from sendersync.pipeline.suppress_list import may_receive, read_phones

    read = read_phones(phones, country)
    with state_for_writing() as state:
        added = state.suppressions.add(read, origin="sendersync suppress add", reason=reason)
        still = may_receive(state)
    known = len(read) - added
    if as_json:
        print_json({"added": added, "known": known, **_as_json(still)})
    else:
        console().print(f"{added:,} added, {known:,} already on the list.")
    _say_who_still_gets_texts(still)
    return 0


def import_file(
    file: FilePath, country: Country = None, mapping: Map = None, as_json: Json = False
) -> int:
    """Put every phone of a file on the list.

    Where a row cannot be read, its line is named, and the exit code is 4.
    """
    from connectors.sources.registry import open_file
    from sendersync.cli.views.report import reasons_table
    from sendersync.pipeline.one_off.one_off import STOPPED, mapping_of, read_mapping, stop_sync
    from sendersync.pipeline.suppress_list import may_receive, suppress_file

    source = open_file(file)
    found = mapping_of(source, read_mapping(mapping or ()), STOPPED)
    # no sender code is involved: the list holds for all of them
    sync = stop_sync(found, "suppress", country=country)
    with state_for_writing() as state:
        done = suppress_file(state, source, sync)
        still = may_receive(state)
    if as_json:
        print_json(
            {
                "rows": done.rows,
                "added": done.added,
                "known": done.known,
                "rejected": done.rejected,
                "reasons": done.reasons,
                **_as_json(still),
            }
        )
    else:
        out = console()
        print_text(
            out,
            f"{done.added:,} added, {done.known:,} already on the list, {done.rejected:,} not "
            f"usable, of {counted(done.rows, 'row')}.",
        )
        if done.reasons:
            out.print(reasons_table(done.reasons))
    if done.unread:
        rows = counted(len(done.unread), "row")
        who = "That person is" if len(done.unread) == 1 else "Those people are"
        say = "say stop, or may, and " if sync.columns.opted_out is not None else ""
        lines = named_lines(done.unread)
        print_line(f"{rows} {say}could not be read: {lines}. {who} NOT on the list.")
    _say_who_still_gets_texts(still)
    return int(ExitCode.PARTIAL if done.rejected else ExitCode.COMPLETED)


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


def list_all(unmasked: Unmasked = False, as_json: Json = False) -> int:
    """Show the list."""
    from sendersync.cli.views.tables import table

    with state_for_reading() as state:
        entries = state.suppressions.all().to_dict("records")
    names = ("phone", "origin", "reason", "run", "created_at")
    rows = [
        {str(name): str(row[name]) for name in names}
        | {"phone": shown_field("phone", str(row["phone"]), unmasked=unmasked)}
        for row in entries
    ]
    if as_json:
        print_json({"count": len(rows), "suppressions": rows})
        return 0
    if not rows:
        console().print("The list is empty.")
        return 0
    headings = ("Phone", "From", "Why", "Run", "Since")
    # to the day: the moment of it interests programs only
    shown = [(*list(row.values())[:-1], row["created_at"][:10]) for row in rows]
    console().print(table(headings, shown))
    return 0


def remove(phone: Phone, country: Country = None, as_json: Json = False) -> int:
    """Take a phone off the list, so that it may be added again."""
    from schemas.errors import WrongUse
    from sendersync.pipeline.suppress_list import read_phones

    read = read_phones([phone], country)[0]
    with state_for_writing() as state:
        removed = state.suppressions.remove(read)
    if not removed:
        raise WrongUse(
            "This phone is not on the list.",
            where="PHONE",
            do="`sendersync suppress list --unmasked` shows who is.",
        )
    if as_json:
        print_json({"removed": 1})
    else:
        console().print("Taken off the list. The next run adds it, if the source still has it.")
    return 0
