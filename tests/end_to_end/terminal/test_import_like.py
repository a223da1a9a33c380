"""`import --like`, `--encoding`, `--sheet` and the way back of fixed rows."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest
from xlsxwriter import Workbook

from tests.builders.command_line import SYNC, CommandLine, phone, row
from tests.builders.sync_files import CODE
from tests.stand_ins.sandbox_process import SandboxProcess

WORDS = "words: {consent: {means_yes: ['agreed']}}\ncountries: [US]\ndefault_country: US\n"


@pytest.fixture
def line(tmp_path: Path, sandbox: SandboxProcess) -> CommandLine:
    """A command line whose sync has words, countries and a default country of its own."""
    line = CommandLine(tmp_path / "line", sandbox.env())
    line.write("newsletter.yaml", SYNC + WORDS)
    return line


def _row(number: int, mobile: str) -> dict[str, str]:
    return row(number, Mobile=mobile, SMS_consent="agreed")


def test_an_import_like_a_sync_reads_as_it_does(line: CommandLine) -> None:
    """Its columns, words, countries, country, group and sender code, without repeating them."""
    line.contacts([_row(1, "206 555 0101"), _row(2, "+33612345678"), row(3, Mobile=phone(3))])
    argv = ("import", "contacts.csv", "--like", "newsletter.yaml", "--json")
    done = line(*argv)
    assert done.code == 0, done.err
    assert done.json["sync"] == f"import:{CODE}" and done.json["done"]["add"] == 2
    assert done.json["reasons"] == {"phone_country_not_allowed": 1}
    assert done.json["read_as"]["group"] == "weekly"
    other = line(*argv, "--sender-code", "55512", "--group", "vip", "--dry-run")
    assert "import:55512" in other.out
    (line.folder / "contacts.csv").write_text("Phone\n+12065550101\n", "utf-8")
    missing = line(*argv)
    assert missing.code == 2 and "is mapped to the column" in missing.json["error"]["what"]


@pytest.mark.parametrize("name", ["unsubscribed.csv", "Abmeldungen 2026.csv", "bounced.csv"])
def test_an_import_like_a_sync_adds_nobody_who_left_either(name: str, line: CommandLine) -> None:
    """The name of the file counts as in any import; `--map opted_out=` is a person's word."""
    line.contacts([_row(1, phone(1))], name)
    argv = ("import", name, "--like", "newsletter.yaml", "--dry-run", "--json")
    refused = line(*argv)
    assert refused.code == 2 and name in refused.json["error"]["what"]
    assert line(*argv, "--map", "opted_out=").json["plan"]["add"] == 1


def test_an_import_like_a_sync_hears_who_texted_stop(
    line: CommandLine, sandbox: SandboxProcess
) -> None:
    """Who stands on the sync's list is not added by an import either; without the list nobody is."""
    listed = "opt_outs: {path: 'stops/*.csv', max_age: 8d}\n"
    line.write("newsletter.yaml", SYNC + WORDS + listed)
    line.contacts([_row(1, phone(1)), _row(2, phone(2))])
    argv = ("import", "contacts.csv", "--like", "newsletter.yaml", "--json")
    missing = line(*argv)
    assert missing.code == 2 and not sandbox.state()["counts"]["subscriptions"], missing.err
    (line.folder / "stops").mkdir()
    line.write("stops/november.csv", f"phone\n{phone(2)}\n")
    done = line(*argv)
    assert done.json["done"]["add"] == 1 and sandbox.state()["counts"]["subscriptions"] == 1


def test_a_sender_code_is_asked_for_where_nothing_gives_it(line: CommandLine) -> None:
    """Neither an option nor a sync file: both ways are named."""
    line.contacts([_row(1, phone(1))])
    done = line("import", "contacts.csv", "--json")
    assert done.code == 2
    assert "--sender-code" in done.json["error"]["do"] and "--like" in done.json["error"]["do"]


def test_the_printed_command_brings_fixed_rows_in_and_closes_them(line: CommandLine) -> None:
    """With the sync's own words; what is read now is no reject of that run any more."""
    line.contacts([_row(1, phone(1)), _row(2, "206555"), _row(3, "see notes"), _row(4, "12")])
    run = line("run", "newsletter.yaml", "--json").json["run"]
    done = line("rejects", run, "--out", "rejected.csv", "--json")
    assert done.json["rows"] == 3
    path = line.folder / "rejected.csv"
    fixed = path.read_text("utf-8").replace(",206555,", f",{phone(2)},")
    path.write_text(fixed.replace(",see notes,", f",{phone(3)},"), "utf-8")
    command = shlex.split(done.json["back"])
    again = line(*command[1:])
    assert again.code == 0 and f"Fixed: 2 rejected rows of run {run}; 1 left." in again.err
    assert again.out.startswith(f"import:{CODE}: 2 added")
    left = line("rejects", run, "--out", "left.csv", "--json").json
    assert left["rows"] == 1 and left["reasons"] == {"phone_too_short": 1}


