"""Contacts or leads of a Salesforce organisation.

| delivers | how |
| --- | --- |
| `Id` | the record's id of 18 characters, for life; a merge keeps the id of the record that stays |
| any field, by its API name | as text; custom fields (`__c`), formulas and checkboxes too |
| fields of another object | `Account.Name`: by the relationship's name, flattened |
| a full read | everything the user may see; by query, or by a query job when there are many |
| an incremental read | records whose `SystemModstamp` is at the cursor or later |
| deleted and merged records | never: they have left, and the next full read finds them missing |

    source:
      kind: salesforce
      object: Contact
      where: MailingCountry = 'United States'
    columns:
      key: Id
      phone: MobilePhone
      opted_out: SMS_Opt_Out__c

A transaction stamps its records when it saves them and shows them when it commits, up to ten
minutes later; so an incremental read begins `OVERLAP` before its cursor and reads these again. Its
upper end is the moment at which it began: whoever changes after that is left to the next one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import httpx

from connectors.http_client.backoff import Backoff
from connectors.http_client.json_client import JsonReply
from connectors.sources.incremental.cursor_text import (
    began,
    by_their_clock,
    read_cursor,
    write_cursor,
)
from connectors.sources.record_batches import CRM_BATCH_ROWS, RecordBatches
from connectors.sources.salesforce.answer_table import NAME, TooSlow
from connectors.sources.salesforce.bulk_jobs import JobLimits, JobPages
from connectors.sources.salesforce.cell_values import NUMBERS, FieldTypes
from connectors.sources.salesforce.queries import ID, QueryPages, SoqlQuery, count
from connectors.sources.salesforce.session import DATA, SalesforceSession
from connectors.sources.salesforce.settings import SalesforceSettings
from connectors.sources.source import Records
from connectors.sources.unknown_columns import refuse_unknown
from schemas.errors import SourceMismatch, UnknownColumn

OVERLAP: Final = timedelta(minutes=10)
"""How far before its cursor an incremental read begins."""

_NOT_TEXT: Final = frozenset({"address", "location", "base64"})


@dataclass(frozen=True)
class SalesforceLimits:
    """How much is asked.

    Attributes:
        page_rows: Rows in each answer to a query: 200 to 2,000.
        bulk_from: From so many rows on a read is a query job.
        jobs: How jobs are waited for.
    """

    page_rows: int = 2_000
    bulk_from: int = 20_000
    jobs: JobLimits = field(default_factory=JobLimits)


@dataclass(frozen=True)
class SalesforceRecords:
    """The contacts or leads of an organisation as a source.

    Args:
        settings: Address and credentials.
        mapped: The columns that the sync maps: fields, and `Id`.
        entity: `Contact` or `Lead`.
        where: A condition of SOQL; empty for everything.
        limits: How much is asked.
        backoff: How often a question is repeated.
        overlap: How far before its cursor an incremental read begins.
        batch_rows: Rows a batch.
        transport: Makes the network of a conversation; default: the real one.
    """

    settings: SalesforceSettings
    mapped: tuple[str, ...]
    entity: str = "Contact"
    where: str = ""
    limits: SalesforceLimits = field(default_factory=SalesforceLimits)
    backoff: Backoff = field(default_factory=Backoff)
    overlap: timedelta = OVERLAP
    batch_rows: int = CRM_BATCH_ROWS
    transport: Callable[[], httpx.BaseTransport] | None = None

    @property
    def name(self) -> str:
        """What messages call it."""
        return NAME

    def columns(self) -> tuple[str, ...]:
        """`Id`, and the mapped fields.

        Raises:
            UnknownColumn: A mapped field is not there, or the user may not see it; the nearest is
                named.
            SourceMismatch: A mapped field is made of several.
            CredentialsRefused: The login is refused, or may not read the object.
            SourceUnavailable: Salesforce does not answer now.
        """
        with self._open() as session:
            self._check_fields(session, _described(self._describe(session)))
        return self._columns

    def check(self) -> str:
        """Logs in and asks which fields there are; no record is read.

        Raises:
            CredentialsRefused: The login is refused, or may not read the object.
            WrongUse: The address is wrong.
            SourceUnavailable: Salesforce does not answer now.
        """
        with self._open() as session:
            fields = _described(self._describe(session))
        return f"the login may read {self.entity} and {len(fields)} fields of it"

    def read(self) -> Iterator[Records]:
        """All records that the user may see; ends with a cursor.

        Raises:
            WrongUse: See `columns`.
            SourceUnavailable: It broke off.
        """
        return self._read(None)

    def read_since(self, cursor: str) -> Iterator[Records]:
        """Records that changed since shortly before the cursor.

        A cursor of another object, condition or of other columns reads everything.

        Raises:
            WrongUse: See `columns`.
            SourceUnavailable: It broke off.
        """
        place = read_cursor(self.asked, cursor)
        return self._read(datetime.fromisoformat(place) - self.overlap if place else None)

    def _read(self, since: datetime | None) -> Iterator[Records]:
        with self._open() as session:
            ours = datetime.now(UTC).replace(microsecond=0)
            described = self._describe(session)
            start, until = (look(described.headers, ours) for look in (began, by_their_clock))
            known = _described(described)
            self._check_fields(session, known)
            numbers = {name for name in self._columns if known.get(name, {}).get("type") in NUMBERS}
            fields = FieldTypes(self._columns, frozenset(numbers))
            question = SoqlQuery(self.entity, self._columns, self.where.strip())
            if since is not None:
                question = replace(question, since=_soql(since), until=_soql(until))
            batches = RecordBatches(self._columns, self.batch_rows)
            pages: QueryPages | JobPages = QueryPages(session, question, fields)
            if self._are_many(session, question):
                pages = JobPages(session, question.all(), fields, self.limits.jobs)
            for rows in pages:
                yield from batches.add(rows)
            last = batches.last(write_cursor(self.asked, start.isoformat()))
            yield last if pages.complete else replace(last, complete=False, cursor="")

    def _are_many(self, session: SalesforceSession, question: SoqlQuery) -> bool:
        """Whether a query job is due, as it is where there are too many to be counted in time."""
        try:
            return count(session, question) >= self.limits.bulk_from
        except TooSlow:
            return True

    @property
    def _columns(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys([ID, *self.mapped]))

    @property
    def asked(self) -> tuple[str, ...]:
        """What a cursor belongs to: one of another question is ignored."""
        return ("salesforce", self.entity, self.where, *sorted(self._columns))

    def _open(self) -> SalesforceSession:
        return SalesforceSession(self.settings, self.backoff, self.limits.page_rows, self.transport)

    def _describe(self, session: SalesforceSession) -> JsonReply:
        return session.get(f"{DATA}/sobjects/{self.entity}/describe")

    def _check_fields(self, session: SalesforceSession, known: dict[str, dict[str, Any]]) -> None:
        """Refuses fields that are not there; those of other objects are asked for once."""
        own = [name for name in self._columns if "." not in name]
        others = [name for name in self._columns if "." in name]
        refuse_unknown(
            own,
            {name: str(each.get("label", "")) for name, each in known.items()},
            crm=f"{NAME}'s {self.entity}",
            noun="field with the API name",
            otherwise="Setup > Object Manager > Fields & Relationships shows the API name of each; "
            "one that the user may not see is not there for him.",
        )
        for name in own:
            if known[name].get("type") in _NOT_TEXT:
                raise SourceMismatch(
                    f"{name!r} is made of several fields, or is a file.",
                    where="columns",
                    do="Map one of its parts, such as MailingCity.",
                )
        relations = {
            str(each["relationshipName"]) for each in known.values() if each.get("relationshipName")
        }
        refuse_unknown(
            others,
            {name: name for name in relations},
            crm=f"{NAME}'s {self.entity}",
            noun="relationship",
            otherwise="There are: " + ", ".join(sorted(relations)) + ".",
            part=lambda name: name.partition(".")[0],
        )
        if others:
            self._probe(session, others)

    def _probe(self, session: SalesforceSession, names: list[str]) -> None:
        """Asks for fields of other objects; if refused, for each alone, to name the wrong one."""
        probe = f"SELECT {', '.join(names)} FROM {self.entity} LIMIT 1"  # noqa: S608  # SOQL, which only reads
        try:
            session.get(f"{DATA}/query", q=probe)
        except SourceMismatch as refused:
            if len(names) > 1:
                for name in names:
                    self._probe(session, [name])
                raise
            relation = names[0].rpartition(".")[0]
            raise UnknownColumn(
                names[0],
                f"{NAME}'s {relation} has no field with the API name {names[0]!r}, or the user may "
                "not see it.",
                do=f"Setup > Object Manager > {relation} > Fields & Relationships shows the API "
                "name of each.",
            ) from refused


def _described(reply: JsonReply) -> dict[str, dict[str, Any]]:
    body = reply.body if isinstance(reply.body, dict) else {}
    return {
        str(each["name"]): each
        for each in body.get("fields") or []
        if isinstance(each, dict) and "name" in each
    }


def _soql(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
