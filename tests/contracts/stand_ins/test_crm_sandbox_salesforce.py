"""The stand-in of Salesforce answers as its reference says, also to simple-salesforce."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from tests.stand_ins.crm_process import CrmProcess

DATA = "/services/data/v62.0"
APP = {"client_id": "3MVG9sandbox", "client_secret": "sandbox-client-secret"}


@pytest.fixture(scope="module")
def process() -> Iterator[CrmProcess]:
    """One process for all tests of this file."""
    with CrmProcess("salesforce").start() as crm:
        yield crm


@pytest.fixture
def org(process: CrmProcess) -> CrmProcess:
    """An empty org."""
    process.reset()
    return process


@pytest.fixture
def http(org: CrmProcess) -> Iterator[httpx.Client]:
    """A client with a session, at the instance."""
    with org.client(base_url=org.instance_url) as client:
        client.headers["Authorization"] = f"Bearer {token(org)['access_token']}"
        yield client


def token(org: CrmProcess, **given: str) -> dict[str, Any]:
    """What the token endpoint answers."""
    with org.client() as client:
        asked = {"grant_type": "client_credentials", **APP, **given}
        body: dict[str, Any] = client.post("/services/oauth2/token", data=asked).json()
    return body


def query(http: httpx.Client, soql: str, resource: str = "query") -> list[dict[str, Any]]:
    """All rows of a query."""
    answer = http.get(f"{DATA}/{resource}", params={"q": soql})
    assert answer.status_code == 200, answer.text
    body = answer.json()
    rows: list[dict[str, Any]] = body["records"]
    while not body["done"]:
        body = http.get(body["nextRecordsUrl"]).json()
        rows += body["records"]
    assert len(rows) == body["totalSize"]
    return rows


def refused(http: httpx.Client, soql: str) -> tuple[int, str]:
    """Status and code of a query that is wrong."""
    answer = http.get(f"{DATA}/query", params={"q": soql})
    (one,) = answer.json()
    return answer.status_code, one["errorCode"]


def bulk(http: httpx.Client, soql: str, operation: str = "query", **results: Any) -> list[str]:
    """All pages of a query job, as they came."""
    job = http.post(f"{DATA}/jobs/query", json={"operation": operation, "query": soql}).json()
    while http.get(f"{DATA}/jobs/query/{job['id']}").json()["state"] != "JobComplete":
        pass
    pages, locator = [], ""
    while locator != "null":
        asked = {**results, **({"locator": locator} if locator else {})}
        answer = http.get(f"{DATA}/jobs/query/{job['id']}/results", params=asked)
        assert answer.status_code == 200, answer.text
        locator = answer.headers["sforce-locator"]
        pages.append(answer.text)
        number = int(answer.headers["sforce-numberofrecords"])
        assert number == len(list(csv.DictReader(io.StringIO(answer.text))))
    assert http.delete(f"{DATA}/jobs/query/{job['id']}").status_code == 204
    return pages


def simple_salesforce(org: CrmProcess) -> Any:
    """simple-salesforce, which insists on https and on Salesforce's hosts, led to the stand-in."""
    import requests
    from requests.adapters import HTTPAdapter
    from simple_salesforce import Salesforce

    class Led(HTTPAdapter):
        def send(self, request: Any, *args: Any, **kwargs: Any) -> Any:
            asked = urlsplit(request.url)
            login = asked.hostname == "sandbox.my.salesforce.com"
            netloc = urlsplit(org.url).netloc if login else asked.netloc
            request.url = asked._replace(scheme="http", netloc=netloc).geturl()
            return super().send(request, *args, **kwargs)

        def cert_verify(self, *args: Any) -> None:
            """There is no certificate."""

    session = requests.Session()
    session.trust_env = False
    session.mount("https://", Led())
    keys = {"consumer_key": APP["client_id"], "consumer_secret": APP["client_secret"]}
    return Salesforce(domain="sandbox.my", session=session, version="62.0", **keys)


