"""What only whole columns can say of a phone: groups, lost zeros, codes that a CRM put there."""

from __future__ import annotations

from random import Random

import phonenumbers
import pytest

from schemas.reasons import Reason
from sendersync.transforms.located_phones import LocatedPhones, locate_phones
from sendersync.transforms.phones.normalise_phones import normalise_phones
from tests.truth.phone_spellings import texts

MEXICANS = ["81 2555 0142", "33 2555 0144", "55 1555 0145"]
AMERICANS = ["(206) 555-0141", "(206) 555-0143"]


def _read(
    phones: list[str], countries: list[str] | None = None, default_country: str = ""
) -> LocatedPhones:
    cells = countries if countries is not None else [""] * len(phones)
    return locate_phones(
        texts(phones), texts(cells), header="Country", default_country=default_country
    )


def test_a_grouped_country_is_not_the_default() -> None:
    """A blank under another country, and a number that both have: nobody is texted."""
    read = _read([*MEXICANS, *AMERICANS], ["Mexico", "", "", "United States", ""], "US")
    assert read.phones["phone"].tolist() == [
        *("+528125550142", "", "", "+12065550141", "+12065550143"),
    ]
    assert read.phones["reason"].tolist()[1:3] == [Reason.COUNTRY_UNKNOWN.value] * 2
    assert read.doubts.grouped.tolist() == [1, 2]
    assert not read.understood[[1, 2]].any() and read.phones["needs_region"][[1, 2]].all()


def test_a_number_with_its_country_code_needs_no_group() -> None:
    """It is read as it stands, under any country."""
    read = _read(["81 2555 0142", "+1 206 555 0143", "+52 33 2555 0144"], ["Mexico", "", ""], "US")
    assert read.phones["phone"].tolist()[1:] == ["+12065550143", "+523325550144"]
    assert read.doubts.grouped.empty


def test_a_number_that_the_group_has_not_is_the_defaults() -> None:
    """Only where both have it is there a doubt."""
    read = _read(["06 12 34 56 78", "(206) 555-0143"], ["France", ""], "US")
    assert read.phones["phone"][1] == "+12065550143"


def test_a_column_with_blanks_is_no_report() -> None:
    """Where countries repeat in neighbouring rows, a blank is a blank: the default counts."""
    countries = ["US", "US", "US", "Mexico", "", "US", "US"]
    phones = [*AMERICANS, AMERICANS[0], MEXICANS[0], MEXICANS[1], *AMERICANS]
    read = _read(phones, countries, "US")
    assert read.phones["phone"][4] == "+13325550144"
    assert read.doubts.grouped.empty


def test_rows_of_a_database_have_no_groups() -> None:
    """Nothing there was written above anything else: a blank country is the default's."""
    read = locate_phones(
        texts(MEXICANS), texts(["Mexico", "", ""]), default_country="US", may_be_grouped=False
    )
    assert read.phones["phone"].tolist() == ["+528125550142", "+13325550144", "+15515550145"]


GROUPS = [
    # (country of the group, default, national numbers that are valid in both)
    ("Mexico", "US", ["33 2555 0144", "55 1555 0145", "81 2555 0146"]),
    ("Canada", "MX", ["514 555 0144", "418 555 0145"]),
    ("Austria", "DE", ["0660 1234567", "0664 1234567"]),
    ("Norway", "DK", ["40 61 23 45", "92 12 34 56"]),
    ("Spain", "PT", ["912 345 678", "966 123 456"]),
]


@pytest.mark.parametrize(("country", "default", "numbers"), GROUPS)
def test_other_groups(country: str, default: str, numbers: list[str]) -> None:
    """The same of other countries: a number of both is never read in the default's."""
    read = _read([numbers[0], *numbers], [country, *[""] * len(numbers)], default)
    here = normalise_phones(texts(numbers), texts([default] * len(numbers)))["phone"]
    iso = read.said[0]
    there = normalise_phones(texts(numbers), texts([iso] * len(numbers)))["phone"]
    both = (here != "") & (there != "")
    assert both.any()
    assert (read.phones["phone"].iloc[1:].reset_index(drop=True)[both] == "").all()


