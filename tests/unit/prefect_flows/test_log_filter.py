"""What Prefect logs again as a traceback, and what of it is heard."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
from prefect.exceptions import CancelledRun, FailedRun
from prefect.states import Failed

from flows.support.log_filter import LOGGERS, filter_endings, was_ended
from schemas.errors import SourceUnavailable


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    """The loggers of this process without our filter, and afterwards as they were."""
    loggers = [logging.getLogger(name) for name in LOGGERS]
    before = [list(each.filters) for each in loggers]
    for each in loggers:
        each.filters.clear()
    yield
    for each, filters in zip(loggers, before, strict=True):
        each.filters[:] = filters


def _is_logged(name: str, error: Exception | None) -> bool:
    exc_info = (type(error), error, None) if error else None
    record = logging.LogRecord(name, logging.ERROR, "x.py", 1, "It ended.", None, exc_info)
    return bool(logging.getLogger(name).filter(record))


@pytest.mark.parametrize("name", LOGGERS)
def test_an_ending_of_ours_is_not_logged_as_a_traceback(name: str) -> None:
    """Our final states and errors are told once; what is not ended by us keeps its traceback."""
    filter_endings()
    filter_endings()
    was_ended(Failed(name="NeedsApproval", message="7 held."))
    assert not _is_logged(name, FailedRun("7 held."))
    assert not _is_logged(name, SourceUnavailable("Away."))
    assert _is_logged(name, None), "a line without a traceback"
    assert _is_logged(name, FailedRun("Another flow of somebody else has failed."))
    assert _is_logged(name, CancelledRun("by the server"))
    assert _is_logged(name, KeyError("a fault"))
    assert len(logging.getLogger(name).filters) == 1, "installed once"
