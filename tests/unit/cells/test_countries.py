"""Countries in any spelling."""

from __future__ import annotations

import random
import runpy
import time

import pandas as pd
import pytest

from sendersync.transforms.countries.fold import fold
from sendersync.transforms.countries.names import country_names
from sendersync.transforms.countries.normalise_countries import (
    candidates,
    normalise_countries,
    read_country,
)
from sendersync.transforms.countries.policies import POLICIES
from tests.builders.repository import ROOT

# Labels that only Wikidata has, in languages whose country names CLDR does not carry.
KNOWN_MISSES = {"Aolepān Aorōkin M̧ajeļ", "އެސްޓޯނިއާ", "Украинэ"}


def _truth() -> pd.DataFrame:
    return pd.read_csv(ROOT / "tests/truth/countries.csv", dtype="str", keep_default_na=False)


def test_the_truth_table_holds() -> None:
    """Every spelling of the truth table is read as it says, but for the known misses."""
    truth = _truth()
    read = normalise_countries(truth["raw"])
    missed = truth.loc[read["country"] != truth["expected_alpha2"], "raw"]
    assert set(missed) <= KNOWN_MISSES


def test_no_truth_is_read_as_another_country() -> None:
    """A spelling that is missed is not understood; it never becomes another country."""
    truth = _truth()
    read = normalise_countries(truth["raw"])
    differs = read["country"] != truth["expected_alpha2"]
    assert not (differs & read["understood"]).any()
    assert (read.loc[differs, "country"] == "").all()


@pytest.mark.parametrize(
    ("raw", "country"),
    [
        ("US", "US"),
        ("us", "US"),
        ("usa", "US"),
        ("U.S.A.", "US"),
        ("840", "US"),
        ("840.0", "US"),
        ("036", "AU"),
        ("NA", "NA"),
        ("UK", "GB"),
        ("EL", "GR"),
        ("\U0001f1fa\U0001f1f8", "US"),
        ("\U0001f1e9\U0001f1ea Deutschland", "DE"),
        ("\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", "GB"),
        ("  germany ", "DE"),
        ("DEUTSCHLAND", "DE"),
        ("Cote d'Ivoire", "CI"),
        ("COTE D IVOIRE", "CI"),
        ("Côte d’Ivoire", "CI"),
        ("Korea, Republic of", "KR"),
        ("Korea (South)", "KR"),
        ("Korea, Democratic People's Republic of", "KP"),
        ("Congo, the Democratic Republic of the", "CD"),
        ("Virgin Islands, U.S.", "VI"),
        ("Virgin Islands, British", "VG"),
        ("Saint Martin (Dutch part)", "SX"),
        ("Saint Martin (French part)", "MF"),
        ("Germany / Deutschland", "DE"),
        ("United States (US)", "US"),
        ("DE - Germany", "DE"),
        ("日本", "JP"),
        ("Россия", "RU"),
        ("مصر", "EG"),
        ("Áo", "AT"),
        ("Nigēra", "NE"),
        ("U.A.E.", "AE"),
        ("N.Z.", "NZ"),
        ("S. Sudan", "SS"),
        ("Eq. Guinea", "GQ"),
    ],
)
def test_what_people_write_is_understood(raw: str, country: str) -> None:
    """Codes, flags, names turned around and several agreeing spellings are read."""
    assert read_country(raw) == country


NO_COUNTRIES = (
    "?|na|Na|n.a.|unknown|Other|Europe|EU|Africa|English|French|Spanish|Persian"
    "|Euro|EUR|CAD|Dollar|London|Paris|Dubai|Prague|California|Korea|Corea|Kongo|Congo|America"
    "|USSR|Yugoslavia|Timor|Papua|1|4|36|44|+44|+1|00|999|QQ|ZZZ|true|Nga|OK|SIN|New York"
    "|New Mexico|British Columbia|Virgin Islands|Republic of China|Paris, France|USA / Canada"
    "|Georgia, USA|Channel Islands|Middle East|Dominican|Austrian|\U0001f1fd\U0001f1fd"
    "|\U0001f1fa\U0001f1f8 Canada|Swiss|Iraqi|Argentino|Nederlands|Romani|Antarctic|Andere|Sunday"
    "|Orlando|Ashland|Albany|Burnaby|Burnley|Westland|George|Verena|Marina|Pomona|Gerona|Ipanema"
    "|L\u00fcneburg|Lindau|Indore|Satara|Makkah|Tauranga|Kolomyia|Valdivia|Kalisz"
)


@pytest.mark.parametrize("raw", [*NO_COUNTRIES.split("|"), "x" * 100_000])
def test_what_is_no_country_or_two_is_not_understood(raw: str) -> None:
    """Regions, cities, languages, currencies, dialling codes and doubtful names stay unread."""
    assert read_country(raw) is None


