"""Which known name a misspelt one was meant to be."""

from __future__ import annotations

import pytest

from schemas.did_you_mean import did_you_mean, nearest, nearest_names


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


@pytest.mark.parametrize(
    ("word", "known", "meant"),
    [
        ("sms_opt", ["sms_opt_in", "sms_opt_out", "email"], ("sms_opt_in", "sms_opt_out")),
        ("phone_no", ["phone_no2", "phone_no1", "fax"], ("phone_no1", "phone_no2")),
        ("updatd_at", ["created_at", "updated_at"], ("updated_at",)),
        ("xyzzy", ["first_name", "phone"], ()),
    ],
)
def test_names_that_are_about_as_near_are_all_offered(
    word: str, known: list[str], meant: tuple[str, ...]
) -> None:
    """Nobody is led to the opt-in where the opt-out is as near."""
    assert tuple(sorted(nearest_names(word, known))) == meant


@pytest.mark.parametrize(
    ("word", "near", "says"),
    [
        ("Mobil", ["Mobile"], "Did you mean 'Mobile'?"),
        ("a", ["a1", "a2"], "Did you mean 'a1' or 'a2'?"),
        ("a", ["a1", "a2", "a3"], "Did you mean 'a1', 'a2' or 'a3'?"),
        ("a", [], ""),
        ("T\u00e9l", ["Te\u0301l"], 'that do not show: write "Te\\u0301l".'),
        ("Phone No", ["Phone\u00a0No"], 'that do not show: write "Phone\\u00a0No".'),
        ("Phone", ["Phone "], 'that do not show: write "Phone ".'),
        ("Phone", ["\u200bPhone"], 'that do not show: write "\\u200bPhone".'),
    ],
)
def test_the_question_says_how_to_write_what_looks_the_same(
    word: str, near: list[str], says: str
) -> None:
    """A person cannot see a Unicode form, and YAML reads the escape."""
    assert did_you_mean(word, near).endswith(says)
