"""Flattening of nested JSON objects into rows: every value as text, nested names joined with dots.

| value | text |
| --- | --- |
| text | as it is |
| a number | as it is written: `12065550142`, `1.50` |
| `true`, `false` | `true`, `false` |
| `null`, `{}`, `[]` | empty |
| an object in `address` | `address.country`, `address.city`, ... |
| a list of plain values | joined with `; `: two phones in one cell are refused, never guessed at |
| a list of objects in `phones` | `phones.0.number`, `phones.1.number`, ... |
"""

from __future__ import annotations

import json
from typing import Any, Final

from schemas.errors import SourceMismatch

MOST_COLUMNS: Final = 16_384
_JOIN: Final = "; "


class NotARow(ValueError):
    """A value that cannot be a row; says why, without quoting it."""


def _constant(_: str) -> Any:
    raise NotARow("it holds NaN or Infinity, which JSON does not have")


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotARow("it names a field twice")
    return found


DECODER: Final = json.JSONDecoder(
    parse_int=str, parse_float=str, parse_constant=_constant, object_pairs_hook=_pairs
)
"""Numbers stay the text that they are: phones and ids have more digits than a float."""


def parsed(text: str) -> Any:
    """The value of a text that holds one value.

    Raises:
        NotARow: It is no JSON.
    """
    try:
        return DECODER.decode(text)
    except RecursionError:
        raise NotARow("it is nested too deep") from None
    except json.JSONDecodeError as problem:
        raise NotARow(f"it is not JSON from character {problem.colno} on") from None


def flattened(value: Any) -> dict[str, str]:
    """One row.

    Raises:
        NotARow: The value is no object, or two of its fields would be one column.
    """
    if not isinstance(value, dict):
        raise NotARow("it is not an object")
    cells: dict[str, str] = {}
    try:
        _flatten(value, "", cells)
    except RecursionError:
        raise NotARow("it is nested too deep") from None
    return cells


def _flatten(value: dict[str, Any], prefix: str, cells: dict[str, str]) -> None:
    for key, inner in value.items():
        name = prefix + key
        if not key.isascii() and _has_half_character(key):
            raise NotARow("it holds half a character")
        if isinstance(inner, dict) and inner:
            _flatten(inner, f"{name}.", cells)
        elif isinstance(inner, list) and any(isinstance(each, dict | list) for each in inner):
            _flatten({str(n): each for n, each in enumerate(inner)}, f"{name}.", cells)
        else:
            if name in cells:
                raise NotARow("two of its fields have the same name once they are flattened")
            cells[name] = _text(inner)


def _text(value: Any) -> str:
    if isinstance(value, str):
        if not value.isascii() and _has_half_character(value):
            raise NotARow("it holds half a character")
        return value
    if value is None or value == {}:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return _JOIN.join(_text(each) for each in value)


def _has_half_character(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def too_many_columns(name: str) -> SourceMismatch:
    """The refusal of objects with ever new names."""
    return SourceMismatch(
        f"Its objects have more than {MOST_COLUMNS:,} different fields.",
        where=name,
        do="Export only the fields that are needed, under the same names in every object.",
    )
