"""Fields of Salesforce as text, the same whether they came as JSON or as CSV.

| type | JSON | CSV | text |
| --- | --- | --- | --- |
| checkbox | `true` | `true` | `true`, `false` |
| number, currency, percent | `1.20655E10` | `12065500000.0` | `12065500000` |
| date and time | `...00.000+0000` | `...00.000Z` | `...00.000Z` |
| `Account.Name` | an object within | a column | what it holds; empty without an account |
| anything else | text, null | text, nothing | as it is; nothing is empty |

If the two differed, everybody would look changed on the day on which a read becomes large enough
for the Bulk API.

A field that was asked for and is not in the answer is no empty field: it may be the opt-out, and
then "nothing" would read as "may be texted". Such an answer is refused whole (`FieldMissing`).
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final

NUMBERS: Final = frozenset({"double", "currency", "percent", "int", "long"})
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000")


class FieldMissing(Exception):
    """An answer does not hold a field that was asked for."""

    def __init__(self, name: str) -> None:
        """The field's name, which the sync file maps."""
        super().__init__(name)
        self.name = name


@dataclass(frozen=True)
class FieldTypes:
    """The fields of a read.

    Attributes:
        names: As they are asked for, each once.
        numbers: Those of them that are numbers.
    """

    names: tuple[str, ...]
    numbers: frozenset[str] = frozenset()

    def of_record(self, record: Mapping[str, Any]) -> tuple[str, ...]:
        """The texts of one record of a JSON answer.

        Raises:
            FieldMissing: The record lacks one; Salesforce writes null for a field without a value.
        """
        return tuple(self._text(name, _walk(record, name)) for name in self.names)

    def of_csv(self, body: bytes) -> list[tuple[str, ...]]:
        """The texts of each row of a page, found by the page's own header.

        A column that nobody asked for is left out.

        Raises:
            FieldMissing: The page has rows, and not all of the columns.
            ValueError: The page breaks off, or is no CSV.
        """
        if body and not body.endswith(b"\n"):
            raise ValueError("the last line has no end")
        try:
            lines = csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""), strict=True)
            header = next(lines, None)
            if header is None:
                return []
            places = self._places(header)
            rows = []
            for line in lines:
                if len(line) != len(header):
                    raise ValueError("a row has another number of cells than the header")
                rows.append(tuple(self._text(name, line[at]) for name, at in places.items()))
        except csv.Error:
            raise ValueError("no CSV") from None
        missing = [name for name in self.names if name not in places]
        if missing and rows:
            raise FieldMissing(missing[0])
        return rows

    def _places(self, header: Sequence[str]) -> dict[str, int]:
        at = {name.lower(): place for place, name in enumerate(header)}
        if len(at) < len(header) or "id" not in at:
            raise ValueError("the header names a column twice, or no Id")
        return {name: at[name.lower()] for name in self.names if name.lower() in at}

    def _text(self, name: str, value: Any) -> str:
        if value is None or value == "":
            return ""
        if value is True or value is False:
            return "true" if value else "false"
        if isinstance(value, int | Decimal) or name in self.numbers:
            return _plain(value)
        text = str(value)
        return text[:-5] + "Z" if _MOMENT.fullmatch(text) else text


def _walk(record: Any, name: str) -> Any:
    for part in name.split("."):
        if not isinstance(record, Mapping):
            return None
        if part not in record:  # Salesforce answers in its own capitals
            record = {key.lower(): each for key, each in record.items()}
            part = part.lower()
        if part not in record:
            raise FieldMissing(name)
        record = record[part]
    return record


def _plain(value: Any) -> str:
    """A number with all its digits, without exponent and without zeros that say nothing."""
    try:
        number = Decimal(str(value))
        if not number.is_finite() or abs(number.adjusted()) > 100:
            return str(value)
    except InvalidOperation:
        return str(value)
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
