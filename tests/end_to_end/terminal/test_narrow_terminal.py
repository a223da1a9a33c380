"""Every command at 80 columns, without colour, into a pipe and on a terminal of its own."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.builders.command_line import SYNC, CommandLine, phone, row
from tests.stand_ins.sandbox_process import SandboxProcess

WIDTH = 80

_RULE = re.compile(r"[─\s]+")
_SECONDS = re.compile(r"\d+(\.\d+)?")
_UNBROKEN = re.compile(r"\s*(`?sendersync [^`]*`?\S*|\S+)")
"""A command, or a word such as a path."""

COMMANDS = [
    ("check", "newsletter.yaml"),
    ("plan", "newsletter.yaml"),
    ("run", "newsletter.yaml"),
    ("run", "half.yaml"),
    ("history",),
    ("show", "last", "--limit", "5"),
    ("rejects", "last", "--out", "rejected.csv"),
    ("suppress", "import", "opt-outs.csv", "--country", "US"),
    ("suppress", "list"),
    ("stop", "opt-outs.csv", "--sender-code", "12065551212", "--dry-run"),
    ("import", "contacts.csv", "--sender-code", "12065551212", "--dry-run"),
    ("messages", "list"),
    ("doctor",),
    ("run", "no-such.yaml"),
    ("undo", "last"),
    ("retry", "last"),
    ("review",),
    ("explain", phone(3)),
    ("forget", phone(2)),
    ("list",),
    ("retire", "newsletter"),
    ("suppress", "add", phone(4), "--reason", "asked for it on the phone"),
    ("suppress", "list", "--owed"),
    ("suppress", "export", "--out", "stops.csv"),
    ("backup", "copy.db"),
    ("restore", "copy.db"),
    ("check-state",),
]


@pytest.fixture
def line(tmp_path: Path, sandbox: SandboxProcess) -> CommandLine:
    """One night has been run, with rows of many kinds."""
    line = CommandLine(tmp_path / "line", {**sandbox.env(), "NO_COLOR": "1"})
    cells = ("+1206555", "see notes", "4.41E+11", "", "0778 0123")
    bad = [row(number, Mobile=cell) for number, cell in enumerate(cells, start=50)]
    line.contacts([*(row(number) for number in range(30)), *bad, row(60, Unsubscribed="perhaps")])
    line.write("opt-outs.csv", f"Phone\n{phone(1)}\nask Nora\n")
    assert line("run", "newsletter.yaml", "--json").code == 0
    assert line("backup", "copy.db").code == 0
    line.write("half.yaml", SYNC.replace("contacts.csv", "half.csv"))
    line.contacts([row(number) for number in range(4)], "half.csv")
    return line


@pytest.mark.parametrize("argv", COMMANDS, ids=" ".join)
def test_nothing_breaks_inside_a_word(line: CommandLine, argv: tuple[str, ...]) -> None:
    """At 80 columns the same words come as on a wide screen, and only a command is longer."""
    line.env["COLUMNS"] = "400"
    kept = line.state_file.read_bytes()
    wide = line(*argv)
    line.state_file.write_bytes(kept)
    line.env["COLUMNS"] = str(WIDTH)
    narrow = line(*argv)
    assert narrow.code == wide.code
    for said, whole in ((narrow.out, wide.out), (narrow.err, wide.err)):
        assert _words(said) <= _words(whole) | {"-"}, _words(said) - _words(whole)
        assert _commands(said) == _commands(whole)
        for each in said.splitlines():
            assert len(each.rstrip()) <= WIDTH or _UNBROKEN.fullmatch(each), each


def _commands(text: str) -> set[str]:
    """Commands to be copied, each from its first word to its last, without ids of runs."""
    found = re.findall(
        r"\bsendersync [a-z][^`()\n]*", re.sub(r"\d{4}-\d\d-\d\d[\w-]*", "RUN", text)
    )
    return {each.rstrip(" .") for each in found}


def _words(text: str) -> set[str]:
    """Words of a text, without ids of runs, moments and durations, which differ by themselves."""
    found = set(re.sub(r"\d{4}-\d\d-\d\d[\w:.+-]*", "WHEN", text).split())
    return {each for each in found if not (_RULE.fullmatch(each) or _SECONDS.fullmatch(each))}


def test_a_terminal_of_80_columns_is_obeyed(line: CommandLine) -> None:
    """Without COLUMNS the terminal itself says how wide it is; an id of a run stays whole."""
    line.env.pop("COLUMNS")
    text = "".join(_on_a_terminal(line, "history"))
    run = line("history", "--limit", "1", "--json").json["runs"][0]["run"]
    assert run in text and "\x1b[3" not in text, "NO_COLOR leaves bold and no colour"
    plain = re.sub(r"\x1b\[\d*m", "", text)
    assert max(len(each.rstrip()) for each in plain.splitlines()) <= WIDTH


def _on_a_terminal(line: CommandLine, *argv: str) -> Iterator[str]:
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, WIDTH, 0, 0))
    env = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
    with subprocess.Popen(
        [sys.executable, "-m", "sendersync.cli.entry", *argv],
        cwd=line.folder,
        env={**env, **line.env, "TERM": "xterm"},
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=subprocess.DEVNULL,
    ):
        os.close(theirs)
        with suppress(OSError), os.fdopen(ours, encoding="utf-8", newline="") as screen:
            while part := screen.readline():  # a terminal whose program has ended is an OSError
                yield part.replace("\r", "")
