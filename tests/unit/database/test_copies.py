"""Copies of a state: backups, and what is kept before a migration."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from pathlib import Path

import pytest

from schemas.errors import RunFailed, WrongUse
from schemas.outcomes import Kind
from sendersync.state.database import copies, migrations
from sendersync.state.store import State
from sendersync.state.upkeep.restore import Present, restore
from tests.builders.repository import ROOT
from tests.builders.state_bench import ANN, BEN, CEM, a_run, standings

STORED = ROOT / "tests/contracts/ledger/stored_states/version_1.sql"


def address(path: Path) -> str:
    """A SQLite state's address."""
    return f"sqlite:///{path}"


def written_by_version_1(path: Path) -> None:
    """Writes the file that version 1 had written."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.executescript(STORED.read_text())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A state with one member and one suppressed phone."""
    found = tmp_path / "state.db"
    with State.open(address(found)) as state:
        with a_run(state) as begun:
            begun.do(Kind.ADD, ANN)
        state.suppressions.add([BEN], origin="person", reason="asked")
    return found


def test_a_backup_is_private_and_whole_while_a_run_is_active(path: Path, tmp_path: Path) -> None:
    """The copy holds one moment of the state, with mode 0600, though somebody goes on writing."""
    target = tmp_path / "copy.db"
    with State.open(address(path)) as state, a_run(state) as begun:
        begun.do(Kind.ADD, CEM)
        with State.open(address(path), read_only=True) as reader:
            rows = reader.backup(target)
        begun.do(Kind.STOP, ANN)
    assert rows["sendersync_members"] == 2
    assert target.stat().st_mode & 0o777 == 0o600
    with State.open(address(target), read_only=True) as copy:
        assert standings(copy) == {ANN: "subscribed", CEM: "subscribed"}
        assert len(copy.suppressions.all()) == 1
    assert sorted(each.name for each in tmp_path.iterdir()) == ["copy.db", "state.db"]


@pytest.mark.parametrize("kind", ["file", "dangling link", "link to the state", "folder"])
def test_a_backup_never_replaces_anything(path: Path, tmp_path: Path, kind: str) -> None:
    """Whatever has the name already stays as it is, and nothing is left beside it."""
    target = tmp_path / "copy.db"
    if kind == "file":
        target.write_text("mine")
    elif kind == "folder":
        target.mkdir()
    else:
        target.symlink_to(path if "state" in kind else tmp_path / "nowhere")
    before, there = path.read_bytes(), sorted(tmp_path.iterdir())
    with State.open(address(path), read_only=True) as state, pytest.raises(WrongUse, match="name"):
        state.backup(target)
    assert path.read_bytes() == before
    assert sorted(tmp_path.iterdir()) == there


def test_a_backup_into_no_folder(path: Path, tmp_path: Path) -> None:
    """A folder that is not there is wrong use, and is not made."""
    with State.open(address(path), read_only=True) as state, pytest.raises(WrongUse) as caught:
        state.backup(tmp_path / "none" / "copy.db")
    assert "cannot be written" in caught.value.what
    assert not (tmp_path / "none").exists()


