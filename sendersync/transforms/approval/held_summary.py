"""A held plan for people: how many of what and why, and the first of them, masked."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Final

import pandas as pd

from schemas.masking import mask_phone
from schemas.outcomes import CAUSE_WORDS
from sendersync.transforms.plan import people_among

SHOWN: Final = 20
"""People that a plan names."""


@dataclass(frozen=True)
class HeldCount:
    """How many operations of one kind are held for one cause.

    Attributes:
        kind: `stop`, `add`, `update`, or `relabel`.
        why: The cause, in words.
        count: How many.
        held_by: The guards, in words of the sync file.
    """

    kind: str
    why: str
    count: int
    held_by: str


@dataclass(frozen=True)
class HeldPerson:
    """One of them.

    Attributes:
        kind: See `HeldCount`.
        phone: Masked.
        why: See `HeldCount`.
        held_by: See `HeldCount`.
        line: Of the row in the source; 0 where there is none.
    """

    kind: str
    phone: str
    why: str
    held_by: str
    line: int


@dataclass(frozen=True)
class HeldSummary:
    """What a person looks at before an approval.

    Attributes:
        counts: By kind, cause and guard, most first.
        people: The first `SHOWN` of them, in the order in which they would go.
        total: All operations.
        persons: How many people these are about; an approval asks for this number.
    """

    counts: tuple[HeldCount, ...] = ()
    people: tuple[HeldPerson, ...] = ()
    total: int = 0
    persons: int = 0


def held_summary(held: pd.DataFrame) -> HeldSummary:
    """Of the held operations of a plan.

    Args:
        held: `HELD`, or `STORED_OPERATIONS` that are held.
    """
    by = "held_by" if "held_by" in held else "guard"
    groups = Counter(zip(held["kind"], held["cause"], held[by], strict=True))
    counts = [
        HeldCount(kind, _why(cause), count, _guards(guard))
        for (kind, cause, guard), count in sorted(groups.items())
    ]
    people = [
        HeldPerson(kind, mask_phone(phone), _why(cause), _guards(guard), int(line))
        for kind, phone, cause, guard, line in held.head(SHOWN)[
            ["kind", "phone", "cause", by, "line"]
        ].itertuples(index=False, name=None)
    ]
    counts.sort(key=lambda each: -each.count)
    return HeldSummary(tuple(counts), tuple(people), len(held), people_among(held))


def _why(cause: str) -> str:
    return CAUSE_WORDS.get(cause, cause)


def _guards(held_by: str) -> str:
    return ", ".join(held_by.split())
