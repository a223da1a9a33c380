"""What people and spreadsheets do to a phone number, one cell at a time.

Two results are right: the number that it was, or a reject. So a repair is made only where the
cell can have been one number alone, and a number that the library reads is refused where the cell
may have meant another. Where the library rejects, its reason stands.

| damage | example | what is done |
| --- | --- | --- |
| marks nobody sees, other scripts' digits | bidi marks, Devanagari | taken away, translated |
| scientific notation | `4.41E+11` | digits lost; repaired where all digits are there |
| stored as a decimal, grouped by thousands | `12065550142.00`, `12,065,550,142` | whole number |
| six digits and then zeros | `441234000000` | digits lost, where it is a number at all |
| a line break inside | `+43`, `664 123456` | joined, unless one line is a number of its own |
| two numbers | `a / b`, `a;b`, `a ::: b` | refused, unless the same, or one is labelled mobile |
| a link | `wa.me/6591234567`, `tel:...`, `...@c.us` | the number in it, or refused |
| digits beside the number | `57123453 (95)`, `.../8`, `Room 12 ...` | refused |
| a zero kept, a code doubled | `+39 (0)312 ...`, `+4949...` | refused where both are numbers |
| digits hidden or unsure | `+49 30 1234**`, `xxx-555-0142`, `0171 123456?` | refused |
| letters between or next to digits | `O5O-234-5678`, `0171 12345x` | refused |
| a word in place of digits | `1-800-FLOWERS` | as the library says, toll-free numbers of +1 only |
| a label, a note | `Mobile: ...`, `... (home)` | left out, if we know the word |
| an extension | `... ext. 45`, `... x45`, `...;ext=45` | left out; without its label, refused |
| the plus left out | `4915123456789` in DE, where that is a landline too | refused where both are |
| a date, a machine's address, a negative | `2026-11-22`, `192.168.0.1`, `-902` | refused |
"""

from __future__ import annotations

import re
from typing import Final

from schemas.reasons import Reason
from schemas.sync_file import LineType
from sendersync.transforms.cells.sentinels import is_no_value
from sendersync.transforms.cells.visible_text import SCIENTIFIC, visible_text
from sendersync.transforms.phones.label_words import MOBILE_WORDS, PHONE_WORDS
from sendersync.transforms.phones.library import Reading, read_number, rejected
from sendersync.transforms.phones.links import Link, read_link
from sendersync.transforms.phones.other_readings import other_readings

_DECIMAL: Final = re.compile(r"(\+?\d{5,})[.,](\d+)")
_THOUSANDS: Final = re.compile(
    r"(\d{1,3}(?:,\d{3}){2,}|\d{1,3}(?:'\d{3}){2,})(?:\.0+)?|(\d{1,3}(?:\.\d{3}){2,}),0+"
)
_NEGATIVE: Final = re.compile(r"-\d+(?:[.,]\d+)?|-?[.,]\d+")
_DATE: Final = re.compile(  # not those of `cells.dates`: phones are written as 12.34.56, too
    r"(?:19|20)\d\d([-./])(?:0?[1-9]|[12]\d|3[01])\1(?:0?[1-9]|[12]\d|3[01])"
    r"|(?:0?[1-9]|[12]\d|3[01])([-./])(?:0?[1-9]|[12]\d|3[01])\2(?:19|20)\d\d"
)
_MACHINE: Final = re.compile(
    r"(?!\d\d\.\d\d\.\d\d\.\d\d$)(?:(?:1?\d?\d|2[0-4]\d|25[0-5])(?:\.|$)){4}"
)
_DECIMAL_PLACES: Final = 3
"""Zeros behind a decimal dot are a number format's up to here: `20655501.00` is eight digits. In
`206555.0000` they are a line's own."""

_CUT_OFF: Final = re.compile(r"[1-9]\d{5}0{5,}")
"""A spreadsheet shows eleven digits and more with six of them, and saves what it shows."""

