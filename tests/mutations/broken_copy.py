"""A copy of the project in which one line of code may be broken."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
NOT_COPIED: Final = shutil.ignore_patterns(".*", "__pycache__", "mutants", "build", "*.egg-info")


def copy_project(folder: Path) -> Path:
    """Copies the project without what was made of it; where the copy is."""
    copy = folder / "project"
    shutil.copytree(ROOT, copy, ignore=NOT_COPIED)
    return copy


@contextmanager
def broken(project: Path, change: Mapping[str, str], number: int) -> Iterator[None]:
    """The copy with one change in it meanwhile.

    Args:
        project: The copy.
        change: `file`, `line` as it stands there once, and what it `becomes`.
        number: Of the change: no two changes of one copy share it.
    """
    path = project / change["file"]
    whole = path.read_text("utf-8")
    assert whole.count(change["line"]) == 1, f"{change['line']!r} is not, or not once, in the file"
    before = path.stat().st_mtime
    path.write_text(whole.replace(change["line"], change["becomes"]), "utf-8")
    # byte code is known by the size and the second of its source: no two changes share them
    os.utime(path, (before, before + 1 + number))
    try:
        yield
    finally:
        path.write_text(whole, "utf-8")
        os.utime(path, (before, before))
