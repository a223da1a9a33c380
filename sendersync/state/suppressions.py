"""Suppressions: standing orders that a phone must not be added, by any sync, from any source.

An order holds for all sender codes, or for one alone. One that was taken off the list stays on
record: who did it, when and why. An order of an imported list belongs to the import until somebody
else gives it too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence, Set
from typing import Any, Final

import pandas as pd
import pyarrow as pa
from sqlalchemy import (
    Connection,
    Text,
    bindparam,
    case,
    delete,
    func,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY

from schemas.errors import WrongUse
from schemas.frames import LIFTED as LIFTED_FRAME
from schemas.frames import LISTED_AND_SUBSCRIBED, PEOPLE, STOPPED_KEYS
from schemas.frames import SUPPRESSIONS as FRAME
from schemas.masking import mask_phone
from schemas.member_status import MAY_RECEIVE, UNPROVEN_STOPS
from schemas.sync_keys.sender_code import plain_code
from sendersync.state import revisions
from sendersync.state.database import bulk_upsert
from sendersync.state.database.clock import now_text
from sendersync.state.database.engine import Database
from sendersync.state.database.read_frame import read_frame
from sendersync.state.database.tables import (
    LIFTED,
    MEMBERS,
    SUPPRESSED_KEYS,
    SUPPRESSIONS,
)

IMPORT_MARK: Final = "import-"
"""How the names of imported lists begin, which stand in `run`, with blanks between several."""

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
        query = select(SUPPRESSIONS.c.phone, SUPPRESSIONS.c.sender_code).where(
            SUPPRESSIONS.c.phone.in_(select(listed.c.value.cast(Text())))
        )
        self._prepared = database.prepare(query, ("phones",))

    def find(self, connection: Connection, phones: Sequence[str]) -> dict[str, list[str]]:
        """Those of `phones` that are suppressed at this moment, each with its orders' codes.

        An order's sender code is empty where it holds for all of them.
        """
        found: dict[str, list[str]] = {}
        rows: Any = self._prepared.one(connection, (self._given(phones),))
        for phone, sender_code in rows:
            found.setdefault(phone, []).append(sender_code)
        return found


class Suppressions:
    """The do-not-contact list."""

    def __init__(self, database: Database) -> None:
        """On an open database."""
        self._database = database

    def all(self) -> pd.DataFrame:
        """The whole list, in order of the phone: `schemas.frames.SUPPRESSIONS`."""
        columns = (SUPPRESSIONS.c[name] for name in FRAME.names)
        query = select(*columns).order_by(SUPPRESSIONS.c.phone, SUPPRESSIONS.c.sender_code)
        return self._database.read(lambda connection: read_frame(connection, query))

    def lifted(self) -> pd.DataFrame:
        """Orders that were taken off the list, in the order of time: `schemas.frames.LIFTED`."""
        columns = (LIFTED.c[name] for name in LIFTED_FRAME.names)
        query = select(*columns).order_by(LIFTED.c.lifted_at, LIFTED.c.phone, LIFTED.c.sender_code)
        return self._database.read(lambda connection: read_frame(connection, query))

    def may_receive(self) -> pd.DataFrame:
        """Suppressed phones that may still receive texts.

        The order alone stops nobody; a run, or a stop list, does.

        Returns:
            `LISTED_AND_SUBSCRIBED`: `ordered_for` is the order's own sender code (empty: all),
            `since` is of the order, UTC, `subscribed` 1 where some sync's member is subscribed, 0
            where all that is known is a stop without proof.
        """
        subscribed = MEMBERS.c.standing.in_([each.value for each in MAY_RECEIVE - UNPROVEN_STOPS])
        ordered_for = SUPPRESSIONS.c.sender_code.label("ordered_for")
        pair = (MEMBERS.c.phone, MEMBERS.c.sender_code, ordered_for)
        query = (
            select(
                *pair,
                func.min(SUPPRESSIONS.c.created_at).label("since"),
                func.max(case((subscribed, 1), else_=0)).label("subscribed"),
            )
            .join(SUPPRESSIONS, SUPPRESSIONS.c.phone == MEMBERS.c.phone)
            .where(MEMBERS.c.standing.in_([each.value for each in MAY_RECEIVE]))
            .group_by(MEMBERS.c.phone, MEMBERS.c.sender_code, SUPPRESSIONS.c.sender_code)
            .order_by(MEMBERS.c.sender_code, MEMBERS.c.phone)
        )
        found = self._database.read(lambda connection: read_frame(connection, query))
        LISTED_AND_SUBSCRIBED.require(found)
        return found

    def add(
        self,
        phones: Iterable[str],
        *,
        origin: str,
        reason: str,
        run: str | None = None,
        sender_code: str = "",
        follows: bool = False,
    ) -> int:
        """Suppresses phones; one that is suppressed already keeps its first origin and date.

        Where only an imported list had suppressed it, the new origin takes its place: whoever takes
        the import back leaves this one alone.

        Args:
            phones: E.164 with plus.
            origin: Where the order came from: a file, a sync, a person's command.
            reason: Why, in a word or a sentence.
            run: The run that found it, or the name of the import, if there is one.
            sender_code: The one that it holds for; empty: all of them.
            follows: From orders that are on the list already: nobody has given it anew.

        Returns:
            How many were not suppressed before, in the same way.

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
                "sender_code": pa.array([sender_code] * len(wanted), pa.string()),
                "origin": pa.array([origin] * len(wanted), pa.string()),
                "reason": pa.array([reason] * len(wanted), pa.string()),
                "run": pa.array([run or ""] * len(wanted), pa.string()),
                "created_at": pa.array([at] * len(wanted), pa.string()),
            }
        )

        def work(connection: Connection) -> int:
            new = bulk_upsert.put(self._database, connection, SUPPRESSIONS, rows)
            if new < len(wanted) and not follows:
                again = {"origin": origin, "reason": reason, "run": run or ""}
                _give_again(connection, frozenset(wanted), sender_code, again)
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

    def stopped_keys(self, sync: str) -> pd.DataFrame:
        """Keys of this sync that came with a stop: `schemas.frames.STOPPED_KEYS`."""
        columns = (SUPPRESSED_KEYS.c[name] for name in STOPPED_KEYS.names)
        query = select(*columns).where(SUPPRESSED_KEYS.c.sync == sync)
        query = query.order_by(SUPPRESSED_KEYS.c.key, SUPPRESSED_KEYS.c.sender_code)
        return self._database.read(lambda connection: read_frame(connection, query))

    def of(self, phone: str, sender_code: str = "") -> pd.DataFrame:
        """Orders for one phone: `schemas.frames.SUPPRESSIONS`.

        Args:
            phone: E.164.
            sender_code: Only those for this one alone, in any spelling; empty: all of them.
        """
        found = self.all()
        found = found.loc[found["phone"] == phone]
        if sender_code:
            same = found["sender_code"].map(plain_code) == plain_code(sender_code)
            found = found.loc[same & (found["sender_code"] != "")]
        return found

    def lift(self, orders: pd.DataFrame, *, who: str, why: str) -> int:
        """Takes orders off the list, and the keys that came with them; all of it stays on record.

        Args:
            orders: `phone`, `sender_code`.
            who: Who does it.
            why: Their reason.

        Returns:
            How many there were.
        """

        def work(connection: Connection) -> int:
            gone = 0
            for phone, sender_code in _pairs(orders):
                gone += lift_order(connection, phone, sender_code, who, why)
                came_with = SUPPRESSED_KEYS.c.phone == phone
                if sender_code:
                    came_with &= SUPPRESSED_KEYS.c.sender_code == sender_code
                connection.execute(delete(SUPPRESSED_KEYS).where(came_with))
            if gone:
                revisions.bump(connection)
            return gone

        return self._database.write(work)

    def let_back(
        self, sync: str, people: pd.DataFrame, orders: pd.DataFrame, keys: Collection[str], why: str
    ) -> None:
        """Ends the orders of people who agreed again, for the sender codes that they agreed to.

        An order for all codes stays in force on every other one that has members; orders of other
        syncs for the same person's key stay too.

        Args:
            sync: The sync whose source says so.
            people: Those that it adds: `phone`, `sender_code`, `key`.
            orders: Their orders: `SUPPRESSIONS`.
            keys: Their keys of this sync that came with a stop.
            why: For the record.
        """
        FRAME.require(orders)
        who = f"the sync {sync}"

        def work(connection: Connection) -> None:
            agreed = {*people["sender_code"]}
            codes = connection.scalars(select(MEMBERS.c.sender_code).distinct())
            others = [code for code in codes if code not in agreed]
            for phone, sender_code in _pairs(orders):
                for other in () if sender_code else others:
                    _copy_to(connection, phone, other)
                lift_order(connection, phone, sender_code, who, why)
            for phone, sender_code, key in people[["phone", "sender_code", "key"]].itertuples(
                index=False, name=None
            ):
                if key in keys:
                    _lift_key(connection, sync, key, (phone, sender_code, who, why))
            revisions.bump(connection)

        if len(orders) or keys:
            self._database.write(work)


