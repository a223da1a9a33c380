"""A cell that may say stop: nobody is added for it, and nobody is stopped."""

from __future__ import annotations

import pytest

from schemas.member_status import MemberStatus
from tests.builders.sync_bench import Desk, people, phone, sync_file, with_row

MAY_SAY_STOP = ["Sí", "Unsubscribed", "2026-01-05", "1.0", "stop"]


@pytest.mark.parametrize("cell", MAY_SAY_STOP)
def test_who_may_have_said_stop_is_not_added(desk: Desk, cell: str) -> None:
    """The person is withheld, and not written on the do-not-contact list either."""
    desk.write(with_row(people(4), 2, Unsubscribed=cell))
    done = desk.run()
    assert (done.exit_code, done.report.reasons) == (0, {"opt_out_unclear": 1})
    assert desk.subscribed() == {phone(0), phone(1), phone(3)}
    assert desk.suppressed() == set()


@pytest.mark.parametrize(
    "change",
    [{}, {"Mobile": phone(77)}, {"Mobile": "see notes"}, {"CustomerID": "C9"}],
    ids=["the same row", "another number", "no readable number", "another key"],
)
def test_who_may_have_said_stop_keeps_what_they_had(desk: Desk, change: dict[str, str]) -> None:
    """A member is neither stopped nor moved while it is not clear what the cell means."""
    rows = people(4)
    desk.first_load(rows)
    desk.write(with_row(rows, 2, Unsubscribed="Sí", **change))
    assert desk.run().exit_code == 0
    assert desk.new_calls() == []
    assert desk.standings()[phone(2)] == MemberStatus.SUBSCRIBED


def test_the_sync_file_says_what_the_words_mean(desk: Desk) -> None:
    """With its words named, a cell is the opt-out that it was meant to be, or none."""
    rows = people(4)
    desk.sync = sync_file(
        words={"opted_out": {"means_yes": ["unsubscribed"], "means_no": ["subscribed"]}}
    )
    desk.first_load(rows)
    rows = [{**row, "Unsubscribed": "Subscribed"} for row in rows]
    desk.write(with_row(rows, 2, Unsubscribed="Unsubscribed"))
    done = desk.run()
    assert done.report.warnings == []
    assert desk.new_commands() == [("stop", phone(2))]
    assert desk.suppressed() == {phone(2)}


def test_an_opt_out_beside_an_unclear_one_counts(desk: Desk) -> None:
    """Two rows of one phone, one saying stop and one saying who knows what, are a stop."""
    rows = people(4)
    desk.first_load(rows)
    twice = [*with_row(rows, 2, Unsubscribed="Sí"), {**rows[2], "Unsubscribed": "yes"}]
    desk.write(twice)
    assert desk.run().exit_code == 0
    assert desk.new_commands() == [("stop", phone(2))]
