"""Phones against the truth table, and named cases of what happens to them on the way here."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pandas as pd
import phonenumbers
import pytest

from schemas.reasons import Reason
from sendersync.transforms.cells.sentinels import is_no_value
from sendersync.transforms.cells.visible_text import visible_text
from sendersync.transforms.phones.normalise_phones import normalise_phones, phone_metadata_version
from tests.truth.phone_spellings import texts

TRUTH = Path(__file__).parents[2] / "truth" / "phones.csv"

REASON_OF_CLASS = {
    "": "",
    "not_a_number": "phone_not_a_number",
    "too_short": "phone_too_short",
    "local_only": "phone_too_short",  # without its area code: digits are missing
    "too_long": "phone_too_long",
    "invalid": "phone_invalid",
    "invalid_length": "phone_invalid",  # between two possible lengths: too short or too long
    "invalid_country_code": "phone_invalid",
}
"""What Google's classes are called here; `country` of numbers without one (001) is empty."""

OURS = {"": "phone_missing", "4.47911E+11": "phone_digits_lost", "1.20E+10": "phone_digits_lost"}
"""Cells that we know more of than "not a number": the contract has a reason of their own."""

NEWER_PLAN = {"+229012021123"}
"""Benin took its old lengths back between metadata 9.0.35 (the table) and ours: a reject in both,
too short in ours."""

STRANGER_BY_REGION = [("82 12 34", "GL")]
"""A number of Wallis and Futuna in a row that says Greenland, where the same digits are a landline
in its usual spelling. No reader of the cell can know; the table does not gate on it either."""


@pytest.fixture(scope="module")
def truth() -> pd.DataFrame:
    """The table, our reading beside it (columns of `normalise_phones`)."""
    with TRUTH.open(encoding="utf-8", newline="") as file:
        table = pd.DataFrame(list(csv.DictReader(file)), dtype="str")
    table["raw"] = texts([json.loads(cell) for cell in table["raw_json"]])
    table["gate"] = (table["stable"] == "all3") & (table["py_port_9_0_43"] == "same")
    return pd.concat([table, normalise_phones(table["raw"], table["default_region"])], axis=1)


def _show(rows: pd.DataFrame) -> str:
    return rows[["raw_json", "default_region", "expected_e164", "phone", "reason"]].to_string()


def test_truth_numbers_agree_in_every_cell(truth: pd.DataFrame) -> None:
    """Where three libraries read a number, we read it, with its type and its country."""
    rows = truth[truth["gate"] & (truth["expected_e164"] != "")]
    wrong = rows[
        (rows["phone"] != rows["expected_e164"])
        | (rows["line_type"] != rows["number_type"].str.lower())
        | (rows["country"] != rows["number_region"].replace("001", ""))
        | (rows["reason"] != "")
    ]
    assert len(rows) > 1_000
    assert wrong.empty, _show(wrong)


def test_truth_rejects_agree_in_their_reason(truth: pd.DataFrame) -> None:
    """Where three libraries read no number in an undamaged cell, neither do we, for one reason."""
    rows = truth[truth["gate"] & (truth["expected_e164"] == "") & (truth["origin_e164"] == "")]
    expected = rows["raw"].map(OURS).fillna(rows["reject_class"].map(REASON_OF_CLASS))
    expected = expected.mask(rows["raw"].map(visible_text).map(is_no_value), "phone_missing")
    wrong = rows[(rows["phone"] != "") | (rows["reason"] != expected)]
    wrong = wrong[~(wrong["raw"].isin(NEWER_PLAN) & (wrong["phone"] == ""))]
    assert len(rows) > 100
    assert wrong.empty, _show(wrong)


def test_truth_damage_never_makes_a_stranger(truth: pd.DataFrame) -> None:
    """A damaged number is the number that it was, or a reject: over every row, gated or not."""
    rows = truth[truth["origin_e164"] != ""]
    strangers = rows[(rows["phone"] != "") & (rows["phone"] != rows["origin_e164"])]
    known = list(zip(strangers["raw"], strangers["default_region"], strict=True))
    assert known == STRANGER_BY_REGION, _show(strangers)
    assert not strangers["gate"].any()


