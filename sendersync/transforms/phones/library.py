"""One number through `phonenumbers`: the authority, one text at a time.

Nothing here repairs or refuses; that is `damage`. One old spelling is read as the number of today:
Mexico's `+52 1`, which chat tools still write. What the library answers becomes one of
our reason codes:

| the library says | reason |
| --- | --- |
| not a number | phone_not_a_number |
| too short after the dialling prefix, too short, possible only within its area | phone_too_short |
| too long | phone_too_long |
| unknown country code, a length between two possible ones, no such number | phone_invalid |
| no country code, and no region to read it in | phone_invalid, and `needs_region` |
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType, ValidationResult

from schemas.reasons import Reason
from schemas.sync_file import LineType
from sendersync.transforms.phones.second_spellings import canonical_phone


class Reading(NamedTuple):
    """What one text was read as.

    Attributes:
        phone: E.164 with plus; empty when rejected.
        country: Alpha-2 region of the number itself; empty when rejected, and for numbers that
            belong to no country (`+800`, `+870`, ...).
        line_type: A value of `LineType`; empty when rejected.
        reason: A reason code; empty when accepted.
        needs_region: True where only a region could have made a number of it.
        today: Rejected, and an old spelling of a number that has changed since: E.164 of the number
            that it is today; else empty.
    """

    phone: str
    country: str
    line_type: str
    reason: str
    needs_region: bool = False
    today: str = ""


LINE_TYPES: Final[dict[int, LineType]] = {
    PhoneNumberType.FIXED_LINE: LineType.FIXED_LINE,
    PhoneNumberType.MOBILE: LineType.MOBILE,
    PhoneNumberType.FIXED_LINE_OR_MOBILE: LineType.FIXED_LINE_OR_MOBILE,
    PhoneNumberType.TOLL_FREE: LineType.TOLL_FREE,
    PhoneNumberType.PREMIUM_RATE: LineType.PREMIUM_RATE,
    PhoneNumberType.SHARED_COST: LineType.SHARED_COST,
    PhoneNumberType.VOIP: LineType.VOIP,
    PhoneNumberType.PERSONAL_NUMBER: LineType.PERSONAL_NUMBER,
    PhoneNumberType.PAGER: LineType.PAGER,
    PhoneNumberType.UAN: LineType.UAN,
    PhoneNumberType.VOICEMAIL: LineType.VOICEMAIL,
}

_UNREADABLE: Final[dict[int, Reason]] = {
    NumberParseException.NOT_A_NUMBER: Reason.PHONE_NOT_A_NUMBER,
    NumberParseException.INVALID_COUNTRY_CODE: Reason.PHONE_INVALID,
    NumberParseException.TOO_SHORT_AFTER_IDD: Reason.PHONE_TOO_SHORT,
    NumberParseException.TOO_SHORT_NSN: Reason.PHONE_TOO_SHORT,
    NumberParseException.TOO_LONG: Reason.PHONE_TOO_LONG,
}

_IMPOSSIBLE: Final[dict[int, Reason]] = {
    ValidationResult.TOO_SHORT: Reason.PHONE_TOO_SHORT,
    ValidationResult.IS_POSSIBLE_LOCAL_ONLY: Reason.PHONE_TOO_SHORT,
    ValidationResult.TOO_LONG: Reason.PHONE_TOO_LONG,
    ValidationResult.INVALID_COUNTRY_CODE: Reason.PHONE_INVALID,
    ValidationResult.INVALID_LENGTH: Reason.PHONE_INVALID,
    ValidationResult.IS_POSSIBLE: Reason.PHONE_INVALID,
}


def phone_metadata_version() -> str:
    """Version of the library and of the numbering plans in it; part of every cache's salt."""
    return str(phonenumbers.__version__)


def rejected(reason: Reason, *, needs_region: bool = False, today: str = "") -> Reading:
    """A reading that is no number."""
    return Reading("", "", "", reason.value, needs_region, today)


def country_code(region: str) -> str:
    """Digits of a region's country code; `-` for a region the library has no plan for."""
    return str(phonenumbers.country_code_for_region(region) or "-")


def read_number(text: str, region: str) -> Reading:
    """What the library makes of one text.

    Args:
        text: A phone number as somebody wrote it.
        region: Alpha-2, upper case; empty, or a region the library has no plan for, when only a
            number with its country code can be read.
    """
    known = region if region in phonenumbers.SUPPORTED_REGIONS else None
    try:
        number = phonenumbers.parse(text, known)
    except NumberParseException as error:
        regionless = known is None and error.error_type == NumberParseException.INVALID_COUNTRY_CODE
        needs_region = regionless and not _has_plus(text)
        return rejected(_UNREADABLE[error.error_type], needs_region=needs_region)
    line_type = LINE_TYPES.get(phonenumbers.number_type(number))
    if line_type is None:  # the library types valid numbers only, and every one of them
        return _old_spelling(text, number)
    country = phonenumbers.region_code_for_number(number) or ""
    if country == phonenumbers.REGION_CODE_FOR_NON_GEO_ENTITY:
        country = ""
    phone = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    return Reading(phone, country, line_type.value, "")


def _old_spelling(text: str, number: phonenumbers.PhoneNumber) -> Reading:
    """A number that is valid no more: what it is today, where that is known, or a reject."""
    written = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    new = canonical_phone(written, only_read_as_new=True)
    # Only with its country code in the cell: 1 281 555 0142 in a row of Mexico is a Texan.
    if new != written and written[1:] in re.sub(r"\D", "", text):
        return read_number(new, "")
    reason = _IMPOSSIBLE[phonenumbers.is_possible_number_with_reason(number)]
    today = canonical_phone(written)
    known = today != written and phonenumbers.is_valid_number(phonenumbers.parse(today))
    return rejected(reason, today=today if known else "")


def _has_plus(text: str) -> bool:
    """Whether a country code was given, right or wrong."""
    return "+" in text or "\uff0b" in text
