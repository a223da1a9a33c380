"""Rows become contacts and rejects: which reason counts, and what is never a reason."""

from __future__ import annotations

import pandas as pd
import pytest

from schemas.frames import LINE
from sendersync.transforms.normalise import Normalised, normalise
from tests.builders.sync_bench import HEADER, person, sync_file

US, GB, LANDLINE = "+1 206 555 0142", "+44 7400 123456", "+44 20 7946 0018"


def normalised(*rows: dict[str, str], **sync: object) -> Normalised:
    """The rows, read as contacts of a sync with all columns mapped."""
    index = pd.RangeIndex(2, len(rows) + 2, name=LINE)
    frame = pd.DataFrame(list(rows), columns=list(HEADER), index=index, dtype="str")
    return normalise(frame, sync_file(**sync))


@pytest.mark.parametrize(
    ("cells", "reason", "column"),
    [
        ({"Mobile": ""}, "phone_missing", "Mobile"),
        ({"Mobile": "4.41E+11"}, "phone_digits_lost", "Mobile"),
        ({"Mobile": "555-0142", "Country": "Atlantis"}, "country_unknown", "Country"),
        ({"Mobile": "(206) 555-0142", "Country": "Atlantis"}, "country_unknown", "Country"),
        ({"Mobile": LANDLINE}, "phone_not_mobile", "Mobile"),
        ({"Mobile": LANDLINE, "Email": "a@@b"}, "phone_not_mobile", "Mobile"),
        ({"Mobile": GB}, "phone_country_not_allowed", "Mobile"),
        ({"Mobile": GB, "Email": "a@@b"}, "phone_country_not_allowed", "Mobile"),
        ({"Email": "ann@example"}, "email_invalid", "Email"),
        ({"CustomerID": "1.20655E+17"}, "row_malformed", "CustomerID"),
    ],
)
def test_the_first_reason_counts(cells: dict[str, str], reason: str, column: str) -> None:
    """Of several reasons a row gets the first of the module's order, with the column at fault."""
    given = {name.replace(" ", "_"): value for name, value in cells.items()}
    rejects = normalised(person(1, **given), countries=["US"]).rejects
    assert rejects[["reason", "column"]].values.tolist() == [[reason, column]]


@pytest.mark.parametrize(
    "cells",
    [
        {"Mobile": US, "Country": "Atlantis"},
        {"Mobile": US, "Country": "France"},
        {"Mobile": "(206) 555-0142", "Country": ""},
        {"Mobile": "(206) 555-0142", "Country": "Vereinigte Staaten"},
        {"Mobile": US, "Email": ""},
    ],
)
def test_what_is_no_reason(cells: dict[str, str]) -> None:
    """A country that the number does not need, a blank country, no e-mail: all are fine."""
    contacts = normalised(person(1, **cells)).contacts
    assert contacts["phone"].tolist() == ["+12065550142"]
    assert contacts["country"].tolist() == ["US"]


def test_the_country_column_reads_national_numbers() -> None:
    """A number without a country code is read in its own row's country, then in the default."""
    rows = [
        person(1, Mobile="206-555-0142", Country=""),
        person(2, Mobile="07400 123456", Country="England"),
        person(3, Mobile="0176 12345678", Country="Alemania"),
    ]
    contacts = normalised(*rows).contacts
    assert contacts["phone"].tolist() == ["+12065550142", "+447400123456", "+4917612345678"]
    assert contacts["country"].tolist() == ["US", "GB", "DE"]


def test_a_blank_country_below_another_is_not_the_default() -> None:
    """206-555-0142 is a number in Germany too, and a grouped report writes Germany once."""
    rows = [
        person(1, Mobile="0176 12345678", Country="Alemania"),
        person(2, Mobile="206-555-0142", Country=""),
        person(3, Mobile="+1 206-555-0143", Country=""),
    ]
    done = normalised(*rows)
    assert done.contacts["phone"].tolist() == ["+4917612345678", "+12065550143"]
    assert done.rejects["reason"].tolist() == ["country_unknown"]
    assert done.rejects["column"].tolist() == ["Country"]
    assert done.doubts.grouped.tolist() == [3]


def test_a_country_that_differs_is_counted() -> None:
    """A column that disagrees with the number is counted and no reject; the number counts."""
    done = normalised(person(1, Mobile=GB, Country="US"), person(2, Mobile=US, Country="US"))
    assert done.country_differs == 1
    assert done.contacts["country"].tolist() == ["GB", "US"]


@pytest.mark.parametrize(
    "cells",
    [
        {"Email": "ann@@example"},
        {"Mobile": LANDLINE},
        {"Mobile": GB},
        {"CustomerID": "1.20655E+17"},
    ],
)
def test_a_row_that_says_stop_needs_only_a_phone(cells: dict[str, str]) -> None:
    """Whatever else is wrong with it, an opted-out row with a readable phone is a contact."""
    done = normalised(person(1, Unsubscribed="YES", **cells), countries=["US"])
    assert len(done.contacts) == 1
    assert done.contacts["opted_out"].all()


def test_a_blank_key_is_the_phone() -> None:
    """Without a key of its own a row is known by its number."""
    contacts = normalised(person(1, CustomerID=" ", Mobile=US)).contacts
    assert contacts["key"].tolist() == ["+12065550142"]
