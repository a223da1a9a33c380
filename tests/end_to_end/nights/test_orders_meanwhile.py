"""A load lasts for hours: what others order or add meanwhile counts for calls that have not left."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from schemas.member_status import MemberStatus
from schemas.outcomes import OperationResult
from sendersync.pipeline.job import Progress
from sendersync.pipeline.suppress_list import may_receive
from sendersync.state.store import State
from tests.builders.sync_bench import Desk, people, person, phone, sync_file

T = TypeVar("T")


@dataclass
class _Meanwhile(Progress):
    """Does something once, after the first operation of a run."""

    what: Callable[[], object]
    done: bool = False

    def on_settled(self, settled: OperationResult) -> None:
        """See `Progress`."""
        if not self.done:
            self.done = True
            self.what()


def test_a_phone_suppressed_while_a_run_is_under_way_is_not_added(desk: Desk) -> None:
    """Whoever says stop before their turn comes is passed over, and the next run withholds them."""
    desk.sync = sync_file(load={"concurrency": 1})
    desk.write(people(20))
    done = desk.run(progress=_Meanwhile(lambda: desk.suppress(phone(15))))
    assert ("add", phone(15)) not in desk.new_commands()
    assert (done.report.load.confirmed, done.report.load.not_reached) == (19, 1)
    assert done.exit_code == 4
    assert any("do-not-contact list" in warning for warning in done.report.warnings)
    operations = desk.operations(done).set_index("phone")
    assert operations.loc[phone(15), "state"] == "not_reached"
    again = desk.run()
    assert again.exit_code == 0
    assert again.report.reasons == {"suppressed": 1}
    assert desk.new_commands() == []


def test_an_order_in_an_old_number_counts_for_calls_that_have_not_left(desk: Desk) -> None:
    """A list from before a renumbering names the same person, also while a run is under way."""
    desk.sync = sync_file(load={"concurrency": 1})
    benin = person(90, Mobile="+229 01 95 12 34 56", Country="BJ")
    desk.write([*people(9), benin])
    done = desk.run(progress=_Meanwhile(lambda: desk.suppress("+22995123456")))
    assert ("add", "+2290195123456") not in desk.new_commands()
    assert (done.report.load.confirmed, done.report.load.not_reached) == (9, 1)


def test_a_list_in_old_numbers_names_who_still_gets_texts(desk: Desk) -> None:
    """Who is on the list under a number from before is told as subscribed under that of today."""
    desk.write([*people(2), person(90, Mobile="+229 01 95 12 34 56", Country="BJ")])
    desk.run()
    desk.suppress("+22995123456")
    with State.open(desk.state_url) as state:
        assert may_receive(state)["phone"].tolist() == ["+2290195123456"]
    desk.run()
    with State.open(desk.state_url) as state:
        assert may_receive(state).empty


def test_a_phone_that_another_sync_added_meanwhile_is_not_stopped(desk: Desk) -> None:
    """Who moved from one list to another keeps their texts, though both runs overlap."""
    desk.sync = sync_file(load={"concurrency": 1})
    desk.first_load(people(13))
    desk.write(people(1, start=12), "other.csv")
    desk.write(people(10))

    def other_run() -> None:
        other = desk.run(sync=sync_file(sync="other"), file="other.csv")
        assert other.report.load.already == 1

    done = desk.run(progress=_Meanwhile(other_run))
    assert desk.new_commands() == [
        ("stop", phone(10)),
        ("add", phone(12)),
        ("stop", phone(11)),
    ]
    assert (done.report.load.confirmed, done.report.load.not_reached) == (2, 1)
    assert any("another sync" in warning for warning in done.report.warnings)
    assert desk.run().exit_code == 0
    assert desk.new_commands() == []
    assert desk.standings()[phone(12)] == MemberStatus.RELEASED
    assert desk.standings("other")[phone(12)] == MemberStatus.SUBSCRIBED


def test_who_left_two_syncs_that_run_at_once_is_stopped_in_the_end(desk: Desk) -> None:
    """Neither run leaves them to the other: what is released is still wanted somewhere."""
    other = sync_file(sync="other")
    desk.first_load(people(12))
    desk.run(sync=other)
    desk.write(people(11))
    desk.new_calls()

    def steps(name: str, work: Callable[[], T]) -> T:
        result = work()
        if name == "plan":
            desk.run(sync=other)
        return result

    desk.run(steps=steps)
    assert sorted(desk.standings(name)[phone(11)] for name in ("newsletter", "other")) == [
        MemberStatus.RELEASED,
        MemberStatus.SUBSCRIBED,
    ]
    desk.run()
    assert desk.new_commands() == [("stop", phone(11))]
