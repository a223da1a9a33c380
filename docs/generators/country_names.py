"""Writes `sendersync/transforms/countries/names_data.py` from public lists of country names.

    python -m venv /tmp/generator
    /tmp/generator/bin/pip install babel==2.18.0 pycountry==26.2.16 countrynames pyicu
    /tmp/generator/bin/python docs/generators/country_names.py

| source | what is taken | licence |
| --- | --- | --- |
| CLDR through babel | names of territories in every locale | Unicode-3.0 |
| CLDR through ICU | the same with short and variant names (`UK`, `Czech Republic`) | Unicode-3.0 |
| ISO 3166-1 through pycountry | English names, official names, alpha-3, numeric | facts |
| iso-codes through pycountry | translations, of locales without known mix-ups | LGPL-2.1-or-later |
| countrynames | names like those above that only it knows, from former CLDR versions | MIT |

A key that two sources give to different countries is dropped and listed as ambiguous. Two things
win: the English name, and what CLDR's common languages all say, over rarer languages and the other
lists. Some ambiguous keys are safe with their accents (Vietnamese `Áo`, Latvian `Nigēra`): these
spellings are kept as they are written. Words that are no countries (languages,
continents, subdivisions, cities) and lie one letter away from a country's name are listed too, so
that reading a misspelling never turns them into one.
"""

from __future__ import annotations

import base64
import collections
import gettext
import re
import sys
import textwrap
import unicodedata
import zlib
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import icu
import pycountry
from babel.core import get_global
from babel.localedata import load, locale_identifiers
from country_words import COMMON, DEMONYMS, NO_NAMES, QUALIFIED_CONGO
from countrynames.data import DATA
from rapidfuzz.distance import DamerauLevenshtein
from rapidfuzz.fuzz import ratio
from rapidfuzz.process import extract

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from sendersync.transforms.countries.fold import fold, one_letter_away
from sendersync.transforms.countries.policies import POLICIES

TARGET = ROOT / "sendersync/transforms/countries/names_data.py"
BEYOND_ISO = ("AC", "TA", "XK")
ISO = {country.alpha_2: country for country in pycountry.countries}
COUNTRIES = {*ISO, *BEYOND_ISO}
# Languages made for play, whose names collide with real ones.
LEFT_OUT_LOCALES = ("tok",)
# Macro-regions that people write into a country column; `018` Southern Africa and the like are
# statisticians' words, and South Africa must not fall over them.
CONTINENTS = {"001", "002", "003", "005", "009", "013", "019", "021", "029", "142", "150", "419"}
CONTINENTS |= {"EU", "EZ", "UN"}

# Whose two letters for a state or province people write where a country is asked for.
PROVINCES = ("US", "CA", "AU")

Names = dict[str, set[str]]


def from_babel() -> Iterator[tuple[str, str, str]]:
    """Locale, code and name of every territory, regions included."""
    for locale in locale_identifiers():
        if not locale.startswith(LEFT_OUT_LOCALES):
            for code, name in load(locale)["territories"].items():
                yield locale, code, name


def from_icu() -> Iterator[tuple[str, str, str]]:
    """The same from ICU, with the short and variant names that babel leaves out."""
    bundle = f"icudt{icu.ICU_VERSION.split('.')[0]}l-region"
    for locale in icu.Locale.getAvailableLocales():
        resources = icu.ResourceBundle(bundle, icu.Locale(locale))
        for table in ("Countries", "Countries%short", "Countries%variant"):
            try:
                names = resources.get(table)
            except icu.ICUError:
                continue
            names.resetIterator()
            while names.hasNext():
                entry = names.getNext()
                yield locale, entry.getKey(), entry.getString()


def from_iso() -> Iterator[tuple[str, str]]:
    """Code and English name of ISO 3166-1."""
    for country in ISO.values():
        for kind in ("name", "official_name", "common_name"):
            if hasattr(country, kind):
                yield country.alpha_2, getattr(country, kind)


