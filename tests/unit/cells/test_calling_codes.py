"""Numbers in a country column: calling codes or ISO 3166, and the column decides."""

from __future__ import annotations

from random import Random

import pandas as pd
import phonenumbers
import pytest

from sendersync.transforms.countries.calling_codes import NumberSystem, number_system
from sendersync.transforms.countries.names import country_names
from sendersync.transforms.countries.normalise_countries import read_country
from sendersync.transforms.located_phones import LocatedPhones, locate_phones
from tests.truth.phone_spellings import texts

IN_BOTH = {
    # digits: (by its calling code, by its ISO number)
    "250": ("RW", "FR"),
    "591": ("BO", "PA"),
    "212": ("MA", "DM"),
    "233": ("GH", "EE"),
    "234": ("NG", "FO"),
    "242": ("CG", "FJ"),
    "246": ("IO", "FI"),
    "268": ("SZ", "GE"),
    "376": ("AD", "IL"),
    "380": ("UA", "IT"),
    "352": ("LU", "IS"),
    "372": ("EE", "IE"),
}


def _located(phones: list[str], countries: list[str], header: str = "Country") -> LocatedPhones:
    return locate_phones(texts(phones), texts(countries), header=header)


@pytest.mark.parametrize(
    ("cells", "phones", "header", "system"),
    [
        (["250", "250"], ["0781234567"] * 2, "Country Code", NumberSystem.UNDECIDED),
        (["250", "1"], ["0781234567", "2065550141"], "Country Code", NumberSystem.CALLING),
        (["250", "+44"], ["0781234567", "07400123456"], "Country Code", NumberSystem.CALLING),
        (["250", "0044"], ["0781234567", "07400123456"], "Country Code", NumberSystem.CALLING),
        (["250", "351"], ["0781234567", "912345678"], "Country Code", NumberSystem.CALLING),
        (["250", "250"], ["0781234567", "+250 781 234 568"], "Code", NumberSystem.CALLING),
        (["250", "250"], ["0781234567", "00250781234568"], "Code", NumberSystem.CALLING),
        (["250", "250"], ["0781234567", "+33 6 12 34 56 78"], "Code", NumberSystem.ISO),
        (["250"], ["0781234567"], "Calling code", NumberSystem.CALLING),
        (["250"], ["0781234567"], "Dial Code", NumberSystem.CALLING),
        (["250"], ["0781234567"], "Ländervorwahl", NumberSystem.CALLING),
        (["250"], ["0781234567"], "Indicatif", NumberSystem.CALLING),
        (["250"], ["0612345678"], "ISO numeric", NumberSystem.ISO),
        (["250", "840"], ["0612345678", "2065550141"], "Country", NumberSystem.ISO),
        (["250", "840", "1"], ["0612345678", "", ""], "Country", NumberSystem.UNDECIDED),
        (["250", "US"], ["0612345678", "2065550141"], "Country", NumberSystem.UNDECIDED),
        (["250.0", "1.0"], ["0781234567", "2065550141"], "Country", NumberSystem.CALLING),
    ],
)
def test_the_column_says_what_its_numbers_are(
    cells: list[str], phones: list[str], header: str, system: NumberSystem
) -> None:
    """A header, a code of one system alone, a number with a plus beside it: one sign is enough."""
    assert number_system(texts(cells), texts(phones), header) is system


def test_calling_codes_beside_a_one() -> None:
    """Rwanda's and Bolivia's numbers are read there, and nobody becomes French or Panamanian."""
    read = _located(
        ["0781234567", "61234567", "+250 781 234 568", "2065550141", "206 555 0142"],
        ["250", "591", "250", "1", "US"],
        "country code",
    )
    assert read.phones["phone"].tolist() == [
        *("+250781234567", "+59161234567", "+250781234568", "+12065550141", "+12065550142"),
    ]


def test_undecided_numbers_are_no_country() -> None:
    """Nothing says which system it is: numbers that need the country wait for it."""
    read = _located(["0788123456", "+250728123457", "0738123458"], ["250"] * 3, "Country Code")
    assert read.phones["phone"].tolist() == ["", "+250728123457", ""] or (
        read.phones["phone"].tolist() == ["+250788123456", "+250728123457", "+250738123458"]
    )
    alone = _located(["0788123456", "0738123458"], ["250"] * 2, "Country Code")
    assert alone.phones["phone"].tolist() == ["", ""]
    assert alone.phones["needs_region"].all() and not alone.understood.any()
    assert alone.doubts.undecided_codes.tolist() == [0, 1]


@pytest.mark.parametrize("digits", IN_BOTH)
def test_each_system_is_read_in_its_own_way(digits: str) -> None:
    """The same digits beside a sign of either system, and beside none."""
    calling, iso = IN_BOTH[digits]
    said = [
        _located(["1", "2"], [digits, other], header).said[0]
        for other, header in (("+1", "Code"), ("840", "Code"), (digits, "Code"))
    ]
    assert said == [calling, iso, ""]


def test_numbers_of_every_country_that_two_systems_claim() -> None:
    """A second set, made from a seed: a number with a plus beside the code decides, for all."""
    chance = Random(20261128)
    codes = country_names().codes
    both = [
        str(code)
        for code, regions in phonenumbers.COUNTRY_CODE_TO_REGION_CODE.items()
        if regions[0] != "001" and codes.get(f"{code:03}", regions[0]) != regions[0]
    ]
    assert len(both) > 50
    both = chance.sample(both, 20)
    for digits in both:
        region = phonenumbers.region_code_for_country_code(int(digits))
        mobile = phonenumbers.example_number_for_type(region, 1)
        if mobile is None:
            continue
        e164 = phonenumbers.format_number(mobile, phonenumbers.PhoneNumberFormat.E164)
        national = phonenumbers.format_number(mobile, phonenumbers.PhoneNumberFormat.NATIONAL)
        rows = [(national, digits), (e164, digits), (national, digits)]
        chance.shuffle(rows)
        read = _located([phone for phone, _ in rows], [cell for _, cell in rows])
        assert set(read.phones["phone"]) == {e164}, digits


@pytest.mark.parametrize(
    ("cell", "country"),
    [
        *(("Rwanda (+250)", "RW"), ("US +1", "US"), ("Canada (+1)", "CA"), ("DE +49", "DE")),
        *(("\U0001f1ec\U0001f1e7 +44", "GB"), ("Korea, Republic of (+82)", "KR")),
        *(("+44 United Kingdom", "GB"), ("(+33) France", "FR"), ("Germany: +49", "DE")),
        *(("Canada (+44)", None), ("France +250", None), ("+1", None), ("Nowhere (+1)", None)),
    ],
)
def test_a_name_with_its_calling_code(cell: str, country: str | None) -> None:
    """Forms that offer `Rwanda (+250)` write both: they must agree."""
    assert read_country(cell) == country


def test_a_blank_column_has_no_numbers() -> None:
    """Nothing to decide, nothing in doubt."""
    assert number_system(texts(["", ""]), texts(["", ""]), "") is NumberSystem.UNDECIDED
    read = _located([], [])
    assert read.phones.empty and isinstance(read.said, pd.Series)
