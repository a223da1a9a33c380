"""The imagined CRM of docs/how-to/write-a-connector.md: its office, and a harness for the contract."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar

import httpx
from pydantic import SecretStr

from connectors.sources.incremental.cursor_text import write_cursor
from connectors.sources.source import IncrementalSource
from tests.builders.hasty import HASTY
from tests.contracts.source_contract import START, Harness

PAGE = Path(__file__).resolve().parents[3] / "docs/how-to/write-a-connector.md"
MAPPED = ("phone", "note")
TOKEN = "rolodex-secret"
FIRST = int(START.timestamp())


def example_code() -> str:
    """The connector as the page shows it."""
    [code] = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    return str(code)


def example() -> Any:
    """The class `Rolodex` of the page."""
    module = ModuleType("rolodex_of_the_page")
    sys.modules[module.__name__] = module  # dataclasses look their module up
    exec(compile(example_code(), str(PAGE), "exec"), vars(module))  # noqa: S102  # our own page
    return module.Rolodex


@dataclass
class Office(httpx.BaseTransport):
    """The other side: a transport that answers from a list of people."""

    people: dict[int, dict[str, Any]] = field(default_factory=dict)
    open: bool = True
    pages: int = 0
    spoil: dict[int, Callable[[], object]] = field(default_factory=dict)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """One question."""
        if not self.open or request.headers["Authorization"] != f"Bearer {TOKEN}":
            return httpx.Response(401)
        now = {"Date": datetime.now(UTC).strftime("%a, %d %b %Y %H:%M:%S GMT")}
        if request.url.path == "/time":
            return httpx.Response(200, json={}, headers=now)
        self.pages += 1
        spoilt = self.spoil.pop(self.pages, lambda: None)()
        if isinstance(spoilt, httpx.Response):
            return spoilt
        return httpx.Response(200, json={"people": self._page(request.url.params)})

    def _page(self, asked: httpx.QueryParams) -> list[dict[str, Any]]:
        since, before = int(asked.get("since", 0)), int(asked.get("before", 1 << 60))
        above, limit = int(asked.get("above", 0)), int(asked["limit"])
        if "since" not in asked:  # 200,000 people are not sorted for every page
            numbers = range(above + 1, max(self.people, default=0) + 1)
            found = (self.people[n] for n in numbers if n in self.people)
            return [each for each, _ in zip(found, range(limit), strict=False)]
        fitting = [
            each
            for each in self.people.values()
            if each["id"] > above and since <= each["changed"] < before
        ]
        order = "changed" if asked.get("order") == "changed" else "id"
        return sorted(fitting, key=lambda each: each[order])[:limit]


def office(count: int, same_moment: int = 0) -> Office:
    """An office with so many people, a second apart, those in the middle at one moment."""
    made, moment, first = {}, FIRST, (count - same_moment) // 2
    for n in range(count):
        phone = f"+1206{2_000_000 + n}"
        made[n + 1] = {"id": n + 1, "changed": moment, "phone": phone, "note": f"Person {n}"}
        if not first <= n < first + same_moment - 1:
            moment += 1
    return Office(made)


class Crowd(Office):
    """An office with very many people, who need no memory: each is made when asked for."""

    def __init__(self, count: int) -> None:
        """Of so many."""
        super().__init__()
        self._count = count

    def _page(self, asked: httpx.QueryParams) -> list[dict[str, Any]]:
        first = int(asked.get("above", 0)) + 1
        numbers = range(first, min(first + int(asked["limit"]), self._count + 1))
        return [{"id": n, "changed": FIRST, "phone": f"+1206{n:07d}", "note": ""} for n in numbers]


def _raise(error: Exception) -> httpx.Response:
    raise error


_BREAKAGES: dict[str, Callable[[], httpx.Response]] = {
    "no answer": lambda: _raise(httpx.ReadTimeout("+12062000001")),
    "cut off": lambda: _raise(httpx.RemoteProtocolError(TOKEN)),
    "busy": lambda: httpx.Response(503),
    "half": lambda: httpx.Response(200, text='{"people": [{"id": 1, "pho'),
}


class RolodexHarness(Harness):
    """Fills and spoils an office."""

    text_column = "note"
    secrets = (TOKEN,)
    breakages: ClassVar[tuple[str, ...]] = tuple(_BREAKAGES)

    def __init__(self) -> None:
        """An empty office, and the connector of the page."""
        self.office = Office()
        self.connector = example()

    def fill(self, count: int, *, same_moment: int = 0) -> None:
        """As the contract says."""
        self.office = office(count, same_moment)

    def truth(self) -> dict[str, tuple[str, ...]]:
        """As the contract says."""
        rows = [(str(p["id"]), p["phone"], p["note"]) for p in self.office.people.values()]
        return {row[0]: row for row in rows}

    def moments(self) -> dict[str, datetime]:
        """As the contract says."""
        people = self.office.people
        return {str(n): datetime.fromtimestamp(p["changed"], UTC) for n, p in people.items()}

    def source(self, *, page: int = 10, overlap: timedelta = timedelta(0)) -> IncrementalSource:
        """As the contract says."""
        found: IncrementalSource = self.connector(
            "https://rolodex.example.com",
            SecretStr(TOKEN),
            MAPPED,
            page=page,
            overlap=overlap,
            backoff=HASTY,
            transport=lambda: self.office,
        )
        self.office.pages = 0
        return found

    def cursor_at(self, source: IncrementalSource, moment: datetime) -> str:
        """As the contract says."""
        return write_cursor(source.columns(), moment.isoformat())

    def change(self, keys: Sequence[str], at: datetime) -> None:
        """As the contract says."""
        for key in keys:
            self.office.people[int(key)]["changed"] = int(at.timestamp())

    def put_away(self, keys: Sequence[str]) -> None:
        """This office knows no archive."""
        for key in keys:
            del self.office.people[int(key)]

    def add(self, texts: Sequence[str]) -> None:
        """As the contract says."""
        for text in texts:
            number = max(self.office.people, default=0) + 1
            person = {"id": number, "changed": FIRST, "phone": "", "note": text}
            self.office.people[number] = person

    def break_page(self, page: int, how: str) -> None:
        """As the contract says."""
        self._spoil(page, _BREAKAGES[how], HASTY.attempts)

    def change_before_page(self, page: int, keys: Sequence[str], *, full: bool) -> None:
        """As the contract says."""
        self._spoil(page, lambda: self.change(keys, datetime.now(UTC)), 1)

    def busy_once(self, wait: int) -> None:
        """As the contract says."""
        headers = {"Retry-After": str(wait)}
        self._spoil(2, lambda: httpx.Response(429, headers=headers), 1)

    def lock_out(self) -> None:
        """As the contract says."""
        self.office.open = False

    def child_code(self) -> str:
        """As the contract says."""
        return f"""
from pydantic import SecretStr
from tests.contracts.crm.rolodex import MAPPED, TOKEN, Crowd, example
there = Crowd({len(self.office.people)})
source = example()("https://x.example.com", SecretStr(TOKEN), MAPPED, transport=lambda: there)
"""

    def _spoil(self, page: int, by: Callable[[], object], times: int) -> None:
        self.office.pages = 0
        self.office.spoil = {page + again: by for again in range(times)}