_NOTE: Final = re.compile(r"\s*[(\[]\s*([^\W\d_]+)\.?\s*[)\]]$")
_LISTS: Final = (
    re.compile(r"\s*:::\s*"),  # Google Contacts
    re.compile(r"\s*[;|\n]\s*"),
    re.compile(r"\s*,\s*"),
    re.compile(r"\s*(?:[;,/|&\n]|\bor\b)\s*", re.IGNORECASE),
)
"""How several numbers stand in one cell, the marks that no number has in it first."""

_WORDS: Final = re.compile(r"[^\W\d_]+")

_BARE: Final = re.compile(r"\+?[\d ().\-]+")
"""One number and nothing else: enough to say what an old one is today."""

_BODY: Final = r"(?:\++ ?[(\[]?)?\d[\d ().\-/\[\]]*\d"
_EXTENSION: Final = (
    r";ext=|[ ,]*(?:e?xt(?:ensi(?:o\u0301?|\u00f3))?n?|\u0434\u043e\u0431|anexo|int|x|#)[:.]?[ ,-]*"
)
_PLAIN: Final = re.compile(
    rf"(?P<label>[^\d+]*)(?P<body>{_BODY})(?:(?P<mark>{_EXTENSION})(?P<more>\d{{1,5}})#?)?"
    r"[\s)\]}>\"']*[-.,;:!|/]?[\s)\]}>\"']*",
    re.IGNORECASE,
)
_HIDDEN: Final = re.compile(
    r"[-.]{2}|_|[^\w\s=:.,;'\"()\[\]{}<>/&\\+\-"
    "\u260e\u260f\u2706\ufe0f\U0001f4de\U0001f4f1\U0001f4f2"  # telephones
    "\U0001f1e6-\U0001f1ff]"  # flags
)
_VANITY: Final = re.compile(
    r"(?=[^A-Z]*[A-Z])(?:\+?1[-. ]?)?(?:\(8\d\d\)|8\d\d)[-. ]?[\dA-Z](?:-?[\dA-Z]){6}"
)

_LEAST_LAST_LINE: Final = 4
"""Digits: a shorter last line may be an extension, a room, an age."""

_LONGEST_CELL: Final = 250
"""The library reads nothing longer; here it also bounds what a cell can cost."""


def read_cell(raw: str, region: str) -> Reading:
    """The one number that a cell holds, or why there is none.

    Args:
        raw: The cell as the source gave it.
        region: Alpha-2, upper case; empty for none.
    """
    text = visible_text(raw)
    if is_no_value(text):
        return rejected(Reason.PHONE_MISSING)
    if len(text) > _LONGEST_CELL:
        return rejected(Reason.PHONE_TOO_LONG)
    text = text.strip("=\"' ") or text
    if link := read_link(text):
        return _link(link, region)
    return _spreadsheet(text, region) or _lines(text, region)


def _link(link: Link, region: str) -> Reading:
    """The number of a link: with its country code, or in either way where nothing says which."""
    abroad = _line(f"+{link.number.lstrip('+ ')}", "")
    if link.international or link.number.startswith("+"):
        return abroad
    if abroad.reason:
        return _line(link.number, region)
    return _agreed(read_number(link.number, region), abroad)


def _spreadsheet(text: str, region: str) -> Reading | None:
    """Cells that are a number to a spreadsheet; None for all others."""
    if found := SCIENTIFIC.fullmatch(text):
        return _scientific(found, region)
    if found := _THOUSANDS.fullmatch(text):
        return _line(re.sub(r"[,.']", "", found[1] or found[2]), region)
    if _NEGATIVE.fullmatch(text) or _DATE.fullmatch(text) or _MACHINE.fullmatch(text):
        return _refused(read_number(text, region))
    if not (found := _DECIMAL.fullmatch(text)):
        return None
    whole, fraction = found[1], found[2]
    if not fraction.strip("0"):  # but 040123.4500 with its zeros is a number too
        reading = _line(whole, region)
        if len(fraction) <= _DECIMAL_PLACES:
            return reading
        return _agreed(reading, _line(text, region))
    return _refused(read_number(text, region)) if len(fraction) == 1 else None


