"""Orders of the do-not-contact list that came with one imported list, taken off together."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, select, update

from sendersync.state import revisions
from sendersync.state.database.engine import Database
from sendersync.state.database.tables import SUPPRESSIONS
from sendersync.state.suppressions import lift_order


class OfImport(NamedTuple):
    """The orders of one imported list that are on the do-not-contact list.

    Attributes:
        alone: Given by this import and by nobody else.
        shared: Given by another import too: they stay.
        origin: The file.
        since: When it was imported, ISO, UTC.
    """

    alone: int
    shared: int
    origin: str = ""
    since: str = ""


class ImportedOrders:
    """What `suppress import` has put on the list."""

    def __init__(self, database: Database) -> None:
        """On an open database."""
        self._database = database

    def of(self, name: str) -> OfImport:
        """What is on the list of one import; its name as `suppress import` gave it."""
        rows = self._database.read(lambda connection: _rows(connection, name))
        alone = [row for row in rows if row.run == name]
        first = min(alone, key=lambda row: row.created_at, default=None)
        return OfImport(
            len(alone),
            len(rows) - len(alone),
            first.origin if first else "",
            first.created_at if first else "",
        )

    def lift(self, name: str, *, who: str, why: str) -> int:
        """Takes off what this import alone has ordered; all of it stays on record.

        Args:
            name: Of the import.
            who: Who does it.
            why: Their reason.

        Returns:
            How many orders there were.
        """

        def work(connection: Connection) -> int:
            gone = 0
            for row in _rows(connection, name):
                others = [each for each in row.run.split() if each != name]
                if others:
                    this = (
                        SUPPRESSIONS.c.phone == row.phone,
                        SUPPRESSIONS.c.sender_code == row.sender_code,
                    )
                    left = update(SUPPRESSIONS).where(*this).values(run=" ".join(others))
                    connection.execute(left)
                else:
                    gone += lift_order(connection, row.phone, row.sender_code, who, why)
            if gone:
                revisions.bump(connection)
            return gone

        return self._database.write(work)


class _Row(NamedTuple):
    phone: str
    sender_code: str
    origin: str
    created_at: str
    run: str


def _rows(connection: Connection, name: str) -> list[_Row]:
    columns = (SUPPRESSIONS.c[each] for each in _Row._fields)
    query = select(*columns).where(SUPPRESSIONS.c.run.contains(name, autoescape=True))
    found = (_Row(*row) for row in connection.execute(query))
    return [row for row in found if name in row.run.split()]
