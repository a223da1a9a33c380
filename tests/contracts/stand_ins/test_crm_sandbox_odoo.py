"""The stand-in of Odoo answers as Odoo's reference says, also to OdooRPC and to XML-RPC."""

from __future__ import annotations

import xmlrpc.client
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.stand_ins.crm_process import CrmProcess

LOGIN = ("sandbox", "sync@example.com", "sandbox-api-key")


@pytest.fixture(scope="module")
def process() -> Iterator[CrmProcess]:
    """One process for all tests of this file."""
    with CrmProcess("odoo").start() as crm:
        yield crm


@pytest.fixture
def odoo(process: CrmProcess) -> CrmProcess:
    """An empty database."""
    process.reset()
    return process


@pytest.fixture
def http(odoo: CrmProcess) -> Iterator[httpx.Client]:
    """A plain client."""
    with odoo.client() as client:
        yield client


def rpc(http: httpx.Client, service: str, method: str, *args: Any) -> dict[str, Any]:
    """One JSON-RPC call, with what surrounds its result."""
    params = {"service": service, "method": method, "args": list(args)}
    answer = http.post(
        "/jsonrpc", json={"jsonrpc": "2.0", "method": "call", "params": params, "id": 17}
    )
    assert answer.status_code == 200
    body: dict[str, Any] = answer.json()
    assert body["id"] == 17
    return body


def partners(http: httpx.Client, method: str, *args: Any, **kwargs: Any) -> Any:
    """The result of a method of res.partner."""
    database, _, key = LOGIN
    body = rpc(
        http, "object", "execute_kw", database, 2, key, "res.partner", method, list(args), kwargs
    )
    assert "error" not in body, body["error"]["data"]["message"]
    return body["result"]


def wrong(http: httpx.Client, *args: Any) -> dict[str, Any]:
    """The error of a call."""
    error: dict[str, Any] = rpc(http, *args)["error"]
    assert (error["code"], error["message"]) == (200, "Odoo Server Error")
    assert error["data"]["debug"].startswith("Traceback")
    data: dict[str, Any] = error["data"]
    return data


def test_odoorpc_reads_all_partners(odoo: CrmProcess) -> None:
    """OdooRPC logs in with an API key, asks for fields, and pages through every partner."""
    import odoorpc

    odoo.setup(generate=250)
    host, port = odoo.url.removeprefix("http://").split(":")
    client = odoorpc.ODOO(host, port=int(port), protocol="jsonrpc")
    assert client.version == "18.0"
    client.login(*LOGIN)
    model = client.env["res.partner"]
    assert {"phone_sanitized", "write_date"} <= set(model.fields_get())
    found = []
    while page := model.search_read(
        [["id", ">", found[-1]["id"] if found else 0]], ["name", "mobile"], limit=100, order="id"
    ):
        found += page
    assert len({one["id"] for one in found}) == len(found) == 250
    assert found[7]["mobile"] is False
    first = model.browse(found[0]["id"])
    assert first.country_id.id == 233
    assert first.name == found[0]["name"]
    with pytest.raises(odoorpc.error.RPCError, match="Invalid field 'nonsense'"):
        model.search_read([], ["nonsense"])
    with pytest.raises(odoorpc.error.RPCError):
        client.login("sandbox", "sync@example.com", "wrong")


def test_xml_rpc_as_in_the_reference(odoo: CrmProcess) -> None:
    """The standard library's client does what the external API's page shows."""
    odoo.setup(generate=3)
    common = xmlrpc.client.ServerProxy(f"{odoo.url}/xmlrpc/2/common")
    models = xmlrpc.client.ServerProxy(f"{odoo.url}/xmlrpc/2/object")
    with common, models:
        assert common.version()["protocol_version"] == 1
        uid = common.authenticate(*LOGIN, {})
        asked = ("sandbox", uid, LOGIN[2], "res.partner")
        assert models.execute_kw(*asked, "search_count", [[]]) == 3
        (one,) = models.execute_kw(*asked, "search_read", [[]], {"fields": ["name"], "limit": 1})
        assert set(one) == {"id", "name"}
        with pytest.raises(xmlrpc.client.Fault, match="Access Denied") as denied:
            models.execute_kw("sandbox", uid, "wrong", "res.partner", "search", [[]])
        assert denied.value.faultCode == 3


