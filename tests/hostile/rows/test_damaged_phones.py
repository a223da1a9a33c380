"""Phones as people and spreadsheets damage them: the number that it was, or a reject.

Each case goes through `normalise`, and once more through a CSV file and the source that reads it,
where quotes, encodings and line breaks do their part.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest

from connectors.sources.delimited.csv_file import CsvFile
from schemas.sync_file import SyncFile
from sendersync.transforms.normalise import normalise

US = "+12065550142"
GB = "+447911123456"
AT = "+436641234567"
DE = "+4915112345678"

LOST = "phone_digits_lost"
NO_NUMBER = "phone_not_a_number"
ANY = "any reject"

CASES: list[tuple[str, str, str, str]] = [
    # (hazard, cell, country, the number that it was or the reason)
    ("apostrophe", "'+12065550142", "", US),
    ("apostrophe, typographic", "\u2019+12065550142", "", US),
    ("apostrophe, national", "'07911123456", "GB", GB),
    ("formula", '="+12065550142"', "", US),
    ("formula, no plus", '="2065550142"', "US", US),
    ("formula, apostrophe inside", '="\'+447911123456"', "", GB),
    ("plus lost", "12065550142", "US", US),
    ("plus lost", "447911123456", "GB", GB),
    ("plus lost, no country", "12065550142", "", ANY),
    ("plus lost, landline of that area too", "4915112345678", "DE", ANY),
    ("zero lost", "7911123456", "GB", GB),
    ("zero lost", "6641234567", "AT", AT),
    ("zero lost, no country", "7911123456", "", ANY),
    ("00", "0012065550142", "GB", US),
    ("00", "00447911123456", "GB", GB),
    ("00, with blanks", "00 43 664 1234567", "AT", AT),
    ("011 from the US", "011 44 7911 123456", "US", GB),
    ("(0)", "+44 (0)7911 123456", "", GB),
    ("full-width", "＋１２０６５５５０１４２", "", US),
    ("full-width, national", "０７９１１　１２３４５６", "GB", GB),
    ("Arabic-Indic", "+٤٤٧٩١١١٢٣٤٥٦", "", GB),
    ("Persian", "+۴۴۷۹۱۱۱۲۳۴۵۶", "", GB),
    ("Devanagari", "+४४७९१११२३४५६", "", GB),
    ("Bengali", "+৪৪৭৯১১১২৩৪৫৬", "", GB),
    ("Thai", "+๔๔๗๙๑๑๑๒๓๔๕๖", "", GB),
    ("zero-width space", "\u200b+1206\u200b5550142\u200b", "", US),
    ("zero-width joiners", "+1\u200c206\u200d5550142", "", US),
    ("byte order mark", "\ufeff+12065550142", "", US),
    ("soft hyphen", "+1206\u00ad5550142", "", US),
    ("bidi marks, as iPhones copy", "\u202d+12065550142\u202c", "", US),
    ("no-break space", "+1\u00a0206\u00a0555\u00a00142", "", US),
    ("narrow no-break space", "+44\u202f7911\u202f123456", "", GB),
    ("ideographic space", "+1\u3000206\u3000555\u30000142", "", US),
    ("en dash", "206\u2013555\u20130142", "US", US),
    ("no-break hyphen", "206\u2011555\u20110142", "US", US),
    ("minus sign", "206\u2212555\u22120142", "US", US),
    ("tab around", "\t+12065550142\t", "", US),
    ("label", "Tel: +12065550142", "", US),
    ("label", "Tel.: 07911 123456", "GB", GB),
    ("label", "Mobile: +44 7911 123456", "", GB),
    ("label of Meta's lead forms", "p:+447911123456", "", GB),
    ("label of Meta's lead forms, with a space", "p: +44 7911 123456", "", GB),
    ("label, German", "Handy 0664 1234567", "AT", AT),
    ("label, link", "tel:+12065550142", "", US),
    ("label, link", "tel:+1-206-555-0142", "", US),
    ("label, sign", "☎ +12065550142", "", US),
    ("note", "+12065550142 (mobile)", "", US),
    ("note", "07911 123456 (work)", "GB", GB),
    ("note, Spanish", "+12065550142 (móvil)", "", US),
    ("note, unknown", "+12065550142 (ask for Bob)", "", ANY),
    ("extension", "+1 206-555-0142 ext. 12", "", US),
    ("extension", "+12065550142x12", "", US),
    ("extension", "+12065550142;ext=12", "", US),
    ("extension", "(206) 555-0142 #12", "US", US),
    ("two numbers, slash", "+12065550142 / +447911123456", "", ANY),
    ("two numbers, comma", "2065550142, 2065550143", "US", ANY),
    ("two numbers, semicolon", "+12065550142;+12065550143", "", ANY),
    ("two numbers, or", "2065550142 or 2065550143", "US", ANY),
    ("two numbers, blank", "2065550142 2065550143", "US", ANY),
    ("two numbers, lines", "+12065550142\n+447911123456", "", ANY),
    ("the same twice", "+12065550142 / 206-555-0142", "US", US),
    ("last digits of another", "0664 1234567/8", "AT", ANY),
    ("thousands, commas", "12,065,550,142", "US", US),
    ("thousands, dots", "447.911.123.456", "GB", GB),
    ("thousands, apostrophes", "12'065'550'142", "US", US),
    ("thousands, decimals", "12,065,550,142.00", "US", US),
    (".0", "12065550142.0", "US", US),
    (".0", "2065550142.0", "US", US),
    (".00", "447911123456.00", "GB", GB),
    (",0", "12065550142,0", "US", US),
    (".5", "2065550142.5", "US", ANY),
    ("scientific, all digits", "1.2065550142E+10", "US", US),
    ("scientific, all digits", "4.47911123456E+11", "GB", GB),
    ("scientific, comma", "4,47911123456E+11", "GB", GB),
    ("scientific, small e", "4.47911123456e11", "GB", GB),
    ("scientific, lost", "1.20656E+10", "US", LOST),
    ("scientific, lost", "4.47911E+11", "GB", LOST),
    ("scientific, lost, comma", "4,47911E+11", "GB", LOST),
    ("scientific, lost, short", "4E+11", "GB", LOST),
    ("scientific, shown and saved", "447911000000", "GB", LOST),
    ("scientific, negative", "1.2E-10", "US", ANY),
    ("error cell", "#N/A", "US", "phone_missing"),
    ("error cell", "#####", "US", NO_NUMBER),
    ("word", "none", "US", "phone_missing"),
    ("hidden digits", "+1206555****", "", ANY),
    ("a letter for a zero", "2O6-555-0142", "US", ANY),
    ("date", "2026-11-22", "US", ANY),
    # links: the international number without its plus, or a reject
    ("link, wa.me", "https://wa.me/6591234567", "US", "+6591234567"),
    ("link, wa.me", "wa.me/6598765432", "", "+6598765432"),
    ("link, wa.me with a text", "https://wa.me/447911123456?text=Hi%2012", "US", GB),
    ("link, wa.me of a national number", "https://wa.me/07911123456", "GB", ANY),
    ("link, wa.me of an account", "https://wa.me/message/ABC123", "GB", ANY),
    ("link, send", "https://api.whatsapp.com/send?phone=6591234568", "", "+6591234568"),
    ("link, send", "https://api.whatsapp.com/send/?text=a&phone=%2B6591234568", "", "+6591234568"),
    ("link, account", "6591234569@c.us", "", "+6591234569"),
    ("link, account", "436641234567@s.whatsapp.net", "US", AT),
    ("link, whatsapp:", "whatsapp:6591234560", "", "+6591234560"),
    ("link, whatsapp: from Twilio", "whatsapp:+6591234560", "US", "+6591234560"),
    ("link, viber", "viber://chat?number=%2B6591234560", "", "+6591234560"),
    ("link, tel without plus", "tel:447911123456", "US", GB),
    ("link, tel, national", "tel:07911123456", "GB", GB),
    ("link, tel, a number in both", "tel:4915112345678", "DE", ANY),
    ("link, sms", "sms:+12065550142?body=Code%204711", "", US),
    ("link, another page", "https://zoom.us/j/2065550142", "US", ANY),
    ("link, another page with a plus", "https://example.com/+12065550142", "", ANY),
    ("link, an e-mail", "2065550142@example.com", "US", ANY),
    # digits beside the number
    ("tail, bracket", "57123453 (95)", "US", ANY),
    ("tail, bracket", "206 555 012 (3)", "US", ANY),
    ("tail, bracket", "612 34 81 53 (1)", "US", ANY),
    ("tail, bracket, range", "20655501 (9-5)", "US", ANY),
    ("tail, bracket, words", "2065550 (2nd) 12", "US", ANY),
    ("tail, square bracket", "0664 123456 [7]", "AT", ANY),
    ("tail, slash", "206555014/2", "US", ANY),
    ("tail, slash", "0664 12345/67", "AT", ANY),
    ("tail, slash, four digits", "206555/0142", "US", ANY),
    ("tail, dash", "0664 123456-7", "AT", ANY),
    ("tail, blank", "0171-1234567 1", "DE", ANY),
    ("tail, blank", "+43 664 1234567 8", "AT", ANY),
    ("bracket before", "(0664) 1234567", "AT", AT),
    ("bracket before, trunk", "8 (912) 345-67-89", "RU", "+79123456789"),
    ("bracket before, code", "0043 (664) 1234567", "DE", AT),
    ("slash before", "0664/1234567", "AT", AT),
    ("slash before, code", "+43/664/1234567", "", AT),
    ("word, Room", "Room 12 043 240 487", "US", ANY),
    ("word, Desk", "Desk 1 206 555 0123", "US", ANY),
    ("word, Gate", "Gate 12 06 555 0123", "US", ANY),
    ("word, Unit", "Unit 1206 5550123", "US", ANY),
    ("word, Zimmer", "Zimmer 6 641234567", "AT", ANY),
    ("word, extension before", "ext 206 555 0142", "US", ANY),
    ("word, behind", "2065550142 Room 3", "US", ANY),
    ("label of another language", "тел. 07911 123456", "GB", GB),
    # zeros that belong to the number, codes that stand there twice
    ("zero kept, Italy", "+39 (0)312 3456719", "IT", ANY),
    ("zero kept, Ascension", "+247 (0)40459", "AC", ANY),
    ("zero kept, Italy, one reading", "+39 (0)6 6982 1234", "IT", "+390669821234"),
    ("zero not kept, Austria", "+43 (0) 664 1234567", "AT", AT),
    ("code doubled, Germany", "+494915123452068", "DE", ANY),
    ("code doubled, Indonesia", "+6262218350976", "ID", ANY),
    ("code doubled, Kosovo", "+38338343240487", "XK", ANY),
    ("code doubled, 00", "+43 0043 664 1234567", "AT", ANY),
    ("code doubled, no number else", "+44447911123456", "GB", ANY),
    ("own code behind a way to dial abroad", "02486487004", "SC", ANY),
    # exporters' lists and labels
    ("list, labelled", "Mobile: +12065550142 ::: Work: +12065550199", "", US),
    ("list, noted", "0664/1234567 (mobil), 01/5861234 (büro)", "AT", AT),
    ("list, labelled, lines", "Mobile: 0664 1234567\nFax: 01 5861234", "AT", AT),
    ("list, the same twice", "+1 206 555 0142 ::: (206) 555-0142", "US", US),
    ("list, no label", "+12065550142 ::: +12065550143", "", ANY),
    ("list, two mobiles", "Mobile: 0664 1234567; Cell: 0664 1234568", "AT", ANY),
    ("list, one label", "0664 1234567; Mobile: 0664 1234568", "AT", ANY),
    ("list, no mobile", "Work: 0664 1234567; Home: 01 5861234", "AT", ANY),
    ("only marks", "\u200b\u00a0", "US", "phone_missing"),
]
"""`any reject`: which of the reasons it gets is not the point; that nobody is texted is."""


def sync_of() -> SyncFile:
    """Every kind of number is allowed, so that only the reading is looked at."""
    return SyncFile.model_validate(
        {
            "sync": "damage",
            "source": {"kind": "csv", "path": "x.csv"},
            "columns": {"phone": "Phone", "country": "Country"},
            "sender_code": "1",
            "line_types": ["mobile", "fixed_line_or_mobile", "fixed_line", "unknown", "voip"],
        }
    )


def ends(frame: pd.DataFrame) -> list[str]:
    """What became of each row, in order: a number, or a reason."""
    read = normalise(frame.rename_axis("line"), sync_of())
    found = pd.concat([read.contacts["phone"], read.rejects["reason"]])
    return [str(found[line]) for line in frame.index]


def wrong(found: list[str]) -> list[str]:
    """Rows that ended otherwise than they must."""
    return [
        f"{hazard}: {cell!r} in {country or 'no country'} is {end}, not {must}"
        for (hazard, cell, country, must), end in zip(CASES, found, strict=True)
        if not (end == must or (must == ANY and not end.startswith("+")))
    ]


@pytest.mark.parametrize("case", CASES, ids=[case[0] for case in CASES])
def test_a_damaged_phone_is_what_it_was_or_a_reject(case: tuple[str, str, str, str]) -> None:
    """Never somebody else's number: through `normalise`, alone in its column."""
    frame = pd.DataFrame({"Phone": [case[1]], "Country": [case[2]]}, dtype="str")
    (end,) = ends(frame)
    assert end == case[3] or (case[3] == ANY and not end.startswith("+")), end


