"""Who hears what: reports and JSON on standard output, everything else on standard error."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from schemas.errors import SendersyncError

if TYPE_CHECKING:
    from rich.console import Console

WIDTH_ELSEWHERE = 110
"""Columns of a table that goes to a file or a pipe."""


def console(*, stderr: bool = False) -> Console:
    """A console that never reads mark-up or highlights in what it prints: data is data."""
    from rich.console import Console

    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() or os.environ.get("COLUMNS") else WIDTH_ELSEWHERE
    return Console(file=stream, width=width, highlight=False, markup=False, emoji=False)


def print_json(found: Mapping[str, Any]) -> None:
    """The one JSON object of a `--json` command, on one line."""
    sys.stdout.write(json.dumps(found, ensure_ascii=True) + "\n")
    sys.stdout.flush()


def print_line(text: str = "") -> None:
    """One line for people, on standard error, so that standard output stays what was asked for."""
    sys.stderr.write(strip_control_chars(text) + "\n")
    sys.stderr.flush()


def print_error(error: SendersyncError) -> None:
    """What failed, where, and what to do."""
    place = f"{error.where}: " if error.where else ""
    print_line(f"Error: {place}{error.what}")
    if error.do:
        print_line(f"  {error.do}")


def strip_control_chars(text: str) -> str:
    """Text from outside without what a terminal would obey."""
    return "".join(char if char.isprintable() or char == "\n" else "\ufffd" for char in text)
