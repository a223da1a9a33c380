"""Runs, suppressions, rejects and the rest: one suite, on a SQLite file and on a real Postgres."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import make_url, select, text

from schemas.errors import RunFailed, WrongUse
from schemas.outcomes import Kind, Outcome
from schemas.report import Status
from sendersync.state.database.engine import connect
from sendersync.state.database.tables import METADATA
from sendersync.state.store import State
from tests.builders.state_bench import (
    ANN,
    BEN,
    CEM,
    BegunRun,
    a_run,
    held,
    members,
    pairs,
    standings,
)


@pytest.mark.parametrize(
    ("command", "status", "complete", "expected"),
    [
        ("run", Status.COMPLETED, True, True),
        ("adopt", Status.COMPLETED, True, True),
        ("run", Status.PARTIAL, True, True),
        ("run", Status.FAILED, True, False),
        ("run", Status.COMPLETED, False, False),
        ("import", Status.COMPLETED, True, False),
    ],
)
def test_completed_run(
    state: State, command: str, status: Status, complete: bool, expected: bool
) -> None:
    """Only a run or adoption that ended well, with a complete source, makes a baseline."""
    with a_run(state, command=command) as begun:
        assert not state.runs.has_completed("newsletter")
        begun.finish(status, complete=complete)
    assert state.runs.has_completed("newsletter") is expected
    assert not state.runs.has_completed("offers")


def test_runs_are_found(state: State) -> None:
    """A run is found by id, by a beginning that is its own, and as the last; else ids are named."""
    with pytest.raises(WrongUse, match="no run yet"):
        state.runs.one("last")
    with a_run(state) as begun:
        begun.finish()
    found = state.runs.one(begun.run)
    assert found == state.runs.one("last") == state.runs.one(begun.run[:-1])
    assert found.report["run"] == begun.run
    assert (found.status, found.source_complete) == ("completed", True)
    with pytest.raises(WrongUse, match=begun.run):
        state.runs.one(begun.run[:-4] + "zzzz")
    with a_run(state, "offers"):
        pass
    with pytest.raises(WrongUse, match="Several"):
        state.runs.one("20")
    assert [row.sync for row in state.runs.latest(5)] in (
        ["offers", "newsletter"],
        ["newsletter", "offers"],
    )
    assert [row.sync for row in state.runs.latest(5, sync="offers")] == ["offers"]


def test_suppressions(state: State) -> None:
    """A phone is suppressed once, keeps its first origin, and can be released."""
    assert (
        state.suppressions.add(iter([ANN, BEN, ANN]), origin="stops.csv", reason="opted_out") == 2
    )
    assert state.suppressions.add([ANN, CEM], origin="later", reason="x", run="r") == 1
    listed = state.suppressions.all()
    assert listed["phone"].tolist() == [ANN, BEN, CEM]
    assert listed["origin"].tolist() == ["stops.csv", "stops.csv", "later"]
    orders = state.suppressions.of(BEN)
    assert state.suppressions.lift(orders, who="tester", why="a mistake") == 1
    assert state.suppressions.lift(orders, who="tester", why="a mistake") == 0
    assert state.suppressions.all()["phone"].tolist() == [ANN, CEM]
    (lifted,) = state.suppressions.lifted().to_dict("records")
    told = [lifted[name] for name in ("phone", "origin", "who", "why")]
    assert told == [BEN, "stops.csv", "tester", "a mistake"]


def test_an_order_may_hold_for_one_sender_code(state: State) -> None:
    """Beside the order for all codes there is one for each; the narrow one is taken off alone."""
    state.suppressions.add([ANN], origin="x", reason="y", sender_code="12065551212")
    state.suppressions.add([ANN], origin="x", reason="y")
    assert state.suppressions.all()["sender_code"].tolist() == ["", "12065551212"]
    narrow = state.suppressions.of(ANN, "(206) 555-1212")
    assert state.suppressions.lift(narrow, who="tester", why="one list only") == 1
    assert state.suppressions.all()["sender_code"].tolist() == [""]


def test_suppression_in_a_wrong_spelling(state: State) -> None:
    """A phone that would never match is refused, all of the list with it, and not shown."""
    with pytest.raises(WrongUse) as caught:
        state.suppressions.add([ANN, "2065550102"], origin="x", reason="y")
    assert "2065550102" not in str(caught.value)
    assert state.suppressions.all().empty


def test_rejects(begun: BegunRun) -> None:
    """Rejected rows come back with the source's own columns, over several batches."""
    for lines in ([2, 5], [9]):
        frame = pd.DataFrame(
            {"reason": "phone_missing", "column": "Mobile", "row": '["Ann", ""]'},
            index=pd.Index(lines, name="line"),
        )
        begun.state.rejects.save(begun.run, ["Name", "Mobile"], frame)
    columns, rows = begun.state.rejects.of(begun.run)
    assert columns == ["Name", "Mobile"]
    assert rows["line"].tolist() == [2, 5, 9]
    assert set(rows["row"]) == {'["Ann", ""]'}