@pytest.mark.parametrize(
    "category",
    [
        "excel_sci_full",
        "excel_float",
        "excel_thousands",
        "newline",
        "suffix_note",
        "excel_formula",
        "excel_apostrophe",
        "zero_width",
        "bidi",
        "fullwidth",
        "devanagari",
        "arabic_indic",
    ],
)
def test_truth_damage_that_is_mended(truth: pd.DataFrame, category: str) -> None:
    """Damage that leaves one number possible is mended, in every row of its kind."""
    rows = truth[truth["category"] == category]
    assert (rows["phone"] == rows["origin_e164"]).all(), _show(rows)


@pytest.mark.parametrize("library_only", [False, True])
def test_truth_is_the_same_without_the_columns(truth: pd.DataFrame, library_only: bool) -> None:
    """The switch that runs the library alone changes nothing."""
    ours = truth[["phone", "country", "line_type", "reason", "needs_region", "today"]]
    again = normalise_phones(truth["raw"], truth["default_region"], library_only=library_only)
    pd.testing.assert_frame_equal(ours, again)


US = "+12065550142"
GB = "+447400123456"
DE = "+4915123456789"

READ = [
    # spellings
    ("+1 206-555-0142", "", US),
    ("(206) 555-0142", "US", US),
    ("206.555.0142", "US", US),
    ("1-206-555-0142", "US", US),
    ("12065550142", "US", US),
    ("+1 (206) 555-0142 ", "GB", US),
    ("07400 123456", "GB", GB),
    ("7400123456", "GB", GB),
    ("447400123456", "GB", GB),
    ("0044 7400 123456", "FR", GB),
    ("011 44 7400 123456", "US", GB),
    ("(+44) 7400 123456", "", GB),
    ("+44 (0)7400 123456", "", GB),
    ("tel:+44-7400-123456;ext=12", "", GB),
    ("++447400123456", "", GB),
    ("0151/23456789", "DE", DE),
    ("Mobil: 0151 23456789", "DE", DE),
    ("tel. 0151-23456789", "DE", DE),
    ("8 (912) 345-67-89", "RU", "+79123456789"),
    ("011 15-2345-6789", "AR", "+5491123456789"),
    ("6 01 02 03 04", "FR", "+33601020304"),
    # marks
    ("+44\u202f7400\u2009123456", "", GB),
    ("\ufeff+447400123456", "", GB),
    ("\ufe6244 7400 123456", "US", GB),
    ("\u0660\u0667\u0664\u0660\u0660\u0661\u0662\u0663\u0664\u0665\u0666", "GB", GB),
    ("\u260e 07400 123456", "GB", GB),
    ("\U0001f1ec\U0001f1e7 +44 7400 123456", "", GB),
    ("\u202d+44\u200e7400\u200b123456\u202c", "", GB),
    # spreadsheets
    ('="+447400123456"', "", GB),
    ("'+447400123456", "", GB),
    ("=+447400123456", "", GB),
    ("447400123456.0", "GB", GB),
    ("447400123456.00", "GB", GB),
    ("7400123456,0", "GB", GB),
    ("15123456789.0", "DE", DE),
    ("4.47400123456E+11", "GB", GB),
    ("4,47400123456E+11", "GB", GB),
    ("12,065,550,142", "US", US),
    ("12'065'550'142", "US", US),
    ("12.065.550.142,00", "US", US),
    # people
    ("+1 206-555-0142 x123", "", US),
    ("206-555-0142 ext. 12", "US", US),
    ("206-555-0142 #12", "US", US),
    ("+44 7400 123456 (mobile)", "", GB),
    ("+44 7400\n123456", "", GB),
    ("Mobile\n+44 7400 123456", "", GB),
    ("O7400 123456", "GB", GB),
    ("206-555-0142 / 206-555-0142", "US", US),
    (f"{GB};{GB}", "", GB),
    ("2065550142\n+12065550142", "US", US),
    ("Mobile 1 206-555-0142", "US", US),
    ("1) 206-555-0142", "US", US),
    ("1-800-FLOWERS", "US", "+18003569377"),
    ("1-800-GOT-JUNK", "US", "+18004685865"),
    # what a spreadsheet made of it, with all of its digits
    ("'447400123456.0", "GB", GB),
    ("447400123456E0", "GB", GB),
    ("4.474001234560E+11", "GB", GB),
    # dots between digits, where the last part is no fraction
    ("01512.3456789", "DE", DE),
    # lines of one number, each too short alone
    ("+43 664\n12\n34567", "", "+436641234567"),
    ("0664 123\n4567", "AT", "+436641234567"),
    ("tel:447400123456", "GB", GB),
    ("800-FLOWERS", "US", "+18003569377"),
    # a dot that is a mark, though a spreadsheet would take it for a decimal one
    ("206555.0142", "US", US),
    ("20655501.42", "US", US),
    ("206555.0000", "US", "+12065550000"),
    # an extension that cannot be digits of the number; a second number that is none; many times one
    ("0664 12345x78901", "AT", "+4366412345"),
    ("mobile 206-555-0142 / x", "US", US),
    ("; ".join(["206-555-0142"] * 18), "US", US),
]


