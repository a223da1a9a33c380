"""Which column is what, as its header words suggest.

The words are data: a language is added by adding words. They are compared without capitals,
accents, punctuation and spaces, so that `First Name`, `first_name` and `FirstName` are one word.
Order counts: the first word that a column matches wins, so `Mobile` is taken before `Phone`.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final

import pandas as pd

WORDS: Final[dict[str, tuple[str, ...]]] = {
    "phone": (
        *("mobile", "mobile phone", "mobile number", "mobile phone number", "mobile no"),
        *("mobile tel", "cell", "cell phone", "cellphone", "cell number", "cell phone number"),
        *("cellular", "sms", "sms number", "sms phone", "phone mobile", "phone cell"),
        *("phone", "phone number", "phone no", "telephone", "telephone number", "tel", "tel no"),
        *("msisdn", "contact number", "number", "primary phone", "phone 1"),
    ),
    "email": (
        *("email", "e mail", "email address", "e mail address", "mail", "primary email"),
        *("contact email", "email 1"),
    ),
    "country": (
        *("country", "country code", "country region", "mailing country", "billing country"),
        *("iso country", "country name", "nation"),
    ),
    "first_name": ("first name", "given name", "forename", "first", "fname", "christian name"),
    "key": (
        *("customer id", "contact id", "client id", "customer number", "customer no", "crm id"),
        *("record id", "person id", "member id", "user id", "id", "key"),
    ),
    "customer_key": ("customer key",),
    "group": ("group", "sms group", "group name", "segment", "list"),
    "sender_code": ("sender code", "sendercode", "sender", "short code", "long code", "sender id"),
    "opted_out": (
        *("unsubscribed", "opted out", "opt out", "optout", "sms opt out", "sms opted out"),
        *("sms unsubscribed", "has opted out of sms", "do not contact", "do not text"),
        *("do not sms", "dnc", "stop"),
    ),
    "consent": (
        *("sms consent", "consent", "consent to sms", "text consent", "marketing consent"),
        *("sms opt in", "opt in", "opted in", "sms permission", "permission", "accepts sms"),
    ),
}
"""Contact field: header words, the surest first."""

_ADDRESS = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
_SCIENTIFIC = re.compile(r"\d([.,]\d+)?[eE]\+?\d{1,2}")
_SAMPLE_SHARE = 0.6


def suggest(columns: Sequence[str], sample: pd.DataFrame | None = None) -> dict[str, str]:
    """Contact field to source column, as far as the header says; each column once.

    Args:
        columns: The source's own columns.
        sample: Some of its rows; asked only for the phone, where no header word says which it is.

    Returns:
        Fields in the order of `WORDS`; without `phone` when nothing tells.
    """
    folded = {fold(column): column for column in reversed(columns)}
    found: dict[str, str] = {}
    for field, words in WORDS.items():
        for word in words:
            column = folded.get(fold(word))
            if column is not None and column not in found.values():
                found[field] = column
                break
    if "phone" not in found:
        told = _by_content([each for each in columns if each not in found.values()], sample)
        if told is not None:
            return {"phone": told, **found}
    return found


def fold(word: str) -> str:
    """A header word without capitals, accents, punctuation and spaces."""
    plain = unicodedata.normalize("NFKD", word.casefold())
    return "".join(char for char in plain if char.isalnum())


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that was probably meant."""
    folded = {fold(each): each for each in known}
    near = difflib.get_close_matches(fold(word), list(folded), n=1, cutoff=0.6)
    return folded[near[0]] if near else None


def reads_as_data(cell: str) -> bool:
    """True for a header cell that is a phone number or an e-mail address: a row, not a name."""
    text = cell.strip()
    return _ADDRESS.fullmatch(text) is not None or _reads_as_phone(text)


def _reads_as_phone(text: str) -> bool:
    """Seven digits or more that are most of the cell, or what a spreadsheet makes of them."""
    shown = [char for char in text if not char.isspace()]
    digits = sum(char.isdecimal() for char in shown)
    if digits >= 7:
        return digits * 2 > len(shown)
    return _SCIENTIFIC.fullmatch(text) is not None


def _by_content(columns: Sequence[str], sample: pd.DataFrame | None) -> str | None:
    """The one column whose filled cells mostly read as phones; None when two do, or none."""
    if sample is None:
        return None
    likely = []
    for column in columns:
        cells = [cell.strip() for cell in sample[column] if cell.strip()]
        if cells and sum(map(_reads_as_phone, cells)) >= _SAMPLE_SHARE * len(cells):
            likely.append(column)
    return likely[0] if len(likely) == 1 else None
