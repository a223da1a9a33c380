"""Sync files of a folder: which there are, for runs over all of them and for the forms."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from connectors.configuration.sync_files import SYNC_FILES, read_sync_file, says_sync
from schemas.errors import SendersyncError, WrongUse

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


def named_syncs(folder: Path) -> dict[Path, str]:
    """Every sync file of a folder with its name.

    Raises:
        WrongUse: There is no such folder, or no sync file in it.
    """
    found = {file: sync_name(file) for file in sync_files(folder)}
    if not found:
        raise WrongUse(
            "There is no sync file in this folder.",
            where=str(folder),
            do="Name the folder in which they lie: YAML files with a line `sync: NAME`.",
        )
    return found


def sync_name(file: Path) -> str:
    """The name of a sync; that of its file where it cannot be read: its run says why."""
    try:
        return read_sync_file(file).sync.sync
    except SendersyncError:
        return file.stem


def refuse_doubled(file: Path, name: str) -> WrongUse:
    """What is said of each of two files with one name; which of them is meant we cannot know."""
    return WrongUse(
        f"Two files describe the sync {name}; neither runs.",
        where=str(file),
        do="Move one of them away, or give it another name after `sync:`.",
    )
