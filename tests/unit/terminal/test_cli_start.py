"""How the command line starts and refuses: fast, in words, and with one JSON object if asked."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from schemas.report import Report
from sendersync.cli import entry
from tests.builders.repository import ROOT
from tests.waiting import cpu_time

HELP_BAR = 2.5
"""What `--help` may cost, where importing typer and rich is 1; it is about 1.4."""

COMMANDS = [
    *(
        "run",
        "plan",
        "adopt",
        "import",
        "stop",
        "check",
        "init",
        "validate",
        "rejects",
        "history",
        "show",
        "explain",
    ),
    *("review", "undo", "retry", "forget", "list", "rename", "retire"),
    *("backup", "restore", "check-state"),
    *("suppress add", "suppress import", "suppress list", "suppress remove", "suppress export"),
    "doctor",
    *("messages list", "messages create", "messages send-to-phone"),
    *("messages send-to-sender-code", "sandbox", "demo", "serve"),
]
HEAVY = {"prefect", "pandas", "pyarrow", "sqlalchemy", "httpx", "phonenumbers"}


def test_help_answers_at_once() -> None:
    """It costs little more than the libraries that draw it: a person asks for help many times."""
    command = [sys.executable, "-m", "sendersync.cli.entry", "--help"]

    def ask() -> None:
        subprocess.run(command, cwd=ROOT, capture_output=True, check=True)

    dearer = cpu_time.dearer(
        lambda: cpu_time.of_processes(ask),
        lambda: cpu_time.of_importing("typer", "rich.console"),
        HELP_BAR,
    )
    assert dearer < HELP_BAR


def test_no_help_loads_a_library_it_does_not_need() -> None:
    """Every command's help is answered from light modules alone, whatever the machine."""
    asked = (
        "import sys, io, contextlib, json\n"
        "from sendersync.cli import entry\n"
        f"for command in {[each for each in COMMANDS if each != 'sandbox']!r}:\n"
        "    with contextlib.redirect_stdout(io.StringIO()):\n"
        "        assert entry.run([*command.split(), '--help']) == 0, command\n"
        f"print(json.dumps(sorted({HEAVY!r} & set(sys.modules))))"
    )
    done = subprocess.run(
        [sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == []


@pytest.mark.parametrize("argv", [["check", "x.csv"], ["history"], ["doctor"]])
def test_no_command_but_serve_loads_prefect(argv: list[str], tmp_path: Path) -> None:
    """Prefect takes a second to import, and most commands have no use for it."""
    asked = (
        "import sys\nfrom sendersync.cli import entry\n"
        f"entry.run({argv!r})\nassert 'prefect' not in sys.modules"
    )
    (tmp_path / "x.csv").write_text("Phone\n+12065550101\n", "utf-8")
    path = {"PYTHONPATH": str(ROOT), "HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", asked], cwd=tmp_path, env=path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def _shapes() -> Iterator[tuple[list[str], dict[str, Any]]]:
    counts = Report(run="", sync="").as_json()
    for command in ("run", "plan", "adopt", "import", "stop"):
        yield [command, "--json"], counts
        yield [command, "--json", "--no-such-option"], counts
    yield ["run", "x.yaml", "--for", "soon", "--json"], counts
    yield ["run", "x.yaml", "--approve-stops", "some", "--json"], counts
    yield ["run", "x.yaml", "--approve", "40", "--json"], counts
    yield ["check", "--json"], {"rows": 0, "columns": [], "reasons": {}}
    yield ["history", "--limit", "0", "--json"], {}
    yield ["no-such-command", "--json"], {}
    yield ["suppress", "no-such-command", "--json"], {}


@pytest.mark.parametrize(("argv", "counts"), list(_shapes()), ids=lambda each: " ".join(each)[:40])
def test_wrong_use_is_one_json_object_too(
    argv: list[str], counts: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    """A program that asked for JSON gets it also when the arguments are wrong."""
    assert entry.run(argv) == 2
    said = capsys.readouterr()
    found = json.loads(said.out)
    assert set(found["error"]) == {"what", "where", "do"} and found["error"]["what"]
    assert {name: found[name] for name in counts} == counts
    assert said.err.startswith("Error: ")


def test_a_misspelt_command_finds_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    """The word that was meant is named."""
    assert entry.run(["hsitory"]) == 2
    assert "history" in capsys.readouterr().err


def test_without_arguments_the_help_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    """A first try shows what there is, and is no success."""
    assert entry.run([]) == 2
    assert "messages" in capsys.readouterr().err


def test_a_fault_of_ours_is_one_sentence(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """No traceback and nothing of what the fault was about, unless it is asked for."""

    def broken(*_: object, **__: object) -> int:
        raise KeyError("+12065550101")

    assert entry.run(["history", "--json"], broken) == 1
    said = capsys.readouterr()
    assert json.loads(said.out)["error"]["what"].startswith("A fault of ours: KeyError")
    assert "Traceback" not in said.err and "0101" not in said.out + said.err
    monkeypatch.setenv("SENDERSYNC_DEBUG", "1")
    assert entry.run(["history"], broken) == 1
    assert "Traceback" in capsys.readouterr().err