def from_iso_codes(trusted: Names) -> Names:
    """Translations of iso-codes, without locales in which names were mixed up."""
    accepted: Names = collections.defaultdict(set)
    folder = Path(pycountry.__file__).parent / "locales"
    for path in sorted(folder.glob("*/LC_MESSAGES/iso3166-1.mo")):
        with path.open("rb") as file:
            translate = gettext.GNUTranslations(file).gettext
        names: Names = collections.defaultdict(set)
        for code, name in from_iso():
            names[fold(translate(name))].add(code)
        wrong = [k for k, codes in names.items() if len(codes | trusted.get(k, codes)) > 1]
        if len(wrong) <= 3:
            for key in names.keys() - set(wrong):
                accepted[key] |= names[key]
    return accepted


def from_countrynames(trusted: Names, strangers: set[str]) -> Names:
    """Names of countrynames that look like a known name of the same country.

    It lists cities, counties, nationalities and damaged spellings as well: those stay out.
    """
    known: dict[str, list[str]] = collections.defaultdict(list)
    for key, codes in trusted.items():
        for code in codes:
            known[code].append(key)
    accepted: Names = collections.defaultdict(set)
    for code, names in DATA.items():
        for name in names if code in COUNTRIES else ():
            key = fold(name)
            if key in trusted or key in strangers or key in NO_NAMES:
                continue
            if any(c.isdigit() for c in key) or "," in name or (key.isascii() and len(key) < 5):
                continue
            alike = any(ratio(key, other) >= 66 for other in known[code])
            if alike or names_it(key, code, trusted):
                accepted[key].add(code)
    return accepted


def names_it(key: str, code: str, trusted: Names) -> bool:
    """Whether a known name stands in a formal one, and no longer name of another country.

    `Kingdom of Tonga` holds Tonga; `American Samoa` holds Samoa and is another's.
    """
    parts = {key[i:j] for i in range(len(key)) for j in range(i + 5, len(key) + 1)}
    mine = max((len(part) for part in parts if code in trusted.get(part, ())), default=0)
    own = {code, "CN"} if code in ("HK", "MO", "TW") else {code}
    others = (len(part) for part in parts if trusted.get(part, own) - own)
    return mine > max(others, default=0)


def peoples() -> set[str]:
    """Words for the people of a country, formed from its English name."""
    return {
        stem + ending
        for _, name in from_iso()
        for key in [fold(name)]
        for stem in (key, key[:-1] if key[-1] in "aeiouy" else key, key[:-2])
        for ending in DEMONYMS
    }


class Collected:
    """Everything read, by folded key."""

    def __init__(self) -> None:
        """Empty."""
        self.cldr: Names = collections.defaultdict(set)
        self.common: Names = collections.defaultdict(set)  # of CLDR, in common languages
        self.plain: Names = collections.defaultdict(set)  # English
        self.spellings: Names = collections.defaultdict(set)  # as written, in lower case
        self.by_spelling: Names = collections.defaultdict(set)
        self.continents: set[str] = set()
        self.listed: set[str] = set()  # everything in countrynames
        self.strangers: set[str] = peoples() | NO_NAMES
        # English names of what is no country, with the country it lies in where it is a place
        self.places: Names = collections.defaultdict(set)

    def territories(self) -> None:
        """CLDR's and ISO's names of territories."""
        for locale, code, name in (*from_babel(), *from_icu()):
            key = fold(name)
            if code in CONTINENTS:
                self.continents.add(key)
            elif code not in COUNTRIES:
                self.strangers.add(key)
            else:
                spelling = unicodedata.normalize("NFKC", name).casefold()
                self.cldr[key].add(code)
                self.spellings[key].add(spelling)
                self.by_spelling[spelling].add(code)
                if re.split("[_-]", locale)[0] in COMMON:
                    self.common[key].add(code)
                if locale == "en":
                    self.plain[key].add(code)
        for code, name in from_iso():
            self.plain[fold(name)].add(code)
            self.cldr[fold(name)].add(code)

    def others(self) -> None:
        """Names of what is no country."""
        for locale in locale_identifiers():
            data = load(locale)
            self.strangers |= {fold(name) for name in data["languages"].values()}
            self.strangers |= {fold(name) for name in data["currency_names"].values()}
            zones = data["time_zones"].values()
            self.strangers |= {fold(zone["city"]) for zone in zones if "city" in zone}
        english = load("en")
        for zone, code in get_global("zone_territories").items():
            named = english["time_zones"].get(zone, {}).get("city")
            self.places[fold(named or zone.rpartition("/")[2].replace("_", " "))].add(code)
        for part in pycountry.subdivisions:
            self.places[fold(part.name)].add(part.country_code)
        for name in english["languages"].values():
            self.places[fold(name)].add("")
        self.strangers |= self.continents | self.places.keys()
        for code, names in DATA.items():
            if "-" in code or code in ("FAIL", "ZZ", "UN"):
                self.strangers |= {fold(name) for name in names}
            # cities, counties and peoples, wherever no other source calls them a country
            self.listed |= {fold(name) for name in names}


