"""Whether a departure waits for another sync, by moments that a test gives."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from sendersync.pipeline.other_syncs.departures import waits_for
from sendersync.state.departures import OtherSync

NIGHT = datetime(2026, 11, 28, 2, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("other", "noticed", "waits"),
    [
        (OtherSync("b", "777", NIGHT - DAY, NIGHT - DAY), NIGHT, True),
        (OtherSync("b", "777", NIGHT - HOUR, NIGHT - HOUR), NIGHT - 2 * HOUR, False),
        (OtherSync("b", "777", NIGHT - HOUR, None), NIGHT - 2 * HOUR, True),
        (OtherSync("b", "778", NIGHT - DAY, NIGHT - DAY), NIGHT, False),
        (OtherSync("b", "777", NIGHT - 30 * DAY, NIGHT - 30 * DAY), NIGHT, False),
        (OtherSync("b", "777", NIGHT - 29 * DAY, NIGHT - 29 * DAY), NIGHT, True),
        (OtherSync("b", "777", NIGHT - DAY, NIGHT - 2 * DAY), NIGHT - DAY, False),
    ],
    ids=[
        "not read since",
        "read since",
        "changes read since, never all",
        "another sender code",
        "idle for 30 days",
        "idle for 29 days",
        "a night has passed",
    ],
)
def test_when_a_departure_waits(other: OtherSync, noticed: datetime, waits: bool) -> None:
    """Until the next full read of every sync on the code, at most a night, and not for idle ones."""
    assert waits_for([other], "777", noticed, NIGHT) is waits


def test_every_other_sync_is_waited_for() -> None:
    """One that has been read does not make up for another."""
    read = OtherSync("b", "777", NIGHT, NIGHT)
    not_read = OtherSync("c", "777", NIGHT - DAY, NIGHT - DAY)
    assert waits_for([read, not_read], "777", NIGHT - HOUR, NIGHT + HOUR)
    assert not waits_for([read], "777", NIGHT - HOUR, NIGHT + HOUR)
