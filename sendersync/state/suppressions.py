"""Suppressions: standing orders that a phone must not be added, by any sync, from any source."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence

import pandas as pd
import pyarrow as pa
from sqlalchemy import Connection, Text, bindparam, case, delete, func, select
from sqlalchemy.dialects.postgresql import ARRAY

from schemas.errors import WrongUse
from schemas.frames import PEOPLE
from schemas.masking import mask_phone
from schemas.member_status import MAY_RECEIVE, UNPROVEN_STOPS
from sendersync.state import revisions
from sendersync.state.database import bulk_upsert
from sendersync.state.database.clock import now_text
from sendersync.state.database.engine import Database
from sendersync.state.database.read_frame import read_frame
from sendersync.state.database.tables import MEMBERS, SUPPRESSED_KEYS, SUPPRESSIONS

_E164 = re.compile(r"\+[1-9]\d{1,14}", re.ASCII)


class SuppressionLookup:
    """Which of some phones are suppressed, compiled once: the ledger asks before every call."""

    def __init__(self, database: Database) -> None:
        """Compiles it."""
        if database.postgres:
            given = func.unnest(bindparam("phones", type_=ARRAY(Text())))
            listed = given.table_valued("value").render_derived()
            self._given: Callable[[Sequence[str]], object] = list
        else:
            listed = func.json_each(bindparam("phones", type_=Text())).table_valued("value")
            self._given = json.dumps
        query = select(SUPPRESSIONS.c.phone).where(
            SUPPRESSIONS.c.phone.in_(select(listed.c.value.cast(Text())))
        )
        self._prepared = database.prepare(query, ("phones",))

    def find(self, connection: Connection, phones: Sequence[str]) -> frozenset[str]:
        """Those of `phones` that are suppressed at this moment."""
        found = self._prepared.one(connection, (self._given(phones),))
        return frozenset(found.scalars())


class Suppressions:
    """The do-not-contact list."""

    def __init__(self, database: Database) -> None:
        """On an open database."""
        self._database = database

    def all(self) -> pd.DataFrame:
        """`phone`, `origin`, `reason`, `run`, `created_at`, all `str`, in order of the phone."""
        names = ("phone", "origin", "reason", "run", "created_at")
        query = select(*(SUPPRESSIONS.c[name] for name in names)).order_by(SUPPRESSIONS.c.phone)
        return self._database.read(lambda connection: read_frame(connection, query))

    def may_receive(self) -> pd.DataFrame:
        """Suppressed phones that may still receive texts.

        The order alone stops nobody; a run, or a stop list, does.

        Returns:
            `phone`, `sender_code`, each pair once; `subscribed` (int64): 1 where some sync's member
            is subscribed, 0 where all that is known is a stop without proof.
        """
        subscribed = MEMBERS.c.standing.in_([each.value for each in MAY_RECEIVE - UNPROVEN_STOPS])
        pair = (MEMBERS.c.phone, MEMBERS.c.sender_code)
        query = (
            select(*pair, func.max(case((subscribed, 1), else_=0)).label("subscribed"))
            .join(SUPPRESSIONS, SUPPRESSIONS.c.phone == MEMBERS.c.phone)
            .where(MEMBERS.c.standing.in_([each.value for each in MAY_RECEIVE]))
            .group_by(*pair)
            .order_by(MEMBERS.c.sender_code, MEMBERS.c.phone)
        )
        return self._database.read(lambda connection: read_frame(connection, query))

    def add(
        self, phones: Iterable[str], *, origin: str, reason: str, run: str | None = None
    ) -> int:
        """Suppresses phones; one that is suppressed already keeps its first origin and date.

        Args:
            phones: E.164 with plus.
            origin: Where the order came from: a file, a sync, a person's command.
            reason: Why, in a word or a sentence.
            run: The run that found it, if one did.

        Returns:
            How many were not suppressed before.

        Raises:
            WrongUse: One is not E.164: it would silently never match, so none is kept.
        """
        wanted = sorted(set(phones))
        for phone in wanted:
            if not _E164.fullmatch(phone):
                raise WrongUse(
                    f"{mask_phone(phone)} is not a phone in the international form.",
                    where="the do-not-contact list",
                    do="Write it with plus and country code. Nothing was added.",
                )
        at = now_text()
        rows = pa.table(
            {
                "phone": pa.array(wanted, pa.string()),
                "origin": pa.array([origin] * len(wanted), pa.string()),
                "reason": pa.array([reason] * len(wanted), pa.string()),
                "run": pa.array([run or ""] * len(wanted), pa.string()),
                "created_at": pa.array([at] * len(wanted), pa.string()),
            }
        )

        def work(connection: Connection) -> int:
            new = bulk_upsert.put(self._database, connection, SUPPRESSIONS, rows)
            if new:
                revisions.bump(connection)
            return new

        return self._database.write(work)

    def add_keys(self, sync: str, people: pd.DataFrame, *, run: str) -> None:
        """Keeps the keys that came with a stop: within this sync they are the same person.

        Args:
            sync: The sync whose keys they are.
            people: `PEOPLE`, each key once; `phone` is the number of the row that said stop.
            run: The run that found them.
        """
        PEOPLE.require(people)
        texts = {
            **{name: people[name].tolist() for name in PEOPLE.names},
            "sync": [sync] * len(people),
            "run": [run] * len(people),
            "created_at": [now_text()] * len(people),
        }
        rows = pa.table({name: pa.array(each, pa.string()) for name, each in texts.items()})

        def work(connection: Connection) -> None:
            if bulk_upsert.put(self._database, connection, SUPPRESSED_KEYS, rows):
                revisions.bump(connection)

        if len(people):
            self._database.write(work)

    def keys_of(self, sync: str) -> frozenset[str]:
        """Keys of this sync that came with a stop."""
        query = select(SUPPRESSED_KEYS.c.key).where(SUPPRESSED_KEYS.c.sync == sync)
        return self._database.read(lambda connection: frozenset(connection.scalars(query)))

    def remove(self, phone: str) -> bool:
        """Lifts the order for one phone, and for the keys that came with it.

        Returns:
            False when there was none.
        """

        def work(connection: Connection) -> bool:
            gone = delete(SUPPRESSIONS).where(SUPPRESSIONS.c.phone == phone)
            if not connection.execute(gone).rowcount:
                return False
            connection.execute(delete(SUPPRESSED_KEYS).where(SUPPRESSED_KEYS.c.phone == phone))
            revisions.bump(connection)
            return True

        return self._database.write(work)
