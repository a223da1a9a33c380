"""The statements of the hot path, compiled once for each kind of database.

Each binds its parameters by the names of `OperationRow`.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    and_,
    bindparam,
    case,
    cast,
    func,
    insert,
    literal_column,
    select,
    update,
)
from sqlalchemy import Text as TextType

from schemas.frames import SENT_COLUMNS
from schemas.member_status import UNPROVEN_STOPS, MemberStatus
from sendersync.state.database.engine import Database, Prepared
from sendersync.state.database.tables import MEMBERS, OPERATIONS, PLANNED_ADDS, SYNCS
from sendersync.state.database.upsert import upsert
from sendersync.state.ledger.operation_row import OperationRow
from sendersync.state.one_off_names import SQL_PATTERN

_ANSWERED = ("state", "attempts", "status", "text", "maybe_done")
_NUMBERS = frozenset({"number", "again", "attempts", "status", "maybe_done"})
_WHOLE = ("kind", "cause", "sender_code", "phone", "key", *SENT_COLUMNS, "again")


class Statements:
    """`intend`, `wanted_elsewhere`, `settle`, and one for each standing that an outcome proves.

    All are run once for every operation of a group.
    """

    def __init__(self, database: Database) -> None:
        """Compiles them."""

        def prepare(statement: Any) -> Prepared:
            return database.prepare(statement, OperationRow._fields)

        self.intend = prepare(_intend())
        # which other syncs want the phone of a stop by now
        self.wanted_elsewhere = prepare(_wanted_elsewhere())
        # of an operation that was intended
        self.settle = prepare(_settle())
        # of one that never was, because no request left for it
        self.settle_unasked = prepare(_settle_unasked(database))
        # the member has what was sent
        self.subscribed = prepare(_member(database, MemberStatus.SUBSCRIBED, values=True))
        # perhaps: but what was confirmed before stays the baseline
        self.unsure = prepare(
            _member(
                database,
                MemberStatus.UNSURE,
                values=True,
                where=MEMBERS.c.standing != literal_column("'subscribed'"),
            )
        )
        self.stopped = prepare(_member(database, MemberStatus.STOPPED))
        self.stop_unknown = prepare(_member(database, MemberStatus.STOP_UNKNOWN))
        self.stopping = prepare(_member(database, MemberStatus.STOPPING))
        # a stop that one sync got confirmed holds for the same phone and code in every other
        self.stopped_elsewhere = prepare(
            _elsewhere(MemberStatus.STOPPED, MEMBERS.c.standing != literal_column("'stopped'"))
        )
        # and one whose answer proves nothing leaves nobody there proven to be subscribed
        self.unsure_elsewhere = prepare(
            _elsewhere(MemberStatus.UNSURE, MEMBERS.c.standing == literal_column("'subscribed'"))
        )


def statements_for(database: Database) -> Statements:
    """The statements for a database: their text is the same for every one of its kind."""
    kind = database.engine.dialect.name
    if kind not in _COMPILED:
        _COMPILED[kind] = Statements(database)
    return _COMPILED[kind]


_COMPILED: dict[str, Statements] = {}
"""Name of a dialect to what was compiled for it in this process."""


def _given(name: str) -> Any:
    return bindparam(name, type_=Integer() if name in _NUMBERS else TextType())


def _intend() -> Any:
    kept = ("key", *SENT_COLUMNS, "standing")
    one = select(literal_column("1").label("one")).subquery("one")
    same = and_(
        MEMBERS.c.sync == _given("sync"),
        MEMBERS.c.sender_code == _given("sender_code"),
        MEMBERS.c.phone == _given("phone"),
    )
    asked = ("run_id", "number", *_WHOLE)
    # INSERT from SELECT so that the old values are read by the statement that writes the intent
    values = select(
        *(cast(_given(name), OPERATIONS.c[name].type) for name in asked),
        literal_column("'intent'"),
        cast(_given("at"), TextType()),
        *(
            func.coalesce(MEMBERS.c[name], literal_column("''")).label(f"before_{name}")
            for name in kept
        ),
    ).select_from(one.outerjoin(MEMBERS, same))
    names = [*asked, "state", "intended_at", *(f"before_{name}" for name in kept)]
    return insert(OPERATIONS).from_select(names, values)


def _wanted_elsewhere() -> Any:
    """Syncs that have the phone as a member, or whose last plan adds it."""

    def of(table: Any) -> Any:
        others = select(SYNCS.c.sync).where(
            SYNCS.c.sync != _given("sync"),
            # one-off commands are out of use from the start
            SYNCS.c.sync.not_like(literal_column(f"'{SQL_PATTERN}'")),
        )
        return select(table.c.sync).where(
            table.c.sync.in_(others),
            table.c.sender_code == _given("sender_code"),
            table.c.phone == _given("phone"),
        )

    standings: list[Any] = [literal_column("'subscribed'"), literal_column("'unsure'")]
    return of(MEMBERS).where(MEMBERS.c.standing.in_(standings)).union_all(of(PLANNED_ADDS))


def _settle() -> Any:
    return (
        update(OPERATIONS)
        .where(OPERATIONS.c.run_id == _given("run_id"), OPERATIONS.c.number == _given("number"))
        .values(**{name: _given(name) for name in _ANSWERED}, settled_at=_given("at"))
    )


def _settle_unasked(database: Database) -> Any:
    answer = {name: _given(name) for name in _ANSWERED}
    return (
        upsert(database, OPERATIONS)
        .values(
            **{name: _given(name) for name in ("run_id", "number", *_WHOLE)},
            **answer,
            settled_at=_given("at"),
        )
        .on_conflict_do_update(
            index_elements=["run_id", "number"], set_={**answer, "settled_at": _given("at")}
        )
    )


def _member(
    database: Database, standing: MemberStatus, *, values: bool = False, where: Any = None
) -> Any:
    inserted = upsert(database, MEMBERS).values(
        **{name: _given(name) for name in ("sync", "sender_code", "phone", "key", *SENT_COLUMNS)},
        standing=literal_column(f"'{standing.value}'"),
        run_id=_given("run_id"),
        changed_at=_given("at"),
    )
    moved = ["standing", "run_id", "changed_at", *(("key", *SENT_COLUMNS) if values else ())]
    changes: dict[str, Any] = {name: inserted.excluded[name] for name in moved}
    if standing in UNPROVEN_STOPS:
        # the report says since when nothing has proven it, however often it was asked
        unproven = MEMBERS.c.standing.in_([literal_column(f"'{each}'") for each in UNPROVEN_STOPS])
        changes["changed_at"] = case(
            (unproven, MEMBERS.c.changed_at), else_=inserted.excluded["changed_at"]
        )
    return inserted.on_conflict_do_update(
        index_elements=["sync", "sender_code", "phone"], set_=changes, where=where
    )


def _elsewhere(standing: MemberStatus, where: ColumnElement[bool]) -> Any:
    return (
        update(MEMBERS)
        .where(
            MEMBERS.c.sync.in_(select(SYNCS.c.sync).where(SYNCS.c.sync != _given("sync"))),
            MEMBERS.c.sender_code == _given("sender_code"),
            MEMBERS.c.phone == _given("phone"),
            where,
        )
        .values(
            standing=literal_column(f"'{standing.value}'"),
            run_id=_given("run_id"),
            changed_at=_given("at"),
        )
    )
