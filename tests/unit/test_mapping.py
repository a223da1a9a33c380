"""Which column is what, from header words alone."""

from __future__ import annotations

import pandas as pd
import pytest

from sendersync.transforms.mapping import WORDS, fold, nearest, reads_as_data, suggest


def test_the_header_of_the_contract_is_understood() -> None:
    """Each column of the sync file's example finds its field."""
    header = "CustomerID,Email,Mobile,Country,First Name,Segment,Sender,Unsubscribed,SMS consent"
    assert suggest(header.split(",")) == {
        "phone": "Mobile",
        "email": "Email",
        "country": "Country",
        "first_name": "First Name",
        "key": "CustomerID",
        "group": "Segment",
        "sender_code": "Sender",
        "opted_out": "Unsubscribed",
        "consent": "SMS consent",
    }


@pytest.mark.parametrize(
    ("columns", "phone"),
    [
        (["Phone", "Mobile Phone"], "Mobile Phone"),
        (["Telephone", "Cell"], "Cell"),
        (["phone_number"], "phone_number"),
        (["PHONE-NUMBER"], "PHONE-NUMBER"),
        (["MSISDN"], "MSISDN"),
        (["Fax", "Name"], None),
        ([], None),
    ],
)
def test_the_surest_word_for_a_phone_wins(columns: list[str], phone: str | None) -> None:
    """A mobile column is taken before a phone column, in any capitals and punctuation."""
    assert suggest(columns).get("phone") == phone


def test_no_column_has_two_uses() -> None:
    """A column that one field took is not suggested for another."""
    found = suggest(["SMS", "Opt in", "ID", "Mail", "Email"])
    assert len(set(found.values())) == len(found)


def test_contents_tell_the_phone_where_the_header_does_not() -> None:
    """The one column full of phones is the phone; with two such columns nothing is guessed."""
    sample = pd.DataFrame(
        {
            "a": ["(206) 555-0101", "+1 206 555 0102", ""],
            "b": ["Ann", "Bob", "Cid"],
            "c": ["2065550103", "206-555-0104", "2065550105"],
        }
    )
    assert suggest(["a", "b"], sample[["a", "b"]]) == {"phone": "a"}
    assert "phone" not in suggest(["a", "b", "c"], sample)


def test_every_word_belongs_to_one_field() -> None:
    """No header word suggests two fields: the order of the table would decide in silence."""
    folded = [word for words in WORDS.values() for word in {fold(each) for each in words}]
    assert len(folded) == len(set(folded))


@pytest.mark.parametrize(
    "cell",
    [
        *("+12065550101", "(206) 555-0101", "2065550101.0", "1.20656E+10", "ann@example.com"),
        *("'+1 206 555 0101", "tel:+12065550101", "１２０６５５５０１０１", " 206-555-0101 "),
    ],
)
def test_a_row_is_not_taken_for_a_header(cell: str) -> None:
    """A phone or an address in the first line is a person, not the name of a column."""
    assert reads_as_data(cell)


@pytest.mark.parametrize(
    "name", ["phone", "Phone 1", "Opt-out 2024-01-15", "", "Mobile", "@", "x@"]
)
def test_a_name_is_not_taken_for_a_row(name: str) -> None:
    """Names of columns may hold a digit, a date, or an at sign."""
    assert not reads_as_data(name)


def test_the_nearest_word_is_named() -> None:
    """A misspelt word finds the one that was meant, and nonsense finds none."""
    assert nearest("Mobil", ["Email", "Mobile", "Country"]) == "Mobile"
    assert nearest("firstname", ["first_name", "phone"]) == "first_name"
    assert nearest("xyzzy", ["first_name", "phone"]) is None
