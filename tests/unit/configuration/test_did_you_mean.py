"""Which known name a misspelt one was meant to be."""

from __future__ import annotations

import pytest

from schemas.did_you_mean import nearest


@pytest.mark.parametrize(
    ("word", "known", "meant"),
    [
        ("Mobil", ["Email", "Mobile", "Country"], "Mobile"),
        ("firstname", ["first_name", "phone"], "first_name"),
        ("SENDER CODE", ["source", "sender_code"], "sender_code"),
        ("max-stop-shares", ["max_stops", "max_stop_share"], "max_stop_share"),
        ("Telephone ", ["telefon", "Telephone", "email"], "Telephone"),
        ("Prenom", ["Prénom", "Nom"], "Prénom"),
        ("1) Phone -->", ["email", "phone"], "phone"),
        ("xyzzy", ["first_name", "phone"], None),
        ("???", ["first_name", "phone"], None),
        ("phone", [], None),
    ],
)
def test_the_nearest_name_is_offered(word: str, known: list[str], meant: str | None) -> None:
    """A misspelt name finds the one that was meant, and nonsense finds none."""
    assert nearest(word, known) == meant
