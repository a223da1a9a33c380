"""Which file a night reads, what in it is a contact, and whose permission its name denies."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from connectors.sources.registry import open_source
from schemas.errors import ExitCode, SourceMismatch
from schemas.sync_file import SyncFile
from sendersync.pipeline.job import Command
from sendersync.pipeline.run import Finished
from tests.builders.spreadsheets import Rows, xlsx
from tests.builders.sync_bench import Desk
from tests.builders.sync_files import CODE, sync_of

NIGHT = 1_795_000_000.0
"""When files were delivered: long enough ago that nobody waits for their rest."""

TABLE = "Email Address,SMS Phone Number\n{}@example.com,+120620001{:02d}\n"


def _deliver(desk: Desk, name: str, text: str, minutes_ago: float) -> Path:
    path = desk.folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    os.utime(path, (NIGHT - 60 * minutes_ago,) * 2)
    return path


def _sync(path: str, **more: Any) -> SyncFile:
    source = {"kind": "csv", "path": path, **more.pop("source", {})}
    columns = {"phone": "SMS Phone Number", "email": "Email Address"}
    return sync_of(source, columns=columns, **more)


def _run(desk: Desk, sync: SyncFile) -> Finished:
    return desk.run(sync=sync, source=open_source(sync, desk.folder))


SIBLINGS = [
    ("subscribed_members_4f1c.csv", "unsubscribed_members_4f1c.csv"),
    ("subscribed_members_4f1c.csv", "cleaned_members_4f1c.csv"),
    ("kontakte.csv", "kontakte-abgemeldet.csv"),
    ("abonnés.csv", "désabonnés.csv"),
    ("clientes.csv", "clientes-bajas.csv"),
    ("all.csv", "hard-bounces.csv"),
]


@pytest.mark.parametrize(("ours", "theirs"), SIBLINGS)
@pytest.mark.parametrize("command", [Command.RUN, Command.PLAN, Command.ADOPT])
def test_the_sibling_that_is_newest_adds_nobody(
    ours: str, theirs: str, command: Command, desk: Desk
) -> None:
    """Of three files of one delivery a pattern takes the last; its name says who is in it."""
    _deliver(desk, f"exports/{ours}", TABLE.format("ann", 1), 10)
    _deliver(desk, f"exports/{theirs}", TABLE.format("bo", 2), 5)
    sync = _sync("exports/*.csv")
    source = open_source(sync, desk.folder)
    done = desk.run(command, sync=sync, source=source, dry_run=command is Command.PLAN)
    assert done.exit_code is ExitCode.WRONG_USE
    assert done.report.error is not None
    assert theirs in done.report.error["what"]
    assert "accept_name: true" in done.report.error["do"]
    assert not desk.new_calls()
    only_ours = _run(desk, _sync(f"exports/{ours}"))
    assert only_ours.report.plan.add == 1


@pytest.mark.parametrize(("ours", "theirs"), SIBLINGS)
def test_a_file_that_changes_its_kind_on_a_later_night_adds_and_stops_nobody(
    ours: str, theirs: str, desk: Desk
) -> None:
    """The first night went well; on the second the other sibling is newer."""
    _deliver(desk, ours, TABLE.format("ann", 1), 10)
    sync = _sync("*.csv")
    assert _run(desk, sync).report.load.confirmed == 1
    desk.new_calls()
    _deliver(desk, theirs, TABLE.format("bo", 2), 5)
    assert _run(desk, sync).exit_code is ExitCode.WRONG_USE
    assert not desk.new_calls()


@pytest.mark.parametrize("path", ["cleaned.csv", "unsubscribed/contacts.csv", "bajas/*.csv"])
def test_the_sync_file_can_say_otherwise(path: str, desk: Desk) -> None:
    """`cleaned` may mean tidied up; a folder speaks as its file does."""
    _deliver(desk, path.replace("*", "1"), TABLE.format("ann", 1), 10)
    assert _run(desk, _sync(path)).exit_code is ExitCode.WRONG_USE
    accepted = _run(desk, _sync(path, source={"accept_name": True}))
    assert accepted.report.load.confirmed == 1


def test_a_sheet_named_after_people_who_left_adds_nobody(desk: Desk) -> None:
    """As a file; also where the sync file names it."""
    rows: Rows = [["Email Address", "SMS Phone Number"], ["ann@example.com", "+12062000101"]]
    xlsx(desk.folder / "a.xlsx", rows, lambda book: setattr(book.active, "title", "Opt-outs"))
    for sheet in (None, "Opt-outs"):
        done = _run(desk, _sync("a.xlsx", source={"kind": "excel", "sheet": sheet}))
        assert done.exit_code is ExitCode.WRONG_USE
        assert done.report.error is not None
        assert "Opt-outs" in done.report.error["what"]


def test_people_of_whom_each_has_a_moment_of_leaving_are_not_added(desk: Desk) -> None:
    """The file is called contacts.csv, and every row says when its person left."""
    text = "SMS Phone Number,Email Address,UNSUB_TIME\n+1206200010{},a@example.com,{}\n"
    _deliver(desk, "contacts.csv", text.format(1, "2026-11-01 10:00"), 10)
    done = _run(desk, _sync("contacts.csv"))
    assert done.exit_code is ExitCode.WRONG_USE
    assert not desk.new_calls()
    _deliver(desk, "contacts.csv", text.format(1, ""), 10)
    assert _run(desk, _sync("contacts.csv")).report.load.confirmed == 1


@pytest.mark.parametrize(
    ("name", "shadow"),
    [
        ("contacts.csv", "._contacts.csv"),
        ("contacts.csv", "~$contacts.csv"),
        ("contacts.csv", ".~lock.contacts.csv#"),
        ("contacts.csv", "contacts.csv~"),
        ("contacts.xlsx", "~$contacts.xlsx"),
    ],
)
def test_a_shadow_that_is_newer_is_not_the_file(name: str, shadow: str, desk: Desk) -> None:
    """Somebody has the file open, or a Mac copied it: the real one is read."""
    if name.endswith(".xlsx"):
        rows: Rows = [["Email Address", "SMS Phone Number"], ["a@example.com", "+12062000101"]]
        os.utime(xlsx(desk.folder / name, rows), (NIGHT - 600,) * 2)
    else:
        _deliver(desk, name, TABLE.format("ann", 1), 10)
    _deliver(desk, shadow, "\x05Ann Lee", 5)
    kind = "excel" if name.endswith(".xlsx") else "csv"
    done = _run(desk, _sync("*contacts.*", source={"kind": kind}))
    assert done.report.load.confirmed == 1


def test_an_old_export_that_was_saved_again_changes_nobody(desk: Desk) -> None:
    """Exit 2 until a person decides; the night before stays as it was."""
    sync = _sync("c-*.csv")
    _deliver(desk, "c-2026-11-27.csv", TABLE.format("ann", 1), 10)
    assert _run(desk, sync).report.load.confirmed == 1
    desk.new_calls()
    _deliver(desk, "c-2026-10-01.csv", TABLE.format("bo", 2), 5)
    with pytest.raises(SourceMismatch, match="has a later date in its name"):
        _run(desk, sync)
    assert not desk.new_calls()
    by_name = _run(desk, _sync("c-*.csv", source={"newest_by": "name"}))
    assert by_name.report.plan.unchanged == 1


MEXICANS = [
    ["First name", "Mobile", "Country"],
    ["Ana", "81 2555 0142", "Mexico"],
    ["Luis", "33 2555 0144", None],
    ["Eva", "55 1555 0145", None],
    ["Ann", "206 555 0141", "United States"],
    ["Bo", "206 555 0143", None],
]


def test_a_merged_country_is_the_country_of_all_it_covers(desk: Desk) -> None:
    """Luis and Eva are no strangers in the United States, where their numbers are valid, too."""

    def merge(book: Any) -> None:
        book.active.merge_cells("C2:C4")
        book.active.merge_cells("C5:C6")

    xlsx(desk.folder / "c.xlsx", MEXICANS, merge)
    sync = SyncFile.model_validate(
        {
            "sync": "s",
            "source": {"kind": "excel", "path": "c.xlsx"},
            "columns": {"phone": "Mobile", "country": "Country", "first_name": "First name"},
            "sender_code": CODE,
            "default_country": "US",
        }
    )
    _run(desk, sync)
    added = desk.subscribed()
    assert added >= {"+528125550142", "+523325550144", "+525515550145"}
    assert not {"+13325550144", "+15515550145"} & added


REPORT_HEADER = "Contact ID,First Name,Mobile,Mailing Country\n"
PEOPLE = [
    f"003xx00000A{n}BcD,{name},(206) 200-014{n},United States\n"
    for n, name in enumerate(("Ann", "Bob", "Cy", "Dee"), start=1)
]


def _salesforce(people: int, day: str) -> str:
    return (
        f'\n"Grand Totals ({people} records)"\n\n"SMS contacts"\n"Copyright (c) 2000-2026 '
        f'salesforce.com, inc. All rights reserved."\n"Generated By:  Sam Admin  {day} 4:00 AM"\n'
        '"Example Ltd"\n'
    )


FOOTERS: dict[str, Callable[[int, str], str]] = {
    "Salesforce": _salesforce,
    "a total": lambda people, _: f"Total: {people},,,\n",
    "a time": lambda _, day: f"\nReport generated {day} 04:00\n",
    "German": lambda people, day: f"\nSumme: {people}\nErstellt am {day} von Sam\n",
    "any words": lambda _, day: f"\nOur guests on {day}\n",
    "none": lambda *_: "",
}


def _report(desk: Desk, people: list[str], footer: str) -> Finished:
    _deliver(desk, "report.csv", REPORT_HEADER + "".join(people) + footer, 10)
    columns = {"key": "Contact ID", "phone": "Mobile", "country": "Mailing Country"}
    sync = SyncFile.model_validate(
        {
            "sync": "s",
            "source": {"kind": "csv", "path": "report.csv"},
            "columns": columns,
            "sender_code": CODE,
        }
    )
    return _run(desk, sync)


@pytest.mark.parametrize("footer", FOOTERS)
def test_a_footer_that_is_new_every_night_holds_no_removal(footer: str, desk: Desk) -> None:
    """Dee has left: one stop, exit 0, and the report says which lines were left out."""
    first = _report(desk, PEOPLE, FOOTERS[footer](4, "11/27/2026"))
    assert first.report.load.confirmed == 4
    assert not first.report.reasons
    second = _report(desk, PEOPLE[:3], FOOTERS[footer](3, "11/28/2026"))
    assert second.exit_code is ExitCode.COMPLETED
    assert (second.report.plan.stop, second.report.plan.held) == (1, 0)
    told = any("below the table" in warning for warning in second.report.warnings)
    assert told is (footer != "none")


@pytest.mark.parametrize(
    "broken",
    [
        "003xx00000A4BcD,Dee\n",
        '"003xx00000A4BcD"\n',
        "\n003xx00000A4BcD\n",
        "\nDee Dogwood (206) 200-0144\n",
        ",Dee,unknown,United States\n",
    ],
)
def test_a_broken_contact_in_the_place_of_a_footer_holds_removals(broken: str, desk: Desk) -> None:
    """Who it was cannot be told, so nobody is stopped on the word of this file."""
    _report(desk, PEOPLE, _salesforce(4, "11/27/2026"))
    second = _report(desk, [*PEOPLE[:3], broken], _salesforce(3, "11/28/2026"))
    assert second.report.plan.stop == 0


@pytest.mark.parametrize(
    ("summer", "winter"),
    [
        ("SMS opt-out date (EDT)", "SMS opt-out date (EST)"),
        ("Opted out (CEST)", "Opted out (CET)"),
        ("Opted out (UTC-04:00)", "Opted out (UTC-05:00)"),
        ("Opted out", "Opted\u00a0out"),
        ("Désinscrit", "De\u0301sinscrit"),
    ],
)
def test_an_opt_out_is_heard_on_the_night_its_column_is_renamed(
    summer: str, winter: str, desk: Desk
) -> None:
    """The clocks went back, and Ann said stop on the same day."""
    table = "Record ID,Phone Number,{}\n1,+12062000101,{}\n2,+12062000102,\n"
    sync = SyncFile.model_validate(
        {
            "sync": "s",
            "source": {"kind": "csv", "path": "c.csv"},
            "columns": {"key": "Record ID", "phone": "Phone Number", "opted_out": summer},
            "words": {"opted_out": {"filled_means_yes": True}},
            "sender_code": CODE,
        }
    )
    _deliver(desk, "c.csv", table.format(summer, ""), 10)
    assert _run(desk, sync).report.load.confirmed == 2
    desk.new_calls()
    _deliver(desk, "c.csv", table.format(winter, "2026-11-01"), 5)
    done = _run(desk, sync)
    assert done.report.plan.stop == 1
    assert any("is taken for" in warning for warning in done.report.warnings)
