"""An imported do-not-contact list that was the wrong one, taken back as a whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders.command_line import CommandLine, phone, row
from tests.builders.sync_files import CODE
from tests.stand_ins.sandbox_process import SandboxProcess

SURE = ("--yes", "--reason", "the list of customers, by mistake")


@pytest.fixture
def line(tmp_path: Path, sandbox: SandboxProcess) -> CommandLine:
    """Three subscribers, of whom the second has said stop elsewhere before anything is imported."""
    line = CommandLine(tmp_path / "line", sandbox.env())
    line.contacts([row(1), row(2), row(3)])
    assert line("run", "newsletter.yaml", "--json").code == 0
    line("suppress", "add", phone(2), "--json")
    return line


def imported(line: CommandLine, *numbers: int, options: tuple[str, ...] = ()) -> str:
    """The name of an import of these people."""
    line.write("list.csv", "\n".join(["phone", *map(phone, numbers), ""]))
    done = line("suppress", "import", "list.csv", *options, "--json")
    assert done.code == 0, done.err
    return str(done.json["import"])


def taken_back(line: CommandLine, name: str) -> int:
    """How many orders were taken off."""
    done = line("suppress", "remove", "--import", name, *SURE, "--json")
    assert done.code == 0, done.err
    return int(done.json["removed"])


def listed(line: CommandLine) -> set[str]:
    """Who is on the list."""
    rows = line("suppress", "list", "--unmasked", "--json").json["suppressions"]
    return {each["phone"] for each in rows}


def test_an_import_is_taken_back_and_its_people_return(line: CommandLine) -> None:
    """Whoever was on the list before stays; the others are added again, and it is on record."""
    name = imported(line, 1, 2, 3)
    assert line("run", "newsletter.yaml", "--json").json["done"]["stop"] == 3
    assert taken_back(line, name) == 2
    assert listed(line) == {phone(2)}
    done = line("run", "newsletter.yaml", "--json")
    assert (done.code, done.json["done"]["add"], done.json["reasons"]) == (0, 2, {"suppressed": 1})
    gone = line("suppress", "list", "--json").json["removed"]
    assert [each["why"] for each in gone] == [SURE[-1]] * 2 and all(each["who"] for each in gone)


OTHERS = {
    "by hand": ("suppress", "add", phone(3)),
    "a stop list": ("stop", "three.csv", "--sender-code", CODE, "--yes", "3"),
    "a row of a sync": ("run", "newsletter.yaml"),
}


@pytest.mark.parametrize("command", OTHERS.values(), ids=OTHERS)
def test_who_said_stop_since_stays_on_the_list(line: CommandLine, command: tuple[str, ...]) -> None:
    """An order that somebody else has given after the import is theirs, and is not taken back."""
    name = imported(line, 1, 3)
    line.write("three.csv", f"phone\n{phone(3)}\n")
    line.contacts([row(1), row(2), row(3, Unsubscribed="yes")])
    assert line(*command, "--json").code == 0
    assert taken_back(line, name) == 1
    assert listed(line) == {phone(2), phone(3)}


def test_an_order_of_two_imports_stays_until_both_are_taken_back(line: CommandLine) -> None:
    """The right list stays in force where the wrong one had the same people."""
    wrong, right = imported(line, 1, 3), imported(line, 3, 4)
    assert imported(line, 3) == "", "nothing was added"
    assert taken_back(line, wrong) == 1
    assert listed(line) == {phone(2), phone(3), phone(4)}
    assert taken_back(line, right) == 1


@pytest.mark.parametrize(
    ("argv", "says"),
    [
        ((), "Give a phone"),
        ((phone(1), "--import", "NAME"), "Give a phone"),
        (("--import", "import-2026", *SURE), "of this import alone"),
        (("--import", "NAME", "--reason", "why"), "--yes --reason TEXT"),
        (("--import", "NAME", "--yes"), "--reason"),
    ],
)
def test_an_import_is_not_taken_back_unasked(
    line: CommandLine, argv: tuple[str, ...], says: str
) -> None:
    """It needs one name, a yes and a reason; without them the list stays as it is."""
    name = imported(line, 1, 3)
    given = [name if each == "NAME" else each for each in argv]
    done = line("suppress", "remove", *given)
    assert done.code == 2 and says in done.err
    assert listed(line) == {phone(1), phone(2), phone(3)}


def test_the_way_back_is_shown(line: CommandLine) -> None:
    """The import prints the command, and `undo` leads to it."""
    line.write("list.csv", f"phone\n{phone(1)}\n")
    said = line("suppress", "import", "list.csv").out.split()
    name = said[said.index("--import") + 1]
    refused = line("undo", name)
    assert refused.code == 2 and f"suppress remove --import {name}" in refused.err
