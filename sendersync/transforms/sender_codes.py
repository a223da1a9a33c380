"""One spelling for one sender code, so that a respelt code is not a new one.

A sender code becomes part of what a member is known by. `12065551212` one night and
`(206) 555-1212` the next would otherwise be everybody stopped on one code and added on another; and
a phone that another sync wants, under its own spelling, would be stopped for both.
"""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from schemas.sync_keys.sender_code import plain_code
from sendersync.transforms.cells.arrow_columns import is_in


def one_spelling(codes: pd.Series[str], *known: pd.Series[str]) -> pd.Series[str]:
    """The codes in the spelling that was last sent, or else in the first one of today.

    Args:
        codes: Sender codes of today's rows.
        known: Sender codes that were sent before: those of the sync's own members, then those of
            others, whose members would else seem to be on another code. Within each, the most
            frequent spelling counts.
    """
    spelling: dict[str, str] = {}
    before = [code for each in known for code in each.value_counts().index]
    for code in [*before, *codes.unique()]:
        spelling.setdefault(plain_code(str(code)), str(code))
    same = {code: spelling[plain_code(code)] for code in codes.unique()}
    if all(code == spelt for code, spelt in same.items()):
        return codes
    return codes.map(same).astype("str")


def holds_on(codes: pd.Series[str], sender_codes: Iterable[str]) -> pd.Series[bool]:
    """Which orders of the do-not-contact list hold on some of these sender codes.

    Args:
        codes: Their sender codes; empty: on all.
        sender_codes: In any spelling.
    """
    asked = {plain_code(code) for code in sender_codes}
    plain = {code: plain_code(code) for code in codes.unique()}
    return (codes == "") | is_in(codes.map(plain), asked)
