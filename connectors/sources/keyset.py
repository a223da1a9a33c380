"""Reading what changed in the order of change, without losing or doubling a row.

Offsets are wrong while people work: whoever changes moves to the end, everybody behind moves up by
one place, and the row at the seam of two pages is never read. So each page begins where the last
one ended: at a moment. Moments are shared, though, by thousands after an import:

| the page | what is next |
| --- | --- |
| is not full | the end |
| is full, and ends later than it began | again from its last moment, without who was seen |
| is full of one single moment | that moment alone, in the order of ids; then the moment after it |

The caller bounds its questions by a moment at which the read began. Who changes after it is left to
the next read, which begins there: no row comes twice, and none in two versions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol, TypeVar


class Dated(Protocol):
    """A row with an id and the moment of its last change, in whole units of the source's clock."""

    @property
    def id(self) -> int:
        """Its number."""

    @property
    def moment(self) -> int:
        """When it changed last."""


RowT = TypeVar("RowT", bound=Dated)


def walk(
    start: int,
    full: int,
    since: Callable[[int], Sequence[RowT]],
    within: Callable[[int, int], Sequence[RowT]],
) -> Iterator[Sequence[RowT]]:
    """Pages of the rows that changed at `start` or later, each row once.

    Args:
        start: The first moment.
        full: Rows of a full page; fewer mean that there are no more.
        since: The first `full` rows that changed at a moment or later, in the order of moments.
        within: The first `full` rows of one moment with an id above another, in the order of ids.
    """
    seen: set[int] = set()
    """Ids of the moment where the next page begins."""
    while True:
        page = since(start)
        yield [row for row in page if row.moment != start or row.id not in seen]
        if len(page) < full:
            return
        last = max(row.moment for row in page)
        if last > start:
            seen = {row.id for row in page if row.moment == last}
            start = last
            continue
        seen.update(row.id for row in page)
        above = 0
        while True:
            page = within(start, above)
            yield [row for row in page if row.id not in seen]
            if len(page) < full:
                break
            above = max(row.id for row in page)
        start, seen = start + 1, set()
