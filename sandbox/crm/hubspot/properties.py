"""The contact properties of the account: name, label, type, field type.

``hs_...`` names and types are HubSpot's default contact properties
(https://knowledge.hubspot.com/properties/hubspots-default-contact-properties); the last
ones are custom, as an account would have made them.
"""

from __future__ import annotations

from typing import Any

from sandbox.crm.people import Person

_DEFINED = """
email|Email|string|text
firstname|First Name|string|text
lastname|Last Name|string|text
phone|Phone Number|string|phonenumber
mobilephone|Mobile Phone Number|string|phonenumber
city|City|string|text
country|Country/Region|string|text
zip|Postal Code|string|text
lifecyclestage|Lifecycle Stage|enumeration|radio
hs_email_optout|Unsubscribed from all email|bool|booleancheckbox
hs_object_id|Record ID|number|number
hs_merged_object_ids|Merged record IDs|enumeration|checkbox
hs_calculated_merged_vids|Merged Contact IDs|enumeration|checkbox
createdate|Create Date|datetime|date
lastmodifieddate|Last Modified Date|datetime|date
customer_number|Customer number|string|text
sms_opt_out|SMS opt-out|bool|booleancheckbox
"""
CUSTOM = {"customer_number", "sms_opt_out"}
READ_ONLY = {
    "hs_object_id",
    "hs_merged_object_ids",
    "hs_calculated_merged_vids",
    "createdate",
    "lastmodifieddate",
}
DEFAULT = ("createdate", "email", "firstname", "hs_object_id", "lastmodifieddate", "lastname")
"""What comes without asking (doc: the table of search; the same for lists: example)."""


def present(person: Person) -> dict[str, Any]:
    """A person's properties; those without a value are missing, and shown as null."""
    values = {
        "firstname": person.first,
        "lastname": person.last,
        "email": person.email,
        "phone": person.phone,
        "mobilephone": person.mobile,
        "city": person.city,
        "country": "United States",
        "zip": person.zip,
        "lifecyclestage": "customer",
        "customer_number": person.customer,
    }
    if person.opted_out:
        values["sms_opt_out"] = values["hs_email_optout"] = "true"
    return {name: value for name, value in values.items() if value}


def all_properties() -> dict[str, dict[str, Any]]:
    """Each property as ``GET /crm/v3/properties/contacts`` shows it."""
    found = {}
    for line in _DEFINED.split("\n"):
        if line:
            name, label, kind, field_type = line.split("|")
            found[name] = definition(name, label, kind, field_type)
    return found


def definition(
    name: str, label: str = "", kind: str = "string", field_type: str = "text"
) -> dict[str, Any]:
    """A property as the properties API shows it."""
    own = name in CUSTOM or not label
    return {
        "updatedAt": "2026-01-01T00:00:00.000Z",
        "createdAt": "2026-01-01T00:00:00.000Z",
        "name": name,
        "label": label or name,
        "type": kind,
        "fieldType": field_type,
        "description": "",
        "groupName": "contactinformation",
        "options": [],
        "displayOrder": -1,
        "calculated": name.startswith("hs_calculated"),
        "externalOptions": False,
        "archived": False,
        "hasUniqueValue": name in ("email", "hs_object_id"),
        "hidden": False,
        "hubspotDefined": not own,
        "modificationMetadata": {
            "archivable": own,
            "readOnlyDefinition": not own,
            "readOnlyValue": name in READ_ONLY,
        },
        "formField": name not in READ_ONLY,
    }
