"""Whatever the platform answers, or fails to answer, the ledger says what is true."""

from __future__ import annotations

import time
from collections import Counter
from typing import Any, NamedTuple

from schemas.member_status import MemberStatus
from sendersync.pipeline.load.retries import RetryPolicy
from sendersync.pipeline.run import Finished
from tests.builders.sync_bench import Desk, people, person, phone, sync_file, without
from tests.builders.sync_files import CODE

ONE = phone(3)
DOUBTFUL = "An error occurred processing STOP sends for phone [1]"


class Case(NamedTuple):
    """A fault that one phone meets, and what comes of it.

    Attributes:
        fault: What the sandbox does to its calls.
        outcome: How the operation ends in the first run.
        requests: How many requests it takes there.
        standing: What the ledger holds then; None: no member.
        there: Whether the platform has it subscribed then.
        again: Requests of the second run, when all is well.
    """

    fault: dict[str, Any]
    outcome: str
    requests: int
    standing: MemberStatus | None
    there: bool
    again: int


IN, UNSURE, OUT = MemberStatus.SUBSCRIBED, MemberStatus.UNSURE, MemberStatus.STOPPED
LOST, OWED = MemberStatus.STOP_UNKNOWN, MemberStatus.STOPPING
ONCE = {"count": 1}

ADDS = {
    "503 once": Case({"kind": "503", **ONCE}, "confirmed", 2, IN, True, 0),
    "503 for long": Case({"kind": "503"}, "failed", 5, None, False, 1),
    "502 once": Case({"kind": "502", **ONCE}, "confirmed", 2, IN, True, 0),
    "502, done": Case({"kind": "502", "when": "after", **ONCE}, "already", 2, IN, True, 0),
    "429 once": Case({"kind": "429", "retry_after": "0", **ONCE}, "confirmed", 2, IN, True, 0),
    "broken JSON": Case({"kind": "broken_json"}, "failed", 1, UNSURE, True, 1),
    "a page of HTML": Case({"kind": "html_200"}, "failed", 1, UNSURE, True, 1),
    "success: false": Case({"kind": "success_false"}, "failed", 1, UNSURE, False, 1),
    "truncated": Case({"kind": "truncated", **ONCE}, "already", 2, IN, True, 0),
    "dropped before": Case({"kind": "drop_before", **ONCE}, "confirmed", 2, IN, True, 0),
    "reset before": Case(
        {"kind": "drop_before", "how": "reset", **ONCE}, "confirmed", 2, IN, True, 0
    ),
    "dropped after": Case({"kind": "drop_after", **ONCE}, "already", 2, IN, True, 0),
    "always dropped before": Case({"kind": "drop_before"}, "unknown", 5, UNSURE, False, 1),
    "always dropped after": Case({"kind": "drop_after"}, "unknown", 5, UNSURE, True, 1),
    "an error nobody knows": Case(
        {"kind": "error", "error": "out of cheese"}, "refused", 2, UNSURE, False, 1
    ),
    "400": Case({"kind": "error", "status": 400, "error": "no"}, "refused", 1, None, False, 1),
}

STOPS = {
    "503 once": Case({"kind": "503", **ONCE}, "confirmed", 2, OUT, False, 0),
    "503 for long": Case({"kind": "503"}, "failed", 5, IN, True, 1),
    "502 once, done": Case({"kind": "502", "when": "after", **ONCE}, "unknown", 4, LOST, False, 1),
    "dropped before": Case({"kind": "drop_before", **ONCE}, "confirmed", 2, OUT, False, 0),
    "dropped after": Case({"kind": "drop_after", **ONCE}, "unknown", 2, LOST, False, 1),
    "always dropped before": Case({"kind": "drop_before"}, "unknown", 2, LOST, True, 1),
    "always dropped after": Case({"kind": "drop_after"}, "unknown", 2, LOST, False, 1),
    "truncated": Case({"kind": "truncated", **ONCE}, "unknown", 2, LOST, False, 1),
    "broken JSON": Case({"kind": "broken_json"}, "failed", 1, OWED, False, 1),
    "doubtful": Case({"kind": "error", "error": DOUBTFUL}, "unknown", 3, LOST, True, 1),
    "doubtful once": Case(
        {"kind": "error", "error": DOUBTFUL, **ONCE}, "confirmed", 2, OUT, False, 0
    ),
    "an error nobody knows": Case(
        {"kind": "error", "error": "out of cheese"}, "refused", 2, IN, True, 1
    ),
}