def test_rejected_rows_of_old_runs_are_erased(state: State) -> None:
    """Runs that began before a moment lose their rejected rows; newer ones keep theirs."""
    runs, middle = [], datetime.now(UTC)
    frame = pd.DataFrame(
        {"reason": "phone_missing", "column": "Mobile", "row": '["Ann", ""]'},
        index=pd.Index([2], name="line"),
    )
    for _ in range(2):
        with a_run(state) as begun:
            state.rejects.save(begun.run, ["Name", "Mobile"], frame)
        runs.append(begun.run)
        middle = middle if len(runs) == 2 else _after(state, begun.run)
    state.rejects.prune(middle)
    assert [len(state.rejects.of(run)[1]) for run in runs] == [0, 1]
    assert [state.runs.one(run).id for run in runs] == runs


def _after(state: State, run: str) -> datetime:
    """A moment after a run has begun, and before the next one can."""
    begun = datetime.fromisoformat(state.runs.one(run).started_at)
    while datetime.now(UTC) < begun + timedelta(milliseconds=3):
        time.sleep(0.001)
    return begun + timedelta(milliseconds=1)


def test_known_rejects(state: State) -> None:
    """Known rejects are replaced as a whole, for one sync alone."""
    state.rejects.replace_known("newsletter", ["a", "b"])
    state.rejects.replace_known("offers", ["a"])
    state.rejects.replace_known("newsletter", ["b", "c"])
    assert state.rejects.known("newsletter")["fingerprint"].tolist() == ["b", "c"]
    assert state.rejects.known("offers")["fingerprint"].tolist() == ["a"]


def test_held_operations(begun: BegunRun) -> None:
    """Held operations are listed with the run, and replaced when held again."""
    begun.state.ledger.keep_held(begun.run, held(ANN, BEN), "00000-00000")
    begun.state.ledger.keep_held(begun.run, held(ANN, BEN), "7kq2m-9xtr4")
    shown = begun.state.ledger.operations(begun.run)
    assert shown["state"].tolist() == ["held", "held"]
    assert sorted(zip(shown["phone"], shown["guard"], shown["line"], strict=True)) == [
        (ANN, "max_stops", 2),
        (BEN, "max_stops", 3),
    ]
    assert begun.state.runs.one(begun.run).digest == "7kq2m-9xtr4"


def test_revision(state: State) -> None:
    """The revision changes with members and suppressions, and with nothing else."""
    with a_run(state) as begun, a_run(state, "offers") as other:
        other.do(Kind.ADD, ANN)
        first = state.revision("newsletter")
        offers = state.revision("offers")
        operation = begun.operation(Kind.ADD, ANN)
        begun.intend(operation)
        assert state.revision("newsletter") == first
        begun.settle(operation, Outcome.CONFIRMED)
        second = state.revision("newsletter")
        assert second != first
        assert state.revision("offers") == offers
        begun.do(Kind.STOP, ANN)  # which moves the member of the other sync
        assert state.revision("offers") != offers
        third = state.revision("newsletter")
        state.suppressions.add([BEN], origin="x", reason="y")
        assert state.revision("newsletter") != third


def test_forgotten_people(begun: BegunRun, url: str) -> None:
    """One person is erased everywhere, a hash stays, and others who share the e-mail stay whole."""
    state = begun.state
    begun.do(Kind.ADD, ANN, first_name="Ann", email="both@example.com")
    begun.do(Kind.ADD, BEN, first_name="Ben", email="both@example.com")
    state.suppressions.add([ANN], origin="x", reason="y")
    row = '["Ann", "(206) 555-0101"]'
    frame = pd.DataFrame({"line": [2, 3], "reason": "x", "column": "", "row": [row, '["Zoe"]']})
    state.rejects.save(begun.run, ["Name", "Mobile"], frame)

    owed, now = members(ANN, BEN), datetime.now(UTC)
    state.cursors.settle(
        "newsletter", begun.lease, cursor="c", read_at=now, full=True, pending=owed
    )

    state.erasure.forget(ANN)

    assert standings(state) == {BEN: "subscribed"}
    assert state.suppressions.all().empty
    assert state.ledger.history_of(ANN).empty
    assert state.rejects.of(begun.run)[1]["line"].tolist() == [3]
    assert state.erasure.erased(pd.Series([BEN, ANN], index=[4, 2])).to_dict() == {
        4: False,
        2: True,
    }
    assert state.ledger.operations(begun.run)["first_name"].tolist() == ["", "Ben"]
    left = connect(url, read_only=True)
    with left.engine.begin() as connection:
        for table in METADATA.tables.values():  # those of later versions too
            assert not any(ANN in str(row) for row in connection.execute(select(table)))
    left.close()


def test_nobody_is_forgotten_in_flight(begun: BegunRun) -> None:
    """A person with a call in flight is not forgotten before its answer is written."""
    begun.intend(begun.operation(Kind.ADD, ANN))
    with pytest.raises(RunFailed, match="not been settled"):
        begun.state.erasure.forget(ANN)


