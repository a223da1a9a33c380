"""What waits for a person because the sync file reads differently than in the last run."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from schemas.frame_spec import FrameSpec
from schemas.frames import ADDS, RELABELLED, STOPS
from sendersync.transforms.guards.changed_reading import because_of_the_reading
from sendersync.transforms.guards.decision import Candidates, Hold
from sendersync.transforms.guards.read_quality import ReadFacts
from sendersync.transforms.readings.changes import reading_changes


def candidates(adds: int, opt_outs: int) -> Candidates:
    """So many of each; the guard counts them and looks at no cell."""
    return Candidates(
        removals=_rows(STOPS, 0),
        opt_outs=_rows(STOPS, opt_outs),
        adds=_rows(ADDS, adds),
        relabelled=_rows(RELABELLED, 0),
        releases=_rows(STOPS, 0),
    )


def _rows(spec: FrameSpec, count: int) -> pd.DataFrame:
    cells = {
        name: [dtype == "bool" or f"{name} {row}" for row in range(count)]
        for name, dtype in spec.columns.items()
    }
    lines = pd.RangeIndex(2, 2 + count, name=spec.index or None)
    return pd.DataFrame(cells, index=lines.astype("int64")).astype(dict(spec.columns))


def holds(before: dict[str, Any], now: dict[str, Any], adds: int, opt_outs: int) -> list[Hold]:
    """What the guard holds of so many adds and opt-outs."""
    read = ReadFacts(
        rows=100,
        rejected=0,
        complete=True,
        first_run=False,
        reading=reading_changes(before, now),
        says_stop=opt_outs,
    )
    return list(because_of_the_reading(candidates(adds, opt_outs), read))


COUNTRY = ({"default_country": "US"}, {"default_country": "IN"})
NAME = ({}, {"columns.first_name": "Name"})
NO_CONSENT = ({"columns.consent": "Agreed"}, {})
MORE = ({"countries": ["US"]}, {"countries": ["CA", "US"]})
NEW_OPT_OUT = ({}, {"columns.opted_out": "Stopped"})


@pytest.mark.parametrize(
    ("readings", "adds", "opt_outs", "expected"),
    [
        (COUNTRY, 3, 0, [("reading_changed", 3, 0, False)]),
        (COUNTRY, 0, 2, [("reading_changed", 0, 2, True)]),
        (
            COUNTRY,
            3,
            2,
            [("reading_changed", 3, 2, True), ("reading_changed", 3, 0, False)],
        ),
        (COUNTRY, 0, 0, []),
        (NAME, 3, 2, []),
        (({}, {}), 3, 2, []),
        (MORE, 3, 2, [("reading_changed", 3, 0, False)]),
        (MORE[::-1], 3, 2, []),
        (NO_CONSENT, 3, 2, [("lost_permission", 3, 0, False)]),
        (NO_CONSENT, 0, 0, [("lost_permission", 0, 0, False)]),
        (NEW_OPT_OUT, 3, 0, []),
        (NEW_OPT_OUT, 3, 1, [("reading_changed", 3, 1, True)]),
    ],
)
def test_what_waits(
    readings: tuple[dict[str, Any], dict[str, Any]],
    adds: int,
    opt_outs: int,
    expected: list[tuple[str, int, int, bool]],
) -> None:
    """Adds wait where the change may let somebody in, opt-outs where it may put somebody out."""
    found = holds(*readings, adds, opt_outs)
    assert [
        (each.reason.guard, len(each.adds), len(each.stops), each.opt_outs) for each in found
    ] == expected
    assert not any(each.removals_only for each in found)
