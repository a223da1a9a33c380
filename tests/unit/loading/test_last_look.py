"""No request leaves on a look at lease and orders that is too old, by clocks that a test moves."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

import pytest

from schemas.errors import LeaseLost, TryLater
from schemas.outcomes import Cause, Kind, Operation
from sendersync.pipeline.load.last_look import MAX_AGE, LastLook, Moment


def _operation(number: int) -> Operation:
    return Operation(f"r#{number}", Kind.ADD, Cause.NEW, "777", f"+1206{number:07d}")


class Ledger:
    """Says what it is told to say, and how often it was asked for whom; looking takes its time."""

    def __init__(self, *forbidden: str, takes: float = 0.0, lost: bool = False) -> None:
        self.monotonic, self.wall = 100.0, 1_000_000.0
        self.looks: list[list[str]] = []
        self._forbidden = forbidden
        self._takes = takes
        self._lost = lost

    def now(self) -> Moment:
        """Both clocks."""
        return Moment(self.monotonic, self.wall)

    def look(self, asking: Sequence[Operation]) -> Mapping[str, str]:
        """See `Look`."""
        self.looks.append([each.id for each in asking])
        self.monotonic += self._takes
        if self._lost:
            raise LeaseLost("Another run took over.")
        return {each.id: "said stop" for each in asking if each.id in self._forbidden}

    def last_look(self) -> LastLook:
        """On this ledger and its clocks."""
        return LastLook(self.look, self.now)


@pytest.mark.parametrize(
    ("monotonic", "wall", "fresh"),
    [
        (0.0, 0.0, True),
        (MAX_AGE - 0.01, MAX_AGE - 0.01, True),
        (MAX_AGE + 0.01, MAX_AGE + 0.01, False),
        (MAX_AGE + 0.01, 0.0, False),
        (0.0, 3600.0, False),  # the machine slept: its monotonic clock stood still
        (0.1, -5.0, False),  # the wall clock was set back
    ],
)
def test_a_look_is_fresh_by_both_clocks(monotonic: float, wall: float, fresh: bool) -> None:
    """It grows old by the monotonic clock and by the wall clock, whichever goes further."""
    ledger = Ledger()
    last_look, operation = ledger.last_look(), _operation(1)
    assert not last_look.is_fresh(operation), "nobody has looked yet"
    last_look.committed(operation, ledger.now())
    ledger.monotonic += monotonic
    ledger.wall += wall
    assert last_look.is_fresh(operation) is fresh


def test_what_is_old_is_looked_at_again() -> None:
    """One look makes it fresh; what is fresh costs none."""
    ledger = Ledger()
    last_look, operation = ledger.last_look(), _operation(1)

    async def twice() -> list[str]:
        return [await last_look.refresh(operation), await last_look.refresh(operation)]

    assert asyncio.run(twice()) == ["", ""]
    assert ledger.looks == [["r#1"]]


def test_who_said_stop_meanwhile_is_not_sent() -> None:
    """The reason comes back, and the operation never becomes fresh."""
    ledger = Ledger("r#1")
    last_look, operation = ledger.last_look(), _operation(1)
    assert asyncio.run(last_look.refresh(operation)) == "said stop"
    assert not last_look.is_fresh(operation)


def test_workers_that_look_at_once_share_a_look() -> None:
    """Twenty workers ask the ledger once, and each hears of its own operation."""
    ledger = Ledger("r#7")
    last_look = ledger.last_look()

    async def together() -> list[str]:
        return await asyncio.gather(*(last_look.refresh(_operation(n)) for n in range(20)))

    heard = asyncio.run(together())
    assert [number for number, why in enumerate(heard) if why] == [7]
    assert len(ledger.looks) == 1


def test_a_lost_lease_is_heard_by_every_worker() -> None:
    """Nobody goes on when the look says that another run took over."""
    ledger = Ledger(lost=True)
    last_look = ledger.last_look()

    async def together() -> list[str | BaseException]:
        work = [last_look.refresh(_operation(number)) for number in range(5)]
        return await asyncio.gather(*work, return_exceptions=True)

    assert {type(each) for each in asyncio.run(together())} == {LeaseLost}


def test_a_state_that_answers_too_slowly_ends_the_run() -> None:
    """Where every look is old before it comes back, nothing is sent, and the run tries later."""
    ledger = Ledger(takes=MAX_AGE + 1)
    with pytest.raises(TryLater, match="too slowly"):
        asyncio.run(ledger.last_look().refresh(_operation(1)))
