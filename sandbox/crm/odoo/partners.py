"""The fields of ``res.partner``, and how records are read.

Empty values are ``false``, whatever the type (doc); a many2one is ``[id, name]``; times are UTC
without a zone, to the second.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from sandbox.crm.odoo.rpc import value_error
from sandbox.crm.people import Person
from sandbox.crm.records import CrmRecord, CrmRecords, read_moment

COUNTRIES = {
    38: ("Canada", "CA", 1),
    75: ("France", "FR", 33),
    231: ("United Kingdom", "GB", 44),
    233: ("United States", "US", 1),
}
CATEGORIES = {1: "Newsletter", 2: "Wholesale"}
_MANY2ONE = {"country_id": "res.country", "parent_id": "res.partner", "company_id": "res.company"}
_FIELDS = """
id|integer|ID
name|char|Name
display_name|char|Display Name
complete_name|char|Complete Name
ref|char|Reference
email|char|Email
email_normalized|char|Normalized Email
phone|char|Phone
mobile|char|Mobile
phone_sanitized|char|Sanitized Number
phone_sanitized_blacklisted|boolean|Phone Blacklisted
phone_blacklisted|boolean|Blacklisted Phone is Phone
mobile_blacklisted|boolean|Blacklisted Phone Is Mobile
city|char|City
zip|char|Zip
country_id|many2one|Country
country_code|char|Country Code
parent_id|many2one|Related Company
company_id|many2one|Company
category_id|many2many|Tags
is_company|boolean|Is a Company
active|boolean|Active
lang|char|Language
create_date|datetime|Created on
write_date|datetime|Last Updated on
x_sms_consent|boolean|SMS consent
"""
_COMPUTED = {
    "display_name",
    "complete_name",
    "email_normalized",
    "phone_sanitized",
    "phone_sanitized_blacklisted",
    "phone_blacklisted",
    "mobile_blacklisted",
    "country_code",
}
_OF_MOBILE = {"mobile", "mobile_blacklisted"}
_OF_PHONE_VALIDATION = {
    "phone_sanitized",
    "phone_sanitized_blacklisted",
    "phone_blacklisted",
    "mobile_blacklisted",
}


def present(person: Person) -> dict[str, Any]:
    """A person's fields; those without a value are missing, and read as false."""
    values = {
        "name": f"{person.first} {person.last}",
        "ref": person.customer,
        "email": person.email,
        "phone": person.phone,
        "mobile": person.mobile,
        "city": person.city,
        "zip": person.zip,
        "country_id": 233,
        "lang": "en_US",
        "blacklisted": person.opted_out,
        "x_sms_consent": not person.opted_out,
        "category_id": [1] if person.company % 2 else [],
    }
    return {name: value for name, value in values.items() if value not in ("", False)}


