"""The high-water mark of an incremental read of a database: as text, and as a value to ask with.

It is the highest value of the changed column in the snapshot that was read. The next read
asks for that value and above, so that rows which share it are read again rather than lost. A
transaction stamps its rows when it writes them and shows them when it commits: rows may appear
behind the cursor. So moments are asked for a little earlier than the cursor; what is read twice
costs nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

_READERS: Final[dict[str, Callable[[str], Any]]] = {
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "int": int,
    "Decimal": Decimal,
    "float": float,
    "str": str,
}


def written(value: Any) -> str:
    """A value of the changed column as text; empty for one that orders nothing we know."""
    kind = type(value).__name__
    if kind not in _READERS:
        return ""
    return json.dumps([kind, value.isoformat() if isinstance(value, date) else str(value)])


def begin(cursor: str, overlap: timedelta) -> Any:
    """The value from which to read on; None when the text is no cursor.

    Args:
        cursor: From `written`.
        overlap: How much earlier to begin, where the value is a moment.
    """
    try:
        kind, text = json.loads(cursor)
        value = _READERS[kind](text)
        return _earlier(value, overlap)
    except (ValueError, TypeError, KeyError, ArithmeticError):
        return None


def is_ahead(value: Any, now: datetime) -> bool:
    """Whether a moment lies more than a day after now, which some clock or person got wrong."""
    moment = _moment(value)
    if moment is None:
        return False
    return moment.replace(tzinfo=None) > latest(now)


def latest(now: datetime) -> datetime:
    """A day after now: no honest clock, in whichever zone it stands, is later."""
    return now.astimezone(UTC).replace(tzinfo=None, microsecond=0) + timedelta(days=1)


def like(moment: datetime, value: Any) -> Any:
    """`moment` in the form that `value` has."""
    if isinstance(value, datetime):
        return moment.replace(tzinfo=value.tzinfo)
    if isinstance(value, date):
        return moment.date()
    sep = value[10:11] or "T"
    return moment.isoformat(sep=sep)[: len(value)]


def _earlier(value: Any, overlap: timedelta) -> Any:
    moment = _moment(value)
    if moment is None:
        return value
    try:
        moved = moment - overlap
    except OverflowError:
        return value
    if isinstance(value, datetime):
        return moved
    if isinstance(value, date):
        return moved.date()
    if moment.tzinfo is not None and len(value) > 19:
        return _with_zone(moved.replace(tzinfo=None), value)
    sep = value[10:11] or "T"
    # cut to the second: a text that goes on is greater than its own beginning
    return moved.replace(microsecond=0).isoformat(sep=sep)[: len(value)]


def _with_zone(moved: datetime, value: str) -> str:
    """A moment written as `value` is, with its fraction and zone.

    Some keep moments as text, and then it is texts that are compared: one that ends with Z sorts
    behind the same second with a fraction, so it is a second earlier.
    """
    zone = value[19:].lstrip(".0123456789")
    digits = max(0, len(value) - 20 - len(zone))
    if zone.upper() == "Z":
        moved, digits = moved - timedelta(seconds=1), 0
    fraction = f".{moved.microsecond:06d}"[: digits + 1] if digits else ""
    return moved.replace(microsecond=0).isoformat(sep=value[10]) + fraction + zone


def _moment(value: Any) -> datetime | None:
    """A value as a moment, if it is one."""
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)  # noqa: DTZ001  # compared as it is
    if isinstance(value, str) and len(value) >= 10 and value[4:5] == "-":
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            return None
    return None