def test_read_only(url: str) -> None:
    """A state opened for reading shows everything and refuses to write."""
    with State.open(url, read_only=True) as nothing:
        assert nothing.members.of("newsletter").empty
        assert nothing.runs.latest(5) == []
    with State.open(url) as state, a_run(state) as begun:
        begun.do(Kind.ADD, ANN)
    with State.open(url, read_only=True) as seen:
        assert standings(seen) == {ANN: "subscribed"}
        assert seen.members.standing_anywhere(pairs(ANN)).subscribed.all()
        with pytest.raises(RunFailed, match="opened for reading"):
            seen.suppressions.add([ANN], origin="x", reason="y")


def test_older_postgres(empty_postgres: str) -> None:
    """An older Postgres state is not changed by a reader, who is told what to run, and then is."""
    State.open(empty_postgres).close()
    database = connect(empty_postgres, read_only=False)
    with database.engine.begin() as connection:
        for younger in ("forgotten", "cursors", "owed", "suppressed_keys", "departures"):
            connection.execute(text(f"DROP TABLE sendersync_{younger}"))
        younger_tables = ("readings", "released", "decisions", "planned_adds", "reviews", "undone")
        for younger in (*younger_tables, "rate_budgets", "accounts"):
            connection.execute(text(f"DROP TABLE sendersync_{younger}"))
        for younger in ("lifted", "consents"):
            connection.execute(text(f"DROP TABLE sendersync_{younger}"))
        connection.execute(text("ALTER TABLE sendersync_suppressions DROP COLUMN sender_code"))
        connection.execute(text("DROP INDEX sendersync_operations_stops"))
        for where in (
            "syncs.retired_at",
            "runs.digest",
            "operations.guard",
            "operations.line",
            "approvals.digest",
            "approvals.note",
        ):
            table, column = where.split(".")
            connection.execute(text(f"ALTER TABLE sendersync_{table} DROP COLUMN {column}"))
        connection.execute(text("DELETE FROM sendersync_meta WHERE name = 'salt'"))
        connection.execute(
            text("UPDATE sendersync_meta SET value = '1' WHERE name = 'schema_version'")
        )
    database.close()
    with pytest.raises(WrongUse, match=r"version 1.*sendersync history"):
        State.open(empty_postgres, read_only=True)
    with State.open(empty_postgres) as state:
        assert not state.erasure.erased(pd.Series([ANN])).any()


def test_what_an_older_state_holds_is_known_to_other_syncs(url: str) -> None:
    """Adds that the newest run of a sync held, and not those of an earlier run, are planned ones."""
    with State.open(url) as state:
        for phones in ((ANN, BEN), (BEN, CEM)):
            with a_run(state, "offers") as run:
                state.ledger.keep_held(run.run, held(*phones).assign(kind="add"), "digest")
                run.finish(Status.NEEDS_APPROVAL)
    database = connect(url, read_only=False)
    with database.engine.begin() as connection:
        connection.execute(text("ALTER TABLE sendersync_planned_adds DROP COLUMN held"))
        connection.execute(
            text("UPDATE sendersync_meta SET value = '12' WHERE name = 'schema_version'")
        )
    database.close()
    with State.open(url) as state:
        known = state.departures.planned_elsewhere("newsletter", pairs(ANN, BEN, CEM))
        assert known.tolist() == [False, True, True]
        assert state.guard_history.planned_adds("offers").empty


def test_postgres_itself_refuses_a_reader(empty_postgres: str) -> None:
    """A reading state on Postgres could not write even by a fault of ours."""
    State.open(empty_postgres).close()
    database = connect(empty_postgres, read_only=True)
    database.read_only = False
    with State(database) as state, pytest.raises(WrongUse, match="no writing"):
        state.suppressions.add([ANN], origin="x", reason="y")


def test_password_is_never_shown(empty_postgres: str) -> None:
    """Neither the state's place nor an error shows the password of its address."""
    secret = "s3cr3t"
    url = make_url(empty_postgres).set(password=secret, database="not_there")
    with pytest.raises(WrongUse) as caught:
        State.open(url.render_as_string(hide_password=False))
    assert secret not in str(caught.value.as_json())
    with State.open(make_url(empty_postgres).set(password=secret).render_as_string(False)) as state:
        assert secret not in state.where


def test_a_backup_is_a_file_of_the_same_rows(state: State, tmp_path: Path) -> None:
    """Of either database the copy is a SQLite file that opens as a state and says the same."""
    with a_run(state) as begun:
        begun.do(Kind.ADD, ANN, email="ann@example.com")
        begun.do(Kind.STOP, BEN)
        begun.finish()
    state.suppressions.add([CEM], origin="person", reason="asked")
    copy = tmp_path / "copy.db"
    rows = state.backup(copy)
    assert (rows["sendersync_members"], rows["sendersync_suppressions"]) == (2, 1)
    with State.open(f"sqlite:///{copy}", read_only=True) as other:
        assert other.members.of("newsletter").equals(state.members.of("newsletter"))
        assert other.suppressions.all().equals(state.suppressions.all())
        assert other.revision("newsletter") == state.revision("newsletter")
        assert other.runs.latest() == state.runs.latest()
    assert copy.stat().st_mode & 0o777 == 0o600
