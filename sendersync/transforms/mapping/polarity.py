"""Which way round a header is to be read: does a yes under it agree to texts, or refuse them?

`Subscribed` mapped to `opted_out` stops everybody who wants texts; `Unsubscribed` mapped to
`consent` texts everybody who does not. Both are slips of one line, and both are refused, unless
`words` say of every cell which way round it is meant. Also whose phone a flag speaks of.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from functools import lru_cache
from typing import Final

from schemas.sync_file import TRUTHY, FlagWords
from sendersync.transforms.cells.flags import FALSY, fold_word
from sendersync.transforms.mapping.header_words import LONGEST, SHORT, fold, has_stem, holds, tokens
from sendersync.transforms.mapping.known_headers import word_of
from sendersync.transforms.mapping.permission_words import (
    ACTIVE,
    AGREED_STEMS,
    CHOICES,
    CONSENT_STEMS,
    DAYS,
    ENDED,
    ENDS,
    FORMER,
    LEAVING,
    LEFT_STEMS,
    MEMBERSHIPS,
    MOBILES,
    NEGATIONS,
    NEWSLETTERS,
    OF_CHOICES,
    OF_TERMS,
    OF_THINGS,
    OPT_OUT_STEMS,
    OTHER_CHANNELS,
    STATES,
    TERMS,
    TEXTS,
)
from sendersync.transforms.mapping.refusals import refuses_texts

_BOTH: Final = ("optin", "optedin")
_STATES_ANYWHERE: Final = tuple(state for state in STATES if not state.isascii())
_REFUSALS: Final = sorted(
    (fold(stem) for stem in OPT_OUT_STEMS if len(stem) > SHORT or not stem.isascii()),
    key=len,
    reverse=True,
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
    if refuses_texts(header):  # Doesn't want texts, Ne veut pas de SMS
        return Polarity.REFUSES
    agrees = holds(header, (*CONSENT_STEMS, *NEWSLETTERS)) or has_stem(header, AGREED_STEMS)
    if agrees or not ACTIVE.isdisjoint(words) or (known is not None and known.field == "consent"):
        return Polarity.REFUSES if _negated(words, whole) else Polarity.AGREES
    return Polarity.NEITHER


def names_phone(column: str, phone: str) -> bool:
    """Whether a header begins with the name of the phone column, as `mobile_blacklisted` does."""
    own = tokens(phone)
    return bool(own) and tokens(column)[: len(own)] == own


def is_phone(column: str) -> bool:
    """Whether a header is that of a phone, and of no permission."""
    return has_stem(column, ("phone", *MOBILES)) and polarity(column) is Polarity.NEITHER


def of_another_phone(column: str, phone: str, others: Sequence[tuple[str, ...]]) -> bool:
    """A flag of a phone that is there, and is not the one that gets the texts."""
    words = tokens(column)
    if not phone or names_phone(column, phone):
        return False
    return any(len(words) > len(other) and words[: len(other)] == other for other in others)


def names_texts(column: str) -> bool:
    """Whether a header speaks of texts: by their name, or as a permission of a mobile."""
    words = tokens(column)
    if not TEXTS.isdisjoint(words):
        return True
    return has_stem(column, MOBILES) and polarity(column) is not Polarity.NEITHER


def of_a_person(column: str) -> bool:
    """Whether a header is a state, and not that of an order or a payment."""
    states = any(word in STATES or word.endswith("status") for word in tokens(column))
    return states and not has_stem(column, (*OF_THINGS, *OTHER_CHANNELS))


def of_an_end(column: str) -> bool:
    """Whether a header says that somebody's time is over: `Closed`, `Quit on`, `Contract end`."""
    words = set(tokens(column))
    if words - ENDED - ENDS - DAYS - OF_TERMS - MEMBERSHIPS:
        return False
    return bool(words & ENDED) or bool(words & ENDS and words & (DAYS | MEMBERSHIPS))


def of_leaving(column: str) -> bool:
    """Whether a header says of somebody that they left, or are nobody to text."""
    words = set(tokens(column))
    if has_stem(column, LEFT_STEMS) or (words & LEAVING and words & DAYS):
        return True
    return refuses_texts(column) or _was_once(column)  # Wrong number, Ex-member