def test_login_says_false_and_calls_are_denied(odoo: CrmProcess, http: httpx.Client) -> None:
    """A wrong key logs in as false; a call with it is AccessDenied, still with HTTP 200."""
    assert rpc(http, "common", "login", *LOGIN)["result"] == 2
    assert rpc(http, "common", "authenticate", *LOGIN[:2], "wrong", {})["result"] is False
    call = ("object", "execute_kw", "sandbox", 2)
    assert wrong(http, *call, "wrong", "res.partner", "search", [[]])["name"] == (
        "odoo.exceptions.AccessDenied"
    )
    odoo.setup(switches={"may_read": False})
    denied = wrong(http, *call, LOGIN[2], "res.partner", "search", [[]])
    assert denied["name"] == "odoo.exceptions.AccessError"
    odoo.setup(revoke=True)
    assert rpc(http, "common", "login", *LOGIN)["result"] is False


def test_empty_values_pairs_and_times(odoo: CrmProcess, http: httpx.Client) -> None:
    """Empty is false whatever the type, a many2one is a pair, times have no zone and no fraction."""
    odoo.setup(add=[{"name": "Ada", "country_id": 233, "ref": "007"}], at="2026-03-01T10:00:00Z")
    (ada,) = partners(http, "search_read", [])
    assert ada["email"] is False and ada["mobile"] is False and ada["parent_id"] is False
    assert ada["phone_sanitized"] is False
    assert ada["category_id"] == []
    assert ada["country_id"] == [233, "United States"]
    assert ada["ref"] == "007"
    assert ada["write_date"] == "2026-03-01 10:00:00"


def test_a_cursor_of_time_and_id_finds_each_once(odoo: CrmProcess, http: httpx.Client) -> None:
    """Rows that share a second are told apart by their id."""
    odoo.setup(generate=1000, same_timestamp=700)
    found: list[dict[str, Any]] = []
    domain: list[Any] = []
    while page := partners(
        http, "search_read", domain, fields=["write_date"], limit=100, order="write_date, id"
    ):
        found += page
        moment, key = page[-1]["write_date"], page[-1]["id"]
        same = ["&", ["write_date", "=", moment], ["id", ">", key]]
        domain = ["|", ["write_date", ">", moment], *same]
    assert len({one["id"] for one in found}) == len(found) == 1000


def test_hidden_microseconds(odoo: CrmProcess, http: httpx.Client) -> None:
    """Before Odoo 18.4 a row is later than the second it shows, and equal to nothing."""
    odoo.setup(switches={"write_date": "microseconds"})
    odoo.setup(add=[{"name": "Ada"}], at="2026-03-01T10:00:00.250Z")
    (ada,) = partners(http, "search_read", [], fields=["write_date"])
    assert ada["write_date"] == "2026-03-01 10:00:00"
    assert partners(http, "search_count", [["write_date", ">", ada["write_date"]]]) == 1
    assert partners(http, "search_count", [["write_date", "=", ada["write_date"]]]) == 0


def test_archived_and_deleted_partners(odoo: CrmProcess, http: httpx.Client) -> None:
    """Archived ones show with active_test off or when active is asked for; deleted ones never."""
    first, last = odoo.setup(generate=5)["generated"]
    odoo.setup(archive=[first], delete=[last])
    assert partners(http, "search_count", []) == 3
    assert partners(http, "search_count", [], context={"active_test": False}) == 4
    assert partners(http, "search", [["active", "=", False]]) == [first]
    assert partners(http, "search_count", [["active", "in", [True, False]]]) == 4
    assert [one["id"] for one in partners(http, "read", [first, last], ["name"])] == [first]


def test_mobile_may_be_missing(odoo: CrmProcess, http: httpx.Client) -> None:
    """Newer versions have no mobile: fields_get does not name it, and asking for it is an error."""
    odoo.setup(add=[{"name": "Ada", "phone": "+12065550101", "mobile": "+12065550102"}])
    assert partners(http, "search_read", [])[0]["phone_sanitized"] == "+12065550102"
    odoo.setup(switches={"mobile": False, "version": "19.0"})
    assert "mobile" not in partners(http, "fields_get")
    assert partners(http, "search_read", [])[0]["phone_sanitized"] == "+12065550101"
    call = ("object", "execute_kw", "sandbox", 2, LOGIN[2], "res.partner")
    assert wrong(http, *call, "search_read", [[], ["mobile"]])["name"] == "builtins.ValueError"
    assert (
        wrong(http, *call, "search", [[["mobile", "!=", False]]])["name"] == "builtins.ValueError"
    )