def test_simple_salesforce_reads_contacts(org: CrmProcess) -> None:
    """simple-salesforce logs in with client credentials, follows instance_url, and pages."""
    from simple_salesforce.exceptions import SalesforceExpiredSession, SalesforceMalformedRequest

    org.setup(generate=2500)
    client = simple_salesforce(org)
    assert client.sf_instance == urlsplit(org.instance_url).netloc
    rows = list(client.query_all_iter("SELECT Id, MobilePhone, Account.Name FROM Contact"))
    assert len({row["Id"] for row in rows}) == len(rows) == 2500
    assert rows[7]["MobilePhone"] is None
    names = {field["name"] for field in client.Contact.describe()["fields"]}
    assert {"HasOptedOutOfEmail", "SMS_Opt_Out__c"} <= names
    assert client.Contact.get(rows[0]["Id"])["Id"] == rows[0]["Id"]
    with pytest.raises(SalesforceMalformedRequest):
        client.query("SELECT Nope FROM Contact")
    client.session_id = client.headers["Authorization"] = "Bearer over"
    client._salesforce_login_partial = None
    with pytest.raises(SalesforceExpiredSession):
        client.query("SELECT Id FROM Contact")


def test_simple_salesforce_runs_a_query_job(org: CrmProcess) -> None:
    """simple-salesforce's Bulk 2.0 client creates a job, waits for it, and follows the locator."""
    org.setup(generate=250, object="Lead")
    client = simple_salesforce(org)
    pages = list(client.bulk2.Lead.query("SELECT Id, Company FROM Lead", max_records=100, wait=0))
    rows = [row for page in pages for row in csv.DictReader(io.StringIO(page))]
    assert len(pages) == 3
    assert len({row["Id"] for row in rows}) == len(rows) == 250


def test_tokens(org: CrmProcess) -> None:
    """Both grants give a session at another address; what is wrong is named as Salesforce does."""
    good = token(org)
    assert good["instance_url"] == org.instance_url != org.url
    assert good["token_type"] == "Bearer"
    assert token(org, grant_type="refresh_token", refresh_token="5Aep861sandbox")["access_token"]
    wrong = token(org, grant_type="refresh_token", refresh_token="other")
    assert wrong == {"error": "invalid_grant", "error_description": "expired access/refresh token"}
    assert token(org, client_secret="x")["error"] == "invalid_client"
    assert token(org, client_id="x")["error"] == "invalid_client_id"
    assert token(org, grant_type="password")["error"] == "unsupported_grant_type"
    org.setup(switches={"own_domain": False})
    assert token(org)["error_description"] == "request not supported on this domain"
    org.setup(revoke=True)
    assert token(org)["error"] == "invalid_client"


