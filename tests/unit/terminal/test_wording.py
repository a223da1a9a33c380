"""Words for people: counts, and what a report says first."""

from __future__ import annotations

import io
import re

import pytest
from rich.console import Console

from schemas.report import DoneCount, LoadCount, PlanCount, Report, Status, headline
from schemas.wording import counted
from sendersync.cli.views.output import wrapped
from sendersync.cli.views.tables import table

_UNBROKEN = re.compile(r"[^\s`]*`[^`]*`\S*|\S+")


@pytest.mark.parametrize(
    ("number", "words", "said"),
    [
        (1, ("row",), "1 row"),
        (2, ("row",), "2 rows"),
        (0, ("row",), "0 rows"),
        (1500, ("row",), "1,500 rows"),
        (1, ("person stays", "people stay"), "1 person stays"),
        (3, ("person stays", "people stay"), "3 people stay"),
    ],
)
def test_one_is_never_a_plural(number: int, words: tuple[str, ...], said: str) -> None:
    """`1 row`, `2 rows`, and the verb goes with the number."""
    assert counted(number, *words) == said


LONG = (
    "To let them go: look at the list, then `sendersync run newsletter.yaml --approve-stops 694`. "
    "If it is wrong, fix the source of https://example.com/a/path/that/is/longer/than/one/line."
)


@pytest.mark.parametrize("width", [20, 40, 80])
def test_a_sentence_breaks_between_words_only(width: int) -> None:
    """No word and no quoted command is cut in two, however narrow the terminal is."""
    lines = wrapped(LONG, width)
    assert " ".join(lines) == LONG
    assert "`sendersync run newsletter.yaml --approve-stops 694`." in lines or width == 80
    assert all(len(line) <= width or _UNBROKEN.fullmatch(line) for line in lines)
    assert wrapped(LONG, None) == [LONG]


@pytest.mark.parametrize(
    "command",
    ["sendersync show 2026-11-29T00-14-43Z-f044 --limit 0", "sendersync plan 'my file.yaml'"],
)
def test_a_command_to_copy_is_never_broken(command: str) -> None:
    """Indented on a line of its own it stays whole, however narrow the terminal is."""
    assert wrapped(f"To list all of them:\n  {command}", 24) == [
        "To list all of them:",
        f"  {command}",
    ]


def test_a_command_in_brackets_is_never_broken() -> None:
    """The sign before a quoted command stays with it, as the one behind it does."""
    assert wrapped("Go on (`sendersync check` says more).", 16) == [
        *("Go on", "(`sendersync check`", "says more)."),
    ]


def test_a_later_line_begins_where_the_first_one_does() -> None:
    """An indented sentence stays a block; a line break that was written stays."""
    assert wrapped("  one two three\nfour", 9) == ["  one two", "  three", "four"]


@pytest.mark.parametrize("width", [32, 40, 60, 80, 110])
def test_a_table_breaks_between_words_only(width: int) -> None:
    """Ids and words stay whole: columns share what is left, and too narrow a table is a list."""
    said = "run, completed: 17 added, 11 stopped; `sendersync check` says why"
    rows = [("2026-11-22T21-50-40Z-c064", "newsletter", said)]
    shown = table(("Run", "Sync", "What happened"), rows, title="Runs")
    text = io.StringIO()
    Console(file=text, width=width).print(shown)
    words = set(re.findall(r"[^\s─]+", text.getvalue()))
    assert {word for row in rows for cell in row for word in cell.split()} <= words
    assert "`sendersync check`" in text.getvalue()
    assert ("Run:" in words) == (width < 63)
    assert all(len(line.rstrip()) <= max(width, 30) for line in text.getvalue().splitlines())


@pytest.mark.parametrize(
    ("report", "said"),
    [
        (
            Report("r", "s", Status.COMPLETED, done=DoneCount(17, 11, 4)),
            "17 added, 11 stopped, 4 updated, 0 held, 0 failed; 0 unchanged.",
        ),
        (
            Report("r", "s", Status.COMPLETED, done=DoneCount(add=183, already=179)),
            "4 added, 179 already there, 0 stopped, 0 held, 0 failed; 0 unchanged.",
        ),
        (
            Report(
                *("r", "s", Status.PARTIAL),
                plan=PlanCount(add=9, unchanged=1500),
                load=LoadCount(confirmed=3, refused=1, failed=2, unknown=2, not_reached=1),
                done=DoneCount(add=3),
            ),
            "3 added, 0 stopped, 0 held, 3 failed, 2 without a clear answer, 1 not sent yet; "
            "1,500 unchanged.",
        ),
        (
            Report("r", "s", Status.DRY_RUN, plan=PlanCount(add=1396, stop=2, held=1)),
            "dry run, nothing was sent. A run would add 1,396, stop 2 and hold 1; 0 unchanged.",
        ),
    ],
)
def test_a_report_begins_with_the_answer(report: Report, said: str) -> None:
    """How many were added, stopped, held and failed comes before everything else."""
    assert headline(report.as_json()) == said


def test_a_report_of_an_older_version_has_an_answer_too() -> None:
    """Before they were counted by kind, all calls that were done are what was planned."""
    whole = Report("r", "s", Status.COMPLETED, plan=PlanCount(add=2), load=LoadCount(confirmed=2))
    part = Report("r", "s", Status.PARTIAL, plan=PlanCount(add=2), load=LoadCount(confirmed=1))
    said = [
        headline({name: value for name, value in each.as_json().items() if name != "done"})
        for each in (whole, part)
    ]
    assert said[0].startswith("2 added, 0 stopped") and said[1].startswith("1 of 2 calls done")
