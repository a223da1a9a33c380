"""One kind of trouble in a sample's rows."""

from __future__ import annotations

from dataclasses import dataclass

from rows import Row


@dataclass(frozen=True)
class Hazard:
    """One kind of trouble.

    Attributes:
        what: What is wrong, in a person's words.
        becomes: What sendersync does, in a person's words.
        rows: The rows that show it; those after the first stand some hundred lines further down
            when `apart` is set.
    """

    what: str
    becomes: str
    rows: tuple[Row, ...]
    apart: bool = False


def us(customer: str, first: str, mobile: str, **more: str) -> Row:
    """A row of somebody with an American number, or of whoever `more` says."""
    return Row(**{"customer": customer, "first": first, "mobile": mobile, "country": "USA", **more})
