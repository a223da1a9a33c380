"""Partners of an Odoo database.

| delivers | how |
| --- | --- |
| any field that holds one value | as text; Odoo's `false` for "nothing" is the empty text |
| a boolean | `true` or `false` |
| a field of the blacklist | what the blacklist says of the mapped number (`sanitized_phones`) |
| a many2one | the name it shows; a country as its two letters |
| a full read | all active partners that fit the domain, in the order of ids |
| an incremental read | who changed since the cursor, and everybody whose phone is blacklisted |
| archived and deleted partners | never: they have left |

    source:
      kind: odoo
      domain: [["is_company", "=", false]]
      mode: incremental
    columns:
      key: id
      phone: phone_sanitized
      country: country_id
      opted_out: phone_sanitized_blacklisted

Times are stored with microseconds and shown without, and thousands of partners share one after an
import (https://github.com/odoo/odoo/pull/203626); `incremental.keyset_pages` reads them all.
Blacklisting a number changes no partner, so an incremental read asks for the blacklisted ones too.
A transaction is dated by its beginning and seen at its end, so reads begin `OVERLAP` before the
cursor.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import httpx

from connectors.http_client.backoff import Backoff
from connectors.http_client.json_client import HttpJson
from connectors.sources.incremental.cursor_text import (
    began,
    by_their_clock,
    read_cursor,
    write_cursor,
)
from connectors.sources.incremental.keyset_pages import by_id, walk
from connectors.sources.odoo.rpc import Login, OdooRpc, Partner
from connectors.sources.odoo.sanitized_phones import (
    BLACKLISTED,
    SANITIZED,
    WRITTEN,
    SanitizedPhoneCheck,
)
from connectors.sources.odoo.settings import OdooSettings, classify
from connectors.sources.record_batches import CRM_BATCH_ROWS, RecordBatches
from connectors.sources.source import Records
from connectors.sources.unknown_columns import refuse_unknown
from schemas.errors import SourceMismatch

NAME: Final = "Odoo"
KEY: Final = "id"
CHANGED: Final = "write_date"
PAGE: Final = 1000
OVERLAP: Final = timedelta(minutes=5)
"""How far before its cursor an incremental read begins."""

ONE_VALUE: Final = frozenset(
    "char text html selection boolean integer float monetary date datetime many2one".split()
)
"""Types of fields that hold one value."""

Kinds = Mapping[str, str]
"""Mapped field to type; a many2one of countries is a `country`."""


@dataclass(frozen=True)
class OdooPartners:
    """The partners of a database as a source.

    Args:
        settings: Address and login.
        mapped: The fields that the sync maps.
        phones: Those of them that are mapped as a phone; default: all that hold one by their names.
        domain: Which partners, in Odoo's own notation.
        page: Partners a question.
        backoff: How often a question is repeated.
        overlap: How far before its cursor an incremental read begins.
        batch_rows: Rows a batch.
        transport: Makes the network of a conversation; default: the real one.
    """

    settings: OdooSettings
    mapped: tuple[str, ...]
    domain: Sequence[Any] = ()
    phones: tuple[str, ...] = ()
    page: int = PAGE
    backoff: Backoff = field(default_factory=Backoff)
    overlap: timedelta = OVERLAP
    batch_rows: int = CRM_BATCH_ROWS
    transport: Callable[[], httpx.BaseTransport] | None = None
    _notes: list[str] = field(default_factory=list, init=False, repr=False, compare=False)

    @property
    def name(self) -> str:
        """What messages call it."""
        return NAME

    def columns(self) -> tuple[str, ...]:
        """`id`, and the mapped fields.

        Raises:
            SourceMismatch: A mapped field is not there, or holds several values.
            CredentialsRefused: The login is refused.
            SourceUnavailable: Odoo does not answer now.
        """
        with self._open() as ask:
            self._kinds(self._login(ask))
        return self._columns

    def check(self) -> str:
        """Logs in, and asks for one partner's id.

        Raises:
            CredentialsRefused: The login is refused, or may not read partners.
            SourceMismatch: There is no Odoo, or no such database.
            SourceUnavailable: Odoo does not answer now.
        """
        with self._open() as ask:
            rpc = self._login(ask)
            rpc.partners([*self.domain], [KEY], order=KEY, limit=1)
            count = len(rpc.fields())
        return f"the login may read partners and their {count} fields"

    def notes(self) -> tuple[str, ...]:
        """What the last read found out about phones."""
        return tuple(self._notes)

    def read(self) -> Iterator[Records]:
        """All active partners that fit the domain; ends with a cursor.

        Raises:
            WrongUse: See `columns`.
            SourceUnavailable: It broke off.
        """
        with self._open() as ask:
            rpc = self._login(ask)
            (start, _), reading = _now(rpc), self._reading(rpc)
            batches = RecordBatches(self._columns, self.batch_rows)
            for page in reading.by_id([]):
                yield from batches.add(map(reading.row, page))
            yield self._last(batches, reading, start)

    def read_since(self, cursor: str) -> Iterator[Records]:
        """Who changed since shortly before the cursor, and who is blacklisted, each once.

        A cursor of another domain or of other columns reads everything.

        Raises:
            WrongUse: See `columns`.
            SourceUnavailable: It broke off.
        """
        place = read_cursor(self.asked, cursor)
        if place is None:
            yield from self.read()
            return
        since = _seconds(datetime.fromisoformat(place) - self.overlap)
        with self._open() as ask:
            rpc = self._login(ask)
            (start, until), reading = _now(rpc), self._reading(rpc)
            batches = RecordBatches(self._columns, self.batch_rows)
            given: set[int] = set()
            for page in reading.changed(since, _seconds(until)):
                given.update(each.id for each in page)
                yield from batches.add(map(reading.row, page))
            if reading.blacklist:
                for page in reading.by_id([[reading.blacklist, "=", True]]):
                    fresh = [each for each in page if each.id not in given]
                    yield from batches.add(map(reading.row, fresh))
            yield self._last(batches, reading, start)

    @property
    def _columns(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys([KEY, *self.mapped]))

    @property
    def asked(self) -> Sequence[str]:
        """What a cursor belongs to: one of another question is ignored."""
        return ("odoo", repr([*self.domain]), *sorted(self._columns))

    def _open(self) -> HttpJson:
        return HttpJson(
            NAME,
            self.settings.url,
            classify=classify,
            backoff=self.backoff,
            transport=self.transport() if self.transport else None,
        )

    def _login(self, ask: HttpJson) -> OdooRpc:
        return OdooRpc(ask, Login(self.settings))

    def _kinds(self, rpc: OdooRpc) -> tuple[Kinds, frozenset[str]]:
        """The types of the columns, by what Odoo says of its fields; and all of the fields."""
        fields = rpc.fields()
        if not fields.keys() >= {*self._columns}:
            # a user without rights sees no field: it is the rights that are said to be missing
            rpc.partners([], [KEY], order=KEY, limit=1)
        labels = {name: str(each.get("string", "")) for name, each in fields.items()}
        refuse_unknown(
            self._columns,
            labels,
            crm=NAME,
            noun="field of contacts",
            otherwise="Developer mode shows the technical name of each field; one that the user "
            "may not see is not there for us.",
        )
        kinds = {}
        for name in self._columns:
            kind = str(fields[name].get("type"))
            if kind not in ONE_VALUE:
                raise SourceMismatch(
                    f"The field {name!r} holds more than one value ({kind}).",
                    where="columns",
                    do="Map a field that holds one, or use it in `domain`.",
                )
            country = kind == "many2one" and fields[name].get("relation") == "res.country"
            kinds[name] = "country" if country else kind
        return kinds, frozenset(fields)

    def _reading(self, rpc: OdooRpc) -> _Reading:
        kinds, fields = self._kinds(rpc)
        codes = rpc.country_codes() if "country" in kinds.values() else {}
        asked, blacklist = list(kinds), ""
        if any(name in BLACKLISTED for name in kinds):
            asked += [name for name in BLACKLISTED if name in fields]
            blacklist = next(name for name in BLACKLISTED if name in fields)
        check = None
        if SANITIZED in fields:
            phones = self.phones or tuple(n for n in (SANITIZED, *WRITTEN) if n in kinds)
            check = SanitizedPhoneCheck(phones)
            asked.append(SANITIZED)
        names = list(dict.fromkeys([*asked, CHANGED]))
        return _Reading(rpc, self.domain, self.page, names, kinds, codes, blacklist, check)

    def _last(self, batches: RecordBatches, reading: _Reading, start: datetime) -> Records:
        self._notes[:] = reading.check.notes() if reading.check else ()
        return batches.last(write_cursor(self.asked, start.isoformat()))


@dataclass(frozen=True)
class _Reading:
    """One read, and what it found out before its first page."""

    rpc: OdooRpc
    domain: Sequence[Any]
    page: int
    names: Sequence[str]
    kinds: Kinds
    codes: Mapping[int, str]
    blacklist: str
    check: SanitizedPhoneCheck | None

    def by_id(self, extra: Sequence[Any]) -> Iterator[Sequence[Partner]]:
        """Those that fit, in the order of ids."""
        return by_id(self.page, lambda above: self._ask([*extra, [KEY, ">", above]], KEY))

    def changed(self, since: int, until: int) -> Iterator[Sequence[Partner]]:
        """Who changed at `since` or later and before `until`, in seconds."""

        def between(first: int, end: int) -> list[Any]:
            # never `=`: the second that is shown is not all that is stored
            return [[CHANGED, ">=", _stamp(first)], [CHANGED, "<", _stamp(end)]]

        return walk(
            since,
            self.page,
            lambda moment: self._ask(between(moment, max(until, moment)), f"{CHANGED}, {KEY}"),
            lambda moment, above: self._ask([*between(moment, moment + 1), [KEY, ">", above]], KEY),
        )

    def row(self, partner: Partner) -> tuple[str, ...]:
        """Its cells."""
        values, check = partner.values, self.check
        cells = {name: self._text(values[name], kind) for name, kind in self.kinds.items()}
        if check is not None:
            check.look(values)
            if self.blacklist:
                said = check.blacklisted(values)
                cells |= {name: said for name in BLACKLISTED if name in cells}
        return tuple(cells.values())

    def _ask(self, extra: Sequence[Any], order: str) -> list[Partner]:
        return self.rpc.partners([*self.domain, *extra], self.names, order=order, limit=self.page)

    def _text(self, value: Any, kind: str) -> str:
        if kind == "boolean":
            return "true" if value else "false"
        if value is False or value is None:
            return ""
        if kind == "country":
            return self.codes.get(value[0], str(value[1]))
        return str(value[1] if kind == "many2one" else value)


def _now(rpc: OdooRpc) -> tuple[datetime, datetime]:
    """The moment at which a read begins, whole seconds, and as far as it goes."""
    ours = datetime.now(UTC).replace(microsecond=0)
    headers = rpc.login_headers()
    return began(headers, ours), by_their_clock(headers, ours)


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def _stamp(seconds: int) -> str:
    """As Odoo writes times: UTC, without saying so."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S")
