"""Frames of contacts, rejects and members, written down by what matters in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from schemas.frames import CONTACT_COLUMNS, FLAG_COLUMNS, LINE, MEMBER_COLUMNS, REJECT_COLUMNS
from schemas.member_status import Standing
from sendersync.transforms.diff import Present

CODE = "12065551212"


def contacts(*rows: Mapping[str, Any]) -> pd.DataFrame:
    """A contact frame; the key is the phone, and the line the place, unless they are given."""
    given = [
        {"country": "US", "sender_code": CODE, "opted_out": False, "consent": True, **row}
        for row in rows
    ]
    for row in given:
        row.setdefault("key", row["phone"])
    return _frame(given, CONTACT_COLUMNS, FLAG_COLUMNS)


def rejects(*rows: Mapping[str, Any]) -> pd.DataFrame:
    """A reject frame; what is not given could not be read."""
    return _frame(
        [{"reason": "phone_invalid", "opted_out": False, **row} for row in rows],
        REJECT_COLUMNS,
        ("opted_out",),
    )


def members(*rows: Mapping[str, Any]) -> pd.DataFrame:
    """A member frame; everybody is subscribed unless they are not."""
    given = [
        {"country": "US", "sender_code": CODE, "standing": Standing.SUBSCRIBED.value, **row}
        for row in rows
    ]
    for row in given:
        row.setdefault("key", row["phone"])
    return _frame(given, MEMBER_COLUMNS, ())


def present(
    *,
    opted_out: Iterable[Mapping[str, str]] = (),
    rejected: pd.DataFrame | None = None,
    withheld: Iterable[Mapping[str, str]] = (),
    suppressed: Iterable[str] = (),
    listed: Iterable[Mapping[str, str]] = (),
) -> Present:
    """Who is in the source without being wanted; nobody by default."""
    return Present(
        opted_out=_frame(list(opted_out), ("key", "phone"), ()),
        rejects=rejects() if rejected is None else rejected,
        withheld=_frame(list(withheld), ("key", "phone"), ()),
        suppressed=pd.Series(list(suppressed), dtype="str"),
        listed=_frame(list(listed), ("key", "phone"), ()),
    )


def _frame(
    rows: list[dict[str, Any]] | list[Mapping[str, str]],
    texts: Iterable[str],
    flags: Iterable[str],
) -> pd.DataFrame:
    lines = [row.get("line", place) for place, row in enumerate(rows, start=2)]
    index = pd.Index(lines, dtype="int64", name=LINE)
    data: dict[str, pd.Series[Any]] = {
        name: pd.Series([str(row.get(name, "")) for row in rows], index=index, dtype="str")
        for name in texts
    }
    for name in flags:
        data[name] = pd.Series([bool(row.get(name)) for row in rows], index=index, dtype=bool)
    return pd.DataFrame(data, index=index)


def rows_of(**cells: list[str]) -> pd.DataFrame:
    """Rows as a source gives them, column by column; `_` in a name is a space."""
    named = {name.replace("_", " "): column for name, column in cells.items()}
    return pd.DataFrame(named, dtype="str")
