"""Countries in any spelling become ISO alpha-2, or stay unknown.

Understood are names in the languages of CLDR, native names, alpha-2, alpha-3, three-digit ISO
numbers, flags, and names with one slip. A wrong country turns a national number into somebody
else's, so doubt always ends as "not understood"; `country_policies.py` has the cases.

The order in which one cell is read; the first that knows the cell decides, a refusal too:

1. a code: two or three letters, three digits (`840`, and `840.0` as spreadsheets write it);
2. a flag, with or without a name beside it that says the same;
3. a name, whole;
4. the name turned around: `Korea, Republic of`, `Netherlands (Kingdom of the)`;
5. a name with its calling code: `Rwanda (+250)`, `US +1`; a code alone is left to the column
   (`calling_codes`);
6. several spellings of one country: `Germany / Deutschland`, `United States (US)`, `DE - Germany`;
7. one slip in a name of six letters or more, where one country only is so near. The name meant is
   English, or has nine letters and more: the short names of a hundred languages lie beside
   half the towns of the world (`Orlando` beside Ireland's, `Lüneburg` beside Luxembourg's).
"""

from __future__ import annotations

import re
import unicodedata
from difflib import get_close_matches
from functools import cache
from typing import Final

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from sendersync.transforms.cells.arrow_columns import as_arrow, as_flags, as_text
from sendersync.transforms.cells.distinct import by_distinct
from sendersync.transforms.cells.sentinels import is_no_value
from sendersync.transforms.cells.visible_text import UNSEEN_IN_NAMES
from sendersync.transforms.countries.calling_codes import has_calling_code, without_calling_code
from sendersync.transforms.countries.fold import fold, one_letter_away, one_slip_apart
from sendersync.transforms.countries.names import country_names

SHORTEST_MISSPELT: Final = 6
"""Below this a slip makes another country too easily: Niger and Nigel, Iran and Iraq, Mali."""

SHORTEST_FOREIGN: Final = 9
"""Below this a name that is not English is beside a town, a person, a day of the week."""

LONGEST_MISSPELT: Final = 40
LONGEST: Final = 200
"""No country needs more letters; a longer cell is something else and is not looked at."""

SHORTEST_GUESSED: Final = 4
"""Below this a message offers nothing."""

_CODE: Final = re.compile(r"[A-Za-z]{2,3}|[0-9]{3}(?:\.0)?")
_FLAG: Final = re.compile(
    "[\U0001f1e6-\U0001f1ff]{2}|\U0001f3f4\U000e0067\U000e0062[\U000e0061-\U000e007a]+\U000e007f"
)
_INITIALS: Final = re.compile(r"(?:[A-Za-z]\. ?){1,3}[A-Za-z]\.?")
_BLACK_FLAG: Final = "\U0001f3f4"
_REGIONAL_A: Final = 0x1F1E6
_INVERTED: Final = re.compile(r"([^,()]+)(?:, ?([^,()]+)| ?\(([^()]+)\))")
_BETWEEN: Final = re.compile(r" *[/|;:,()\[\]\"<>] *| +[-–—=] +")


def normalise_countries(raw: pd.Series) -> pd.DataFrame:
    """Reads a column of countries.

    Args:
        raw: Text column, pandas `str`; "" is absent.

    Returns:
        Frame with the same index: `country` (`str`, alpha-2 in upper case, "" where absent or
        not understood) and `understood` (`bool`, True where absent).
    """
    cells = as_arrow(raw)
    countries = by_distinct(cells, read_country, pa.large_string())
    return pd.DataFrame(
        {
            "country": as_text(pc.fill_null(countries, ""), raw.index),
            "understood": as_flags(pc.is_valid(countries), raw.index),
        }
    )


def read_country(cell: str) -> str | None:
    """One cell: alpha-2, "" for a blank one, None for one that is not understood."""
    text = " ".join(UNSEEN_IN_NAMES.sub("", unicodedata.normalize("NFKC", cell)).split())
    if is_no_value(text) and text.lower() != "na":
        return ""
    if len(text) > LONGEST:
        return None
    for reading in (_known, _turned_around, _beside_calling_code, _agreeing, _misspelt):
        country = reading(text)
        if country is not None:
            return country or None
    return None


def candidates(raw: str) -> list[str]:
    """Countries that a cell may mean, for a message: alpha-2, the likeliest first, at most five.

    One that is understood gives itself alone.
    """
    country = read_country(raw)
    if country is not None:
        return [country] if country else []
    tables = country_names()
    key = fold(raw)
    if key in tables.could_be:
        return list(tables.could_be[key])[:5]
    if not SHORTEST_GUESSED <= len(key) <= LONGEST_MISSPELT:
        return []
    near = {tables.names.get(other, "") for other in one_letter_away(key)} - {""}
    # Not `did_you_mean`: one nearest word would name a country, and several may be meant; 0.75
    # because country names share endings (-land, -ia, -stan) that make strangers alike at 0.6.
    alike = get_close_matches(key, tables.by_title, n=5, cutoff=0.75)
    return list(dict.fromkeys([*sorted(near), *(tables.by_title[name] for name in alike)]))[:5]


