"""The SQLite file: private, untouched by readers, whole after a kill."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.pool import Pool

from schemas.errors import RunFailed, StateTooNew, TryLater, WrongUse
from schemas.outcomes import Kind, Outcome
from sendersync.state.database import migrations, sqlite_file
from sendersync.state.store import State
from tests.builders.state_bench import ANN, BEN, a_run, standings

STORED = Path(__file__).parents[2] / "contracts" / "ledger" / "stored_states"


def address(path: Path) -> str:
    """As `SENDERSYNC_STATE` has it."""
    return f"sqlite:///{path}"


def test_modes(tmp_path: Path) -> None:
    """The file is 0600 and each folder made for it 0700, whatever the umask."""
    path = tmp_path / "a" / "b" / "state.db"
    before = os.umask(0)
    try:
        State.open(address(path)).close()
    finally:
        os.umask(before)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert path.parent.parent.stat().st_mode & 0o777 == 0o700


def test_loose_file_is_tightened(tmp_path: Path) -> None:
    """An existing file that others may read is made private."""
    path = tmp_path / "state.db"
    State.open(address(path)).close()
    path.chmod(0o644)
    State.open(address(path)).close()
    assert path.stat().st_mode & 0o777 == 0o600


def test_reader_leaves_everything_as_it_was(tmp_path: Path) -> None:
    """Opening for reading changes no byte, makes no file and no folder."""
    path = tmp_path / "state.db"
    with State.open(address(tmp_path / "none" / "state.db"), read_only=True) as state:
        assert state.members.of("newsletter").empty
    assert list(tmp_path.iterdir()) == []

    with State.open(address(path)) as state, a_run(state) as begun:
        begun.do(Kind.ADD, ANN)
    before, stat = path.read_bytes(), path.stat()
    with State.open(address(path), read_only=True) as state:
        assert standings(state) == {ANN: "subscribed"}
        state.members.wanted_elsewhere("newsletter", state.members.of("newsletter"))
    assert path.read_bytes() == before
    assert path.stat().st_mtime_ns == stat.st_mtime_ns
    assert list(tmp_path.iterdir()) == [path]


def stored_version_1(path: Path) -> None:
    """Writes the file that version 1 had written."""
    connection = sqlite3.connect(path)
    connection.executescript((STORED / "version_1.sql").read_text())
    connection.close()


def tables(path: Path) -> set[tuple[str, str, str]]:
    """Table, column and type of every column."""
    connection = sqlite3.connect(path)
    names = [
        row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type='table'")
    ]
    found = {
        (name, row[1], row[2])
        for name in names
        for row in connection.execute(f"PRAGMA table_info({name})")
    }
    connection.close()
    return found


def test_version_1_is_brought_forward(tmp_path: Path) -> None:
    """A file of version 1 gets today's tables and keeps all it knew."""
    old, new = tmp_path / "old.db", tmp_path / "new.db"
    stored_version_1(old)
    State.open(address(new)).close()
    with State.open(address(old)) as state:
        assert standings(state, "news") == {"+12065550100": "stopped", "+12065550101": "unsure"}
        assert len(state.runs.latest(9)) == 2
        assert not state.erasure.erased(state.members.of("news")["phone"]).any()
        state.erasure.forget("+12065550100")
        assert state.erasure.erased(state.members.of("other")["phone"]).sum() == 0
    assert tables(old) == tables(new)
    with State.open(address(old)) as state:
        assert list(standings(state, "news")) == ["+12065550101"]


def test_version_1_read_only(tmp_path: Path) -> None:
    """An older file opened for reading is read, and stays of its version."""
    path = tmp_path / "old.db"
    stored_version_1(path)
    before = path.read_bytes()
    with State.open(address(path), read_only=True) as state:
        assert len(standings(state, "news")) == 2
        with pytest.raises(RunFailed):
            state.suppressions.add([ANN], origin="x", reason="y")
    assert path.read_bytes() == before


@pytest.mark.parametrize("read_only", [True, False])
def test_newer_version(tmp_path: Path, read_only: bool) -> None:
    """A state of a newer program is left alone, and the message says what to do."""
    path = tmp_path / "state.db"
    State.open(address(path)).close()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE sendersync_meta SET value='99' WHERE name='schema_version'")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(StateTooNew, match=f"99.*{migrations.NEWEST}.*newer sendersync") as caught:
        State.open(address(path), read_only=read_only)
    assert caught.value.where == str(path)
    assert path.read_bytes() == before


