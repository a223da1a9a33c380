"""Queries of the REST API: pages that follow one another by `nextRecordsUrl`.

The cursor behind it is Salesforce's: it keeps ten a user, for two days at most. When it is lost,
the read goes on behind the last row it has, since every query here has an order.

Source: "Query" and "Query More Results" in the REST API Developer Guide.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from connectors.sources.salesforce.answer_table import NAME, LocatorLost
from connectors.sources.salesforce.cell_values import FieldMissing, FieldTypes
from connectors.sources.salesforce.session import DATA, SalesforceSession
from schemas.errors import SourceUnavailable

ID: Final = "Id"
CHANGED: Final = "SystemModstamp"
"""Moves with every change, also with those that machines make; indexed."""


@dataclass(frozen=True)
class SoqlQuery:
    """What is read of one object.

    Attributes:
        entity: `Contact` or `Lead`.
        names: Fields, `Id` among them.
        where: The sync file's own condition; may be empty.
        since: Moment from which changes count, as SOQL writes it; empty for everything.
        until: Moment up to which they count.
    """

    entity: str
    names: tuple[str, ...]
    where: str = ""
    since: str = ""
    until: str = ""

    def count(self) -> str:
        """How many there are."""
        return f"SELECT COUNT() FROM {self.entity}{self._conditions()}"  # noqa: S608  # SOQL, which only reads

    def all(self) -> str:
        """All of them, in no order."""
        return f"{self._select()}{self._conditions()}"

    def ordered(self, behind: Mapping[str, Any] | None = None) -> str:
        """All of them in their order, or those behind one.

        Args:
            behind: The last record that was read.
        """
        if not self.since:
            more = f"{ID} > '{_id(behind)}'" if behind else ""
            return f"{self._select()}{self._conditions(more)} ORDER BY {ID}"
        more = ""
        if behind:
            moment = str(behind.get(CHANGED, "")).replace("+0000", "Z")
            later = f"{CHANGED} > {moment}"
            more = f"(({CHANGED} = {moment} AND {ID} > '{_id(behind)}') OR {later})"
        return f"{self._select()}{self._conditions(more)} ORDER BY {CHANGED}, {ID}"

    def _select(self) -> str:
        names = dict.fromkeys([*self.names, *([CHANGED] if self.since else [])])
        return f"SELECT {', '.join(names)} FROM {self.entity}"  # noqa: S608  # SOQL, which only reads

    def _conditions(self, more: str = "") -> str:
        parts = [f"({self.where})"] if self.where else []
        if self.since:
            parts += [f"{CHANGED} >= {self.since}", f"{CHANGED} <= {self.until}"]
        parts += [more] if more else []
        return f" WHERE {' AND '.join(parts)}" if parts else ""


class QueryPages:
    """The pages of one question; `complete` when all rows came that were announced."""

    def __init__(self, session: SalesforceSession, question: SoqlQuery, fields: FieldTypes) -> None:
        """Nothing is asked yet."""
        self._session = session
        self._question = question
        self._fields = fields
        self.complete = False

    def __iter__(self) -> Iterator[Sequence[tuple[str, ...]]]:
        """Asks, page after page.

        Raises:
            SendersyncError: See `answer_table.classify`.
        """
        received, last = 0, None
        seen: set[str] = set()
        body = self._ask(None)
        announced = int(body["totalSize"])
        while True:
            records = body["records"]
            received += len(records)
            yield self._rows(records)
            last = records[-1] if records else last
            if body.get("done"):
                break
            following = _path(body.get("nextRecordsUrl"))
            if following in seen:
                raise _not_understood("a page that was not there before")
            seen.add(following)
            try:
                body = _page(self._session.get(following).body)
            except LocatorLost:
                if last is None:
                    raise
                body = self._ask(last)
                announced = received + int(body["totalSize"])
        self.complete = received >= announced

    def _rows(self, records: Sequence[Mapping[str, Any]]) -> list[tuple[str, ...]]:
        try:
            return [self._fields.of_record(record) for record in records]
        except FieldMissing as missing:
            name = missing.name
        raise _not_understood(f"records with the field {name}")

    def _ask(self, behind: Mapping[str, Any] | None) -> Any:
        return _page(self._session.get(f"{DATA}/query", q=self._question.ordered(behind)).body)


def count(session: SalesforceSession, question: SoqlQuery) -> int:
    """How many rows a question has.

    Raises:
        SendersyncError: See `answer_table.classify`.
    """
    return int(_page(session.get(f"{DATA}/query", q=question.count()).body)["totalSize"])


def _page(body: Any) -> Any:
    fine = isinstance(body, dict) and isinstance(body.get("totalSize"), int)
    records = body.get("records") if fine else None
    if not isinstance(records, list) or not all(isinstance(each, dict) for each in records):
        raise _not_understood("a page of a query")
    return body


def _path(url: Any) -> str:
    """`nextRecordsUrl`, which stays on the host that the session belongs to."""
    if not isinstance(url, str) or not url.startswith("/services/data/") or ".." in url:
        raise _not_understood("the address of the next page")
    return url


def _id(record: Mapping[str, Any] | None) -> str:
    found = str((record or {}).get(ID, ""))
    if not found.isascii() or not found.isalnum():
        raise _not_understood("an Id")
    return found


def _not_understood(what: str) -> SourceUnavailable:
    return SourceUnavailable(
        f"{NAME} answered something else than {what}.",
        where=f"{NAME}: GET {DATA}/query",
        do="Nothing was changed; run again later.",
    )