def _meet(desk: Desk, cases: dict[str, Case]) -> dict[str, str]:
    """Puts every case's fault in force for a phone of its own; phone to name."""
    desk.sandbox.faults(
        *[{**case.fault, "phone": phone(n)[1:]} for n, case in enumerate(cases.values())]
    )
    # those that never get an answer must not follow one another: five in a row end the run
    desk.sync = sync_file(guards={"max_stops": 100}, load={"concurrency": 1})
    return {phone(n): name for n, name in enumerate(cases)}


def _seen(desk: Desk, done: Finished, names: dict[str, str]) -> dict[str, Case]:
    """What came of each case, without its fault and its second run."""
    operations = desk.operations(done).set_index("phone")
    asked = Counter(number for _, number in desk.new_commands())
    standings, there = desk.standings(), desk.subscribed()
    return {
        name: Case(
            {},
            operations.loc[number, "state"],
            asked[number],
            MemberStatus(standings[number]) if number in standings else None,
            number in there,
            0,
        )
        for number, name in names.items()
    }


def test_an_add_ends_as_what_is_known_of_it(desk: Desk) -> None:
    """Outcome, requests and standing of an add under each fault, and what the next run makes."""
    names = _meet(desk, ADDS)
    desk.write(people(len(ADDS) + 3))
    done = desk.run()
    assert done.exit_code == 4
    expected = {name: case._replace(fault={}, again=0) for name, case in ADDS.items()}
    assert _seen(desk, done, names) == expected
    desk.sandbox.faults()
    assert desk.run().exit_code == 0
    again = Counter(number for _, number in desk.new_commands())
    assert {name: again[number] for number, name in names.items()} == {
        name: case.again for name, case in ADDS.items()
    }
    assert set(desk.standings().values()) == {MemberStatus.SUBSCRIBED}
    assert len(desk.subscribed()) == len(ADDS) + 3
    assert desk.run().report.plan.unchanged == len(ADDS) + 3
    assert desk.new_calls() == []


def test_a_stop_ends_as_what_is_known_of_it(desk: Desk) -> None:
    """A stop is reported as stopped after a yes alone, and asked again in every run until then."""
    rows = people(len(STOPS) + 3)
    desk.first_load(rows)
    names = _meet(desk, STOPS)
    desk.write(rows[len(STOPS) :])
    done = desk.run()
    assert done.exit_code == 4
    expected = {name: case._replace(fault={}, again=0) for name, case in STOPS.items()}
    assert _seen(desk, done, names) == expected
    desk.sandbox.faults()
    desk.run()
    again = Counter(number for _, number in desk.new_commands())
    assert {name: min(again[number], 1) for number, name in names.items()} == {
        name: case.again for name, case in STOPS.items()
    }
    # these the platform has carried out, and it says of a second stop what may mean anything
    done_unseen = {name for name, case in STOPS.items() if case.again and not case.there}
    standings = desk.standings()
    assert {name for number, name in names.items() if standings[number] != OUT} == done_unseen
    third = desk.run()
    assert (third.exit_code, third.report.unproven.stops) == (4, len(done_unseen))
    assert {names[number] for _, number in desk.new_commands()} == done_unseen
    desk.write(rows)
    assert desk.run().exit_code == 0
    assert set(desk.standings().values()) == {MemberStatus.SUBSCRIBED}


def test_an_add_that_a_gateway_lost_is_remembered_as_perhaps_there(desk: Desk) -> None:
    """502 again and again, though it was done: when the row leaves, the person is stopped."""
    desk.write(people(6))
    desk.sandbox.faults({"kind": "502", "when": "after", "phone": ONE[1:]})
    desk.policy = RetryPolicy(attempts=1, first_wait=0.01)
    done = desk.run()
    assert done.report.load.failed + done.report.load.unknown == 1
    assert ONE in desk.subscribed()
    desk.sandbox.faults()
    desk.new_calls()
    desk.write(without(people(6), 3))
    desk.run()
    assert desk.new_commands() == [("stop", ONE)]


def test_a_refused_row_is_owed_the_next_night(desk: Desk) -> None:
    """What the platform refused is not unchanged: the next run asks again, once."""
    desk.sandbox.faults({"kind": "error", "status": 400, "error": "no", "phone": ONE[1:]})
    desk.write(people(6))
    assert desk.run().exit_code == 4
    assert ONE not in desk.standings()
    desk.new_calls()
    assert desk.run().exit_code == 4
    assert desk.new_commands() == [("add", ONE)]


