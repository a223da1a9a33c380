"""How long: `2h` in, seconds out, and back."""

from __future__ import annotations

import re

import typer

_PARTS = re.compile(r"(?:(\d+(?:\.\d+)?)h)?(?:(\d+(?:\.\d+)?)m)?(?:(\d+(?:\.\d+)?)s?)?", re.I)


def seconds_of(text: str) -> float:
    """`90s`, `10m`, `2h`, `1h30m` or plain seconds as seconds.

    Raises:
        typer.BadParameter: It is none of these, or no time at all.
    """
    compact = re.sub(r"\s+", "", str(text))
    found = _PARTS.fullmatch(compact)
    hours, minutes, seconds = found.groups() if found else (None, None, None)
    total = float(hours or 0) * 3600 + float(minutes or 0) * 60 + float(seconds or 0)
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
