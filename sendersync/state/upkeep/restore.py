"""A copy of the state taken back, without losing an order, an erasure or a call made since.

The copy and the present state are made one in a single transaction of the present state, or, where
there is none or it is damaged, in a new file that takes its place.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Table, delete, func, insert, select, update
from sqlalchemy.engine import URL

from schemas.errors import NotAState, RunActive, RunFailed, SendersyncError, WrongUse
from sendersync.state import revisions
from sendersync.state.database import copies, sqlite_file
from sendersync.state.database.engine import Database, connect, sqlite_path
from sendersync.state.database.migrations import open_current
from sendersync.state.database.tables import (
    FORGOTTEN,
    LEASES,
    META,
    PLANNED_ADDS,
    REJECTS,
    RELEASED,
    RUNS,
    SYNCS,
)
from sendersync.state.lease.lease import FENCE_BASE, active_holders
from sendersync.state.runs import RESTORED_BLIND
from sendersync.state.upkeep.erasure import erase_forgotten, take_salts
from sendersync.state.upkeep.merge import KEPT_FOR_EVER, lift_again, take_place_of_source, take_rows

FENCE_LEAP: Final = 1_000_000
"""More runs than a sync has between a backup and its restore."""


class Present(StrEnum):
    """What was found in the state's place."""

    SOUND = "sound"
    DAMAGED = "damaged"
    MISSING = "missing"


@dataclass
class Restored:
    """What a restore did.

    Attributes:
        present: What was found in the state's place.
        aside: Where that is kept now; None where there was nothing.
        kept: Table to rows that only the present state had; they are kept.
        taken: Table to rows that only the copy had.
        unreadable: Tables of a damaged present state that could not be read.
        erased: People of the copy who had been erased since, and are erased again.
        blind: Nothing says what was done since the copy was made.
        other_state: The copy is one of another state than the present one.
    """

    present: Present
    aside: Path | None = None
    kept: dict[str, int] = field(default_factory=dict)
    taken: dict[str, int] = field(default_factory=dict)
    unreadable: list[str] = field(default_factory=list)
    erased: int = 0
    blind: bool = False
    other_state: bool = False


def restore(url: str, file: Path) -> Restored:
    """Takes a copy back into the state's place.

    Args:
        url: Address of the present state.
        file: A copy by `write_copy`, of this version or an older one; it stays as it is.

    Raises:
        WrongUse: The file is no copy, or another program's file lies in the state's place.
        RunActive: A run is active.
        RunFailed: The copy is damaged; nothing was changed.
    """
    with _opened_copy(file) as copy:
        path = sqlite_path(url)
        path = path.resolve() if path is not None else None
        if path is not None and (not path.exists() or _is_damaged(path)):
            return _in_place_of(path, copy)
        present = open_current(url, read_only=False)
        try:
            return _into(present, copy, file)
        finally:
            present.close()


@contextmanager
def _opened_copy(file: Path) -> Iterator[Database]:
    if not file.is_file():
        raise WrongUse("There is no such file.", where=str(file), do="Name a backup.")
    try:
        copy = open_current(URL.create("sqlite", database=str(file)), read_only=True)
    except NotAState:  # its advice is about the state
        raise WrongUse(
            "This file is no copy of a state. Nothing was changed.",
            where=str(file),
            do="Name one that `sendersync backup` wrote.",
        ) from None
    try:
        if not copy.read(_is_sound):
            raise RunFailed(
                "This copy is damaged. Nothing was changed.",
                where=str(file),
                do="Take an older one.",
            )
        yield copy
    finally:
        copy.close()


def _is_sound(connection: Connection) -> bool:
    return connection.exec_driver_sql("PRAGMA quick_check(1)").scalar() == "ok"


def _is_damaged(path: Path) -> bool:
    """Whether a file that is, or was, a state cannot be used; others than ours raise."""
    if not path.stat().st_size:
        return True
    try:
        found = open_current(URL.create("sqlite", database=str(path)), read_only=True)
    except RunFailed:
        return True
    except WrongUse:
        if _has_tables_of_ours(path):
            return True
        raise
    try:
        return not found.read(_is_sound)
    except RunFailed:
        return True
    finally:
        found.close()


def _has_tables_of_ours(path: Path) -> bool:
    try:
        found = connect(URL.create("sqlite", database=str(path)), read_only=True)
        try:
            return bool(found.read(copies.count_rows))
        finally:
            found.close()
    except SendersyncError:
        return False


def _into(present: Database, copy: Database, file: Path) -> Restored:
    """Makes a sound present state and the copy one."""
    aside = copies.name_beside(present.file or file, "before-restore")
    done = Restored(Present.SOUND, aside)

    def work(target: Connection) -> None:
        _refuse_active(target, present)
        before = copies.count_rows(target)
        done.blind = not before[RUNS.name]
        copy.read(lambda source: _merge(present, target, source, done, before))

    present.read(lambda connection: _refuse_active(connection, present))
    copies.write_copy(present, aside)
    present.write(work)
    return done


