"""Records become contacts and rejects. Never raises for bad data: a bad row is a value.

Which reason a row gets, when several would do: the first of this order.

1. the phone cannot be read (`phone_*`), or could only be read with the country that the country
   column does not tell (`country_unknown`);
2. the number cannot receive texts (`phone_not_mobile`);
3. its country is not allowed (`phone_country_not_allowed`);
4. the e-mail is broken (`email_invalid`);
5. there is no usable sender code in the row, or a spreadsheet cut digits off its key, so that two
   people may now have the same one (`row_malformed`).

A row that says stop needs nothing but a readable phone: it is a contact that will be withheld, so
that the opt-out is honoured whatever else is wrong with the row.

Of several phone columns the first with a usable number counts, or else the first that is filled.
What a row says against texts holds for all its numbers (`more_numbers`), and one of them that
cannot be read is told (`unread_numbers`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

import pandas as pd

from schemas.frames import CONTACTS, MORE_NUMBERS, REJECTS
from schemas.reasons import Reason
from schemas.sync_file import SyncFile
from sendersync.transforms.cells.arrow_columns import is_in, rows_where
from sendersync.transforms.cells.emails import normalise_emails
from sendersync.transforms.cells.flags import doubtful, refused, truthy
from sendersync.transforms.cells.texts import clean_text
from sendersync.transforms.diff import none_of
from sendersync.transforms.keys import plain_keys
from sendersync.transforms.located_phones import (
    ColumnDoubts,
    LocatedPhones,
    locate_phones,
    of_chosen_columns,
)
from sendersync.transforms.phones.labelled_lists import label_column, with_labels

LONGEST_CELL: Final = 255
"""Characters of a name, group, key or code: a longer one is another column, or a broken file."""

_WRITTEN_BY_HAND: Final = ("csv", "excel")

_FIELDS: Final = (
    *("key", "email", "phone", "country", "first_name", "customer_key", "group", "sender_code"),
    *("opted_out", "consent"),
)


@dataclass(frozen=True)
class Normalised:
    """What the records of one read became.

    Attributes:
        contacts: `CONTACTS`.
        rejects: `REJECTS`.
        more_numbers: The numbers of other phone columns, in rows that say or may say no to texts:
            `MORE_NUMBERS`.
        unread_numbers: Rows that say stop by a number that can be read, and have another one that
            cannot: each line once, with what is wrong with that other one: `REJECTS`.
        country_differs: Contacts whose country column disagrees with their number's country.
        ambiguous_flags_by_field: `opted_out` and `consent`, where they are mapped, to the lines
            whose cell is neither a yes nor a no.
        doubts: Rows in which only the whole column shows a doubt.
        missing_country: Numbers that are rejected because nothing says their country.
    """

    contacts: pd.DataFrame
    rejects: pd.DataFrame
    more_numbers: pd.DataFrame
    unread_numbers: pd.DataFrame
    country_differs: int
    ambiguous_flags_by_field: dict[str, pd.Index[int]]
    doubts: ColumnDoubts
    missing_country: int = 0

    def __post_init__(self) -> None:
        CONTACTS.require(self.contacts)
        REJECTS.require(self.rejects)
        MORE_NUMBERS.require(self.more_numbers)
        REJECTS.require(self.unread_numbers)


class _Rule(NamedTuple):
    """Rows that are rejected: where, why, and the contact field whose column is at fault."""

    where: pd.Series[bool]
    reason: pd.Series[str] | str
    field: str


def normalise(
    records: pd.DataFrame, sync: SyncFile, *, every_row_says_stop: bool = False
) -> Normalised:
    """Reads the records of one read as contacts of `sync`; some of it only the whole can say.

    Args:
        records: The source's own columns, all `str`, index `line`; every mapped column is there.
        sync: Says which column is what.
        every_row_says_stop: The source is a stop list.
    """
    mapped = sync.columns.mapped()
    blank = pd.Series("", index=records.index, dtype="str")
    cells = {field: records[mapped[field]] if field in mapped else blank for field in _FIELDS}
    opted_out = truthy(cells["opted_out"], sync.words.opted_out) | every_row_says_stop
    columns = [
        _read_phones(records, column, cells["country"], opted_out, sync)
        for column in sync.columns.phone
    ]
    chosen = _first_usable(columns, opted_out, sync)
    located = of_chosen_columns(columns, chosen)
    phones = located.phones
    emails = normalise_emails(cells["email"])
    frame = _as_contacts(cells, phones, emails["email"], opted_out, sync)

    unreadable = phones["reason"] != ""
    needs_country = unreadable & phones["needs_region"]
    rules = [
        _Rule(needs_country & ~located.understood, Reason.COUNTRY_UNKNOWN.value, "country"),
        _Rule(unreadable, phones["reason"], "phone"),
        # whoever says stop needs nothing but a phone
        *(
            rule._replace(where=rule.where & ~frame["opted_out"])
            for rule in _unusable(frame, phones, emails["valid"], sync)
        ),
    ]
    of_phone = chosen.map(dict(enumerate(sync.columns.phone))).astype("str")
    reason = column = blank
    for rule in rules:
        first = rule.where & (reason == "")
        if not first.any():
            continue
        reason = reason.mask(first, rule.reason)
        at_fault = of_phone if rule.field == "phone" else mapped.get(rule.field, "")
        column = column.mask(first, at_fault)

    good = reason == ""
    rejects = rows_where(frame, ~good)
    differs = good & (located.said != "") & (located.said != phones["country"])
    missing_country = needs_country & located.understood & (located.region == "")
    return Normalised(
        contacts=CONTACTS.cast(rows_where(frame, good)),
        rejects=REJECTS.cast(rejects.assign(reason=reason[~good], column=column[~good])),
        more_numbers=_more_numbers(frame, columns, chosen),
        unread_numbers=_unread_numbers(
            rows_where(frame, good & frame["opted_out"]), columns, sync.columns.phone
        ),
        country_differs=int(differs.sum()),
        ambiguous_flags_by_field={
            field: records.index[doubtful(cells[field], words)]
            for field, words in sync.words
            if field in mapped
        },
        doubts=located.doubts,
        missing_country=int(missing_country.sum()),
    )


def _read_phones(
    records: pd.DataFrame,
    column: str,
    countries: pd.Series[str],
    opted_out: pd.Series[bool],
    sync: SyncFile,
) -> LocatedPhones:
    """One phone column, read in the countries of its rows."""
    raw = records[column]
    if labels := label_column(column, records.columns):
        raw = with_labels(raw, records[labels])
    located = locate_phones(
        raw,
        countries,
        header=sync.columns.country or "",
        default_country=sync.default_country or "",
        may_be_grouped=sync.source.kind in _WRITTEN_BY_HAND,
    )
    return replace(located, phones=_with_numbers_of_today(located.phones, opted_out))


def _first_usable(
    columns: Sequence[LocatedPhones], opted_out: pd.Series[bool], sync: SyncFile
) -> pd.Series[int]:
    """The place of each row's phone column: the first that is as good as any other of the row.

    Whoever says stop is known by a number that cannot receive texts as well.
    """
    chosen = pd.Series(0, index=opted_out.index, dtype="int64")
    if len(columns) == 1:
        return chosen
    best = pd.Series(-1, index=opted_out.index, dtype="int64")
    for place, column in enumerate(columns):
        phones = column.phones
        readable = phones["reason"] == ""
        usable = readable.copy()
        for rule in _unusable_number(phones, sync):
            usable &= ~rule.where
        worth = (phones["reason"] != Reason.PHONE_MISSING.value).astype("int64")
        worth = worth.mask(readable & opted_out, 2).mask(usable, 3)
        better = worth > best
        chosen, best = chosen.mask(better, place), best.mask(better, worth)
    return chosen


def _more_numbers(
    frame: pd.DataFrame, columns: Sequence[LocatedPhones], chosen: pd.Series[int]
) -> pd.DataFrame:
    """The numbers that were not chosen, of rows that say or may say no to texts: `MORE_NUMBERS`.

    Whoever says stop says it at all their numbers, not only at the one that they would be added by.
    """
    if len(columns) == 1:
        return none_of(MORE_NUMBERS)
    says_no = frame["opted_out"] | frame["refused"]
    says_no |= frame["opt_out_unclear"] | frame["consent_unclear"]
    parts = []
    for place, column in enumerate(columns):
        phones = column.phones
        other = says_no & (chosen != place) & (phones["reason"] == "")
        other &= phones["phone"] != frame["phone"]
        found = phones.loc[other]
        parts.append(frame.loc[other].assign(phone=found["phone"], country=found["country"]))
    rows = pd.concat(parts)
    rows = rows.assign(line=rows.index.to_numpy())
    rows.index = pd.RangeIndex(-1, -len(rows) - 1, -1, name=frame.index.name)
    return rows[[*MORE_NUMBERS.names]]


def _unread_numbers(
    stopped: pd.DataFrame, columns: Sequence[LocatedPhones], names: Sequence[str]
) -> pd.DataFrame:
    """Numbers that cannot be read, of contacts that say stop by another one: `REJECTS`.

    The person would still get texts there, and nobody would know.
    """
    if stopped.empty or len(columns) == 1:  # the one column was read, or it would be a reject
        return none_of(REJECTS)
    parts = []
    for column, name in zip(columns, names, strict=True):
        phones = column.phones.loc[stopped.index]
        unread = ~is_in(phones["reason"], ["", Reason.PHONE_MISSING.value])
        needs_country = phones["needs_region"] & ~column.understood.loc[stopped.index]
        reason = phones["reason"].mask(needs_country, Reason.COUNTRY_UNKNOWN.value)
        parts.append(stopped.assign(reason=reason, column=name).loc[unread])
    rows = pd.concat(parts).sort_index(kind="stable")
    found = rows.loc[~rows.index.duplicated(), [*REJECTS.names]]
    return found.astype(dict(REJECTS.columns))


def _as_contacts(
    cells: dict[str, pd.Series[str]],
    phones: pd.DataFrame,
    emails: pd.Series[str],
    opted_out: pd.Series[bool],
    sync: SyncFile,
) -> pd.DataFrame:
    """All rows with the columns of `CONTACTS`, whether they can be contacts or not.

    Args:
        cells: The source's cells by contact field; blank where a field is not mapped.
        phones: Of `normalise_phones`.
        emails: Addresses as far as they can be read.
        opted_out: Rows that say stop.
        sync: Says what holds for every row.
    """
    mapped = sync.columns.mapped()
    key = plain_keys(cells["key"])
    group, code = clean_text(cells["group"]), clean_text(cells["sender_code"])
    consent, words = cells["consent"], sync.words.consent
    asked = "consent" in mapped
    return pd.DataFrame(
        {
            "key": key.mask(key == "", phones["phone"]),
            "phone": phones["phone"],
            "country": phones["country"],
            "email": emails,
            "first_name": clean_text(cells["first_name"]),
            "customer_key": clean_text(cells["customer_key"]),
            "group": group if "group" in mapped else group.mask(group == "", sync.group or ""),
            "sender_code": code
            if "sender_code" in mapped
            else code.mask(code == "", sync.sender_code or ""),
            "opted_out": opted_out,
            "opt_out_unclear": doubtful(cells["opted_out"], sync.words.opted_out),
            "consent": truthy(consent, words) if asked else True,
            "consent_unclear": doubtful(consent, words),
            "refused": refused(consent, words),
        },
        index=key.index,
    )


def _with_numbers_of_today(phones: pd.DataFrame, opted_out: pd.Series[bool]) -> pd.DataFrame:
    """Numbers from before a renumbering, read as those of today where their rows say stop.

    Nobody is added by an old number; whoever says stop by one is stopped.
    """
    old = opted_out & (phones["reason"] != "") & (phones["today"] != "")
    return phones.assign(
        phone=phones["phone"].mask(old, phones["today"]), reason=phones["reason"].mask(old, "")
    )


def _unusable(
    frame: pd.DataFrame, phones: pd.DataFrame, email_is_valid: pd.Series[bool], sync: SyncFile
) -> Iterator[_Rule]:
    """Rows with a readable phone that cannot be contacts; of several reasons the first counts."""
    yield from _unusable_number(phones, sync)
    yield _Rule(~email_is_valid, Reason.EMAIL_INVALID.value, "email")
    yield _Rule(~_usable_code(frame["sender_code"]), Reason.ROW_MALFORMED.value, "sender_code")
    yield _Rule(_cut_off(frame["key"]), Reason.ROW_MALFORMED.value, "key")
    for name in ("first_name", "customer_key", "group", "sender_code", "key"):
        yield _Rule(frame[name].str.len() > LONGEST_CELL, Reason.ROW_MALFORMED.value, name)


def _unusable_number(phones: pd.DataFrame, sync: SyncFile) -> Iterator[_Rule]:
    """Readable numbers that no contact can have."""
    allowed = [kind.value for kind in sync.line_types]
    country_not_allowed = Reason.PHONE_COUNTRY_NOT_ALLOWED.value
    yield _Rule(~is_in(phones["line_type"], allowed), Reason.PHONE_NOT_MOBILE.value, "phone")
    # numbers of no country (+800, +870, ...): the platform asks for a country with each contact
    yield _Rule(phones["country"] == "", country_not_allowed, "phone")
    if sync.countries is not None:
        yield _Rule(~is_in(phones["country"], sync.countries), country_not_allowed, "phone")


def malformed_as_rejects(malformed: pd.DataFrame) -> pd.DataFrame:
    """Rows that the source could not read into columns, as rejects that name nobody.

    Args:
        malformed: `MALFORMED`.
    """
    rejects = pd.DataFrame("", index=malformed.index, columns=[*REJECTS.names], dtype="str")
    rejects = rejects.assign(reason=Reason.ROW_MALFORMED.value, opted_out=False, refused=False)
    return REJECTS.cast(rejects)


def _cut_off(keys: pd.Series[str]) -> pd.Series[bool]:
    """Keys in scientific notation, such as 1.20655E+17: several people's, for all we know."""
    return keys.str.contains(r"^[0-9][.,]?[0-9]*[eE]\+[0-9]+$", regex=True)


def _usable_code(codes: pd.Series[str]) -> pd.Series[bool]:
    """A sender code becomes a segment of an address: not empty, no slash, not only dots."""
    usable = pd.Series(data=True, index=codes.index)
    for code in codes.unique():
        if not code or "/" in code or code in (".", ".."):
            usable &= codes != code
    return usable