def main() -> None:
    """Collects, drops what disagrees, and writes the module."""
    read = Collected()
    read.territories()
    read.others()
    every: Names = collections.defaultdict(set)
    for source in (read.cldr, from_iso_codes(read.cldr)):
        for key, codes in source.items():
            every[key] |= codes
    for key, codes in from_countrynames(read.cldr, read.strangers).items():
        every[key] |= codes
    every.pop("", None)

    names: dict[str, str] = {}
    ambiguous: Names = {}
    for key, codes in every.items():
        winner = read.plain.get(key) or read.common.get(key) or codes
        known_well = key in read.plain or key in read.common
        if len(winner) > 1 or (key in read.continents and key not in read.plain):
            ambiguous[key] = codes
        elif known_well or not (
            (key.isascii() and len(key) <= 3)  # too short for what only a rare language says
            or read.places.get(key, winner) - winner  # Prague, which is Paraguay in one of them
            or (key in read.strangers and key not in read.cldr)
        ):
            names[key] = next(iter(winner))
    for key in [k for k, code in names.items() if code in ("CG", "CD") and bare(k, read)]:
        ambiguous[key] = {"CD", "CG"}
        del names[key]
    for key, code in near_another_title(names, read):
        ambiguous[key] = {code, names.pop(key)}
    # Two or three Latin letters are codes first: a short name that is another country's code, or
    # a currency, would depend on its accents.
    codes_too = {c.alpha_3.lower(): c.alpha_2 for c in ISO.values()}
    codes_too |= {code.lower(): code for code in COUNTRIES}
    for key in [k for k, code in names.items() if codes_too.get(k, code) != code]:
        ambiguous[key] = {names.pop(key), codes_too[key]}
    doubtful = {code.lower() for code in load("en")["currency_names"]} | {"sin", "sam"}
    doubtful |= {p.code[3:].lower() for p in pycountry.subdivisions if p.code[:2] in PROVINCES}
    for key in [k for k in names if len(k) <= 3 and k.isascii() and k not in codes_too]:
        if key in doubtful or not any(spelling.isascii() for spelling in read.spellings[key]):
            ambiguous[key] = {names.pop(key)}

    refused = {fold(s) for p in POLICIES if not p.country for s in p.spellings.split(" | ")}
    exact = {
        spelling: next(iter(read.by_spelling[spelling]))
        for key in ambiguous.keys() - refused
        if key in read.common and key not in read.continents
        if ambiguous[key] != {"CD", "CG"}
        for spelling in read.spellings[key]
        if not spelling.isascii() and len(read.by_spelling[spelling]) == 1
        if read.by_spelling[spelling] <= read.common[key]
    }
    understood = names.keys() | {
        fold(s) for p in POLICIES if p.country for s in p.spellings.split(" | ")
    }
    near = sorted(
        word
        for word in (read.strangers | read.listed) - understood - ambiguous.keys()
        if len(word) >= 6 and not understood.isdisjoint(one_letter_away(word))
    )
    write(names, ambiguous, exact, near)


