"""Which way round a header is to be read: does a yes under it agree to texts, or refuse them?

`Subscribed` mapped to `opted_out` stops everybody who wants texts; `Unsubscribed` mapped to
`consent` texts everybody who does not. Both are slips of one line, and both are refused.
"""

from __future__ import annotations

from enum import Enum
from functools import lru_cache
from typing import Final

from sendersync.transforms.mapping.header_words import LONGEST, SHORT, fold, has_stem, holds, tokens
from sendersync.transforms.mapping.known_headers import word_of
from sendersync.transforms.mapping.permission_words import (
    ACTIVE,
    AGREED_STEMS,
    CONSENT_STEMS,
    LEFT_STEMS,
    NEGATIONS,
    NEWSLETTERS,
    OPT_OUT_STEMS,
    STATES,
)

_BOTH: Final = ("optin", "optedin")
_STATES_ANYWHERE: Final = tuple(state for state in STATES if not state.isascii())
_REFUSALS: Final = sorted(
    (fold(stem) for stem in OPT_OUT_STEMS if len(stem) > SHORT), key=len, reverse=True
)
_STOPS: Final = frozenset({"stop", "stops", "dnc", "dnd"})


class Polarity(Enum):
    """What a yes under a header says."""

    AGREES = "agrees"
    REFUSES = "refuses"
    NEITHER = "neither"


@lru_cache(maxsize=4096)
def polarity(header: str) -> Polarity:
    """Which way round a header is; `NEITHER` where its words say both, a state, or nothing."""
    words, whole = set(tokens(header)), fold(header[:LONGEST])
    if not STATES.isdisjoint(words) or any(state in whole for state in _STATES_ANYWHERE):
        return Polarity.NEITHER
    if {"in", "out"} <= words:
        return Polarity.NEITHER
    rest = _without_refusals(whole)
    if rest != whole or has_stem(header, LEFT_STEMS) or not _STOPS.isdisjoint(words):
        if any(each in rest for each in _BOTH):
            return Polarity.NEITHER
        return Polarity.AGREES if _negated(words, rest) else Polarity.REFUSES
    known = word_of(header)
    if known is not None and known.field == "opted_out":
        return Polarity.REFUSES
    agrees = holds(header, (*CONSENT_STEMS, *NEWSLETTERS)) or has_stem(header, AGREED_STEMS)
    if agrees or not ACTIVE.isdisjoint(words) or (known is not None and known.field == "consent"):
        return Polarity.REFUSES if _negated(words, whole) else Polarity.AGREES
    return Polarity.NEITHER


def opposite(field: str, header: str) -> bool:
    """Whether a header says the opposite of the permission that it is mapped to.

    Args:
        field: `opted_out` or `consent`.
        header: The column.
    """
    wrong = Polarity.AGREES if field == "opted_out" else Polarity.REFUSES
    return polarity(header) is wrong


def _without_refusals(whole: str) -> str:
    """A folded header without the words of opting out, the longest first."""
    for stem in _REFUSALS:
        whole = whole.replace(stem, " ")
    return whole


def _negated(words: set[str], rest: str) -> bool:
    """Whether a word for no stands beside; `rest` lacks those that belong to a stem."""
    return any((word in words if word.isascii() else True) and word in rest for word in NEGATIONS)
