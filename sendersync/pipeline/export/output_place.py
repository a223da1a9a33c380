"""Where an output may be written: never over the state, nor into the files SQLite keeps by it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from connectors.configuration.environment import state_url
from schemas.errors import WrongUse
from sendersync.state.database.engine import sqlite_path

_COMPANIONS: Final = ("-journal", "-wal", "-shm")
"""What SQLite writes beside a file, and takes for its own when it opens that file
(https://www.sqlite.org/tempfiles.html)."""


def refuse_own_file(path: Path, option: str = "") -> None:
    """Refuses the state's own files, also by a link or by another spelling of their names.

    Args:
        path: Where to write.
        option: What `path` was given with, where the caller knows it.

    Raises:
        WrongUse: It is the state, or would be taken for a part of it.
    """
    state = sqlite_path(state_url())
    if state is None:
        return
    own = [state, *(state.with_name(state.name + ending) for ending in _COMPANIONS)]
    if any(is_same_file(path, each) for each in own):
        raise WrongUse(
            "This is the state, or a file that belongs to it; it is left as it is.",
            where=f"{option} {path}".strip(),
            do="Pick another file name.",
        )


def is_same_file(one: Path, other: Path) -> bool:
    """Whether two names are of one file, there or not, also by links and other spellings."""
    if one.exists() and other.exists():
        return one.samefile(other)
    return os.path.realpath(one) == os.path.realpath(other)