def bare(key: str, read: Collected) -> bool:
    """Whether a name of a Congo says nothing but Congo."""
    spellings = read.spellings.get(key, {key})
    return (
        4 <= len(key) <= 9
        and all(len(spelling.split()) == 1 or spelling.startswith("an ") for spelling in spellings)
        and not any(part in key for part in QUALIFIED_CONGO)
    )


def near_another_title(names: dict[str, str], read: Collected) -> list[tuple[str, str]]:
    """Names that an English misspelling of another country would hit, with that country.

    One slip away, left out are English names, and names that a common language writes without
    accents; two slips away, all names of common languages.
    """
    found = {}
    titles = {fold(english_title(code)): code for code in COUNTRIES}
    for key in names.keys() - read.plain.keys() - read.common.keys():
        near = extract(
            key, titles.keys(), scorer=DamerauLevenshtein.distance, score_cutoff=2, limit=None
        )
        others = {titles[title] for title, _, _ in near} - {names[key]}
        if key.isascii() and others:
            found[key] = min(others)
    for code in COUNTRIES:
        for key in one_letter_away(fold(english_title(code))) & names.keys() - read.plain.keys():
            in_ascii = any(spelling.isascii() for spelling in read.spellings[key])
            if names[key] != code and not (key in read.common and in_ascii):
                found[key] = code
    return list(found.items())


def write(names: dict[str, str], ambiguous: Names, exact: dict[str, str], near: list[str]) -> None:
    """The module: tables as one compressed text each, so that importing it costs nothing."""
    by_country: dict[str, list[str]] = collections.defaultdict(list)
    for key, code in names.items():
        by_country[code].append(key)
    codes = "\n".join(f"{c.alpha_2} {c.alpha_3} {c.numeric}" for c in ISO.values())
    titles = {code: english_title(code) for code in sorted(COUNTRIES)}
    tables = {
        "CODES": codes,
        "TITLES": "\n".join(f"{code} {title}" for code, title in titles.items()),
        "NAMES": "\n".join(f"{c} {' '.join(sorted(k))}" for c, k in sorted(by_country.items())),
        "AMBIGUOUS": "\n".join(f"{k} {' '.join(sorted(c))}" for k, c in sorted(ambiguous.items())),
        "EXACT": "\n".join(f"{code} {name}" for name, code in sorted(exact.items())),
        "NO_COUNTRIES": " ".join(near),
    }
    sources = ", ".join(
        f"{name} {version(name)}" for name in ("babel", "pycountry", "countrynames")
    )
    lines = [
        '"""Names and codes of countries. Generated: do not edit.',
        "",
        f"Written by `docs/generators/country_names.py` from {sources},",
        f"ICU {icu.ICU_VERSION}. CLDR data: copyright Unicode, Inc., Unicode-3.0 licence.",
        "iso-codes translations: LGPL-2.1-or-later. countrynames: MIT, copyright Journalism",
        "Development Network. Each table is deflated text in base 64, read by `country_names.py`.",
        '"""',
        "",
        "# ruff: noqa: E501",
    ]
    for name, text in tables.items():
        packed = base64.b64encode(zlib.compress(text.encode(), 9)).decode()
        lines += [
            "",
            f"{name} = (",
            *(f'    "{part}"' for part in textwrap.wrap(packed, 1000)),
            ")",
        ]
    TARGET.write_text("\n".join(lines) + "\n", encoding="utf-8")
    sys.stdout.write(
        f"{len(names)} names, {len(ambiguous)} ambiguous, {len(exact)} by accent, "
        f"{len(near)} near a name, "
        f"{TARGET.stat().st_size // 1024} KiB\n"
    )


def english_title(code: str) -> str:
    """How a message calls the country."""
    return str(load("en")["territories"][code])


if __name__ == "__main__":
    main()