def test_two_creators(tmp_path: Path) -> None:
    """Several openers of a fresh state all succeed and see the same one."""
    path = tmp_path / "state.db"
    failures: list[BaseException] = []

    def opener() -> None:
        try:
            State.open(address(path)).close()
        except BaseException as failure:  # noqa: BLE001 - shown below
            failures.append(failure)

    threads = [threading.Thread(target=opener) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_a_creator_between_two_looks(tmp_path: Path) -> None:
    """Whoever makes the tables while another opens the file does not make it look damaged."""
    path = tmp_path / "state.db"
    sqlite_file.make_private(path)
    looks = []

    def other(_connection: object, record: object) -> None:
        looks.append(record)
        if len(looks) == 1:
            State.open(address(path)).close()

    event.listen(Pool, "checkin", other)
    try:
        State.open(address(path)).close()
    finally:
        event.remove(Pool, "checkin", other)
    assert len(looks) > 2


def test_erased_from_the_file(tmp_path: Path) -> None:
    """A forgotten person is gone from the bytes of the file, not only from the tables."""
    path = tmp_path / "state.db"
    with State.open(address(path)) as state:
        with a_run(state) as begun:
            begun.do(Kind.ADD, ANN, email="ann@example.com", first_name="Annabel")
            begun.do(Kind.ADD, BEN)
        assert b"Annabel" in path.read_bytes()
        state.erasure.forget(ANN)
    left = path.read_bytes()
    assert ANN.encode() not in left and b"Annabel" not in left and b"ann@" not in left
    assert BEN.encode() in left


def test_one_file_at_rest(tmp_path: Path) -> None:
    """While a state is open for writing a journal lies beside it, and none once it is closed."""
    path = tmp_path / "state.db"
    with State.open(address(path)) as state, a_run(state) as begun:
        begun.do(Kind.ADD, ANN)
        journal = Path(f"{path}-journal")
        assert stat.S_IMODE(journal.stat().st_mode) == 0o600
    assert [each.name for each in tmp_path.iterdir()] == ["state.db"]


def test_a_journal_that_a_killed_run_left_behind_is_no_matter(tmp_path: Path) -> None:
    """Readers leave it alone, and the next writer takes it away."""
    path, killed = tmp_path / "state.db", tmp_path / "killed" / "state.db"
    killed.parent.mkdir()
    with State.open(address(path)) as state, a_run(state) as begun:
        begun.do(Kind.ADD, ANN)
        for name in ("state.db", "state.db-journal"):
            shutil.copyfile(tmp_path / name, killed.with_name(name))
    before = {each: each.read_bytes() for each in killed.parent.iterdir()}
    with State.open(address(killed), read_only=True) as state:
        assert standings(state) == {ANN: "subscribed"}
    assert {each: each.read_bytes() for each in killed.parent.iterdir()} == before
    with State.open(address(killed)) as state:
        assert standings(state) == {ANN: "subscribed"}
        state.suppressions.add([BEN], origin="person", reason="asked")
    assert [each.name for each in killed.parent.iterdir()] == ["state.db"]


def test_reader_of_a_half_written_file(tmp_path: Path) -> None:
    """After a kill within a commit, a reader sees the state before it, and mends nothing."""
    path, killed = tmp_path / "state.db", tmp_path / "killed.db"
    with State.open(address(path)) as state, a_run(state) as begun:
        begun.do(Kind.ADD, ANN)
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA cache_size=1")  # so that pages are written before the commit
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("DELETE FROM sendersync_members")
    rows = ((f"+1206555{n:05d}", "x" * 500) for n in range(2000))
    connection.executemany(
        "INSERT INTO sendersync_suppressions (phone, reason) VALUES (?, ?)", rows
    )
    shutil.copyfile(path, killed)
    shutil.copyfile(f"{path}-journal", f"{killed}-journal")
    connection.rollback()
    connection.close()
    before = killed.read_bytes()

    with State.open(address(killed), read_only=True) as state:
        assert standings(state) == {ANN: "subscribed"}
        assert state.suppressions.all().empty
    assert killed.read_bytes() == before
    assert Path(f"{killed}-journal").exists()

    with State.open(address(killed)) as state:
        assert standings(state) == {ANN: "subscribed"}


WRITER = """
import sys
from datetime import UTC, datetime
from schemas.outcomes import Cause, Kind, Operation, Outcome, Settled
from sendersync.state.run_ids import new_run_id
from sendersync.state.store import State
with State.open(sys.argv[1]) as state:
    run = new_run_id(datetime.now(UTC))
    with state.lease("newsletter", run=run) as lease:
        state.runs.begin(run, "newsletter", "run", lease, source="x")
        print(run, flush=True)
        sent, number = [], int(sys.argv[2])
        while True:
            batch = [
                Operation(f"{run}#{n}", Kind.ADD, Cause.NEW, "12065551212", f"+1206{n:07d}", str(n))
                for n in range(number, number + 20)
            ]
            number += 20
            settled = [Settled(operation, Outcome.CONFIRMED, 1, 200) for operation in sent]
            state.ledger.record(run, lease, settled=settled, intended=batch)
            sent = batch
            print(len(settled), flush=True)
"""


def test_killed_at_any_moment(tmp_path: Path) -> None:
    """Killed at any moment, the state holds whole records only, and all that it said it keeps."""
    path = tmp_path / "state.db"
    confirmed = 0
    for number, seconds in enumerate((0.02, 0.11, 0.23)):
        process = subprocess.Popen(
            [sys.executable, "-c", WRITER, address(path), str(number * 1_000_000)],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        run = process.stdout.readline().strip()
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)
        told = sum(map(int, process.stdout.read().split("\n")[:-1]))
        process.communicate()

        with State.open(address(path)) as state:
            operations = state.ledger.operations(run)
            done = int((operations["state"] == "confirmed").sum())
            assert told <= done <= told + 20  # one record may be kept without having been told
            assert set(operations["state"]) <= {"confirmed", "intent"}
            assert (operations["state"] == "intent").sum() in (0, 20)
            confirmed += done
            assert list(standings(state).values()).count("subscribed") == confirmed
            with a_run(state) as begun:
                assert len(state.ledger.recover(begun.sync, begun.run, begun.lease)) in (0, 20)
        check = sqlite3.connect(path)
        assert check.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        check.close()


def test_locked_for_good(tmp_path: Path) -> None:
    """A state that another program keeps locked means: try later."""
    path = tmp_path / "state.db"
    State.open(address(path)).close()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    try:
        with pytest.raises(TryLater, match="locked"):
            State.open(address(path) + "?timeout=0.05")
    finally:
        other.close()
    with pytest.raises(WrongUse, match="seconds"):
        State.open(address(path) + "?timeout=soon")


def test_not_a_state(tmp_path: Path) -> None:
    """A file that is no database is refused, and left as it was."""
    path = tmp_path / "contacts.csv"
    path.write_text(table := "Name,Mobile\n" * 200)
    with pytest.raises(WrongUse, match="not a state"):
        State.open(address(path))
    assert path.read_text() == table


def test_a_state_of_0_bytes_is_damaged(tmp_path: Path) -> None:
    """A file that has lost all it held is refused, for readers too, and left as it was."""
    path = tmp_path / "state.db"
    path.touch()
    for read_only in (True, False):
        with pytest.raises(WrongUse, match="damaged: the file has 0 bytes") as caught:
            State.open(address(path), read_only=read_only)
        assert "backup" in caught.value.do
    assert path.read_bytes() == b""


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("CREATE TABLE contacts (name TEXT)", "another program's database"),
        ("PRAGMA user_version = 3", "another program's database"),
        ("CREATE TABLE sendersync_meta (name TEXT, value TEXT)", "damaged"),
    ],
)
@pytest.mark.parametrize("read_only", [True, False])
def test_another_programs_database(
    tmp_path: Path, statement: str, said: str, read_only: bool
) -> None:
    """A database that is no state, or has lost its tables, is refused and left as it was."""
    path = tmp_path / "state.db"
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute(statement)
    before = path.read_bytes()
    with pytest.raises(WrongUse, match=said):
        State.open(address(path), read_only=read_only)
    assert path.read_bytes() == before