@pytest.mark.parametrize("count", [0, 1, 199, 200, 201, 600])
def test_batches_hold_each_row_once(org: CrmProcess, http: httpx.Client, count: int) -> None:
    """None, one, a batch, one more, and several: each row comes once, with or without Id."""
    if count:
        org.setup(generate=count)
    http.headers["Sforce-Query-Options"] = "batchSize=200"
    rows = query(http, "SELECT Id FROM Contact ORDER BY Id")
    assert len({row["Id"] for row in rows}) == count
    assert len(org.calls(command="query_more")) == max(0, -(-count // 200) - 1)


def test_batches_may_be_short(org: CrmProcess, http: httpx.Client) -> None:
    """Fewer rows than asked for do not mean the end; only done does."""
    org.setup(generate=500, switches={"batch_size": 200, "short_batches": True})
    assert len(query(http, "SELECT Id FROM Contact")) == 500


def test_rows_as_salesforce_shows_them(org: CrmProcess, http: httpx.Client) -> None:
    """Attributes first, relationships nested, empty is null, checkboxes are booleans."""
    org.setup(
        add=[{"LastName": "Šír", "AccountId": "0015g0000000002AAA", "Customer_Number__c": "007"}],
        at="2026-03-01T10:00:00.500Z",
    )
    names = "Id, lastname, Account.Name, MobilePhone, Mobile_E164__c, HasOptedOutOfEmail"
    (row,) = query(http, f"SELECT {names}, Customer_Number__c, SystemModstamp FROM Contact")
    assert row["attributes"] == {
        "type": "Contact",
        "url": f"{DATA}/sobjects/Contact/{row['Id']}",
    }
    assert row["LastName"] == "Šír"
    assert row["Account"]["Name"] == "Account 1"
    assert row["MobilePhone"] is None and row["Mobile_E164__c"] is None
    assert row["HasOptedOutOfEmail"] is False
    assert row["Customer_Number__c"] == "007"
    assert row["SystemModstamp"] == "2026-03-01T10:00:00.000+0000"
    assert len(row["Id"]) == 18


@pytest.mark.parametrize(
    ("where", "fits"),
    [
        ("FirstName = 'ADA'", "a"),
        ("FirstName != 'Ada'", "bc"),
        ("FirstName = null", "c"),
        ("FirstName LIKE 'b%'", "b"),
        ("FirstName IN ('Ada', 'Bo')", "ab"),
        ("FirstName NOT IN ('Ada')", "bc"),
        ("HasOptedOutOfEmail = true", "b"),
        ("NOT (FirstName = 'Ada' OR FirstName = 'Bo')", "c"),
        ("FirstName = 'Ada' AND (LastName = 'a' OR LastName = 'b')", "a"),
        ("SystemModstamp >= 2026-03-01T10:00:00Z", "abc"),
        ("SystemModstamp > 2026-03-01T12:00:00+02:00", ""),
        ("Email = 'o\\'neill@example.com'", "b"),
    ],
)
def test_conditions(org: CrmProcess, http: httpx.Client, where: str, fits: str) -> None:
    """Conditions find what the SOQL reference says."""
    org.setup(
        add=[
            {"LastName": "a", "FirstName": "Ada"},
            {
                "LastName": "b",
                "FirstName": "Bo",
                "HasOptedOutOfEmail": True,
                "Email": "o'neill@example.com",
            },
            {"LastName": "c"},
        ],
        at="2026-03-01T10:00:00Z",
    )
    rows = query(http, f"SELECT LastName FROM Contact WHERE {where} ORDER BY LastName")
    assert "".join(row["LastName"] for row in rows) == fits


def test_a_cursor_of_time_and_id(org: CrmProcess, http: httpx.Client) -> None:
    """Rows of one second are told apart by Id, in conditions, order and limit."""
    org.setup(generate=300, same_timestamp=300)
    (first, *_) = query(http, "SELECT Id, SystemModstamp FROM Contact ORDER BY Id LIMIT 1")
    found, moment = [first["Id"]], "2026-01-01T00:00:00Z"
    while rows := query(
        http,
        f"SELECT Id FROM Contact WHERE SystemModstamp > {moment} OR (SystemModstamp = {moment} "
        f"AND Id > '{found[-1]}') ORDER BY SystemModstamp, Id LIMIT 70",
    ):
        found += [row["Id"] for row in rows]
    assert len(set(found)) == len(found) == 300


def test_wrong_queries(org: CrmProcess, http: httpx.Client) -> None:
    """Errors are an array with message and errorCode; a hidden field is one that is not there."""
    assert refused(http, "SELECT Nope FROM Contact") == (400, "INVALID_FIELD")
    assert refused(http, "SELECT Id FROM Nope") == (400, "INVALID_TYPE")
    assert refused(http, "SELECT Id, FROM Contact") == (400, "MALFORMED_QUERY")
    assert refused(http, "SELECT Id FROM Contact WHERE Id = 'x'")[0] == 400
    mixed = "SELECT Id FROM Contact WHERE FirstName = 'a' OR LastName = 'b' AND Email = 'c'"
    assert refused(http, mixed) == (400, "MALFORMED_QUERY")
    quoted = "SELECT Id FROM Contact WHERE SystemModstamp > '2026-01-01T00:00:00Z'"
    assert refused(http, quoted) == (400, "INVALID_FIELD")
    org.setup(switches={"hidden_fields": ["MobilePhone"]})
    assert refused(http, "SELECT MobilePhone FROM Contact") == (400, "INVALID_FIELD")
    more = http.get(f"{DATA}/query/01g5g0000000099AAA-2000")
    assert more.json()[0]["errorCode"] == "INVALID_QUERY_LOCATOR"


def test_deleted_and_merged_rows(org: CrmProcess, http: httpx.Client) -> None:
    """A queryAll shows what is in the bin; the one that a merge took away says where it went."""
    first, last = org.setup(generate=4)["generated"]
    org.setup(merge=[{"into": first, "from": last}])
    assert len(query(http, "SELECT Id FROM Contact")) == 3
    asked = "SELECT Id, MasterRecordId FROM Contact WHERE IsDeleted = true"
    assert query(http, asked) == []
    (gone,) = query(http, asked, "queryAll")
    assert (gone["Id"], gone["MasterRecordId"]) == (last, first)
    assert len(bulk(http, "SELECT Id FROM Contact", "queryAll")[0].splitlines()) == 5
    assert len(query(http, "SELECT Id FROM Lead", "queryAll")) == 0


def test_sessions_end_in_mid_read(org: CrmProcess, http: httpx.Client) -> None:
    """A session that is over is 401 INVALID_SESSION_ID; the cursor goes on with a new one."""
    org.setup(generate=500, switches={"batch_size": 200})
    org.faults({"kind": "expired", "command": "query_more", "nth": [1]})
    body = http.get(f"{DATA}/query", params={"q": "SELECT Id FROM Contact"}).json()
    over = http.get(body["nextRecordsUrl"])
    assert over.status_code == 401
    assert over.json() == [
        {"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}
    ]
    http.headers["Authorization"] = f"Bearer {token(org)['access_token']}"
    assert len(http.get(body["nextRecordsUrl"]).json()["records"]) == 200


def test_limits(org: CrmProcess, http: httpx.Client) -> None:
    """The day's calls are counted in a header, and end with 403 REQUEST_LIMIT_EXCEEDED."""
    org.setup(switches={"daily_requests": 1})
    assert http.get(f"{DATA}/limits").headers["sforce-limit-info"] == "api-usage=1/1"
    over = http.get(f"{DATA}/limits")
    assert (over.status_code, over.json()[0]["errorCode"]) == (403, "REQUEST_LIMIT_EXCEEDED")
    with org.client() as login:
        assert login.get("/services/data/").status_code == 200
        assert login.get(f"{DATA}/limits").status_code == 404


def test_a_job_goes_through_its_states(org: CrmProcess, http: httpx.Client) -> None:
    """UploadComplete, InProgress, JobComplete; there are no results before."""
    org.setup(generate=3)
    asked = {"operation": "query", "query": "SELECT Id FROM Contact"}
    job = http.post(f"{DATA}/jobs/query", json=asked).json()
    where = f"{DATA}/jobs/query/{job['id']}"
    assert job["state"] == "UploadComplete" and job["object"] == "Contact"
    early = http.get(f"{where}/results")
    assert (early.status_code, early.json()[0]["errorCode"]) == (412, "JOB_NOT_COMPLETE")
    assert http.get(where).json()["state"] == "InProgress"
    done = http.get(where).json()
    assert (done["state"], done["numberRecordsProcessed"]) == ("JobComplete", 3)
    other = http.get(where.replace("62.0", "61.0") + "/results")
    assert other.status_code == 409
    org.setup(switches={"job_outcome": "Failed", "job_polls": 0})
    job = http.post(f"{DATA}/jobs/query", json=asked).json()
    assert http.get(f"{DATA}/jobs/query/{job['id']}").json()["errorMessage"]
    org.setup(switches={"job_polls": 5})
    where = f"{DATA}/jobs/query/{http.post(f'{DATA}/jobs/query', json=asked).json()['id']}"
    assert http.delete(where).status_code == 400
    assert http.patch(where, json={"state": "Aborted"}).json()["state"] == "Aborted"
    assert http.delete(where).status_code == 204
    assert http.get(where).status_code == 404


@pytest.mark.parametrize("columns", ["as_asked", "reordered", "missing"])
def test_each_page_of_results_has_its_own_header(
    org: CrmProcess, http: httpx.Client, columns: str
) -> None:
    """Columns are found by the page's header; an order or a number of them is not promised."""
    org.setup(generate=50, switches={"job_columns": columns})
    org.setup(add=[{"LastName": 'Quote "and, comma'}])
    asked = "SELECT Id, LastName, Email, Account.Name, HasOptedOutOfEmail, CreatedDate FROM Contact"
    pages = bulk(http, asked, maxRecords=25)
    rows = [row for page in pages for row in csv.DictReader(io.StringIO(page))]
    assert len({row["Id"] for row in rows}) == len(rows) == 51
    assert rows[-1]["LastName"] == 'Quote "and, comma'
    assert rows[0]["CreatedDate"] == "2026-01-01T00:00:00.000Z"
    assert rows[0]["HasOptedOutOfEmail"] == "false"
    assert ("Email" in rows[-1]) is (columns != "missing")
    headers = {page.splitlines()[0] for page in pages}
    assert len(headers) == (1 if columns == "as_asked" else 2)
