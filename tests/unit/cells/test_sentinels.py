"""Whole cells that a program writes where a value is missing."""

from __future__ import annotations

import unicodedata

import pandas as pd
import pyarrow as pa
import pytest

from schemas.reasons import Reason
from sendersync.transforms.cells.emails import normalise_emails
from sendersync.transforms.cells.flags import doubtful, truthy
from sendersync.transforms.cells.sentinels import is_no_key, no_keys
from sendersync.transforms.cells.texts import clean_text
from sendersync.transforms.countries.normalise_countries import normalise_countries
from sendersync.transforms.phones.normalise_phones import normalise_phones

MARKS = [
    *("NULL", "null", "Null", "(null)", "<NULL>", r"\N", "#N/A", "#n/a", "N/A", "n/a"),
    *("None", "none", "nan", "NaN", "NaT", "-", "--", "\u2014", " NULL ", "\u00a0-\u00a0"),
    *("#NV", "#N/D", "#Н/Д", "(blank)", "(leer)", "(vide)", "(en blanco)", "<empty>"),
]
FALSE = [
    "FALSE",
    "False",
    "false",
    "0",
    "0.0",
    "FALSCH",
    "FAUX",
    "FALSO",
    "ONWAAR",
    "FALSKT",
    "ЛОЖЬ",
]
ERRORS = ["#REF!", "#VALUE!", "#BEZUG!", "#NOM?", "#¡VALOR!", "#NAAM?", "#ИМЯ?"]


def text(cells: list[str]) -> pd.Series:
    """A column of them."""
    return pd.Series(cells, dtype="str")


@pytest.mark.parametrize("cell", [*MARKS, *FALSE])
def test_a_mark_for_nothing_is_no_value(cell: str) -> None:
    """As an e-mail, a country and a phone it is a blank cell, and no broken one."""
    emails, countries = normalise_emails(text([cell])), normalise_countries(text([cell]))
    assert emails.iloc[0].tolist() == ["", True]
    assert countries.iloc[0].tolist() == ["", True]
    phones = normalise_phones(text([cell]), text(["US"]))
    assert phones["reason"].item() == Reason.PHONE_MISSING and not phones["needs_region"].item()


@pytest.mark.parametrize("cell", MARKS)
def test_a_mark_for_nothing_is_no_answer(cell: str) -> None:
    """As an opt-out or a consent it is neither a yes nor a doubt."""
    assert not truthy(text([cell])).item() and not doubtful(text([cell])).item()


@pytest.mark.parametrize(
    "cell",
    [
        *("NULL", "NONE", "NAN", "NaN", "NaT", r"\N", "#N/A", "N/A", "-", "--", " - ", "<null>"),
        *("#NV", "(blank)", "(leer)", *ERRORS),
        *FALSE,
    ],
)
def test_a_mark_for_nothing_is_no_name(cell: str) -> None:
    """Nobody is greeted by it."""
    assert clean_text(text([cell, "Ann"])).tolist() == ["", "Ann"]


@pytest.mark.parametrize("cell", ERRORS)
def test_a_value_that_a_spreadsheet_lost_is_no_answer_and_no_no(cell: str) -> None:
    """Who opted out may have stood there: it is unclear, and nobody is added for it."""
    assert doubtful(text([cell])).item() and not truthy(text([cell])).item()
    assert normalise_phones(text([cell]), text(["US"]))["reason"].item() != Reason.PHONE_MISSING


@pytest.mark.parametrize(
    "name", ["Null", "null", "Faux", "Nan", "None", "Na", "Nat", "Null Island", "O"]
)
def test_a_person_may_be_called_so(name: str) -> None:
    """A word that is also a name is a mark in capitals only, and only as the whole cell."""
    assert clean_text(text([name])).item() == name


def test_namibia_is_a_country() -> None:
    """NA in capitals is a code, and in other spellings it may be meant so: not understood."""
    read = normalise_countries(text(["NA", "na", "n.a."]))
    assert read["country"].tolist() == ["NA", "", ""]
    assert read["understood"].tolist() == [True, False, False]


@pytest.mark.parametrize(
    "key",
    [
        *("", "0", "00", "000-000", "0.0", "NULL", "null", "N/A", "NA", "none", "None", "Unknown"),
        *("-", "--", "\u2013", "?", "#REF!", r"\N", "nan", "FALSE", "unbekannt", "Inconnu"),
        *(
            "no id",
            "Not set",
            "sin id",
            "nicht vorhanden",
            "x",
            "XXX",
            "no",
            "нет",
            "guest checkout",
        ),
        *("Guest", "Gast", "invitado", "Anonymous", "-1", "n/d", "kein"),
        *("\u4e0d\u660e", "00000000-0000-0000-0000-000000000000", " - "),
    ],
)
def test_a_placeholder_identifies_nobody(key: str) -> None:
    """A key is blank where a program or a person wrote that there is none."""
    assert is_no_key(key) and no_keys(pa.array([key], pa.large_string())).to_pylist() == [True]


@pytest.mark.parametrize(
    "key",
    [
        "1",
        "007",
        "-17",
        "Guest 7",
        "Gastner",
        "X1",
        "no 7",
        "NO-1234",
        "C0",
        "A-0",
        "Nulli",
        "nonesuch",
        "\u674e",
        "\u0661",
        "ann@example.com",
    ],
)
def test_everything_else_may_identify_somebody(key: str) -> None:
    """A digit or a letter more makes a key, in any script."""
    assert not is_no_key(key) and no_keys(pa.array([key], pa.large_string())).to_pylist() == [False]


def test_a_column_of_keys_is_read_as_its_cells_are() -> None:
    """Each character of the basic plane is judged alike, alone and in a column."""
    known = [chr(n) for n in range(0x10000) if unicodedata.category(chr(n)) not in ("Cn", "Cs")]
    cells = [f"0{char}" for char in known]
    assert no_keys(pa.array(cells, pa.large_string())).to_pylist() == [is_no_key(c) for c in cells]
