"""``POST /crm/v3/objects/contacts/search``.

Documented: up to five filter groups joined by OR, up to six filters in each joined by AND,
18 in all; one sort; 200 a page; a query of at most 3,000 characters; paging beyond 10,000
answers 400; the oldest first by default; texts compare without regard to case.
Inferred: the words of the 400s, and that ``total`` goes beyond 10,000.
"""

from __future__ import annotations

import bisect
import operator as op
import re
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox.crm.crm import CrmAnswer
from sandbox.crm.hubspot.contacts import Contacts
from sandbox.crm.hubspot.errors import HubspotRefusal, invalid
from sandbox.crm.records import CrmRecord, read_moment

MOST_RESULTS = 10_000
_MOST_A_PAGE = 200
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "EQ": op.eq,
    "NEQ": op.ne,
    "LT": op.lt,
    "LTE": op.le,
    "GT": op.gt,
    "GTE": op.ge,
}
_OTHER = "BETWEEN IN NOT_IN HAS_PROPERTY NOT_HAS_PROPERTY CONTAINS_TOKEN NOT_CONTAINS_TOKEN".split()
Getter = Callable[[CrmRecord], Any]
Test = Callable[[CrmRecord], bool]
_ID, _CREATED, _MODIFIED = op.attrgetter("id"), op.attrgetter("created"), op.attrgetter("modified")
_ALWAYS = (_ID, _CREATED, _MODIFIED)
"""What every record has."""


@dataclass(slots=True)
class _Filter:
    """A test, and the least id it lets through, so that a search may begin there."""

    test: Test
    least_id: int = 0
    slow: bool = False


