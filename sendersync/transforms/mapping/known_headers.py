"""Headers that are a word of ours: what they say they are, and how sure that is."""

from __future__ import annotations

from typing import Final, NamedTuple

from sendersync.transforms.mapping.header_words import core, fold
from sendersync.transforms.mapping.weights import WEIGHTS
from sendersync.transforms.mapping.words import WORDS


class Word(NamedTuple):
    """What a header word is for: the field, how sure, its step, and its place among the words.

    `step` is the confidence of the words beside it, so that mobile goes before phone in any
    spelling of the header.
    """

    field: str
    confidence: float
    step: float
    rank: int


def word_of(header: str) -> Word | None:
    """What the header says it is: the whole of it, or all but words that change nothing."""
    whole = _KNOWN.get(fold(header))
    if whole is not None:
        return whole
    inner = _KNOWN.get(core(header))
    if inner is None or inner.confidence < WEIGHTS.whole_only:
        return None
    return inner._replace(confidence=inner.confidence - WEIGHTS.filler_words)


def _known() -> dict[str, Word]:
    known: dict[str, Word] = {}
    for name, steps in WORDS.items():
        rank = 0
        for confidence, words in steps:
            for word in words.split("|"):
                known.setdefault(fold(word), Word(name, confidence, confidence, rank))
                rank += 1
    return known


_KNOWN: Final = _known()
