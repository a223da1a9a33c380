"""HubSpot's endpoints, page by page: each method asks one kind of question, and none decides.

| question | endpoint | page | limit |
| --- | --- | --- | --- |
| all contacts | `GET /crm/.../objects/contacts` | 100 | 100 questions in 10 s |
| these contacts | `POST /crm/.../objects/contacts/batch/read` | 100 | the same |
| who is on a list | `GET /crm/.../lists/{id}/memberships` | 250 | the same |
| changed when | `POST /crm/.../objects/contacts/search` | 200 | 5 questions in 1 s, 10,000 rows |

Each request is as the published schema has it, where `sorts` is a list of names, and `after` and
`propertiesWithHistory` may not be missing:
https://github.com/HubSpot/HubSpot-public-api-spec-collection
(`PublicObjectSearchRequest`, `BatchReadInputSimplePublicObjectId`).

Sources: https://developers.hubspot.com/docs/api-reference/legacy/crm/objects/contacts ,
https://developers.hubspot.com/docs/api-reference/2026-03/crm/search-the-crm ,
https://developers.hubspot.com/docs/developer-tooling/platform/usage-guidelines (a key or a
private app of the smallest plan; larger plans allow 190).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import quote

from connectors.http_client.json_client import HttpJson, JsonReply
from connectors.http_client.request_limiter import RequestLimiter
from connectors.sources.hubspot.api_version import crm_path
from schemas.errors import SourceMismatch, SourceUnavailable

CONTACTS: Final = crm_path("objects", "/contacts")
PROPERTIES: Final = crm_path("properties", "/contacts")
LISTS: Final = crm_path("lists")
CHANGED: Final = "lastmodifieddate"
ID: Final = "hs_object_id"
MERGED: Final = "hs_merged_object_ids"
CONTACT_TYPE: Final = "0-1"


@dataclass(frozen=True)
class HubspotLimits:
    """How much HubSpot gives at once, and how often it may be asked (table above).

    Attributes:
        page: Contacts a page of all, and ids a batch.
        members: Members of a list a page.
        searched: Contacts a page of a search.
        questions: Questions in so many seconds, without searches.
        searches: Searches in so many seconds; the account's other apps share this limit.
    """

    page: int = 100
    members: int = 250
    searched: int = 200
    questions: tuple[int, float] = (100, 10.0)
    searches: tuple[int, float] = (5, 1.0)


@dataclass(frozen=True)
class Contact:
    """A contact as HubSpot gives it.

    Attributes:
        id: Its record id today.
        moment: When it changed last, in milliseconds.
        values: Property to text; those without a value are missing.
    """

    id: int
    moment: int
    values: dict[str, str]


@dataclass(frozen=True)
class Member:
    """Somebody on a list, and since when, in milliseconds."""

    id: int
    since: int


class HubspotPages:
    """One conversation with one account."""

    def __init__(
        self,
        ask: HttpJson,
        properties: Sequence[str],
        limits: HubspotLimits,
        limiter: Callable[[int, float], RequestLimiter] = RequestLimiter,
    ) -> None:
        """Prepares; nothing is sent.

        Args:
            ask: The connection.
            properties: Those to bring along.
            limits: See there.
            limiter: Makes what keeps so many questions in so many seconds.
        """
        self._ask = ask
        self._mapped = frozenset(properties)
        self._properties = list(dict.fromkeys([*properties, CHANGED, ID, MERGED]))
        self._limits = limits
        self._limiter = limiter(*limits.questions)
        self._search_limiter = limiter(*limits.searches)

    def account(self) -> JsonReply:
        """The first page of one contact's id: the smallest question there is."""
        return self._ask.get(CONTACTS, {"limit": "1", "properties": ID}, limiter=self._limiter)

    def properties(self) -> dict[str, str]:
        """Name to label of every contact property."""
        body = self._ask.get(PROPERTIES, limiter=self._limiter).body
        return {
            str(each.get("name")): str(each.get("label") or "")
            for each in _results(body, PROPERTIES)
            if not each.get("archived")
        }

    def everybody(self) -> Iterator[list[Contact]]:
        """All contacts that are not archived, in pages, in HubSpot's own order (by id)."""
        asked = {
            "limit": str(self._limits.page),
            "properties": ",".join(self._properties),
            "archived": "false",
        }
        for body in self._listed(CONTACTS, asked):
            yield self._live(body, CONTACTS)

    def these(self, ids: Sequence[int]) -> list[Contact]:
        """At most a page of contacts by id; who is archived or deleted is not among them.

        An id of a contact that was merged away brings the one that stayed.
        """
        path = f"{CONTACTS}/batch/read"
        sent = {
            "inputs": [{"id": str(one)} for one in ids],
            "properties": self._properties,
            "propertiesWithHistory": [],
        }
        body = self._ask.post(path, sent, limiter=self._limiter).body
        found = self._live(body, path)
        for problem in body.get("errors") or []:
            if problem.get("category") != "OBJECT_NOT_FOUND":
                raise _unreadable(path)
        return found

    def list_id(self, wanted: str) -> str:
        """The id of a list given by its id or its name.

        Raises:
            SourceMismatch: There is none, or not of contacts.
        """
        by_name = not wanted.isdigit()
        name = f"object-type-id/{CONTACT_TYPE}/name/{quote(wanted, safe='')}" if by_name else wanted
        try:
            reply = self._ask.get(f"{LISTS}/{name}", limiter=self._limiter)
        except _NoSuchThing:
            raise _no_list("HubSpot has no such list.") from None
        found = reply.body.get("list") if isinstance(reply.body, dict) else None
        if not isinstance(found, dict) or not str(found.get("listId", "")).isdigit():
            raise _unreadable(LISTS)
        if found.get("objectTypeId") != CONTACT_TYPE:
            raise _no_list("This list does not hold contacts.")
        return str(found["listId"])

    def members(self, list_id: str) -> Iterator[list[Member]]:
        """Everybody on a list, in pages, by id."""
        path = f"{LISTS}/{list_id}/memberships"
        for body in self._listed(path, {"limit": str(self._limits.members)}):
            yield [_member(each, path) for each in _results(body, path)]

    def changed(self, *between: dict[str, Any], order: str) -> list[Contact]:
        """The first contacts of a search that are not archived; fewer than a page are all.

        Only ever the first: neither the edge at 10,000 nor a row that moves is met this way. A page
        that is not full and announces another is followed by that, until there are enough.
        """
        path, most = f"{CONTACTS}/search", self._limits.searched
        sent = {
            "filterGroups": [{"filters": list(between)}],
            "sorts": [order],  # ascending; a minus before the name would turn it round
            "properties": self._properties,
            "limit": most,
            "after": "0",
        }
        found: list[Contact] = []
        for body in self._follow(
            path, lambda more: self._ask.post(path, {**sent, **more}, limiter=self._search_limiter)
        ):
            found += [self._contact(each) for each in _results(body, path)]
            if len(found) >= most:
                break
        return found

    def _live(self, body: Any, path: str) -> list[Contact]:
        """The contacts of a page that are not archived."""
        return [self._contact(each) for each in _results(body, path) if not each.get("archived")]

    def _contact(self, given: dict[str, Any]) -> Contact:
        """A contact with every property that was asked for.

        Raises:
            SourceUnavailable: One is missing. HubSpot writes null for a property without a value;
                one that is not there was not answered, and if it is the opt-out, "nothing" would
                read as "may be texted".
        """
        values = given.get("properties")
        if not isinstance(values, dict):
            raise _unreadable(CONTACTS)
        missing = sorted(self._mapped - values.keys())
        if missing:
            raise SourceUnavailable(
                f"HubSpot's answer has no property {missing[0]!r}, which was asked for.",
                where=f"HubSpot: {CONTACTS}",
                do="Nothing was changed; run again later. If it stays, see whether the property is "
                "archived, or sensitive and not among the scopes of the key.",
            )
        return _contact(given, values)

    def _listed(self, path: str, asked: dict[str, str]) -> Iterator[Any]:
        """Page after page of a GET."""
        return self._follow(
            path, lambda more: self._ask.get(path, {**asked, **more}, limiter=self._limiter)
        )

    def _follow(self, path: str, ask: Callable[[dict[str, str]], JsonReply]) -> Iterator[Any]:
        """Page after page, until none is announced; one that came before is no page."""
        after, seen = "", {""}
        while True:
            body = ask({"after": after} if after else {}).body
            yield body
            following = body.get("paging") or {}
            after = str((following.get("next") or {}).get("after") or "")
            if not after:
                return
            if after in seen:
                raise _unreadable(path)
            seen.add(after)


