"""The key under which a country's name is looked up: letters only, without accents.

The generator of the name table and the reader of a column fold alike, so that a name is found
whatever its capitals, accents, hyphens, apostrophes, dots and blanks.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from sendersync.transforms.cells.plain_letters import PLAIN_LETTERS
from sendersync.transforms.cells.visible_text import UNSEEN_IN_NAMES

_PLAIN: Final = str.maketrans(
    {
        **PLAIN_LETTERS,
        # Persian and Urdu write these letters apart from Arabic, keyboards do not
        "ی": "ي",
        "ى": "ي",
        "ک": "ك",
        "ە": "ه",
        "ہ": "ه",
        "ھ": "ه",
        "ٱ": "ا",
    }
)
# Apostrophes and letters that look like one, in the many ways they are typed.
_APOSTROPHES: Final = re.compile("['`´‘’‛ʹʻʼʽʾʿˈ′＇]")
_MARKS: Final = re.compile("[\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u064b-\u065f\u0670\u0640]")
# Khmer's two register shifters are typed as the vowel sign they look like.
_SHIFTERS: Final = re.compile("[\u17c9\u17ca]|\u17bb(?=[\u17b7-\u17ba\u17be\u17bf\u17d0])")

_ARTICLES: Final = frozenset({"the"})
_JOINING: Final = frozenset(
    "a ac agus and ba da dan e ed en es et eta i in ir ja na ne och og si u un und va ve y".split()
)
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
_SHORT_FOR: Final = {
    "st": "saint",
    "isl": "islands",
    "rep": "republic",
    "dem": "democratic",
    "fed": "federal",
}


def fold(name: str) -> str:
    """The key of a name, "" when no letter is left.

    `Côte d'Ivoire` and `COTE D IVOIRE` fold to `cotedivoire`, `St. Kitts & Nevis` and
    `Saint Kitts and Nevis` to `saintkittsnevis`.
    """
    text = UNSEEN_IN_NAMES.sub("", unicodedata.normalize("NFKC", name)).casefold()
    text = _MARKS.sub("", unicodedata.normalize("NFKD", text)).translate(_PLAIN)
    text = _SHIFTERS.sub("", text)
    text = unicodedata.normalize("NFC", _APOSTROPHES.sub("", text))
    words = [_SHORT_FOR.get(word, word) for word in _words(text)]
    if len(words) > 1 and words[0] in _ARTICLES:
        words = words[1:]
    if len(words) > 2:
        words = [words[0], *(w for w in words[1:-1] if w not in _JOINING), words[-1]]
    return "".join(words)


def _words(text: str) -> list[str]:
    """Runs of letters, digits and the vowel signs that belong to them."""
    words: list[str] = []
    word = ""
    for character in text:
        if character.isalnum() or unicodedata.category(character) in ("Mn", "Mc"):
            word += character
        elif word:
            words.append(word)
            word = ""
    return [*words, word] if word else words


def one_letter_away(key: str) -> set[str]:
    """Every key that one slip makes of this one: a letter left out, added, changed, or swapped.

    Letters are taken from a to z: misspellings are only read in Latin script.
    """
    splits = [(key[:i], key[i:]) for i in range(len(key) + 1)]
    away = {left + right[1:] for left, right in splits if right}
    away |= {left + right[1] + right[0] + right[2:] for left, right in splits if len(right) > 1}
    away |= {left + letter + right[1:] for left, right in splits if right for letter in _LETTERS}
    away |= {left + letter + right for left, right in splits for letter in _LETTERS}
    return away - {key}


def one_slip_apart(one: str, other: str) -> bool:
    """One letter added, left out or changed, or two neighbours swapped."""
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    rest, wanted = one[start:], other[start:]
    if len(one) == len(other):
        return rest[1:] == wanted[1:] or (rest[:2] == wanted[1::-1] and rest[2:] == wanted[2:])
    longer, shorter = (rest, wanted) if len(one) > len(other) else (wanted, rest)
    return longer[1:] == shorter