def test_a_state_whose_creator_died_is_new(tmp_path: Path) -> None:
    """A program that dies between making the file and its tables leaves a file that is used."""
    path = tmp_path / "state.db"
    sqlite_file.make_private(path)
    assert path.stat().st_size
    assert [each.name for each in tmp_path.iterdir()] == ["state.db"]
    for read_only in (True, False, True):
        with State.open(address(path), read_only=read_only) as state:
            assert state.is_new() and not state.missing
    with State.open(address(tmp_path / "none.db"), read_only=True) as state:
        assert state.is_new() and state.missing
    with State.open(address(path)) as state, a_run(state):
        assert not state.is_new()


def test_folder_is_a_file(tmp_path: Path) -> None:
    """A place where no file can be made is wrong use, with the place named."""
    (tmp_path / "file").write_text("")
    with pytest.raises(WrongUse, match="cannot be made") as caught:
        State.open(address(tmp_path / "file" / "state.db"))
    assert "state.db" in caught.value.where


def test_outcomes_of_two_threads(tmp_path: Path) -> None:
    """Two threads that write different syncs wait for each other, and lose nothing."""
    with State.open(address(tmp_path / "state.db")) as state:

        def write(sync: str) -> None:
            with a_run(state, sync) as begun:
                for number in range(15):
                    begun.do(Kind.ADD, f"+1206555{number:04d}", Outcome.CONFIRMED)

        threads = [threading.Thread(target=write, args=(sync,)) for sync in ("a", "b")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(standings(state, "a")) == len(standings(state, "b")) == 15