def test_a_damaged_state_gives_no_backup(path: Path, tmp_path: Path) -> None:
    """A copy that would be damaged too is not kept: it would be trusted."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        page = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'sendersync_runs_of_sync'"
        ).fetchone()[0]
        size = connection.execute("PRAGMA page_size").fetchone()[0]
    with path.open("rb+") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)
    with State.open(address(path), read_only=True) as state, pytest.raises(RunFailed):
        state.backup(tmp_path / "copy.db")
    assert [each.name for each in tmp_path.iterdir()] == ["state.db"]


def test_a_copy_is_kept_before_a_migration(tmp_path: Path) -> None:
    """Tables that are about to change are copied first, as they were; only the newest copies stay."""
    path = tmp_path / "state.db"
    for number in range(copies.COPIES_KEPT + 2):
        path.unlink(missing_ok=True)
        written_by_version_1(path)
        with contextlib.closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("UPDATE sendersync_members SET first_name = ?", (f"night {number}",))
        State.open(address(path)).close()
    kept = copies.beside(path)
    assert len(kept) == copies.COPIES_KEPT
    for copy in kept:
        assert copy.stat().st_mode & 0o777 == 0o600
        with contextlib.closing(sqlite3.connect(copy)) as connection:
            version = "SELECT value FROM sendersync_meta WHERE name = 'schema_version'"
            assert connection.execute(version).fetchone() == ("1",)
    State.open(address(path)).close()
    assert copies.beside(path) == kept, "nothing was migrated, so nothing is copied"


def test_a_reader_of_an_older_state_leaves_no_copy(tmp_path: Path) -> None:
    """A dry run brings an older state forward in memory alone, and writes nothing beside it."""
    path, copy = tmp_path / "state.db", tmp_path / "copy.db"
    written_by_version_1(path)
    with State.open(address(path), read_only=True) as state:
        state.backup(copy)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["copy.db", "state.db"]
    shutil.copyfile(copy, path)
    with State.open(address(path), read_only=True) as state:
        assert len(standings(state, "news")) == 2
    with contextlib.closing(sqlite3.connect(copy)) as connection:
        version = "SELECT value FROM sendersync_meta WHERE name = 'schema_version'"
        assert connection.execute(version).fetchone() == (str(migrations.NEWEST),)


def damage(path: Path, table: str) -> None:
    """Overwrites the first page of a table: it can no longer be read."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        size = connection.execute("PRAGMA page_size").fetchone()[0]
        page = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)
        ).fetchone()[0]
    with path.open("rb+") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)


def test_what_a_damaged_state_still_says_is_kept(path: Path, tmp_path: Path) -> None:
    """Orders and erasures are read out of a damaged state; what cannot be read is named."""
    copy = tmp_path / "copy.db"
    with State.open(address(path)) as state:
        state.backup(copy)
        state.suppressions.add([CEM], origin="person", reason="asked")
        state.erasure.forget(ANN)
    damage(path, "sendersync_operations")
    done = restore(address(path), copy)
    assert done.present is Present.DAMAGED and done.blind
    assert done.unreadable == ["sendersync_operations"]
    with State.open(address(path)) as state:
        assert set(state.suppressions.all()["phone"]) == {BEN, CEM}
        assert standings(state) == {}
        assert state.runs.is_restored_blind("newsletter")
    assert done.aside is not None and done.aside.exists()
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("there", ["nothing", "0 bytes", "half", "no meta"])
def test_a_restore_where_nothing_can_be_read(path: Path, tmp_path: Path, there: str) -> None:
    """Without a present state the copy takes its place, fences raised, and it is said to be blind."""
    copy = tmp_path / "copies" / "copy.db"
    copy.parent.mkdir()
    with State.open(address(path)) as state:
        state.backup(copy)
        with a_run(state, "offers") as begun:
            pass
    if there == "nothing":
        path.unlink()
    elif there == "0 bytes":
        path.write_bytes(b"")
    elif there == "half":
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    else:
        with contextlib.closing(sqlite3.connect(path)) as connection:
            connection.execute("DROP TABLE sendersync_meta")
    done = restore(address(path), copy)
    assert done.blind
    assert (done.aside is None) == (there == "nothing")
    with State.open(address(path)) as state:
        assert standings(state) == {ANN: "subscribed"}
        with state.lease("offers") as lease:
            assert lease.fence > begun.lease.fence + 1000


def test_another_programs_file_is_never_replaced(path: Path, tmp_path: Path) -> None:
    """A mistyped SENDERSYNC_STATE costs nobody a file, nor a folder of another program."""
    copy, theirs = tmp_path / "copy.db", tmp_path / "theirs.db"
    with State.open(address(path)) as state:
        state.backup(copy)
    with contextlib.closing(sqlite3.connect(theirs)) as connection:
        connection.execute("CREATE TABLE contacts (name TEXT)")
    text = tmp_path / "contacts.csv"
    text.write_text("Name,Mobile\n" * 300)
    for each in (theirs, text):
        before = each.read_bytes()
        with pytest.raises(WrongUse):
            restore(address(each), copy)
        assert each.read_bytes() == before
