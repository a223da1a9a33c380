"""Addresses that are wrong, databases that do not answer, and errors that tell nothing personal."""

from __future__ import annotations

import socket
import sqlite3
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from schemas.errors import RunFailed, SendersyncError, TryLater, WrongUse
from sendersync.state.database.failures import as_ours
from sendersync.state.run_ids import new_run_id, number_of
from sendersync.state.store import State

SECRET = "s3cr3t-pass"


def everything_said(error: BaseException) -> str:
    """The texts of an error and of all that hangs on it."""
    said, seen = "", error
    while seen is not None:
        said += f"{seen} {seen!r} "
        seen = seen.__cause__ or seen.__context__  # type: ignore[assignment]
    if isinstance(error, SendersyncError):
        said += str(error.as_json())
    return said


@pytest.mark.parametrize(
    "url",
    [
        "",
        "nonsense",
        f"mysql://me:{SECRET}@localhost/db",
        f"postgresql://me:{SECRET}@localhost:port/db",
        "sqlite://",
        "sqlite:///:memory:",
        f"postgresql+nodriver://me:{SECRET}@",
        f"oracle://me:{SECRET}@h/x",
        f"postgresql://me:first@{SECRET}@127.0.0.1:1/db",
        f"postgresql://me:first@h/{SECRET}@127.0.0.1:1/db",
    ],
)
def test_wrong_addresses(url: str) -> None:
    """What is no address of a state is wrong use; no part of it is shown."""
    if url.startswith("postgresql+nodriver"):
        url = url.replace("postgresql+nodriver", "nodriver")
    with pytest.raises(WrongUse) as caught:
        State.open(url)
    assert SECRET not in everything_said(caught.value)
    assert caught.value.do


def test_a_folder_is_no_state(tmp_path: Path) -> None:
    """A folder in the file's place is wrong use, for readers too, and no full disk."""
    for read_only in (True, False):
        with pytest.raises(WrongUse, match="folder"):
            State.open(f"sqlite:///{tmp_path}", read_only=read_only)


def test_nobody_listens() -> None:
    """A database that cannot be reached means: try later; its password is not shown."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        with pytest.raises(TryLater) as caught:
            State.open(f"postgresql://me:{SECRET}@127.0.0.1:{port}/db")
    assert SECRET not in everything_said(caught.value)
    assert caught.value.where == "postgresql://127.0.0.1/db"


def test_every_driver_error_is_ours() -> None:
    """No class of error of a driver leaves the room as itself."""
    for driver in (sqlite3, psycopg):
        for name in ("Error", *dir(driver)):
            kind = getattr(driver, name)
            if isinstance(kind, type) and issubclass(kind, driver.Error):
                ours = as_ours(kind("+12065550101"), "here")
                assert isinstance(ours, SendersyncError)
                assert "555" not in everything_said(ours)


def test_statements_hide_their_values() -> None:
    """A refused statement is told by its code, never with its values."""
    engine = create_engine("sqlite://")
    with pytest.raises(DBAPIError) as caught, engine.connect() as connection:
        connection.execute(text("SELECT :phone FROM nowhere"), {"phone": "+12065550101"})
    engine.dispose()
    ours = as_ours(caught.value, "state.db")
    assert isinstance(ours, RunFailed)
    assert "555" not in everything_said(ours)


def test_run_ids() -> None:
    """A run's name is its start in UTC and four hex digits; it sorts by time."""
    at = datetime(2026, 11, 22, 3, tzinfo=timezone(timedelta(hours=1)))
    assert new_run_id(at, lambda count: b"\x3f\x9c"[:count]) == "2026-11-22T02-00-00Z-3f9c"
    assert new_run_id(datetime.now(UTC)) != ""
    with pytest.raises(ValueError, match="zone"):
        new_run_id(at.replace(tzinfo=None))
    assert number_of("2026-11-22T02-00-00Z-3f9c#17") == 17
