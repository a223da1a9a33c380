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
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pandas as pd

from schemas.frames import CONTACT_COLUMNS, CONTACTS, FLAG_COLUMNS, REJECT_COLUMNS, REJECTS
from schemas.reasons import Reason
from schemas.sync_file import SyncFile
from sendersync.transforms.cells.emails import normalise_emails
from sendersync.transforms.cells.flags import doubtful, truthy
from sendersync.transforms.cells.texts import clean_text
from sendersync.transforms.located_phones import ColumnDoubts, locate_phones

_WRITTEN_BY_HAND: Final = ("csv", "excel")


@dataclass(frozen=True)
class Normalised:
    """What the records of one read became.

    Attributes:
        contacts: `CONTACTS`.
        rejects: `REJECTS`.
        country_differs: Contacts whose country column disagrees with their number's country.
        ambiguous_flags_by_field: `opted_out` and `consent`, where they are mapped, to the lines
            whose cell is neither a yes nor a no.
        doubts: Rows in which only the whole column shows a doubt.
        missing_country: Numbers that are rejected because nothing says their country.
    """

    contacts: pd.DataFrame
    rejects: pd.DataFrame
    country_differs: int
    ambiguous_flags_by_field: dict[str, pd.Index[int]]
    doubts: ColumnDoubts
    missing_country: int = 0

    def __post_init__(self) -> None:
        CONTACTS.require(self.contacts)
        REJECTS.require(self.rejects)


def normalise(records: pd.DataFrame, sync: SyncFile) -> Normalised:
    """Reads the records of one read as contacts of `sync`; some of it only the whole can say.

    Args:
        records: The source's own columns, all `str`, index `line`; every mapped column is there.
        sync: Says which column is what.
    """
    mapped = sync.columns.mapped()
    blank = pd.Series("", index=records.index, dtype="str")

    def column(field: str) -> pd.Series[str]:
        return records[mapped[field]] if field in mapped else blank

    located = locate_phones(
        column("phone"),
        column("country"),
        header=mapped.get("country", ""),
        default_country=sync.default_country or "",
        may_be_grouped=sync.source.kind in _WRITTEN_BY_HAND,
    )
    phones, region, understood = located.phones, located.region, located.understood
    emails = normalise_emails(column("email"))

    phone = phones["phone"]
    key = clean_text(column("key"))
    frame = pd.DataFrame(
        {
            "key": key.mask(key == "", phone),
            "phone": phone,
            "country": phones["country"],
            "email": emails["email"],
            "first_name": clean_text(column("first_name")),
            "customer_key": clean_text(column("customer_key")),
            "group": clean_text(column("group"))
            if "group" in mapped
            else blank.mask(blank == "", sync.group or ""),
            "sender_code": clean_text(column("sender_code"))
            if "sender_code" in mapped
            else blank.mask(blank == "", sync.sender_code or ""),
            "opted_out": truthy(column("opted_out"), sync.words.opted_out),
            "opt_out_unclear": doubtful(column("opted_out"), sync.words.opted_out),
            "consent": truthy(column("consent"), sync.words.consent)
            if "consent" in mapped
            else True,
        },
        index=records.index,
    )

    reason = phones["reason"].copy()
    fault = blank.mask(reason != "", mapped["phone"])

    unreadable_country = (reason != "") & phones["needs_region"] & ~understood
    reason = reason.mask(unreadable_country, Reason.COUNTRY_UNKNOWN.value)
    fault = fault.mask(unreadable_country, mapped.get("country", ""))

    missing_country = (reason != "") & phones["needs_region"] & (region == "") & understood

    def reject(where: pd.Series[bool], why: Reason, field: str) -> None:
        nonlocal reason, fault
        where = where & (reason == "") & ~frame["opted_out"]
        reason = reason.mask(where, why.value)
        fault = fault.mask(where, mapped.get(field, ""))

    allowed_types = [kind.value for kind in sync.line_types]
    reject(~phones["line_type"].isin(allowed_types), Reason.PHONE_NOT_MOBILE, "phone")
    # Numbers of no country (+800, +870, ...): the platform asks for a country with each contact.
    reject(phones["country"] == "", Reason.PHONE_COUNTRY_NOT_ALLOWED, "phone")
    if sync.countries is not None:
        reject(~phones["country"].isin(sync.countries), Reason.PHONE_COUNTRY_NOT_ALLOWED, "phone")
    reject(~emails["valid"], Reason.EMAIL_INVALID, "email")
    reject(~_usable_code(frame["sender_code"]), Reason.ROW_MALFORMED, "sender_code")

    reject(_cut_off(frame["key"]), Reason.ROW_MALFORMED, "key")

    good = reason == ""
    rejects = frame.loc[~good].assign(reason=reason[~good], column=fault[~good])
    differs = good & (located.said != "") & (located.said != phones["country"])
    return Normalised(
        contacts=frame.loc[good, [*CONTACT_COLUMNS, *FLAG_COLUMNS]],
        rejects=rejects[[*REJECT_COLUMNS, "opted_out"]],
        country_differs=int(differs.sum()),
        ambiguous_flags_by_field={
            field: records.index[doubtful(records[mapped[field]], words)]
            for field, words in sync.words
            if field in mapped
        },
        doubts=located.doubts,
        missing_country=int(missing_country.sum()),
    )


def malformed_as_rejects(malformed: pd.DataFrame) -> pd.DataFrame:
    """Rows that the source could not read into columns, as rejects that name nobody.

    Args:
        malformed: Column `raw` (`str`), index `line`.
    """
    rejects = pd.DataFrame("", index=malformed.index, columns=list(REJECT_COLUMNS), dtype="str")
    return rejects.assign(reason=Reason.ROW_MALFORMED.value, opted_out=False).astype(
        {"reason": "str"}
    )


def _cut_off(keys: pd.Series[str]) -> pd.Series[bool]:
    """Keys in scientific notation, such as 1.20655E+17: several people's, for all we know."""
    return keys.str.contains(r"^[0-9][.,]?[0-9]*[eE]\+[0-9]+$", regex=True)


def _usable_code(codes: pd.Series[str]) -> pd.Series[bool]:
    """A sender code becomes a segment of an address: not empty, no slash, not only dots."""
    usable = pd.Series(True, index=codes.index)
    for code in codes.unique():
        if not code or "/" in code or code in (".", ".."):
            usable &= codes != code
    return usable
