"""Faults that were reported in public for other tools, each by its number: what its rows become."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from connectors.sources.registry import open_file
from schemas.sync_file import SyncFile
from sendersync.pipeline.check.check_source import check
from sendersync.pipeline.one_off.one_off import completed

CASES = Path(__file__).parent / "cases"

ZERO_DATES = {
    "columns": {
        "key": "id",
        "phone": "mobile",
        "consent": "sms_opted_in_at",
        "opted_out": "sms_opted_out_at",
    },
    "words": {"consent": {"filled_means_yes": True}, "opted_out": {"filled_means_yes": True}},
}
CODES = {"columns": {"key": "id", "phone": "phone", "country": "country code"}}
GROUPED = {
    "columns": {"phone": "Mobile", "first_name": "First name", "country": "Country"},
    "default_country": "US",
}
ITALY = {
    "columns": {"key": "ID", "phone": "Telefono", "first_name": "Nome"},
    "default_country": "IT",
}
FALSE = {
    "columns": {
        "key": "External ID",
        "phone": "Mobile",
        "email": "Email",
        "first_name": "First name",
        "country": "Country",
    },
    "default_country": "US",
}


def _ends(name: str, keys: dict[str, Any]) -> list[str]:
    """What becomes of each row, in order: its number, or the reason why it is no contact."""
    spec = {"sync": "case", "sender_code": "12065551212", "source": {"kind": "csv", "path": name}}
    found = check(open_file(CASES / name), SyncFile.model_validate({**spec, **keys}))
    return [each.after["phone"] if each.end == "accepted" else each.end for each in found.samples]


@pytest.mark.parametrize(
    ("name", "keys", "ends"),
    [
        (
            "02-zero-dates.csv",
            ZERO_DATES,
            ["+12065550141", "no_consent", "no_consent", "opted_out", "no_consent", "no_consent"],
        ),
        ("02-zero-dates-backslash-n.csv", ZERO_DATES, ["+12065550141", "no_consent"]),
        (
            "06-calling-code-as-country.csv",
            CODES,
            ["+250781234567", "+59161234567", "+250781234568", "+12065550141", "+12065550142"],
        ),
        (
            "07-merged-country-cells.xlsx",
            GROUPED,
            ["+528125550142", "+523325550144", "+525515550145", "+12065550141", "+12065550143"],
        ),
        (
            "07-merged-country-cells.csv",
            GROUPED,
            [
                "+528125550142",
                "country_unknown",
                "country_unknown",
                "+12065550141",
                "+12065550143",
            ],
        ),
        (
            "09-lost-zero.csv",
            ITALY,
            ["phone_digits_lost", "phone_invalid", "+393123456789", "+393123456780"],
        ),
        (
            "09-lost-zero-as-text.csv",
            ITALY,
            ["phone_not_mobile", "phone_not_mobile", "+393123456789", "+393123456780"],
        ),
        (
            "17-cells-that-say-false.xlsx",
            FALSE,
            ["+12065550141", "+12065550142", "+12065550143", "phone_missing"],
        ),
    ],
)
def test_each_row_of_a_case_becomes_what_was_decided(
    name: str, keys: dict[str, Any], ends: list[str]
) -> None:
    """Nobody is texted for a date that means none, at another country's number, or by a lost zero."""
    assert _ends(name, keys) == ends


def test_17_nobody_is_greeted_as_false() -> None:
    """A boolean where text belongs is blank, in the name, the e-mail and the country."""
    spec = {"sync": "case", "sender_code": "12065551212", "source": {"kind": "excel", "path": "x"}}
    sync = SyncFile.model_validate({**spec, **FALSE})
    found = check(open_file(CASES / "17-cells-that-say-false.xlsx"), sync).samples
    sent = [(each.after["email"], each.after["first_name"]) for each in found if each.after]
    assert sent == [("ann@example.com", "Ann"), ("", "Bob"), ("cy@example.com", "")]


@pytest.mark.parametrize(
    ("name", "field", "column"),
    [
        ("27-two-flags.csv", "opted_out", "do_not_sms"),
        ("27-two-flags-with-a-stop.csv", "opted_out", "do_not_sms"),
        ("70-actionnetwork-can2_phone.csv", "phone", "can2_phone"),
        ("72-odoo-country_id.csv", "country", "country_id"),
        ("75-eventbrite-group.csv", "group", None),
        ("75-eventbrite-group.csv", "phone", "Cell Phone"),
    ],
)
def test_columns_of_known_exports_are_what_they_say(
    name: str, field: str, column: str | None
) -> None:
    """The flag that names texts wins, and a team is no SMS group."""
    _, found = completed(open_file(CASES / name), {})
    assert found.columns.get(field) == column
