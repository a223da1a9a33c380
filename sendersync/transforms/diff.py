"""Members against today's contacts: who is new, changed, unchanged, and who is no longer wanted.

The baseline is what the platform confirmed. A member is found by phone and sender code, because
that is what the platform knows; the key says whose number it is, and so tells a changed number
from a person who left.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pandas as pd

from schemas.frame_spec import FrameSpec
from schemas.frames import ADDS, MEMBERS, PEOPLE, REJECTS, RELABELLED, STOPS, SUBSCRIBERS, WANTED
from schemas.member_status import MAY_RECEIVE, UNPROVEN_STOPS, MemberStatus
from schemas.outcomes import Cause
from sendersync.transforms.cells.arrow_columns import is_in, joined, one_of, places_in, rows_where
from sendersync.transforms.phones.second_spellings import canonical_phones, same_handset

COMPARED = ("email", "first_name", "customer_key", "group")
"""Values whose change is worth a call. The country follows from the phone."""

_CAUSES: Final = (Cause.NEW, Cause.OWED, Cause.CHANGED)

_SENT_WITH_EMAIL_ONLY = ("first_name", "customer_key")


@dataclass(frozen=True)
class PresentButNotWanted:
    """Who is in the source today without being wanted: nobody here has left.

    Attributes:
        opted_out: Rows that say stop: `PEOPLE`.
        rejects: Rows that say nothing for sure, rejected or with a cell that is neither a yes nor a
            no: `REJECTS`. They keep their members.
        withheld: Rows without consent: `PEOPLE`.
        refused: Those, also among the rejects, that say no to the consent question: `PEOPLE`. Their
            members are not kept for another row that cannot be read.
        suppressed: E.164 phones of the do-not-contact list, as they were written down.
        suppressed_keys: Keys of this sync that came with a stop.
        subscribers: Whose number each wanted number is; more than the contacts tell, where several
            people share one: `SUBSCRIBERS`.
        on_suppression_list: Rows that are withheld as suppressed: `PEOPLE`. A member's old number
            that such a row has left behind is theirs no more.
    """

    opted_out: pd.DataFrame
    rejects: pd.DataFrame
    withheld: pd.DataFrame
    refused: pd.DataFrame
    suppressed: pd.Series[str]
    on_suppression_list: pd.DataFrame
    subscribers: pd.DataFrame
    suppressed_keys: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        for people in (self.opted_out, self.withheld, self.refused, self.on_suppression_list):
            PEOPLE.require(people)
        REJECTS.require(self.rejects)
        SUBSCRIBERS.require(self.subscribers)


def none_of(spec: FrameSpec) -> pd.DataFrame:
    """A frame of that type without rows."""
    kinds: dict[str, Any] = {
        **spec.columns
    }  # the stubs know no dtype by a name that is not literal
    columns = {name: pd.array([], dtype=kind) for name, kind in kinds.items()}
    return pd.DataFrame(columns, index=pd.Index([], dtype="int64", name=spec.index or None))


NOBODY: Final = PresentButNotWanted(
    opted_out=none_of(PEOPLE),
    rejects=none_of(REJECTS),
    withheld=none_of(PEOPLE),
    refused=none_of(PEOPLE),
    suppressed=pd.Series(dtype="str"),
    on_suppression_list=none_of(PEOPLE),
    subscribers=none_of(SUBSCRIBERS),
)
"""Every row of the source is a contact that may be added."""


@dataclass(frozen=True)
class Diff:
    """The comparison, before any policy.

    Attributes:
        adds: Contacts to send, in line order: `ADDS`, with the `cause` new, owed or changed.
        unchanged: Contacts that need no call: `WANTED`.
        stops: Members that may receive texts and are not wanted: `STOPS`;
            `is_retry_of_lost_stop` means that it was asked before, and no answer has proven it.
        relabelled: Members whose phone now belongs to another key: `RELABELLED`.
        kept: Members that stay because their row is there and unreadable (count).
        values_differ: Of `unchanged`: people with another name, e-mail, customer key or group than
            was sent (count).
    """

    adds: pd.DataFrame
    unchanged: pd.DataFrame
    stops: pd.DataFrame
    relabelled: pd.DataFrame
    kept: int
    values_differ: int = 0

    def __post_init__(self) -> None:
        ADDS.require(self.adds)
        WANTED.require(self.unchanged)
        STOPS.require(self.stops)
        RELABELLED.require(self.relabelled)


def diff(members: pd.DataFrame, wanted: pd.DataFrame, present: PresentButNotWanted) -> Diff:
    """Compares what the ledger knows with what is wanted today.

    Args:
        members: `MEMBERS`.
        wanted: Contacts that may be added: `WANTED`.
        present: Who else is in the source.
    """
    MEMBERS.require(members)
    WANTED.require(wanted)
    at = places_in(_pair(wanted), _pair(members))
    found = at >= 0
    known = rows_where(wanted, found)
    before = members.take(at[found]).set_axis(known.index)

    standing = before["standing"]
    subscribed = standing == MemberStatus.SUBSCRIBED
    changed = subscribed & _differs(known, before)
    owed = is_in(standing, [MemberStatus.UNSURE, MemberStatus.STOPPING])
    causes = np.zeros(len(known), dtype=np.int64)
    causes[owed] = 1
    causes[changed] = 2
    cause = np.zeros(len(wanted), dtype=np.int64)
    cause[found] = causes
    settled = np.zeros(len(wanted), dtype=bool)
    settled[found] = subscribed & ~changed
    adds = rows_where(wanted, ~settled)
    key_changed = subscribed & (known["key"] != before["key"])

    # an old number of a handset whose number of today is wanted has not left: it is the same person
    gone = ~is_in(_subscription(members), _subscription(wanted))
    left = members.loc[gone & is_in(members["standing"], MAY_RECEIVE)].reset_index(drop=True)
    stops, kept = _classify(left, wanted, present)
    return Diff(
        adds=adds.assign(cause=one_of(_CAUSES, cause[~settled], adds.index)),
        unchanged=rows_where(wanted, settled),
        stops=stops,
        relabelled=rows_where(known, key_changed)[[*RELABELLED.names]],
        kept=kept,
    )


def keep_values(difference: Diff) -> Diff:
    """The comparison where no second add goes out for a value that differs.

    The platform has no update: it most likely answers `already`, and an add may undo a stop that
    the person texted, which nobody here knows of.
    """
    differs = difference.adds["cause"] == Cause.CHANGED
    if not differs.any():
        return difference
    same = difference.adds.loc[differs, [*WANTED.names]]
    return replace(
        difference,
        adds=rows_where(difference.adds, ~differs),
        unchanged=pd.concat([difference.unchanged, same]).sort_index(kind="stable"),
        values_differ=len(same),
    )


def add_stops_for_strangers(difference: Diff, members: pd.DataFrame, ordered: pd.DataFrame) -> Diff:
    """The comparison with stops of people whom this sync never had and another source added.

    Args:
        difference: What `diff` found.
        members: As given to `diff`; whoever is among them, in any standing, was judged there.
        ordered: Contacts who must not get texts and are subscribed all the same.
    """
    strangers = rows_where(ordered, ~is_in(_pair(ordered), _pair(members)))
    if strangers.empty:
        return difference
    stops = strangers.assign(
        standing=MemberStatus.SUBSCRIBED.value,
        cause=Cause.OPTED_OUT.value,
        new_phone="",
        is_retry_of_lost_stop=False,
    )
    return with_more_stops(difference, STOPS.cast(stops))


def with_more_stops(difference: Diff, stops: pd.DataFrame) -> Diff:
    """The comparison with further stops (`STOPS`) of people who are not in it yet."""
    new = rows_where(stops, ~is_in(_pair(stops), _pair(difference.stops)))
    if new.empty:
        return replace(difference, stops=difference.stops.reset_index(drop=True))
    return replace(difference, stops=pd.concat([difference.stops, new], ignore_index=True))


def _pair(frame: pd.DataFrame) -> pd.Series[str]:
    """What the platform knows a subscription by."""
    return joined(frame["phone"], frame["sender_code"])


def _subscription(frame: pd.DataFrame) -> pd.Series[str]:
    """The same whatever spelling of the handset's number the platform knows."""
    return joined(canonical_phones(frame["phone"]), frame["sender_code"])


