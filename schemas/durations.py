"""Spans of time as people write them: `90s`, `15m`, `36h`, `7d`, `1h30m`."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated, Any

from pydantic import BeforeValidator, WithJsonSchema

_UNITS = {"w": 604_800, "d": 86_400, "h": 3600, "m": 60, "s": 1}
_NUMBER = r"[0-9]+(\.[0-9]+)?"
PATTERN = "^(?=.)" + "".join(f"({_NUMBER}{unit})?" for unit in _UNITS) + "$"


def parse_duration(value: Any) -> timedelta:
    """Numbers with their units w, d, h, m or s, the longest first: a bare number has no meaning.

    Raises:
        ValueError: It is something else.
    """
    if isinstance(value, timedelta):
        return value
    text = "".join(str(value).lower().split())
    if not re.fullmatch(PATTERN, text):
        raise ValueError("must be a number and a unit, such as 90s, 15m, 36h, 7d or 1h30m")
    parts = re.findall(f"({_NUMBER})([a-z])", text)
    return timedelta(seconds=sum(float(number) * _UNITS[unit] for number, _, unit in parts))


Duration = Annotated[
    timedelta,
    BeforeValidator(parse_duration),
    WithJsonSchema({"type": "string", "pattern": PATTERN, "examples": ["36h", "7d"]}),
]
"""A span of time in a sync file."""
