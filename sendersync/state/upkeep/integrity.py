"""What is wrong with a state, and what of it can be fixed without guessing.

A look changes nothing. Fixing does only what cannot take an order, an erasure or a call away from
the state; for all else there is a backup.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import (
    Connection,
    Table,
    delete,
    exists,
    func,
    insert,
    inspect,
    select,
    update,
)

from schemas.errors import RunActive, RunFailed
from schemas.wording import counted
from sendersync.state import revisions
from sendersync.state.database import copies
from sendersync.state.database.engine import Database
from sendersync.state.database.migrations import lost_tables, open_current
from sendersync.state.database.tables import (
    ACCOUNTS,
    APPROVALS,
    CURSORS,
    DECISIONS,
    DEPARTURES,
    KNOWN_REJECTS,
    MEMBERS,
    METADATA,
    OPERATIONS,
    PENDING,
    PLANNED_ADDS,
    RATE_BUDGETS,
    READINGS,
    REJECTS,
    RELEASED,
    RUNS,
    SYNCS,
)
from sendersync.state.lease.lease import active_holders

REBUILT: Final = (
    *(CURSORS, PENDING, READINGS, KNOWN_REJECTS, PLANNED_ADDS, RELEASED, DEPARTURES, DECISIONS),
    *(REJECTS, RATE_BUDGETS, ACCOUNTS),
)
"""Tables whose loss only makes the next run ask or read more; an empty one may take their place."""

A_LITTLE: Final = timedelta(hours=1)
"""So much may the clocks of two machines differ that share a state."""

_OF_AN_INDEX: Final = re.compile(r"index (sendersync_\w+)$")

Fix = Callable[[Connection], None]


@dataclass(frozen=True)
class Damage:
    """One thing that is wrong.

    Attributes:
        what: What it is, for people; without anybody's data.
        do: What fixing does about it, or what a person has to do.
        fix: Does it; None where it cannot be fixed.
    """

    what: str
    do: str
    fix: Fix | None = None


@dataclass(frozen=True)
class StateCheck:
    """What was found.

    Attributes:
        where: The state.
        findings: What is wrong.
        fixed: It has been fixed, as far as that can be.
        aside: The copy that was made before fixing.
    """

    where: str
    findings: tuple[Damage, ...]
    fixed: bool = False
    aside: Path | None = None


def look(url: str) -> StateCheck:
    """Looks through the whole state; changes nothing.

    Raises:
        WrongUse: There is no state that could be looked into: 0 bytes, another program's file.
        RunFailed: It cannot be read at all.
    """
    database = open_current(url, read_only=True, whole=False)
    try:
        return StateCheck(database.where, _found(database))
    finally:
        database.close()


def fix(url: str, folder: Path) -> StateCheck:
    """Fixes what can be, in one transaction, after a copy of the state has been made.

    Args:
        url: The state.
        folder: Where the copy of a Postgres state is put; that of a file lies beside it.

    Raises:
        RunActive: A run is active.
    """
    database = open_current(url, read_only=False, whole=False)
    try:
        found = _found(database)
        if not any(each.fix for each in found):
            return StateCheck(database.where, found)
        aside = copies.name_beside(database.file or folder / "sendersync-state", "before-fix")
        copies.write_copy(database, aside, checked=False)
        database.write(lambda connection: _fix(connection, database))
        return StateCheck(database.where, found, fixed=True, aside=aside)
    finally:
        database.close()


def _found(database: Database) -> tuple[Damage, ...]:
    try:
        return tuple(database.read(_findings))
    except RunFailed as error:  # pages so damaged that not even a check can read them
        do = "This cannot be fixed: `sendersync restore FILE` takes a backup."
        return (Damage(error.what, do),)


def _fix(connection: Connection, database: Database) -> None:
    for sync, holder in active_holders(connection, database):
        raise RunActive(
            f"A run of {sync} is active on {holder.host_name} (process {holder.pid}).",
            where=database.where,
            do="Let it finish, or end that process; then fix.",
        )
    for finding in list(_findings(connection)):
        if finding.fix is not None:
            finding.fix(connection)
    revisions.bump(connection)


def _findings(connection: Connection) -> list[Damage]:
    if connection.dialect.name == "sqlite":
        pages = list(_pages(connection))
        if any(each.fix is None for each in pages):
            return pages  # what is read from such pages proves nothing
    else:
        pages = []
    found = [*pages, *_lost(connection), *_lost_indexes(connection)]
    lost = {table.name for table in lost_tables(connection)}
    columns = list(_lost_columns(connection, lost))
    if columns or lost & {SYNCS.name, RUNS.name, MEMBERS.name, OPERATIONS.name}:
        return [*found, *columns]
    return [*found, *_orphans(connection, lost), *_of_the_future(connection, lost)]


def _pages(connection: Connection) -> Iterator[Damage]:
    said = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA integrity_check(100)")]
    if said == ["ok"]:
        return
    indexes = {found[1] for line in said if (found := _OF_AN_INDEX.search(line))}
    known = {index.name for table in METADATA.sorted_tables for index in table.indexes}
    others = [line for line in said if not _OF_AN_INDEX.search(line)]
    if others or not indexes <= known:
        yield Damage(
            "Pages of the file are damaged.",
            "This cannot be fixed: `sendersync restore FILE` takes a backup, and keeps what can "
            "still be read here.",
        )
        return
    for name in sorted(indexes):

        def rebuild(connection: Connection, name: str = name) -> None:
            connection.exec_driver_sql(f"REINDEX {name}")

        yield Damage(f"The index {name} does not fit its table.", "It is built anew.", rebuild)


def _lost(connection: Connection) -> Iterator[Damage]:
    for table in lost_tables(connection):
        if table not in REBUILT:
            yield Damage(
                f"The table {table.name} is missing.",
                "This cannot be fixed: `sendersync restore FILE` takes it from a backup.",
            )
            continue

        def make(connection: Connection, table: Table = table) -> None:
            table.create(connection)
            if table is PENDING:  # what was pending is read again, by reading everything
                connection.execute(delete(CURSORS))

        yield Damage(
            f"The table {table.name} is missing.",
            "An empty one is made: the next run asks, or reads, more.",
            make,
        )


def _lost_indexes(connection: Connection) -> Iterator[Damage]:
    there = inspect(connection)
    lost = {table.name for table in lost_tables(connection)}
    for table in METADATA.sorted_tables:
        names = set() if table.name in lost else {i["name"] for i in there.get_indexes(table.name)}
        for index in table.indexes:
            if table.name not in lost and index.name not in names:
                yield Damage(f"The index {index.name} is missing.", "It is made.", index.create)


def _lost_columns(connection: Connection, lost: set[str]) -> Iterator[Damage]:
    there = inspect(connection)
    for table in METADATA.sorted_tables:
        if table.name in lost:
            continue
        names = {column["name"] for column in there.get_columns(table.name)}
        for name in sorted({column.name for column in table.columns} - names):
            yield Damage(
                f"The table {table.name} has lost its column {name}.",
                "This cannot be fixed: `sendersync restore FILE` takes it from a backup.",
            )


def _orphans(connection: Connection, lost: set[str]) -> Iterator[Damage]:
    """Rows that point to a run or a sync that is not there."""
    yield from _syncs_not_there(connection)
    yield from _runs_not_there(connection)
    for table, name in ((REJECTS, "rejected row"), (APPROVALS, "approval")):
        if table.name in lost:
            continue
        alone = ~exists().where(RUNS.c.id == table.c.run_id)
        count = int(connection.scalar(select(func.count()).select_from(table).where(alone)) or 0)
        if not count:
            continue
        what = f"{counted(count, name)} of a run that is not there."

        def drop(connection: Connection, table: Table = table, alone: Any = alone) -> None:
            connection.execute(delete(table).where(alone))

        yield Damage(what, "They are deleted: they let nothing go, and stop nobody.", drop)


def _of_the_future(connection: Connection, lost: set[str]) -> Iterator[Damage]:
    """Runs that begin later than now: a clock was ahead when they ran, or is behind today."""
    now = datetime.now(UTC)
    later = _text(now + A_LITTLE)
    query = select(RUNS.c.id, RUNS.c.started_at).where(RUNS.c.started_at > later)
    runs = connection.execute(query.order_by(RUNS.c.started_at, RUNS.c.id)).all()
    if not runs:
        return

    def date_back(connection: Connection) -> None:
        for place, run in enumerate(runs):  # in the order in which they were
            at = _text(now - timedelta(milliseconds=len(runs) - place))
            connection.execute(update(RUNS).where(RUNS.c.id == run.id).values(started_at=at))
        for table, column, value in (
            (DEPARTURES, DEPARTURES.c.noticed_at, now.isoformat()),
            (RELEASED, RELEASED.c.at, _text(now)),
            (CURSORS, CURSORS.c.full_at, ""),  # the next read is a full one
        ):
            if table.name not in lost:
                change = update(table).where(column > later).values({column.name: value})
                connection.execute(change)

    yield Damage(
        f"{counted(len(runs), 'run begins', 'runs begin')} later than today "
        f"({runs[-1].started_at[:10]}): the clock was ahead then, or is behind now.",
        "If the clock is right now, fixing gives them today's date. If not: set it first.",
        date_back,
    )


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")


def _syncs_not_there(connection: Connection) -> Iterator[Damage]:
    for table, name in ((MEMBERS, "member"), (RUNS, "run")):
        alone = ~exists().where(SYNCS.c.sync == table.c.sync)
        of_sync = select(table.c.sync, func.count()).where(alone).group_by(table.c.sync)
        for sync, count in connection.execute(of_sync).all():

            def make(connection: Connection, sync: str = sync) -> None:
                if connection.scalar(select(SYNCS.c.sync).where(SYNCS.c.sync == sync)) is None:
                    new = insert(SYNCS).values(sync=sync, revision=0, stamp="")
                    connection.execute(new)

            what = f"{counted(count, name)} of the sync {sync}, which the state does not know."
            yield Damage(what, "The sync is known again, with its people.", make)


def _runs_not_there(connection: Connection) -> Iterator[Damage]:
    """Calls without their run: an intent among them may have been sent, and nobody asks again."""
    alone = ~exists().where(RUNS.c.id == OPERATIONS.c.run_id)
    query = select(OPERATIONS.c.run_id, func.count()).where(alone).group_by(OPERATIONS.c.run_id)
    for run, count in connection.execute(query).all():
        mine = OPERATIONS.c.run_id == run
        open_ones = select(func.count()).where(mine, OPERATIONS.c.state == "intent")
        intended = int(connection.scalar(open_ones) or 0)
        syncs = sorted(
            set(connection.scalars(select(MEMBERS.c.sync).where(MEMBERS.c.run_id == run)))
        )
        what = f"{counted(count, 'call')} of the run {run}, which is not there"
        what += f"; {intended:,} of them without an answer." if intended else "."
        if len(syncs) != 1:
            yield Damage(
                what,
                "Nothing says of which sync that run was: `sendersync restore FILE` takes it from "
                "a backup."
                if intended
                else "Nothing asks for them; they may stay.",
            )
            continue

        def make(connection: Connection, run: str = run, sync: str = syncs[0]) -> None:
            began = f"{run[:10]}T{run[11:19].replace('-', ':')}.000+00:00"
            connection.execute(
                insert(RUNS).values(id=run, sync=sync, command="run", started_at=began, fence=0)
            )

        yield Damage(what, f"The run is known again, as one of {syncs[0]} that died.", make)
