"""An opt-out that is not honoured within ten business days is told until it is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sendersync.pipeline.suppress_list import late_stops
from sendersync.state.store import State
from tests.builders.sync_bench import Desk, people, phone, sync_file, with_row

NOW = datetime.now(UTC)
TODAY = NOW.date()
LATER = NOW + timedelta(days=21)


def test_a_held_opt_out_is_late_after_ten_business_days(desk: Desk) -> None:
    """It counts from the run that held it first; every report tells it, and none once it is done."""
    desk.sync = sync_file(guards={"max_opt_outs": 0, "max_opt_out_share": 0.0})
    desk.first_load(people(5))
    desk.write(with_row(people(5), 2, Unsubscribed="yes"))
    done = desk.run()
    assert (done.exit_code, done.report.late.opt_outs) == (3, 0)
    for how in ({"dry_run": True}, {}):
        later = desk.run(clock=lambda: LATER, **how).report
        assert (later.late.opt_outs, later.late.oldest) == (1, TODAY.isoformat())
        assert any("not proven within 10 business days" in each for each in later.warnings)
    next_night = LATER + timedelta(days=1)
    approved = desk.run(clock=lambda: next_night, approve=later.plan.digest)
    assert (approved.exit_code, approved.report.late.opt_outs) == (0, 0)


def test_an_order_that_nobody_carried_out_is_late(desk: Desk) -> None:
    """Somebody on the do-not-contact list who may get texts counts from the day of the order."""
    desk.first_load(people(5))
    desk.suppress(phone(3))
    with State.open(desk.state_url) as state:
        assert late_stops(state, TODAY + timedelta(days=9)).opt_outs == 0
        assert late_stops(state, LATER.date()).opt_outs == 1
    # a run of another sync, which does not stop them, tells it as well
    desk.write(people(1), "other.csv")
    other = sync_file(sync="other", sender_code="12065559999")
    desk.sandbox.setup(sender_codes=["12065559999"])
    assert desk.run(sync=other, file="other.csv", clock=lambda: LATER).report.late.opt_outs == 1
    desk.run(clock=lambda: LATER)
    with State.open(desk.state_url) as state:
        assert late_stops(state, LATER.date()).opt_outs == 0