@pytest.mark.parametrize(
    ("raw", "country"),
    [
        ("Germny", "DE"),
        ("Untied States", "US"),
        ("Phillipines", "PH"),
        ("Switzerlnd", "CH"),
        ("Nehterlands", "NL"),
        ("Kazahstan", "KZ"),
    ],
)
def test_one_slip_is_forgiven(raw: str, country: str) -> None:
    """A letter too few, too many, wrong or swapped is read when one country only is near."""
    assert read_country(raw) == country


@pytest.mark.untraced  # a tracer would be measured with it
def test_a_column_that_holds_no_countries_costs_little() -> None:
    """Names of people and towns, each another one, are not each asked for all that may be wrong."""
    chosen = random.Random(20261122)
    words = ["".join(chosen.choices("aeioulnrstmkd", k=length)) for length in [7, 9, 11, 13] * 500]
    read_country("Germny")  # fills the tables
    ratios = []
    for _ in range(3):
        begun = time.process_time()
        for word in words:
            fold(word)
        folded = time.process_time() - begun
        assert not any(map(read_country, words))
        ratios.append((time.process_time() - begun - folded) / folded)
    assert min(ratios) < 12


BETWEEN_TWO = (
    "Austrla Austrlia Austriala Nigera Irelnd Icelnd Iraz Slovkia Mal Mall Toyko Londn Hungarian "
    "Gunea"
)


@pytest.mark.parametrize("raw", BETWEEN_TWO.split())
def test_a_slip_between_two_countries_is_not_forgiven(raw: str) -> None:
    """A misspelling that another country's name is near to is not guessed at."""
    assert read_country(raw) is None


@pytest.mark.parametrize(
    "raw",
    ["St. Liua", "St. Marin", "Saint-Marin", "Ira", "Man", "Cada", "Chaina", "Angula", "Bruni"],
)
def test_a_name_two_slips_from_another_country_is_not_understood(raw: str) -> None:
    """Names of rare languages, and short ones, that lie beside another country's English name."""
    assert read_country(raw) is None


def test_a_slip_never_leads_from_one_english_name_to_another() -> None:
    """Every English name is read as itself, however near its neighbours are."""
    for country, title in country_names().titles.items():
        assert read_country(title) == country


def test_codes_are_read_as_themselves() -> None:
    """Every alpha-2, alpha-3 and numeric code of ISO gives its country."""
    for code, country in country_names().codes.items():
        assert read_country(code) == country


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.spellings[:30])
def test_each_policy_is_followed(policy) -> None:
    """A spelling of the policy table is read as the table says, and offers what it says."""
    for spelling in policy.spellings.split(" | "):
        if policy.country:
            assert read_country(spelling) == policy.country
        else:
            assert read_country(spelling) is None
            assert candidates(spelling) == list(policy.could_be)[:5]


def test_no_spelling_has_two_policies() -> None:
    """A spelling stands in one row of the policy table only."""
    rows = [(fold(s), p.country) for p in POLICIES for s in p.spellings.split(" | ")]
    countries: dict[str, str] = {}
    for key, country in rows:
        assert countries.setdefault(key, country) == country, key


def test_the_page_shows_the_policies() -> None:
    """`docs/countries.md` is what its generator writes."""
    page = runpy.run_path(str(ROOT / "docs/generators/country_page.py"))["page"]
    assert (ROOT / "docs/countries.md").read_text(encoding="utf-8") == page()


def test_blank_cells_are_no_error() -> None:
    """An empty cell, or one with nothing to see, is absent and understood."""
    read = normalise_countries(pd.Series(["", "  ", "\u200b", "\ufeff\u00a0"], dtype="str"))
    assert read["country"].tolist() == [""] * 4
    assert read["understood"].all()


def test_the_index_and_the_types_stay() -> None:
    """The answer has the index of the column, text as `str` and flags as `bool`."""
    raw = pd.Series(["France", "nowhere", "", None], index=[7, 3, 9, 1], dtype="str")
    read = normalise_countries(raw)
    assert read.index.equals(raw.index)
    assert read["country"].tolist() == ["FR", "", "", ""]
    assert read["understood"].tolist() == [True, False, True, True]
    assert [str(kind) for kind in read.dtypes] == ["str", "bool"]
    empty = normalise_countries(pd.Series([], dtype="str"))
    assert [str(kind) for kind in empty.dtypes] == ["str", "bool"]


def test_candidates_are_offered() -> None:
    """A message can name the countries that a doubtful cell may mean."""
    assert candidates("Korea") == ["KP", "KR"]
    assert candidates("Germany") == ["DE"]
    assert candidates("Irelnd")[:1] == ["IE"]
    assert candidates("") == candidates("-") == candidates("1") == []
