"""What the stand-ins have in common: requests, answers, switches, and the shape of a CRM."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from dataclasses import asdict, dataclass, field, fields
from typing import Any
from urllib.parse import parse_qsl

from sandbox.crm.records import CrmRecord, CrmRecords, read_moment
from sandbox.faults import Fault
from sandbox.watching import only_known


@dataclass(slots=True)
class CrmRequest:
    """One HTTP request, read to its end."""

    method: str
    path: str
    raw_query: str
    headers: dict[str, str]
    body: bytes
    base_url: str

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The query, repeated names and all."""
        return parse_qsl(self.raw_query, keep_blank_values=True)

    @property
    def query(self) -> dict[str, str]:
        """The query; of a repeated name the last."""
        return dict(self.pairs)

    def json(self) -> Any:
        """The body.

        Raises:
            ValueError: it is not JSON.
        """
        return json.loads(self.body)


@dataclass(slots=True)
class CrmAnswer:
    """What is answered: bytes as they are, everything else as JSON."""

    status: int
    body: Any
    headers: list[tuple[str, str]] = field(default_factory=list)
    content_type: str = "application/json;charset=utf-8"

    def payload(self) -> bytes:
        """The body as it goes over the wire."""
        if isinstance(self.body, bytes):
            return self.body
        return json.dumps(self.body, ensure_ascii=False, separators=(",", ":")).encode()


def html(status: int, title: str) -> CrmAnswer:
    """A page of a proxy in between."""
    page = f"<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>"
    return CrmAnswer(status, page.encode(), content_type="text/html; charset=utf-8")


@dataclass
class CrmSwitches:
    """What can be told to be otherwise; each CRM has fields of its own."""

    def change(self, name: str, value: Any) -> None:
        """Sets one.

        Raises:
            ValueError: no such switch, or a value of the wrong type.
        """
        known = {one.name: one for one in fields(self)}
        if name not in known:
            raise ValueError(f"no switch {name!r}; there are: {', '.join(known)}")
        now = getattr(self, name)
        if isinstance(now, float) and isinstance(value, int) and not isinstance(value, bool):
            value = float(value)
        if type(value) is not type(now):
            raise ValueError(f"switch {name} is of type {type(now).__name__}")
        choices = known[name].metadata.get("choices")
        if choices and value not in choices:
            raise ValueError(f"switch {name}: take one of {', '.join(choices)}")
        setattr(self, name, value)


GENERATE = ("generate", "seed", "same_timestamp", "start", "step_ms")
RECORDS = ("add", "change", "touch", "archive", "restore", "delete", "merge", "at", "object")


class Crm(ABC):
    """A CRM: what it holds, and how it answers."""

    kind: str
    """How ``--crm`` calls it."""
    switches: CrmSwitches
    default_object: str

    @abstractmethod
    def clear(self) -> None:
        """Back to how it started, empty."""

    @abstractmethod
    def operation(self, request: CrmRequest) -> str:
        """The name calls and faults use for what is asked."""

    @abstractmethod
    def answer(self, request: CrmRequest) -> CrmAnswer:
        """Does what is asked."""

    @abstractmethod
    def trouble(self, status: int, fault: Fault) -> CrmAnswer:
        """This vendor's words for 429, 500 and other statuses."""

    @abstractmethod
    def expire(self) -> None:
        """Ends all sessions; a client may begin a new one."""

    @abstractmethod
    def revoke(self) -> None:
        """Takes the credentials away until a reset."""

    @abstractmethod
    def objects(self) -> dict[str, CrmRecords]:
        """The records by the name of their object."""

    @abstractmethod
    def key(self, given: Any) -> int:
        """The number of a record from the id a client sees."""

    @abstractmethod
    def shown(self, record: CrmRecord, name: str) -> dict[str, Any]:
        """A record for ``GET /sandbox/records``: id, archived, modified, values."""

    def more(self, given: dict[str, Any]) -> dict[str, Any]:
        """Sets up what only this CRM has; keys it knows are taken out of ``given``."""
        return {}

    def merge(self, into: int, gone: int, at: int) -> int:
        """Merges two records; the key of the one that stays.

        Raises:
            ValueError: this CRM cannot.
        """
        raise ValueError(f"{self.kind} has no merge here")

    def set_up(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Adds to what it holds, or changes it; every key is optional.

        See ``sandbox/crm/README.md``. Answers with the ids that came to be.

        Raises:
            ValueError: an unknown key, switch or value.
            KeyError: no such record.
        """
        given = dict(asked)
        for name, value in given.pop("switches", {}).items():
            self.switches.change(name, value)
        made: dict[str, Any] = self.more(given)
        if given.pop("expire", False):
            self.expire()
        if given.pop("revoke", False):
            self.revoke()
        only_known(given, *GENERATE, *RECORDS)
        name = given.get("object", self.default_object)
        if name not in self.objects():
            raise ValueError(f"no object {name!r}; there are: {', '.join(self.objects())}")
        records = self.objects()[name]
        if "generate" in given:
            settings = {key: given[key] for key in GENERATE[1:] if key in given}
            ids = records.generate(int(given["generate"]), **settings)
            made["generated"] = [self.shown_id(key, name) for key in ids]
        made.update(self._change(records, name, given))
        return made

    def _change(self, records: CrmRecords, name: str, given: dict[str, Any]) -> dict[str, Any]:
        at = read_moment(given.get("at"))
        made: dict[str, Any] = {}
        if "add" in given:
            added = [records.add(dict(values), at) for values in given["add"]]
            made["added"] = [self.shown_id(record.id, name) for record in added]
        for change in given.get("change", []):
            values = dict(change)
            moment = read_moment(values.pop("at", at))
            records.change(self.key(values.pop("id")), values, moment)
        touched = given.get("touch", [])
        if isinstance(touched, int):
            touched = [self.shown_id(record.id, name) for record in list(records)[::touched]]
        for one in touched:
            records.change(self.key(one), {}, at)
        for one in given.get("archive", []):
            records.archive(self.key(one), at)
        for one in given.get("restore", []):
            records.archive(self.key(one), at, away=False)
        if "merge" in given:
            pairs = [(self.key(pair["into"]), self.key(pair["from"])) for pair in given["merge"]]
            made["merged"] = [self.shown_id(self.merge(*pair, at), name) for pair in pairs]
        for one in given.get("delete", []):
            records.delete(self.key(one))
        return made

    def shown_id(self, key: int, name: str) -> Any:
        """The id a client sees."""
        return key

    def state(self) -> dict[str, Any]:
        """Counts and switches, for ``GET /sandbox/state``."""
        counts = {
            name: {
                "live": sum(not record.archived for record in records),
                "archived": sum(bool(record.archived) for record in records),
            }
            for name, records in self.objects().items()
        }
        return {"crm": self.kind, "counts": counts, "switches": asdict(self.switches)}
