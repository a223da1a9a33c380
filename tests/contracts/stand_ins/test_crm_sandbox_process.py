"""What the three CRM stand-ins have in common: process, control API, faults, invented people."""

from __future__ import annotations

import concurrent.futures
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import httpx
import phonenumbers
import pytest

from sandbox.crm.front import KINDS
from sandbox.crm.people import person
from tests.builders.repository import ROOT
from tests.stand_ins.crm_process import CrmProcess

CONTACTS = "/crm/v3/objects/contacts"


@pytest.fixture(scope="module")
def process() -> Iterator[CrmProcess]:
    """One HubSpot for the tests that need any CRM."""
    with CrmProcess("hubspot").start() as crm:
        yield crm


@pytest.fixture
def crm(process: CrmProcess) -> CrmProcess:
    """With ten contacts."""
    process.reset()
    process.setup(generate=10)
    return process


@pytest.fixture
def http(crm: CrmProcess) -> Iterator[httpx.Client]:
    """A client with the token."""
    with crm.client() as client:
        yield client


@pytest.mark.parametrize("name", ["hubspot", "odoo", "salesforce"])
def test_starts_with_people_and_ends_when_told(name: str) -> None:
    """Each says where it listens, holds those it was started with, and ends with 0."""
    crm = CrmProcess(name).start(generate=25, latency_ms=1)
    assert crm.url.startswith("http://127.0.0.1:")
    assert bool(crm.instance_url) is (name == "salesforce")
    state = crm.state()
    assert state["crm"] == name and state["latency_ms"] == 1
    assert max(counts["live"] for counts in state["counts"].values()) == 25
    assert "sandbox" not in crm.complaints.replace("sandbox.crm", "")
    crm.reset()
    assert len(crm.records()) == 25
    assert crm.stop() == 0


def test_wrong_options_are_refused() -> None:
    """An unknown switch or fault ends with 2 and says what there is."""
    for wrong in (["--switch", "nonsense=1"], ["--fault", "kind=nonsense"], ["--crm", "pipedrive"]):
        argv = [sys.executable, "-m", "sandbox.crm", "--crm", "hubspot", "--port", "0", *wrong]
        done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True)
        assert done.returncode == 2, wrong
        assert "Traceback" not in done.stderr


def test_two_processes_agree_on_who_is_who() -> None:
    """People are made from a seed and a number alone; another seed gives others."""
    seen = []
    for seed in (7, 7, 8):
        with CrmProcess("odoo").start() as crm:
            crm.setup(generate=50, seed=seed)
            seen.append([(row["name"], row["email"]) for row in crm.records()])
    assert seen[0] == seen[1] != seen[2]


def test_nobody_is_real() -> None:
    """Phones are numbers set aside for fiction, valid to the library; e-mails are at example.*."""
    for n in range(0, 40_000, 7):
        who = person(7, n)
        assert not who.email or re.fullmatch(r"[\w.]+@example\.(com|org|net)", who.email)
        for phone in filter(None, (who.mobile, who.phone)):
            digits = re.sub(r"\D", "", phone)
            assert re.fullmatch(r"1?\d{3}55501\d\d", digits)
        if who.mobile and n < 3000:
            assert phonenumbers.is_valid_number(phonenumbers.parse(who.mobile))


def test_calls_are_listed_with_their_times(crm: CrmProcess, http: httpx.Client) -> None:
    """Every call is there with what was asked, when, and what came of it."""
    crm.faults({"kind": "drop_after", "nth": [2]}, latency_ms=30)
    http.get(CONTACTS, params={"limit": 3})
    with pytest.raises(httpx.RemoteProtocolError):
        http.get(CONTACTS)
    http.post(CONTACTS + "/search", json={"limit": 1})
    first, second, third = crm.calls()
    assert (first["command"], first["path"], first["query"]) == ("list", CONTACTS, "limit=3")
    assert (second["status"], second["did"], second["fault"]) == (0, 200, "drop_after")
    assert third["body"] == '{"limit":1}'
    assert third["answered"] - third["received"] >= 0.03
    assert crm.calls(command="search") == [third]


