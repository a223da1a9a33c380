"""A copy of the state taken back, on SQLite and on Postgres: what was ordered since is kept."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import delete

from schemas.errors import LeaseLost, RunActive, RunFailed, WrongUse
from schemas.outcomes import Kind
from sendersync.state.database.engine import connect
from sendersync.state.database.tables import SUPPRESSIONS
from sendersync.state.store import State
from sendersync.state.upkeep.restore import Present, restore
from tests.builders.state_bench import ANN, BEN, CEM, a_run, members, standings

DAN = "+12065550104"


@pytest.fixture
def copy(url: str, tmp_path: Path) -> Path:
    """A copy of a state in which Ann and Cem are subscribed."""
    with State.open(url) as state:
        with a_run(state) as begun:
            begun.do(Kind.ADD, ANN, email="ann@example.com")
            begun.do(Kind.ADD, CEM)
            begun.finish()
        state.backup(tmp_path / "copy.db")
    return tmp_path / "copy.db"


def suppressed(state: State) -> set[str]:
    """Phones on the do-not-contact list."""
    return set(state.suppressions.all()["phone"])


def test_what_was_ordered_since_is_kept(url: str, copy: Path) -> None:
    """Stops, erasures, runs and members since the copy stay; the erased do not come back with it."""
    with State.open(url) as state:
        with a_run(state) as begun:
            begun.do(Kind.STOP, CEM)
            begun.do(Kind.ADD, BEN)
            begun.finish()
        state.suppressions.add([DAN], origin="person", reason="asked")
        state.erasure.forget(ANN)
    before = copy.read_bytes()
    done = restore(url, copy)
    assert (done.present, done.blind, done.other_state) == (Present.SOUND, False, False)
    assert done.kept["sendersync_runs"] == 1 and done.kept["sendersync_suppressions"] == 1
    assert done.erased == 1
    with State.open(url) as state:
        assert standings(state) == {CEM: "stopped", BEN: "subscribed"}
        assert suppressed(state) == {DAN}
        assert state.erasure.erased(pd.Series([ANN])).all()
        assert state.ledger.history_of(ANN).empty
        assert len(state.runs.latest()) == 2
    assert copy.read_bytes() == before
    assert done.aside is not None and done.aside.stat().st_mode & 0o777 == 0o600
    with State.open(f"sqlite:///{done.aside}", read_only=True) as aside:
        assert standings(aside) == {CEM: "stopped", BEN: "subscribed"}


def test_what_only_the_copy_knows_comes_back(url: str, copy: Path) -> None:
    """An order that something has deleted is there again; one that a person has lifted is not."""
    second = copy.with_name("second.db")
    with State.open(url) as state:
        state.suppressions.add([BEN, DAN], origin="person", reason="asked")
        state.backup(second)
        state.suppressions.lift(state.suppressions.of(BEN), who="me@here", why="a typing error")
    database = connect(url, read_only=False)
    database.write(lambda connection: connection.execute(delete(SUPPRESSIONS)))
    database.close()
    done = restore(url, second)
    assert done.present is Present.SOUND
    with State.open(url) as state:
        assert suppressed(state) == {DAN}
        assert state.suppressions.lifted()["who"].tolist() == ["me@here"]


def test_no_holder_from_before_can_write(url: str, copy: Path) -> None:
    """A run from before the restore is overtaken, also of a sync that the copy does not know."""
    with State.open(url) as state, a_run(state, "offers") as begun:
        pass
    with State.open(url) as state:
        state.members.adopt(begun.run, members(BEN))
    restore(url, copy)
    with State.open(url) as state:
        with pytest.raises(LeaseLost):
            state.members.adopt(begun.run, members(DAN))
        for sync in ("offers", "a new sync"):
            with state.lease(sync) as lease:
                assert lease.fence > begun.lease.fence + 1000


def test_not_while_a_run_is_active(url: str, copy: Path) -> None:
    """A restore under a run would take its ground away: it is refused, and nothing is changed."""
    with State.open(url) as state, a_run(state) as begun:
        with pytest.raises(RunActive, match="newsletter is active"):
            restore(url, copy)
        begun.do(Kind.ADD, BEN)
    assert len(list(copy.parent.glob("**/*before-restore*"))) == 0


def test_a_copy_of_another_state(url: str, copy: Path, tmp_path: Path) -> None:
    """Whoever was erased or suppressed in either state stays so, whichever key the hash has."""
    with State.open(f"sqlite:///{tmp_path}/other.db") as other:
        with a_run(other, "offers") as begun:
            begun.do(Kind.ADD, BEN)
            begun.do(Kind.ADD, ANN)
            begun.do(Kind.ADD, DAN)
        other.erasure.forget(BEN)
        other.suppressions.add([DAN], origin="person", reason="asked")
        other.backup(tmp_path / "other copy?.db")
    with State.open(url) as state:
        state.erasure.forget(ANN)
    done = restore(url, tmp_path / "other copy?.db")
    assert done.other_state and done.blind
    with State.open(url) as state:
        assert state.erasure.erased(pd.Series([ANN, BEN, CEM])).tolist() == [True, True, False]
        assert standings(state, "offers") == {DAN: "subscribed"}
        assert standings(state) == {CEM: "subscribed"}
        assert suppressed(state) == {DAN}


def test_blind_until_a_full_run_has_ended(url: str, copy: Path) -> None:
    """Where nothing is known of the time since the copy, that is remembered for each sync."""
    with contextlib.closing(sqlite3.connect(copy)) as connection, connection:
        connection.execute("UPDATE sendersync_meta SET value = 'x' WHERE name = 'state_id'")
    restore(url, copy)
    with State.open(url) as state:
        assert state.runs.is_restored_blind("newsletter")
        with a_run(state) as begun:
            begun.finish(complete=False)
        assert state.runs.is_restored_blind("newsletter")
        with a_run(state) as begun:
            begun.finish()
        assert not state.runs.is_restored_blind("newsletter")
        assert state.runs.is_restored_blind("offers")


@pytest.mark.parametrize(
    ("content", "error", "said"),
    [
        (None, WrongUse, "no such file"),
        (b"", WrongUse, "no copy of a state"),
        (b"Name,Mobile\n" * 300, WrongUse, "no copy of a state"),
        ("half", RunFailed, "damaged"),
    ],
)
def test_what_is_no_copy(
    url: str, copy: Path, content: object, error: type[Exception], said: str
) -> None:
    """A file that is missing, empty, foreign or cut off is refused, and nothing is changed."""
    whole = copy.read_bytes()
    if content is None:
        copy.unlink()
    else:
        copy.write_bytes(content if isinstance(content, bytes) else whole[: len(whole) // 2])
    with pytest.raises(error, match=said):
        restore(url, copy)
    with State.open(url) as state:
        assert set(standings(state)) == {ANN, CEM}
