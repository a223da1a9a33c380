"""Sync files of a folder: which there are, for the nightly run and for the forms' drop-downs."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from connectors.configuration.sync_files import SYNC_FILES, says_sync
from schemas.errors import WrongUse

_PASSED_OVER: Final = frozenset({"node_modules", "site-packages"})


def sync_files(folder: Path, *, below: int = 0) -> list[Path]:
    """The sync files of a folder, by name.

    A YAML file without a line `sync:` is something else, and is left out; so are hidden ones.

    Args:
        folder: Where.
        below: So many levels of folders in it are looked through too.

    Raises:
        WrongUse: There is no such folder.
    """
    if not folder.is_dir():
        raise WrongUse(
            "There is no such folder.",
            where=str(folder),
            do="Name the folder in which the sync files lie.",
        )
    found = []
    try:
        inside = sorted(folder.iterdir())
    except OSError:  # a folder that this user may not read holds no sync of theirs
        return []
    for each in inside:
        if each.name.startswith(".") or each.name in _PASSED_OVER:
            continue
        if each.is_dir() and below and not each.is_symlink():
            found += sync_files(each, below=below - 1)
        elif each.suffix.lower() in SYNC_FILES and each.is_file() and says_sync(each):
            found.append(each)
    return found