def _pairs(orders: pd.DataFrame) -> list[tuple[str, str]]:
    return list(zip(orders["phone"], orders["sender_code"], strict=True))


def _give_again(
    connection: Connection, phones: Set[str], sender_code: str, order: Mapping[str, str]
) -> None:
    """Orders that only imported lists had given are those of whoever gives them once more."""
    imported = select(SUPPRESSIONS.c.phone, SUPPRESSIONS.c.run).where(
        SUPPRESSIONS.c.sender_code == sender_code, SUPPRESSIONS.c.run.startswith(IMPORT_MARK)
    )
    for phone, imports in connection.execute(imported).all():
        if phone not in phones or order["run"] in imports.split():
            continue
        given = {**order}
        if order["run"].startswith(IMPORT_MARK):
            given = {"run": f"{imports} {order['run']}"}
        this = (SUPPRESSIONS.c.phone == phone, SUPPRESSIONS.c.sender_code == sender_code)
        connection.execute(update(SUPPRESSIONS).where(*this).values(**given))


def lift_order(connection: Connection, phone: str, sender_code: str, who: str, why: str) -> int:
    """Takes one order off the list and keeps it on record, in a writing transaction."""
    this = (SUPPRESSIONS.c.phone == phone, SUPPRESSIONS.c.sender_code == sender_code)
    row = (*(SUPPRESSIONS.c[name] for name in FRAME.names), *map(literal, (now_text(), who, why)))
    connection.execute(insert(LIFTED).from_select([*LIFTED_FRAME.names], select(*row).where(*this)))
    return connection.execute(delete(SUPPRESSIONS).where(*this)).rowcount


