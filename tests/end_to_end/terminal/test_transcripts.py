"""The manual shows what comes out, not what once came out."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.builders.repository import ROOT


@pytest.mark.timeout(900)
def test_every_transcript_of_the_manual_comes_out_again() -> None:
    """README.md and docs/commands.md show what commands print; only ids and times may differ."""
    done = subprocess.run(
        [sys.executable, ROOT / "docs/generators/transcripts.py", "--check"],
        capture_output=True,
        text=True,
    )
    mend = "write them anew: python docs/generators/transcripts.py, and read what changed"
    assert done.returncode == 0, f"{done.stderr}\n{mend}"
