"""Lists (segments) and their members.

Members are "sorted in ascending order" by record id, 250 at most a page, 100 by default;
each has ``recordId`` and ``membershipTimestamp`` (OpenAPI model JoinTimeAndRecordId). That an
archived contact leaves its lists, and that a merged one is there as the one that stayed, is
inferred.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import Any

from sandbox.crm.crm import CrmAnswer, CrmRequest
from sandbox.crm.hubspot.contacts import Contacts, iso
from sandbox.crm.hubspot.errors import HubspotRefusal, error, invalid
from sandbox.crm.records import read_moment


@dataclass
class ContactList:
    """One list."""

    id: str
    name: str
    members: set[int] = field(default_factory=set)
    joined: int = 0

    def as_json(self, size: int) -> dict[str, Any]:
        """As ``GET /crm/v3/lists/{listId}`` shows it."""
        return {
            "listId": self.id,
            "listVersion": 1,
            "name": self.name,
            "objectTypeId": "0-1",
            "processingType": "MANUAL",
            "processingStatus": "COMPLETE",
            "createdAt": iso(self.joined),
            "updatedAt": iso(self.joined),
            "additionalProperties": {"hs_list_size": str(size)},
        }


class Lists:
    """All lists."""

    def __init__(self, contacts: Contacts) -> None:
        """Of these contacts."""
        self._contacts = contacts
        self.by_id: dict[str, ContactList] = {}

    def define(self, given: dict[str, Any], at: int) -> None:
        """Makes or replaces one: ``{"id", "name", "members": [ids] or "every": k, "at"}``.

        ``at``: when its members came onto it; without it, now.
        """
        at = read_moment(str(given["at"])) if "at" in given else at
        members = {int(one) for one in given.get("members", [])}
        if "every" in given:
            members |= {r.id for r in list(self._contacts.records)[:: int(given["every"])]}
        key = str(given["id"])
        self.by_id[key] = ContactList(key, str(given.get("name", f"List {key}")), members, at)

    def one(self, key: str) -> CrmAnswer:
        """A list by its id.

        Raises:
            Refused: there is none.
        """
        found = self._get(key)
        return CrmAnswer(200, {"list": found.as_json(len(self._members(found)))})

    def by_name(self, name: str) -> CrmAnswer:
        """A list by its name.

        Raises:
            Refused: there is none.
        """
        for found in self.by_id.values():
            if found.name.lower() == name.lower():
                return CrmAnswer(200, {"list": found.as_json(len(self._members(found)))})
        raise HubspotRefusal(
            error(404, "OBJECT_NOT_FOUND", f"List does not exist with name {name}.")
        )

    def memberships(self, key: str, request: CrmRequest) -> CrmAnswer:
        """One page of members.

        Raises:
            Refused: no such list, or a wrong ``limit`` or ``after``.
        """
        found, asked = self._get(key), request.query
        try:
            limit = int(asked.get("limit", 100))
            after = int(base64.b64decode(asked["after"])) if asked.get("after") else 0
        except ValueError as wrong:
            raise HubspotRefusal(invalid("limit or after is not valid")) from wrong
        if not 0 < limit <= 250:
            raise HubspotRefusal(invalid("limit must be between 1 and 250"))
        members = self._members(found)
        page = [one for one in members if one > after][:limit]
        results = [{"recordId": str(o), "membershipTimestamp": iso(found.joined)} for o in page]
        body: dict[str, Any] = {"results": results, "total": len(members)}
        if page and page[-1] != members[-1]:
            token = base64.b64encode(str(page[-1]).encode()).decode()
            link = f"{request.base_url}{request.path}?after={token.replace('=', '%3D')}"
            body["paging"] = {"next": {"after": token, "link": link}}
        return CrmAnswer(200, body)

    def _get(self, key: str) -> ContactList:
        if key not in self.by_id:
            raise HubspotRefusal(
                error(404, "OBJECT_NOT_FOUND", f"List does not exist with ID {key}.")
            )
        return self.by_id[key]

    def _members(self, found: ContactList) -> list[int]:
        live = (self._contacts.find(str(one)) for one in found.members)
        return sorted({record.id for record in live if record and not record.archived})