def _copy_to(connection: Connection, phone: str, sender_code: str) -> None:
    """The order for all codes as one for this code, with its own origin and date."""
    kept: dict[str, Any] = {name: SUPPRESSIONS.c[name] for name in FRAME.names}
    kept["sender_code"] = literal(sender_code)
    there = select(SUPPRESSIONS.c.phone).where(
        SUPPRESSIONS.c.phone == phone, SUPPRESSIONS.c.sender_code == sender_code
    )
    if connection.execute(there).first() is None:
        wide = (SUPPRESSIONS.c.phone == phone, SUPPRESSIONS.c.sender_code == "")
        copied = select(*kept.values()).where(*wide)
        connection.execute(insert(SUPPRESSIONS).from_select([*kept], copied))


def _lift_key(
    connection: Connection, sync: str, key: str, lifted: tuple[str, str, str, str]
) -> None:
    """Takes a key off the list; it is recorded under the number that is added: its own may differ.

    Args:
        connection: In a writing transaction.
        sync: The sync whose key it is.
        key: The key.
        lifted: `phone` and `sender_code` that are added, `who` and `why`.
    """
    phone, sender_code, who, why = lifted
    this = (SUPPRESSED_KEYS.c.sync == sync, SUPPRESSED_KEYS.c.key == key)
    found = connection.execute(select(SUPPRESSED_KEYS).where(*this)).mappings().first()
    if found is None:
        return
    row = {
        "phone": phone,
        "sender_code": sender_code,
        "lifted_at": now_text(),
        "origin": sync,
        "reason": "the stop of this key",
        "run": found["run"],
        "created_at": found["created_at"],
        "who": who,
        "why": why,
    }
    connection.execute(insert(LIFTED).values(row))
    connection.execute(delete(SUPPRESSED_KEYS).where(*this))
