"""Output into a pipe whose reader has gone (`| head`): the work goes on, and keeps its exit code.

What is left to be said goes nowhere then, and nothing else changes.
"""

from __future__ import annotations

import io
import os
import sys
from typing import Any, TextIO


class _Output(io.FileIO):
    """A file descriptor that turns into the null device once its reader has gone."""

    def write(self, data: Any, /) -> int:
        """Writes to whoever reads, or to nobody."""
        try:
            return super().write(data)
        except BrokenPipeError:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self.fileno())
            os.close(nowhere)
            return super().write(data)


def outlive_readers() -> None:
    """Makes this process's own standard output and standard error indifferent to their readers."""
    if sys.stdout is sys.__stdout__ and sys.stdout is not None:
        sys.stdout = _indifferent(sys.stdout)
    if sys.stderr is sys.__stderr__ and sys.stderr is not None:
        sys.stderr = _indifferent(sys.stderr)


def _indifferent(stream: TextIO) -> TextIO:
    stream.flush()
    return io.TextIOWrapper(
        io.BufferedWriter(_Output(stream.fileno(), "w", closefd=False)),
        encoding=stream.encoding,
        errors=stream.errors,
        line_buffering=stream.isatty() or stream is sys.__stderr__,
    )
