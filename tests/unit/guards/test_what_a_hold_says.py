"""What a guard counted, against which limit, and in which words: a person decides by it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from schemas.frames import RELABELLED
from schemas.outcomes import Cause
from schemas.report import HoldReason
from schemas.sync_file import Guards
from sendersync.transforms.guards.bursts import too_long_a_stop_list
from sendersync.transforms.guards.decision import GuardDecision
from sendersync.transforms.guards.guard import Counted
from sendersync.transforms.guards.past import Past, Window
from sendersync.transforms.guards.read_quality import ReadFacts
from sendersync.transforms.readings.changes import reading_changes
from tests.unit.guards.test_bursts import GOOD, adds_of, judge, orders, phone, stops_of

GONE, CONSENT, NUMBER = Cause.GONE, Cause.CONSENT_WITHDRAWN, Cause.NUMBER_CHANGED
STRICT: dict[str, Any] = {
    f"max_{what}": 0
    for what in (
        *("stops", "stop_share", "stops_7d", "stop_share_7d", "stops_30d", "stop_share_30d"),
        *("adds", "add_share", "opt_outs", "opt_out_share", "changes", "change_share"),
    )
}


def leaving(*causes: Cause) -> pd.DataFrame:
    """A stop of each cause."""
    rows = ({"phone": phone(place), "cause": cause} for place, cause in enumerate(causes))
    return stops_of(*rows)


def read(**facts: Any) -> ReadFacts:
    """Today's read of 1,000 rows, with these facts."""
    return ReadFacts(**{"rows": 1000, "rejected": 0, "complete": True, "first_run": False, **facts})


def guards(**limits: Any) -> Guards:
    """Limits of 0 but for these."""
    return Guards(**STRICT | limits)


def changed(before: dict[str, Any], now: dict[str, Any], **facts: Any) -> ReadFacts:
    """A read with a sync file that reads differently."""
    return read(reading=reading_changes(before, now), **facts)


MANY = pd.DataFrame({"key": ["a", "b", "c"], "sender_code": "777"}, dtype="str")
WEEK = Past(week=Window({GONE: 3}, 1200), month=Window({GONE: 3}, 1000))
MONTH = Past(week=Window({}, 0), month=Window({CONSENT: 1298}, 2000))

