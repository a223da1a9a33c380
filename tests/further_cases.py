"""Of a table of whole nights `make test` plays the first two, `make soak` all the others.

A night costs a second of CPU. The rule that a table states has a quick test of its own near where it
lives (`tests/unit`), with every case; the nights show that the rule reaches the calls.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final

NIGHTS: Final = tuple(
    f"tests/end_to_end/{wing}/" for wing in ("nights", "nightly_sources", "terminal")
)
"""Where a case is a whole night, or a whole command."""

FIRST: Final = 2
"""Cases of each test that are played in `make test`."""


def further(tests: Iterable[str]) -> set[str]:
    """Ids of the cases that wait for `make soak`."""
    seen: Counter[str] = Counter()
    found = set()
    for test in tests:
        if test.startswith(NIGHTS):
            name = test.partition("[")[0]
            seen[name] += 1
            if seen[name] > FIRST:
                found.add(test)
    return found
