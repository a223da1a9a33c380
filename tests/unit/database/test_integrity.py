"""Damage in a state, made at test time: what is found, and what fixing does."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

import pytest

from schemas.errors import RunActive, RunFailed, WrongUse
from schemas.outcomes import Kind
from sendersync.state.store import State
from sendersync.state.upkeep.integrity import fix, look
from tests.builders.state_bench import ANN, BEN, CEM, a_run, standings


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A state with a run that has a call in flight, and an order."""
    found = tmp_path / "state.db"
    with State.open(f"sqlite:///{found}") as state:
        with a_run(state) as begun:
            begun.do(Kind.ADD, ANN)
            begun.intend(begun.operation(Kind.ADD, BEN))
        state.suppressions.add([CEM], origin="person", reason="asked")
    return found


def execute(path: Path, *statements: str) -> None:
    """Does to a state what no command of ours does."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


def test_a_sound_state(path: Path) -> None:
    """Nothing is found in it, a call in flight included, and not a byte changes, fixed or not."""
    before = path.read_bytes()
    assert look(f"sqlite:///{path}").findings == ()
    assert not fix(f"sqlite:///{path}", path.parent).fixed
    assert path.read_bytes() == before
    assert [each.name for each in path.parent.iterdir()] == ["state.db"]


MENDED = {
    "index missing": ("DROP INDEX sendersync_operations_in_flight",),
    "table of readings dropped": ("DROP TABLE sendersync_readings",),
    "table of pending dropped": ("DROP TABLE sendersync_owed",),
    "sync not there": ("DELETE FROM sendersync_syncs",),
    "run not there": ("DELETE FROM sendersync_runs",),
    "approval of no run": (
        "INSERT INTO sendersync_approvals (run_id, sync, ceiling) VALUES ('gone', 's', 1)",
    ),
    "reject of no run": ("INSERT INTO sendersync_rejects (run_id, line) VALUES ('gone', 1)",),
}


@pytest.mark.parametrize("damage", [*MENDED])
def test_what_can_be_fixed(path: Path, damage: str) -> None:
    """It is found, fixed after a private copy, and found no more; people and orders are as before."""
    execute(path, *MENDED[damage])
    url = f"sqlite:///{path}"
    found = look(url).findings
    assert found and all(each.fix for each in found)
    done = fix(url, path.parent)
    assert done.fixed and done.aside is not None
    assert done.aside.stat().st_mode & 0o777 == 0o600
    assert look(url).findings == ()
    with State.open(url) as state:
        assert standings(state) == {ANN: "subscribed"}
        assert state.suppressions.all()["phone"].tolist() == [CEM]
        with a_run(state) as begun:
            assert len(state.ledger.recover(begun.sync, begun.run, begun.lease)) == 1


def test_an_index_that_does_not_fit_is_built_anew(path: Path) -> None:
    """An index that has lost its entries is named, and rebuilt from its table."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        size = connection.execute("PRAGMA page_size").fetchone()[0]
        page = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'sendersync_runs_of_sync'"
        ).fetchone()[0]
    with path.open("rb+") as file:  # an empty leaf of an index (sqlite.org/fileformat2.html)
        file.seek((page - 1) * size)
        file.write(b"\x0a\0\0\0\0" + size.to_bytes(2, "big") + b"\0")
    url = f"sqlite:///{path}"
    (found,) = look(url).findings
    assert "sendersync_runs_of_sync" in found.what
    assert fix(url, path.parent).fixed
    assert look(url).findings == ()


@pytest.mark.parametrize(
    "statement",
    [
        "DROP TABLE sendersync_suppressions",
        "DROP TABLE sendersync_members",
        "DROP TABLE sendersync_forgotten",
        "ALTER TABLE sendersync_syncs DROP COLUMN retired_at",
    ],
)
def test_what_only_a_backup_has(path: Path, statement: str) -> None:
    """Lost orders, people and columns are named and never made up; the file stays as it is."""
    execute(path, statement)
    before = path.read_bytes()
    done = fix(f"sqlite:///{path}", path.parent)
    assert not done.fixed and "restore" in done.findings[0].do
    assert path.read_bytes() == before
    if "TABLE" in statement[:10]:
        with pytest.raises(RunFailed, match="lost its table"):
            State.open(f"sqlite:///{path}")


def test_damaged_pages(path: Path) -> None:
    """A page of a table that was overwritten is named, and nothing is fixed around it."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        size = connection.execute("PRAGMA page_size").fetchone()[0]
        page = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'sendersync_members'"
        ).fetchone()[0]
    with path.open("rb+") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)
    execute(path, "DROP INDEX sendersync_operations_in_flight")
    done = fix(f"sqlite:///{path}", path.parent)
    assert not done.fixed and "damaged" in done.findings[0].what


@pytest.mark.parametrize(
    ("content", "error"),
    [("empty", WrongUse), ("text", WrongUse), ("half", RunFailed), ("foreign", WrongUse)],
)
def test_what_is_no_state(path: Path, content: str, error: type[Exception]) -> None:
    """A state of 0 bytes, cut off, a text or another program's database: refused, left as it is."""
    whole = path.read_bytes()
    path.unlink()
    if content == "foreign":
        execute(path, "CREATE TABLE contacts (name TEXT)")
    else:
        parts = {"empty": b"", "text": b"Name,Mobile\n" * 300, "half": whole[: len(whole) // 2]}
        path.write_bytes(parts[content])
    before = path.read_bytes()
    for each in (look, lambda url: fix(url, path.parent), State.open):
        with pytest.raises(error):
            each(f"sqlite:///{path}")
    assert path.read_bytes() == before


def test_not_while_a_run_is_active(path: Path) -> None:
    """Fixing waits for the end of a run; looking does not."""
    execute(path, *MENDED["index missing"])
    url = f"sqlite:///{path}"
    with State.open(url) as state, a_run(state):
        assert look(url).findings
        with pytest.raises(RunActive):
            fix(url, path.parent)