# what is judged as the test runs; guard, count, share, limit and sentence of each hold
SENTENCES: dict[str, tuple[Callable[[], GuardDecision], list[tuple[Any, ...]]]] = {
    "stops, by cause": (
        lambda: judge(
            Counted(1000, GOOD),
            guards(max_stops=1, max_stop_share=0.0015),
            removals=leaving(*[GONE] * 2, *[CONSENT] * 3, *[NUMBER] * 4),
        ),
        [
            (
                *("max_stops", 2, 0.002, 1),
                "2 of 1000 would be stopped because their rows have left the source: more than "
                "max_stops (1) and max_stop_share (0.15%).",
            ),
            (
                *("max_stops", 3, 0.003, 1),
                "3 of 1000 would be stopped because their consent is no longer there: more than "
                "max_stops (1) and max_stop_share (0.15%).",
            ),
            (
                *("max_stops", 4, 0.004, 1),
                "4 of 1000 old numbers would be stopped because people have new ones: more than "
                "max_stops (1) and max_stop_share (0.15%).",
            ),
        ],
    ),
    "stops, whatever their share": (
        lambda: judge(
            Counted(1000, GOOD),
            Guards(max_stops_absolute=2),
            removals=leaving(GONE, GONE, CONSENT, NUMBER),
        ),
        [
            (
                *("max_stops_absolute", 3, None, 2),
                "3 people would be stopped because they have left or withdrawn their consent: more "
                "than max_stops_absolute (2).",
            )
        ],
    ),
    "stops, with those of a week": (
        lambda: judge(
            Counted(900, GOOD, past=WEEK),
            guards(max_stops=1, max_stops_7d=4, max_stop_share_7d=0.002, max_stops_30d=9),
            removals=leaving(GONE, GONE),
        ),
        [
            (
                *("max_stops", 2, 0.0022, 1),
                "2 of 900 would be stopped because their rows have left the source: more than "
                "max_stops (1) and max_stop_share (0%).",
            ),
            (
                *("max_stops_7d", 5, 0.0042, 4),
                "With the last 7 days together, 5 of 1,200 would be stopped because their rows "
                "have left the source: more than max_stops_7d (4) and max_stop_share_7d (0.2%).",
            ),
        ],
    ),
    "stops, with those of a month": (
        lambda: judge(
            Counted(900, GOOD, past=MONTH),
            guards(max_stops=2, max_stop_share_30d=0.6495),
            removals=leaving(CONSENT, CONSENT),
        ),
        [
            (
                *("max_stops_30d", 1300, 0.65, 1299),
                "With the last 30 days together, 1,300 of 2,000 would be stopped because their "
                "consent is no longer there: more than max_stops_30d (2) and max_stop_share_30d "
                "(64.95%).",
            )
        ],
    ),
    "rows": (
        lambda: judge(
            Counted(1000, read(rows=890), past=Past(full_reads=(1000, 1010, 1000))),
            guards(max_stops=1, max_stop_share=1.0),
            removals=leaving(GONE, GONE),
        ),
        [
            (
                *("max_rows_drop", 113, 0.113, 100),
                "The source has 890 rows; the last 3 full reads had 1,003 on average: fewer by "
                "more than max_rows_drop (10%).",
            )
        ],
    ),
    "rows, after one read": (
        lambda: judge(
            Counted(1000, read(rows=89), past=Past(full_reads=(105,))),
            guards(max_stops=1, max_stop_share=1.0),
            removals=leaving(GONE, GONE),
        ),
        [
            (
                *("max_rows_drop", 16, 0.1524, 10),
                "The source has 89 rows; the last 1 full read had 105 on average: fewer by more "
                "than max_rows_drop (10%).",
            )
        ],
    ),
    "not read to its end": (
        lambda: judge(Counted(9, read(complete=False)), removals=leaving(GONE)),
        [
            (
                *("incomplete_read", 1000, None, None),
                "The source was not read to its end, so it is not known who has left.",
            )
        ],
    ),
    "empty": (
        lambda: judge(Counted(9, read(rows=0)), removals=leaving(GONE)),
        [
            (
                *("empty_source", 0, None, None),
                "The source is empty, so it is not known who has left.",
            )
        ],
    ),
    "few rows": (
        lambda: judge(Counted(9, read(rows=7)), Guards(min_rows=8), removals=leaving(GONE)),
        [("min_rows", 7, None, 8, "The source has 7 rows, fewer than min_rows (8).")],
    ),
    "rejects": (
        lambda: judge(
            Counted(9, read(rejected=251)), Guards(max_reject_share=0.25), removals=leaving(GONE)
        ),
        [
            (
                *("max_reject_share", 251, 0.251, 250),
                "251 of 1,000 rows were rejected, more than max_reject_share (25%): the file may "
                "be damaged.",
            )
        ],
    ),
    "a row that may be anybody's": (
        lambda: judge(Counted(9, read(unattributable=1)), removals=leaving(GONE)),
        [
            (
                *("unattributable_rows", 1, None, 0),
                "1 rejected row does not say whose they are: any of the people who seem to have "
                "left may still be there.",
            )
        ],
    ),
    "rejects, and rows that may be anybody's": (
        lambda: judge(Counted(9, read(rejected=501, unattributable=2)), removals=leaving(GONE)),
        [
            (
                *("max_reject_share", 501, 0.501, 500),
                "501 of 1,000 rows were rejected, more than max_reject_share (50%): the file may "
                "be damaged.",
            ),
            (
                *("unattributable_rows", 2, None, 0),
                "2 rejected rows do not say whose they are: any of the people who seem to have "
                "left may still be there.",
            ),
        ],
    ),
    "adds": (
        lambda: judge(
            Counted(16, GOOD),
            guards(max_adds=1, max_add_share=0.125),
            adds=adds_of(*[Cause.NEW] * 3),
        ),
        [
            (
                *("max_adds", 3, 0.1875, 2),
                "3 people would be added to 16: more than max_adds (1) and max_add_share (12.5%). "
                "An add is the permission to text somebody.",
            )
        ],
    ),
    "changed numbers": (
        lambda: judge(Counted(8, GOOD, MANY), guards(max_changes=1, max_change_share=0.25)),
        [
            (
                *("max_changes", 3, 0.375, 2),
                "3 of 8 people have another number than the one on record: more than max_changes "
                "(1) and max_change_share (25%). The column may be shifted, so nobody is added or "
                "changed.",
            )
        ],
    ),
    "stops that people asked for": (
        lambda: judge(
            Counted(4, GOOD), guards(max_opt_outs=1, max_opt_out_share=0.5), opt_outs=orders(3)
        ),
        [
            (
                *("max_opt_outs", 3, 0.75, 2),
                "3 of 4 people subscribed say stop: more than max_opt_outs (1) and "
                "max_opt_out_share (50%). The column may be read the wrong way round, so nobody is "
                "stopped or suppressed for it, and nobody is added.",
            )
        ],
    ),
    "stops that people asked for, at the first load": (
        lambda: judge(Counted(0, read(opt_out_rows=900), past=Past(first_load=True))),
        [
            (
                *("max_opt_outs", 900, 0.9, 200),
                "900 of 1,000 rows say stop: more than max_opt_outs (25) and max_opt_out_share "
                "(20%). The column may be read the wrong way round, so nobody is stopped or "
                "suppressed for it, and nobody is added.",
            )
        ],
    ),
    "canaries": (
        lambda: judge(
            Counted(9, read(missing_canaries=(1, 3)), canaries=4),
            adds=adds_of(Cause.NEW, Cause.CHANGED),
        ),
        [
            (
                *("canaries", 2, None, 0),
                "2 of 4 `canaries` missing from the source (number 1, 3 of the list in the sync "
                "file), so it may be another list: nobody is added or removed.",
            )
        ],
    ),
    "another country": (
        lambda: judge(
            Counted(9, changed({"default_country": "US"}, {"default_country": "IN"}, says_stop=3)),
            opt_outs=orders(1),
            adds=adds_of(Cause.NEW, Cause.OWED),
        ),
        [
            (
                *("reading_changed", 3, None, 0),
                "3 people say stop in a sync file that reads differently (`default_country`): they "
                "may be the wrong people, so nobody is stopped or suppressed for it, and nobody is "
                "added, until somebody has looked.",
            ),
            (
                *("reading_changed", 2, None, 0),
                "2 people would be added or sent again by a sync file that reads differently "
                "(`default_country`): they may be the wrong people, or have the wrong numbers.",
            ),
        ],
    ),
    "another country and phone, of one person": (
        lambda: judge(
            Counted(
                9,
                changed(
                    {"columns.phone": "A", "default_country": "US"},
                    {"columns.phone": "B", "default_country": "IN"},
                ),
            ),
            opt_outs=orders(1),
            adds=adds_of(Cause.NEW),
        ),
        [
            (
                *("reading_changed", 1, None, 0),
                "1 person says stop in a sync file that reads differently (`columns.phone`, "
                "`default_country`): they may be the wrong people, so nobody is stopped or "
                "suppressed for it, and nobody is added, until somebody has looked.",
            ),
            (
                *("reading_changed", 1, None, 0),
                "1 person would be added or sent again by a sync file that reads differently "
                "(`columns.phone`, `default_country`): they may be the wrong people, or have the "
                "wrong numbers.",
            ),
        ],
    ),
    "no column of consent any more": (
        lambda: judge(
            Counted(9, changed({"columns.consent": "Agreed"}, {})), adds=adds_of(Cause.NEW)
        ),
        [
            (
                *("lost_permission", 1, None, 0),
                "`columns.consent` was mapped in the last run and is not any more, so nobody can "
                "be told apart who must not be texted: nobody is added. Put the line back, or "
                "approve this plan if it is meant.",
            )
        ],
    ),
    "no column of either permission any more": (
        lambda: judge(
            Counted(9, changed({"columns.consent": "Yes", "columns.opted_out": "No"}, {}))
        ),
        [
            (
                *("lost_permission", 2, None, 0),
                "`columns.consent` and `columns.opted_out` were mapped in the last run and are not "
                "any more, so nobody can be told apart who must not be texted: nobody is added. "
                "Put the line back, or approve this plan if it is meant.",
            )
        ],
    ),
    "subscribed already": (
        lambda: judge(
            Counted(9, read(already_before=1234)), adds=adds_of(Cause.NEW, Cause.CHANGED)
        ),
        [
            (
                *("already_subscribed", 1234, None, None),
                "In the last run 1,234 people were subscribed already, though this state never "
                "added them, and nobody has decided since: nobody new is added. If "
                "SENDERSYNC_STATE is right, `sendersync adopt` records them without a call, or "
                "approve this plan.",
            )
        ],
    ),
}