def _merge(
    present: Database,
    target: Connection,
    source: Connection,
    done: Restored,
    before: dict[str, int],
) -> None:
    done.other_state = _state_id(target) != _state_id(source)
    done.blind = done.blind or done.other_state
    of_copy = copies.count_rows(source)
    was_erased = bool(before[FORGOTTEN.name])
    for table in KEPT_FOR_EVER:
        # as below: nobody can be found in rejected rows by a hash
        if table is not REJECTS or not was_erased:
            take_rows(present, target, source, table, replace=False)
    take_salts(target, source)
    take_place_of_source(present, target, source, set(source.scalars(select(SYNCS.c.sync))))
    after = copies.count_rows(target)
    done.kept = {table.name: after[table.name] - of_copy[table.name] for table in KEPT_FOR_EVER}
    done.taken = {table.name: after[table.name] - before[table.name] for table in KEPT_FOR_EVER}
    _end(target, done)


def _in_place_of(path: Path, copy: Database) -> Restored:
    """Puts the copy into the place of a state that is not there, or is damaged."""
    made = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    sqlite_file.make_private(made)
    made.unlink()
    copies.write_copy(copy, made)
    try:
        target = connect(URL.create("sqlite", database=str(made)), read_only=False)
        try:
            done = _rescued(path, target)
        finally:
            target.close()
        if path.exists():
            done.aside = copies.name_beside(path, "damaged")
            _move_aside(path, done.aside)
        if not sqlite_file.place_new(made, path):
            raise WrongUse(
                "Something has appeared in the state's place meanwhile; it is left as it is.",
                where=str(path),
                do="Restore again.",
            )
    finally:
        made.unlink(missing_ok=True)
    return done


def _rescued(path: Path, target: Database) -> Restored:
    """Takes what a damaged state still says into the copy that replaces it."""
    done = Restored(Present.DAMAGED if path.exists() else Present.MISSING)
    before = target.read(copies.count_rows)
    damaged: Database | None = None
    try:
        if path.exists() and path.stat().st_size:
            damaged = connect(URL.create("sqlite", database=str(path)), read_only=True)
            _refuse_active_of_damaged(damaged)
            _rescue(damaged, target, done)
        else:
            done.blind = True
    except RunFailed:
        done.blind = True
        done.unreadable = [table.name for table in KEPT_FOR_EVER]
    finally:
        if damaged is not None:
            damaged.close()

    def end(connection: Connection) -> None:
        after = copies.count_rows(connection)
        if after[FORGOTTEN.name] > before[FORGOTTEN.name]:
            # rejected rows are the source's own cells: nobody can be found in them by a hash
            connection.execute(delete(REJECTS))
        done.kept = {name: after[name] - before[name] for name in before}
        done.taken = before
        _end(connection, done)

    target.write(end)
    return done


def _rescue(damaged: Database, target: Database, done: Restored) -> None:
    def take(table: Table, to: Connection, source: Connection) -> None:
        if table is META:
            done.other_state = _state_id(to) != _state_id(source)
            take_salts(to, source)
        else:
            take_rows(target, to, source, table, replace=True)

    for table in (META, *KEPT_FOR_EVER):
        try:
            target.write(partial(_read_from, damaged, partial(take, table)))
        except SendersyncError:  # what cannot be read is named, and the rest is kept
            done.unreadable.append(table.name)
            done.blind = True


def _read_from(
    source: Database, take: Callable[[Connection, Connection], None], target: Connection
) -> None:
    source.read(lambda connection: take(target, connection))


def _refuse_active_of_damaged(damaged: Database) -> None:
    try:
        damaged.read(lambda connection: _refuse_active(connection, damaged))
    except RunActive:
        raise
    except SendersyncError:
        return  # its leases cannot be read; the fences are raised all the same


def _refuse_active(connection: Connection, database: Database) -> None:
    for sync, holder in active_holders(connection, database):
        raise RunActive(
            f"A run of {sync} is active on {holder.host_name} (process {holder.pid}). Nothing was "
            "changed.",
            where=database.where,
            do="Let it finish, or end that process; then restore again.",
        )


def _end(target: Connection, done: Restored) -> None:
    """Erases who was erased, takes back what no longer holds, and raises the fences."""
    lift_again(target)
    done.erased = erase_forgotten(target)
    if done.present is not Present.SOUND:  # permissions of a moment that has passed
        target.execute(delete(RELEASED))
        target.execute(update(PLANNED_ADDS).values(held=1))
    highest = max(
        int(target.scalar(select(func.max(column))) or 0)
        for column in (LEASES.c.fence, RUNS.c.fence)
    )
    base = highest + FENCE_LEAP
    target.execute(update(LEASES).values(fence=base, expires_at=0.0))
    _set(target, FENCE_BASE, str(base))
    if done.blind:
        _set(target, RESTORED_BLIND, str(base))
    revisions.bump(target)


def _set(target: Connection, name: str, value: str) -> None:
    target.execute(delete(META).where(META.c.name == name))
    target.execute(insert(META).values(name=name, value=value))


def _state_id(connection: Connection) -> str:
    return str(connection.scalar(select(META.c.value).where(META.c.name == "state_id")))


def _move_aside(path: Path, aside: Path) -> None:
    path.replace(aside)
    aside.chmod(0o600)
    for ending in ("-journal", "-wal", "-shm"):
        companion = path.with_name(path.name + ending)
        if companion.exists():
            companion.replace(aside.with_name(aside.name + ending))