def _was_once(column: str) -> bool:
    words = {part for word in tokens(column) for part in _once(word)}
    return bool(words & FORMER and words & MEMBERSHIPS) and not words - FORMER - MEMBERSHIPS - DAYS


def names_another_channel(column: str) -> bool:
    """Whether a header speaks of e-mail, post or the like; a mailing may be one of texts."""
    others = " ".join(word for word in tokens(column) if not word.startswith("mailing"))
    return has_stem(others, OTHER_CHANNELS)


def of_a_term(column: str) -> bool:
    """Whether a header says until when somebody is in, and nothing of a card or a voucher."""
    words = {word for word in tokens(column) if not has_stem(word, CONSENT_STEMS)}
    if words - TERMS - OF_TERMS - ENDED - ENDS - DAYS - MEMBERSHIPS:
        return False
    return bool(words & TERMS) or of_an_end(column)


def of_a_choice(column: str) -> bool:
    """Whether a header is that of what somebody wants to get, and of nothing else."""
    words = set(tokens(column))
    return bool(words & CHOICES) and not words - CHOICES - OF_CHOICES


def _once(word: str) -> tuple[str, ...]:
    """`exmember` as `ex` and `member`, as it is also written."""
    for former in ("ex", "oud"):
        if word.startswith(former) and word[len(former) :] in MEMBERSHIPS:
            return former, word[len(former) :]
    return (word,)


def opposite(field: str, header: str) -> bool:
    """Whether a header says the opposite of the permission that it is mapped to.

    Args:
        field: `opted_out` or `consent`.
        header: The column.
    """
    wrong = Polarity.AGREES if field == "opted_out" else Polarity.REFUSES
    return polarity(header) is wrong


def turned_round(field: str, header: str, words: FlagWords) -> bool:
    """Whether the words of the sync file read a header that says the opposite as it is meant.

    So `{means_yes: [unsubscribed], means_no: [subscribed]}` does for `opted_out: Subscribed`. Both
    lists must be there, one of their words must be known to say what it is listed for, and none
    the opposite: swapped lists are a slip like the one in the header.

    Args:
        field: `opted_out` or `consent`.
        header: Says the opposite of it.
        words: What the sync file says of its cells.
    """
    if words.dates_mean_yes or words.filled_means_yes:
        return False
    agrees, refuses = words.means_yes, words.means_no
    if field == "opted_out":
        agrees, refuses = refuses, agrees
    said = [(_of_cell(word, header), Polarity.AGREES) for word in agrees]
    said += [(_of_cell(word, header), Polarity.REFUSES) for word in refuses]
    known = [found is wanted for found, wanted in said if found is not Polarity.NEITHER]
    return bool(agrees and refuses and known) and all(known)


def not_turned_round(field: str, words: FlagWords) -> frozenset[str]:
    """Cells that the common lists would read the wrong way round under such a header, folded.

    Under `opted_out: Subscribed` a blank one is among them: nobody has said that it is a yes.
    """
    common = TRUTHY | FALSY | {""}
    if field == "consent":
        common -= {""}  # withheld either way
    return common - (frozenset(map(fold_word, words.means_yes)) - TRUTHY)


def _of_cell(word: str, header: str) -> Polarity:
    """What a cell says: a plain yes repeats the header, a plain no turns it round."""
    plain, own = fold_word(word), polarity(header)
    if plain in TRUTHY:
        return own
    if plain in FALSY:
        return Polarity.REFUSES if own is Polarity.AGREES else Polarity.AGREES
    return polarity(word)


def _without_refusals(whole: str) -> str:
    """A folded header without the words of opting out, the longest first."""
    for stem in _REFUSALS:
        whole = whole.replace(stem, " ")
    return whole


def _negated(words: set[str], rest: str) -> bool:
    """Whether a word for no stands beside; `rest` lacks those that belong to a stem."""
    return any((word in words if word.isascii() else True) and word in rest for word in NEGATIONS)
