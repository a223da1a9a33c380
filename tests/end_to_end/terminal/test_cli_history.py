"""Looking at runs: `history`, `show`, and who is held before one approves."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders.command_line import CommandLine, phone, row
from tests.builders.sync_files import CODE
from tests.stand_ins.sandbox_process import SandboxProcess


@pytest.fixture
def line(tmp_path: Path, sandbox: SandboxProcess) -> CommandLine:
    """A command line pointed at an empty sandbox."""
    return CommandLine(tmp_path / "line", sandbox.env())


def test_history_and_show_tell_what_happened(line: CommandLine) -> None:
    """Runs newest first; one run by `last` or the beginning of its id; people masked."""
    line.contacts([row(1)])
    first = line("run", "newsletter.yaml", "--json").json["run"]
    line("import", "contacts.csv", "--sender-code", CODE, "--json")
    runs = line("history", "--json").json["runs"]
    assert [each["command"] for each in runs] == ["import", "run"]
    assert [e["run"] for e in line("history", "--sync", "newsletter", "--json").json["runs"]] == [
        first
    ]
    assert "newsletter" in line("history").out
    shown = line("show", first, "--json")
    assert shown.json["report"]["run"] == first
    (operation,) = shown.json["operations"]
    assert operation["phone"] == "+1206***0101" and operation["outcome"] == "confirmed"
    assert line("show", first, "--unmasked", "--json").json["operations"][0]["phone"] == phone(1)
    assert phone(1) not in line("show", first).out
    wrong = line("show", "nothing", "--json")
    assert wrong.code == 2 and wrong.json["error"]["what"] == "There is no such run."


def test_history_compares_the_last_run_with_those_before(line: CommandLine) -> None:
    """Sums of what is listed; the newest run of a sync against the mean of those before it.

    The first load is in the sums, and in no mean.
    """
    for last in (4, 6, 3):
        line.contacts([row(number) for number in range(1, last + 1)])
        line("run", "newsletter.yaml", "--json")
    found = line("history", "--json").json
    assert found["totals"] == {"runs": 3, "rows": 13, "adds": 6, "stops": 3, "held": 0}
    (trend,) = found["trends"]
    assert trend["run"] == found["runs"][0]["run"]
    assert trend["now"] == {"rows": 3, "members": 6, "adds": 0, "stops": 3, "held": 0}
    assert trend["mean_before"] == {"rows": 6, "members": 4, "adds": 2, "stops": 0, "held": 0}
    shown = line("history").out
    assert "Together, 3 runs: 13 rows read, 6 added, 3 stopped, 0 held." in shown
    assert "-50 %" in shown and "+50 %" in shown


def test_show_lists_as_many_of_the_held_as_asked_for(line: CommandLine) -> None:
    """Half of a large list held must not take a minute to print."""
    line.contacts([row(number) for number in range(1, 31)])
    line("run", "newsletter.yaml", "--json")
    line.contacts([row(number) for number in range(1, 6)])
    assert line("run", "newsletter.yaml", "--json").code == 3
    shown = line("show", "last", "--limit", "3").out
    assert "Held: 25, the first 3 (--limit 0 lists all)" in shown
    assert shown.count("no longer in the source") == 3
    assert line("show", "last", "--limit", "0").out.count("no longer in the source") == 25


def test_who_is_held_can_be_looked_up_before_it_is_approved(line: CommandLine) -> None:
    """Guard, cause, line and key of each: masked unless asked for, twenty of them unless all."""
    line.contacts([row(number) for number in range(1, 41)])
    line("run", "newsletter.yaml", "--json")
    moved = [row(number, Mobile=phone(number + 50)) for number in range(1, 31)]
    line.contacts([*moved, *(row(number) for number in range(31, 41))])
    path = line.folder / "newsletter.yaml"
    limits = "guards: {max_stops: 2, max_changes: 2}\n"
    path.write_text(path.read_text("utf-8") + limits, "utf-8")
    planned = line("plan", "newsletter.yaml")
    assert planned.code == 3
    assert "sendersync plan newsletter.yaml --limit 0" in planned.out
    assert planned.out.count("max_changes") == 20 + 1, "one more says why"
    assert phone(51) not in planned.out and "C000001" not in planned.out
    whole = line("plan", "newsletter.yaml", "--limit", "0", "--unmasked").out
    (ann,) = (each for each in whole.split("\n") if phone(51) in each)
    assert ann.split()[-2:] == ["2", row(1)["CustomerID"]]
    run = line("run", "newsletter.yaml")
    assert run.code == 3 and phone(51) not in run.out
    shown = line("show", "last", "--unmasked", "--json").json["held"]
    (ann,) = (each for each in shown if each["phone"] == phone(51))
    assert (ann["line"], ann["key"]) == (2, row(1)["CustomerID"])
    assert "max_changes" in ann["guard"].split()


def test_unknown_stops_are_listed_until_a_person_closes_them(line: CommandLine) -> None:
    """In `show`, `review` and `doctor`, with 4; who closed it, and why, is kept and told."""
    line.write("stops.csv", f"phone\n{phone(1)}\n")
    done = line("stop", "stops.csv", "--sender-code", CODE, "--json")
    assert done.code == 4 and done.json["load"]["unknown"] == 1
    assert len(line("show", "last", "--json").json["review"]) == 1
    assert "Look these people up" in line("show", "last").out
    doctor = line("doctor")
    assert doctor.code == 4 and "LOOK  outcomes: 1 stop is not confirmed" in doctor.out
    listed = line("review", "--json").json
    (found,) = listed["unproven"]
    assert (listed["stops"], found["phone"], found["standing"]) == (
        1,
        "+1206***0101",
        "stop_unknown",
    )
    assert found["id"] in line("review").out and phone(1) not in line("review").out
    assert phone(1) in line("review", "--unmasked").out
    closed = line("review", found["id"][:6], "--answer", "stopped", "--note", "seen")
    assert closed.code == 0 and "+1206***0101" in closed.out and "0 left" in closed.out
    assert line("review", "--json").json["count"] == 0
    assert line("doctor").code == 0
    (said,) = line("show", "last", "--json").json["reviews"]
    assert (said["answer"], said["note"], said["phone"]) == ("stopped", "seen", "+1206***0101")
    assert "is stopped. Note: seen" in line("show", "last").out
    events = line("explain", phone(1), "--json").json["events"]
    assert [each["text"].endswith("stopped: seen") for each in events if each["kind"] == "review"]


@pytest.mark.parametrize(
    "argv",
    [
        ("0000000000", "--answer", "stopped"),
        ("abc",),
        ("abc", "--answer", "yes"),
        ("--answer", "x"),
    ],
)
def test_a_review_needs_an_outcome_and_an_answer(line: CommandLine, argv: tuple[str, ...]) -> None:
    """What nobody can mean is refused, with what to write."""
    line.contacts([row(1)])
    line("run", "newsletter.yaml", "--json")
    done = line("review", *argv, "--json")
    assert done.code == 2 and done.json["error"]["do"]
