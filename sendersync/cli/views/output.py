"""Printing: reports and JSON on standard output, everything else on standard error."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator, Mapping
from typing import IO, TYPE_CHECKING, Any

from schemas.errors import SendersyncError
from schemas.masking import strip_control_chars

if TYPE_CHECKING:
    from rich.console import Console

WIDTH_ELSEWHERE = 110
"""Columns of a table that goes to a file or a pipe."""

_COMMAND = re.compile(r"\s+sendersync ")
_UNBROKEN = re.compile(r"[^\s`]*`[^`\n]*`\S*|\S+")
"""A word, or a quoted command with the signs around it: neither is ever broken over two lines."""


def line_width(stream: IO[str]) -> int | None:
    """Columns of a line: of the terminal, or of `COLUMNS`; None where a line may have any length.

    A program that reads our lines finds each sentence in one of them.
    """
    given = os.environ.get("COLUMNS", "")
    if given.isdigit() and int(given):
        return int(given)
    if not stream.isatty():
        return None
    try:
        return os.get_terminal_size(stream.fileno()).columns or None
    except (OSError, ValueError):
        return None


def console(*, stderr: bool = False) -> Console:
    """A console that never reads mark-up or highlights in what it prints: data is data."""
    from rich.console import Console

    stream = sys.stderr if stderr else sys.stdout
    width = line_width(stream) or (None if stream.isatty() else WIDTH_ELSEWHERE)
    return Console(file=stream, width=width, highlight=False, markup=False, emoji=False)


def print_text(out: Console, text: str, *, style: str | None = None) -> None:
    """A sentence or several on a console, broken between words only."""
    for line in wrapped(strip_control_chars(text), line_width(out.file)):
        out.print(line, style=style, soft_wrap=True)


def print_json(found: Mapping[str, Any]) -> None:
    """The one JSON object of a `--json` command, on one line."""
    sys.stdout.write(json.dumps(found, ensure_ascii=True) + "\n")
    sys.stdout.flush()


def print_line(text: str = "") -> None:
    """One line for people, on standard error, so that standard output stays what was asked for."""
    for line in wrapped(strip_control_chars(text), line_width(sys.stderr)):
        sys.stderr.write(line + "\n")
    sys.stderr.flush()


def print_command(command: str) -> None:
    """A command to be copied, on standard error: on a line of its own, however long it is."""
    sys.stderr.write(f"  {strip_control_chars(command)}\n")
    sys.stderr.flush()


def print_error(error: SendersyncError) -> None:
    """What failed, where, and what to do."""
    place = f"{error.where}: " if error.where else ""
    print_line(f"Error: {place}{error.what}")
    if error.do:
        print_line(f"  {error.do}")


def unbroken(text: str) -> list[str]:
    """The words and the quoted commands of a text: what is never broken over two lines."""
    return _UNBROKEN.findall(text)


def wrapped(text: str, width: int | None) -> list[str]:
    """Lines of at most `width` columns, where no word and no command is longer.

    A command stands in backticks, or indented on a line of its own. Later lines of a paragraph
    begin where its first one does.
    """
    if width is None:
        return text.split("\n")
    return [line for paragraph in text.split("\n") for line in _wrapped_one(paragraph, width)]


def _wrapped_one(paragraph: str, width: int) -> Iterator[str]:
    if len(paragraph) <= width or _COMMAND.match(paragraph):
        yield paragraph
        return
    indent = paragraph[: len(paragraph) - len(paragraph.lstrip())]
    line = ""
    for word in _UNBROKEN.findall(paragraph):
        longer = f"{line} {word}" if line else indent + word
        if line and len(longer) > width:
            yield line
            longer = indent + word
        line = longer
    yield line
