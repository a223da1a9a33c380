"""Contacts of a HubSpot account.

| delivers | how |
| --- | --- |
| `id` | the stable key of a contact: the lowest of its record id and of all ids merged into it |
| any property, by its internal name | as the text HubSpot holds; no value is the empty text |
| a full read | all contacts by the list endpoint, or everybody on a list; never by search |
| an incremental read | who changed since the cursor, and who came onto the list |
| archived and deleted contacts | never: they have left |
| merged contacts | once, under the key they had |

    source:
      kind: hubspot
      list: "123"          # without it: every contact
      mode: incremental
    columns:
      key: id
      phone: mobilephone
      opted_out: sms_opt_out

A merge gives the contact a new record id, and the ids of both are kept in `hs_merged_object_ids`
(https://developers.hubspot.com/changelog/updated-merge-functionality-for-contacts-and-companies).
The lowest of all these is the oldest and never changes again, so a merged person is no stranger.

The search index lags behind by seconds, seldom minutes, so an incremental read begins `OVERLAP`
before its cursor and reads these contacts again.
"""

from __future__ import annotations

import time
from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise
from typing import Final

import httpx

from connectors.http_client.backoff import Backoff
from connectors.http_client.json_client import HttpJson, JsonReply, RequestLabel, ResponseVerdict
from connectors.http_client.request_limiter import RequestLimiter
from connectors.sources.hubspot.pages import (
    CHANGED,
    ID,
    MERGED,
    Contact,
    HubspotLimits,
    HubspotPages,
    milliseconds,
    no_such_thing,
)
from connectors.sources.hubspot.settings import HubspotSettings, classify
from connectors.sources.incremental.cursor_text import (
    began,
    by_their_clock,
    read_cursor,
    write_cursor,
)
from connectors.sources.incremental.keyset_pages import walk
from connectors.sources.record_batches import CRM_BATCH_ROWS, RecordBatches
from connectors.sources.source import Records
from connectors.sources.unknown_columns import refuse_unknown
from schemas.errors import SourceUnavailable

NAME: Final = "HubSpot"
KEY: Final = "id"
"""The column of the stable key."""

OVERLAP: Final = timedelta(minutes=5)
"""How far before its cursor an incremental read begins."""

_OUT_OF_ORDER: Final = 5
"""Rows of a page of changes that may stand before an earlier one, whatever its size."""