def test_refused_people_who_leave_cost_no_call(desk: Desk) -> None:
    """Who never got in is not stopped."""
    desk.sandbox.faults({"kind": "error", "status": 400, "error": "no", "phone": ONE[1:]})
    desk.write(people(6))
    desk.run()
    desk.new_calls()
    desk.write(without(people(6), 3))
    assert desk.run().exit_code == 0
    assert desk.new_calls() == []


def test_wrong_credentials_cost_exactly_one_call(desk: Desk) -> None:
    """401 ends the run at once: one call, exit 2, everything else not reached."""
    desk.write(people(40))
    desk.password = "wrong"
    done = desk.run()
    assert done.exit_code == 2
    assert len(desk.new_calls()) == 1
    assert (done.report.load.failed, done.report.load.not_reached) == (1, 39)
    assert "wrong" not in str(done.error)
    desk.password = desk.sandbox.password
    done = desk.run()
    assert done.report.load.confirmed == 40


def test_credentials_refused_midway_stop_what_has_not_left(desk: Desk) -> None:
    """401 in the middle: nothing new leaves, what was in flight is finished."""
    desk.write(people(60))
    desk.sandbox.faults({"kind": "error", "status": 401, "error": "Unauthorized", "nth": [20]})
    done = desk.run()
    assert done.exit_code == 2
    assert 20 <= len(desk.new_calls()) <= 28
    desk.sandbox.faults()
    assert desk.run().exit_code == 0
    assert len(desk.new_calls()) == 60 - done.report.load.confirmed


def test_a_site_that_sends_elsewhere_is_no_wrong_password(desk: Desk) -> None:
    """A redirect ends the run as wrong use, in its own words: nobody should look for a password."""
    desk.write(people(5))
    desk.sandbox.faults({"kind": "error", "status": 302, "error": "Moved", "share": 1})
    done = desk.run()
    assert done.exit_code == 2
    assert len(desk.new_calls()) == 1
    assert "refused the request (status 302)" in str(done.error)
    assert "refused the credentials" not in str(done.error)


def test_an_unknown_sender_code_costs_one_call(desk: Desk) -> None:
    """Its operations are refused after one call; those of other codes go on."""
    desk.sync = sync_file(sender_code=None, columns={"sender_code": "Country", "country": None})
    desk.write(person(n, Country=CODE if n % 2 else "12065550000") for n in range(40))
    done = desk.run()
    assert done.exit_code == 4
    assert (done.report.load.confirmed, done.report.load.refused) == (20, 20)
    calls = Counter(call["sender_code"] for call in desk.new_calls())
    assert calls == {CODE: 20, "12065550000": 1}
    operations = desk.operations(done)
    assert sorted(operations["state"]) == ["confirmed"] * 20 + ["refused"] * 20


def test_a_group_that_is_not_defined_is_told(desk: Desk) -> None:
    """The platform subscribes without the group and says nothing: we say it."""
    desk.sync = sync_file(group="no-such-group")
    desk.write(people(3))
    done = desk.run()
    assert done.report.load.confirmed == 3
    assert any("no-such-group" in text for text in desk.operations(done)["text"])
    assert any("no-such-group" in warning for warning in done.report.warnings)


def test_retry_after_is_honoured_by_everybody(desk: Desk) -> None:
    """Nothing leaves for as long as the platform asked us to wait, whoever was told."""
    desk.write(people(100))
    desk.sandbox.faults({"kind": "429", "retry_after": "1", "nth": [10]})
    done = desk.run()
    assert done.exit_code == 0
    calls = desk.new_calls()
    assert len(calls) == 101
    told = next(call for call in calls if call["status"] == 429)
    soon = [call for call in calls if 0 < call["received"] - told["answered"] < 0.95]
    # those were on their way when the answer came; 8 at a time, each at most once more
    assert len(soon) <= 2 * 8
    assert told["phone"] not in {call["phone"] for call in soon}


def test_a_retry_after_of_hours_ends_the_run(desk: Desk) -> None:
    """Too long a wait is a platform that is not available: 75, and the rest is owed."""
    desk.write(people(30))
    desk.sandbox.faults({"kind": "429", "retry_after": "7200"})
    started = time.monotonic()
    done = desk.run()
    assert time.monotonic() - started < 60
    assert done.exit_code == 75
    assert done.report.load.confirmed == 0
    desk.sandbox.faults()
    assert desk.run().report.load.confirmed == 30


