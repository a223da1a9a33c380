"""SQLite as all our engines speak it: a statement is compiled once a process, not once a run.

An engine of SQLAlchemy keeps what it has compiled, under its own dialect, and every run opens the
state anew: half of what it asks would be compiled again, a millisecond each.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache

SQLITE: Final = "sqlite+sendersync://"
"""Address of an engine; the file is what its `creator` opens."""

COMPILED: Final[LRUCache[Any, Any]] = LRUCache(500)
"""What has been compiled, for the execution option `compiled_cache`."""


class OneDialect(SQLiteDialect_pysqlite):
    """All of them compile alike, so they are one to whoever looks something up."""

    supports_statement_cache = True

    def __eq__(self, other: object) -> bool:
        """Whether a statement that the other one has compiled serves here."""
        return isinstance(other, OneDialect)

    def __hash__(self) -> int:
        """One for all."""
        return hash(OneDialect)


registry.register("sqlite.sendersync", __name__, OneDialect.__name__)
