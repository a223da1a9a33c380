"""Code page detection: which legacy encoding a text is in, judged by how its words read.

Single-byte code pages are weighed word by word: letters must stand where a language has them
(`code_page_words`). Asian ones are weighed sign by sign: most signs must be common ones.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import Final

from connectors.sources.delimited.code_page_words import LATIN, OTHER, SYLLABLES

SINGLE: Final[dict[str, float]] = {
    "cp1252": 1.0,
    "cp1250": 0.3,
    "cp1251": 0.4,
    "cp1254": 0.1,
    "cp1257": 0.0,
    "cp1253": 0.2,
    "cp1255": 0.2,
    "cp1256": 0.2,
    "cp874": 0.0,
    "iso8859-15": 0.3,
    "iso8859-2": 0.2,
    "iso8859-9": 0.1,
    "iso8859-5": 0.1,
    "iso8859-6": 0.1,
    "iso8859-7": 0.1,
    "koi8-r": 0.3,
    "koi8-u": 0.2,
    "cp866": 0.2,
    "mac-cyrillic": -0.8,
    "cp437": -0.8,
    "cp850": -0.6,
    "cp852": -0.6,
    "mac-roman": -0.6,
}
"""Code pages of one byte a letter, and how much more often they are met, in words."""

_WESTERN = frozenset(
    {
        "Spanish",
        "Portuguese",
        "French",
        "German",
        "Nordic",
        "Icelandic",
        "Dutch",
        "Italian",
        "Estonian",
    }
)
_CENTRAL = frozenset({"Polish", "Czech", "Hungarian", "Romanian", "Croatian", "German"})
_LANGUAGES: Final[dict[str, frozenset[str]]] = {
    "cp1250": _CENTRAL,
    "iso8859-2": _CENTRAL,
    "cp852": _CENTRAL,
    "cp1254": frozenset({"Turkish", "German"}),
    "iso8859-9": frozenset({"Turkish", "German"}),
    "cp1257": frozenset({"Lithuanian", "Estonian", "German"}),
}
"""Languages in Latin script that a code page was made for; the western ones for all others."""

ASIAN: Final[dict[str, tuple[str, ...]]] = {
    "cp932": ("Japanese",),
    "euc_jp": ("Japanese",),
    "gb18030": ("Simplified",),
    "big5": ("Traditional",),
    "cp950": ("Traditional",),
    "cp949": ("Korean",),
}

COMMON_ENOUGH: Final = 0.35
"""How common signs are at least where they read as a text; 1 is the most."""

_WELL: Final = 0.35
"""Weight of a word, on average, from which on a text reads well."""

MARGIN: Final = 1.5
"""Words by which the best reading must be ahead of the next one whose text differs."""

_WORD = re.compile(
    rb"(?:[A-Za-z\x80-\xff]|['-](?=[A-Za-z\x80-\xff]))*[\x80-\xff]"
    rb"(?:[A-Za-z\x80-\xff]|['-](?=[A-Za-z\x80-\xff]))*"
)
_MIXED_SCRIPTS = re.compile(r"[A-Za-z](?=[\u1100-\uffef])|[\u1100-\uffef](?=[A-Za-z])")
_VOWELS: Final = frozenset("aeiouy")
_EDGE: Final = frozenset("’‘“”„«»‹›–—…\xa0°ºª€£•·´`")
_MOST_WORDS: Final = 1_500
_LONGEST_WORD: Final = 100
_MOST_SIGNS: Final = 20_000


@dataclass(frozen=True)
class EncodingScore:
    """A verdict.

    Attributes:
        name: The code page; None when it is not certain.
        candidates: Those that read as text, the best first.
    """

    name: str | None
    candidates: tuple[str, ...]


def judge(lines: bytes, *, with_utf8: bool = False) -> EncodingScore:
    """The code page of lines that hold bytes above 127.

    Args:
        lines: Whole lines.
        with_utf8: They could be UTF-8 as well, which is the answer unless a code page reads well.
    """
    found = (word for word in _WORD.findall(lines) if len(word) <= _LONGEST_WORD)
    words = list(dict.fromkeys(found))[:_MOST_WORDS]
    # letters that none of our languages has are no evidence against UTF-8; those of one are for it
    own = _weigh([word.decode() for word in words], _WESTERN) if with_utf8 else 0.0
    asian = _judge_asian(lines)
    if asian is not None and own <= _WELL * len(words):
        return asian
    if own > 0:
        return EncodingScore("utf-8", ())
    if not words:
        return EncodingScore(None, ())
    weighed: list[tuple[float, str, str]] = []
    for name, prior in SINGLE.items():
        text = _strictly(lines, name)
        if text is None:
            continue
        spoken = _LANGUAGES.get(name, _WESTERN)
        weight = _weigh([word.decode(name) for word in words], spoken) + prior
        weighed.append((weight, name, text))
    weighed.sort(key=lambda each: -each[0])
    names = tuple(name for weight, name, _ in weighed if weight > -len(words))
    margin = max(MARGIN, 0.1 * len(words))
    if not weighed or weighed[0][0] <= _WELL * len(words):
        return EncodingScore("utf-8" if with_utf8 else None, names)
    if with_utf8 and weighed[0][0] < margin:
        return EncodingScore(None, names)
    best, name, text = weighed[0]
    for weight, _, other in weighed[1:]:
        if weight > best - margin and other != text:
            return EncodingScore(None, names)
    return EncodingScore(name, names)


def _strictly(lines: bytes, name: str) -> str | None:
    """The text, if every byte is a character, and the very same bytes come back."""
    try:
        text = lines.decode(name)
    except UnicodeDecodeError:
        return None
    if any("\x80" <= char <= "\x9f" for char in text):
        return None
    return text if text.encode(name) == lines else None


@cache
def _places() -> dict[str, tuple[frozenset[str], frozenset[tuple[str, str, str]]]]:
    """Language to its letters above 127, and where they stand: kind before, letter, kind after."""
    places = {}
    for language, words in LATIN.items():
        seen = set()
        for word in words.split():
            seen.update(_triples(word.lower()))
        places[language] = (frozenset(letter for _, letter, _ in seen), frozenset(seen))
    return places


@cache
def _ranks() -> dict[str, dict[str, float]]:
    """Language to its letters, from 1 for the most frequent to -1 for the rarest."""
    return {
        language: {
            letter: 1 - 2 * place / (len(letters) - 1) for place, letter in enumerate(letters)
        }
        for language, letters in OTHER.items()
    }


def _triples(word: str) -> list[tuple[str, str, str]]:
    padded = f" {word} "
    return [
        (_sort(padded[at - 1]), padded[at], _sort(padded[at + 1]))
        for at in range(1, len(padded) - 1)
        if padded[at] > "\x7f" and padded[at].isalpha()
    ]


def _sort(char: str) -> str:
    """Vowel, consonant, or the edge of a word."""
    if not char.isalpha():
        return "edge"
    base = unicodedata.normalize("NFD", char.lower())[0]
    return "vowel" if base in _VOWELS or base in "æøœı" else "consonant"


def _weigh(words: list[str], spoken: frozenset[str]) -> float:
    """How well words read, as words of one language with some of others among them."""
    common = 0.0
    latin: list[dict[str, float]] = []
    for word in words:
        inner = word.strip("".join(_EDGE) + "'-")
        form = _form(word, inner)
        common += form
        letters = [char for char in inner if char.isalpha() and char > "\x7f"]
        if not letters:
            continue
        if _script(letters[0]) == "LATIN":
            latin.append(_latin(inner, spoken))
        else:
            common += max(_other(inner, ranks) for ranks in _ranks().values())
    if not latin:
        return common
    tops = [max(scores.values()) for scores in latin]
    return common + max(
        sum(
            max(scores[language], min(top - 0.8, 0.2))
            for scores, top in zip(latin, tops, strict=True)
        )
        for language in spoken
    )


def _form(word: str, inner: str) -> float:
    """What no word has: signs inside, two scripts, capitals behind small letters."""
    weight = 0.0
    scripts = set()
    for at, char in enumerate(inner):
        if char.isalpha():
            scripts.add(_script(char))
            if (
                char.isupper()
                and at
                and inner[at - 1].islower()
                and max(char, inner[at - 1]) > "\x7f"
            ):
                weight -= 2.0
        elif char > "\x7f":
            kind = unicodedata.category(char)
            if kind[0] == "M" and at and _script(inner[at - 1]) == _script(char):
                continue  # vowel signs of Hebrew, Arabic and Thai stand on their own letters
            weight -= {"’": 0.0, "·": 0.0, "\xa0": 1.0}.get(char, 3.0)
    if word[:1] in "„‘“‚" and word[-1:] not in "“”’‘":
        weight -= 1.5  # a quotation ends where it began
    if any(char in "ªº" for char in inner):
        weight -= 3.0  # they stand at the end of a word, behind a number
    if len(scripts - {"COMMON"}) > 1:
        weight -= 4.0
    if not inner and word.strip("\xa0"):
        weight -= 0.0 if set(word) <= _EDGE else 1.5
    if inner.lower() != inner and inner[1:] != inner[1:].lower() and inner[:1].islower():
        weight -= 2.0
    return weight


def _script(char: str) -> str:
    if char in "ªº":
        return "COMMON"
    return unicodedata.name(char, "UNKNOWN X").split()[0]


def _latin(word: str, spoken: frozenset[str]) -> dict[str, float]:
    """How well a word reads in each language."""
    triples = _triples(word.lower())
    scores = {}
    for language in spoken:
        alphabet, places = _places()[language]
        total = 0.0
        for triple in triples:
            if triple in places:
                total += 1.0
            else:
                total -= 0.5 if triple[1] in alphabet else 3.0
        scores[language] = total / max(1, len(triples))
    return scores


def _other(word: str, ranks: dict[str, float]) -> float:
    letters = [char for char in word.lower() if char > "\x7f" and char.isalpha()]
    return (
        sum(ranks.get(char, -2.0) for char in letters)
        / max(1, len(letters))
        * min(3.0, len(letters) / 2)
    )


def _judge_asian(lines: bytes) -> EncodingScore | None:
    """A code page of two bytes a sign; None when none reads well."""
    weighed: list[tuple[float, str, str, int]] = []
    for name, languages in ASIAN.items():
        try:
            text = lines.decode(name)
        except UnicodeDecodeError:
            continue
        signs = [char for char in text[: 4 * _MOST_SIGNS] if char > "\x7f"][:_MOST_SIGNS]
        if not signs or any("\x80" <= char <= "\x9f" for char in signs):
            continue
        weight = max(commonness(signs, language) for language in languages) - _mixed(text)
        weighed.append((weight, name, text, len(signs)))
    weighed.sort(key=lambda each: -each[0])
    if not weighed or weighed[0][0] < COMMON_ENOUGH:
        return None
    best, name, text, count = weighed[0]
    names = tuple(each[1] for each in weighed if each[0] > 0)
    if count < 2:
        return None
    margin = 0.12 if count >= 20 else 0.3
    for weight, _, other, _ in weighed[1:]:
        if weight > best - margin and other != text:
            return EncodingScore(None, names)
    return EncodingScore(name, names)


def commonness(signs: list[str], language: str) -> float:
    """How common the signs of a text are: from 1, when all are the language's most common, down.

    Args:
        signs: Characters beyond ASCII, at least one.
        language: One of `code_page_words.SYLLABLES`.
    """
    common = _common(language)
    total = 0.0
    for char in signs:
        if char in common:
            total += 1.0
        elif "\u3040" <= char <= "\u30ff":
            total += 1.0 if language == "Japanese" else -0.5
        elif "\uac00" <= char <= "\ud7a3":
            total += 0.3 if language == "Korean" and _in(char, "euc_kr") else -1.0
        elif "\u4e00" <= char <= "\u9fff":
            total += _plain_sign(char, language)
        elif "\u3000" <= char <= "\u303f" or "\uff01" <= char <= "\uff5e":
            total += 0.3
        elif "\uff61" <= char <= "\uff9f":
            total += -0.6
        elif "\ue000" <= char <= "\uf8ff":
            total -= 4.0
        else:
            total -= 0.8
    return total / len(signs)


def _mixed(text: str) -> float:
    """How often a sign stands right beside a Latin letter: in Western words read as Asian ones."""
    signs = sum(char > "\x7f" for char in text)
    return len(_MIXED_SCRIPTS.findall(text)) / signs


def _plain_sign(char: str, language: str) -> float:
    """Signs of the first level of a standard are the ones in use."""
    if language == "Korean":
        return -0.3
    codec, last = {
        "Japanese": ("euc_jp", 0xCF),
        "Simplified": ("gb2312", 0xD7),
        "Traditional": ("big5", 0xC6),
    }[language]
    try:
        lead = char.encode(codec)[0]
    except UnicodeEncodeError:
        return -0.5
    return 0.25 if lead <= last else -0.4


def _in(char: str, codec: str) -> bool:
    try:
        char.encode(codec)
    except UnicodeEncodeError:
        return False
    return True


@cache
def _common(language: str) -> frozenset[str]:
    return frozenset(SYLLABLES[language])