class _NoSuchThing(SourceMismatch):
    """404."""


def no_such_thing(path: str) -> SourceMismatch:
    """What `classify` makes of a 404, for `list_id` to word."""
    return _NoSuchThing("HubSpot has no such thing (404).", where=path, do="Check the sync file.")


def milliseconds(text: str) -> int:
    """HubSpot's moments: `2019-10-30T03:30:17.883Z`, or milliseconds as digits."""
    if text.isdigit():
        return int(text)
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    past = moment - datetime(1970, 1, 1, tzinfo=UTC)
    # whole numbers only: a float of thirteen digits loses a millisecond now and then
    return (past.days * 86_400 + past.seconds) * 1000 + past.microseconds // 1000


def _results(body: Any, path: str) -> list[dict[str, Any]]:
    found = body.get("results") if isinstance(body, dict) else None
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise _unreadable(path)
    return found


def _contact(given: dict[str, Any], values: dict[str, Any]) -> Contact:
    try:
        texts = {name: _text(value) for name, value in values.items() if value is not None}
        return Contact(
            int(given["id"]), milliseconds(texts.get(CHANGED) or str(given["updatedAt"])), texts
        )
    except (KeyError, TypeError, ValueError):
        raise _unreadable(CONTACTS) from None


def _member(given: dict[str, Any], path: str) -> Member:
    try:
        return Member(int(given["recordId"]), milliseconds(str(given["membershipTimestamp"])))
    except (KeyError, TypeError, ValueError):
        raise _unreadable(path) from None


def _text(value: Any) -> str:
    """HubSpot gives texts; whatever else it gives becomes the text that it would be."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else str(value)


def _no_list(what: str) -> SourceMismatch:
    return SourceMismatch(
        what,
        where="source.list",
        do="Open the list in HubSpot: the number at the end of its address is its id.",
    )


def _unreadable(path: str) -> SourceUnavailable:
    return SourceUnavailable(
        "HubSpot answered something that is no page of what was asked for.",
        where=f"HubSpot: {path}",
        do="Nothing was changed; run again later.",
    )
