"""What codes are called on a page, for people who do not know codes; a test holds them complete."""

from __future__ import annotations

from typing import Final

from schemas.outcomes import Kind
from schemas.reasons import Reason
from sendersync.transforms.plan import RELABEL, RELEASE

REASON_NAMES: Final = {
    Reason.PHONE_MISSING: "No phone number",
    Reason.PHONE_NOT_A_NUMBER: "Not one phone number",
    Reason.PHONE_TOO_SHORT: "Phone number too short",
    Reason.PHONE_TOO_LONG: "Phone number too long",
    Reason.PHONE_INVALID: "Phone number does not exist",
    Reason.PHONE_NOT_MOBILE: "Not a mobile number",
    Reason.PHONE_DIGITS_LOST: "A spreadsheet cut digits off",
    Reason.PHONE_COUNTRY_NOT_ALLOWED: "Number of another country",
    Reason.COUNTRY_UNKNOWN: "Country not understood",
    Reason.EMAIL_INVALID: "E-mail address is broken",
    Reason.ROW_MALFORMED: "Row cannot be read",
    Reason.DUPLICATE: "Is in the file twice",
    Reason.SUPPRESSED: "On the do-not-contact list",
    Reason.NO_CONSENT: "No consent to texts",
    Reason.OPTED_OUT: "Said stop",
    Reason.OPT_OUT_UNCLEAR: "May have said stop",
}

FIELD_NAMES: Final = {
    "phone": "Phone",
    "key": "Key",
    "email": "E-mail",
    "country": "Country",
    "first_name": "First name",
    "customer_key": "Customer key",
    "group": "Group",
    "sender_code": "Sender code",
    "opted_out": "Opted out",
    "consent": "Consent",
    "consent_at": "Consent given at",
}

KIND_NAMES: Final = {
    Kind.ADD: "Add",
    Kind.STOP: "Stop",
    Kind.UPDATE: "Send new values",
    RELABEL: "Take over the number of another key",
    RELEASE: "Leave to another list",
}
