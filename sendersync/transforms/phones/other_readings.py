"""What else a line may have meant, beside the number that the library reads in it.

A number is taken only where every other reading gives the same number or none. Some lines are
beyond saying: digits that belong to a word, a bracket or a slash behind the number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

from sendersync.transforms.phones.label_words import PHONE_WORDS
from sendersync.transforms.phones.library import Reading, country_code, read_number

_LAST_WORD: Final = re.compile(r"[^\W\d_]+$")
_WORDS: Final = re.compile(r"[^\W\d_]+")
_LIKE_DIGITS: Final = frozenset("oilszbgq")
_JOINT: Final = re.compile(r"/| - |(?<=\d) ?[(\[]|\.(?=(?:0+|\d)$)")
"""Where one number may end and something else begin: 1234567/8, 1234567 (2), 1234567.0."""

_LONE_DIGIT: Final = re.compile(r"(?<=\d\d) +\d$")
_COUNTED: Final = re.compile(r"(?:\d|[1-9]\d)([ ().-]+)(?=\d)")
_LONE_ZERO: Final = re.compile(r"(?<=\d)[ .\-/]*[(\[] ?0 ?[)\]]|(?<=\d)[ .\-/]+0(?=[ .\-/])")
_MOST_BEFORE_A_BRACKET: Final = 3
"""Digits: a country code, or a dialling prefix; behind more than that a bracket is a tail."""

_MOST_BEFORE_A_SLASH: Final = 6
_LEAST_BEHIND_A_SLASH: Final = 5
_COUNTRY_CODES: Final = frozenset(map(str, COUNTRY_CODE_TO_REGION_CODE))
_FROM_ABROAD: Final = re.compile(r"\+ ?[(\[]?|00(?:11)?|011|010|810")


def other_readings(
    text: str, label: str, body: str, extension: tuple[str, str], phone: str, region: str
) -> list[Reading] | None:
    """What a line might be as well.

    Args:
        text: The line.
        label: Its beginning, up to the number.
        body: The number, with its marks.
        extension: The mark of an extension behind it, and its digits; empty for none.
        phone: What the library reads: E.164.
        region: Alpha-2, upper case; empty for none.

    Returns:
        Other readings, rejects among them; None where it is beyond saying what the line means.
    """
    if _has_tail(body) or _hides_digits(label):
        return None
    others = [read_number(body[: cut.start()], region) for cut in _JOINT.finditer(body)]
    if alone := _LONE_DIGIT.search(body):  # 0171-1234567 1: is it the number's, or a remark?
        others.append(read_number(body[: alone.start()], region))
    mark, digits = extension
    if "x" in mark.lower().strip(" ,:.-"):  # 0664 1234x78: a digit taken out?
        others += [read_number(f"{body}{digit}{digits}", region) for digit in range(10)]
    if _LONE_ZERO.search(body):  # +39 (0)312 3456719: with the zero a landline, without a mobile
        others.append(read_number(_LONE_ZERO.sub(" ", body), region))
    others += _without_doubled_code(phone, body)
    if body.startswith("+"):
        return others
    behind_label = _behind_label(text, label, body, region)
    if behind_label is None:
        return None
    others += behind_label
    return others + _own_code(re.sub(r"\D", "", body), phone, region)


def _own_code(digits: str, phone: str, region: str) -> list[Reading]:
    """What begins with the region's own code, its plus or zeros lost, or with an area like it.

    02486487004 in the Seychelles: 02 is a way to dial abroad there, and 248 is their own code.
    """
    code = country_code(region)
    if digits.startswith(code):
        return [read_number(f"+{digits}", region)]
    zeros = re.match(rf"00?(?={code})", digits)
    if zeros and not phone.startswith(f"+{code}"):
        return [read_number(f"+{digits[zeros.end() :]}", region)]
    return []


def _hides_digits(label: str) -> bool:
    """xxx-555-0142, OO 34550847: digits that were taken out, or are letters."""
    words = [word.lower() for word in _WORDS.findall(label)]
    return any(set(word) <= {"x"} or (len(word) > 1 and set(word) <= set("oil")) for word in words)


def _has_tail(body: str) -> bool:
    """Whether digits stand behind the number in brackets, behind a slash, or alone at the end."""
    abroad = _FROM_ABROAD.match(body)
    prefix = len(re.sub(r"\D", "", abroad.group())) if abroad else 0
    for bracket in re.finditer(r"(?<=\d)[ .\-/]*[(\[]", body):
        digits = len(re.sub(r"\D", "", body[: bracket.start()])) - prefix
        if digits > _MOST_BEFORE_A_BRACKET:
            return True
    if re.search(r"[.\-/]\d$", body):
        return True
    parts = [re.sub(r"\D", "", part) for part in body.split("/")]
    if len(parts) == 1:
        return False
    before = len(parts[0]) - prefix - (_MOST_BEFORE_A_BRACKET if abroad else 0)
    least = _LEAST_BEHIND_A_SLASH if len(parts) == 2 else 2  # 206/555/0142, 06/12/34/56/78
    return before > _MOST_BEFORE_A_SLASH or len(parts[-1]) < least


def _without_doubled_code(phone: str, body: str) -> Iterator[Reading]:
    """+49 49 1512 345678, +49 0049 1512 ...: the number that follows a second country code."""
    code = _code_of(phone[1:])
    if phone.startswith(f"+{code}{code}"):
        yield read_number(f"+{phone[1 + len(code) :]}", "")
    if abroad := _FROM_ABROAD.match(body):
        digits = re.sub(r"\D", "", body[abroad.end() :])
        code = _code_of(digits)
        if found := re.match(rf"{code}(?:00|011){code}", digits):
            yield read_number(f"+{code}{digits[found.end() :]}", "")


def _code_of(digits: str) -> str:
    """The country code that an international number begins with; `-` where there is none."""
    return next((digits[:n] for n in (1, 2, 3) if digits[:n] in _COUNTRY_CODES), "-")


def _behind_label(text: str, label: str, body: str, region: str) -> list[Reading] | None:
    """Readings that leave the first digits to the word before them; None for an unknown word."""
    words = _WORDS.findall(label)
    if touching := _LAST_WORD.search(label):
        word = touching.group().lower()
        if word == "o":  # a zero, and the library drops it
            as_zero = read_number(label[:-1] + "0" + text[len(label) :], region)
            return None if as_zero.reason else [as_zero]
        if len(word) < 3 or set(word) <= _LIKE_DIGITS:
            return None
    if any(word.casefold() not in PHONE_WORDS for word in words):
        return None  # Room 12 043 240 487
    if counted := _COUNTED.match(body):  # Tel 2 0171 1234567, or 2) 0171 1234567: the second one
        rest = body[counted.end() :]
        single = counted.start(1) == 1
        if single and words and rest.startswith("0"):
            return None
        if words or (
            single and (rest.startswith("0") or counted[1].rstrip("(") not in ("", " ", "-", "."))
        ):
            return [read_number(rest, region)]
    return []