@dataclass(frozen=True)
class HubspotContacts:
    """The contacts of an account as a source.

    Args:
        settings: Address and token.
        mapped: The columns that the sync maps: properties, and `id`.
        list_name: Id or name of a list; empty for every contact.
        limits: How much and how often is asked.
        backoff: How often a question is repeated.
        overlap: How far before its cursor an incremental read begins.
        batch_rows: Rows a batch.
        transport: Makes the network of a conversation; default: the real one.
        clock: Seconds that only grow, by which the limits are kept.
        sleep: Waits so many of them.
    """

    settings: HubspotSettings
    mapped: tuple[str, ...]
    list_name: str = ""
    limits: HubspotLimits = field(default_factory=HubspotLimits)
    backoff: Backoff = field(default_factory=Backoff)
    overlap: timedelta = OVERLAP
    batch_rows: int = CRM_BATCH_ROWS
    transport: Callable[[], httpx.BaseTransport] | None = None
    clock: Callable[[], float] = field(default=time.monotonic, repr=False, compare=False)
    sleep: Callable[[float], object] = field(default=time.sleep, repr=False, compare=False)

    @property
    def name(self) -> str:
        """What messages call it."""
        return NAME

    def columns(self) -> tuple[str, ...]:
        """`id`, and the mapped properties.

        Raises:
            SourceMismatch: A mapped property is not there; names the nearest.
            CredentialsRefused: The token may not read the properties.
            SourceUnavailable: HubSpot does not answer now.
        """
        with self._open() as ask:
            self._check_properties(self._pages(ask).properties())
        return self._columns

    def check(self) -> str:
        """Asks for one contact's id, and for the list.

        Raises:
            CredentialsRefused: The token is refused, or a scope is missing.
            SourceMismatch: There is no such list.
            SourceUnavailable: HubSpot does not answer now.
        """
        with self._open() as ask:
            pages = self._pages(ask)
            count = len(pages.properties())
            pages.account()
            if self.list_name:
                pages.list_id(self.list_name)
        return f"the token may read contacts and their {count} properties"

    def read(self) -> Iterator[Records]:
        """Everybody, or everybody on the list; ends with a cursor.

        Raises:
            WrongUse: See `columns`.
            SourceUnavailable: It broke off.
        """
        with self._open() as ask:
            pages = self._pages(ask)
            start, _ = self._start(pages)
            batches = RecordBatches(self._columns, self.batch_rows)
            given: set[int] = set()
            for page in self._on_list(pages) if self.list_name else pages.everybody():
                # a contact that is merged meanwhile answers to two of the ids asked for
                fresh = [each for each in page if each.id not in given]
                given.update(each.id for each in fresh)
                yield from batches.add(map(self._row, fresh))
            yield batches.last(write_cursor(self.asked, start.isoformat()))

    def read_since(self, cursor: str) -> Iterator[Records]:
        """Who changed, or came onto the list, since shortly before the cursor.

        A cursor of another list or of other columns reads everything.

        Raises:
            WrongUse: See `columns`.
            SourceUnavailable: It broke off.
        """
        place = read_cursor(self.asked, cursor)
        if place is None:
            yield from self.read()
            return
        since = milliseconds((datetime.fromisoformat(place) - self.overlap).isoformat())
        with self._open() as ask:
            pages = self._pages(ask)
            start, until = self._start(pages)
            batches = RecordBatches(self._columns, self.batch_rows)
            given: set[int] = set()
            on_list: set[int] | None = None
            if self.list_name:
                on_list, came = self._came(pages, since)
                for page in _read(pages, came, self.limits.page):
                    given.update(each.id for each in page)
                    yield from batches.add(map(self._row, page))
            for page in self._changed(pages, since, milliseconds(until.isoformat())):
                fresh = [
                    each
                    for each in page
                    if each.id not in given and (on_list is None or each.id in on_list)
                ]
                yield from batches.add(map(self._row, fresh))
            yield batches.last(write_cursor(self.asked, start.isoformat()))

    @property
    def _columns(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys([KEY, *self.mapped]))

    @property
    def _properties(self) -> list[str]:
        return [name for name in self._columns if name != KEY]

    @property
    def asked(self) -> Sequence[str]:
        """What a cursor belongs to: one of another question is ignored."""
        return ("hubspot", self.list_name, *sorted(self._columns))

    def _open(self) -> HttpJson:
        return HttpJson(
            NAME,
            self.settings.url,
            self.settings.headers,
            classify=_classify,
            backoff=self.backoff,
            transport=self.transport() if self.transport else None,
            sleep=self.sleep,
        )

    def _pages(self, ask: HttpJson) -> HubspotPages:
        limiter = partial(RequestLimiter, clock=self.clock, sleep=self.sleep)
        return HubspotPages(ask, self._properties, self.limits, limiter)

    def _start(self, pages: HubspotPages) -> tuple[datetime, datetime]:
        """The moment at which this read begins, whole milliseconds, and as far as it goes."""
        ours = datetime.now(UTC)
        ours = ours.replace(microsecond=ours.microsecond // 1000 * 1000)
        headers = pages.account().headers
        return began(headers, ours), by_their_clock(headers, ours)

    def _on_list(self, pages: HubspotPages) -> Iterator[Sequence[Contact]]:
        for members in pages.members(pages.list_id(self.list_name)):
            yield from _read(pages, [each.id for each in members], self.limits.page)

    def _came(self, pages: HubspotPages, since: int) -> tuple[set[int], array[int]]:
        """Everybody on the list, and those who came onto it since a moment."""
        on_list: set[int] = set()
        came = array("q")
        for page in pages.members(pages.list_id(self.list_name)):
            on_list.update(each.id for each in page)
            came.extend(each.id for each in page if each.since >= since)
        return on_list, came

    def _changed(self, pages: HubspotPages, since: int, until: int) -> Iterator[Sequence[Contact]]:
        """Who changed at `since` or later, and not after `until`, each once."""

        def at(operator: str, value: int, name: str = CHANGED) -> dict[str, str]:
            return {"propertyName": name, "operator": operator, "value": str(value)}

        return walk(
            since,
            self.limits.searched,
            lambda moment: _in_order(
                pages.changed(at("GTE", moment), at("LTE", until), order=CHANGED), until
            ),
            lambda moment, above: pages.changed(
                at("GTE", moment), at("LTE", moment), at("GT", above, ID), order=ID
            ),
        )

    def _row(self, contact: Contact) -> tuple[str, ...]:
        values = contact.values
        return (_key(contact), *(values.get(name, "") for name in self._properties))

    def _check_properties(self, known: dict[str, str]) -> None:
        refuse_unknown(
            self._properties,
            known,
            crm=NAME,
            noun="contact property with the internal name",
            otherwise="Settings > Properties shows the internal name of each.",
        )


def _in_order(page: Sequence[Contact], until: int) -> Sequence[Contact]:
    """A page of changes, unless HubSpot has not sorted it: reading on would lose people.

    A few rows may stand out of order: the search finds them by what they were.
    """
    moments = [each.moment for each in page if each.moment <= until]
    backwards = sum(later < one for one, later in pairwise(moments))
    if backwards > max(_OUT_OF_ORDER, len(moments) // 4):
        raise SourceUnavailable(
            "HubSpot's search gives changes in another order than was asked for.",
            where=f"{NAME}: search by {CHANGED}",
            do="Nothing was changed; run again later, or with `--full`, which needs no search.",
        )
    return page


def _read(pages: HubspotPages, ids: Sequence[int], size: int) -> Iterator[Sequence[Contact]]:
    for first in range(0, len(ids), size):
        yield pages.these(ids[first : first + size])


def _key(contact: Contact) -> str:
    merged = contact.values.get(MERGED, "")
    return str(min([contact.id, *(int(one) for one in merged.split(";") if one.strip().isdigit())]))


def _classify(reply: JsonReply, place: RequestLabel) -> ResponseVerdict:
    return no_such_thing(str(place)) if reply.status == 404 else classify(reply, place)
