"""Numbers as text: the digits that a person would type, and none that the number does not hold."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

EXACT: Final = 1 << 53
"""Up to here a double holds every whole number."""


def number_text(value: float) -> str:
    """A number as a person would type it; empty for what is no number.

    Whole numbers beyond `EXACT` are shown with the 15 digits that are certain, and an exponent.
    """
    if value != value or value in (float("inf"), float("-inf")):
        return ""
    if value == int(value):
        return str(int(value)) if abs(value) < EXACT else f"{value:.14E}"
    rounded = Decimal(f"{value:.15g}")
    if rounded == rounded.to_integral_value():
        return str(int(rounded))
    return format(rounded, "f")