def stamp(moment: int) -> str:
    """A moment as ``2026-01-01 00:00:00``."""
    return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(moment // 1000))


class Partners:
    """All partners."""

    def __init__(self) -> None:
        """None yet; ids begin behind those of a new database's own partners."""
        self.records = CrmRecords(present, first_id=7, grain_ms=1000)
        self.with_mobile = True
        self.with_phone_validation = True
        self.custom: dict[str, str] = {}

    def definitions(self) -> dict[str, dict[str, Any]]:
        """What ``fields_get`` answers."""
        lines = [line.split("|") for line in _FIELDS.split("\n") if line]
        lines += [[name, "char", label] for name, label in self.custom.items()]
        missing: set[str] = set() if self.with_mobile else set(_OF_MOBILE)
        if not self.with_phone_validation:
            missing |= _OF_PHONE_VALIDATION
        return {name: _definition(name, *rest) for name, *rest in lines if name not in missing}

    def shown(self, record: CrmRecord, fields: list[str], *, pairs: bool = True) -> dict[str, Any]:
        """As ``read`` shows it; ``id`` always comes along."""
        values = self.values(record)
        shown: dict[str, Any] = {"id": record.id}
        for name in fields:
            value = values.get(name, False)
            if pairs and name in _MANY2ONE and value:
                value = [value, self._name(name, value)]
            shown[name] = value if name != "category_id" else value or []
        return shown

    def values(self, record: CrmRecord) -> dict[str, Any]:
        """All fields, computed ones too; false and empty ones are missing."""
        values = self.records.values(record)
        blacklisted = bool(values.pop("blacklisted", False))
        name, country = str(values.get("name", "")), values.get("country_id")
        number = (values.get("mobile") if self.with_mobile else "") or values.get("phone")
        if not self.with_mobile and not values.get("phone"):
            # A database that was moved to Odoo 19 has its mobiles in phone.
            number = values["phone"] = values.get("mobile", False)
        is_mobile = self.with_mobile and bool(values.get("mobile"))
        return {
            **values,
            "id": record.id,
            "display_name": name,
            "complete_name": name,
            "email_normalized": str(values["email"]).lower() if values.get("email") else False,
            "phone_sanitized": _sanitized(str(number)) if number else False,
            "phone_sanitized_blacklisted": blacklisted,
            "phone_blacklisted": blacklisted and not is_mobile,
            "mobile_blacklisted": blacklisted and is_mobile,
            "country_code": COUNTRIES[country][1] if country in COUNTRIES else False,
            "active": not record.archived,
            "create_date": stamp(record.created),
            "write_date": stamp(record.modified),
        }

    def getter(self, field: str) -> tuple[Callable[[CrmRecord], Any], Callable[[Any], Any]]:
        """How to read a field for a domain or an order.

        Raises:
            OdooError: there is no such field.
        """
        if field == "id":
            return lambda record: record.id, lambda value: value
        if field in ("write_date", "create_date"):
            changed = field == "write_date"
            return lambda r: r.modified if changed else r.created, read_stamp
        if field == "active":
            return lambda record: not record.archived, bool
        name, _, part = field.partition(".")
        if name not in self.definitions():
            raise value_error(f"Invalid field res.partner.{name} in leaf ({field!r}, ...)")
        if part and name == "country_id" and part in ("code", "name"):
            at = 1 if part == "code" else 0
            return lambda r: COUNTRIES.get(self.values(r).get(name, 0), (False, False))[at], _same
        return lambda record: self.values(record).get(name) or False, _same

    def _name(self, field: str, key: int) -> str:
        if field == "country_id":
            return COUNTRIES[key][0] if key in COUNTRIES else f"Country {key}"
        if field == "parent_id" and key in self.records.by_id:
            return str(self.values(self.records.by_id[key])["display_name"])
        return "YourCompany"


def read_stamp(value: Any) -> Any:
    """Milliseconds from a date or time in a domain; false stays false.

    Raises:
        OdooError: it is no date.
    """
    if value in (False, None):
        return False
    try:
        return read_moment(str(value))
    except ValueError as wrong:
        raise value_error(f"time data {value!r} does not match format") from wrong


def _same(value: Any) -> Any:
    return False if value is None else value


def _sanitized(number: str) -> str:
    """E.164 of the numbers the invented people have; others lose all but digits."""
    digits = "".join(one for one in number if one.isdigit())
    return "+" + (digits if number.startswith("+") or len(digits) != 10 else "1" + digits)


def fixed_definitions(names: list[str]) -> dict[str, dict[str, Any]]:
    """What ``fields_get`` answers for the small tables."""
    return {name: _definition(name, "integer" if name == "id" else "char", name) for name in names}


def _definition(name: str, kind: str, label: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        "type": kind,
        "string": label,
        "required": False,
        "readonly": name in _COMPUTED or name in ("id", "create_date", "write_date"),
        "searchable": True,
        "sortable": kind not in ("many2many",) and name not in ("country_code",),
        "store": name not in ("country_code", "phone_blacklisted", "mobile_blacklisted"),
        "help": "",
        "company_dependent": False,
    }
    if kind == "many2one":
        found["relation"] = _MANY2ONE[name]
    if kind == "many2many":
        found["relation"] = "res.partner.category"
    if found["type"] in ("many2one", "many2many"):
        found |= {"domain": [], "context": {}}
    return found