class Search:
    """Answers searches; a query that is paged through is worked out once."""

    def __init__(self, contacts: Contacts) -> None:
        """Searches these contacts."""
        self._contacts = contacts
        self._known: OrderedDict[str, tuple[int, list[CrmRecord]]] = OrderedDict()
        self._live: tuple[int, list[CrmRecord]] = (-1, [])

    def answer(self, asked: Any, *, short: bool = False) -> CrmAnswer:
        """One page; a ``short`` one has one record less than asked for.

        Raises:
            Refused: the request is not as it must be.
        """
        if not isinstance(asked, dict):
            raise HubspotRefusal(invalid("Invalid input JSON: expected an object"))
        limit = _whole("limit", asked.get("limit", 10))
        after = _whole("after", asked.get("after") or 0)
        if not 0 < limit <= _MOST_A_PAGE:
            raise HubspotRefusal(invalid(f"limit must be between 1 and {_MOST_A_PAGE}"))
        if after + limit > MOST_RESULTS:
            text = f"Paging through more than {MOST_RESULTS} results is not supported"
            raise HubspotRefusal(invalid(text))
        found = self._found(asked)
        limit -= short and limit > 1
        names = [str(name) for name in asked.get("properties") or []]
        page = [self._contacts.shown(one, names) for one in found[after : after + limit]]
        body: dict[str, Any] = {"total": len(found), "results": page}
        if after + limit < len(found):
            body["paging"] = {"next": {"after": str(after + limit)}}
        return CrmAnswer(200, body)

    def _found(self, asked: dict[str, Any]) -> list[CrmRecord]:
        what = {key: asked.get(key) for key in ("filterGroups", "filters", "sorts", "query")}
        groups, order = self._groups(what), self._order(what.get("sorts") or [])
        name, moves = repr(what), self._contacts.index_moves()
        version = self._contacts.records.version
        known = self._known.get(name)
        if known is not None and known[0] == version and not moves:
            return known[1]
        found = self._fitting(groups, self._index(version, moves=moves))
        found = self._with_words(found, str(what["query"] or "").lower().split())
        if order is None:
            found.sort(key=op.attrgetter("created", "id"))
        elif order[0] in _ALWAYS:
            found.sort(key=order[0], reverse=order[1])
        else:
            # Those without a value come last, whichever way (inferred).
            getter, backwards = order
            empty = [one for one in found if getter(one) is None]
            full = [one for one in found if getter(one) is not None]
            found = sorted(full, key=getter, reverse=backwards) + empty
        self._known[name] = (version, found)
        while len(self._known) > 8:
            self._known.popitem(last=False)
        return found

    def _index(self, version: int, *, moves: bool) -> list[CrmRecord]:
        """The live records as the index knows them, in order of ids."""
        if moves:
            return sorted(self._contacts.indexed(), key=_ID)
        if self._live[0] != version:
            self._live = (version, list(self._contacts.indexed()))
        return self._live[1]

    @staticmethod
    def _fitting(groups: list[list[_Filter]], live: list[CrmRecord]) -> list[CrmRecord]:
        """Filter by filter, over all that are left: quicker than record by record."""
        if not groups:
            return list(live)
        found: dict[int, CrmRecord] = {}
        for filters in groups:
            least = max((one.least_id for one in filters), default=0)
            rows = live[bisect.bisect_left(live, least, key=_ID) :]
            for one in sorted(filters, key=lambda one: one.slow):
                rows = list(filter(one.test, rows))
            if len(groups) == 1:
                return rows
            found.update((row.id, row) for row in rows)
        return sorted(found.values(), key=_ID)

    def _with_words(self, found: list[CrmRecord], words: list[str]) -> list[CrmRecord]:
        if not words:
            return found
        names = ("firstname", "lastname", "email", "phone", "mobilephone")
        kept = []
        for record in found:
            values = self._contacts.values(record)
            text = " ".join(str(values.get(name, "")) for name in names).lower()
            if all(word in text for word in words):
                kept.append(record)
        return kept

    def _groups(self, what: dict[str, Any]) -> list[list[_Filter]]:
        groups = what["filterGroups"] or ([{"filters": what["filters"]}] if what["filters"] else [])
        if len(groups) > 5:
            raise HubspotRefusal(invalid("Too many filterGroups: 5 at most"))
        if any(len(group.get("filters") or []) > 6 for group in groups):
            raise HubspotRefusal(invalid("Too many filters in a group: 6 at most"))
        if sum(len(group.get("filters") or []) for group in groups) > 18:
            raise HubspotRefusal(invalid("Too many filters: 18 at most"))
        if len(str(what["query"] or "")) > 3000:
            raise HubspotRefusal(invalid("query is too long: 3000 characters at most"))
        return [[self._filter(one) for one in group.get("filters") or []] for group in groups]

    def _order(self, sorts: list[Any]) -> tuple[Getter, bool] | None:
        if len(sorts) > 1:
            raise HubspotRefusal(invalid("Only one sort is supported"))
        if not sorts:
            return None
        sort = sorts[0]
        if isinstance(sort, str):
            # The older form: a name, with a minus for descending.
            return self._getter(sort.lstrip("-"))[0], sort.startswith("-")
        backwards = str(sort.get("direction", "ASCENDING")).upper() == "DESCENDING"
        return self._getter(str(sort.get("propertyName")))[0], backwards

    def _getter(self, name: str) -> tuple[Getter, Callable[[Any], Any]]:
        """How to read a property from a record, and from a filter's value."""
        if name not in self._contacts.properties:
            problem = f"There was a problem with the request: no property {name!r}"
            raise HubspotRefusal(invalid(problem))
        if name == "hs_object_id":
            return _ID, int
        if name == "lastmodifieddate":
            return _MODIFIED, read_moment
        if name == "createdate":
            return _CREATED, read_moment
        values = self._contacts.records.values

        def text(record: CrmRecord) -> Any:
            found = values(record).get(name)
            return None if found in (None, "") else str(found).lower()

        def lower(value: Any) -> Any:
            return str(value).lower()

        return text, lower

    def _filter(self, given: dict[str, Any]) -> _Filter:
        getter, read = self._getter(str(given.get("propertyName")))
        operator = str(given.get("operator"))
        if operator not in _COMPARE and operator not in _OTHER:
            raise HubspotRefusal(invalid(f"Invalid input JSON: operator {operator!r} is not known"))
        if operator in ("HAS_PROPERTY", "NOT_HAS_PROPERTY"):
            wanted = operator == "HAS_PROPERTY"
            return _Filter(lambda record: (getter(record) is not None) is wanted, slow=True)
        try:
            test = _valued(operator, given, getter, read)
            least = int(given["value"]) if getter is _ID and operator in ("GT", "GTE") else 0
            return _Filter(test, least, slow=getter not in _ALWAYS)
        except (KeyError, TypeError, ValueError) as wrong:
            text = f"Invalid filter on {given.get('propertyName')} with {operator}"
            raise HubspotRefusal(invalid(text)) from wrong


def _valued(
    operator: str, given: dict[str, Any], getter: Getter, read: Callable[[Any], Any]
) -> Test:
    """A test against the value of a filter; records without a value never fit (inferred)."""
    if operator in ("IN", "NOT_IN"):
        allowed, wanted = {read(value) for value in given["values"]}, operator == "IN"
        return lambda r: (have := getter(r)) is not None and (have in allowed) is wanted
    low = read(given["value"])
    if operator == "BETWEEN":
        high = read(given["highValue"])
        return lambda r: (have := getter(r)) is not None and low <= have <= high
    if operator.endswith("CONTAINS_TOKEN"):
        pattern = re.compile(
            r"(?<!\w)" + re.escape(str(low)).replace(r"\*", r".*") + r"(?!\w)", re.IGNORECASE
        )
        wanted = operator == "CONTAINS_TOKEN"
        return lambda r: (
            (have := getter(r)) is not None and bool(pattern.search(str(have))) is wanted
        )
    compare = _COMPARE[operator]
    if getter in _ALWAYS:
        return lambda r: compare(getter(r), low)
    return lambda r: (have := getter(r)) is not None and compare(have, low)


def _whole(name: str, value: Any) -> int:
    try:
        return int(value)
    except (TypeError, ValueError) as wrong:
        raise HubspotRefusal(
            invalid(f"Invalid input JSON: {name} must be a whole number")
        ) from wrong
