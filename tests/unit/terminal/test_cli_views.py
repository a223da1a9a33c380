"""What people see: times, masks, progress, and nothing a terminal would obey."""

from __future__ import annotations

import pandas as pd
import pytest
import typer

from schemas.frames import OPERATIONS
from schemas.masking import strip_control_chars
from schemas.outcomes import Cause, Kind, Operation, OperationResult, Outcome
from sendersync.cli.views.durations import readable, seconds_of
from sendersync.cli.views.operations import causes_table, planned_table
from sendersync.cli.views.progress import LineProgress, Rate
from sendersync.transforms.masking.masked_cells import shown_cell, shown_field, shown_text
from tests.builders import frames


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        *(("90s", 90), ("10m", 600), ("2h", 7200), ("1h30m", 5400), ("45s", 45), ("0.5h", 1800)),
        *(("1H 30M", 5400), ("1h30s", 3630), ("2d", 172_800)),
    ],
)
def test_a_time_budget_is_read(text: str, seconds: float) -> None:
    """Days, hours, minutes and seconds, alone and together."""
    assert seconds_of(text) == seconds


@pytest.mark.parametrize("text", ["", "0", "0s", "abc", "-5m", "2x", "1m2h", "h", "1h30"])
def test_what_is_no_time_is_refused(text: str) -> None:
    """A budget that cannot be read, or that is none, starts nothing."""
    with pytest.raises(typer.BadParameter, match="is not a time"):
        seconds_of(text)


def test_a_time_without_a_unit_is_asked_back() -> None:
    """Two hours and two seconds look alike without it: the message shows what can be written."""
    with pytest.raises(typer.BadParameter, match=r"'2' has no unit. Write 2h, 2m or 2s\."):
        seconds_of("2")


def test_times_are_readable() -> None:
    """As exact as a person wants to know."""
    assert [readable(each) for each in (0.04, 3.24, 42.4, 250, 600, 7500, 7200)] == [
        *("0.0 s", "3.2 s", "42 s", "4 min 10 s", "10 min", "2 h 5 min", "2 h"),
    ]


@pytest.mark.parametrize(
    ("field", "cell", "shown"),
    [
        ("phone", "+1 (206) 555-0142", "+1 (20*) ***-**42"),
        ("phone", "555", "***"),
        ("phone", "Ann Lee 2065550142", "Ann Lee 206*****42"),
        ("phone", "call Annabel", "c*** A***"),
        ("phone", "4.41E+11", "4.**E+11"),
        ("email", "ann.lee@example.com", "a***@example.com"),
        ("email", "no address", "***"),
        ("first_name", "Annabel", "A***"),
        ("key", "C000123", "C***"),
        ("country", "Deutschland", "Deutschland"),
        ("country", "Quillfeather", "Q***"),
        ("country", "ann@example.com", "***@***"),
        ("consent", "yes", "yes"),
        ("consent", "Ann said so on 206 555 0142", "A*** s*** s*** o*** 2065***42"),
        ("opted_out", "no texts for Zoë Quill", "n*** t*** f*** Z*** Q***"),
        ("phone", "", ""),
        ("group", "weekly", "weekly"),
        ("group", "ann@example.com", "***@***"),
        ("sender_code", "+1 206 555 9696", "+1206***9696"),
        ("sender_code", "55512", "55512"),
    ],
)
def test_a_cell_keeps_its_shape_and_loses_its_person(field: str, cell: str, shown: str) -> None:
    """The spelling can be seen, the number cannot."""
    assert shown_cell(field, cell, unmasked=False) == shown
    assert shown_cell(field, cell, unmasked=True) == cell


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("yes (2026-11-25)", "yes (2026-11-25)"),
        ("since 2026-11-25, 2 rows", "since 2026-11-25, 2 rows"),
        ("at 2026-11-25T12:03:04 said so", "at 2026-11-25T12:03:04 said so"),
        ("at 2026-11-25 12:03: stop", "at 2026-11-25 12:03: stop"),
        ("+1 206-555-0142, on 2026-11-25", "+1206***0142, on 2026-11-25"),
        ("ann@example.com on 2026-11-25", "***@*** on 2026-11-25"),
        # longer numbers that have a day in them, and days that are none
        ("+1 2026-11-25", "+120***25"),
        ("+2026-11-25", "+20***25"),
        ("2026-11-25-0142", "2026***0142"),
        ("2026-11-25 0142", "2026***0142"),
        ("206-2026-11-25", "2062***1125"),
        ("2026-13-25", "20***25"),
        ("2065-01-42", "20***42"),
    ],
)
def test_a_day_is_no_phone(text: str, shown: str) -> None:
    """Phones and e-mails of a sentence are masked; when somebody agreed can be read."""
    assert shown_text(text, unmasked=False) == shown
    assert shown_text(text, unmasked=True) == text


