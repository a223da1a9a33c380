"""Lists of people to stop: which columns beside the phone hold more of their phones."""

from __future__ import annotations

import pandas as pd
import pytest

from sendersync.transforms.mapping.suggest import further_phones

ONE, TWO = "+12065550101", "+442079460018"

THEIRS = {
    "a second number": ("Phone 2", [ONE, ""]),
    "another word for a phone": ("Mobile", [ONE, "see notes"]),
    "the same name again": ("phone (2)", [ONE, TWO]),
    "another": ("Other phone", [ONE, TWO]),
    "at work": ("Work phone", ["", TWO]),
    "in another language": ("Teléfono 2", [ONE, TWO]),
    "empty as far as it was seen": ("Phone 3", ["", ""]),
    "by its cells alone": ("Backup", [ONE, TWO]),
}
PERHAPS = {
    "somebody else's": ("Spouse phone", [ONE, TWO]),
    "in an emergency": ("Emergency contact", [ONE, TWO]),
    "digits that may be anything": ("Handset", ["2065550101", "2065550102"]),
    "phones and other things": ("Reached at", [ONE, "by e-mail"]),
}
NO_PHONES = {
    "a fax": ("Fax number", [ONE, TWO]),
    "what kind of phone": ("Phone type", ["Mobile", "Work"]),
    "numbers of another kind": ("Order ID", ["2065550101", "2065550102"]),
    "a day": ("Date", ["20261128", "20261129"]),
    "the sender's own number": ("To", [ONE, ONE]),
    "the sender's own number, by name": ("Sender code", [ONE]),
    "a name": ("First name", ["Ann", "Bo"]),
    "empty": ("Notes", ["", ""]),
}


def _columns(column: str, cells: list[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    sample = pd.DataFrame({"phone": [ONE] * len(cells), column: cells}, dtype="str")
    found = further_phones([*sample.columns], sample, ["phone"])
    return found.own, found.perhaps


@pytest.mark.parametrize(("column", "cells"), THEIRS.values(), ids=THEIRS)
def test_a_column_that_surely_holds_phones_is_theirs(column: str, cells: list[str]) -> None:
    """By a word of its name, or by nearly all of its cells."""
    assert _columns(column, cells) == ((column,), ())


@pytest.mark.parametrize(("column", "cells"), PERHAPS.values(), ids=PERHAPS)
def test_a_column_that_may_hold_phones_is_for_a_person(column: str, cells: list[str]) -> None:
    """Another person's number is not stopped unasked, and a phone is not left out unasked."""
    assert _columns(column, cells) == ((), (column,))


@pytest.mark.parametrize(("column", "cells"), NO_PHONES.values(), ids=NO_PHONES)
def test_a_column_without_phones_is_not_asked_about(column: str, cells: list[str]) -> None:
    """No list is refused for a column that nobody would take for a phone."""
    assert _columns(column, cells) == ((), ())
