"""Values of a database as text, exactly.

| value | text |
| --- | --- |
| NULL | empty |
| text | as it is |
| whole numbers, decimals | all their digits, no exponent: `0012` only if it was text |
| floating point | the shortest text that is the same number; a whole one without `.0` |
| yes and no | `true`, `false` |
| dates and times | ISO 8601: `2026-11-22T02:00:00.123456+00:00` |
| bytes | hexadecimal; a single byte 0 or 1, as MySQL's `BIT(1)` is, `0` or `1` |
| JSON, arrays | JSON |
| anything else | what its `str` says |

Whole floating points lose their `.0` because people keep phone numbers in such columns.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal
from typing import Any, Final

_EXACT: Final = 2**53
"""Below this every whole number has a floating point of its own."""


def as_text(value: Any) -> str:
    """One value, as the table above says."""
    kind = type(value)
    if kind is str:
        return str(value)
    if value is None:
        return ""
    if kind is bool:
        return "true" if value else "false"
    if kind is int:
        return str(value)
    return _rarer(value)


def _rarer(value: Any) -> str:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, float):
        whole = value.is_integer() and abs(value) < _EXACT
        return str(int(value)) if whole else repr(value)
    if isinstance(value, date | time):  # a datetime is a date
        return value.isoformat()
    if isinstance(value, bytes | bytearray | memoryview):
        raw = bytes(value)
        # else an opt-out kept as a bit would read `01`, which is no yes
        return str(raw[0]) if raw in (b"\0", b"\1") else raw.hex()
    if isinstance(value, Mapping | list | tuple):
        return json.dumps(value, ensure_ascii=False, default=as_text)
    return str(value)


def iso(text: str) -> str:
    """A moment as Postgres writes it (`2026-11-22 02:00:00.5+00`) in ISO 8601.

    Dates outside Python's range (`infinity`, `0044-03-15 BC`) stay text.
    """
    day, space, clock = text.partition(" ")
    if not (space and day[:1].isdigit() and clock[2:3] == ":") or clock.endswith("BC"):
        return text
    if clock[-3:-2] in ("+", "-"):
        clock += ":00"
    return f"{day}T{clock}"


class TextLoader:
    """Hands over what Postgres wrote; for psycopg, whose own types know fewer moments."""

    format = 0
    """Values as text; psycopg's own word for it is an enumeration of the same number."""

    def __init__(self, oid: int, context: object = None) -> None:
        """As psycopg makes them."""

    def load(self, data: Any) -> str:
        """The text of one value."""
        return bytes(data).decode("utf-8")


class MomentLoader(TextLoader):
    """A moment, in ISO 8601."""

    def load(self, data: Any) -> str:
        """The text of one value."""
        return iso(bytes(data).decode("ascii"))


LOADERS: Final = {
    "date": TextLoader,
    "time": TextLoader,
    "timetz": TextLoader,
    "timestamp": MomentLoader,
    "timestamptz": MomentLoader,
    "interval": TextLoader,
    "numeric": TextLoader,
    "json": TextLoader,
    "jsonb": TextLoader,
}
"""Types of Postgres that are read as it writes them: Python's are narrower, or less exact."""
