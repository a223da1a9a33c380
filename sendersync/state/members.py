"""Members: what the ledger knows of each phone on each sender code, in each sync."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
    update,
)
from sqlalchemy import Text as TextType
from sqlalchemy.dialects.postgresql import ARRAY

from schemas.frames import MEMBER_COLUMNS, SENT_COLUMNS, UNPROVEN_ELSEWHERE
from schemas.member_status import MAY_RECEIVE, UNPROVEN_STOPS, MemberStatus
from schemas.outcomes import Kind
from schemas.report import UnprovenCount
from sendersync.state import revisions
from sendersync.state.database import bulk_upsert
from sendersync.state.database.clock import now_text
from sendersync.state.database.engine import Database
from sendersync.state.database.read_frame import read_frame
from sendersync.state.database.tables import MEMBERS, OPERATIONS, SYNCS
from sendersync.state.one_off_names import SQL_PATTERN
from sendersync.state.runs import sync_of

_CHUNK = 50_000

_UNPROVEN = MEMBERS.c.standing.in_([each.value for each in UNPROVEN_STOPS])


class StandingAnywhere(NamedTuple):
    """What all syncs together know of phones on their sender codes; both may be true of one.

    Attributes:
        stopped: bool: some sync's member is stopped.
        subscribed: bool, with the same index: some sync's member may receive texts.
    """

    stopped: pd.Series[bool]
    subscribed: pd.Series[bool]


class Members:
    """The baseline of every diff."""

    def __init__(self, database: Database) -> None:
        """On an open database."""
        self._database = database

    def of(self, sync: str) -> pd.DataFrame:
        """All members of a sync, in any standing, with `MEMBER_COLUMNS`, in order of the key."""
        query = (
            select(*(MEMBERS.c[name] for name in MEMBER_COLUMNS))
            .where(MEMBERS.c.sync == sync)
            .order_by(MEMBERS.c.sender_code, MEMBERS.c.phone)
        )
        return self._database.read(lambda connection: read_frame(connection, query))

    def added(self, sync: str) -> pd.DataFrame:
        """In which order members were added: `ADDED`, without those whom no run of it has added."""
        ours = and_(
            OPERATIONS.c.run_id == MEMBERS.c.run_id,
            OPERATIONS.c.phone == MEMBERS.c.phone,
            OPERATIONS.c.sender_code == MEMBERS.c.sender_code,
        )
        query = (
            select(MEMBERS.c.phone, MEMBERS.c.sender_code, MEMBERS.c.run_id, OPERATIONS.c.number)
            .join(OPERATIONS, ours)
            .where(
                MEMBERS.c.sync == sync,
                OPERATIONS.c.kind == Kind.ADD.value,
                OPERATIONS.c.number >= 0,
            )
        )
        return self._database.read(lambda connection: read_frame(connection, query))

    def codes_elsewhere(self, sync: str) -> pd.Series[str]:
        """Sender codes of all other syncs' members, as they were sent, each once, in order."""
        code = MEMBERS.c.sender_code
        query = select(code).where(MEMBERS.c.sync != sync).distinct().order_by(code)
        return self._database.read(lambda connection: read_frame(connection, query))["sender_code"]

    def wanted_elsewhere(
        self, sync: str, pairs: pd.DataFrame, passed_over: Collection[str] = ()
    ) -> pd.Series[bool]:
        """Whether another sync still has a phone on that sender code.

        Args:
            sync: The sync that asks.
            pairs: `phone`, `sender_code`, with any index.
            passed_over: Syncs that are out of use.

        Returns:
            bool, with the index of `pairs`. Pseudo syncs of one-off commands do not count.
        """
        other = and_(
            MEMBERS.c.sync.not_in([sync, *passed_over]),
            MEMBERS.c.sync.not_like(SQL_PATTERN),
            MEMBERS.c.standing.in_([MemberStatus.SUBSCRIBED.value, MemberStatus.UNSURE.value]),
        )
        (wanted,) = self._any_member(pairs, other)
        return pd.Series(wanted, index=pairs.index, dtype=bool)

    def standing_anywhere(self, pairs: pd.DataFrame) -> StandingAnywhere:
        """What all syncs together, this one too, know of each phone on its sender code.

        Args:
            pairs: `phone`, `sender_code`, with any index.

        Returns:
            Both with the index of `pairs`.
        """
        found = self._any_member(
            pairs,
            MEMBERS.c.standing == MemberStatus.STOPPED.value,
            MEMBERS.c.standing.in_([each.value for each in MAY_RECEIVE]),
        )
        return StandingAnywhere(*(pd.Series(each, index=pairs.index, dtype=bool) for each in found))

    def subscribed_anywhere(self, pairs: pd.DataFrame) -> pd.Series[bool]:
        """Whether some sync has a phone on that sender code, and nobody asked to stop it there.

        Args:
            pairs: `phone`, `sender_code`, with any index.
        """
        standings = [each.value for each in MAY_RECEIVE - UNPROVEN_STOPS]
        (subscribed,) = self._any_member(pairs, MEMBERS.c.standing.in_(standings))
        return pd.Series(subscribed, index=pairs.index, dtype=bool)

    def known_anywhere(self, pairs: pd.DataFrame) -> pd.Series[bool]:
        """Whether some sync, import or adoption knows a phone on that sender code, in any standing.

        Args:
            pairs: `phone`, `sender_code`, with any index.
        """
        (known,) = self._any_member(pairs, MEMBERS.c.sync.is_not(None))
        return pd.Series(known, index=pairs.index, dtype=bool)

    def strangers(self, phones: Sequence[str]) -> int:
        """How many of some phones, E.164, no sync or import knows on any sender code."""
        query = select(MEMBERS.c.phone).where(MEMBERS.c.phone.in_([*phones])).distinct()
        known = self._database.read(lambda connection: {*connection.scalars(query)})
        return len({*phones} - known)

    def receiving(self, sender_codes: Sequence[str]) -> int:
        """Phones that may receive texts on one of these sender codes, over all syncs."""
        query = select(func.count(MEMBERS.c.phone.distinct())).where(
            MEMBERS.c.sender_code.in_([*sender_codes]),
            MEMBERS.c.standing.in_([each.value for each in MAY_RECEIVE]),
        )
        return int(self._database.read(lambda connection: connection.scalar(query)) or 0)

    def unproven_stops(self, sync: str) -> UnprovenCount:
        """Members that were asked to be stopped, without proof that they are."""
        query = select(func.count(), func.min(MEMBERS.c.changed_at)).where(
            MEMBERS.c.sync == sync, _UNPROVEN
        )
        stops, oldest = self._database.read(lambda connection: connection.execute(query).one())
        return UnprovenCount(int(stops), oldest)

    def unproven_elsewhere(self, sync: str, passed_over: Collection[str]) -> pd.DataFrame:
        """The same of one-off commands and of other syncs that run no more.

        Args:
            sync: The sync that asks.
            passed_over: Syncs that are out of use.

        Returns:
            `UNPROVEN_ELSEWHERE`, the oldest first.
        """
        query = (
            select(*(MEMBERS.c[name] for name in UNPROVEN_ELSEWHERE.names))
            .where(
                MEMBERS.c.sync != sync,
                or_(MEMBERS.c.sync.like(SQL_PATTERN), MEMBERS.c.sync.in_([*passed_over])),
                _UNPROVEN,
            )
            .order_by(MEMBERS.c.changed_at, MEMBERS.c.sender_code, MEMBERS.c.phone)
        )
        found = self._database.read(lambda connection: read_frame(connection, query))
        UNPROVEN_ELSEWHERE.require(found)
        return found

    def adopt(self, run: str, members: pd.DataFrame) -> None:
        """Takes contacts as subscribed without a call.

        Args:
            run: The run, begun, whose lease is held.
            members: `MEMBER_COLUMNS`; `standing` may be missing and is not looked at.

        Raises:
            LeaseLost: Another run took over; nothing was kept.
        """
        sent = ["sender_code", "phone", "key", *SENT_COLUMNS]
        rows = pa.Table.from_pandas(members[sent], preserve_index=False)

        def work(connection: Connection) -> None:
            sync = sync_of(connection, run)
            constant = {
                "sync": sync,
                "standing": MemberStatus.SUBSCRIBED.value,
                "run_id": run,
                "changed_at": now_text(),
            }
            whole = rows
            for name, value in constant.items():
                whole = whole.append_column(name, pa.array([value] * rows.num_rows, pa.string()))
            replaced = ["key", *SENT_COLUMNS, "standing", "run_id", "changed_at"]
            bulk_upsert.put(self._database, connection, MEMBERS, whole, replace=replaced)
            revisions.bump(connection, sync)

        self._database.write(work)

    def release(self, run: str, pairs: pd.DataFrame, passed_over: Collection[str] = ()) -> int:
        """Members that left this source while another sync wants them: no call, not ours any more.

        Whom the other sync has let go since the plan was made stays a member, and the next run
        stops them: two runs at once must not each leave somebody to the other.

        Args:
            run: The run, begun, whose lease is held.
            pairs: `phone`, `sender_code`.
            passed_over: Syncs that are out of use.

        Returns:
            How many were released.
        """
        other = MEMBERS.alias("other")
        syncs = select(SYNCS.c.sync).where(
            SYNCS.c.sync != MEMBERS.c.sync,
            SYNCS.c.sync.not_like(SQL_PATTERN),
            *(SYNCS.c.sync != name for name in passed_over),
        )
        wanted = exists().where(
            other.c.sync.in_(syncs.correlate(MEMBERS)),
            other.c.sender_code == MEMBERS.c.sender_code,
            other.c.phone == MEMBERS.c.phone,
            # spelt out, because a list cannot be given with many rows at once
            or_(
                other.c.standing == MemberStatus.SUBSCRIBED.value,
                other.c.standing == MemberStatus.UNSURE.value,
            ),
        )
        values = {"standing": MemberStatus.RELEASED.value, "run_id": run}

        def work(connection: Connection) -> int:
            sync = sync_of(connection, run)
            revisions.bump(connection)  # on Postgres, others that release wait here
            return _update(connection, sync, pairs, values, wanted)

        return 0 if pairs.empty else self._database.write(work)

    def relabel(self, run: str, keys: pd.DataFrame) -> None:
        """Gives members a new key; nothing that was sent changes.

        Args:
            run: The run, begun, whose lease is held.
            keys: `sender_code`, `phone`, `key`.
        """
        values: dict[str, Any] = {"key": bindparam("new_key")}

        def work(connection: Connection) -> None:
            _update(connection, sync_of(connection, run), keys, values)

        if not keys.empty:
            self._database.write(work)

    def _any_member(
        self, pairs: pd.DataFrame, *conditions: ColumnElement[bool]
    ) -> list[npt.NDArray[np.bool_]]:
        """For each condition: whether some sync's member of each pair meets it."""
        codes, phones = pairs["sender_code"].tolist(), pairs["phone"].tolist()
        answers = [np.zeros(len(codes), dtype=bool) for _ in conditions]

        first = 1 if self._database.postgres else 0  # how the database counts

        def work(connection: Connection) -> None:
            if connection.execute(select(MEMBERS.c.sync).limit(1)).first() is None:
                return
            for start in range(0, len(codes), _CHUNK):
                part = slice(start, start + _CHUNK)
                place, code, phone = self._listed(codes[part], phones[part])
                same = and_(MEMBERS.c.sender_code == code, MEMBERS.c.phone == phone)
                if not self._database.postgres:
                    # in a list of syncs, so that SQLite can use the whole of the primary key
                    same = and_(MEMBERS.c.sync.in_(select(SYNCS.c.sync)), same)
                # an outer join, because SQLite would turn an inner one round and read all members
                # once for each pair
                query = select(place, *conditions).select_from(place.table).outerjoin(MEMBERS, same)
                for at, *met in connection.execute(query):
                    for answer, is_met in zip(answers, met, strict=True):
                        if is_met:
                            answer[start + int(at) - first] = True

        if codes:
            self._database.read(work)
        return answers

    def _listed(self, codes: list[str], phones: list[str]) -> tuple[Any, Any, Any]:
        """The pairs as a table of the query: their place, sender code and phone."""
        if self._database.postgres:
            given = (
                func.unnest(
                    bindparam("codes", codes, type_=ARRAY(TextType)),
                    bindparam("phones", phones, type_=ARRAY(TextType)),
                )
                .table_valued("code", "phone", with_ordinality="place", name="pairs")
                .render_derived()
            )
            return given.c.place, given.c.code, given.c.phone
        text = json.dumps(list(zip(codes, phones, strict=True)))
        listed = func.json_each(text).table_valued("key", "value", name="pairs")
        value = listed.c.value
        return (
            listed.c.key,
            func.json_extract(value, "$[0]", type_=TextType),
            func.json_extract(value, "$[1]", type_=TextType),
        )


def _update(
    connection: Connection,
    sync: str,
    frame: pd.DataFrame,
    values: dict[str, Any],
    *conditions: ColumnElement[bool],
) -> int:
    """Changes the members of a sync that a frame names by `sender_code` and `phone`.

    Args:
        connection: In a writing transaction.
        sync: The sync whose lease is held.
        frame: `sender_code`, `phone`; a `key` too, where `values` binds it as `new_key`.
        values: What is set.
        conditions: Which of them are changed; all without any.

    Returns:
        How many were changed.
    """
    names = [name for name in ("sender_code", "phone", "key") if name in frame]
    rows = [
        {f"new_{name}": value for name, value in zip(names, row, strict=True)}
        for row in zip(*(frame[name] for name in names), strict=True)
    ]
    changed = connection.execute(
        update(MEMBERS)
        .where(
            MEMBERS.c.sync == sync,
            MEMBERS.c.sender_code == bindparam("new_sender_code"),
            MEMBERS.c.phone == bindparam("new_phone"),
            *conditions,
        )
        .values(**values, changed_at=now_text()),
        rows,
    ).rowcount
    revisions.bump(connection, sync)
    return int(changed)