def test_company_in_the_column_changes_nothing() -> None:
    """All of them in one column end as each does alone."""
    phones, countries = [case[1] for case in CASES], [case[2] for case in CASES]
    assert not wrong(ends(pd.DataFrame({"Phone": phones, "Country": countries}, dtype="str")))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_file_on_the_way_changes_nothing(tmp_path: Path, encoding: str, delimiter: str) -> None:
    """Through a CSV file in several dialects: quotes and line breaks in cells are cells."""
    path = tmp_path / "damaged.csv"
    with path.open("w", encoding=encoding, newline="") as text:
        writer = csv.writer(text, delimiter=delimiter)
        writer.writerow(["Phone", "Country", "Name"])
        writer.writerows([cell, country, "Ann"] for _, cell, country, _ in CASES)
    (records,) = CsvFile(path).read()
    assert not len(records.malformed) and records.complete
    assert not wrong(ends(records.frame))


def test_every_hazard_of_the_list_has_a_case() -> None:
    """The list of the issue, hazard by hazard."""
    named = " ".join(case[0] for case in CASES)
    for hazard in (
        *("apostrophe", "formula", "plus lost", "zero lost", "00", "full-width", "Arabic-Indic"),
        *("Devanagari", "zero-width", "no-break", "label", "(mobile)", "extension", "two numbers"),
        *("thousands", ".0", "scientific, lost", "scientific, all digits"),
    ):
        assert hazard in named or any(hazard in case[1] for case in CASES), hazard