@pytest.mark.parametrize(("raw", "region", "phone"), READ)
def test_read(raw: str, region: str, phone: str) -> None:
    """A spelling that can be one number only is that number."""
    result = normalise_phones(texts([raw]), texts([region])).iloc[0]
    assert (result["phone"], result["reason"]) == (phone, "")


REFUSED = {
    Reason.PHONE_MISSING: [("", "US"), ("  \t", "US"), ("\u200b\u00a0", "")],
    Reason.PHONE_DIGITS_LOST: [
        ("4.41E+11", "GB"),
        ("4,41E+11", "GB"),
        ("4.479E11", "GB"),
        ("4.40000000000E+11", "GB"),
        ("447400000000", "GB"),
        ("447400000000.0", "GB"),
        ("447,400,000,000", "GB"),
        ("2.06556E+09", "US"),
    ],
    Reason.PHONE_TOO_SHORT: [
        ("-902", "US"),
        ("1.2.3.4", "US"),
        ("2026-1-2", "US"),
        ("555-0142", "US"),
        ("xxx-555-0142", "US"),
        ("+44 7400", ""),
        ("12345.00", "GB"),
        # zeros behind the dot are no digits of the number, in whatever form the column has them
        ("20655501.00", "US"),
        ("20655501,00", "US"),
        ("2065550.000", "US"),
        ("=20655501.00", "US"),
        ("20,655,501.00", "US"),
    ],
    Reason.PHONE_TOO_LONG: [
        ("4111 1111 1111 1111", "US"),
        ("1" * 300, "US"),
        ("; ".join(["206-555-0142"] * 19), "US"),
        ("2065550142\n2065550143", "US"),
    ],
    Reason.PHONE_INVALID: [
        ("+1 555 555 5555", ""),
        ("12065550142", ""),
        ("+99999999999", ""),
        ("2065550142", "XX"),
    ],
    Reason.PHONE_NOT_A_NUMBER: [
        ("206555014.2", "US"),
        ("no phone", "US"),
        ("?", ""),
        ("#REF!", "GB"),
        ("jane.doe@example.com", "US"),
        # two numbers
        ("2065550142;2065550143", "US"),
        ("2065550142, 2065550143", "US"),
        ("40123;40124", "AC"),
        ("2065550142,,123", "US"),
        ("0171 1234567/8", "DE"),
        ("030 1234567 - 68", "DE"),
        ("+49 30 1234\n5678", ""),
        ("+49 30 1234567\n8", ""),
        ("0171 12345 [67]", "DE"),
        ("0501234/567", "AE"),
        ("0701234/5/67", "AF"),
        # digits hidden or unsure
        ("+49 30 1234**", ""),
        ("+49 30 1234????", ""),
        ("+49 30 1234\u2026", ""),
        ("+49 30 1234--", ""),
        ("*31*0612345678", "NL"),
        ("xxx 211234", "FO"),
        ("\u25cf\u25cf 211234", "FO"),
        ("+49 30 1234?", ""),
        # letters for digits
        ("O5O-234-5678", "IL"),
        ("83l2 3456", "CR"),
        ("l2065550142", "US"),
        ("OO 34550847", "EG"),
        ("01 23456X890", "AT"),
        ("206-555-0142x", "US"),
        ("206-CALL-NOW", "US"),
        ("1-206-FLOWERS", "US"),
        ("812-FLOWERS", "US"),
        ("206-555-0142X", "US"),
        # scientific notation that is no whole number
        ("4.47400123456789E+11", "GB"),
        ("-4.47400123456E+11", "GB"),
        ("44740012345600E-2", "GB"),
        ("0800 FLOWERS", "GB"),
        ("7400-123456;phone-context=+44", "GB"),
        # counted
        ("2) 0171 1234567", "DE"),
        ("2 0171 1234567", "DE"),
        ("2) 664 123456", "AT"),
        ("1. (022) 12345", "IE"),
        ("01 234567890 (2)", "AT"),
        ("+43 1 234567890.0", ""),
        # a plus left out, where the digits are a landline of the region too
        ("4915123456789", "DE"),
        ("4915123456789.0", "DE"),
        # the region's own code behind zeros that dial abroad, and a number of Tunisia or Congo
        ("00821670177904", "KR"),
        ("0082435722657", "KR"),
        ("Mobil 2 0171 1234567", "DE"),
        # other things that are digits
        ("2026-11-22", "DK"),
        ("22.11.2026", "DK"),
        ("22/11/2026", "DK"),
        ("-20261122", "DK"),
        ("198.51.100.7", "FR"),
        ("2026112.2", "DK"),
        (".20261122", "DK"),
    ],
}


