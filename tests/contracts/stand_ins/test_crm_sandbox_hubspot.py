"""The stand-in of HubSpot answers as HubSpot's reference says, also to HubSpot's own client."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.stand_ins.crm_process import TOKEN, CrmProcess
from tests.waiting.until import until

CONTACTS = "/crm/v3/objects/contacts"


@pytest.fixture(scope="module")
def process() -> Iterator[CrmProcess]:
    """One process for all tests of this file."""
    with CrmProcess("hubspot").start() as crm:
        yield crm


@pytest.fixture
def hubspot(process: CrmProcess) -> CrmProcess:
    """An empty account, without a limit on searches."""
    process.reset()
    process.setup(switches={"searches_per_second": 0})
    return process


@pytest.fixture
def http(hubspot: CrmProcess) -> Iterator[httpx.Client]:
    """A client with the token."""
    with hubspot.client() as client:
        yield client


def every_page(http: httpx.Client, **asked: Any) -> list[dict[str, Any]]:
    """All contacts by the list endpoint."""
    found: list[dict[str, Any]] = []
    while True:
        page = http.get(CONTACTS, params=asked).json()
        found += page["results"]
        if "paging" not in page:
            return found
        asked["after"] = page["paging"]["next"]["after"]


def search(http: httpx.Client, *filters: dict[str, Any], **more: Any) -> dict[str, Any]:
    """One page of a search."""
    asked = {"filterGroups": [{"filters": list(filters)}] if filters else [], **more}
    answer = http.post(CONTACTS + "/search", json=asked)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def test_the_vendors_client_reads_all_contacts(hubspot: CrmProcess) -> None:
    """hubspot-api-client pages through every contact, and turns dates and nulls into its models."""
    from hubspot import HubSpot

    hubspot.setup(generate=250)
    client = HubSpot(access_token=TOKEN)
    client.config["host"] = hubspot.url
    contacts = client.crm.contacts.get_all(properties=["mobilephone", "sms_opt_out", "email"])
    assert len({contact.id for contact in contacts}) == len(contacts) == 250
    assert contacts[0].created_at.isoformat() == "2026-01-01T00:00:00+00:00"
    assert contacts[7].properties["mobilephone"] is None
    assert contacts[11].properties["sms_opt_out"] == "true"


def test_the_vendors_client_searches_and_reads_lists_and_properties(hubspot: CrmProcess) -> None:
    """hubspot-api-client understands search, batch read, memberships, properties and errors."""
    from hubspot import HubSpot
    from hubspot.crm.contacts import (
        ApiException,
        BatchReadInputSimplePublicObjectId,
        PublicObjectSearchRequest,
    )

    first, _ = hubspot.setup(generate=300)["generated"]
    hubspot.setup(lists=[{"id": 9, "name": "Weekly", "every": 2}])
    client = HubSpot(access_token=TOKEN)
    client.config["host"] = hubspot.url
    late = {"propertyName": "lastmodifieddate", "operator": "GTE", "value": "2026-01-01T00:04:50Z"}
    found = client.crm.contacts.search_api.do_search(
        PublicObjectSearchRequest(filter_groups=[{"filters": [late]}], limit=200)
    )
    assert found.total == len(found.results) == 10
    both = BatchReadInputSimplePublicObjectId(
        properties=["email"], properties_with_history=[], inputs=[{"id": first}]
    )
    assert client.crm.contacts.batch_api.read(both).results[0].id == first
    page = client.crm.lists.memberships_api.get_page("9", limit=100)
    rest = client.crm.lists.memberships_api.get_page("9", limit=100, after=page.paging.next.after)
    assert len(page.results) + len(rest.results) == 150
    names = {one.name for one in client.crm.properties.core_api.get_all("contacts").results}
    assert {"mobilephone", "hs_merged_object_ids"} <= names
    wrong = HubSpot(access_token="pat-na1-wrong")
    wrong.config["host"] = hubspot.url
    with pytest.raises(ApiException) as refused:
        wrong.crm.contacts.basic_api.get_page()
    assert refused.value.status == 401
    assert "INVALID_AUTHENTICATION" in refused.value.body


@pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 200])
def test_pages_hold_each_contact_once(hubspot: CrmProcess, http: httpx.Client, count: int) -> None:
    """None, one, a page, one more, and several pages: each contact comes once, in order of ids."""
    if count:
        hubspot.setup(generate=count)
    ids = [int(contact["id"]) for contact in every_page(http, limit=100)]
    assert ids == sorted(set(ids)) and len(ids) == count


def test_values_are_text_or_null(hubspot: CrmProcess, http: httpx.Client) -> None:
    """Asked properties without a value are null, unknown ones are left out, the rest is text."""
    hubspot.setup(add=[{"firstname": "Ada", "customer_number": "007"}])
    (contact,) = every_page(http, properties="customer_number,mobilephone,nonsense")
    values = contact["properties"]
    assert values["customer_number"] == "007"
    assert values["mobilephone"] is None
    assert "nonsense" not in values
    assert values["hs_object_id"] == contact["id"]
    assert contact["archived"] is False


def test_a_contact_archived_while_paging_moves_nobody(
    hubspot: CrmProcess, http: httpx.Client
) -> None:
    """The cursor is an id: what is archived or changed between pages shifts no other row."""
    first, _ = hubspot.setup(generate=30)["generated"]
    hubspot.faults(
        {"kind": "meanwhile", "command": "list", "nth": [2], "do": {"archive": [first], "touch": 3}}
    )
    ids = [contact["id"] for contact in every_page(http, limit=10)]
    assert len(ids) == len(set(ids)) == 30


def test_archived_contacts_are_listed_apart(hubspot: CrmProcess, http: httpx.Client) -> None:
    """archived=true lists the archived ones, with archivedAt; they are nowhere else."""
    first, last = hubspot.setup(generate=5)["generated"]
    hubspot.setup(archive=[first], delete=[last])
    assert len(every_page(http)) == 3
    (gone,) = every_page(http, archived="true")
    assert gone["id"] == first and gone["archived"] is True and gone["archivedAt"]
    assert http.get(f"{CONTACTS}/{first}").status_code == 404
    assert http.get(f"{CONTACTS}/{first}", params={"archived": "true"}).status_code == 200
    assert search(http)["total"] == 3


@pytest.mark.parametrize("merge_id", ["primary", "new"])
def test_a_merged_id_finds_the_contact_that_stayed(
    hubspot: CrmProcess, http: httpx.Client, merge_id: str
) -> None:
    """Reading the id of a merged contact gives the survivor, which lists the ids it took in."""
    first, last = hubspot.setup(generate=2)["generated"]
    hubspot.setup(switches={"merge_id": merge_id})
    (keeper,) = hubspot.setup(merge=[{"into": first, "from": last}])["merged"]
    assert (keeper == first) is (merge_id == "primary")
    asked = {"properties": "hs_merged_object_ids,hs_calculated_merged_vids"}
    read = http.get(f"{CONTACTS}/{last}", params=asked).json()
    assert read["id"] == keeper
    merged = read["properties"]["hs_merged_object_ids"].split(";")
    assert merged == ([last] if merge_id == "primary" else [first, last])
    assert [contact["id"] for contact in every_page(http)] == [keeper]


def test_merges_in_a_chain(hubspot: CrmProcess, http: httpx.Client) -> None:
    """Every id a contact ever had finds it; only hs_merged_object_ids remembers them all."""
    first, last = hubspot.setup(generate=3)["generated"]
    second = str(int(first) + 1)
    (one,) = hubspot.setup(merge=[{"into": first, "from": second}])["merged"]
    (two,) = hubspot.setup(merge=[{"into": one, "from": last}])["merged"]
    asked = {"properties": "hs_merged_object_ids,hs_calculated_merged_vids,customer_number"}
    for key in (first, second, last, one, two):
        read = http.get(f"{CONTACTS}/{key}", params=asked).json()
        assert read["id"] == two
    assert set(read["properties"]["hs_merged_object_ids"].split(";")) == {first, second, last, one}
    pairs = read["properties"]["hs_calculated_merged_vids"].split(";")
    assert first not in {pair.split(":")[0] for pair in pairs}  # behind the colon stands a moment
    assert read["properties"]["customer_number"] == "00000000"
    inputs = [{"id": key} for key in (first, second)]
    batch = http.post(f"{CONTACTS}/batch/read", json={"inputs": inputs, "properties": []})
    assert [contact["id"] for contact in batch.json()["results"]] == [two]


def test_search_ends_at_ten_thousand(hubspot: CrmProcess, http: httpx.Client) -> None:
    """A search tells the whole total, but a page beyond 10,000 results is 400."""
    hubspot.setup(generate=10_300, same_timestamp=10_100)
    last = search(http, limit=200, after="9800")
    assert last["total"] == 10_300
    assert last["paging"]["next"]["after"] == "10000"
    beyond = http.post(CONTACTS + "/search", json={"limit": 200, "after": "10000"})
    assert beyond.status_code == 400
    assert beyond.json()["category"] == "VALIDATION_ERROR"
    assert http.post(CONTACTS + "/search", json={"limit": 201}).status_code == 400


def test_windows_of_a_shared_moment_are_split_by_id(
    hubspot: CrmProcess, http: httpx.Client
) -> None:
    """Contacts of one timestamp are told apart by hs_object_id, in filters and as a sort."""
    first, last = hubspot.setup(generate=50, same_timestamp=50)["generated"]
    moment = every_page(http)[0]["properties"]["lastmodifieddate"]
    found = search(
        http,
        {"propertyName": "lastmodifieddate", "operator": "EQ", "value": moment},
        {"propertyName": "hs_object_id", "operator": "GT", "value": str(int(first) + 9)},
        sorts=[{"propertyName": "hs_object_id", "direction": "DESCENDING"}],
        limit=200,
    )
    ids = [int(contact["id"]) for contact in found["results"]]
    assert ids == list(range(int(last), int(first) + 9, -1))


@pytest.mark.parametrize(
    ("given", "fits"),
    [
        ({"operator": "EQ", "value": "ADA"}, "a"),
        ({"operator": "NEQ", "value": "ada"}, "b"),
        ({"operator": "HAS_PROPERTY"}, "ab"),
        ({"operator": "NOT_HAS_PROPERTY"}, "c"),
        ({"operator": "IN", "values": ["ada", "x"]}, "a"),
        ({"operator": "NOT_IN", "values": ["ada"]}, "b"),
        ({"operator": "BETWEEN", "value": "aa", "highValue": "ae"}, "a"),
        ({"operator": "CONTAINS_TOKEN", "value": "b*"}, "b"),
    ],
)
def test_operators_of_search(
    hubspot: CrmProcess, http: httpx.Client, given: dict[str, Any], fits: str
) -> None:
    """Each operator finds what the reference says, without regard to case."""
    hubspot.setup(add=[{"firstname": "Ada", "lastname": "a"}, {"firstname": "Bo", "lastname": "b"}])
    hubspot.setup(add=[{"lastname": "c"}])
    found = search(http, {"propertyName": "firstname", **given})["results"]
    assert "".join(contact["properties"]["lastname"] for contact in found) == fits


def test_search_lags_behind(hubspot: CrmProcess, http: httpx.Client) -> None:
    """With an indexing delay search shows what was, the list what is; later they agree."""
    hubspot.setup(switches={"index_delay_ms": 3_600_000})
    first, _ = hubspot.setup(generate=3)["generated"]
    hubspot.setup(change=[{"id": first, "firstname": "Changed"}], add=[{"firstname": "New"}])
    new = {"propertyName": "firstname", "operator": "IN", "values": ["changed", "new"]}
    assert search(http, new)["total"] == 0
    assert [c["properties"]["firstname"] for c in every_page(http)].count("New") == 1
    hubspot.setup(switches={"index_delay_ms": 0})
    assert search(http, new)["total"] == 2


def test_five_searches_a_second(hubspot: CrmProcess, http: httpx.Client) -> None:
    """The sixth search within a second is 429 SECONDLY; lists are not counted with them."""
    hubspot.setup(switches={"searches_per_second": 5, "retry_after": "1"})

    def ask() -> httpx.Response | None:
        """The answer that is one too many: on a machine that dawdles it takes more than six."""
        answer = http.post(CONTACTS + "/search", json={})
        return answer if answer.status_code == 429 else None

    body = (refused := until(ask, "a search too many", every=0)).json()
    calls = hubspot.calls(command="search")
    assert [call["status"] for call in calls] == [200] * (len(calls) - 1) + [429]
    assert calls[-1]["received"] - calls[-6]["answered"] < 1, "no five before it in its second"
    for fifth_before, call in zip(calls, calls[5:-1], strict=False):
        assert call["answered"] - fifth_before["received"] >= 1, "a sixth in its second"
    assert (body["policyName"], body["errorType"]) == ("SECONDLY", "RATE_LIMIT")
    assert body["category"] == "RATE_LIMITS"
    assert refused.headers["retry-after"] == "1"
    assert http.get(CONTACTS).headers["x-hubspot-ratelimit-interval-milliseconds"] == "10000"
    hubspot.setup(switches={"clock_ahead_ms": 1000})
    assert http.post(CONTACTS + "/search", json={}).status_code == 200
    hubspot.setup(switches={"requests_per_ten_seconds": 2})
    answers = [http.get(CONTACTS) for _ in range(3)]
    assert answers[-1].json()["policyName"] == "TEN_SECONDLY_ROLLING"


def test_errors_in_the_vendors_words(hubspot: CrmProcess, http: httpx.Client) -> None:
    """401, 403 and faults carry category and correlationId, as the reference shows them."""
    hubspot.setup(switches={"scopes": ["crm.lists.read"]})
    forbidden = http.get(CONTACTS)
    assert forbidden.status_code == 403
    assert forbidden.json()["category"] == "MISSING_SCOPES"
    needed = forbidden.json()["errors"][0]["context"]["requiredGranularScopes"]
    assert needed == ["crm.objects.contacts.read"]
    hubspot.faults({"kind": "500", "nth": [1]}, {"kind": "429", "nth": [2]})
    assert http.get(CONTACTS).json()["correlationId"]
    assert http.get(CONTACTS).status_code == 429
    hubspot.setup(expire=True)
    assert http.get(CONTACTS).json()["category"] == "EXPIRED_AUTHENTICATION"
    hubspot.setup(revoke=True)
    assert http.get(CONTACTS).json()["category"] == "INVALID_AUTHENTICATION"
    assert http.get("/account-info/v3/details").status_code == 401


def test_groups_are_joined_by_or_and_filters_by_and(
    hubspot: CrmProcess, http: httpx.Client
) -> None:
    """Within a group all filters must fit, of the groups one; a contact in both comes once."""
    names = [("Ada", "x"), ("Ada", "y"), ("Bo", "y"), ("Cy", "z")]
    hubspot.setup(add=[{"firstname": first, "lastname": last} for first, last in names])
    ada = {"propertyName": "firstname", "operator": "EQ", "value": "ada"}
    of_y = {"propertyName": "lastname", "operator": "EQ", "value": "y"}
    for groups, count in (([[ada], [of_y]], 3), ([[ada, of_y]], 1), ([], 4)):
        asked = {"filterGroups": [{"filters": one} for one in groups]}
        assert http.post(CONTACTS + "/search", json=asked).json()["total"] == count
    assert search(http, query="bo y")["total"] == 1
    assert http.post(CONTACTS + "/search", json={"filterGroups": [{}] * 6}).status_code == 400
    twice = [{"propertyName": "email", "direction": "ASCENDING"}] * 2
    assert http.post(CONTACTS + "/search", json={"sorts": twice}).status_code == 400
