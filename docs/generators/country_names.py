"""Writes `sendersync/transforms/country_names_data.py` from public lists of country names.

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

A key that two sources give to different countries is dropped and listed as ambiguous; only a
plain English ISO or CLDR name wins over other languages. Words that are no countries (languages,
continents, subdivisions, cities) and lie one letter away from a country's name are listed too, so
that reading a misspelling never turns them into one.
"""

from __future__ import annotations

import base64
import collections
import gettext
import sys
import textwrap
import zlib
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import icu
import pycountry
from babel.localedata import load, locale_identifiers
from countrynames.data import DATA
from rapidfuzz.fuzz import ratio

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from sendersync.transforms.country_fold import fold, one_letter_away  # noqa: E402

TARGET = ROOT / "sendersync/transforms/country_names_data.py"
BEYOND_ISO = ("AC", "TA", "XK")
ISO = {country.alpha_2: country for country in pycountry.countries}
COUNTRIES = {*ISO, *BEYOND_ISO}
# Languages made for play, whose names collide with real ones.
LEFT_OUT_LOCALES = ("tok",)
# Macro-regions that people write into a country column; `018` Southern Africa and the like are
# statisticians' words, and South Africa must not fall over them.
CONTINENTS = {"001", "002", "003", "005", "009", "013", "019", "021", "029", "142", "150", "419"}
CONTINENTS |= {"EU", "EZ", "UN"}

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


FORMAL = set(
    "republic kingdom state states of commonwealth democratic people peoples s federal islamic arab "
    "socialist former formerly federation islands island the and bailiwick bailliage de sultanate "
    "principality union co operative united".split()
)
DEMONYMS = ("n", "an", "ian", "ese", "i", "er", "ish", "ite", "ic", "in", "no", "na", "ense", "ans")


def from_countrynames(trusted: Names, strangers: set[str]) -> Names:
    """Names of countrynames that look like a known name of the same country.

    It lists cities, counties, nationalities and damaged spellings as well: those stay out.
    """
    known: dict[str, list[str]] = collections.defaultdict(list)
    for key, codes in trusted.items():
        for code in codes:
            known[code].append(key)
    english: dict[str, set[str]] = collections.defaultdict(set)
    for code, name in from_iso():
        english[code].add(fold(name))
    accepted: Names = collections.defaultdict(set)
    for code, names in DATA.items():
        if code not in COUNTRIES:
            continue
        peoples = {
            stem + ending
            for name in english[code]
            for stem in (name, name[:-1] if name[-1] in "aeiouy" else name, name[:-2])
            for ending in DEMONYMS
        }
        for name in names:
            key = fold(name)
            if key in trusted or key in strangers or key in peoples - english[code]:
                continue
            if any(c.isdigit() for c in key) or "," in name or (key.isascii() and len(key) < 5):
                continue
            if key in trusted or resembles(name, key, known[code]):
                accepted[key].add(code)
    return accepted


def resembles(name: str, key: str, known: list[str]) -> bool:
    """Whether a name is a variant of a known one: nearly the same, or dressed formally."""
    if any(ratio(key, other) >= 66 for other in known):
        return True
    words = {fold(word) for word in name.replace("-", " ").split()}
    rest = words - FORMAL
    return any(fold(word) in known for word in rest) and len(rest) == 1


def main() -> None:
    """Collects, drops what disagrees, and writes the module."""
    cldr: Names = collections.defaultdict(set)
    plain: Names = collections.defaultdict(set)
    continents: set[str] = set()
    strangers: set[str] = set()
    for locale, code, name in (*from_babel(), *from_icu()):
        key = fold(name)
        if code in COUNTRIES:
            cldr[key].add(code)
            if locale == "en":
                plain[key].add(code)
        elif code in CONTINENTS:
            continents.add(key)
        else:
            strangers.add(key)
    for code, name in from_iso():
        plain[fold(name)].add(code)
    trusted: Names = collections.defaultdict(set)
    for source in (cldr, plain):
        for key, codes in source.items():
            trusted[key] |= codes

    for locale in locale_identifiers():
        data = load(locale)
        strangers |= {fold(name) for name in data["languages"].values()}
        strangers |= {fold(name) for name in data["currency_names"].values()}
        strangers |= {fold(zone["city"]) for zone in data["time_zones"].values() if "city" in zone}
    strangers |= {fold(part.name) for part in pycountry.subdivisions}
    strangers |= {fold(name) for code in ("FAIL", "ZZ", "UN") for name in DATA[code]}
    strangers |= continents
    for code, names in DATA.items():
        if "-" in code:
            strangers |= {fold(name) for name in names}

    every: Names = collections.defaultdict(set)
    for source in (trusted, from_iso_codes(trusted), from_countrynames(trusted, strangers)):
        for key, codes in source.items():
            every[key] |= codes
    every.pop("", None)

    names: dict[str, str] = {}
    ambiguous: Names = {}
    for key, codes in every.items():
        winner = plain.get(key, codes)
        if len(winner) > 1 or (key in continents and key not in plain):
            ambiguous[key] = codes
        elif key not in strangers or key in trusted:
            names[key] = next(iter(winner))
    # Two or three Latin letters are codes first; a short name that is another country's code
    # would depend on its dots.
    codes_too = {c.alpha_3.lower(): c.alpha_2 for c in ISO.values()}
    codes_too |= {code.lower(): code for code in COUNTRIES}
    for key in [k for k, code in names.items() if codes_too.get(k, code) != code]:
        ambiguous[key] = {names.pop(key), codes_too[key]}
    near = sorted(
        word
        for word in strangers - names.keys() - ambiguous.keys()
        if len(word) >= 6 and any(other in names for other in one_letter_away(word))
    )
    write(names, ambiguous, near)


def write(names: dict[str, str], ambiguous: Names, near: list[str]) -> None:
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
        "NO_COUNTRIES": " ".join(near),
    }
    sources = ", ".join(
        f"{name} {version(name)}" for name in ("babel", "pycountry", "countrynames")
    )
    lines = [
        '"""Names and codes of countries. Generated: do not edit.',
        "",
        f"Written by `docs/generators/country_names.py` from {sources},",
        f"ICU {icu.ICU_VERSION}. CLDR data: copyright Unicode, Inc., Unicode-3.0 licence. iso-codes",
        "translations: LGPL-2.1-or-later. countrynames: MIT, copyright Journalism Development",
        "Network. Each table is deflated text in base 64; `country_names.py` reads them.",
        '"""',
        "",
        "# ruff: noqa",
    ]
    for name, text in tables.items():
        packed = base64.b64encode(zlib.compress(text.encode(), 9)).decode()
        lines += ["", f"{name} = (", *(f"    {part!r}" for part in textwrap.wrap(packed, 1000)), ")"]
    TARGET.write_text("\n".join(lines) + "\n", encoding="utf-8")
    sys.stdout.write(
        f"{len(names)} names, {len(ambiguous)} ambiguous, {len(near)} near a name, "
        f"{TARGET.stat().st_size // 1024} KiB\n"
    )


def english_title(code: str) -> str:
    """How a message calls the country."""
    return str(load("en")["territories"][code])


if __name__ == "__main__":
    main()
