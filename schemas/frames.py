"""Every frame that passes between rooms, declared once.

Every text column is pandas `str` (Arrow-backed), never missing: an absent value is the empty
string, so that no comparison meets a null. The index of record, contact and reject frames is
called `line` (int64): the line of the source where the row begins, or the ordinal of the row
where a source has no lines; unique within one read.

Whoever hands a frame to another room does it in a dataclass whose `__post_init__` requires these
types, or the function that takes it does. So a column that is renamed where it is made fails there,
by name, and not as a wrong decision later.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from schemas.frame_spec import FrameSpec

LINE: Final = "line"


def _texts(*names: str) -> dict[str, str]:
    return dict.fromkeys(names, "str")


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
    "consent",  # says yes; where no consent is mapped, everybody does
    "consent_unclear",  # the consent cell is neither a yes nor a no
    "refused",  # the consent cell says no, which a blank one does not
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
"""Text columns of a reject frame; the bool columns `opted_out` and `refused` follow."""

SENT_COLUMNS: Final = ("country", "email", "first_name", "customer_key", "group")
"""What an add sends beside phone and sender code: the baseline of a diff."""

MEMBER_COLUMNS: Final = ("sender_code", "phone", "key", *SENT_COLUMNS, "standing")
"""Text columns of a member frame, unique in (sender_code, phone); no meaningful index."""

_SUBSCRIPTION: Final = ("phone", "sender_code")
"""What the platform knows a subscription by."""

# What a source gives


def records(columns: Iterable[str]) -> FrameSpec:
    """Rows as a source with these columns gives them."""
    return FrameSpec("records", _texts(*columns), index=LINE)


MALFORMED: Final = FrameSpec("malformed", _texts("problem", "raw"), index=LINE)
"""Rows that could not be read into columns: why, and the row as it stands."""

# What normalise makes of it

CONTACTS: Final = FrameSpec(
    "contacts", {**_texts(*CONTACT_COLUMNS), **dict.fromkeys(FLAG_COLUMNS, "bool")}, index=LINE
)

MORE_NUMBERS: Final = CONTACTS.extended("more numbers", line="int64")
"""Further numbers of rows that say no to texts. Their index is negative, since each row has one
contact or reject of its own, which stands in `line`; they are never added, and not counted."""

REJECTS: Final = FrameSpec(
    "rejects", {**_texts(*REJECT_COLUMNS), "opted_out": "bool", "refused": "bool"}, index=LINE
)

UNATTRIBUTABLE: Final = FrameSpec("unattributable", _texts("fingerprint"), unique=("fingerprint",))
"""Rejects that may be anybody's, by what stands in them."""

# What is decided

WANTED: Final = CONTACTS.extended("wanted", unique=_SUBSCRIPTION)
"""Contacts that should be on their sender code."""

WITHHELD: Final = CONTACTS.extended("withheld", reason="str")
"""Contacts that are well formed and must not be added, and why."""

PEOPLE: Final = FrameSpec("people", _texts("key", "phone"))
"""Rows that say something of a person: `phone` is empty where it could not be read."""

ADDS: Final = CONTACTS.extended("adds", unique=_SUBSCRIPTION, cause="str")

CONSENTS: Final = FrameSpec(
    "consents", _texts("phone", "sender_code", "key", "value", "at"), index=LINE
)
"""Rows that say yes to texts: what the cell said, and when it was given, as the source has it."""

STOPS: Final = FrameSpec(
    "stops",
    {**_texts(*MEMBER_COLUMNS, "cause", "new_phone"), "is_retry_of_lost_stop": "bool"},
    unique=_SUBSCRIPTION,
)
"""Members that may receive texts and are not wanted; `new_phone` where the number has changed."""

SUBSCRIBERS: Final = FrameSpec("subscribers", _texts("sender_code", "phone", "key"))
"""Whose number a phone on a sender code is; several people may share one."""

RELABELLED: Final = FrameSpec(
    "relabelled", _texts("sender_code", "phone", "key"), unique=_SUBSCRIPTION
)
"""Members whose phone belongs to another key from now on."""

SUBSCRIPTIONS: Final = FrameSpec("subscriptions", _texts("sender_code", "phone"))
"""Phones on sender codes, such as members that are released."""

OPERATIONS: Final = FrameSpec(
    "operations",
    {
        **_texts("kind", "cause", "sender_code", "phone", "key", *SENT_COLUMNS, "new_phone"),
        "phase": "int64",
        "is_retry_of_lost_stop": "bool",
    },
)
"""Intended calls, in sending order."""

HELD: Final = OPERATIONS.extended("held", held_by="str", line="int64")
"""Operations that wait for a person, with the guards that hold each, separated by a space, and the
line of the row in the source that each comes from; 0 where it has none, or none was looked for.
`kind` may be `relabel` too: the phone of a member belongs to another key; or `release`: another
sync still wants a member who has left. No call follows from either."""

# What the state gives

MEMBERS: Final = FrameSpec("members", _texts(*MEMBER_COLUMNS), unique=("sender_code", "phone"))

