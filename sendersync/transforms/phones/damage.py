"""What people and spreadsheets do to a phone number, one cell at a time.

Two results are right: the number that it was, or a reject. So a repair is made only where the
cell can have been one number alone, and a number that the library reads is refused where the cell
may have meant another. Where the library rejects, its reason stands.

| damage | example | what is done |
| --- | --- | --- |
| marks nobody sees, other scripts' digits | bidi marks, Devanagari | taken away, translated |
| scientific notation | `4.41E+11` | digits lost; repaired where all digits are there |
| stored as a decimal, grouped by thousands | `12065550142.0`, `12,065,550,142` | repaired |
| six digits and then zeros | `441234000000` | digits lost, where it is a number at all |
| a line break inside | `+43`, `664 123456` | joined, unless one line is a number of its own |
| two numbers | `a / b`, `a;b`, `a` over `b` | refused, unless they are the same |
| digits hidden or unsure | `+49 30 1234**`, `xxx-555-0142`, `0171 123456?` | refused |
| letters between or next to digits | `O5O-234-5678`, `0171 12345x` | refused |
| a word in place of digits | `1-800-FLOWERS` | as the library says, toll-free numbers of +1 only |
| a label, a note | `Mobile: ...`, `... (home)` | left out; a note only if we know its word |
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
from sendersync.transforms.cells.visible_text import visible_text
from sendersync.transforms.phones.library import Reading, country_code, read_number, rejected

_SCIENTIFIC: Final = re.compile(r"([+-]?)(\d+)(?:[.,](\d*))?[eE]([+-]?\d{1,3})")
_DECIMAL: Final = re.compile(r"(\+?\d{5,})[.,](\d+)")
_THOUSANDS: Final = re.compile(
    r"(\d{1,3}(?:,\d{3}){2,}|\d{1,3}(?:'\d{3}){2,})(?:\.0+)?|(\d{1,3}(?:\.\d{3}){2,}),0+"
)
_NEGATIVE: Final = re.compile(r"-\d+(?:[.,]\d+)?|-?[.,]\d+")
_DATE: Final = re.compile(
    r"(?:19|20)\d\d([-./])(?:0?[1-9]|[12]\d|3[01])\1(?:0?[1-9]|[12]\d|3[01])"
    r"|(?:0?[1-9]|[12]\d|3[01])([-./])(?:0?[1-9]|[12]\d|3[01])\2(?:19|20)\d\d"
)
_MACHINE: Final = re.compile(
    r"(?!\d\d\.\d\d\.\d\d\.\d\d$)(?:(?:1?\d?\d|2[0-4]\d|25[0-5])(?:\.|$)){4}"
)
_CUT_OFF: Final = re.compile(r"[1-9]\d{5}0{5,}")
"""A spreadsheet shows eleven digits and more with six of them, and saves what it shows."""

_NOTE: Final = re.compile(
    r"\s*[(\[]\s*(?:home|work|mobile|mob|cell|cellular|office|private|personal|business|main|sms|"
    r"text|whatsapp|h|w|m|c|o|privat|mobil|handy|b\u00fcro|casa|m\u00f3vil|movil|celular|trabajo|"
    r"bureau|maison|travail|portable)\.?\s*[)\]]$",
    re.IGNORECASE,
)
_SAME_TWICE: Final = re.compile(r"\s*(?:[;,/|&\n]|\bor\b)\s*", re.IGNORECASE)

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
_LAST_WORD: Final = re.compile(r"[^\W\d_]+$")
_WORDS: Final = re.compile(r"[^\W\d_]+")
_LIKE_DIGITS: Final = frozenset("oilszbgq")
_JOINT: Final = re.compile(r"/| - |(?<=\d) ?[(\[]|\.(?=(?:0+|\d)$)")
"""Where one number may end and something else begin: 1234567/8, 1234567 (2), 1234567.0."""

_COUNTED: Final = re.compile(r"\d([ ().-]+)(?=\d)")
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
    return _spreadsheet(text.strip("=\"' "), region) or _lines(text, region)


def _spreadsheet(text: str, region: str) -> Reading | None:
    """Cells that are a number to a spreadsheet; None for all others."""
    if found := _SCIENTIFIC.fullmatch(text):
        return _scientific(found, region)
    if found := _THOUSANDS.fullmatch(text):
        return _line(re.sub(r"[,.']", "", found[1] or found[2]), region)
    if _NEGATIVE.fullmatch(text) or _DATE.fullmatch(text) or _MACHINE.fullmatch(text):
        return _refused(read_number(text, region))
    if not (found := _DECIMAL.fullmatch(text)):
        return None
    whole, fraction = found[1], found[2]
    if fraction == "0":
        return _line(whole, region)
    if not fraction.strip("0"):  # 12065550142.00, but 040123.4500 with its zeros is a number too
        return _agreed(_line(whole, region), _line(text, region))
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
        return _same(alone) or joined
    digits = sum(map(str.isdigit, lines[-1]))
    if digits < _LEAST_LAST_LINE or any(one.phone not in ("", joined.phone) for one in alone):
        return _refused(joined)
    return joined


def _line(text: str, region: str) -> Reading:
    """One line: what the library reads, where nothing speaks against it."""
    text = _NOTE.sub("", text)
    reading = read_number(text, region)
    if reading.reason:
        parts = _SAME_TWICE.split(text)
        again = _same([_line(part, region) for part in parts]) if len(parts) > 1 else None
        return again or (reading if _BARE.fullmatch(text) else reading._replace(today=""))
    if _CUT_OFF.fullmatch(text):
        return rejected(Reason.PHONE_DIGITS_LOST)
    if _VANITY.fullmatch(text):
        toll_free = reading.line_type == LineType.TOLL_FREE and reading.phone.startswith("+1")
        return reading if toll_free else _refused(reading)
    found = _PLAIN.fullmatch(text)
    if found is None or _HIDDEN.search(found["label"]) or _HIDDEN.search(found["body"]):
        return _refused(reading)
    others = _other_readings(text, found, region)
    if others is None or any(other.phone not in ("", reading.phone) for other in others):
        return _refused(reading)
    return reading


def _other_readings(text: str, found: re.Match[str], region: str) -> list[Reading] | None:
    """What the line might be as well; None where it is beyond saying."""
    label, body = found["label"], found["body"]
    others = [read_number(body[: cut.start()], region) for cut in _JOINT.finditer(body)]
    if "x" in (found["mark"] or "").lower().strip(" ,:.-"):  # 0664 1234x78: a digit taken out?
        others += [read_number(f"{body}{digit}{found['more']}", region) for digit in range(10)]
    words = [word.lower() for word in _WORDS.findall(label)]
    if any(set(word) <= {"x"} or (len(word) > 1 and set(word) <= set("oil")) for word in words):
        return None  # xxx-555-0142, OO 34550847: digits that were taken out, or are letters
    if body.startswith("+"):
        return others
    if touching := _LAST_WORD.search(label):
        word = touching.group().lower()
        if word == "o":  # a zero, and the library drops it
            as_zero = read_number(label[:-1] + "0" + text[len(label) :], region)
            if as_zero.reason:
                return None
            others.append(as_zero)
        elif len(word) < 3 or set(word) <= _LIKE_DIGITS:
            return None
    if counted := _COUNTED.match(body):  # Tel 2 0171 1234567, or 2) 0171 1234567: the second one
        rest = body[counted.end() :]
        if words and rest.startswith("0"):
            return None
        if words or rest.startswith("0") or counted[1].rstrip("(") not in ("", " ", "-", "."):
            others.append(read_number(rest, region))
    if re.sub(r"\D", "", body).startswith(country_code(region)):  # its own code, or an area's
        others.append(read_number(f"+{body}", region))
    return others


def _agreed(one: Reading, other: Reading) -> Reading:
    """Two ways to read a cell: the one that is a number, if not both are, and differ."""
    if one.reason or other.reason:
        return other if one.reason and not other.reason else one
    return one if one.phone == other.phone else _refused(one)


def _same(readings: list[Reading]) -> Reading | None:
    """One number, written more than once; None when it is not so."""
    phones = {reading.phone for reading in readings}
    return readings[0] if len(phones) == 1 and "" not in phones else None


def _refused(reading: Reading) -> Reading:
    """A reading that the cell does not bear out; where there is none, its reason stands."""
    return reading if reading.reason else rejected(Reason.PHONE_NOT_A_NUMBER)
