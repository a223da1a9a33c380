"""HubSpot's own ways: merges, lists, the search that ends at 10,000, its limits and refusals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from connectors.http_client.backoff import Backoff
from connectors.http_client.json_client import JsonReply, RequestLabel, RetryAfter
from connectors.sources.hubspot.contacts import HubspotContacts
from connectors.sources.hubspot.pages import HubspotLimits
from connectors.sources.hubspot.settings import HubspotSettings, classify
from schemas.errors import CredentialsRefused, SourceMismatch, SourceUnavailable, WrongUse
from tests.contracts.crm.crm_harness import NO_LIMIT, HubspotHarness
from tests.contracts.source_contract import START, assert_each_once, rows_of
from tests.waiting.moved_clock import MovedClock


@pytest.fixture(scope="module")
def _running() -> Iterator[HubspotHarness]:
    with HubspotHarness() as harness:
        yield harness


@pytest.fixture
def hubspot(_running: HubspotHarness) -> HubspotHarness:
    """An account with 30 contacts, 101 to 130, a second apart."""
    _running.fill(30)
    return _running


def _keys(source: HubspotContacts, cursor: str | None = None) -> list[str]:
    batches = source.read() if cursor is None else source.read_since(cursor)
    return [row[0] for row in rows_of(list(batches))]


def _clock(hubspot: HubspotHarness) -> MovedClock:
    """A clock that takes the one of the account's limits along."""

    def tell(slept: float) -> None:
        hubspot.crm.setup(switches={"clock_ahead_ms": int(1000 * slept)})

    return MovedClock(tell=tell)


@pytest.mark.parametrize("new_id", [True, False])
def test_a_merged_contact_keeps_its_key(hubspot: HubspotHarness, *, new_id: bool) -> None:
    """Merged once and twice, under a new record id or the old one: the key is the oldest id."""
    hubspot.crm.setup(switches={"merge_id": "new" if new_id else "primary"})
    source = hubspot.source()
    first = hubspot.crm.setup(merge=[{"into": "105", "from": "103"}])["merged"][0]
    assert sorted(_keys(source)) == [str(n) for n in range(101, 131) if n != 105]
    hubspot.crm.setup(merge=[{"into": "110", "from": first}])
    assert sorted(_keys(source)) == [str(n) for n in range(101, 131) if n not in (105, 110)]


def test_a_merge_while_reading_loses_nobody(hubspot: HubspotHarness) -> None:
    """A contact merged between two pages is delivered, under an id that it had."""
    hubspot.crm.setup(switches={"merge_id": "new"})
    do = {"merge": [{"into": "102", "from": "128"}]}
    hubspot.crm.faults({"kind": "meanwhile", "command": "list", "nth": [3], "do": do})
    keys = _keys(hubspot.source())
    assert {str(n) for n in range(101, 131) if n != 128} <= set(keys)


def test_search_is_never_asked_for_a_full_read(hubspot: HubspotHarness) -> None:
    """Completeness comes from the list endpoint alone."""
    _keys(hubspot.source())
    assert {call["command"] for call in hubspot.crm.calls()} == {"list"}


def test_only_what_is_mapped_is_asked_for(hubspot: HubspotHarness) -> None:
    """HubSpot is asked for the mapped properties and our own three, and contacts that are live."""
    _keys(hubspot.source(mapped=("email",)))
    assert "properties=email%2Clastmodifieddate%2Chs_object_id%2Chs_merged_object_ids" in str(
        [call["query"] for call in hubspot.crm.calls()]
    )


@pytest.mark.parametrize("many", [11_000, pytest.param(25_000, marks=pytest.mark.soak)])
def test_changes_past_the_end_of_search_are_all_read(hubspot: HubspotHarness, many: int) -> None:
    """Search ends at 10,000; all that changed since the cursor are read all the same."""
    hubspot.crm.setup(generate=many, start="2026-02-01T00:00:00Z", step_ms=7)
    source = hubspot.source(page=200)
    cursor = hubspot.cursor_at(source, datetime(2026, 2, 1, tzinfo=UTC))
    batches = list(source.read_since(cursor))
    keys = [row[0] for row in rows_of(batches)]
    assert len(keys) == len(set(keys)) == many
    assert batches[-1].complete
    assert all(call["status"] == 200 for call in hubspot.crm.calls())


def test_five_searches_a_second_are_kept(hubspot: HubspotHarness) -> None:
    """HubSpot's limit is not hit once, and seven searches take more than a second."""
    hubspot.crm.setup(switches={"searches_per_second": 5})
    limits = HubspotLimits(searched=5, questions=NO_LIMIT)
    clock = _clock(hubspot)
    source = replace(
        hubspot.source(),
        limits=limits,
        backoff=Backoff(attempts=1),
        clock=clock,
        sleep=clock.sleep,
    )
    began = clock()
    assert len(_keys(source, hubspot.cursor_at(source, START))) == 30
    assert clock() - began >= 1
    calls = hubspot.crm.calls(command="search")
    assert len(calls) >= 7
    assert {call["status"] for call in calls} == {200}


