"""What `doctor` finds in the state that is not done: without proof, late, held or waiting."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from sendersync.cli.commands.setup.diagnosis import Diagnosis, right

if TYPE_CHECKING:
    from sendersync.state.store import State

_LISTS_ARE_OPEN_FOR: Final = timedelta(days=7)
"""How long a stop list that nobody gave again counts as held: it may have been the wrong one."""


def outcomes(given: Mapping[str, str]) -> Diagnosis:
    """Calls that nothing has proven: the people of a stop may still get texts."""
    from connectors.configuration.environment import state_url
    from schemas.member_status import MemberStatus
    from schemas.outcomes import Kind
    from schemas.wording import counted
    from sendersync.state.store import State

    with State.open(state_url(given), read_only=True) as state:
        found = state.reviews.unproven()
        in_flight = state.ledger.left_in_flight()
    left = in_flight.loc[in_flight["kind"] == Kind.STOP]
    # the id of the run that died begins with the day
    pairs = zip(left["phone"], left["sender_code"], left["run_id"], strict=True)
    since = {(phone, code): str(run) for phone, code, run in pairs}
    # of several syncs that asked for one person the first counts: they come oldest first
    asked = [each for each in reversed(found) if each.is_stop]
    since |= {(each.phone, each.sender_code): each.since for each in asked}
    adds = sum(each.standing == MemberStatus.UNSURE for each in found)
    also = f"; {counted(adds, 'add is', 'adds are')} not confirmed and asked again" if adds else ""
    if not since:
        return right("outcomes", f"every stop is confirmed{also}.")
    count = counted(len(since), "stop is", "stops are")
    return Diagnosis(
        "outcomes",
        ok=False,
        says=f"{count} not confirmed, the oldest since {min(since.values())[:10]}{also}.",
        do="These people may still get texts: look them up, `sendersync review`.",
        unproven=True,
    )


def opt_outs(given: Mapping[str, str], today: date) -> Diagnosis:
    """Whether every opt-out is honoured within ten business days."""
    from connectors.configuration.environment import state_url
    from schemas.wording import counted
    from sendersync.pipeline.suppress_list import late_stops
    from sendersync.state.store import State

    with State.open(state_url(given), read_only=True) as state:
        late = late_stops(state, today)
    if not late.opt_outs:
        return right("opt-outs", "none is unproven for more than 10 business days.")
    what = counted(late.opt_outs, "opt-out is", "opt-outs are")
    return Diagnosis(
        "opt-outs",
        ok=False,
        says=f"{what} not proven within 10 business days, the first of {late.oldest}.",
        do="Whose: `sendersync suppress list --owed`, `sendersync review`, `sendersync show last`. "
        "Stop them on the platform's page today.",
        unproven=True,
    )


def held(given: Mapping[str, str], today: date) -> list[Diagnosis]:
    """A line for each sync whose last run holds something, and for each stop list that was held."""
    from connectors.configuration.environment import state_url
    from sendersync.state.store import State

    with State.open(state_url(given), read_only=True) as state:
        return [_held_by(report) for report in _that_hold(state, today)]


def _that_hold(state: State, today: date) -> Iterator[dict[str, Any]]:
    """The reports of runs that wait for a person; syncs out of use wait for nobody."""
    from schemas.report import Status
    from sendersync.state.one_off_names import is_one_off

    for sync in state.runs.syncs():
        if is_one_off(sync):
            newest = state.runs.latest(1, sync)
            since = (today - _LISTS_ARE_OPEN_FOR).isoformat()
            report = newest[0].report if newest and newest[0].started_at >= since else {}
        else:
            report = {} if state.syncs.retired_at(sync) else state.runs.last_report(sync)
        if report.get("status") == Status.NEEDS_APPROVAL.value:
            yield report


def _held_by(report: Mapping[str, Any]) -> Diagnosis:
    from schemas.report import held_texts
    from schemas.wording import counted

    run, count = report["run"], int(report["plan"]["held"])
    what = f"holds {counted(count, 'operation')}" if count else "waits for a person"
    return Diagnosis(
        "held",
        ok=False,
        says=f"{report['sync']} {what} since run {run}. {' '.join(held_texts(report))}".rstrip(),
        do=f"Who it is, and how to approve it: `sendersync show {run}`.",
        held=True,
    )


def waiting(given: Mapping[str, str]) -> list[Diagnosis]:
    """One line where stops of people who left wait for the next read of other syncs."""
    from connectors.configuration.environment import state_url
    from schemas.wording import counted
    from sendersync.state.store import State

    with State.open(state_url(given), read_only=True) as state:
        count = sum(len(state.departures.of(sync)) for sync in state.runs.syncs())
    if not count:
        return []
    what = counted(count, "person who left waits", "people who left wait")
    return [right("waiting", f"{what} for the next read of other syncs, at most one night.")]
