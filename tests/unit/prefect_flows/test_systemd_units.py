"""The units of docs/examples/systemd are sound, and start commands that there are."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.main import get_command

from sendersync.cli.entry import app
from tests.builders.repository import ROOT

UNITS = sorted((ROOT / "docs/examples/systemd").iterdir())
PROGRAM = "/opt/sendersync/.venv/bin/"
PAGE = (ROOT / "docs/how-to/production.md").read_text("utf-8")


@pytest.mark.parametrize("unit", UNITS, ids=lambda each: each.name)
def test_what_a_unit_starts_is_there(unit: Path) -> None:
    """Each command of ours is one, with options that it takes, and each unit has a line of the page."""
    text = unit.read_text("utf-8")
    commands = getattr(get_command(app), "commands", {})
    for name, *options in (
        each.split() for each in re.findall(f"{PROGRAM}sendersync ([^;\n]*)", text)
    ):
        known = {option for each in commands[name].params for option in each.opts}
        assert {each for each in options if each.startswith("--")} <= known
    for section in ("[Unit]", "[Timer]" if unit.suffix == ".timer" else "[Service]"):
        assert section in text
    assert unit.stem in PAGE


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not on this machine")
def test_systemd_can_read_the_units(tmp_path: Path) -> None:
    """`systemd-analyze verify` has nothing to say of them."""
    here = f"{Path(sys.executable).parent}/"
    for unit in UNITS:
        text = unit.read_text("utf-8").replace(PROGRAM, here)
        (tmp_path / unit.name).write_text(text, "utf-8")
    argv = ["systemd-analyze", "verify", "--man=no", *map(str, sorted(tmp_path.iterdir()))]
    done = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