def _scientific(found: re.Match[str], region: str) -> Reading:
    sign, exponent = found[1], int(found[4])
    digits, fraction = found[2] + (found[3] or ""), found[3] or ""
    size = len(digits) - len(fraction) + exponent
    if sign == "-" or exponent < 0 or digits[size:].strip("0"):
        return rejected(Reason.PHONE_NOT_A_NUMBER)
    whole = digits[:size]
    if size > len(digits) or whole.endswith("0000"):
        return rejected(Reason.PHONE_DIGITS_LOST)
    return _line(sign + whole, region)


def _lines(text: str, region: str) -> Reading:
    """A cell of one line, or of several that may be one number."""
    lines = [line for line in map(str.strip, text.split("\n")) if line]
    if len(lines) == 1:
        return _line(lines[0], region)
    joined = _line(" ".join(lines), region)
    alone = [_line(line, region) for line in lines]
    if joined.reason:
        return _one_of(lines, alone) or joined
    digits = sum(map(str.isdigit, lines[-1]))
    if digits < _LEAST_LAST_LINE or any(one.phone not in ("", joined.phone) for one in alone):
        return _refused(joined)
    return joined


def _line(text: str, region: str) -> Reading:
    """One line: what the library reads, where nothing speaks against it."""
    whole = text
    if (note := _NOTE.search(text)) and note[1].casefold() in PHONE_WORDS:
        text = text[: note.start()]
    reading = read_number(text, region)
    if reading.reason:
        again = _listed(whole, region)
        return again or (reading if _BARE.fullmatch(text) else reading._replace(today=""))
    if _CUT_OFF.fullmatch(text):
        return rejected(Reason.PHONE_DIGITS_LOST)
    if _VANITY.fullmatch(text):
        toll_free = reading.line_type == LineType.TOLL_FREE and reading.phone.startswith("+1")
        return reading if toll_free else _refused(reading)
    found = _PLAIN.fullmatch(text)
    if found is None or _HIDDEN.search(found["label"]) or _HIDDEN.search(found["body"]):
        return _listed(whole, region) or _refused(reading)
    extension = (found["mark"] or "", found["more"] or "")
    others = other_readings(text, found["label"], found["body"], extension, reading.phone, region)
    if others is None or any(other.phone not in ("", reading.phone) for other in others):
        return _refused(reading)
    return reading


def _listed(text: str, region: str) -> Reading | None:
    """The one number of a list; None where the line is none, or holds several."""
    for separator in _LISTS:
        parts = [part for part in separator.split(text) if part]
        if len(parts) > 1:
            one = _one_of(parts, [_line(part, region) for part in parts])
            if one:
                return one
    return None


def _one_of(parts: list[str], readings: list[Reading]) -> Reading | None:
    """One number written more than once, or the one labelled as the mobile among labelled ones."""
    phones = {reading.phone for reading in readings}
    if len(phones) == 1 and "" not in phones:
        return readings[0]
    labels = [{word.casefold() for word in _WORDS.findall(part)} for part in parts]
    mobile = [one for one, words in zip(readings, labels, strict=True) if words & MOBILE_WORDS]
    return mobile[0] if len(mobile) == 1 and mobile[0].phone and all(labels) else None


def _agreed(one: Reading, other: Reading) -> Reading:
    """Two ways to read a cell: the one that is a number, if not both are, and differ."""
    if one.reason or other.reason:
        return other if one.reason and not other.reason else one
    return one if one.phone == other.phone else _refused(one)


def _refused(reading: Reading) -> Reading:
    """A reading that the cell does not bear out; where there is none, its reason stands."""
    return reading if reading.reason else rejected(Reason.PHONE_NOT_A_NUMBER)