def test_nothing_is_closed_while_a_call_did_not_go_through(
    line: CommandLine, sandbox: SandboxProcess
) -> None:
    """The same command again brings the rest in, so the rows are kept until then."""
    line.contacts([_row(1, phone(1)), _row(2, "206555")])
    run = line("run", "newsletter.yaml", "--json").json["run"]
    command = shlex.split(line("rejects", run, "--out", "rejected.csv", "--json").json["back"])
    path = line.folder / "rejected.csv"
    path.write_text(path.read_text("utf-8").replace(",206555,", f",{phone(2)},"), "utf-8")
    sandbox.faults({"kind": "429", "share": 1, "retry_after": "3600"})
    assert line(*command[1:]).code == 75
    sandbox.faults()
    assert line("rejects", run, "--out", "again.csv", "--json").json["rows"] == 1
    assert line(*command[1:]).code == 0
    assert line("rejects", run, "--out", "none.csv").code == 2


def test_fixed_rows_of_an_unknown_run_are_refused_before_anything_is_sent(
    line: CommandLine, sandbox: SandboxProcess
) -> None:
    """A slip in the run's id costs no call."""
    line.contacts([_row(1, phone(1))])
    done = line("import", "contacts.csv", "--like", "newsletter.yaml", "--fixes", "2020", "--json")
    assert done.code == 2 and not sandbox.calls()


def test_the_encoding_of_a_file_can_be_said(line: CommandLine) -> None:
    """For all commands that read a file; a name that is none and a file without one are refused."""
    text = f"phone,First Name\n{phone(1)},Zoë\n"
    (line.folder / "names.csv").write_bytes(text.encode("cp850"))
    for command in (
        ("check", "names.csv"),
        ("import", "names.csv", "--sender-code", CODE, "--dry-run"),
        ("stop", "names.csv", "--sender-code", CODE, "--dry-run"),
        ("suppress", "import", "names.csv"),
    ):
        done = line(*command, "--encoding", "cp850", "--json")
        assert done.code == 0, done.err
        assert line(*command, "--encoding", "no-such", "--json").code == 2
        refused = line(*command, "--sheet", "People", "--json")
        assert refused.code == 2 and refused.json["error"]["where"] == "--sheet"
    line("check", "names.csv", "--encoding", "cp850", "--clean", "clean.csv")
    assert "Zoë" in (line.folder / "clean.csv").read_text("utf-8")
    assert line("check", "newsletter.yaml", "--encoding", "cp850").code == 2


def test_the_sheet_of_a_workbook_can_be_said(line: CommandLine) -> None:
    """For check, import and stop alike."""
    with Workbook(str(line.folder / "book.xlsx")) as book:
        for name, number in (("Old", 1), ("New", 2)):
            sheet = book.add_worksheet(name)
            sheet.write_column(0, 0, ["Phone", phone(number), phone(number + 10)])
    checked = line("check", "book.xlsx", "--sheet", "New", "--json")
    assert checked.code == 0 and checked.json["rows"] == 2
    argv = ("book.xlsx", "--sender-code", CODE, "--sheet", "New", "--dry-run")
    for command in ("import", "stop"):
        shown = line(command, *argv)
        assert shown.code == 0 and "+1206***0102" in shown.out and "0101" not in shown.out
        assert line(command, *argv[:-2], "Gone", "--json").code == 2


def test_several_phone_columns_come_back_as_they_were_read(line: CommandLine) -> None:
    """A list of phone columns is shown as one, and the way back takes it from the sync file."""
    several = (SYNC + WORDS).replace("phone: Mobile", "phone: [Mobile, Work]")
    line.write("newsletter.yaml", several)
    path = line.contacts([_row(1, ""), _row(2, "206555")])
    head, first, second = path.read_text("utf-8").splitlines()
    line.write("contacts.csv", f"{head},Work\n{first},{phone(1)}\n{second},12\n")
    assert line("check", "newsletter.yaml", "--json").json["mapping"]["phone"] == ["Mobile", "Work"]
    shown = line("check", "newsletter.yaml")
    assert shown.code == 0 and phone(1) not in shown.out and phone(1)[1:] not in shown.out
    done = line("import", "contacts.csv", "--like", "newsletter.yaml", "--json")
    assert done.json["done"]["add"] == 1 and done.json["reasons"] == {"phone_too_short": 1}
    assert "phone = 'Mobile', phone = 'Work'" in done.err
    back = line("rejects", done.json["run"], "--out", "rejected.csv", "--json").json["back"]
    assert "--like" in back and "phone=" not in back
    (line.folder / "newsletter.yaml").unlink()
    told = line("rejects", done.json["run"], "--out", "left.csv")
    assert told.code == 0 and "from several columns" in told.err and "--map" not in told.err
    line.write("newsletter.yaml", several)
    path = line.folder / "rejected.csv"
    path.write_text(path.read_text("utf-8").replace(",12,", f",{phone(2)},"), "utf-8")
    again = line(*shlex.split(back)[1:], "--json")
    assert again.code == 0 and again.json["load"]["confirmed"] == 1, again.err
