"""Report pages: the answer first, one picture, what to do, and no table of zeros."""

from __future__ import annotations

import re
from base64 import b64decode
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pandas as pd
import pytest

from connectors.configuration.sync_files import parse_sync_file
from connectors.sources.delimited.csv_file import CsvFile
from flows.pages.other_pages import night_page
from flows.pages.pictures import COLOURS, WIDTH, card
from flows.pages.report_page import answer, parts, report_page
from flows.support.steps import time_left
from schemas.errors import SyncFileError
from schemas.frames import HELD
from schemas.pages.beside_report import ReportLinks, SyncEnd
from schemas.reasons import Reason
from schemas.report import (
    ContactCount,
    DoneCount,
    HoldReason,
    LoadCount,
    PlanCount,
    Report,
    SourceCount,
    Status,
    UnprovenCount,
)
from sendersync.pipeline.job import Command, Job
from sendersync.transforms.approval.held_summary import held_summary

SYNC = parse_sync_file(
    'sync: daily\nsource: {kind: csv, path: x.csv}\ncolumns: {phone: "Mo|bile"}\nsender_code: "1"',
    name="daily.yaml",
)
JOB = Job(Command.RUN, SYNC, CsvFile(Path("x.csv")), approved_by="nobody")
HELD_BY_STOPS = [HoldReason("max_stops", 60, None, 10, "60 of 900 would be stopped.")]


def _report(status: Status, **told: Any) -> Report:
    return Report(run="r-1", sync="daily", status=status, **told)


def _svg(page: str) -> ElementTree.Element:
    (data,) = re.findall(r"!\[[^]]*\]\(data:image/svg\+xml;base64,([^)]+)\)", page)
    return ElementTree.fromstring(b64decode(data))  # noqa: S314  # drawn by us just before


def _held(number: int) -> pd.DataFrame:
    """So many people of one list who would be stopped, and one who would be added."""
    rows = [
        {
            **dict.fromkeys(HELD.names, ""),
            "kind": "stop" if n < number - 1 else "add",
            "cause": "gone" if n < number - 1 else "new",
            "phone": f"+1206555{n:04d}",
            "held_by": "max_stops max_stop_share",
        }
        for n in range(number)
    ]
    frame = pd.DataFrame(rows).astype(
        {name: kind for name, kind in HELD.columns.items() if kind == "str"}
    )
    return frame.assign(line=0, phase=1, is_retry_of_lost_stop=False)


def test_the_first_line_is_the_answer_and_zeros_are_left_out() -> None:
    """What happened stands in the heading; a count of 0 stands in no line and no table."""
    page = report_page(
        _report(
            Status.COMPLETED,
            source=SourceCount(940, complete=True),
            contacts=ContactCount(accepted=940),
            plan=PlanCount(add=30, stop=4, unchanged=906),
            load=LoadCount(confirmed=34),
            done=DoneCount(add=30, stop=4),
        ),
        JOB,
    )
    assert page.startswith("# daily: 30 added, 4 stopped; 906 unchanged\n")
    assert "## What to do now\n\nNothing.\n" in page
    assert not re.search(r"\| 0 \||\b0 (held|failed|updated)", page)
    assert "| confirmed | 34 |" in page and "refused" not in page
    assert "`Mo/bile`" in page


def test_a_page_says_what_happened_and_what_to_do() -> None:
    """Every reason with its advice, what is held and why, and the form that lets it go."""
    page = report_page(
        _report(
            Status.NEEDS_APPROVAL,
            source=SourceCount(1234, complete=True),
            contacts=ContactCount(accepted=1200, rejected=30, merged=3, withheld=1),
            plan=PlanCount(add=4, stop=1, held=60, digest="7kq2m-9xtr4"),
            load=LoadCount(confirmed=1, refused=2, unknown=1, not_reached=1),
            reasons={each.value: 1 for each in Reason},
            held_because=HELD_BY_STOPS,
            warnings=["Something else."],
            answers=[{"outcome": "refused", "status": 500, "text": "no `x` | y", "count": 2}],
        ),
        JOB,
        ReportLinks(
            approve="/v2/deployments/deployment/d/run?parameters=%7B%7D",
            rejects="/v2/artifacts/artifact/a",
        ),
        held_summary(_held(60)),
        [(900, 3), (905, 12)],
    )
    assert "| **read in all** | 1,234 |" in page
    assert "- 60 of 900 would be stopped." in page
    assert "have these people really left?" in page
    assert "(/v2/deployments/deployment/d/run?parameters=%7B%7D)" in page
    assert "type **60**" in page
    assert "| 59 | stop | no longer in the source | max_stops, max_stop_share |" in page
    assert page.count("`+1206***") == 20, "twenty people, masked"
    assert not re.search(r"\+1206555\d{4}", page)
    assert "[They are listed here](/v2/artifacts/artifact/a)" in page
    assert "- Something else." in page
    assert "| 2 | refused | `500 no 'x' / y` |" in page
    assert len([line for line in page.splitlines() if line.startswith("| `")]) >= len(Reason)
    where = [page.index(f"## {title}") for title in ("What to do now", "Held", "Rows", "Calls")]
    assert where == sorted(where) and page.index("data:image") < where[0]