def test_hubspots_own_limit_is_waited_for(hubspot: HubspotHarness) -> None:
    """Another app uses the limit up: we are refused, wait, and miss nothing."""
    hubspot.crm.setup(switches={"searches_per_second": 1})
    patience = Backoff(attempts=20, first_wait=0.3)
    patient = replace(hubspot.source(), backoff=patience, sleep=_clock(hubspot).sleep)
    assert len(_keys(patient, hubspot.cursor_at(patient, START))) == 30
    assert 429 in {call["status"] for call in hubspot.crm.calls(command="search")}


@pytest.mark.parametrize("wanted", ["7", "VIPs"])
def test_a_list_is_read_by_its_members(hubspot: HubspotHarness, wanted: str) -> None:
    """By id or by name: exactly its members, without those that were archived."""
    members = ["101", "104", "110", "111", "130"]
    hubspot.crm.setup(lists=[{"id": "7", "name": "VIPs", "members": members}])
    source = hubspot.source(page=2, list_name=wanted)
    assert _keys(source) == members
    hubspot.crm.setup(archive=["110"])
    assert _keys(source) == ["101", "104", "111", "130"]


def test_a_list_tells_who_changed_and_who_came(hubspot: HubspotHarness) -> None:
    """Incremental: members who changed, and members who came; nobody who is not on the list."""
    past = START + timedelta(days=1)
    hubspot.crm.setup(lists=[{"id": "7", "members": ["101", "104", "110"]}])
    source = hubspot.source(page=2, list_name="7")
    # the stand-in dates membership by the list's making: today
    assert _keys(source, hubspot.cursor_at(source, past)) == ["101", "104", "110"]
    later = hubspot.cursor_at(source, datetime.now(UTC) + timedelta(hours=1))
    assert _keys(source, later) == []


def test_members_who_changed_are_read(hubspot: HubspotHarness) -> None:
    """Members who came long ago are read when they changed, others who changed are not."""
    members = {"id": "7", "members": ["101", "104", "110"], "at": START.isoformat()}
    hubspot.crm.setup(lists=[members])
    source = hubspot.source(list_name="7")
    cursor = hubspot.cursor_at(source, START + timedelta(days=10))
    hubspot.change(["104", "120"], START + timedelta(days=11))
    assert _keys(source, cursor) == ["104"]


def test_the_search_index_may_lag(hubspot: HubspotHarness) -> None:
    """A change that search did not know yet is in the next incremental read."""
    source = hubspot.source(overlap=timedelta(minutes=5))
    cursor = list(source.read())[-1].cursor
    hubspot.crm.setup(switches={"index_delay_ms": 3_600_000})
    hubspot.change(["104"], datetime.now(UTC) - timedelta(seconds=2))
    early = list(source.read_since(cursor))
    assert rows_of(early) == []
    hubspot.crm.setup(switches={"index_delay_ms": 0})
    assert _keys(source, early[-1].cursor) == ["104"]


def test_other_columns_read_everything(hubspot: HubspotHarness) -> None:
    """A cursor that was written for other columns, or another list, is nobody's."""
    source = hubspot.source()
    cursor = hubspot.cursor_at(source, datetime.now(UTC))
    assert _keys(source, cursor) == []
    assert len(_keys(replace(source, mapped=("mobilephone",)), cursor)) == 30


@pytest.mark.parametrize(
    ("column", "near"),
    [
        ("mobilphone", "'mobilephone'"),
        ("Mobile Phone Number", "'mobilephone'"),
        ("qqq", "internal"),
    ],
)
def test_a_property_that_is_not_there_is_refused(
    hubspot: HubspotHarness, column: str, near: str
) -> None:
    """HubSpot would leave it out in silence; we name the nearest, by label too."""
    with pytest.raises(SourceMismatch, match=near):
        hubspot.source(mapped=(column,)).columns()


@pytest.mark.parametrize("wanted", ["99", "No such list"])
def test_a_list_that_is_not_there_is_refused(hubspot: HubspotHarness, wanted: str) -> None:
    """A wrong list is not an empty one."""
    source = hubspot.source(list_name=wanted)
    for ask in (source.check, lambda: list(source.read())):
        with pytest.raises(SourceMismatch, match="no such list"):
            ask()


