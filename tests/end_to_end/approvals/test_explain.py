"""`explain`: one person, everything in order, and why they are not subscribed."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pytest

from tests.builders.command_line import CommandLine, phone, row
from tests.builders.sync_files import CODE
from tests.stand_ins.sandbox_process import SandboxProcess


@pytest.fixture
def line(tmp_path: Path, sandbox: SandboxProcess) -> CommandLine:
    """A command line pointed at an empty sandbox."""
    return CommandLine(tmp_path / "line", sandbox.env())


SHAPE = {"who", "suppressed", "syncs", "why_not", "events"}


def kinds(found: dict[str, object]) -> list[str]:
    """What happened, in order."""
    events = found["events"]
    assert isinstance(events, list)
    assert [each["at"] for each in events] == sorted(each["at"] for each in events)
    return [each["kind"] for each in events]


def test_everything_of_a_person_in_order(line: CommandLine) -> None:
    """By phone in any spelling, e-mail or key: decided, asked, answered, stopped, ordered."""
    line.contacts([row(n, Email=f"p{n}@example.com") for n in range(4)])
    line("run", "newsletter.yaml", "--json")
    line.contacts(
        [row(0), row(1, Email="p1@example.com", Unsubscribed="yes"), row(2), row(3, Mobile="12")]
    )
    line("run", "newsletter.yaml", "--json")
    by_phone = line("explain", "(206) 555-0101", "--country", "US", "--json").json
    assert set(by_phone) == SHAPE
    assert by_phone["who"] == phone(1)
    assert by_phone["suppressed"]["reason"] == "opted out in the source"
    assert by_phone["syncs"][0].items() >= {
        ("sync", "newsletter"),
        ("sender_code", CODE),
        ("status", "stopped"),
    }
    assert by_phone["why_not"] == [
        {"sync": "newsletter", "reason": "opted_out", "run": by_phone["suppressed"]["run"]}
        | {"line": by_phone["why_not"][0]["line"]}
    ]
    found = kinds(by_phone)
    assert found[:3] == ["decision", "call", "answer"]
    assert {"row", "order"} <= {*found[3:]} and found[3:].count("answer") == 1
    for who in ("p1@example.com", "C1"):
        again = line("explain", who, "--json").json
        assert again["who"] == who
        assert again["syncs"] == by_phone["syncs"] and again["why_not"] == by_phone["why_not"]


def test_why_somebody_is_not_subscribed(line: CommandLine) -> None:
    """Who was never added is known by a hash alone: the reason, the run and the line, as long as it holds."""
    line.contacts(
        [row(0), row(1, Mobile="12"), row(2, SMS_consent="no"), row(3, Email="x@example.com")]
    )
    first = line("run", "newsletter.yaml", "--json").json["run"]
    found = line("explain", "C1", "--json").json
    assert found["why_not"] == [
        {"sync": "newsletter", "reason": "phone_invalid", "run": first, "line": 3}
    ]
    assert kinds(found) == ["row"]
    assert line("explain", phone(2), "--json").json["why_not"][0]["reason"] == "no_consent"
    line("run", "newsletter.yaml", "--json")
    assert kinds(line("explain", "C1", "--json").json) == ["row"], "only a change is an event"
    with sqlite3.connect(line.state_file) as state:
        kept = {person for (person,) in state.execute("SELECT person FROM sendersync_decisions")}
    state.close()
    assert len(kept) == 3 and all(re.fullmatch("[0-9a-f]{32}", each) for each in kept)
    line.contacts([row(0), row(1), row(2, SMS_consent="no"), row(3)])
    line("run", "newsletter.yaml", "--json")
    assert line("explain", "C1", "--json").json["why_not"] == []
    assert kinds(line("explain", "C1", "--json").json)[:2] == ["row", "row"]


def test_a_row_is_told_once_a_run(line: CommandLine) -> None:
    """It is known by key, phone and e-mail; the end of one name is no end while another has a reason."""
    line.contacts([row(0), row(1, Email="a@example.com")])
    line("run", "newsletter.yaml", "--json")
    line.contacts([row(0), row(1, Email="a@example.com", Unsubscribed="yes")])
    line("run", "newsletter.yaml", "--json")
    rows = [each for each in _events_of(line, "C1") if each["kind"] == "row"]
    assert len(rows) == 1 and "opted_out" in rows[0]["text"]
    # the key that said stop comes back with another number: the old one has no row any more
    line.contacts([row(0), row(1, Email="a@example.com", Mobile=phone(9))])
    last = line("run", "newsletter.yaml", "--json").json["run"]
    rows = [each for each in _events_of(line, "C1") if each["run"] == last]
    assert [("suppressed" in each["text"], each["kind"]) for each in rows] == [(True, "row")]
    assert line("explain", "C1", "--json").json["why_not"][0]["reason"] == "suppressed"


def _events_of(line: CommandLine, who: str) -> list[dict[str, str]]:
    events: list[dict[str, str]] = line("explain", who, "--json").json["events"]
    return events


@pytest.mark.parametrize("who", ["+12065550199", "nobody@example.com", "C99"])
def test_nobody_we_know(line: CommandLine, who: str) -> None:
    """Of somebody unknown it says so, with the same shape."""
    line.contacts([row(0)])
    line("run", "newsletter.yaml", "--json")
    done = line("explain", who, "--json")
    assert done.code == 0
    assert done.json == {"who": who, "suppressed": None, "syncs": [], "why_not": [], "events": []}
    assert "nothing is known" in line("explain", who).out


def test_people_are_masked_unless_asked_for(line: CommandLine) -> None:
    """The page names nobody; --unmasked does."""
    line.contacts([row(1, Email="ann@example.com")])
    line("run", "newsletter.yaml", "--json")
    shown = line("explain", "ann@example.com")
    assert shown.code == 0 and "subscribed" in shown.out
    assert "ann@" not in shown.out + shown.err and phone(1) not in shown.out + shown.err
    assert "ann@example.com" in line("explain", "ann@example.com", "--unmasked").out


def test_the_approval_is_among_the_events(line: CommandLine) -> None:
    """Who was held and then stopped is told with who approved it, and with the note."""
    line.contacts([row(n) for n in range(30)])
    line("run", "newsletter.yaml", "--json")
    line.contacts([row(n) for n in range(5)])
    digest = line("run", "newsletter.yaml", "--json").json["plan"]["digest"]
    line("run", "newsletter.yaml", "--approve", digest, "--note", "they moved", "--json")
    found = line("explain", phone(7), "--json").json
    texts = " | ".join(each["text"] for each in found["events"])
    assert f"plan {digest} approved by" in texts and "they moved" in texts
    page = line("explain", phone(7)).out
    assert re.search(r"approved by \S+ on \S+: they moved", page.replace("\n", " "))
    assert re.search(r"stop is held by [a-z_, ]*max_\w+", texts)
    assert found["why_not"][0]["reason"] == "gone"
    shown = line("show", "last", "--json").json
    assert [(each["digest"], each["note"]) for each in shown["approvals"]] == [
        (digest, "they moved")
    ]
    assert f"plan {digest}, 25 operations let go. Note: they moved" in line("show", "last").out
