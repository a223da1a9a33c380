"""Frames that the state's own tables make: a table that is not as declared is named."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest

from schemas import frames
from schemas.errors import FrameMismatch, RunFailed
from schemas.frame_spec import FrameSpec
from sendersync.state.database.tables import METADATA
from sendersync.state.store import State
from tests.builders.state_bench import ANN, pairs

NIGHT = datetime(2026, 11, 28, tzinfo=UTC)

# each frame with the table that it is read from
MADE: dict[str, tuple[FrameSpec, str, Callable[[State], pd.DataFrame]]] = {
    "operations": (
        frames.STORED_OPERATIONS, "sendersync_operations", lambda state: state.ledger.operations("")
    ),
    "members": (frames.MEMBERS, "sendersync_members", lambda state: state.members.of("s")),
    "suppressions": (
        frames.SUPPRESSIONS, "sendersync_suppressions", lambda state: state.suppressions.all()
    ),
    "lifted": (frames.LIFTED, "sendersync_lifted", lambda state: state.suppressions.lifted()),
    "pending": (frames.PENDING, "sendersync_owed", lambda state: state.cursors.pending("s")),
    "known rejects": (
        frames.KNOWN_REJECTS, "sendersync_known_rejects", lambda state: state.rejects.known("s")
    ),
    "approvals": (
        frames.APPROVALS, "sendersync_approvals", lambda state: state.approvals.given("s")
    ),
    "undone": (frames.UNDONE, "sendersync_undone", lambda state: state.undone.of("s")),
    "stopped keys": (
        frames.STOPPED_KEYS,
        "sendersync_suppressed_keys",
        lambda state: state.suppressions.stopped_keys("s"),
    ),
    "departures": (
        frames.DEPARTURES, "sendersync_departures", lambda state: state.departures.of("s")
    ),
    "planned by others": (
        frames.PLANNED_BY_OTHERS,
        "sendersync_planned_adds",
        lambda state: state.departures.planned_by_others("s", pairs(ANN)),
    ),
    "unproven elsewhere": (
        frames.UNPROVEN_ELSEWHERE,
        "sendersync_members",
        lambda state: state.members.unproven_elsewhere("s", ()),
    ),
    "kept rejects": (
        frames.KEPT_REJECTS, "sendersync_rejects", lambda state: state.rejects.of("run")[1]
    ),
    "planned adds": (
        frames.SUBSCRIPTIONS,
        "sendersync_planned_adds",
        lambda state: state.guard_history.planned_adds("s"),
    ),
    "unproven stops": (
        frames.SUBSCRIPTIONS, "sendersync_members", lambda state: state.owed_stops.unproven()
    ),
    "listed and subscribed": (
        frames.LISTED_AND_SUBSCRIBED,
        "sendersync_members",
        lambda state: state.suppressions.may_receive(),
    ),
    "held opt-outs": (
        frames.HELD_OPT_OUTS, "sendersync_operations", lambda state: state.owed_stops.held()
    ),
    "released": (
        frames.RELEASED, "sendersync_released", lambda state: state.approvals.released("s", NIGHT)
    ),
}  # fmt: skip
COLUMNS = [
    (name, column)
    for name, (spec, table, _) in MADE.items()
    for column in spec.names
    if column in METADATA.tables[table].columns  # others are computed by the query
]


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A state with tables and no row."""
    path = tmp_path_factory.mktemp("state") / "state.db"
    State.open(f"sqlite:///{path}").close()
    return path


def _rename(file: Path, table: str, old: str, new: str) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute(f"ALTER TABLE {table} RENAME COLUMN {old} TO {new}")


@pytest.mark.parametrize(("name", "column"), COLUMNS)
def test_a_renamed_column_of_a_table_is_named(file: Path, name: str, column: str) -> None:
    """A column that the tables do not have fails where its frame is read, by name."""
    _, table, read = MADE[name]
    _rename(file, table, f'"{column}"', "elsewhere")
    try:
        with State.open(f"sqlite:///{file}") as state, pytest.raises(RunFailed) as failed:
            read(state)
    finally:
        _rename(file, table, "elsewhere", f'"{column}"')
    assert f"column `{column}` in its table `{table}`" in failed.value.what
    with State.open(f"sqlite:///{file}") as state:
        read(state)


ROW = {"sync": "s", "sender_code": "1", "phone": "+12065550101", "standing": "subscribed"}


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([ROW, ROW], "the same `sender_code` and `phone` in two rows"),
        ([{**ROW, "key": None}], "a null in `key`"),
    ],
)
def test_the_whole_state_can_be_looked_through(
    tmp_path: Path, rows: list[dict[str, str]], said: str
) -> None:
    """What a table without its constraints let in is found, and named without anybody's data."""
    path = tmp_path / "state.db"
    State.open(f"sqlite:///{path}").close()
    names = ("sync", *frames.MEMBER_COLUMNS)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(
            "INSERT INTO sendersync_syncs (sync, revision, stamp, retired_at) "
            "VALUES ('s', 1, '', '')"
        )
        connection.execute("CREATE TABLE free AS SELECT * FROM sendersync_members")
        connection.execute("DROP TABLE sendersync_members")
        connection.execute("ALTER TABLE free RENAME TO sendersync_members")
        for row in rows:
            cells = [{**dict.fromkeys(names, ""), **row}[name] for name in names]
            columns = ", ".join(f'"{name}"' for name in names)
            marks = ", ".join("?" * len(names))
            connection.execute(
                f"INSERT INTO sendersync_members ({columns}) VALUES ({marks})", cells
            )
    with (
        State.open(f"sqlite:///{path}", read_only=True) as state,
        pytest.raises(FrameMismatch) as failed,
    ):
        state.check_frames()
    assert said in failed.value.what and "+1206" not in str(failed.value)