@pytest.mark.parametrize(
    ("reason", "raw", "region"),
    [(reason, *cell) for reason, cells in REFUSED.items() for cell in cells],
)
def test_refused(reason: Reason, raw: str, region: str) -> None:
    """A cell that holds no number, or may hold another's, is rejected with its reason."""
    result = normalise_phones(texts([raw]), texts([region])).iloc[0]
    assert (result["phone"], result["reason"]) == ("", reason)


@pytest.mark.parametrize(
    ("raw", "region", "needs"),
    [
        ("07400 123456", "", True),
        ("12065550142", "", True),
        ("0044 7400 123456", "", True),
        ("2065550142", "XX", True),
        ("07400 123456", "GB", False),
        ("+99999999999", "", False),
        ("+44 7400", "", False),
        ("n/a", "", False),
        ("4.41E+11", "", False),
        ("", "", False),
    ],
)
def test_needs_region(raw: str, region: str, needs: bool) -> None:
    """Only digits without a country code, in no region we know, ask for a country."""
    result = normalise_phones(texts([raw]), texts([region])).iloc[0]
    assert result["needs_region"] == needs


def test_the_region_is_the_numbers_own() -> None:
    """The country is the region of the number itself, not the one it was read in."""
    raw = texts(["+14165550123", "07400 123456", "+7 701 123 4567", "+800 1234 5678"])
    result = normalise_phones(raw, texts(["US", "JE", "RU", "US"]))
    assert result["country"].tolist() == ["CA", "GB", "KZ", ""]
    assert (result["reason"] == "").all()


def test_the_index_and_the_dtypes_stay() -> None:
    """The result has the source's index, Arrow-backed text, and as many rows, none too."""
    raw = pd.Series([US, "", "07400 123456"], index=[7, 3, 9], dtype="str")
    region = pd.Series(["", "", "GB"], index=[7, 3, 9], dtype="str")
    for rows in (3, 0):
        result = normalise_phones(raw.iloc[:rows], region.iloc[:rows])
        assert result.index.equals(raw.index[:rows])
        assert [str(dtype) for dtype in result.dtypes] == ["str"] * 4 + ["bool", "str"]
        assert result["phone"].dtype == pd.StringDtype("pyarrow", na_value=float("nan"))


def test_more_rows_than_are_read_at_once() -> None:
    """The batches inside do not show: a long column is its parts, one after the other."""
    raw, region = (
        texts([US, "07400 123456", "?", ""] * 10_000),
        texts(["", "GB", "US", ""] * 10_000),
    )
    result = normalise_phones(raw, region)
    assert result["phone"].tolist() == ["+12065550142", GB, "", ""] * 10_000
    assert result["reason"].value_counts().to_dict() == {
        "": 20_000,
        "phone_not_a_number": 10_000,
        "phone_missing": 10_000,
    }


def test_the_metadata_version_is_the_librarys() -> None:
    """Caches are salted with the version of the numbering plans."""
    assert phone_metadata_version() == phonenumbers.__version__
