"""Frames of contacts, rejects and members, written down by what matters in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from connectors.sources.source import no_malformed
from schemas.frames import (
    CONTACT_COLUMNS,
    FLAG_COLUMNS,
    KNOWN_REJECTS,
    LINE,
    MEMBER_COLUMNS,
    PENDING,
    REJECT_COLUMNS,
    STOPPED_KEYS,
    SUPPRESSIONS,
    UNATTRIBUTABLE,
)
from schemas.member_status import MemberStatus
from sendersync.pipeline.extract import Extracted
from sendersync.pipeline.reading.known import Known
from sendersync.transforms.diff import NOBODY, PresentButNotWanted
from sendersync.transforms.located_phones import ColumnDoubts
from tests.builders.sync_files import CODE


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
        ("opted_out", "refused"),
    )


def members(*rows: Mapping[str, Any]) -> pd.DataFrame:
    """A member frame; everybody is subscribed unless they are not."""
    given = [
        {"country": "US", "sender_code": CODE, "standing": MemberStatus.SUBSCRIBED.value, **row}
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
    refused: Iterable[Mapping[str, str]] = (),
    suppressed: Iterable[str] = (),
    listed: Iterable[Mapping[str, str]] = (),
) -> PresentButNotWanted:
    """Who is in the source without being wanted; nobody by default."""
    return PresentButNotWanted(
        opted_out=_frame(list(opted_out), ("key", "phone"), ()),
        rejects=rejects() if rejected is None else rejected,
        withheld=_frame(list(withheld), ("key", "phone"), ()),
        refused=_frame(list(refused), ("key", "phone"), ()),
        suppressed=pd.Series(list(suppressed), dtype="str"),
        on_suppression_list=_frame(list(listed), ("key", "phone"), ()),
        subscribers=NOBODY.subscribers,
    )


def extracted(read: pd.DataFrame, rejected: pd.DataFrame | None = None) -> Extracted:
    """A complete read of these contacts and rejects."""
    broken = rejects() if rejected is None else rejected
    broken = broken.set_axis(broken.index + 1000)  # lines that no contact has
    return Extracted(
        columns=(),
        contacts=read,
        rejects=broken,
        raw=(),
        malformed=no_malformed(),
        unattributable=_frame([], UNATTRIBUTABLE.names, ()),
        rows=len(read) + len(broken),
        complete=True,
        country_differs=0,
        unclear={},
        doubts=ColumnDoubts(*[read.index[:0]] * 4),
    )


def known(before: pd.DataFrame, suppressed: Iterable[str] = ()) -> Known:
    """What the state has: these members, and these phones on the do-not-contact list."""
    return Known(
        members=before,
        codes_elsewhere=pd.Series(dtype="str"),
        suppressions=_frame(
            [{"phone": phone} for phone in dict.fromkeys(suppressed)], SUPPRESSIONS.names, ()
        ),
        stopped_keys=_frame([], STOPPED_KEYS.names, ()),
        forgotten=pd.Series(dtype="str"),
        pending=_frame([], PENDING.names, ()),
        known_rejects=_frame([], KNOWN_REJECTS.names, ()),
        has_completed_run=True,
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