def _known(text: str) -> str | None:
    """A code, a flag or a whole name; "" when it is known to be no answer."""
    tables = country_names()
    if _CODE.fullmatch(text) and text not in ("na", "Na", "nA"):
        country = tables.codes.get(text.upper().removesuffix(".0"))
        if country:
            # `NGA` is Nigeria, `Nga` is how Vietnamese writes Russia.
            return "" if text.istitle() and fold(text) in tables.could_be else country
    if _FLAG.fullmatch(text):
        return _of_flag(text)
    if _FLAG.search(text):
        return None  # folding would lose the flag, which may say another country
    if _INITIALS.fullmatch(text):  # `U.A.E.`: folding would lose the A as a joining word
        return tables.names.get(fold(re.sub(r"[. ]", "", text)))
    return tables.exact.get(text.casefold()) or tables.names.get(fold(text))


def _of_flag(flag: str) -> str | None:
    if flag[0] == _BLACK_FLAG:
        return "GB"  # England, Scotland and Wales are all that have a flag of this kind
    letters = (chr(ord(letter) - _REGIONAL_A + ord("A")) for letter in flag)
    return country_names().codes.get("".join(letters))


def _turned_around(text: str) -> str | None:
    """`Korea, Republic of` and `Korea (Republic of)` as `Republic of Korea`."""
    found = _INVERTED.fullmatch(text)
    if not found:
        return None
    return country_names().names.get(fold(f"{found[2] or found[3]} {found[1]}"))


def _beside_calling_code(text: str) -> str | None:
    """`Rwanda (+250)`, `US +1`: the name, where it has that calling code."""
    found = without_calling_code(text)
    if found is None:
        return None
    name, digits = found
    country = _known(name) or _turned_around(name) or _agreeing(name)
    return country if country and has_calling_code(country, digits) else ""


def _agreeing(text: str) -> str | None:
    """Several spellings in one cell: each must be understood, and all must mean one country."""
    apart = _FLAG.sub(r"|\g<0>|", text)
    parts = [part for part in _BETWEEN.split(apart) if part]
    if len(parts) < 2:
        return None if parts == [text] or not parts else _known(parts[0])
    countries = {_known(part) for part in parts}
    country = countries.pop()
    return country if country and not countries else ""


def _misspelt(text: str) -> str | None:
    """A name with one slip, if nothing else is near."""
    tables = country_names()
    key = fold(text)
    if not SHORTEST_MISSPELT <= len(key) <= LONGEST_MISSPELT or key in tables.no_countries:
        return None
    if not (key.isascii() and key.isalpha()):
        return None
    kept = _kept(len(key))
    halves = _halves()
    alike = (*halves.get(f"{key[:kept]}-", ()), *halves.get(f"-{key[-kept:]}", ()))
    if not any(one_slip_apart(key, name) for name in alike):
        return None
    near = {tables.names[other] for other in one_letter_away(key) if other in tables.names}
    if len(near) != 1:
        return None
    country = near.pop()
    # A name two slips away may be meant as well: `Irelnd` lies between Ireland and Iceland.
    others = (name for name, code in tables.by_title.items() if code != country)
    if any(_two_slips_apart(key, other) for other in others):
        return None
    return country


def _forgiven(name: str) -> bool:
    """Whether a slip in this name is forgiven."""
    tables = country_names()
    least = SHORTEST_MISSPELT if name in tables.by_title else SHORTEST_FOREIGN
    return len(name) >= least and bool(tables.names.get(name))


def _kept(length: int) -> int:
    """Letters at the beginning, or else at the end, that one slip leaves as they were."""
    return (length - 2) // 2


@cache
def _halves() -> dict[str, tuple[str, ...]]:
    """The names in which a slip is forgiven, by their beginnings (`germ-`) and ends (`-many`).

    A cell that shares neither with any of them is no misspelling, which is quickly said of a
    column that holds no countries at all; asking for every letter that may be wrong is not.
    """
    halves: dict[str, list[str]] = {}
    for name in filter(_forgiven, country_names().names):
        if not name.isascii():
            continue
        for kept in {_kept(len(name) + more) for more in (-1, 0, 1)}:
            halves.setdefault(f"{name[:kept]}-", []).append(name)
            halves.setdefault(f"-{name[-kept:]}", []).append(name)
    return {half: tuple(names) for half, names in halves.items()}


def _two_slips_apart(one: str, other: str) -> bool:
    """Whether at most two letters must be added, left out, changed or swapped.

    The distance of Damerau and Levenshtein in its unrestricted form: a letter may be left out
    between two that are swapped, as in `St. Liua`.
    """
    if abs(len(one) - len(other)) > 2:
        return False
    far = len(one) + len(other)
    rows = [[far] * (len(other) + 2), [far, *range(len(other) + 1)]]
    row_of_letter: dict[str, int] = {}
    for i, letter in enumerate(one, 1):
        row = [far, i]
        column_of_letter = 0
        for j, another in enumerate(other, 1):
            k, m = row_of_letter.get(another, 0), column_of_letter
            if letter == another:
                column_of_letter = j
            swapped = rows[k][m] + (i - k - 1) + 1 + (j - m - 1)
            changed = rows[i][j] + (letter != another)
            row.append(min(changed, row[j] + 1, rows[i][j + 1] + 1, swapped))
        row_of_letter[letter] = i
        rows.append(row)
    return bool(rows[-1][-1] <= 2)
