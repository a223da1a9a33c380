"""The tables of country names and codes, unpacked once, when the first column needs them."""

from __future__ import annotations

import base64
import zlib
from dataclasses import dataclass
from functools import cache

from sendersync.transforms.countries import names_data as packed
from sendersync.transforms.countries.fold import fold
from sendersync.transforms.countries.policies import POLICIES


@dataclass(frozen=True, slots=True)
class CountryNames:
    """What is known about spellings.

    Attributes:
        codes: alpha-2, alpha-3 and three-digit code to alpha-2; letters in upper case.
        names: Folded name to alpha-2, or "" for a spelling that is known to be no answer.
        exact: Spelling with its accents, in lower case, to alpha-2: without them it is doubtful.
        could_be: Folded name that is not understood to the countries it may mean.
        no_countries: Folded words one letter away from a name that are something else.
        titles: Alpha-2 to English name.
        by_title: Folded English name to alpha-2.
    """

    codes: dict[str, str]
    names: dict[str, str]
    exact: dict[str, str]
    could_be: dict[str, tuple[str, ...]]
    no_countries: frozenset[str]
    titles: dict[str, str]
    by_title: dict[str, str]


@cache
def country_names() -> CountryNames:
    """The tables; the policies have the last word."""
    titles = dict(line.split(" ", 1) for line in _unpack(packed.TITLES).split("\n"))
    codes = {code: code for code in titles}
    for line in _unpack(packed.CODES).split("\n"):
        alpha2, alpha3, numeric = line.split(" ")
        codes[alpha3] = codes[numeric] = alpha2
    codes |= {"UK": "GB", "EL": "GR", "XKX": "XK", "XKK": "XK"}

    names: dict[str, str] = {}
    for line in _unpack(packed.NAMES).split("\n"):
        alpha2, *keys = line.split(" ")
        names.update(dict.fromkeys(keys, alpha2))
    could_be: dict[str, tuple[str, ...]] = {}
    for line in _unpack(packed.AMBIGUOUS).split("\n"):
        key, *several = line.split(" ")
        names[key] = ""
        could_be[key] = tuple(several)
    exact = {}
    for line in _unpack(packed.EXACT).split("\n"):
        alpha2, spelling = line.split(" ", 1)
        exact[spelling] = alpha2
    for policy in POLICIES:
        for spelling in policy.spellings.split(" | "):
            key = fold(spelling)
            names[key] = policy.country
            could_be[key] = policy.could_be
    return CountryNames(
        codes=codes,
        names=names,
        exact=exact,
        could_be=could_be,
        no_countries=frozenset(_unpack(packed.NO_COUNTRIES).split(" ")),
        titles=titles,
        by_title={fold(title): alpha2 for alpha2, title in titles.items()},
    )


def _unpack(table: str) -> str:
    return zlib.decompress(base64.b64decode(table)).decode()
