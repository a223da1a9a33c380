"""The help of every command, as it was last read by somebody: `help_texts.txt`.

A new command needs no line here. `python -m tests.unit.house.test_help_texts` writes the file anew;
read what changed before it is committed.
"""

from __future__ import annotations

import contextlib
import io
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.main import get_command

from sendersync.cli.entry import app, run

KEPT = Path(__file__).with_name("help_texts.txt")
WIDTH = 80
OWN_HELP = {"sandbox"}
"""Commands that hand everything, `--help` too, to another program's parser."""


def _names(group: object, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every command and every group of them, in the order of the help."""
    yield path
    for name, command in getattr(group, "commands", {}).items():
        if not command.hidden and name not in OWN_HELP:
            yield from _names(command, (*path, name))


def _help_texts() -> str:
    pages = []
    for path in _names(get_command(app)):
        shown = io.StringIO()
        with contextlib.redirect_stdout(shown):
            assert run([*path, "--help"]) == 0
        command = " ".join(["sendersync", *path, "--help"])
        lines = [line.rstrip() for line in shown.getvalue().splitlines()]
        pages.append("\n".join([f"$ {command}", *lines]).rstrip())
    return "\n\n\n".join(pages) + "\n"


def test_every_help_text_is_as_it_was_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """No word of a help text changes unseen, and none is wider than 80 columns."""
    monkeypatch.setenv("COLUMNS", str(WIDTH))
    shown = _help_texts()
    again = "write it anew: python -m tests.unit.house.test_help_texts, and read what changed"
    assert shown == KEPT.read_text("utf-8"), again
    assert not [line for line in shown.splitlines() if len(line) > WIDTH]
    cut = [line for line in shown.splitlines() if line.endswith("...") and "Usage" not in line]
    assert not cut, "a command's first sentence is too long for the list of its group"


if __name__ == "__main__":
    os.environ["COLUMNS"] = str(WIDTH)
    KEPT.write_text(_help_texts(), "utf-8")
