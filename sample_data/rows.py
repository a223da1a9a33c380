"""One row of the sample, and the two files it may stand in."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, replace

HEADER = (
    "CustomerID",
    "First Name",
    "Email",
    "Mobile",
    "Country",
    "Segment",
    "SMS consent",
    "Unsubscribed",
    "Last Purchase",
    "Notes",
)


@dataclass(frozen=True)
class Row:
    """One row of an export, with what must become of it.

    Attributes:
        outcome: `accepted`, `merged`, the reason code, or `not_read` for a line that is no row.
        raw: The line as it stands, for rows that no CSV writer would write.
    """

    customer: str = ""
    first: str = ""
    email: str = ""
    mobile: str = ""
    country: str = ""
    segment: str = "Newsletter"
    consent: str = "yes"
    unsubscribed: str = ""
    purchase: str = ""
    notes: str = ""
    outcome: str = "accepted"
    raw: str = ""

    def text(self) -> str:
        """The row as it stands in the file, its line end included."""
        if self.raw:
            return self.raw + "\r\n"
        return line(
            self.customer,
            self.first,
            self.email,
            self.mobile,
            self.country,
            self.segment,
            self.consent,
            self.unsubscribed,
            self.purchase,
            self.notes,
        )

    def but(self, **changes: str) -> Row:
        """The same row with some cells changed."""
        return replace(self, **changes)


def line(*cells: str) -> str:
    """One line as a spreadsheet writes it: quotes only where needed, Windows line ends."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(cells)
    return out.getvalue()


def file_text(rows: list[Row]) -> str:
    """A whole export: header and rows, with the byte order mark that Excel puts first."""
    return "\ufeff" + line(*HEADER) + "".join(row.text() for row in rows)


def line_numbers(rows: list[Row]) -> list[int]:
    """The line on which each row begins; a cell may hold line breaks."""
    numbers, at = [], 2
    for row in rows:
        numbers.append(at)
        at += row.text().count("\n")
    return numbers
