"""Which keys identify a person, and in which form."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from sendersync.transforms.keys import give_own_keys, plain_keys
from tests.builders import frames

P1, P2, P3, P4 = (f"+1206555010{n}" for n in range(1, 5))

FORMS = {
    "1001": ["1001", "'1001", "’1001", "‘1001", "`1001", " 1001 ", "1001.0", "1001.00", "1001,0"],
    "1234567": ["1,234,567", "1.234.567", "1'234'567", "1’234’567", "1 234 567", "1,234,567.00"],
    "12345678": ["1.2345678E+7", "1,2345678e+07", '="12345678"', "１２３４５６７８"],
    "A-17": ["A-17", "A‑17", "A–17", "A−17"],
    "1.23457E+11": ["1.23457E+11"],  # digits were cut off, and the row is a reject
    "12345": ["12,345", "12.345", "12345.000", "'12345.0"],
    # what looks like one of these forms and is none
    "0017": ["0017"],
    "A-1001": ["A-1001", "'A-1001"],
    "1.5": ["1.5"],
    "12E5": ["12E5"],
    "1.5E7": ["1.5E7"],
    "1,23": ["1,23"],
    "1001.5": ["1001.5"],
    "12,34,567": ["12,34,567"],
    "a1001.0": ["a1001.0"],
}


@pytest.mark.parametrize(("key", "cell"), [(key, cell) for key in FORMS for cell in FORMS[key]])
def test_the_forms_of_one_key_are_one_key(key: str, cell: str) -> None:
    """A mark of text, a decimal's zeros, and signs between thousands are no part of a key."""
    assert plain_keys(pd.Series([cell], dtype="str")).tolist() == [key]


@pytest.mark.parametrize("cell", ["", " ", "0", "000", "'0", "0.0", "NULL", "n/a", "-", "nan"])
@pytest.mark.parametrize("others", [[], ["1001", "1,001"]])
def test_what_stands_for_a_missing_key_is_none(cell: str, others: list[str]) -> None:
    """It identifies nobody, whatever else stands in the column."""
    cells = pd.Series([*others, cell], index=range(5, 6 + len(others)), dtype="str")
    keys = plain_keys(cells)
    assert keys.index.equals(cells.index)
    assert keys.tolist() == [*["1001"] * len(others), ""]


ANN, BOB = {"email": "ann@example.com"}, {"email": "bob@example.com"}

# rows under one key from line 2 on; the keys that they have then; lines of a shared key
SHARED: dict[str, tuple[list[dict[str, Any]], list[str], tuple[int, ...]]] = {
    "two e-mails at two numbers are two people": (
        [{"phone": P1, **ANN}, {"phone": P2, **BOB}], [P1, P2], (2, 3),
    ),
    "two names at two numbers are two people": (
        [{"phone": P1, "first_name": "Ann"}, {"phone": P2, "first_name": "Bob"}], [P1, P2], (2, 3),
    ),
    "nothing that differs but the number: one person, who may say stop at one of them": (
        [{"phone": P1}, {"phone": P2}, {"phone": P3}], ["k", "k", "k"], (),
    ),
    "more numbers than one person has": (
        [{"phone": each} for each in (P1, P2, P3, P4)], [P1, P2, P3, P4], (2, 3, 4, 5),
    ),
    "one e-mail at two numbers is one person": (
        [{"phone": P1, **ANN}, {"phone": P2, "email": "ANN@example.com"}], ["k", "k"], (),
    ),
    "one name at two numbers is one person": (
        [{"phone": P1, "first_name": "Ann"}, {"phone": P2, "first_name": "ANN"}], ["k", "k"], (),
    ),
    "one number with two e-mails is one person": (
        [{"phone": P1, **ANN}, {"phone": P1, **BOB}], ["k", "k"], (),
    ),
    "a chain of equal cells is one person, known by the smallest of their numbers": (
        [{"phone": P3, **ANN}, {"phone": P2, **ANN}, {"phone": P1, **BOB}], [P2, P2, P1], (2, 3, 4),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("rows", "keys", "lines"), SHARED.values(), ids=SHARED)
def test_a_key_of_several_people_is_nobodys(
    rows: list[dict[str, Any]], keys: list[str], lines: tuple[int, ...]
) -> None:
    """In doubt it is one person's; people are told apart by e-mail, by name, or by their number."""
    other = {"key": "other", "phone": "+12065550199"}
    contacts = frames.contacts(*({"key": "k", **row} for row in rows), other)
    own = give_own_keys(contacts, frames.rejects())
    assert own.contacts["key"].tolist() == [*keys, "other"]
    assert own.shared.keys == bool(lines) and own.shared.lines == lines
    assert own.contacts.drop(columns="key").equals(contacts.drop(columns="key"))


def test_a_stop_under_a_shared_key_is_told_where_it_is_not_heard() -> None:
    """It holds for the same phone or e-mail; the other lines of the key are named."""
    contacts = frames.contacts(
        {"key": "k", "phone": P1, **ANN},
        {"key": "k", "phone": P2, **BOB, "opted_out": True},
        {"key": "k", "phone": P3, **BOB},
        {"key": "z", "phone": P4},
    )
    rejects = frames.rejects(
        {"line": 9, "key": "k", **BOB}, {"line": 7, "key": "k"}, {"line": 8, "key": "z"}
    )
    own = give_own_keys(contacts, rejects)
    assert own.contacts["key"].tolist() == [P1, P2, P2, "z"]
    assert own.rejects["key"].to_dict() == {9: P2, 7: "", 8: "z"}
    assert own.shared.lines == (2, 3, 4, 7, 9) and own.shared.unheard == (2, 7)
