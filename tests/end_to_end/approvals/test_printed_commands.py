"""What a report prints to be copied: it works as it stands, in the state that it was printed in."""

from __future__ import annotations

import shlex

import pytest

from tests.builders.command_line import SYNC, CommandLine, Done, row
from tests.stand_ins.sandbox_process import SandboxProcess


@pytest.fixture
def line(tmp_path_factory: pytest.TempPathFactory, sandbox: SandboxProcess) -> CommandLine:
    """Six people in a file, and an empty platform."""
    found = CommandLine(tmp_path_factory.mktemp("printed"), sandbox.env())
    found.contacts([row(number) for number in range(6)])
    return found


def commands(done: Done, option: str = "--approve") -> list[list[str]]:
    """The commands on lines of their own that let something go."""
    lines = [each.split(maxsplit=1) for each in done.out.splitlines()]
    rest = [shlex.split(each[1]) for each in lines if len(each) == 2 and each[0] == "sendersync"]
    return [argv for argv in rest if option in argv]


FIRST_RUNS = {
    "a sender code that the platform does not know": ('"12065551212"', '"19995551212"'),
    "a column without phones": ("phone: Mobile", "phone: First Name"),
    "another list": ("path: contacts.csv", "path: staff.csv"),
}


@pytest.mark.parametrize("name", FIRST_RUNS)
def test_a_sync_file_put_right_can_be_approved(line: CommandLine, name: str) -> None:
    """After a first run with a slip the right file is held, and each report says how it goes."""
    right, wrong = FIRST_RUNS[name]
    line.contacts([row(number, Mobile="5") for number in range(3)], "staff.csv")
    line.write("newsletter.yaml", SYNC.replace(right, wrong))
    line("run", "newsletter.yaml")
    line.write("newsletter.yaml", SYNC)
    held = [
        line("plan", "newsletter.yaml"),
        line("run", "newsletter.yaml"),
        line("show", "last"),
    ]
    assert "If it is meant" in held[1].out
    digests = {commands(done)[0][-1] for done in held}
    assert [len(commands(done)) for done in held] == [1, 1, 1] and len(digests) == 1
    assert line(*commands(held[2])[0]).code == 0
    assert line("run", "newsletter.yaml").code == 0
    assert commands(line("show", line("history", "--json").json["runs"][2]["run"])) == []


def test_what_holds_nobody_yet_can_be_approved(line: CommandLine) -> None:
    """A permission that is not mapped any more is held without a single operation."""
    line("run", "newsletter.yaml")
    left_out = "not_permission: [SMS consent]\ngroup: weekly"
    changed = SYNC.replace("  consent: SMS consent\n", "").replace("group: weekly", left_out)
    line.write("newsletter.yaml", changed)
    held = line("run", "newsletter.yaml")
    assert (held.code, "0 held" in held.out) == (3, True), held.out
    (command,) = commands(held)
    assert line(*command).code == 0
    assert line("run", "newsletter.yaml").code == 0


def test_an_adoption_is_approved_as_an_adoption(line: CommandLine, sandbox: SandboxProcess) -> None:
    """What `adopt` holds is let go by `adopt`, which calls nobody, and never by `run`."""
    line.write("newsletter.yaml", SYNC + "canaries: [C99]\n")
    held = line("adopt", "newsletter.yaml")
    assert held.code == 3, held.out
    (command,) = commands(held)
    assert command[0] == "adopt"
    assert commands(line("show", "last"))[0][0] == "adopt"
    assert line(*command).code == 0
    assert sandbox.calls() == []


def test_a_file_that_looks_cut_off_is_approved_by_a_number(line: CommandLine) -> None:
    """One thing is said of it, with a whole command, and that command lets the stops go."""
    line.contacts([row(number) for number in range(60)])
    line("run", "newsletter.yaml")
    line.contacts([row(number) for number in range(50)])
    for held in (line("plan", "newsletter.yaml"), line("run", "newsletter.yaml")):
        assert held.code == 3
        assert "cannot be approved" not in held.out and commands(held) == []
    shown = line("show", "last")
    (command,) = commands(shown, "--approve-stops")
    assert command[0] == commands(held, "--approve-stops")[0][0] == "run"
    assert command[2:] == commands(held, "--approve-stops")[0][2:] == ["--approve-stops", "10"]
    done = line(*command, "--json")
    assert (done.code, done.json["plan"]["stop"]) == (0, 10)
