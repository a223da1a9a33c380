"""Whether a column that nobody mapped is asked about."""

from __future__ import annotations

from datetime import date

from sendersync.transforms.mapping.column_evidence import evidence_of
from sendersync.transforms.mapping.permissions import all_doubts
from tests.builders.frames import rows_of


def asked(header: str, cells: list[str], refusing: str, today: date | None = None) -> bool:
    """Whether a sync that maps the phone alone asks about the column because of that cell."""
    rows = rows_of(Mobile=["+12065550100"] * len(cells), **{header: cells})
    columns = list(rows.columns)
    found = all_doubts(
        columns,
        evidence_of(columns, rows),
        frozenset({"Mobile"}),
        {"phone": "Mobile"},
        ask_all=True,
        today=today,
    )
    return any(each.column == header and each.speaks(refusing) for each in found)
