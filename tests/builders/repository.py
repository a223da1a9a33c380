"""Where this repository lies: for tests that read its files or start processes in it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
"""The folder with `pyproject.toml`."""
