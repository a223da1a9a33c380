"""Keyset pagination: pages of changes in their order, without losing or doubling a row.

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

A search may find a row by what it was and show what it is. So a page ends at the moment of its last
row; a later moment further up is such a row, and is not given again when the search has caught up.
Pages that do not go on, or come in another order, are no read: they would lose somebody in silence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import pairwise
from typing import Protocol, TypeVar

from schemas.errors import SourceUnavailable


class Dated(Protocol):
    """A row with an id and the moment of its last change, in whole units of the source's clock."""

    @property
    def id(self) -> int:
        """Its number."""

    @property
    def moment(self) -> int:
        """When it changed last."""


RowT = TypeVar("RowT", bound=Dated)


def by_id(full: int, behind: Callable[[int], Sequence[RowT]]) -> Iterator[Sequence[RowT]]:
    """Pages in the order of ids.

    Args:
        full: Rows of a full page; fewer mean that there are no more.
        behind: The first `full` rows with an id above another, in the order of ids.

    Raises:
        SourceUnavailable: They came in another order.
    """
    above = 0
    while True:
        page = behind(above)
        if any(one >= other for one, other in pairwise([above, *(row.id for row in page)])):
            raise _out_of_order("ids")
        yield page
        if len(page) < full:
            return
        above = page[-1].id


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

    Raises:
        SourceUnavailable: They came in another order.
    """
    seen: set[tuple[int, int]] = set()
    """Id and moment of those that were given and may come again."""
    while True:
        page = since(start)
        if page and page[-1].moment < max(start, page[0].moment):
            raise _out_of_order("changes")
        yield [row for row in page if (row.id, row.moment) not in seen]
        if len(page) < full:
            return
        seen |= {(row.id, row.moment) for row in page}
        last = page[-1].moment
        if last == start:
            for page in by_id(full, partial(within, start)):
                yield [row for row in page if (row.id, row.moment) not in seen]
            last += 1
        start = last
        seen = {(number, moment) for number, moment in seen if moment >= start}


def _out_of_order(what: str) -> SourceUnavailable:
    return SourceUnavailable(
        "Its pages came in another order than was asked for, or do not go on.",
        where=f"the order of {what}",
        do="Nothing was changed; run again later.",
    )
