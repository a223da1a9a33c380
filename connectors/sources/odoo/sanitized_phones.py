"""The one number of a partner that Odoo judges (`phone_sanitized`), beside the one that is mapped.

Odoo reads `mobile`, then `phone`, and keeps the first that is a number as `phone_sanitized`. Its
blacklist, and its three fields that show it, speak of that number alone. A sync that maps another
one would take "not blacklisted" for an answer that Odoo never gave:

| the mapped number | the cell of a blacklist field |
| --- | --- |
| is the one that Odoo judges | `true` or `false`, whichever of the fields is mapped |
| is another one, or Odoo cannot read it | `NOT_JUDGED`, which is neither a yes nor a no |
| is empty | `true` or `false`: there is no number to text |

Source: `addons/phone_validation/models/mail_thread_phone.py` of Odoo 15 to 18
(`_compute_phone_sanitized`, `_compute_blacklist`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final

from schemas.wording import counted

SANITIZED: Final = "phone_sanitized"
WRITTEN: Final = ("phone", "mobile")
BLACKLISTED: Final = ("phone_sanitized_blacklisted", "phone_blacklisted", "mobile_blacklisted")
NOT_JUDGED: Final = "not judged by Odoo"
"""The cell of an opt-out that nobody knows: such a row is withheld, as its word is no yes or no."""

_LONGEST_CALLING_CODE: Final = 3
"""Digits of E.164 that a number loses at most when it is written nationally."""


class SanitizedPhoneCheck:
    """Compares the mapped numbers with Odoo's own, row by row, and counts what differs.

    A number that is written nationally is the end of the one with its country; nothing else is
    compared, since how we read it is the business of the steps that follow.
    """

    def __init__(self, phones: Collection[str]) -> None:
        """Nothing seen yet.

        Args:
            phones: The fields that are mapped as a phone.
        """
        self._phones = tuple(phones)
        self.differs = 0
        self.unreadable = 0
        self.not_judged = 0

    def look(self, values: Mapping[str, Any]) -> None:
        """Looks at one partner, as Odoo gave it."""
        written = self._written(values)
        if not written or self._phones == (SANITIZED,):
            return
        sanitized = values.get(SANITIZED) or ""
        if not sanitized:
            self.unreadable += 1
        elif not all(is_same_number(each, str(sanitized)) for each in written):
            self.differs += 1

    def blacklisted(self, values: Mapping[str, Any]) -> str:
        """The cell of a blacklist field: what Odoo's blacklist says of the mapped number."""
        sanitized = str(values.get(SANITIZED) or "")
        if not all(is_same_number(each, sanitized) for each in self._written(values)):
            self.not_judged += 1
            return NOT_JUDGED
        return "true" if any(values.get(name) for name in BLACKLISTED) else "false"

    def notes(self) -> tuple[str, ...]:
        """What was found, for a person; sentences without their full stop."""
        found = []
        if self.not_judged:
            found.append(
                "Odoo's blacklist does not speak of the mapped number in "
                f"{counted(self.not_judged, 'row')}: these people are not added, and keep what "
                "they had. Map `phone: phone_sanitized` and "
                "`opted_out: phone_sanitized_blacklisted`: then the number that is judged is "
                "the number that is texted"
            )
        if self.differs:
            found.append(
                f"Odoo's own sanitised number is another one in {counted(self.differs, 'row')}: it "
                "takes `mobile` before `phone`, or the country is wrong. Map "
                "`phone: phone_sanitized` to use it"
            )
        if self.unreadable:
            found.append(f"Odoo itself can read no number in {counted(self.unreadable, 'row')}")
        return tuple(found)

    def _written(self, values: Mapping[str, Any]) -> list[str]:
        return [str(values[name]) for name in self._phones if values.get(name)]


def is_same_number(written: str, sanitized: str) -> bool:
    """Whether a number as a person wrote it is the one that Odoo made of it.

    Args:
        written: Any spelling, national or international.
        sanitized: E.164; empty where Odoo could read none.
    """
    digits, whole = _digits(written.replace("(0)", "")), _digits(sanitized)
    if written.strip().startswith("+"):
        return digits == whole
    # a trunk zero goes with the calling code, but in Italy it stays
    return any(
        whole.endswith(each) and len(whole) - len(each) <= _LONGEST_CALLING_CODE
        for each in (digits, digits.lstrip("0"))
        if each
    )


def _digits(text: str) -> str:
    return "".join(str(int(sign)) for sign in text if sign.isdecimal())
