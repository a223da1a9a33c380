"""Revisions: a version stamp of each sync's members, by which a cache knows that it is stale.

It changes with every transaction that moves a member or a suppression, and with nothing else, so a
lease renewed or a run begun leaves a cache valid.
"""

from __future__ import annotations

import secrets

from sqlalchemy import Connection, Integer, Text, Update, bindparam, literal_column, select, update

from sendersync.state.database.engine import Database
from sendersync.state.database.tables import META, SYNCS


def bump(connection: Connection, sync: str | None = None) -> None:
    """Marks one sync as changed, or all of them.

    Last in its transaction: on Postgres others wait for this row until it is committed.
    """
    if sync is None:
        connection.execute(_changed(), {"new_stamp": secrets.token_hex(4)})
    else:
        connection.execute(
            _changed().where(SYNCS.c.sync == sync), {"new_stamp": secrets.token_hex(4)}
        )


class Bump:
    """The same for one sync, compiled once: the ledger does it with every record."""

    def __init__(self, database: Database) -> None:
        """Compiles it."""
        statement = _changed().where(SYNCS.c.sync == bindparam("of_sync", type_=Text()))
        self._prepared = database.prepare(statement, ("of_sync", "new_stamp"))

    def one(self, connection: Connection, sync: str) -> None:
        """See `bump`."""
        self._prepared.one(connection, (sync, secrets.token_hex(4)))


def _changed() -> Update:
    one = literal_column("1", Integer())
    return update(SYNCS).values(
        revision=SYNCS.c.revision + one, stamp=bindparam("new_stamp", type_=Text())
    )


def read(connection: Connection, sync: str) -> str:
    """State, number and random stamp as one text; equal texts mean that nothing has changed."""
    state = connection.scalar(select(META.c.value).where(META.c.name == "state_id"))
    row = connection.execute(
        select(SYNCS.c.revision, SYNCS.c.stamp).where(SYNCS.c.sync == sync)
    ).first()
    return f"{state}/{row[0]}/{row[1]}" if row else f"{state}/0/"