def test_italys_zeros() -> None:
    """Where no cell begins with a zero and one needs it, nine digits may be a landline's."""
    read = _read(["331123456", "212345678", "3123456789", "3123456780"], default_country="IT")
    assert read.phones["reason"].tolist() == ["phone_digits_lost", "phone_invalid", "", ""]
    assert read.phones["phone"].tolist() == ["", "", "+393123456789", "+393123456780"]
    assert read.doubts.zeros_lost.tolist() == [0]


def test_a_column_that_kept_its_zeros_is_believed() -> None:
    """One number that begins with a zero, and the others mean what they say."""
    read = _read(["331123456", "0212345678", "3123456789"], default_country="IT")
    assert read.phones["phone"].tolist() == ["+39331123456", "+390212345678", "+393123456789"]
    assert read.doubts.zeros_lost.empty


def test_one_zero_in_the_column_is_enough() -> None:
    """Another number lacks its zero, but the column as a whole has not lost them."""
    read = _read(["331123456", "0212345678", "212345678"], default_country="IT")
    assert read.phones["phone"].tolist() == ["+39331123456", "+390212345678", ""]


def test_nothing_needs_a_zero_so_none_was_lost() -> None:
    """Old mobiles alone are no sign."""
    read = _read(["331123456", "3123456789"], default_country="IT")
    assert read.phones["phone"].tolist() == ["+39331123456", "+393123456789"]


def test_zeros_are_judged_country_by_country() -> None:
    """Germany's zero is only dialled: it says nothing about Italy's, and loses nothing itself."""
    read = _read(
        ["331123456", "212345678", "15112345678", "0151 12345679"],
        ["Italy", "Italy", "Germany", "Germany"],
    )
    assert read.phones["phone"].tolist() == ["", "", "+4915112345678", "+4915112345679"]


@pytest.mark.parametrize("region", ["IT", "VA"])
def test_landlines_that_lost_their_zero_are_nobodys_mobile(region: str) -> None:
    """A second set, made from a seed: Italian landlines without their zero among mobiles."""
    chance = Random(20261128)
    landlines = [f"{area}{chance.randrange(10**5, 10**6)}" for area in ("331", "371", "344", "382")]
    landlines += [f"{chance.choice('26')}{chance.randrange(10**7, 10**8)}" for _ in range(20)]
    mobiles = [f"3{chance.choice('24')}0{chance.randrange(10**6, 10**7)}" for _ in range(20)]
    cells = landlines + mobiles
    chance.shuffle(cells)
    read = _read(cells, default_country=region)
    by_cell = dict(zip(cells, read.phones["phone"], strict=True))
    assert not any(by_cell[cell] for cell in landlines)
    assert all(by_cell[cell] == f"+39{cell}" for cell in mobiles)


def test_a_code_that_a_crm_may_have_put_there_is_told() -> None:
    """The number counts as it stands, and its line is named: its rest is the row's own too."""
    read = _read(
        [
            "+1 740 234 5678",
            "+1 206 555 0142",
            "+33 6 12 34 56 78",
            "07402 345678",
            "+447402345678",
        ],
        ["GB"] * 5,
    )
    assert read.phones["phone"].tolist() == [
        *("+17402345678", "+12065550142", "+33612345678", "+447402345678", "+447402345678"),
    ]
    assert read.doubts.foreign_codes.tolist() == [0]


@pytest.mark.parametrize("code", ["1", "44", "49", "91"])
def test_other_codes_before_other_countries_numbers(code: str) -> None:
    """A second set, made from a seed: every valid number whose rest is the row's own is told."""
    chance = Random(20261128)
    phones, countries = [], []
    for region in chance.sample(sorted(phonenumbers.SUPPORTED_REGIONS), 120):
        mobile = phonenumbers.example_number_for_type(region, 1)
        if mobile is not None and str(mobile.country_code) != code:
            phones.append(f"+{code}{phonenumbers.national_significant_number(mobile)}")
            countries.append(phonenumbers.region_code_for_number(mobile))
    read = _read(phones, countries)
    valid = normalise_phones(texts(phones), texts([""] * len(phones)))["phone"] != ""
    assert valid.any()
    assert read.doubts.foreign_codes.tolist() == valid[valid].index.tolist()
