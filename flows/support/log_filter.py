"""Logging filter: a run that we end ourselves leaves no traceback in Prefect's logs.

Prefect turns a final state that a flow returns, and an error that a task raises, into an exception
and logs it with its traceback, two to five thousand characters in the first tab that a person
opens. How the run ended stands in its state and in the line before; what was not ended by us is
logged as ever. Why: docs/adr/0114-no-traceback-of-an-ending.md.
"""

from __future__ import annotations

import logging
from typing import Any, Final

from prefect.client.schemas.objects import State
from prefect.exceptions import CancelledRun, FailedRun

from schemas.errors import SendersyncError

LOGGERS: Final = ("prefect.flow_runs", "prefect.task_runs", "prefect.engine")
"""Where the engine of a flow run, that of a task run and the process around them write."""

_endings: Final[set[str]] = set()


def filter_endings() -> None:
    """From now on, the logs of this process do not repeat our errors and endings."""
    for name in LOGGERS:
        logger = logging.getLogger(name)
        if _is_news not in logger.filters:
            logger.addFilter(_is_news)


def was_ended(state: State[Any]) -> State[Any]:
    """A final state that a flow of ours returns: known to the filter from now on."""
    _endings.add(str(state.message))
    return state


def _is_news(record: logging.LogRecord) -> bool:
    """Whether a record says something else than how a run of ours ended."""
    error = record.exc_info[1] if record.exc_info else None
    if isinstance(error, SendersyncError):
        return False
    return not (isinstance(error, CancelledRun | FailedRun) and str(error) in _endings)
