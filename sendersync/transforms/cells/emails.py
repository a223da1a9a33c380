"""E-mail addresses in one spelling.

Around an address, blanks, `mailto:`, `<...>` and `Name <...>` go, and one dot behind it: the end of
a sentence, or of a domain written out to its root. The local part is kept as given: only the
receiving side may say that capitals do not matter there (the few mailboxes that RFC 2142 names,
such as `INFO@`, are lowered as the library does). The domain goes to lower case, and letters beyond
ASCII to punycode (`xn--`), the form that mail servers and the address of a REST call take.

Not accepted is what `email-validator` refuses without asking the network: two addresses, quoted
local parts, hosts without a dot or in brackets, and the names that RFC 6761 sets apart (`.test`,
`.invalid`, `.local`, `localhost`). `example.com` is an ordinary domain.

Ordinary addresses go through one pattern over the whole column. It only ever accepts, and only
what the library accepts with the same result; the rest goes to the library, once per distinct
cell. `library_only=True` leaves the pattern out, and a test holds both ways equal.
"""

from __future__ import annotations

import re
from typing import Final

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email
from email_validator.rfc_constants import CASE_INSENSITIVE_MAILBOX_NAMES

from sendersync.transforms.cells.arrow_columns import as_arrow, as_flags, as_text
from sendersync.transforms.cells.distinct import by_distinct
from sendersync.transforms.cells.sentinels import is_no_value
from sendersync.transforms.cells.texts import clean_cell

_ATOM = r"[A-Za-z0-9_!#$%&'*+\-/=?^`{|}~]+"
# Single hyphens only: `xn--` is the library's business.
_LABEL = r"[A-Za-z0-9](?:-?[A-Za-z0-9])*"
_PLAIN: Final = rf"^{_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+(?:[A-Za-z]{{2,24}})$"
# No label, local part or address can be too long below this.
_LONGEST_PLAIN: Final = 64
# Not accepted, and accepted with another result: for the library both.
_SET_APART: Final = rf"(?i)\.(?:{'|'.join(SPECIAL_USE_DOMAIN_NAMES)})$"
_MAILBOX: Final = rf"^(?:{'|'.join(CASE_INSENSITIVE_MAILBOX_NAMES)})@"

LIKE_ADDRESS: Final = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+|.*<[^\s@]+@[^\s@]+\.[^\s@]+>")
"""What people write as an address, a broken one among them."""

_AT: Final = pa.scalar("@", pa.large_string())
_MAILTO = re.compile(r"mailto:\s*", re.IGNORECASE)
_ANGLED = re.compile(r"[^<>]*<([^<>]*)>")


def normalise_emails(raw: pd.Series, *, library_only: bool = False) -> pd.DataFrame:
    """Reads a column of e-mail addresses.

    Args:
        raw: Text column, pandas `str`; "" is absent.
        library_only: Ask the library for every address, as the tests do.

    Returns:
        Frame with the same index: `email` (`str`, "" where absent or invalid) and `valid`
        (`bool`, True where absent: a contact may have none).
    """
    cells = as_arrow(raw)
    if library_only:
        emails = by_distinct(cells, read_email, pa.large_string())
    else:
        trimmed = pc.ascii_trim_whitespace(cells)
        ordinary = _ordinary(trimmed)
        emails = _lower_domain(trimmed, ordinary)
        if pc.all(ordinary).as_py() is False:
            rest = pc.invert(ordinary)
            answers = by_distinct(cells.filter(rest), read_email, pa.large_string())
            emails = pc.replace_with_mask(emails, rest, answers)
    valid = pc.is_valid(emails)
    return pd.DataFrame(
        {
            "email": as_text(pc.fill_null(emails, ""), raw.index),
            "valid": as_flags(valid, raw.index),
        }
    )


def read_email(cell: str) -> str | None:
    """One address through the library: "" for a blank cell, None for one that is no address."""
    text = clean_cell(cell)
    if is_no_value(text):
        return ""
    angled = _ANGLED.fullmatch(text)
    if angled:
        text = angled[1].strip()
    mailto = _MAILTO.match(text)
    if mailto:
        text = text[mailto.end() :].partition("?")[0]
    text = text.removesuffix(".")
    try:
        read = validate_email(text, check_deliverability=False)
    except EmailNotValidError:
        return None
    return f"{read.local_part}@{read.ascii_domain}"


def _ordinary(cells: pa.Array) -> pa.Array:
    """Cells that the library would accept, changing nothing but the domain's capitals."""
    ordinary = pc.match_substring_regex(cells, _PLAIN)
    ordinary = pc.and_(ordinary, pc.less_equal(pc.binary_length(cells), _LONGEST_PLAIN))
    ordinary = pc.and_not(ordinary, pc.match_substring_regex(cells, _SET_APART))
    lowered = pc.and_not(
        pc.match_substring_regex(cells, f"(?i){_MAILBOX}"),
        pc.match_substring_regex(cells, _MAILBOX),
    )
    return pc.and_not(ordinary, lowered)


def _lower_domain(cells: pa.Array, ordinary: pa.Array) -> pa.Array:
    """Ordinary addresses with everything after the @ in lower case; other cells as they are."""
    mixed = pc.and_(ordinary, pc.match_substring_regex(cells, "@.*[A-Z]"))
    if pc.any(mixed).as_py() is not True:
        return cells
    halves = pc.split_pattern(cells.filter(mixed), "@")
    lowered = pc.binary_join_element_wise(
        pc.list_element(halves, 0), pc.ascii_lower(pc.list_element(halves, 1)), _AT
    )
    return pc.replace_with_mask(cells, mixed, lowered)
