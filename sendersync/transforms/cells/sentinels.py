r"""Whole cells that a program writes where a value is missing.

A database writes `NULL` or `\N`, pandas `nan` and `NaT`, a spreadsheet `#N/A`, a CRM `FALSE` or
`0`, a person a dash. Taken as text they become an address, a country, or the key that a thousand
people share. Each kind of cell asks here, at the one place where it is read:

| kind | blank |
| --- | --- |
| e-mail, phone, country | the marks below in any capitals, `FALSE` and `0` |
| first name and other text | the same, but words in capitals alone: a person may be called Null |
| key | all of these, what people write for "not known", and what is nothing but zeros and signs |
| yes or no | a no, `cells.flags` |
| date | dates that mean none, `cells.dates` |

A mark inside a longer cell is text (`Null Island`), and so is `NA` in a country column: Namibia.
"""

from __future__ import annotations

import unicodedata
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

_MARKS: Final = (
    *r"\n #n/a n/a - -- --- – — (null) <null> [null] <blank> <empty> (none) (n/a)".split(),
    # what spreadsheets of other languages show for #N/A, and their pivot tables for a blank
    *"#nv #n/d #n/b #i/t #yok #н/д #brak #puuttuu #hiányzik".split(),
    *"(blank) (empty) (leer) (vide) (vuoto) (vazio) (tom) (tomt) (puste) (vacío) (空白)".split(),
    *("(en blanco)", "(em branco)"),
)
"""No word of any language, in lower case."""

_WORDS: Final = "null none nan nat".split()
"""Words that may be a name."""

_FALSE: Final = "false 0 0.0".split()
"""Nothing as a value of another type: how a CRM's boolean or number arrives in a text column."""

_FALSE_ELSEWHERE: Final = "falsch faux falso onwaar falskt falsk fałsz ложь".split()
"""The same boolean, as Excel writes it in other languages; as a text in capitals alone."""

_ERRORS: Final = (
    *"#ref! #value! #name? #null! #num! #div/0! #spill! #calc! #bezug! #wert! #zahl!".split(),
    *"#nom? #valeur! #nul! #nombre! #¿nombre? #¡valor! #¡ref! #¡div/0! #nome? #valore!".split(),
    *"#rif! #valor! #naam? #waarde! #verw! #namn? #värdefel! #referens! #navn? #værdi!".split(),
    *"#nazwa? #arg! #adr! #имя? #знач! #ссылка!".split(),
)
"""A spreadsheet's errors. A value was there and is lost: no text, and no answer either."""

NOTHING: Final = frozenset([*_MARKS, *_WORDS])
"""Marks for a missing value, in lower case; for cells of yes and no too."""

_NO_VALUE: Final = NOTHING | {*_FALSE, *_FALSE_ELSEWHERE, "na"}

_NO_TEXT: Final = frozenset(
    [
        *_MARKS,
        *(mark.upper() for mark in _MARKS),
        *(word.upper() for word in (*_WORDS, *_FALSE_ELSEWHERE)),
        *_ERRORS,
        *(error.upper() for error in _ERRORS),
        *("NaN", "NaT"),
        *(spelling(word) for word in _FALSE for spelling in (str.lower, str.upper, str.title)),
    ]
)

_NOT_KNOWN: Final = frozenset(
    "unknown undefined nil n.a. empty missing tbd unbekannt keine keiner "
    "desconocido desconocida ninguno inconnu inconnue aucun desconhecido nenhum sconosciuto "
    "nessuno onbekend geen okänd okänt ingen ukendt ukjent nieznany nieznane brak неизвестно 不明 "
    "kein gast guest anonymous anonym anonyme anónimo anónima anonimo anonima invitado invitada "
    "invité invitée convidado ospite n/d s/n n.v.t. nvt -1 "
    "x xx xxx no нет ні unassigned unset unspecified "
    "なし 無し 未設定".split()
) | frozenset(_ERRORS)
_NOT_KNOWN_WORDS: Final = frozenset(
    {"no id", "not set", "not known", "not available", "not applicable", "no number", "no key"}
    | {"sin id", "sin número", "no aplica", "sans id", "nicht bekannt", "nicht vorhanden", "sem id"}
    | {"senza id", "geen id", "ingen id", "brak danych", "no customer id", "guest checkout"}
)
_ZEROS_AND_SIGNS: Final = r"^[0\pP\pS\pZ]*$"


def is_no_value(cell: str) -> bool:
    """Whether an e-mail, a phone or a country is missing; `cell` has no blanks at its ends.

    A column of countries must first see whether it is a code: `NA` is Namibia.
    """
    return not cell or cell.lower() in _NO_VALUE


def is_no_key(cell: str) -> bool:
    """Whether a key identifies nobody: blank, a mark for nothing, a word for "not known", zeros."""
    word = cell.strip().lower()
    known = word in _NOT_KNOWN or word in _NOT_KNOWN_WORDS
    return word in _NO_VALUE or known or all(map(_zero_or_sign, word))


def no_keys(cells: pa.Array[Any]) -> pa.Array[Any]:
    """`is_no_key` of a whole column.

    Args:
        cells: Text array without nulls.

    Returns:
        Bool array of the same length.
    """
    words = pc.utf8_lower(pc.utf8_trim_whitespace(cells))
    named = pc.is_in(
        words, value_set=pa.array([*_NO_VALUE, *_NOT_KNOWN, *_NOT_KNOWN_WORDS], words.type)
    )
    return pc.or_(named, pc.match_substring_regex(words, _ZEROS_AND_SIGNS))


def no_texts(cells: pa.Array[Any]) -> pa.Array[Any]:
    """Which cells of text, such as first names, are marks for nothing.

    Args:
        cells: Cleaned text without nulls.

    Returns:
        Bool array of the same length; False where the cell is empty.
    """
    return pc.is_in(cells, value_set=pa.array(sorted(_NO_TEXT), cells.type))


def _zero_or_sign(char: str) -> bool:
    return char == "0" or unicodedata.category(char)[0] in "PSZ"
