"""The platform's own list of who texted STOP: read first in every run, and obeyed."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from connectors.sources.opt_out_files import open_opt_outs
from schemas.member_status import MemberStatus
from sendersync.pipeline.run import Finished
from tests.builders.sync_bench import Command, Desk, people, person, phone, sync_file, without


@pytest.fixture
def listed(desk: Desk) -> Desk:
    """A desk whose sync file names a list; ten people are subscribed."""
    desk.sync = sync_file(opt_outs={"path": "stops/*", "max_age": "8d"})
    (desk.folder / "stops").mkdir()
    stops(desk, "2026-11-01.csv")
    desk.write(people(10))
    assert run(desk).report.load.confirmed == 10
    desk.new_calls()
    return desk


def stops(desk: Desk, name: str, *phones: str, header: str = "phone") -> Path:
    """A file of the list, written a while ago."""
    path = desk.write_text("\n".join([header, *phones, ""]), f"stops/{name}")
    os.utime(path, (path.stat().st_mtime - 60,) * 2)
    return path


def run(desk: Desk, command: Command = Command.RUN, **how: Any) -> Finished:
    """One run that reads the list."""
    return desk.run(command, opt_outs=open_opt_outs(desk.sync, desk.folder), **how)


def test_who_texted_stop_is_stopped_and_never_added_again(listed: Desk) -> None:
    """Whoever stands in any file of the list is stopped first, suppressed, and stays out."""
    stops(listed, "2026-11-02.csv", "(206) 200-0003", phone(700))
    stops(listed, "2026-11-03.csv", phone(4))
    listed.write([*people(10), person(700), person(701)])
    done = run(listed)
    assert done.exit_code == 0
    assert listed.new_commands()[:2] == [("stop", phone(3)), ("stop", phone(4))]
    assert listed.subscribed() == {phone(n) for n in (0, 1, 2, 5, 6, 7, 8, 9, 701)}
    assert {phone(3), phone(4), phone(700)} <= listed.suppressed()
    for path in (listed.folder / "stops").iterdir():
        path.unlink()
    stops(listed, "2026-11-04.csv", phone(5))
    assert run(listed).report.plan.stop == 1
    assert listed.new_commands() == [("stop", phone(5))]
    assert run(listed).report.reasons == {"suppressed": 4}
    assert listed.new_calls() == []


def test_a_burst_of_the_list_is_held_and_nobody_is_added(desk: Desk) -> None:
    """A list of mostly subscribers stops, suppresses and adds nobody before somebody has looked."""
    desk.sync = sync_file(opt_outs={"path": "stops/*.csv"})
    (desk.folder / "stops").mkdir()
    desk.first_load(people(40))
    stops(desk, "everybody.csv", *map(phone, range(30)))
    desk.write(people(41))
    done = run(desk)
    assert done.exit_code == 3
    assert [hold.guard for hold in done.report.held_because] == ["max_opt_outs"]
    assert desk.new_calls() == []
    assert desk.suppressed() == set()
    assert run(desk, approve=done.report.plan.digest).exit_code == 0
    assert len(desk.subscribed()) == 11


def test_the_first_load_is_judged_by_the_rows_on_the_list(desk: Desk) -> None:
    """A list that has most rows of a first load may be the wrong list: nobody is added."""
    desk.sync = sync_file(opt_outs={"path": "stops.csv"})
    desk.write_text("\n".join(["phone", *map(phone, range(30)), ""]), "stops.csv")
    desk.write(people(40))
    done = run(desk)
    assert (done.exit_code, desk.new_calls(), desk.suppressed()) == (3, [], set())
    assert "30 of 40 rows" in done.report.held_because[0].text


def test_a_list_that_is_old_is_said_and_holds_nothing(listed: Desk) -> None:
    """No file younger than `max_age` is a warning; the exit code stays as it is."""
    path = stops(listed, "2026-11-01.csv", phone(2))
    old = path.stat().st_mtime - timedelta(days=9).total_seconds()
    os.utime(path, (old, old))
    done = run(listed)
    assert done.exit_code == 0
    assert listed.new_commands() == [("stop", phone(2))]
    (said,) = [each for each in done.report.warnings if "texted STOP is old" in each]
    assert "2026-11-01.csv" in said
    assert "`max_age` is 8 days" in said


@pytest.mark.parametrize("left", ["no folder", "no file", "an empty file"])
def test_a_list_that_is_missing_holds_whoever_would_be_added(listed: Desk, left: str) -> None:
    """A mistyped path, an emptied folder: who texted STOP may be among the new; all else goes on."""
    (listed.folder / "stops/2026-11-01.csv").unlink()
    if left == "no folder":
        (listed.folder / "stops").rename(listed.folder / "stop")
    elif left == "an empty file":
        listed.write_text("", "stops/2026-11-09.csv")
    listed.write(people(10))
    assert run(listed).exit_code == 0, "nobody is to be added"
    listed.write(without([*people(10), person(700)], 4))
    done = run(listed)
    assert (done.exit_code, listed.new_commands()) == (3, [("stop", phone(4))])
    assert [(each.guard, each.count) for each in done.report.held_because] == [("opt_outs", 1)]
    (listed.folder / "stops").mkdir(exist_ok=True)
    stops(listed, "2026-11-10.csv")
    assert (run(listed).exit_code, listed.new_commands()) == (0, [("add", phone(700))])


def test_a_first_load_without_its_list_is_held_until_somebody_approves(desk: Desk) -> None:
    """The plan can be approved as it was shown; the next new people are asked about again."""
    desk.sync = sync_file(opt_outs={"path": "stop/*"})
    desk.write(people(4))
    held = run(desk)
    assert (held.exit_code, held.report.plan.held, desk.new_calls()) == (3, 4, [])
    assert run(desk, Command.ADOPT, dry_run=True).report.plan.held == 0, "no call, so no text"
    assert run(desk, approve=held.report.plan.digest).report.load.confirmed == 4
    desk.write(people(5))
    assert run(desk).report.plan.held == 1


def test_rows_that_cannot_be_read_are_named(listed: Desk) -> None:
    """A row of the list without a readable phone is named by file and line, and the rest is heard."""
    stops(listed, "2026-11-02.csv", "see notes", phone(6), "12", "+12", header="Mobile number")
    done = run(listed)
    assert done.exit_code == 0
    assert listed.new_commands() == [("stop", phone(6))]
    (said,) = [each for each in done.report.warnings if "cannot be read" in each]
    assert "2026-11-02.csv: 3 rows" in said
    assert "lines 2, 4 and 5" in said


LISTS = {
    "no column is a phone": ("Wert,Datum\nja,2026-11-01\n", "which column is the phone"),
    "everybody, with a column for who said stop": (
        f"phone,Unsubscribed\n{phone(1)},yes\n{phone(2)},no\n",
        "may say who opted out",
    ),
}


@pytest.mark.parametrize(("text", "said"), LISTS.values(), ids=LISTS)
def test_a_list_that_nobody_can_read_refuses_the_run(listed: Desk, text: str, said: str) -> None:
    """Where it is not known who texted STOP nobody is added, and the sync file says how to go on."""
    listed.write_text(text, "stops/2026-11-02.csv")
    listed.write(people(11))
    done = run(listed)
    assert done.exit_code == 2
    assert said in str(done.error)
    assert "--map" not in str(done.error)
    assert listed.new_calls() == []


def test_a_list_without_a_header_is_heard_from_its_first_line(listed: Desk) -> None:
    """Where the first line reads as a number it is a person too, and nobody is left out."""
    listed.write_text(f"{phone(1)}\n{phone(2)}\n", "stops/2026-11-02.csv")
    assert run(listed).exit_code == 0
    assert sorted(listed.new_commands()) == [("stop", phone(1)), ("stop", phone(2))]


def test_columns_of_the_list_may_be_named(listed: Desk) -> None:
    """`columns` say what stands where; with an opt-out column only its yeses say stop."""
    text = f"Handy,Abo beendet\n{phone(1)},yes\n{phone(2)},no\n"
    columns = {"phone": "Handy", "opted_out": "Abo beendet"}
    listed.sync = sync_file(opt_outs={"path": "stops/*.csv", "columns": columns})
    (listed.folder / "stops" / "2026-11-01.csv").unlink()
    listed.write_text(text, "stops/2026-11-02.csv")
    assert run(listed).exit_code == 0
    assert listed.new_commands() == [("stop", phone(1))]


def test_answers_that_cannot_be_told_apart_are_asked_about(listed: Desk) -> None:
    """STOP beside YES in a column of replies: what to do can be written into the sync file."""
    text = f"phone,Last reply\n{phone(1)},STOP\n{phone(2)},YES\n"
    columns = {"phone": "phone", "opted_out": "Last reply"}
    listed.sync = sync_file(opt_outs={"path": "stops/*.csv", "columns": columns})
    (listed.folder / "stops" / "2026-11-01.csv").unlink()
    listed.write_text(text, "stops/2026-11-02.csv")
    refused = run(listed)
    assert refused.exit_code == 2 and refused.error is not None
    assert "opt_outs:" in refused.error.do and "--map" not in refused.error.do


def test_a_workbook_is_a_list_too(listed: Desk) -> None:
    """An export as a spreadsheet is read like one of text; an empty file is said."""
    book = openpyxl.Workbook()
    for row in (["Phone", "Date"], [phone(8), "2026-11-02"]):
        book.active.append(row)
    book.save(listed.folder / "stops" / "2026-11-02.xlsx")
    stops(listed, "2026-11-03.csv").write_bytes(b"")
    done = run(listed)
    assert listed.new_commands() == [("stop", phone(8))]
    assert any("2026-11-03.csv" in each and "empty" in each for each in done.report.warnings)


def test_who_was_imported_by_hand_is_stopped_too(listed: Desk) -> None:
    """Somebody of an import who texted STOP is stopped by the run of a sync on that sender code."""
    listed.write([person(500)], "more.csv")
    assert listed.import_(file="more.csv").report.load.confirmed == 1
    listed.new_calls()
    stops(listed, "2026-11-02.csv", phone(500))
    assert run(listed).exit_code == 0
    assert listed.new_commands() == [("stop", phone(500))]
    assert run(listed).report.plan.stop == 0


def test_a_dry_run_and_an_adoption_read_the_list(listed: Desk) -> None:
    """`plan` shows the stop and writes nothing; `adopt` takes nobody as subscribed who texted STOP."""
    stops(listed, "2026-11-02.csv", phone(1))
    assert run(listed, dry_run=True).report.plan.stop == 1
    assert listed.suppressed() == set()
    assert run(listed, Command.ADOPT).exit_code == 0
    assert listed.suppressed() == {phone(1)}
    listed.write(without(people(10), 1))
    assert run(listed).report.plan.stop == 1
    assert listed.standings()[phone(1)] == MemberStatus.STOPPED


def test_a_list_that_is_named_no_more_is_said(listed: Desk) -> None:
    """A sync file without the list that the last run read says so before anything is sent."""
    listed.sync = sync_file()
    (said,) = [each for each in run(listed).report.warnings if "opt_outs" in each]
    assert "stops/*" in said


def test_every_phone_of_a_row_texted_stop(listed: Desk) -> None:
    """A list with two phone columns stops both numbers, found out or named in the sync file."""
    stops(listed, "2026-11-02.csv", f"{phone(2)},{phone(3)}", header="Phone 1,Phone 2")
    assert run(listed).exit_code == 0
    assert listed.new_commands() == [("stop", phone(2)), ("stop", phone(3))]
    stops(listed, "2026-11-03.csv", f"{phone(4)},{phone(5)}", header="Phone,Parent phone")
    refused = run(listed)
    assert refused.exit_code == 2 and refused.error is not None
    assert "'Parent phone'" in refused.error.what
    assert "`phone` is a list of them" in refused.error.do
    columns = {"phone": ["Phone", "Parent phone"]}
    for name in ("2026-11-01.csv", "2026-11-02.csv"):
        (listed.folder / "stops" / name).unlink()
    listed.sync = sync_file(opt_outs={"path": "stops/*", "columns": columns})
    assert run(listed).exit_code == 0
    assert listed.new_commands() == [("stop", phone(4)), ("stop", phone(5))]


def test_a_second_phone_that_cannot_be_read_is_named(listed: Desk) -> None:
    """Whoever texted STOP from one phone of a row is stopped; the other cell is told, by line."""
    header, row = "Mobile,Work phone", f"{phone(3)},+1206555"
    stops(listed, "2026-11-02.csv", f"{phone(4)},", row, header=header)
    spec = {"path": "stops/*", "columns": {"phone": header.split(",")}}
    listed.sync = sync_file(opt_outs=spec)
    (listed.folder / "stops" / "2026-11-01.csv").unlink()
    done = run(listed)
    assert {phone(3), phone(4)} <= listed.suppressed()
    assert [each for each in done.report.warnings if "further phone" in each and "line 3" in each]
