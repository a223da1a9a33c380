"""Renamed columns: one under another spelling of its name is found where only one can be meant.

Exports write the time zone into a name (`Opt-out date (EDT)` until October, `(EST)` from then on),
and programs change blanks and Unicode forms. The sync file's spelling stays the column's name, so
that nothing else notices.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

_ABBREVIATED: Final = (
    "UTC GMT Z ET EST EDT CT CST CDT MT MST MDT PT PST PDT AKT AKST AKDT HT HST HDT HAST HADT AT "
    "AST ADT NT NST NDT HNE HAE HNC HAC HNR HAR HNP HAP HNA HAA WET WEST CET CEST EET EEST MEZ "
    "MESZ OEZ OESZ WEZ WESZ BST IST MSK TRT JST KST CHN HKT SGT PHT WIB ICT PKT GST AWST ACST ACDT "
    "AEST AEDT NZST NZDT SAST CAT EAT WAT BRT BRST ART CLT CLST COT PET UYT VET"
).split()
_SHORT: Final = "|".join(_ABBREVIATED)
_OFFSET: Final = r"[+\-−–±]?\s?\d{1,2}(?:[:.]?\d{2})?"
_ZONE: Final = re.compile(
    r"\s*[(\[{]\s*(?:"
    rf"(?:{_SHORT})(?:\s?{_OFFSET})?(?:\s?/\s?(?:{_SHORT}))?"
    r"|[+\-−–±]\s?\d{1,2}(?:[:.]?\d{2})?"
    r"|(?:africa|america|antarctica|asia|atlantic|australia|europe|indian|pacific|etc|us)/[\w/+-]+"
    r"|(?:[a-z .&'-]+\s)?(?:standard|daylight|summer|winter|local|mean|eastern|central|mountain|"
    r"pacific|european|british)\s(?:summer\s)?time"
    r"|(?:\w+\s)?\w*(?:sommer|winter|normal|orts)zeit|heure d[’'e]\s?\w+|hora de \w+|ora (?:legale|"
    r"solare)|(?:zomer|winter)tijd|(?:sommar|sommer|vinter)tid|czas (?:letni|zimowy)"
    r")\s*[)\]}]\s*",
    re.IGNORECASE,
)
_UNSEEN: Final = re.compile(r"[\u00ad\u200b-\u200f\u2060\ufeff]")

_STRAIGHT: Final = str.maketrans(
    {**dict.fromkeys("‐‑‒–—−", "-"), **dict.fromkeys("‘’‛´`", "'")} | dict.fromkeys("“”„‟", '"')
)


def spelled_as_wanted(columns: Sequence[str], wanted: Iterable[str]) -> dict[str, str]:
    """The columns that stand there under another spelling: their own name to the wanted one.

    Args:
        columns: The file's names.
        wanted: Names that the sync file maps.

    Returns:
        Only names that differ in a zone in brackets, in blanks or in their Unicode form, and only
        where exactly one column fits exactly one wanted name.
    """
    missing = [name for name in dict.fromkeys(wanted) if name not in columns]
    if not missing:
        return {}
    free = [name for name in columns if name not in set(wanted)]
    found: dict[str, str] = {}
    for simplified in (_plain, _without_zone):
        left = [name for name in missing if name not in found.values()]
        by_spelling = _grouped(free, simplified)
        for spelling, names in _grouped(left, simplified).items():
            fitting = by_spelling.get(spelling, [])
            if spelling and len(names) == 1 and len(fitting) == 1:
                found[fitting[0]] = names[0]
    return found


def renaming_notes(renamed: Mapping[str, str]) -> tuple[str, ...]:
    """What the report says of columns that were found under another spelling."""
    return tuple(
        f"its column {own!r} is taken for {wanted!r}, which the sync file maps"
        for own, wanted in renamed.items()
    )


def _grouped(names: Iterable[str], simplified: Callable[[str], str]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for name in names:
        groups.setdefault(simplified(name), []).append(name)
    return groups


def _plain(name: str) -> str:
    """One Unicode form, straight quotes and dashes, single blanks, nothing unseen."""
    name = _UNSEEN.sub("", unicodedata.normalize("NFKC", name)).translate(_STRAIGHT)
    return " ".join(name.split())


def _without_zone(name: str) -> str:
    return " ".join(_ZONE.sub(" ", _plain(name)).split())