def _person(frame: pd.DataFrame) -> pd.Series[str]:
    """Whose subscription it is: a person has one number on each sender code."""
    return joined(frame["key"], frame["sender_code"])


def _differs(now: pd.DataFrame, before: pd.DataFrame) -> pd.Series[bool]:
    """Whether an add sent today would say something new.

    A value that is blank today has nothing to send, so losing one is no change: a column that
    came empty must not cause a thousand calls. E-mails differ only beyond their capitals. A person
    without e-mail goes through `addPhoneToSenderCode`, which carries no name and no customer key.
    """
    with_email = now["email"] != ""
    differs = pd.Series(data=False, index=now.index)
    for field in COMPARED:
        new, old = now[field], before[field]
        if field == "email":
            new, old = new.str.lower(), old.str.lower()
        is_new = (new != "") & (new != old)
        differs |= is_new & with_email if field in _SENT_WITH_EMAIL_ONLY else is_new
    return differs


def _classify(
    left: pd.DataFrame, wanted: pd.DataFrame, present: PresentButNotWanted
) -> tuple[pd.DataFrame, int]:
    """Why each member is not wanted; the first of opted out, kept, no consent, changed, gone."""
    if left.empty:
        return none_of(STOPS), 0
    cause = pd.Series(Cause.GONE.value, index=left.index, dtype="str")

    numbers = pd.concat([wanted[[*SUBSCRIBERS.names]], present.subscribers])
    numbers = numbers.drop_duplicates(["key", "sender_code"])
    at = places_in(_person(left), _person(numbers))
    new_phone = pd.Series("", index=left.index, dtype="str")
    new_phone.loc[at >= 0] = numbers["phone"].to_numpy()[at[at >= 0]]
    cause = cause.mask(new_phone != "", Cause.NUMBER_CHANGED.value)

    listed = present.on_suppression_list
    cause = cause.mask(_shares(left["key"], listed["key"]), Cause.NUMBER_CHANGED.value)
    unwilling = _is_of(left, present.withheld) | _is_of(left, present.refused)
    cause = cause.mask(unwilling, Cause.CONSENT_WITHDRAWN.value)

    rejects = present.rejects
    # a key that is no more than the row's own phone does not say whose row it is
    keyless = rejects.loc[rejects["key"] == rejects["phone"]]
    sheltered = (
        _is_of(left, rejects)
        | _shares(left["email"].str.lower(), keyless["email"].str.lower())
        | _shares(left["customer_key"], keyless["customer_key"])
    )
    said_stop = (
        _is_of(left, present.opted_out)
        | _is_listed(left, present)
        | is_in(left["key"], present.suppressed_keys)
    )
    kept = sheltered & ~said_stop & ~_is_of(left, present.refused)
    cause = cause.mask(said_stop, Cause.OPTED_OUT.value)
    stops = left.assign(
        cause=cause,
        new_phone=new_phone.where(cause == Cause.NUMBER_CHANGED, ""),
        is_retry_of_lost_stop=is_in(left["standing"], UNPROVEN_STOPS),
    )
    return stops.loc[~kept], int(kept.sum())


def _is_listed(members: pd.DataFrame, present: PresentButNotWanted) -> pd.Series[bool]:
    return same_handset(members["phone"], present.suppressed)


def _is_of(members: pd.DataFrame, rows: pd.DataFrame) -> pd.Series[bool]:
    """Members whose key or phone, in whatever spelling, stands in `rows`."""
    return _shares(members["key"], rows["key"]) | same_handset(members["phone"], rows["phone"])


def _shares(values: pd.Series[str], others: pd.Series[str]) -> pd.Series[bool]:
    if values.empty or others.empty:
        return pd.Series(data=False, index=values.index, dtype=bool)
    return (values != "") & is_in(values, others)
