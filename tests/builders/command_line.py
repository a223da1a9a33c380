"""The command line as tests call it: in this process, or as the process a person starts.

    line = CommandLine(tmp_path, sandbox.env())
    done = line("run", "newsletter.yaml", "--json")
    assert done.code == 0 and done.json["load"]["confirmed"] == 3

`CommandLine.process` is slower and leaves nothing out: real streams, real signals.
"""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from sendersync.cli import entry
from sendersync.state.store import State
from tests.builders.delivered import delivered

_COMMANDS = get_command(entry.app)  # which `entry.app` itself would make anew for each command

HEADER = ("CustomerID", "Email", "Mobile", "Country", "First Name", "SMS consent", "Unsubscribed")
SYNC = """\
sync: newsletter
source: {kind: csv, path: contacts.csv}
columns:
  key: CustomerID
  email: Email
  phone: Mobile
  country: Country
  first_name: First Name
  consent: SMS consent
  opted_out: Unsubscribed
sender_code: "12065551212"
group: weekly
load: {rate_per_second: 2000, concurrency: 4}
"""


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The one object on standard output; fails when there is anything else."""
        found = json.loads(self.out)
        assert isinstance(found, dict)
        return found


class CommandLine:
    """Runs commands in a folder of its own, with a state of its own."""

    def __init__(self, folder: Path, env: Mapping[str, str]) -> None:
        """Makes the folder and its sync file."""
        folder.mkdir(exist_ok=True)
        self.folder = folder
        self.state_file = folder / "state.db"
        # as into a pipe: each sentence in one line, so that tests find it
        self.env = {
            "COLUMNS": "",
            **env,
            "SENDERSYNC_STATE": f"sqlite:///{self.state_file}",
        }
        self.write("newsletter.yaml", SYNC)

    def __call__(self, *argv: str) -> Done:
        """One command in this process."""
        out, err = io.StringIO(), io.StringIO()
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(self.folder)
            for name, value in self.env.items():
                patch.setenv(name, value)
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                code = entry.run(argv, _COMMANDS)
        return Done(code, out.getvalue(), err.getvalue())

    def start(self, *argv: str) -> subprocess.Popen[str]:
        """One command as a process of its own, not waited for."""
        return subprocess.Popen(
            [sys.executable, "-m", "sendersync.cli.entry", *argv],
            cwd=self.folder,
            env={**os.environ, **self.env},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def process(self, *argv: str) -> Done:
        """One command as a process of its own."""
        process = self.start(*argv)
        out, err = process.communicate()
        return Done(process.returncode, out, err)

    def write(self, name: str, text: str) -> Path:
        """A file of the folder, delivered long enough ago that nobody waits for its rest."""
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return delivered(path)

    def contacts(self, rows: Iterable[Mapping[str, str]], name: str = "contacts.csv") -> Path:
        """A CSV file with `HEADER`; what a row leaves out is empty, its consent is yes."""
        text = io.StringIO()
        writer = csv.DictWriter(text, HEADER, restval="", lineterminator="\n")
        writer.writeheader()
        for row in rows:
            writer.writerow({"SMS consent": "yes", **row})
        return self.write(name, text.getvalue())

    def state(self) -> State:
        """The state, for reading."""
        return State.open(self.env["SENDERSYNC_STATE"], read_only=True)


def row(number: int, **cells: str) -> dict[str, str]:
    """A row with a phone that is valid and may be mobile."""
    given = {name.replace("_", " "): value for name, value in cells.items()}
    return {"CustomerID": f"C{number}", "Mobile": phone(number), "First Name": "Ann", **given}


def phone(number: int) -> str:
    """One of the hundred fictional numbers of area code 206, in E.164."""
    assert 0 <= number < 100
    return f"+120655501{number:02d}"