ADDED: Final = FrameSpec(
    "added",
    {**_texts("phone", "sender_code", "run_id"), "number": "int64"},
    unique=_SUBSCRIPTION,
)
"""The run that added each member, and their place in its plan, which follows the source's rows."""

_ORDER: Final = ("phone", "sender_code", "origin", "reason", "run", "created_at")

SUPPRESSIONS: Final = FrameSpec("suppressions", _texts(*_ORDER), unique=("phone", "sender_code"))
"""The do-not-contact list; an order without a sender code holds for all of them."""

STOPPED_KEYS: Final = FrameSpec("stopped keys", _texts("key", "sender_code", "phone", "created_at"))
"""Keys of one sync that came with a stop: for which sender code (empty: all), with which number,
and when."""

LIFTED: Final = FrameSpec("lifted", _texts(*_ORDER, "lifted_at", "who", "why"))
"""Orders that were on the list: who took them off, when and why."""

PENDING: Final = FrameSpec("pending", _texts(*CONTACT_COLUMNS), unique=_SUBSCRIPTION)
"""Contacts of earlier incremental reads that the platform has not confirmed."""

KNOWN_REJECTS: Final = FrameSpec("known rejects", _texts("fingerprint"), unique=("fingerprint",))
"""`UNATTRIBUTABLE` of the last run that closed its books."""

STORED_OPERATIONS: Final = FrameSpec(
    "stored operations",
    {
        "run_id": "str",
        "number": "int64",  # place in the plan; negative for held operations
        **_texts("kind", "cause", "sender_code", "phone", "key", *SENT_COLUMNS),
        "again": "int64",  # 1: the operation's `is_retry_of_lost_stop`
        **_texts("before_key", *(f"before_{name}" for name in SENT_COLUMNS), "before_standing"),
        "state": "str",
        "attempts": "int64",
        "status": "Int64",  # missing when no answer came
        "text": "str",
        "maybe_done": "int64",
        **_texts("intended_at", "settled_at"),
        "guard": "str",  # of a held operation: what holds it
        "line": "int64",  # of its row in the source; 0 where it is not known
    },
    unique=("run_id", "number"),
)
"""Operations as the ledger gives them back."""

TURNED_DOWN: Final = FrameSpec(
    "turned down", {**_texts("name", "reason"), "line": "int64"}, unique=("name",)
)
"""Phones, e-mails and keys of rows that nobody is added for, and why."""

SAME_OPERATION: Final = ("kind", "cause", "sender_code", "phone", "key")
"""What makes an operation of tonight the one that an earlier run held, and a person approved."""

RELEASED: Final = FrameSpec("released", _texts(*SAME_OPERATION))
"""Operations that an approval lets go."""

APPROVALS: Final = FrameSpec(
    "approvals",
    {**_texts("run_id", "sync"), "ceiling": "int64", **_texts("who", "at", "digest", "note")},
    unique=("run_id",),
)
"""Who let what go: `ceiling` is the removals that might go, or with a digest what was released."""

UNDONE: Final = FrameSpec(
    "undone", _texts("sender_code", "phone", "key", *SENT_COLUMNS), unique=_SUBSCRIPTION
)
"""People whose add was taken back, as they had been sent."""

DEPARTURES: Final = FrameSpec(
    "departures", _texts("sender_code", "phone", "noticed_at"), unique=_SUBSCRIPTION
)
"""People who left a source and whose stop waits, and since when (ISO with its zone)."""

PLANNED_BY_OTHERS: Final = FrameSpec(
    "planned by others",
    _texts("sync", "sender_code", "phone"),
    unique=("sync", "sender_code", "phone"),
)
"""People whom the last plans of other syncs add, held or not."""

UNPROVEN_ELSEWHERE: Final = MEMBERS.extended("unproven elsewhere", sync="str", changed_at="str")
"""Members whose stop is without proof, of syncs that run no more and of one-off commands."""

LISTED_AND_SUBSCRIBED: Final = FrameSpec(
    "listed and subscribed",
    {**_texts("phone", "sender_code", "ordered_for", "since"), "subscribed": "int64"},
    unique=("phone", "sender_code", "ordered_for"),
)
"""People on the do-not-contact list who may still receive texts; see `Suppressions.may_receive`."""

HELD_OPT_OUTS: Final = FrameSpec(
    "held opt-outs", _texts("phone", "sender_code", "since"), unique=_SUBSCRIPTION
)
"""Stops that people asked for and that a guard holds, and since when (UTC)."""

KEPT_REJECTS: Final = FrameSpec(
    "kept rejects", {"line": "int64", **_texts("reason", "column", "row")}, unique=("line",)
)
"""Rejected rows of one run; `row` is the JSON list of the source's own cells."""

EXPORT_COLUMNS: Final = ("sendersync_line", "sendersync_reason", "sendersync_advice")
"""Columns that an export of rejects adds; by them a reader knows it again."""

GUARDED: Final = r"'*[=+\-@\t\r\n]"
"""How cells begin that a spreadsheet might take for a formula.

An export puts an apostrophe before them, and a reader of such an export takes one away. Those that
have some already get one more, so that every cell comes back as it was.
"""