def test_values_are_masked_as_everywhere() -> None:
    """A contact's phone looks as the house says."""
    assert shown_field("phone", "+12065559696", unmasked=False) == "+1206***9696"


def test_a_terminal_obeys_nothing_of_what_is_shown() -> None:
    """Escape sequences in foreign text become a sign."""
    assert strip_control_chars("a\x1b[31mb\rc\x07") == "a\ufffd[31mb\ufffdc\ufffd"


def _settled(outcome: Outcome) -> OperationResult:
    return OperationResult(Operation("r#0", Kind.ADD, Cause.NEW, "1", "+12065550101"), outcome)


def test_progress_in_lines_says_rate_and_time_left() -> None:
    """Where there is no terminal, a line tells how far the run is."""
    now = [0.0]
    progress = LineProgress(clock=lambda: now[0])
    progress.on_rows_read(1200)
    assert progress.line() == "Reading: 1,200 rows so far."
    progress.on_planned(0)
    assert progress.line() == "Nothing to send; saving what was read."
    progress.on_planned(4)
    now[0] = 2.0
    progress.on_settled(_settled(Outcome.CONFIRMED))
    progress.on_settled(_settled(Outcome.REFUSED))
    assert progress.line() == "2 of 4 calls, 1/s, 2.0 s left, 1 not confirmed."


def test_the_rate_follows_the_last_half_minute() -> None:
    """A slow beginning does not spoil the estimate for the rest of a long run."""
    now = [0.0]
    rate = Rate(lambda: now[0])
    for second in range(1, 101):
        now[0] = float(second)
        rate.count()
    for tenth in range(1, 601):
        now[0] = 100 + tenth / 10
        rate.count()
    assert rate.per_second() == pytest.approx(10, rel=0.05)


def test_lines_come_also_while_nothing_moves() -> None:
    """A platform that hangs is seen to hang."""
    import threading

    told: list[str] = []
    twice = threading.Event()

    def tell(line: str) -> None:
        told.append(line)
        if len(told) == 2:
            twice.set()

    with LineProgress(tell, every=0.01):
        assert twice.wait(60)
    assert told[0] == "Reading: 0 rows so far."


def test_a_changed_number_is_no_new_person() -> None:
    """The add of somebody whose old number is stopped, or held, says so in every table."""
    plan = _operations(
        {"kind": "stop", "cause": "number_changed", "key": "ann"},
        {"kind": "add", "cause": "new", "key": "ann"},
        {"kind": "add", "cause": "new", "key": "bob"},
    )
    why = ["number changed", "number changed", "new"]
    whole = planned_table(plan, frames.members(), plan.head(0))
    adds = planned_table(plan.tail(2), frames.members(), plan.head(1))
    assert [row[3] for row in whole.rows] == why and [row[3] for row in adds.rows] == why[1:]
    assert {row[1:3] for row in causes_table(plan).rows} == {
        ("stop", "number changed"), ("add", "number changed"), ("add", "new"),
    }  # fmt: skip


def _operations(*rows: dict[str, str]) -> pd.DataFrame:
    given = {
        "phone": "+12065550101",
        "sender_code": "1",
        "phase": 1,
        "is_retry_of_lost_stop": False,
    }
    blank = dict.fromkeys(OPERATIONS.names, "")
    return pd.DataFrame([{**blank, **given, **row} for row in rows])
