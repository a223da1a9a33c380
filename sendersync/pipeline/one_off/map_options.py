"""The options `--map field=Column`: what a person says of a file's columns."""

from __future__ import annotations

from collections.abc import Iterable

from schemas.did_you_mean import nearest
from schemas.errors import WrongUse
from schemas.sync_file import Columns

_FIELDS = tuple(Columns.model_fields)


def read_mapping(pairs: Iterable[str]) -> dict[str, str]:
    """Contact field to column; an empty column takes a suggestion back.

    Raises:
        WrongUse: Not a pair, a field that there is none of (the nearest one is named), or one that
            is given twice.
    """
    mapping: dict[str, str] = {}
    for field, columns in _columns_of_fields(pairs).items():
        if len(columns) > 1:
            raise _given_twice(field, columns)
        mapping[field] = columns[0]
    return mapping


def read_stop_mapping(pairs: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """As `read_mapping`, for a list of people to stop: `phone` may be several columns.

    Returns:
        Contact field to its columns; `("",)` takes a suggestion back.

    Raises:
        WrongUse: See `read_mapping`.
    """
    mapping = _columns_of_fields(pairs)
    for field, columns in mapping.items():
        if len(columns) > 1 and (field != "phone" or "" in columns):
            raise _given_twice(field, columns)
    return mapping


def _columns_of_fields(pairs: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Each field with the columns that are named for it, each once."""
    found: dict[str, dict[str, None]] = {}
    for pair in pairs:
        field, equals, column = pair.partition("=")
        field = field.strip()
        if not equals:
            raise WrongUse(
                "A mapping is a contact field and a column.",
                where=f"--map {pair}",
                do='Write it as --map phone="Mobile Number".',
            )
        if field not in _FIELDS:
            near = nearest(field, _FIELDS)
            raise WrongUse(
                f"`{field}` is not a contact field.",
                where=f"--map {pair}",
                do=f"Did you mean `{near}`?" if near else f"Use one of: {', '.join(_FIELDS)}.",
            )
        found.setdefault(field, {})[column.strip()] = None
    return {field: tuple(columns) for field, columns in found.items()}


def _given_twice(field: str, columns: tuple[str, ...]) -> WrongUse:
    named = " and ".join(repr(column) for column in columns)
    several = (
        " Several phones of one person are a list in a sync file (`columns: {phone: [A, B]}`), and "
        "`import --like` reads a file as that says; `stop` and `suppress import` take this option "
        "once for each phone."
        if field == "phone"
        else ""
    )
    return WrongUse(
        f"`{field}` is mapped twice, to {named}, and only one of them would be read.",
        where=f"--map {field}",
        do=f"Give --map {field} once.{several}",
    )
