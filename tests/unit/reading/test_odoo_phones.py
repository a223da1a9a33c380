"""The mapped number beside the one that Odoo judges: which is which, and what its blacklist says."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from connectors.sources.odoo.sanitized_phones import (
    NOT_JUDGED,
    SanitizedPhoneCheck,
    is_same_number,
)
from sendersync.transforms.cells.flags import doubtful, truthy


@pytest.mark.parametrize(
    ("phone", "sanitized", "differs", "unreadable"),
    [
        ("(206) 555-0123", "+12065550123", 0, 0),
        ("+1 206 555 0123", "+12065550123", 0, 0),
        ("0151 2345678", "+491512345678", 0, 0),
        ("206 555 0199", "+12065550123", 1, 0),
        ("206 555 0123", False, 0, 1),
        ("call me", "+12065550199", 1, 0),
        (False, False, 0, 0),
        ("", "+12065550199", 0, 0),
    ],
)
def test_what_differs_is_counted(
    phone: object, sanitized: object, differs: int, unreadable: int
) -> None:
    """A national number is the end of its international form; anything else is told."""
    check = SanitizedPhoneCheck(["phone"])
    check.look({"phone": phone, "mobile": "+12065550123", "phone_sanitized": sanitized})
    assert (check.differs, check.unreadable) == (differs, unreadable)
    notes = check.notes()
    assert len(notes) == differs + unreadable
    assert not [note for note in notes if "555" in note or note.endswith(".")]


@pytest.mark.parametrize(
    ("written", "sanitized", "same"),
    [
        ("+44 (0)20 7946 0018", "+442079460018", True),
        ("020 7946 0018", "+442079460018", True),
        ("0044 20 7946 0018", "+442079460018", True),
        ("06 1234 5678", "+390612345678", True),
        ("0549 886377", "+3780549886377", True),
        ("٢٠٦ ٥٥٥ ٠١٢٣", "+12065550123", True),
        ("555 0123", "+12065550123", False),
        ("+1 206 555 0199", "+12065550123", False),
        ("+44 7700 900123", "+47700900123", False),
        ("0", "+12065550120", False),
        ("call me", "+12065550123", False),
        ("206 555 0123", "", False),
    ],
)
def test_two_spellings_of_one_number_are_known(written: str, sanitized: str, *, same: bool) -> None:
    """Only a calling code of up to three digits may be missing; a shared ending is not enough."""
    assert is_same_number(written, sanitized) is same


MINE, OTHER = "+12065550123", "+12065550199"


@pytest.mark.parametrize(
    ("mapped", "partner", "cell"),
    [
        # Odoo judged the mapped number: its answer counts, whichever field shows it
        ("phone", {"phone": MINE, "phone_sanitized": MINE, "phone_blacklisted": True}, "true"),
        ("mobile", {"mobile": MINE, "phone_sanitized": MINE, "mobile_blacklisted": True}, "true"),
        (
            "mobile",
            {"mobile": MINE, "phone_sanitized": MINE, "phone_sanitized_blacklisted": True},
            "true",
        ),
        ("phone", {"phone": "206 555 0123", "phone_sanitized": MINE}, "false"),
        ("phone_sanitized", {"phone": OTHER, "phone_sanitized": MINE}, "false"),
        (
            "phone_sanitized",
            {"mobile": MINE, "phone_sanitized": MINE, "phone_sanitized_blacklisted": True},
            "true",
        ),
        # Odoo judged the other number of two
        ("phone", {"phone": MINE, "mobile": OTHER, "phone_sanitized": OTHER}, NOT_JUDGED),
        (
            "phone",
            {"phone": MINE, "phone_sanitized": OTHER, "phone_sanitized_blacklisted": True},
            NOT_JUDGED,
        ),
        ("x_whatsapp", {"x_whatsapp": MINE, "phone_sanitized": OTHER}, NOT_JUDGED),
        # Odoo could read none
        ("phone", {"phone": "206 555 0123", "phone_sanitized": False}, NOT_JUDGED),
        # nobody to text
        ("phone", {"phone": False, "mobile": OTHER, "phone_sanitized": OTHER}, "false"),
    ],
)
def test_the_mapped_numbers_own_blacklist_decides(
    mapped: str, partner: dict[str, Any], cell: str
) -> None:
    """An answer about another number is no answer: its cell is neither a yes nor a no, and told."""
    check = SanitizedPhoneCheck([mapped])
    assert check.blacklisted(partner) == cell
    told = [note for note in check.notes() if "phone: phone_sanitized" in note]
    assert bool(told) is (cell == NOT_JUDGED)
    assert not [note for note in told if "555" in note]


def test_a_number_that_was_not_judged_is_withheld() -> None:
    """The word for it is no word that means yes, and none that means no."""
    cells = pd.Series([NOT_JUDGED], dtype="str")
    assert doubtful(cells).all()
    assert not truthy(cells).any()
