"""The second opinion that Odoo gives on phones."""

from __future__ import annotations

import pytest

from connectors.sources.odoo.sanitized_phones import SanitizedPhoneCheck


@pytest.mark.parametrize(
    ("phone", "mobile", "sanitized", "differs", "unreadable"),
    [
        ("(206) 555-0123", False, "+12065550123", 0, 0),
        ("+1 206 555 0123", False, "+12065550123", 0, 0),
        ("0151 2345678", False, "+491512345678", 0, 0),
        ("206 555 0199", "206 555 0123", "+12065550123", 0, 0),
        ("206 555 0123", False, "+12065550199", 1, 0),
        ("206 555 0123", False, False, 0, 1),
        ("call me", False, "+12065550199", 1, 0),
        (False, False, False, 0, 0),
        ("", False, "+12065550199", 0, 0),
    ],
)
def test_what_differs_is_counted(
    phone: object, mobile: object, sanitized: object, differs: int, unreadable: int
) -> None:
    """A national number is the end of its international form; anything else is told."""
    opinion = SanitizedPhoneCheck()
    opinion.look({"phone": phone, "mobile": mobile, "phone_sanitized": sanitized})
    assert (opinion.differs, opinion.unreadable) == (differs, unreadable)
    notes = opinion.notes()
    assert len(notes) == differs + unreadable
    assert not [note for note in notes if "555" in note or note.endswith(".")]
