"""A realm in a SQLite file, so that a sandbox that was killed comes back as it was."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sandbox.sms.realm import Realm


class SavedRealm:
    """The file behind a realm.

    Every change is committed before its call is answered. ``synchronous=OFF`` is enough
    against a killed process, which is what tests do; it is not meant to survive a power
    cut. Calls, counters, faults and switches are not kept.
    """

    def __init__(self, path: Path) -> None:
        """Opens or makes the file.

        Raises:
            sqlite3.DatabaseError: the file is something else, also another program's database.
        """
        # isolation_level=None: every statement is its own transaction.
        self._db = sqlite3.connect(path, isolation_level=None)
        found = self._db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        if {name for (name,) in found} - {"records"}:
            self._db.close()
            raise sqlite3.DatabaseError("it is the database of another program")
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=OFF")
        self._db.execute(
            "CREATE TABLE IF NOT EXISTS records (kind TEXT NOT NULL, key TEXT NOT NULL,"
            " body TEXT NOT NULL, PRIMARY KEY (kind, key))"
        )

    def keep(self, kind: str, key: str, record: Any) -> None:
        """Writes one record, or removes it."""
        if record is None:
            self._db.execute("DELETE FROM records WHERE kind = ? AND key = ?", (kind, key))
        else:
            body = record if isinstance(record, dict) else asdict(record)
            self._db.execute(
                "INSERT INTO records VALUES (?, ?, ?)"
                " ON CONFLICT (kind, key) DO UPDATE SET body = excluded.body",
                (kind, key, json.dumps(body)),
            )

    def load(self, realm: Realm) -> None:
        """Puts what the file holds into the realm, in the order it was first kept."""
        for kind, body in self._db.execute("SELECT kind, body FROM records ORDER BY rowid"):
            realm.restore(kind, json.loads(body))

    def clear(self) -> None:
        """Removes everything."""
        self._db.execute("DELETE FROM records")

    def close(self) -> None:
        """Closes the file."""
        self._db.close()
