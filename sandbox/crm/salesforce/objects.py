"""Contact and Lead: their fields, their ids, and how rows are shown.

Standard fields: https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_contact.htm.
Those that end in ``__c`` are custom, as an org would have made them;
``Mobile_E164__c`` is a formula.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox.crm.people import Person
from sandbox.crm.records import CrmRecord, CrmRecords

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_CHECK = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
_COMMON = """
Id|id|Record ID
IsDeleted|boolean|Deleted
FirstName|string|First Name
LastName|string|Last Name
Name|string|Full Name
Email|email|Email
Phone|phone|Business Phone
MobilePhone|phone|Mobile Phone
HasOptedOutOfEmail|boolean|Email Opt Out
HasOptedOutOfFax|boolean|Fax Opt Out
DoNotCall|boolean|Do Not Call
CreatedDate|datetime|Created Date
LastModifiedDate|datetime|Last Modified Date
SystemModstamp|datetime|System Modstamp
MasterRecordId|reference|Master Record ID
OwnerId|reference|Owner ID
SMS_Opt_Out__c|boolean|SMS Opt Out
Customer_Number__c|string|Customer Number
Mobile_E164__c|string|Mobile (E.164)
"""
_CONTACT = """
AccountId|reference|Account ID
MailingCity|string|Mailing City
MailingPostalCode|string|Mailing Zip/Postal Code
MailingCountry|string|Mailing Country
"""
_LEAD = """
Company|string|Company
City|string|City
PostalCode|string|Zip/Postal Code
Country|string|Country
Status|picklist|Status
IsConverted|boolean|Converted
ConvertedContactId|reference|Converted Contact ID
"""
FORMULAS = {"Mobile_E164__c"}


def long_id(prefix: str, number: int) -> str:
    """The id of 18 characters: 15 that matter by case, and three that say what the case was."""
    tail = ""
    while number:
        number, digit = divmod(number, 62)
        tail = _DIGITS[digit] + tail
    return full_id(f"{prefix}5g000{tail.rjust(7, '0')}")


def full_id(short: str) -> str:
    """The 18 characters of an id of 15; others stay as they are."""
    if len(short) != 15:
        return short
    check = ""
    for start in (0, 5, 10):
        bits = sum(1 << at for at in range(5) if short[start + at].isupper())
        check += _CHECK[bits]
    return short + check


def number_of(text: str) -> int:
    """The number behind an id of 15 or 18 characters.

    Raises:
        ValueError: it is no id.
    """
    number = 0
    if len(text) not in (15, 18):
        raise ValueError(f"{text!r} is no id")
    for one in text[8:15]:
        number = number * 62 + _DIGITS.index(one)
    return number


def _contact(person: Person) -> dict[str, Any]:
    return {
        **_shared(person),
        "AccountId": long_id("001", person.company + 1) if person.company else None,
        "MailingCity": person.city,
        "MailingPostalCode": person.zip,
        "MailingCountry": "United States",
    }


def _lead(person: Person) -> dict[str, Any]:
    return {
        **_shared(person),
        "Company": f"Company {person.company}",
        "City": person.city,
        "PostalCode": person.zip,
        "Country": "United States",
        "Status": "Open - Not Contacted",
    }


def _shared(person: Person) -> dict[str, Any]:
    return {
        "FirstName": person.first,
        "LastName": person.last,
        "Email": person.email or None,
        "Phone": person.phone or None,
        "MobilePhone": person.mobile or None,
        "HasOptedOutOfEmail": person.opted_out,
        "SMS_Opt_Out__c": person.opted_out,
        "Customer_Number__c": person.customer,
    }


@dataclass(frozen=True)
class Field:
    """One field of an object."""

    name: str
    kind: str
    label: str

    def describe(self) -> dict[str, Any]:
        """As ``describe`` shows it (a part of what the real one has)."""
        to = {"AccountId": ("Account", "Account"), "OwnerId": ("User", "Owner")}.get(self.name)
        return {
            "name": self.name,
            "label": self.label,
            "type": self.kind,
            "length": {"id": 18, "reference": 18, "phone": 40}.get(self.kind, 255),
            "custom": self.name.endswith("__c"),
            "calculated": self.name in FORMULAS or self.name == "Name",
            "calculatedFormula": "SUBSTITUTE(MobilePhone, ' ', '')"
            if self.name in FORMULAS
            else None,
            "filterable": True,
            "sortable": True,
            "nillable": self.kind not in ("id", "boolean"),
            "referenceTo": [to[0]] if to else [],
            "relationshipName": to[1] if to else None,
            "soapType": {"boolean": "xsd:boolean", "datetime": "xsd:dateTime"}.get(
                self.kind, "xsd:string"
            ),
        }


class SObject:
    """One kind of record."""

    def __init__(self, name: str, prefix: str, lines: str, present: Callable[..., Any]) -> None:
        """``lines`` are the fields besides the common ones."""
        self.name = name
        self.prefix = prefix
        self.records = CrmRecords(present, first_id=1, grain_ms=1000)
        self.fields: dict[str, Field] = {}
        for line in (_COMMON + lines).split("\n"):
            if line:
                field = Field(*line.split("|"))
                self.fields[field.name.lower()] = field

    def values(self, record: CrmRecord) -> dict[str, Any]:
        """Every field; what is not set is null, or false for a checkbox."""
        own = self.records.values(record)
        mobile = own.get("MobilePhone")
        first, last = own.get("FirstName"), own.get("LastName")
        return {
            **own,
            "Id": long_id(self.prefix, record.id),
            "IsDeleted": bool(record.archived),
            "Name": " ".join(part for part in (first, last) if part),
            "CreatedDate": record.created,
            "LastModifiedDate": record.modified,
            "SystemModstamp": record.modified,
            "OwnerId": long_id("005", 7),
            "Mobile_E164__c": mobile.replace(" ", "") if mobile else None,
        }

    def read(self, values: dict[str, Any], name: str) -> Any:
        """One field out of them, by its name in any case; moments are numbers.

        ``Account.Name`` and ``Owner.Name`` read through to what they point to.
        """
        parent, _, part = name.lower().partition(".")
        if part:
            key = values.get("AccountId" if parent == "account" else "OwnerId")
            if key is None:
                return None
            if part == "id":
                return key
            return "Sync User" if parent == "owner" else f"Account {number_of(key) - 1}"
        field = self.fields[parent]
        value = values.get(field.name)
        return bool(value) if field.kind == "boolean" else value

    def canonical(self, name: str) -> str | None:
        """The name as Salesforce spells it; None when there is no such field."""
        low = name.lower()
        parent, _, part = low.partition(".")
        if not part:
            return self.fields[low].name if low in self.fields else None
        known = {"owner": "Owner"} | ({"account": "Account"} if self.name == "Contact" else {})
        if parent in known and part in ("name", "id"):
            return f"{known[parent]}.{part.title()}"
        return None

    def kind_of(self, name: str) -> str:
        """The type of a field that exists."""
        parent, _, part = name.lower().partition(".")
        if part:
            return "reference" if part == "id" else "string"
        return self.fields[parent].kind

    def row(self, record: CrmRecord, names: list[str], version: str) -> dict[str, Any]:
        """As the REST API shows it: ``attributes`` first, what it points to nested."""
        values = self.values(record)
        base = f"/services/data/v{version}/sobjects"
        row: dict[str, Any] = {
            "attributes": {"type": self.name, "url": f"{base}/{self.name}/{values['Id']}"}
        }
        for name in names:
            value = self.read(values, name)
            parent, _, part = name.partition(".")
            if not part:
                row[name] = moment_text(value) if self.kind_of(name) == "datetime" else value
            elif value is None:
                row[parent] = None
            else:
                kind = "User" if parent == "Owner" else parent
                key = self.read(values, f"{parent}.Id")
                nested = {"attributes": {"type": kind, "url": f"{base}/{kind}/{key}"}}
                row.setdefault(parent, nested)[part] = value
        return row


def moment_text(moment: int | None, zone: str = "+0000") -> str | None:
    """As ``2026-01-01T00:00:00.000+0000``; in CSV of the Bulk API with ``Z`` (example)."""
    if moment is None:
        return None
    text = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(moment // 1000))
    return f"{text}.000{zone}"


def sobjects() -> dict[str, SObject]:
    """The objects there are, by their name in lower case."""
    return {
        "contact": SObject("Contact", "003", _CONTACT, _contact),
        "lead": SObject("Lead", "00Q", _LEAD, _lead),
    }
