"""An insert that says what to do when the row is there already, in the dialect of the database."""

from __future__ import annotations

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite

from sendersync.state.database.engine import Database


def upsert(database: Database, table: Any) -> Any:
    """An insert that knows `ON CONFLICT`."""
    make: Any = postgresql.insert if database.postgres else sqlite.insert
    return make(table)