def test_a_platform_that_is_down_ends_the_run_soon(desk: Desk) -> None:
    """No answer from the start: 75 within seconds, what was not reached is counted and owed."""
    desk.write(people(50))
    desk.policy = RetryPolicy()
    started = time.monotonic()
    done = desk.run(url="http://127.0.0.1:9")
    assert time.monotonic() - started < 60
    assert done.exit_code == 75
    assert (done.report.load.failed, done.report.load.not_reached) == (1, 49)
    assert desk.run().report.load.confirmed == 50


def test_a_platform_that_dies_midway_ends_the_run(desk: Desk) -> None:
    """Drops from some call on: 75, and the next run does exactly the rest."""
    desk.write(people(60))
    desk.sandbox.faults({"kind": "drop_before", "nth": list(range(21, 400))})
    done = desk.run()
    assert done.exit_code == 75
    desk.sandbox.faults()
    desk.new_calls()
    again = desk.run()
    assert again.exit_code == 0
    assert len(desk.new_calls()) == 60 - done.report.load.confirmed
    assert len(desk.subscribed()) == 60


def test_a_maintenance_page_under_200_is_a_platform_that_is_away(desk: Desk) -> None:
    """Five operations in a row that get a page instead of an answer end the run: 75, rest owed."""
    desk.write(people(60))
    desk.sync = sync_file(load={"concurrency": 1})
    desk.sandbox.faults({"kind": "html_200", "when": "before", "nth": list(range(21, 400))})
    done = desk.run()
    assert done.exit_code == 75
    assert "log-in or maintenance page" in str(done.error)
    load = done.report.load
    assert (load.confirmed, load.failed, load.not_reached) == (20, 5, 35)
    assert len(desk.new_calls()) == 25
    desk.sandbox.faults()
    assert desk.run().exit_code == 0
    assert len(desk.subscribed()) == 60


def test_a_wrong_address_is_said_once(desk: Desk) -> None:
    """Five operations in a row to which nothing is there end the run: 2, the address, rest owed."""
    desk.write(people(60))
    desk.sync = sync_file(load={"concurrency": 1})
    done = desk.run(url=f"{desk.sandbox.url}/nowhere")
    assert done.exit_code == 2 and done.error is not None
    assert done.error.where == "SENDERSYNC_API_URL" and "(status 405)" in done.error.what
    load = done.report.load
    assert (load.confirmed, load.refused, load.not_reached) == (0, 5, 55)
    assert desk.run().report.load.confirmed == 60


def test_a_row_that_a_firewall_dislikes_ends_no_run(desk: Desk) -> None:
    """One row among others to which nothing is there is refused, and everybody else is added."""
    desk.write(people(30))
    desk.sync = sync_file(load={"concurrency": 1})
    fault = {"kind": "error", "status": 404, "error": "Not Found", "nth": [1, 2, 9, 20]}
    desk.sandbox.faults(fault)
    done = desk.run()
    assert (done.exit_code, done.report.load.confirmed, done.report.load.refused) == (4, 26, 4)


def test_the_report_says_what_the_platform_said(desk: Desk) -> None:
    """Answers that were no yes are grouped by their words, whosever phone stands in them."""
    spoken = "No contact for phone [12065559696]"
    desk.sandbox.faults(
        *({"kind": "error", "error": spoken, "phone": phone(n)[1:]} for n in range(3)),
        {"kind": "error", "status": 400, "error": "no", "phone": phone(5)[1:]},
    )
    desk.write(people(8))
    done = desk.run()
    assert done.report.answers == [
        {"outcome": "refused", "status": 500, "text": "No contact for phone [***]", "count": 3},
        {"outcome": "refused", "status": 400, "text": "no", "count": 1},
    ]
    with desk.state() as state:
        assert state.runs.one(done.report.run).report["answers"] == done.report.answers
    desk.sandbox.faults()
    assert desk.run().report.answers == []


def test_a_wrong_sender_code_is_named_with_its_place(desk: Desk) -> None:
    """That of the sync file in full, those of rows masked: the platform's own words name neither."""
    wrong = "19995551212"
    desk.sync = sync_file(sender_code=wrong)
    desk.write(people(3))
    done = desk.run()
    assert (done.exit_code, len(desk.new_calls())) == (4, 1)
    assert f"The sender code {wrong} is not known" in " ".join(done.report.warnings)
    desk.sync = sync_file(sender_code=None, columns={"sender_code": "Country", "country": None})
    desk.write([person(50, Country=wrong)])
    said = " ".join(desk.run(sync=desk.sync.model_copy(update={"sync": "rows"})).report.warnings)
    assert "the column 'Country'" in said and wrong not in said
