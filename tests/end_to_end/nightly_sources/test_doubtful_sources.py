"""A source that may not be all of it stops nobody."""

from __future__ import annotations

import pytest

from schemas.outcomes import Cause
from tests.builders.sync_bench import HEADER, Desk, as_csv, people, phone, sync_file, with_row

HEAD = ",".join(HEADER) + "\n"
EMPTY = {
    "0 bytes": "",
    "a byte-order mark and nothing else": "\ufeff",
    "blank lines": "\n\n\n",
    "header only": HEAD,
    "header without its line end": HEAD.strip(),
    "header and blank lines": HEAD + "\n\n",
}


@pytest.mark.parametrize("text", EMPTY.values(), ids=EMPTY)
def test_an_empty_file_stops_nobody(desk: Desk, text: str) -> None:
    """No rows: no call, exit 3, and the state lists who would have been stopped."""
    desk.first_load(people(4))
    desk.write_text(text)
    done = desk.run()
    assert done.exit_code == 3, done.error
    assert done.report.status == "needs_approval"
    assert desk.new_calls() == []
    held = desk.operations(done)
    assert set(held["phone"]) == {phone(n) for n in range(4)}
    assert set(held["state"]) == {"held"}
    assert set(held["cause"]) == {Cause.GONE}


@pytest.mark.parametrize("text", ["", HEAD])
def test_an_empty_file_cannot_be_approved(desk: Desk, text: str) -> None:
    """Approval cannot make an empty file prove that anybody left."""
    desk.first_load(people(4))
    desk.write_text(text)
    assert desk.run(approve_stops=1000).exit_code == 3
    assert desk.new_calls() == []
    desk.write(people(4))
    assert desk.run().exit_code == 0
    assert desk.new_calls() == []


def test_a_file_without_a_third_of_its_rows_stops_nobody(desk: Desk) -> None:
    """A third missing is held whole: no call, exit 3, every one of them listed."""
    desk.first_load(people(90))
    desk.write(people(60))
    done = desk.run()
    assert done.exit_code == 3
    assert done.report.plan.held == 30
    assert desk.new_calls() == []
    assert set(desk.operations(done)["phone"]) == {phone(n) for n in range(60, 90)}
    assert len(desk.subscribed()) == 90


def test_what_is_held_lets_everything_else_go(desk: Desk) -> None:
    """Adds and updates of the same run are done though removals wait."""
    desk.first_load(people(60))
    desk.write(people(60, start=30))
    done = desk.run()
    assert done.exit_code == 3
    assert (done.report.plan.add, done.report.plan.held) == (30, 30)
    assert sorted(desk.new_commands()) == [("add", phone(n)) for n in range(60, 90)]


def test_a_file_cut_off_within_quotes_stops_nobody(desk: Desk) -> None:
    """A file that ends inside a cell was not read to its end."""
    rows = people(8)
    desk.first_load(rows)
    text = as_csv(rows)
    desk.write_text(text[: text.index("C000005")] + '"C0000')
    done = desk.run(approve_stops=100)
    assert done.exit_code == 3
    assert not done.report.source.complete
    assert desk.new_calls() == []


def test_a_file_with_too_few_rows_stops_nobody(desk: Desk) -> None:
    """Fewer rows than `min_rows` prove nothing, with or without approval."""
    desk.sync = sync_file(guards={"min_rows": 5})
    desk.first_load(people(6))
    desk.write(people(4))
    assert desk.run(approve_stops=100).exit_code == 3
    assert desk.new_calls() == []
    desk.write(people(5))
    assert desk.run().exit_code == 0
    assert desk.new_commands() == [("stop", phone(5))]


def test_a_file_with_too_many_rejects_holds_removals(desk: Desk) -> None:
    """A damaged column must not stop those whose rows happen to be missing."""
    desk.first_load(people(10))
    rows = people(9)
    for place in range(6):
        rows = with_row(rows, place, Mobile="#N/A")
    desk.write(rows)
    assert desk.run().exit_code == 3
    assert desk.new_calls() == []
    assert desk.run(approve_stops=1).exit_code == 0
    assert desk.new_commands() == [("stop", phone(9))]


def test_a_missing_file_or_column_fails_before_any_call(desk: Desk) -> None:
    """A source that is not what the sync file says ends with 2 and changes nobody."""
    desk.first_load(people(4))
    desk.write_text(as_csv(people(2)).replace("Mobile", "Handy"))
    done = desk.run()
    assert done.exit_code == 2
    assert "Mobile" in str(done.error)
    assert desk.run(file="nowhere.csv").exit_code == 2
    assert desk.new_calls() == []
    desk.write(people(4))
    assert desk.run().report.plan.unchanged == 4


