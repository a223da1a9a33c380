"""HubSpot: requests as its published schema has them, the version, and what ends when."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import date
from typing import Any

import httpx
import pytest

from connectors.sources import crm_registry
from connectors.sources.hubspot.api_version import ENDS, NOTICE_FROM, crm_path, end_notice
from connectors.sources.hubspot.pages import PROPERTIES
from connectors.sources.hubspot.settings import TOKEN_VARIABLE
from schemas.errors import SourceUnavailable
from sendersync.cli.commands.setup import doctor
from tests.contracts.crm.crm_harness import HubspotHarness
from tests.contracts.source_contract import START


@pytest.fixture(scope="module")
def hubspot() -> Iterator[HubspotHarness]:
    """An account with 45 contacts and a list."""
    with HubspotHarness() as harness:
        harness.fill(45)
        harness.crm.setup(lists=[{"id": "7", "every": 2}])
        yield harness


TEXTS = list[str]
SCHEMA: dict[str, dict[str, Any]] = {
    # PublicObjectSearchRequest: all five are required, `query` is not
    "search": {
        "after": str, "filterGroups": list, "limit": int, "properties": TEXTS, "sorts": TEXTS,
    },
    # BatchReadInputSimplePublicObjectId: all three are required, `idProperty` is not
    "batch_read": {"inputs": list, "properties": TEXTS, "propertiesWithHistory": TEXTS},
}  # fmt: skip


def fits(value: Any, kind: Any) -> bool:
    """Whether a value is of the schema's type."""
    if kind == TEXTS:
        return isinstance(value, list) and all(isinstance(each, str) for each in value)
    return isinstance(value, kind)


def test_every_request_is_as_the_published_schema_has_it(hubspot: HubspotHarness) -> None:
    """Required keys are there with their types, and no other key is sent."""
    source = hubspot.source(page=10, list_name="7")
    list(source.read())
    list(source.read_since(hubspot.cursor_at(source, START)))
    for command, keys in SCHEMA.items():
        bodies = [json.loads(call["body"]) for call in hubspot.crm.calls(command=command)]
        assert bodies
        for body in bodies:
            assert body.keys() == keys.keys()
            assert not [name for name, kind in keys.items() if not fits(body[name], kind)]
        if command == "search":
            filters = [one for body in bodies for one in body["filterGroups"][0]["filters"]]
            assert all(map(str, one.values()) for one in filters)
            assert {key for one in filters for key in one} == {"propertyName", "operator", "value"}


def test_a_search_that_is_not_sorted_is_no_read(hubspot: HubspotHarness) -> None:
    """Were the order of a search not honoured, reading on would lose people: unavailable, told."""
    first, *between, last = [1_780_000_000_000 + n * 1000 for n in range(60)]
    random.Random(7).shuffle(between)
    moments = [first, *between, last]
    nothing = dict.fromkeys(hubspot.mapped)
    found = [
        {"id": str(n), "properties": {**nothing, "lastmodifieddate": str(moment)}}
        for n, moment in enumerate(moments, start=1)
    ]

    def answer(request: httpx.Request) -> httpx.Response:
        rows = found if request.url.path.endswith("/search") else []
        return httpx.Response(200, json={"results": rows})

    source = hubspot.source(page=100, transport=lambda: httpx.MockTransport(answer))
    cursor = hubspot.cursor_at(source, START)
    with pytest.raises(SourceUnavailable, match="order"):
        list(source.read_since(cursor))
    found.sort(key=lambda one: one["properties"]["lastmodifieddate"])
    assert sum(batch.rows for batch in source.read_since(cursor)) == len(found)


@pytest.mark.parametrize("left_out", HubspotHarness.mapped)
def test_a_contact_without_a_property_is_not_whole(hubspot: HubspotHarness, left_out: str) -> None:
    """HubSpot writes null for nothing: a property that is not there may be the opt-out, unanswered."""
    values: dict[str, Any] = {**dict.fromkeys(hubspot.mapped), "lastmodifieddate": "1780000000000"}

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/contacts") and request.url.params["limit"] == "1":
            return httpx.Response(200, json={"results": []})
        if request.url.path.startswith(PROPERTIES):
            known = [{"name": name, "label": name} for name in hubspot.mapped]
            return httpx.Response(200, json={"results": known})
        return httpx.Response(200, json={"results": [{"id": "101", "properties": values}]})

    source = hubspot.source(transport=lambda: httpx.MockTransport(answer))
    reads = [source.read, lambda: source.read_since(hubspot.cursor_at(source, START))]
    for read in reads:
        assert sum(batch.rows for batch in read()) == 1
    del values[left_out]
    for read in reads:
        with pytest.raises(SourceUnavailable, match=left_out):
            list(read())


def test_one_constant_names_the_version() -> None:
    """Numbered versions stand before the area, those of a month behind it."""
    assert crm_path("objects", "/contacts", "v3") == "/crm/v3/objects/contacts"
    assert crm_path("objects", "/contacts", "2026-03") == "/crm/objects/2026-03/contacts"
    assert crm_path("lists", version="2026-09") == "/crm/lists/2026-09"


@pytest.mark.parametrize(
    ("today", "says"),
    [
        (date(2026, 11, 28), ""),
        (date(2027, 2, 28), ""),
        (NOTICE_FROM, "ends the support"),
        (date(2027, 8, 31), "ends the support"),
        (ENDS, "out of support"),
        (date(2030, 1, 1), "out of support"),
    ],
)
def test_doctor_says_in_time_that_the_version_ends(today: date, says: str) -> None:
    """From March 2027 a line for accounts with HubSpot; nothing is wrong, and there is something to do."""
    notice, do = end_notice(today)
    assert says in notice
    assert bool(notice) is bool(do) is bool(says)
    given = {TOKEN_VARIABLE: "key"}
    assert [each[1] for each in crm_registry.notices(given, today)] == ([notice] if says else [])
    lines = list(doctor.notices(given, today))
    assert [(line.name, line.ok, line.says) for line in lines] == (
        [("hubspot-api", True, notice)] if says else []
    )
    assert not list(doctor.notices({}, today))
