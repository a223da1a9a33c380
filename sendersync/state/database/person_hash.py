"""A keyed hash that stands for a person where their name must not."""

from __future__ import annotations

from hashlib import blake2b

from sqlalchemy import Connection, select

from sendersync.state.database.tables import META


def salt(connection: Connection) -> bytes:
    """The key of this state's hashes: without it nobody can try names."""
    return bytes.fromhex(str(connection.scalar(select(META.c.value).where(META.c.name == "salt"))))


def person_hash(salt: bytes, name: str) -> str:
    """Of a phone (E.164), an e-mail or a key; capitals are no matter."""
    return blake2b(name.casefold().encode(), key=salt, digest_size=16).hexdigest()