def test_the_page_of_a_failure_begins_with_it() -> None:
    """What went wrong, where, and what to do stand above everything else."""
    report = _report(Status.FAILED)
    error = SyncFileError("No such key.", where="daily.yaml:3", do="Give it: --map phone=X.")
    report.error = error.as_json()
    page = report_page(report, JOB)
    assert page.startswith("# daily: No such key\n")
    assert "Where: `daily.yaml:3`" in page and "**Give it: --map phone=X.**" in page
    assert "what stands after `--map` goes into *Columns that are not recognised*" in page
    assert "## Rows" not in page and "## Calls" not in page


@pytest.mark.parametrize(
    ("report", "said"),
    [
        (_report(Status.DRY_RUN), "a run would change nothing"),
        (
            _report(Status.DRY_RUN, plan=PlanCount(add=3, held=2, unchanged=5)),
            "a run would add 3, hold 2; 5 unchanged",
        ),
        (_report(Status.COMPLETED), "nothing had to be done"),
    ],
)
def test_an_answer_is_one_line(report: Report, said: str) -> None:
    """A look says what a run would do; a run with nothing to do says that."""
    assert answer(report) == said


def test_an_unproven_stop_stands_first() -> None:
    """Whoever said stop and may still get texts is the first thing to do."""
    report = _report(Status.PARTIAL, load=LoadCount(unknown=2, failed=1))
    report.unproven = UnprovenCount(2, "2026-11-01")
    page = report_page(report, JOB)
    first = page.partition("## What to do now\n\n")[2].splitlines()[0]
    assert "2 people who said stop may still get texts" in first


def test_a_picture_is_read_on_any_page() -> None:
    """On a card of its own, as wide as a phone shows it, every part with its number in words."""
    every = [(word, 1 if n else 100_000) for n, word in enumerate(COLOURS)]
    drawn = card(every, [(10, 1)] * 30, 'a "title" <here>')
    svg = ElementTree.fromstring(drawn)  # noqa: S314  # drawn by us just before
    texts = [each.text for each in svg.iter("{http://www.w3.org/2000/svg}text")]
    assert {f"{number:,} {word}" for word, number in every} <= {*texts}
    assert "The last 30 runs" in texts
    boxes = [each.attrib for each in svg.iter("{http://www.w3.org/2000/svg}rect")]
    assert float(boxes[0]["width"]) >= WIDTH - 1, "the card comes first"
    assert all(float(box["x"]) + float(box["width"]) <= WIDTH for box in boxes)
    assert all(float(box["y"]) + float(box["height"]) <= int(svg.attrib["height"]) for box in boxes)
    assert WIDTH <= 400
    assert card([("added", 0)], [(1, 1)], "nothing") == ""


def test_the_number_that_an_approval_asks_for_counts_people() -> None:
    """A new number and the stop of the old one are one person, as in the report's own count."""
    held = _held(3)
    held["key"] = ["C1", "C1", "C2"]
    summary = held_summary(held)
    assert (summary.persons, summary.total) == (2, 3)


def test_every_part_of_a_report_has_a_colour() -> None:
    """No count of a report can be without one."""
    for status in Status:
        assert {word for word, _ in parts(_report(status))} <= {*COLOURS}


def test_a_night_names_first_who_needs_somebody() -> None:
    """One line over all, then the syncs by who must act; nobody's work is asked for in vain."""
    good = _report(Status.COMPLETED, done=DoneCount(add=2), plan=PlanCount(unchanged=7))
    held = _report(
        Status.NEEDS_APPROVAL,
        plan=PlanCount(held=5, digest="7kq2m-9xtr4"),
        held_because=HELD_BY_STOPS,
    )
    ends = [
        SyncEnd("a-good", "Completed", "fine", good, "/v2/artifacts/artifact/1"),
        SyncEnd("b-wrong", "Misconfigured", "b.yaml: No such key."),
        SyncEnd("c-held", "NeedsApproval", "held", held),
    ]
    page = night_page(ends, ["d: retired 2026-11-01"])
    assert page.startswith("# 2 of 3 syncs need you: 2 added, 5 held\n")
    rows = [line.split(" | ")[0] for line in page.splitlines() if line.startswith("| ")]
    assert rows[2:] == ["| b-wrong", "| c-held", "| [a-good](/v2/artifacts/artifact/1)"]
    assert "## b-wrong\n\n- b.yaml: No such key." in page
    assert "## a-good" not in page
    assert "- d: retired 2026-11-01" in page
    assert night_page(ends[:1], []).startswith("# 1 sync, all is well: 2 added\n")
    look = SyncEnd("a", "DryRun", "", _report(Status.DRY_RUN, plan=PlanCount(add=2)))
    assert night_page([look], []).startswith("# 1 sync, all is well: 2 would be added\n")
    assert _svg(page) is not None


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (12, "less than a minute"),
        (720, "about 12 minutes"),
        (7500, "about 2 hours 5 minutes"),
        (3600, "about 1 hour"),
    ],
)
def test_time_left_is_as_exact_as_a_guess(seconds: float, words: str) -> None:
    """Minutes and hours, never seconds."""
    assert time_left(seconds) == words
