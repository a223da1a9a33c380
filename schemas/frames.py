"""The columns of the frames that pass between rooms.

Every text column is pandas `str` (Arrow-backed), never missing: an absent value is the empty
string, so that no comparison meets a null. The index of record, contact and reject frames is
called `line` (int64): the line of the source where the row begins, or the ordinal of the row
where a source has no lines; unique within one read.
"""

from __future__ import annotations

from typing import Final

LINE: Final = "line"

CONTACT_COLUMNS: Final = (
    "key",  # identifies a person in this sync; the phone where no key is mapped or it is blank
    "phone",  # E.164 with plus
    "country",  # alpha-2 of the number's own region, upper case
    "email",  # domain in lower case; empty when there is none
    "first_name",
    "customer_key",
    "group",
    "sender_code",
)
"""Text columns of a contact frame; the bool columns `FLAG_COLUMNS` follow."""

FLAG_COLUMNS: Final = (
    "opted_out",  # says stop
    "opt_out_unclear",  # may say stop: the cell is neither a yes nor a no
    "consent",
)

REJECT_COLUMNS: Final = (
    "reason",  # a code of schemas.reasons
    "column",  # the source column at fault, empty when the whole row is
    "key",  # as far as it could be read
    "phone",  # E.164 where the phone itself was readable
    "email",
    "customer_key",
    "sender_code",
)
"""Text columns of a reject frame; one bool column follows: `opted_out`."""

SENT_COLUMNS: Final = ("country", "email", "first_name", "customer_key", "group")
"""What an add sends beside phone and sender code: the baseline of a diff."""

MEMBER_COLUMNS: Final = ("sender_code", "phone", "key", *SENT_COLUMNS, "standing")
"""Text columns of a member frame, unique in (sender_code, phone); no meaningful index."""

EXPORT_COLUMNS: Final = ("sendersync_line", "sendersync_reason", "sendersync_advice")
"""Columns that an export of rejects adds; by them a reader knows it again."""

GUARDED: Final = r"'*[=+\-@\t\r\n]"
"""How cells begin that a spreadsheet might take for a formula.

An export puts an apostrophe before them, and a reader of such an export takes one away. Those that
have some already get one more, so that every cell comes back as it was.
"""
