"""`list`, `rename`, `retire`: the syncs that the state knows, from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from sendersync.cli.several_runs import run_several
from sendersync.pipeline.job import Job
from sendersync.pipeline.load.clean_stop import CancelToken
from tests.builders.command_line import SYNC, CommandLine, phone, row
from tests.stand_ins.sandbox_process import SandboxProcess


@pytest.fixture
def line(tmp_path: Path, sandbox: SandboxProcess) -> CommandLine:
    """A folder with one sync of three people that has run once."""
    found = CommandLine(tmp_path / "line", sandbox.env())
    found.contacts([row(1), row(2), row(3)])
    assert found("run", "newsletter.yaml").code == 0
    return found


def test_a_real_process_lists_what_the_state_knows(line: CommandLine) -> None:
    """Name, people, last run and use of each sync; imports are none."""
    found = line.process("list", "--json").json["syncs"]
    assert [(each["sync"], each["members"], each["status"]) for each in found] == [
        ("newsletter", 3, "completed")
    ]
    assert found[0]["idle"] is False and found[0]["retired_at"] == ""
    shown = line("list").out
    assert "newsletter" in shown and "completed" in shown and phone(1) not in shown


def test_a_list_of_no_state(tmp_path: Path) -> None:
    """Where there is no state, that is said, and none is made."""
    alone = CommandLine(tmp_path / "alone", {})
    assert "There is no state here" in alone("list").out
    assert not alone.state_file.exists()


def test_a_renamed_sync_keeps_its_people(line: CommandLine, sandbox: SandboxProcess) -> None:
    """Under the new name nobody is new; under the old one a run is refused, and calls nobody."""
    done = line("rename", "newsletter", "letter")
    assert done.code == 0 and "sync: letter" in done.out
    before = len(sandbox.calls())
    refused = line("run", "newsletter.yaml")
    assert refused.code == 2 and "another name" in refused.err
    line.write("newsletter.yaml", SYNC.replace("sync: newsletter", "sync: letter"))
    line.contacts([row(1), row(2)])
    report = line("run", "newsletter.yaml", "--json").json
    assert (report["plan"]["unchanged"], report["plan"]["stop"]) == (2, 1)
    assert len(sandbox.calls()) == before + 1
    assert line("history", "--sync", "letter", "--json").json["runs"][-1]["command"] == "run"
    # a slip of the name is taken back the same way
    assert line("rename", "letter", "newsletter").code == 0
    assert line("rename", "newsletter", "letter").code == 0


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (("rename", "newsleter", "letter"), "Use one of: newsletter"),
        (("rename", "newsletter", "News Letter"), "cannot be the name of a sync"),
        (("rename", "newsletter", "newsletter"), "already"),
        (("retire", "newsleter"), "Use one of: newsletter"),
    ],
)
def test_names_that_will_not_do(line: CommandLine, argv: tuple[str, ...], said: str) -> None:
    """A name that no sync has, that is taken, or that is none, is wrong use and changes nothing."""
    done = line(*argv)
    assert done.code == 2 and said in done.err
    assert [each["sync"] for each in line("list", "--json").json["syncs"]] == ["newsletter"]


def test_a_retired_sync_is_out_of_use(line: CommandLine, sandbox: SandboxProcess) -> None:
    """Its people are stopped once they leave another sync; its own runs are refused until undone."""
    line.write("offers.yaml", SYNC.replace("sync: newsletter", "sync: offers"))
    assert line("run", "offers.yaml").code == 0
    assert line("retire", "newsletter", "--json").json["members"] == 3
    for command in ("run", "plan", "adopt"):
        refused = line(command, "newsletter.yaml")
        assert refused.code == 2 and "retire newsletter --undo" in refused.err
    line.contacts([row(1), row(2)])
    done = line("run", "offers.yaml", "--json")
    assert (done.code, done.json["plan"]["stop"], done.json["plan"]["waiting"]) == (0, 1, 0)
    assert "newsletter was retired on" in " ".join(done.json["warnings"])
    assert sandbox.calls()[-1]["command"] == "stopSubscriberSend"
    assert line("retire", "newsletter", "--undo").code == 0
    assert line("plan", "newsletter.yaml").code == 0


@pytest.mark.parametrize("wrong", ["newsleter", "newsletter"])
def test_a_name_changed_in_the_sync_file_alone(line: CommandLine, wrong: str) -> None:
    """The run under another name says how to give up either name, and then people are stopped."""
    line.write("newsletter.yaml", SYNC.replace("sync: newsletter", "sync: newsleter"))
    first = line("run", "newsletter.yaml")
    right = "newsletter" if wrong == "newsleter" else "newsleter"
    assert first.code == 0 and f"`sendersync retire {wrong}`" in first.out, first.out
    line.write("newsletter.yaml", SYNC.replace("sync: newsletter", f"sync: {right}"))
    line.contacts([row(1), row(2)])
    kept = line("run", "newsletter.yaml")
    assert f"`sendersync retire {wrong}`" in kept.out, kept.out
    assert f"another sync still wants their phone ({wrong})" in kept.out
    line("retire", wrong)
    line.contacts([row(1)])
    done = line("run", "newsletter.yaml", "--json")
    assert (done.code, done.json["plan"]["stop"]) == (0, 1)
    assert "sendersync retire" not in str(done.json["warnings"])


def _second(line: CommandLine, name: str, source: str) -> None:
    text = SYNC.replace("sync: newsletter", f"sync: {name}").replace("contacts.csv", source)
    line.write(f"{name}.yaml", text)


def test_a_folder_runs_and_one_that_fails_stops_no_other(line: CommandLine) -> None:
    """Each says how it ended, the last line adds up, and the worst exit code is the command's."""
    _second(line, "events", "nobody.csv")
    _second(line, "parties", "parties.csv")
    line.contacts([row(7)], name="parties.csv")
    done = line("run", ".", "--quiet")
    assert done.code == 2
    lines = [each for each in done.out.splitlines() if each]
    assert "Note: contacts.csv is the same file" in done.out, "a note may be about a stop"
    assert [each for each in lines if not each.startswith("Note: ")] == [
        "newsletter: 0 added, 0 stopped, 0 held, 0 failed; 3 unchanged.",
        "parties: 1 added, 0 stopped, 0 held, 0 failed; 0 unchanged.",
        "3 syncs: 1 to be mended, 2 completed.",
    ]
    assert "nobody.csv" in done.err
    reports = line("run", "newsletter.yaml", "parties.yaml", "--json").json
    assert [each["sync"] for each in reports["runs"]] == ["newsletter", "parties"]
    assert reports["not_begun"] == []