@pytest.mark.parametrize(
    ("granted", "missing"),
    [
        (["crm.schemas.contacts.read", "crm.lists.read"], "crm.objects.contacts.read"),
        (["crm.objects.contacts.read", "crm.lists.read"], "crm.schemas.contacts.read"),
        (["crm.objects.contacts.read", "crm.schemas.contacts.read"], "crm.lists.read"),
    ],
)
def test_a_missing_scope_is_named(
    hubspot: HubspotHarness, granted: list[str], missing: str
) -> None:
    """403 says which scope the private app needs."""
    hubspot.crm.setup(switches={"scopes": granted}, lists=[{"id": "7", "every": 2}])
    with pytest.raises(CredentialsRefused, match=missing):
        hubspot.source(list_name="7").check()


def test_the_limit_of_a_day_is_not_waited_for(hubspot: HubspotHarness) -> None:
    """A day is longer than any backoff: unavailable at once."""
    body = {"status": "error", "policyName": "DAILY", "errorType": "RATE_LIMIT"}
    asked: list[Any] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(429, json=body)

    source = hubspot.source(transport=lambda: httpx.MockTransport(answer))
    with pytest.raises(SourceUnavailable, match="calls a day"):
        list(source.read())
    assert len(asked) == 1


@pytest.mark.parametrize(
    "body",
    [
        *({}, [], {"results": None}, {"results": [1]}, {"results": [{"id": "x"}]}),
        {"results": [], "paging": {"next": {"after": "7"}}},
        {"status": "error", "message": "no"},
    ],
)
def test_an_answer_that_is_no_page_is_no_end(hubspot: HubspotHarness, body: Any) -> None:
    """What is not a page of contacts, or the same page for ever, is not taken for the last one."""

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json=body)

    source = hubspot.source(transport=lambda: httpx.MockTransport(answer))
    with pytest.raises(SourceUnavailable):
        list(source.read())


def test_pages_that_go_in_a_circle_are_no_end(hubspot: HubspotHarness) -> None:
    """The second page leads to the first, and so on: unavailable, not for ever."""

    def answer(request: httpx.Request) -> httpx.Response:
        after = {"": "b", "b": "c", "c": "b"}[request.url.params.get("after", "")]
        return httpx.Response(200, json={"results": [], "paging": {"next": {"after": after}}})

    with pytest.raises(SourceUnavailable):
        list(hubspot.source(transport=lambda: httpx.MockTransport(answer)).read())


@pytest.mark.parametrize(("status", "wait"), [(423, 2.0), (477, 90.0)])
def test_a_lock_and_a_move_are_waited_for(status: int, wait: float) -> None:
    """423 lasts two seconds; 477 says itself how long, and beyond our longest wait is not waited for."""
    headers = httpx.Headers({"Retry-After": "90"} if status == 477 else {})
    verdict = classify(JsonReply(status, headers, None), RequestLabel("HubSpot", "GET", "/"))
    assert isinstance(verdict, RetryAfter)
    assert verdict.after == wait


def test_a_short_page_of_a_search_is_no_end(hubspot: HubspotHarness) -> None:
    """While another page is announced there are more, however few stand on this one."""
    hubspot.crm.setup(switches={"short_pages": True})
    source = hubspot.source(page=10)
    keys = list(hubspot.truth())
    assert_each_once(rows_of(list(source.read_since(hubspot.cursor_at(source, START)))), keys)


@pytest.mark.parametrize("token", ["", "with space", "ümlaut", "line\nbreak"])
def test_a_token_that_cannot_be_one_is_refused(token: str) -> None:
    """Before anything is asked, and without repeating it."""
    with pytest.raises(WrongUse) as refusal:
        HubspotSettings(SecretStr(token))
    assert not token or token not in str(refusal.value)


@pytest.mark.parametrize("command", ["list_by_id", "memberships", "batch_read", "search"])
@pytest.mark.parametrize("kind", ["502", "broken_json", "drop_after"])
def test_every_endpoint_may_break(hubspot: HubspotHarness, command: str, kind: str) -> None:
    """Whichever question is not answered, the read is not complete."""
    hubspot.crm.setup(lists=[{"id": "7", "every": 1}])
    source = hubspot.source(page=5, list_name="7")
    nth = [1, 2] if command == "list_by_id" else [3, 4]
    hubspot.crm.faults({"kind": kind, "command": command, "nth": nth})
    got: list[Any] = []
    with pytest.raises(SourceUnavailable):
        got.extend(source.read_since(hubspot.cursor_at(source, START)))
    assert not any(each.complete for each in got)


def test_members_who_are_gone_by_now_are_no_error(hubspot: HubspotHarness) -> None:
    """Archived between the list's page and the question for them: they have left."""
    hubspot.crm.setup(lists=[{"id": "7", "members": ["101", "104", "110"]}])
    do = {"archive": ["104"]}
    hubspot.crm.faults({"kind": "meanwhile", "command": "batch_read", "nth": [1], "do": do})
    assert _keys(hubspot.source(list_name="7")) == ["101", "110"]