def test_waiting_calls_overlap(crm: CrmProcess) -> None:
    """Latency delays every call, but ten wait side by side."""
    crm.faults(latency_ms=3_600_000)

    def one(_: int) -> int:
        with crm.client() as client:
            return client.get(CONTACTS).status_code

    with concurrent.futures.ThreadPoolExecutor(10) as pool:
        answers = pool.map(one, range(10))
        crm.until_in_flight(10)
        crm.faults(latency_ms=0)
        assert list(answers) == [200] * 10


@pytest.mark.parametrize(
    ("fault", "sees"),
    [
        ({"kind": "drop_before"}, httpx.RemoteProtocolError),
        ({"kind": "drop_before", "how": "reset"}, httpx.ReadError),
        ({"kind": "drop_after"}, httpx.RemoteProtocolError),
        ({"kind": "truncated"}, httpx.RemoteProtocolError),
        ({"kind": "slow", "seconds": 3600}, httpx.ReadTimeout),
        ({"kind": "429", "retry_after": "3"}, 429),
        ({"kind": "500"}, 500),
        ({"kind": "502"}, 502),
        ({"kind": "503"}, 503),
        ({"kind": "error", "status": 418}, 418),
        ({"kind": "expired"}, 401),
        ({"kind": "revoked"}, 401),
        ({"kind": "broken_json"}, "not JSON"),
        ({"kind": "html_200"}, "not JSON"),
        ({"kind": "meanwhile", "do": {"add": [{"firstname": "New"}]}}, 200),
    ],
)
def test_each_fault(crm: CrmProcess, http: httpx.Client, fault: dict[str, Any], sees: Any) -> None:
    """Each fault spoils the call it is for, as its table says, and no other."""
    crm.faults({**fault, "nth": [2], "command": "list"})
    assert http.get(CONTACTS).status_code == 200
    if isinstance(sees, type):
        with pytest.raises(sees):
            http.get(CONTACTS, timeout=0.5 if sees is httpx.ReadTimeout else 60)
    else:
        answer = http.get(CONTACTS)
        assert answer.status_code == (200 if sees == "not JSON" else sees)
        assert answer.headers.get("retry-after") == fault.get("retry_after")
        if sees == "not JSON":
            with pytest.raises(ValueError, match=r"\w"):
                answer.json()
    assert crm.calls()[1]["fault"] == fault["kind"]
    ended = fault["kind"] in ("expired", "revoked")
    assert http.get(CONTACTS).status_code == (401 if ended else 200)
    crm.setup(renew=True)
    assert http.get(CONTACTS).status_code == 200


def test_every_fault_is_tried() -> None:
    """The table of faults and the test above name the same kinds."""
    marks = test_each_fault.pytestmark  # type: ignore[attr-defined]
    assert {case[0]["kind"] for case in marks[0].args[1]} == set(KINDS)


@pytest.mark.parametrize(
    "wrong",
    [
        {"nonsense": 1},
        {"switches": {"nonsense": 1}},
        {"switches": {"merge_id": "other"}},
        {"switches": {"searches_per_second": "5"}},
        {"change": [{"id": 999999, "firstname": "x"}]},
        {"object": "deals", "generate": 1},
        {"generate": 1, "start": "yesterday"},
    ],
)
def test_setup_refuses_what_it_does_not_know(crm: CrmProcess, wrong: dict[str, Any]) -> None:
    """A typing error in a test's set-up is an error, never silence."""
    answer = httpx.post(crm.url + "/sandbox/setup", json=wrong, trust_env=False)
    assert answer.status_code == 400
    assert answer.json()["error"]


def test_same_timestamp_and_touch(crm: CrmProcess) -> None:
    """As many as asked share a moment, in the middle; touching changes the time alone."""
    crm.reset()
    made = crm.setup(generate=100, same_timestamp=40, start="2026-02-01T00:00:00Z")
    before = crm.records()
    moments = [row["updatedAt"] for row in before]
    assert max(map(moments.count, moments)) == 40
    assert len(set(moments)) == 61
    crm.setup(touch=[made["generated"][0]], at="2026-05-01T00:00:00Z")
    after = crm.records()
    assert after[0]["updatedAt"] == "2026-05-01T00:00:00.000Z"
    assert after[0]["properties"]["email"] == before[0]["properties"]["email"]
    assert after[1:] == before[1:]
