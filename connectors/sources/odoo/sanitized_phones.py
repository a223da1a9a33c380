"""A second opinion on phones: what Odoo's own `phone_sanitized` says of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

SANITIZED: Final = "phone_sanitized"
WRITTEN: Final = ("phone", "mobile")


class SanitizedPhoneCheck:
    """Counts the rows in which Odoo reads another number than stands there, or none.

    A number that is written nationally is the end of the one with its country; nothing else is
    compared, since how we read it is the business of the steps that follow.
    """

    def __init__(self) -> None:
        """Nothing seen yet."""
        self.differs = 0
        self.unreadable = 0

    def look(self, values: Mapping[str, Any]) -> None:
        """Looks at one partner, as Odoo gave it."""
        written = [str(values[name]) for name in WRITTEN if values.get(name)]
        if not written:
            return
        sanitized = _digits(str(values.get(SANITIZED) or ""))
        if not sanitized:
            self.unreadable += 1
        elif not any(sanitized.endswith(_digits(each).lstrip("0") or "?") for each in written):
            self.differs += 1

    def notes(self) -> tuple[str, ...]:
        """What was found, for a person; sentences without their full stop."""
        found = []
        if self.differs:
            found.append(
                f"Odoo's own sanitised number is another one in {self.differs} rows: look at their "
                "country, or map `phone: phone_sanitized`"
            )
        if self.unreadable:
            found.append(f"Odoo itself can read no number in {self.unreadable} rows")
        return tuple(found)


def _digits(text: str) -> str:
    return "".join(sign for sign in text if sign.isdigit())