def test_a_first_run_stops_nobody(desk: Desk) -> None:
    """With members from a run that was never completed, a first complete run stops nobody."""
    desk.write(people(10))
    desk.sandbox.faults({"kind": "error", "status": 403, "error": "no", "nth": [6]})
    assert desk.run().exit_code == 2
    known = desk.subscribed()
    assert known
    desk.sandbox.faults()
    desk.new_calls()
    desk.write(people(10, start=50))
    done = desk.run()
    assert done.exit_code == 0
    assert done.report.plan.held == 0
    assert desk.new_commands().count(("add", phone(50))) == 1
    assert known <= desk.subscribed()


@pytest.mark.parametrize("removals", ["keep", "stop"])
def test_removals_can_be_kept(desk: Desk, removals: str) -> None:
    """`removals: keep` keeps those whose rows left; opt-outs and withdrawn consent are no such."""
    desk.sync = sync_file(removals=removals)
    rows = people(6)
    desk.first_load(rows)
    desk.write(with_row(with_row(rows[1:], 0, Unsubscribed="yes"), 1, Consent="no"))
    assert desk.run().exit_code == 0
    stops = {number for _, number in desk.new_commands()}
    assert stops == {phone(1), phone(2)} | ({phone(0)} if removals == "stop" else set())


def test_both_guards_must_be_passed(desk: Desk) -> None:
    """More than `max_stops` and more than `max_stop_share` of the members: only both hold."""
    rows = people(100)
    desk.sync = sync_file(guards={"max_stops": 4, "max_stop_share": 0.5})
    desk.first_load(rows)
    desk.write(rows[:90])
    assert desk.run().report.plan.stop == 10
    desk.sync = sync_file(guards={"max_stops": 10, "max_stop_share": 0.05})
    desk.write(rows[:80])
    assert desk.run().report.plan.stop == 10
    desk.write(rows[:69])
    done = desk.run()
    assert (done.report.plan.stop, done.report.plan.held) == (0, 11)


def test_an_approval_is_a_ceiling_for_one_run(desk: Desk) -> None:
    """40 approved and 41 due is held; 41 approved goes, is on record, and is used up."""
    rows = people(100)
    desk.first_load(rows)
    desk.write(rows[:59])
    assert desk.run().exit_code == 3
    held = desk.run(approve_stops=40)
    assert held.exit_code == 3
    assert held.report.plan.held == 41
    assert desk.new_calls() == []
    done = desk.run(approve_stops=41)
    assert done.exit_code == 0
    assert len(desk.new_calls()) == 41
    with desk.state() as state:
        approvals = state.approvals.given("newsletter")
    assert approvals["ceiling"].tolist() == [40, 41]
    assert set(approvals["who"]) == {"tester"}
    assert all(approvals["at"])
    desk.write(rows[:29])
    assert desk.run().exit_code == 3


def test_held_causes_are_judged_separately(desk: Desk) -> None:
    """Forty changed numbers wait, old and new, and do not hold three departures."""
    rows = people(100)
    desk.first_load(rows)
    changed = [{**row, "Mobile": phone(500 + n)} for n, row in enumerate(rows[:40])]
    desk.write([*changed, *rows[40:97]])
    done = desk.run()
    assert (done.report.plan.add, done.report.plan.stop, done.report.plan.held) == (0, 3, 40)
    assert sorted(desk.new_commands()) == [("stop", phone(n)) for n in (97, 98, 99)]
    assert len(desk.subscribed()) == 97


def test_nobody_is_released_on_the_word_of_a_doubtful_read(desk: Desk) -> None:
    """A row that may still be there is not given over to another sync."""
    desk.sync = sync_file(columns={"key": None})
    rows = people(6)
    desk.first_load(rows)
    desk.run(sync=sync_file(sync="other"))
    desk.new_calls()
    desk.write(with_row(rows, 2, Mobile="#REF!"))
    desk.run()
    desk.write(people(2))
    desk.run(sync=sync_file(sync="other"), approve_stops=100)
    assert ("stop", phone(2)) not in desk.new_commands()


def test_whom_two_doubtful_lists_have_lost_is_held_and_not_forgotten(desk: Desk) -> None:
    """Each list leaves them to the other, so both ask; approved, the one releases, the other stops."""
    first, other = (sync_file(sync=name, columns={"key": None}) for name in ("first", "other"))
    rows = people(6)
    desk.write(rows)
    desk.run(sync=first)
    desk.run(sync=other)
    desk.new_calls()
    desk.write(with_row(rows, 2, Mobile="#REF!"))
    nights = [("release", first, False), ("release", other, False)]
    nights += [("release", first, True), ("stop", other, True)]
    for would, sync, looks in nights:
        held = desk.run(sync=sync)
        assert (held.exit_code, held.report.plan.held) == (3, 1)
        assert desk.operations(held)[["kind", "phone"]].to_numpy().tolist() == [[would, phone(2)]]
        assert desk.new_commands() == []
        if looks:
            assert desk.run(sync=sync, approve=held.report.plan.digest).exit_code == 0
    assert desk.new_commands() == [("stop", phone(2))]
