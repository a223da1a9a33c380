"""A run in five numbers, the sum of several, and how it differs from those before it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from schemas.report import Status

MEASURED: Final = ("rows", "members", "adds", "stops", "held")
"""Rows read, people who could get texts when the run began, and what became of the plan."""

SUMMED: Final = ("rows", "adds", "stops", "held")
"""Those of them of which a sum means something."""

COMPARED: Final = 10
"""Runs before one, at most, that make its mean."""


def numbers_of(report: Mapping[str, Any]) -> dict[str, int]:
    """The numbers of a run.

    Args:
        report: As `Report.as_json` gives it and the ledger keeps it, also of an older version.
    """
    plan = report["plan"]
    done = report.get("done") or plan  # an older version did not count by kind
    return {
        "rows": int(report["source"]["rows"]),
        "members": int(report.get("members", 0)),
        "adds": int(done["add"]) - int(done.get("already", 0)),
        "stops": int(done["stop"]),
        "held": int(plan["held"]),
    }


def totals(reports: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """The sum of the numbers of some runs; of members there is none."""
    each = [numbers_of(report) for report in reports]
    return {name: sum(numbers[name] for numbers in each) for name in SUMMED}


def mean_before(reports: Sequence[Mapping[str, Any]]) -> dict[str, int] | None:
    """The mean of the runs before one, rounded; None where there is none to compare with.

    Args:
        reports: Of the runs of the same sync and command before it, newest first. Those that
            failed do not count, nor does a first load, and no more than `COMPARED` do.
    """
    ended = [report for report in reports if report["status"] != Status.FAILED.value]
    each = [numbers_of(report) for report in ended if not _is_first_load(report)][:COMPARED]
    if not each:
        return None
    return {
        name: (2 * sum(numbers[name] for numbers in each) + len(each)) // (2 * len(each))
        for name in MEASURED
    }


def _is_first_load(report: Mapping[str, Any]) -> bool:
    """Whether more people were added than there were: the first load, or the rest of one."""
    numbers = numbers_of(report)
    return "members" in report and numbers["adds"] > numbers["members"]


def percent(now: int, mean: int) -> int | None:
    """By how many hundredths of the mean a number differs from it; None of a mean of 0."""
    return round(100 * (now - mean) / mean) if mean else None
