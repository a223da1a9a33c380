"""`check --write`: a sync file that is ready but for what only a person can say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from schemas.sync_file import COLUMN_PLACEHOLDER, SENDER_CODE_PLACEHOLDER
from sendersync.pipeline.check.draft_sync_file import quoted, sync_name
from tests.builders.command_line import CommandLine, phone, row
from tests.builders.spreadsheets import xlsx
from tests.builders.sync_files import CODE


@pytest.fixture
def alone(tmp_path: Path) -> CommandLine:
    """A command line without a platform."""
    return CommandLine(tmp_path / "alone", {})


def fill_in(alone: CommandLine, name: str = "new.yaml") -> None:
    """Does what a person does with the placeholder."""
    path = alone.folder / name
    text = path.read_text("utf-8")
    assert text.count(SENDER_CODE_PLACEHOLDER) == 1
    path.write_text(text.replace(SENDER_CODE_PLACEHOLDER, f'"{CODE}"'), "utf-8")


def test_what_is_written_plans(alone: CommandLine) -> None:
    """After the sender code is filled in, the plan adds everybody that check accepted."""
    alone.contacts([row(1), row(2), row(3, Unsubscribed="yes"), row(4, SMS_consent="no")])
    done = alone("check", "contacts.csv", "--write", "new.yaml", "--json")
    assert done.code == 0, done.err
    written = (alone.folder / "new.yaml").read_text("utf-8")
    values = yaml.safe_load(written)
    assert values["sync"] == "new"
    assert values["source"] == {"kind": "csv", "path": "contacts.csv"}
    assert values["columns"] == {
        "phone": "Mobile",
        "key": "CustomerID",
        "email": "Email",
        "country": "Country",
        "first_name": "First Name",
        "opted_out": "Unsubscribed",
        "consent": "SMS consent",
    }
    assert "sure, 0.97" in written and "max_stop_share: 0.05" in written
    fill_in(alone)
    planned = alone("plan", "new.yaml", "--json")
    assert planned.code == 0 and planned.json["plan"]["add"] == 2, planned.err


def test_the_draft_holds_the_encoding_that_a_person_named(alone: CommandLine) -> None:
    """What could not be found out when the draft was written cannot be found out at night."""
    rows = f"Mobile,First Name\n{phone(1)},Zoë\n{phone(2)},José\n"
    (alone.folder / "letters.csv").write_bytes(rows.encode("cp1250", "replace"))
    done = alone("check", "letters.csv", "--encoding", "cp1250", "--write", "new.yaml")
    assert done.code == 0, done.err
    source = yaml.safe_load((alone.folder / "new.yaml").read_text("utf-8"))["source"]
    assert source == {"kind": "csv", "path": "letters.csv", "encoding": "cp1250"}


@pytest.mark.parametrize("command", ["plan", "run", "adopt", "check"])
def test_the_placeholder_is_no_sender_code(alone: CommandLine, command: str) -> None:
    """Until it is filled in every command refuses the file, with the line and what to write."""
    alone.contacts([row(1)])
    alone("check", "contacts.csv", "--write", "new.yaml")
    done = alone(command, "new.yaml", "--json")
    assert done.code == 2 and not alone.state_file.exists()
    error = done.json["error"]
    assert "not filled in yet" in error["what"] and error["where"].startswith("new.yaml:")


def test_nothing_is_written_over(alone: CommandLine) -> None:
    """A file of that name stays as it is, also a link that leads nowhere."""
    alone.contacts([row(1)])
    before = (alone.folder / "newsletter.yaml").read_bytes()
    assert alone("check", "contacts.csv", "--write", "newsletter.yaml").code == 2
    assert (alone.folder / "newsletter.yaml").read_bytes() == before
    (alone.folder / "dangling.yaml").symlink_to("nowhere.yaml")
    assert alone("check", "contacts.csv", "--write", "dangling.yaml").code == 2
    assert alone("check", "contacts.csv", "--write", "new.csv").code == 2
    assert alone("check", "contacts.csv", "--write", "no/such/folder/new.yaml").code == 2
    assert alone("check", "newsletter.yaml", "--write", "new.yaml").code == 2
    assert not (alone.folder / "new.yaml").exists()


def test_nothing_is_written_where_no_phone_is_known(alone: CommandLine) -> None:
    """A sync file needs a phone column; the mend is an option."""
    alone.write("odd.csv", "a,b\n1,2\n3,4\n")
    done = alone("check", "odd.csv", "--write", "new.yaml")
    assert done.code == 2 and "--map phone=" in done.err
    assert alone("check", "odd.csv", "--map", "phone=a", "--write", "new.yaml").code == 0
    assert yaml.safe_load((alone.folder / "new.yaml").read_text())["columns"] == {"phone": "a"}


@pytest.mark.parametrize(
    ("countries", "phones", "argv", "default"),
    [
        (["US"] * 24 + [""], ["2065550101"] * 25, (), "US"),
        (["US"] * 23 + ["CA", ""], ["2065550101"] * 25, (), None),
        (["US"] * 5 + [""], ["2065550101"] * 6, (), None),
        (["US"] * 24 + [""], ["+436641234567"] + ["2065550101"] * 24, (), None),
        (["US"] * 24 + [""], ["2065550101"] * 24 + ["0664 1234567"], (), None),
        ([""] * 25, ["2065550101"] * 25, (), None),
        ([""] * 25, ["+12065550101"] * 24 + ["2065550101"], (), None),
        ([""] * 25, ["2065550101"] * 25, ("--country", "ca"), "CA"),
    ],
)
def test_the_default_country_is_never_guessed(
    alone: CommandLine,
    countries: list[str],
    phones: list[str],
    argv: tuple[str, ...],
    default: str | None,
) -> None:
    """Only where the column says one country throughout, and nothing speaks against it."""
    given = zip(countries, phones, strict=True)
    alone.contacts([row(n, Country=c, Mobile=p) for n, (c, p) in enumerate(given)])
    assert alone("check", "contacts.csv", "--write", "new.yaml", *argv).code == 0
    text = (alone.folder / "new.yaml").read_text("utf-8")
    assert yaml.safe_load(text).get("default_country") == default
    assert default or "# default_country:" in text


def test_guesses_and_doubts_are_comments(alone: CommandLine) -> None:
    """What is a guess, and what names something on the platform, is not set."""
    alone.write(
        "list.csv",
        "Mobile,Nombre,Segment,Sender\n"
        + "".join(f"{phone(n)},Ann,new,{CODE}\n" for n in range(3)),
    )
    assert alone("check", "list.csv", "--write", "new.yaml").code == 0
    text = (alone.folder / "new.yaml").read_text("utf-8")
    assert yaml.safe_load(text)["columns"] == {"phone": "Mobile"}
    for words in ('# first_name: "Nombre"', '# group: "Segment"', '# sender_code: "Sender"'):
        assert words in text
    fill_in(alone)
    assert alone("plan", "new.yaml", "--json").json["plan"]["add"] == 3


@pytest.mark.parametrize(
    ("header", "cells", "field", "named", "added"),
    [
        ("Do not call", ("yes", "no"), "opted_out", ["Do not call"], 1),
        ("SMS Status", ("yes", "out"), "consent", ["SMS Status"], 1),
        ("Unsubscribed,Do not text", (",x", "x,"), "opted_out", ["Do not text", "Unsubscribed"], 1),
    ],
)
def test_a_sync_waits_for_a_decision(
    alone: CommandLine,
    header: str,
    cells: tuple[str, str],
    field: str,
    named: list[str],
    added: int,
) -> None:
    """A written sync file adds nobody past a column that may say who said stop, until it is read."""
    rows = "".join(f"{phone(n)},{cell}\n" for n, cell in enumerate(cells))
    alone.write("list.csv", f"Mobile,{header}\n{rows}")
    assert "DECIDE" in alone("check", "list.csv", "--write", "new.yaml").err
    fill_in(alone)
    text = (alone.folder / "new.yaml").read_text("utf-8")
    assert yaml.safe_load(text)["columns"] == {"phone": "Mobile", field: COLUMN_PLACEHOLDER}
    assert all(f'#   "{column}"' in text for column in named)
    for command in ("plan", "run", "adopt", "check"):
        refused = alone(command, "new.yaml", "--json")
        assert refused.code == 2 and "not decided yet" in refused.json["error"]["what"]
    path = alone.folder / "new.yaml"
    path.write_text(text.replace(f"{field}: {COLUMN_PLACEHOLDER}", f'{field}: "{named[0]}"'))
    assert alone("plan", "new.yaml", "--json").json["plan"]["add"] == added
    undecided = text.replace(f"  {field}: {COLUMN_PLACEHOLDER}\n", "")
    path.write_text(undecided.replace("# not_permission:", "not_permission:"))
    assert alone("plan", "new.yaml", "--json").json["plan"]["add"] == 2


def test_what_is_taken_back_is_decided(alone: CommandLine) -> None:
    """With `--map opted_out=` nothing is left to decide in the written file."""
    alone.write("list.csv", f"Mobile,Do not call\n{phone(1)},yes\n")
    done = alone("check", "list.csv", "--write", "new.yaml", "--map", "opted_out=")
    assert "DECIDE" not in done.err
    assert COLUMN_PLACEHOLDER not in (alone.folder / "new.yaml").read_text("utf-8")


def test_an_import_waits_for_a_decision(alone: CommandLine) -> None:
    """Who may have said stop is not added before a person has decided."""
    alone.write("list.csv", f"Mobile,Do not call\n{phone(1)},yes\n{phone(2)},no\n")
    argv = ("import", "list.csv", "--sender-code", CODE, "--dry-run", "--json")
    refused = alone(*argv)
    assert refused.code == 2 and "'Do not call'" in refused.json["error"]["what"]
    mapped = alone(*argv, "--map", "opted_out=Do not call")
    assert mapped.json["plan"]["add"] == 1 and mapped.json["reasons"] == {"opted_out": 1}
    assert alone(*argv, "--map", "opted_out=").json["plan"]["add"] == 2
    stop = ("stop", "list.csv", "--sender-code", CODE, "--dry-run", "--json")
    assert alone(*stop).code == 2, "a column that says who opted out: a stop list stops every row"
    stopped = alone(*stop, "--map", "opted_out=")
    assert stopped.code == 0 and stopped.json["plan"]["stop"] == 2
    assert alone("check", "list.csv", "--json").json["undecided"] == {"opted_out": ["Do not call"]}


def test_a_list_of_opt_outs_is_not_imported(alone: CommandLine) -> None:
    """One column called after people who said stop is a stop list, and never an import."""
    alone.write("list.csv", f"Opted-out numbers\n{phone(1)}\n{phone(2)}\n")
    argv = ("list.csv", "--sender-code", CODE, "--dry-run", "--json")
    assert alone("import", *argv).code == 2
    assert alone("stop", *argv).json["plan"]["stop"] == 2


@pytest.mark.parametrize(
    ("name", "sheet"),
    [
        ("opt-outs.csv", ""),
        ("Unsubscribed_2026.csv", ""),
        ("all.xlsx", "Abgemeldet"),
        ("a.xlsx", "STOP"),
    ],
)
def test_what_is_named_after_opt_outs_is_not_imported(
    alone: CommandLine, name: str, sheet: str
) -> None:
    """A file, or the sheet that is read, is called after people who said stop: a person decides."""
    if sheet:
        rows = [["Mobile"], [phone(1)]]
        xlsx(alone.folder / name, rows, lambda book: setattr(book.active, "title", sheet))
    else:
        alone.write(name, f"Mobile\n{phone(1)}\n")
    argv = ("import", name, "--sender-code", CODE, "--dry-run", "--json")
    refused = alone(*argv)
    assert refused.code == 2 and "`sendersync stop`" in refused.json["error"]["do"]
    assert alone(*argv, "--map", "opted_out=").json["plan"]["add"] == 1
    stopped = alone("stop", *argv[1:])
    assert stopped.code == 0 and stopped.json["plan"]["stop"] == 1


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("contacts.csv", "contacts"),
        ("Kontakte 2026-11-22.xlsx", "kontakte"),
        ("export_20261122_0300.csv.gz", "export"),
        ("Ä b--c!.csv", "a-b-c"),
        ("2026-11-22.csv", "2026-11-22"),
        ("連絡先.csv", "contacts"),
        ("x" * 200 + ".csv", "x" * 60),
    ],
)
def test_a_sync_is_named_after_its_file(file: str, name: str) -> None:
    """Lower case, digits and dashes, without the date of one delivery."""
    assert sync_name(Path(file)) == name


@pytest.mark.parametrize(
    "text", ["a", 'q"\\', "a: b # c", "\n\t\x00\x85\u2028\ufeff", "日本 🇯🇵", "'", "{}", "%", ""]
)
def test_any_name_of_a_column_survives_yaml(text: str) -> None:
    """What is written is read back to the character, and stays in its line."""
    assert yaml.safe_load(f"x: {quoted(text)}")["x"] == text and "\n" not in quoted(text)


def test_a_hostile_header_stays_a_name(alone: CommandLine) -> None:
    """A column or file that looks like YAML changes nothing but its own line."""
    header = '"x\nremovals: keep","Mobile","# a: ""b"""'
    alone.write("a\nsync: b.csv", f"{header}\n1,{phone(1)},\n")
    done = alone("check", "a\nsync: b.csv", "--map", "key=x removals: keep", "--write", "new.yaml")
    assert done.code == 0, done.err
    values = yaml.safe_load((alone.folder / "new.yaml").read_text("utf-8"))
    assert values["removals"] == "stop" and values["columns"]["key"] == "x removals: keep"
    fill_in(alone)
    assert alone("plan", "new.yaml", "--json").json["plan"]["add"] == 1


def test_a_very_wide_file_is_not_listed_to_its_end(alone: CommandLine) -> None:
    """Behind the first 200 columns only those that are used or suggested are shown, and a count."""
    names = [*(f"q{n}" for n in range(299)), "Mobile"]
    cells = [*("7" for _ in range(299)), phone(1)]
    (alone.folder / "wide.csv").write_text(f"{','.join(names)}\n{','.join(cells)}\n", "utf-8")
    shown = alone("check", "wide.csv").out
    assert "And 99 more columns: neither used nor suggested." in shown
    assert re.search(r"\n Mobile +phone", shown) and re.search(r"\n q199 ", shown)
    assert "q200" not in shown
