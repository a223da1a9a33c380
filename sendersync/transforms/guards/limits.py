"""Limits of a number and a share, counted in integers: 29 of 100 is not above 0.29."""

from __future__ import annotations

from decimal import Decimal


def limit_of(number: int, share: float, base: int) -> int:
    """The largest count that is not above both: the number itself, or the share of the base.

    Args:
        number: Always allowed.
        share: 0 to 1, as the sync file has it; it is taken as the decimal that was written there.
        base: How many the share is a share of.
    """
    top, bottom = Decimal(repr(float(share))).as_integer_ratio()
    return max(number, base * top // bottom)


def share_of(count: int, base: int) -> float | None:
    """`count` as a share of `base`, to four places, for people to read; None without a base."""
    return round(count / base, 4) if base else None


def percent(share: float) -> str:
    """`5%`, `12.5%`: the share as the sync file has it, without rounding."""
    return f"{(Decimal(repr(float(share))) * 100).normalize():f}%"
