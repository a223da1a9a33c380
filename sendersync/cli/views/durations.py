"""Durations for people: `2h` in, seconds out, and back."""

from __future__ import annotations

import re

import typer

from schemas.durations import parse_duration


def seconds_of(text: str) -> float:
    """`90s`, `10m`, `2h` or `1h30m` as seconds.

    Raises:
        typer.BadParameter: It is none of these, has no unit, or is no time at all.
    """
    if re.fullmatch(r"0*[1-9][0-9]*", str(text)):
        raise typer.BadParameter(f"{text!r} has no unit. Write {text}h, {text}m or {text}s.")
    try:
        total = parse_duration(text).total_seconds()
    except ValueError:
        total = 0
    if not total:
        raise typer.BadParameter(f"{text!r} is not a time. Write 90s, 10m, 2h or 1h30m.")
    return total


def readable(seconds: float) -> str:
    """`3.2 s`, `4 min 10 s`, `2 h 5 min`: as exact as a person wants to know."""
    if seconds < 60:
        return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"