@pytest.mark.parametrize(("judged", "said"), SENTENCES.values(), ids=SENTENCES)
def test_what_a_hold_says(judged: Callable[[], GuardDecision], said: list[tuple[Any, ...]]) -> None:
    """Guard, count, share and limit for programs; for people what happened and what to do."""
    assert [*judged().reasons] == [HoldReason(*each) for each in said]


def test_what_a_list_of_subscribers_says() -> None:
    """A stop list with more of the people subscribed than may say stop is perhaps another list."""
    stops = pd.Index([7, 9])
    few = Guards(max_opt_outs=1, max_opt_out_share=0.5)
    assert not [*too_long_a_stop_list(stops, 2, 4, few)], "the half exactly"
    (hold,) = too_long_a_stop_list(stops, 3, 4, few)
    assert hold.reason == HoldReason(
        *("max_opt_outs", 3, 0.75, 2),
        "3 of the 4 people subscribed on this sender code are on the list: more than max_opt_outs "
        "(1) and max_opt_out_share (50%). Nobody is stopped or suppressed before somebody has "
        "looked whether it is the right list.",
    )
    assert (hold.stops.tolist(), hold.opt_outs) == ([7, 9], True)


def test_two_guards_that_hold_one_operation_are_both_named() -> None:
    """Each once and in their order, though one of them holds for two reasons."""
    reading = changed({"default_country": "US"}, {"default_country": "IN"}, missing_canaries=(1,))
    adds = adds_of(Cause.NEW)
    said = {"adds": adds, "opt_outs": orders(1), "relabelled": adds[[*RELABELLED.names]]}
    decision = judge(Counted(9, reading, canaries=1), **said)
    assert decision.holding("adds", adds.index).tolist() == ["canaries reading_changed"]
    assert decision.holding("relabelled", adds.index).tolist() == [""]
    assert decision.holds_opt_outs and decision.approvable
