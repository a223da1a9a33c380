"""Why a row did not become a call: one table of reason codes, each with its sentence of advice.

The codes are part of the contract (`docs/reason-codes.md` is written from this table); adding one
is welcome, renaming one breaks other people's reports.
"""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """A reason code, as it stands in reports, in JSON and in the ledger."""

    PHONE_MISSING = "phone_missing"
    PHONE_NOT_A_NUMBER = "phone_not_a_number"
    PHONE_TOO_SHORT = "phone_too_short"
    PHONE_TOO_LONG = "phone_too_long"
    PHONE_INVALID = "phone_invalid"
    PHONE_NOT_MOBILE = "phone_not_mobile"
    PHONE_DIGITS_LOST = "phone_digits_lost"
    PHONE_COUNTRY_NOT_ALLOWED = "phone_country_not_allowed"
    COUNTRY_UNKNOWN = "country_unknown"
    EMAIL_INVALID = "email_invalid"
    ROW_MALFORMED = "row_malformed"
    DUPLICATE = "duplicate"

    SUPPRESSED = "suppressed"
    NO_CONSENT = "no_consent"
    OPTED_OUT = "opted_out"
    OPT_OUT_UNCLEAR = "opt_out_unclear"


WITHHELD = frozenset(
    {Reason.SUPPRESSED, Reason.NO_CONSENT, Reason.OPTED_OUT, Reason.OPT_OUT_UNCLEAR}
)
"""Reasons of contacts that are well formed and are kept back all the same; the rest are rejects."""

ADVICE: dict[Reason, str] = {
    Reason.PHONE_MISSING: "Add the phone number. (If subscribed, they stay so, unless this row "
    "says stop or no.)",
    Reason.PHONE_NOT_A_NUMBER: "Put exactly one phone number into this cell, best with + and its "
    "country code.",
    Reason.PHONE_TOO_SHORT: "Digits are missing: ask for the whole number, with its country code.",
    Reason.PHONE_TOO_LONG: "There are too many digits: look for a second number or an extra digit.",
    Reason.PHONE_INVALID: "No such number exists there: check its digits, and its country or "
    "country code.",
    Reason.PHONE_NOT_MOBILE: "This number cannot receive texts: ask for a mobile number, "
    "or allow its kind under `line_types`.",
    Reason.PHONE_DIGITS_LOST: "A spreadsheet cut digits off this number: export the column again "
    "formatted as text.",
    Reason.PHONE_COUNTRY_NOT_ALLOWED: "The number belongs to a country that `countries` does not "
    "list: add the country there, or leave this person out.",
    Reason.COUNTRY_UNKNOWN: "Write the country as a name or a two-letter code, or give the number "
    "with its + and country code.",
    Reason.EMAIL_INVALID: "Correct the e-mail address, or clear the cell to add the phone alone.",
    Reason.ROW_MALFORMED: "This row cannot be read: `sendersync rejects` says why. Fix it in "
    "the source.",
    Reason.DUPLICATE: "The same phone or key is in another row too: keep one of the two.",
    Reason.SUPPRESSED: "This phone is on the do-not-contact list and is never added.",
    Reason.NO_CONSENT: "The consent column does not say yes: ask the person, and record it first.",
    Reason.OPTED_OUT: "This person said stop. Only they can come back, through the platform.",
    Reason.OPT_OUT_UNCLEAR: "The opt-out column is unclear: write yes or no there, or say what its "
    "words mean under `words` in the sync file.",
}
