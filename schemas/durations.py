"""Spans of time as people write them: `90s`, `15m`, `36h`, `7d`."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated, Any

from pydantic import BeforeValidator, WithJsonSchema

PATTERN = r"^[0-9]+(\.[0-9]+)?[smhdw]$"
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}


def parse_duration(value: Any) -> timedelta:
    """A number and a unit: s, m, h, d or w.

    Raises:
        ValueError: It is something else.
    """
    if isinstance(value, timedelta):
        return value
    text = str(value).strip().lower()
    if not re.fullmatch(PATTERN, text):
        raise ValueError("must be a number and a unit, such as 90s, 15m, 36h or 7d")
    return timedelta(seconds=float(text[:-1]) * _UNITS[text[-1]])


Duration = Annotated[
    timedelta,
    BeforeValidator(parse_duration),
    WithJsonSchema({"type": "string", "pattern": PATTERN, "examples": ["36h", "7d"]}),
]
"""A span of time in a sync file."""
