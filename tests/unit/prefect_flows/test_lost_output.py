"""A flow outlives the process that reads its output."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator

import pytest
from prefect.logging.handlers import PrefectConsoleHandler

from flows.support.lost_output import outlive_reader


class _Unread(io.StringIO):
    """A pipe at whose other end nobody is any more."""

    def write(self, text: str, /) -> int:
        """Nobody takes it."""
        raise BrokenPipeError


@pytest.fixture
def lost() -> Iterator[logging.Logger]:
    """A logger of Prefect's whose lines nobody reads."""
    handler = PrefectConsoleHandler(stream=_Unread())
    logger = logging.getLogger("prefect.lost")
    logger.addHandler(handler)
    yield logger
    logger.removeHandler(handler)


def test_a_line_that_nobody_takes_ends_nothing(lost: logging.Logger) -> None:
    """Without this, the first line after the death of `serve` or worker ended the flow."""
    outlive_reader()
    lost.error("the first one after")
    lost.error("and another")