def test_the_blacklist_is_of_phone_or_mobile(odoo: CrmProcess, http: httpx.Client) -> None:
    """A blacklisted number is shown by which field it came from, and by one field for both."""
    numbers = [{"mobile": "+12065550102"}, {"phone": "(206) 555-0101"}]
    odoo.setup(add=[{"name": "x", "blacklisted": True, **one} for one in numbers])
    names = ["phone_blacklisted", "mobile_blacklisted", "phone_sanitized_blacklisted"]
    rows = partners(http, "search_read", [], names, order="id")
    assert [[row[name] for name in names] for row in rows] == [
        [False, True, True],
        [True, False, True],
    ]


@pytest.mark.parametrize(
    ("domain", "fits"),
    [
        ([["name", "=", "Ada"]], "Ada"),
        ([["email", "=", False]], "Bo"),
        ([["email", "!=", "ada@example.com"]], "Bo Cy"),
        ([["email", "not in", ["ada@example.com"]]], "Bo Cy"),
        ([["email", "in", [False, "ada@example.com"]]], "Ada Bo"),
        ([["email", "ilike", "EXAMPLE.COM"]], "Ada"),
        ([["email", "=like", "cy@%"]], "Cy"),
        (["|", ["name", "=", "Ada"], "&", ["name", "=", "Cy"], ["zip", ">", "00100"]], "Ada Cy"),
        (["!", ["name", "=", "Ada"]], "Bo Cy"),
        ([["zip", "<", "00600"], ["zip", ">=", "00200"]], "Cy"),
        ([["country_id.code", "=", "US"]], "Ada"),
        ([["country_id", "=", 233]], "Ada"),
    ],
)
def test_domains(odoo: CrmProcess, http: httpx.Client, domain: list[Any], fits: str) -> None:
    """Operators and prefix notation find what the reference says; empty fields are false."""
    odoo.setup(
        add=[
            {"name": "Ada", "email": "ada@example.com", "country_id": 233},
            {"name": "Bo"},
            {"name": "Cy", "email": "cy@example.org", "zip": "00501"},
        ]
    )
    rows = partners(http, "search_read", domain, ["name"], order="id")
    assert [row["name"] for row in rows] == fits.split()


def test_order_limit_and_offset(odoo: CrmProcess, http: httpx.Client) -> None:
    """Without an order rows come by name; offset counts from there; a limit of 0 is none."""
    odoo.setup(add=[{"name": name} for name in ("Cy", "Ada", "Bo")])
    rows = partners(http, "search_read", [], ["name"])
    assert [row["name"] for row in rows] == ["Ada", "Bo", "Cy"]
    rows = partners(http, "search_read", [], ["name"], offset=1, limit=1, order="name desc")
    assert [row["name"] for row in rows] == ["Bo"]
    assert len(partners(http, "search", [], limit=0)) == 3


def test_rows_that_move_while_paging_by_offset(odoo: CrmProcess, http: httpx.Client) -> None:
    """Paging by offset loses a row when one before it goes: the stand-in does not hide that."""
    first, _ = odoo.setup(generate=20)["generated"]
    odoo.faults({"kind": "meanwhile", "command": "search", "nth": [2], "do": {"archive": [first]}})
    ids: list[int] = []
    for offset in (0, 10):
        ids += partners(http, "search", [], offset=offset, limit=10, order="id")
    assert len(ids) == 19


def test_trouble_comes_with_http_200(odoo: CrmProcess, http: httpx.Client) -> None:
    """The server's own trouble is an error inside HTTP 200; a proxy's 429 is a page."""
    odoo.faults({"kind": "500", "nth": [1]}, {"kind": "429", "nth": [2]})
    body = http.post("/jsonrpc", json={"id": 1, "params": {}}).json()
    assert body["error"]["data"]["name"] == "psycopg2.errors.SerializationFailure"
    assert http.post("/jsonrpc", json={"id": 1, "params": {}}).status_code == 429
    session = {"jsonrpc": "2.0", "id": 1, "params": {"model": "res.partner", "method": "search"}}
    body = http.post("/web/dataset/call_kw", json=session).json()
    assert (body["error"]["code"], body["error"]["message"]) == (100, "Odoo Session Expired")