def test_a_folder_leaves_out_what_is_retired_and_refuses_what_is_there_twice(
    line: CommandLine,
) -> None:
    """Nobody is called for a sync out of use; of two files with one name neither runs."""
    _second(line, "events", "events.csv")
    line.contacts([row(8)], name="events.csv")
    assert line("run", "events.yaml").code == 0
    assert line("retire", "events").code == 0
    done = line("run", str(line.folder), "--json")
    assert done.code == 0 and [each["sync"] for each in done.json["runs"]] == ["newsletter"]
    assert "events is left out" in done.err
    line.write("copy.yaml", SYNC)
    twice = line("run", ".", "--json")
    assert twice.code == 2 and twice.err.count("Two files describe the sync newsletter") == 2
    empty = line.folder / "empty"
    empty.mkdir()
    assert line("run", "empty").code == 2


def test_a_folder_of_which_nothing_runs(
    line: CommandLine, capsys: pytest.CaptureFixture[str]
) -> None:
    """All of it retired, or no time left: that is said, and is no fault of ours."""

    def never(file: Path) -> Job:
        raise AssertionError(file)

    file = line.folder / "newsletter.yaml"
    no_time = CancelToken(0.0)
    assert run_several([file], never, stop=no_time, quiet=False, as_json=False, pings=True) == 4
    assert "Not begun, since the time budget is used up: newsletter." in capsys.readouterr().out
    assert line("retire", "newsletter").code == 0
    done = line("run", ".")
    assert done.code == 0 and "No sync ran." in done.out


def test_an_approval_is_of_one_plan(line: CommandLine) -> None:
    """A digest beside several syncs is refused before anything is read."""
    done = line("run", "newsletter.yaml", ".", "--approve", "abcde-fghij")
    assert done.code == 2 and "one plan" in done.err
    again = line("run", "newsletter.yaml", "newsletter.yaml", "--quiet")
    assert again.out.endswith("1 sync: 1 completed.\n"), "the same file twice runs once"
