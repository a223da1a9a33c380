"""Salesforce in trouble: limits, lost cursors, jobs that fail, pages that are none; and its cells."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import httpx
import pytest

from connectors.sources.salesforce.bulk_jobs import JobLimits
from connectors.sources.salesforce.cell_values import FieldMissing, FieldTypes
from connectors.sources.salesforce.records import SalesforceLimits
from connectors.sources.source import Records
from schemas.errors import (
    CredentialsRefused,
    RunFailed,
    SendersyncError,
    SourceMismatch,
    SourceUnavailable,
    WrongUse,
)
from tests.contracts.crm.salesforce_harness import (
    SalesforceHarness,
    answered_by,
    data_answer,
    either,
    jobs,
    queries,
    salesforce_stand_in,
)
from tests.contracts.source_contract import START, assert_each_once, rows_of

__all__ = ["either", "jobs", "queries", "salesforce_stand_in"]


class TestTrouble:
    def test_the_limit_of_calls_is_no_fault_of_the_credentials(
        self, either: SalesforceHarness
    ) -> None:
        """REQUEST_LIMIT_EXCEEDED comes as 403: exit 75, asked once."""
        either.crm.setup(switches={"daily_requests": 4})
        before = len(either.crm.calls())
        with pytest.raises(SourceUnavailable, match="limit of API calls"):
            list(either.source().read())
        assert len(either.crm.calls()) - before < 10

    def test_a_cursor_that_is_lost_is_made_anew(self, queries: SalesforceHarness) -> None:
        """When Salesforce forgets the query in mid-read, the read goes on behind its last row."""
        reading = queries.source()
        pages = queries.crm

        def lose() -> None:
            # eleven other queries push ours out
            with httpx.Client(trust_env=False) as client:
                token = client.post(
                    f"{pages.url}/services/oauth2/token",
                    data=queries.settings().form(),
                ).json()["access_token"]
                for _ in range(11):
                    client.get(
                        f"{pages.instance_url}/services/data/v62.0/query",
                        params={"q": "SELECT Id FROM Contact"},
                        headers={"Authorization": f"Bearer {token}"},
                    ).raise_for_status()

        for since in (None, queries.cursor_at(reading, START)):
            source = queries.source(batch_rows=10)
            batches = source.read() if since is None else source.read_since(since)
            got = [next(batches)]
            lose()
            got += list(batches)
            assert_each_once(rows_of(got), list(queries.truth()))
            assert got[-1].complete

    @pytest.mark.parametrize("state", ["Failed", "Aborted"])
    def test_a_job_that_does_not_complete_is_no_read(
        self, jobs: SalesforceHarness, state: str
    ) -> None:
        """Failed and Aborted: unavailable, no row, and the job is removed."""
        jobs.crm.setup(switches={"job_outcome": state})
        with pytest.raises(SourceUnavailable, match=state):
            list(jobs.source().read())
        assert jobs.crm.calls()[-1]["command"] == "delete_job"

    def test_a_job_that_never_ends_is_given_up(self, jobs: SalesforceHarness) -> None:
        """It is ended and removed, so that it does not count against the limit of jobs."""
        jobs.crm.setup(switches={"job_polls": 1_000_000})
        limits = SalesforceLimits(bulk_from=0, jobs=JobLimits(10, 0.01, 0.05, 0.2))
        with pytest.raises(SourceUnavailable, match="too long"):
            list(jobs.source(limits=limits).read())
        assert [call["command"] for call in jobs.crm.calls()][-2:] == ["abort_job", "delete_job"]

    def test_a_job_is_removed_whatever_happens(self, jobs: SalesforceHarness) -> None:
        """After a read, after one that broke off, and after a reader who left early."""
        list(jobs.source().read())
        jobs.crm.faults({"kind": "500", "command": "results", "nth": [3, 4]})
        with pytest.raises(SourceUnavailable):
            list(jobs.source().read())
        jobs.crm.faults()
        reading = jobs.source(batch_rows=5).read()
        next(reading)
        reading.close()
        called = [call["command"] for call in jobs.crm.calls()]
        assert called.count("create_job") == called.count("delete_job") == 3

    def test_each_page_is_read_by_its_own_header(self, jobs: SalesforceHarness) -> None:
        """Pages may have their columns in another order."""
        jobs.crm.setup(switches={"job_columns": "reordered"})
        source = jobs.source()
        assert {row[0]: row for row in rows_of(list(source.read()))} == jobs.truth()

    def test_a_page_without_a_column_is_not_whole(self, jobs: SalesforceHarness) -> None:
        """A column that was asked for and is not there may be the opt-out: unavailable, named."""
        jobs.crm.setup(
            switches={"job_columns": "missing"},
            change=[{"id": key, "Email": None} for key in list(jobs.truth())[10:20]],
        )
        batches: list[Records] = []
        with pytest.raises(SourceUnavailable, match="no column Email"):
            batches.extend(jobs.source(batch_rows=5).read())
        assert not any(batch.complete or batch.cursor for batch in batches)

    @pytest.mark.parametrize(
        ("record", "mapped"),
        [
            ({"Id": "0035g00000000001AA"}, "MobilePhone"),
            ({"Id": "0035g00000000001AA", "Account": {}}, "Account.Name"),
            ({"Id": "0035g00000000001AA", "MobilePhone": "1"}, "Account.Name"),
        ],
    )
    def test_a_record_without_a_field_is_not_whole(
        self, record: dict[str, Any], mapped: str
    ) -> None:
        """Salesforce writes null for nothing; a field that is not there at all was not answered."""
        with pytest.raises(FieldMissing, match=mapped):
            FieldTypes((mapped,)).of_record(record)
        row = {"Id": "0035g00000000001AA", "Account": None}
        assert FieldTypes(("id", "Account.Name")).of_record(row) == (row["Id"], "")
        body = {"totalSize": 1, "done": True, "records": [row]}
        with pytest.raises(SourceUnavailable, match="MobilePhone"):
            list(answered_by(data_answer(body)).read())

    @pytest.mark.parametrize("short", [True, False])
    def test_short_pages_are_no_end(self, queries: SalesforceHarness, *, short: bool) -> None:
        """A page may hold fewer rows than asked for: `done` alone says that there are no more."""
        queries.crm.setup(switches={"short_batches": short})
        assert_each_once(rows_of(list(queries.source().read())), list(queries.truth()))

    @pytest.mark.parametrize(
        ("totals", "complete"), [((2, 2), True), ((3, 3), False), ((1, 1), True)]
    )
    def test_fewer_rows_than_announced_is_not_all(
        self, totals: tuple[int, int], *, complete: bool
    ) -> None:
        """`totalSize` says more than came: the read ends without being complete, and without a cursor."""
        rows = [{"Id": f"0035g0000000000{n}AA", "MobilePhone": "1"} for n in range(2)]
        body = {"totalSize": totals[0], "done": True, "records": rows}
        (batch,) = answered_by(data_answer(body)).read()
        assert batch.rows == 2
        assert batch.complete is complete
        assert bool(batch.cursor) is complete

    @pytest.mark.parametrize(
        "body",
        [[], {}, {"totalSize": 1}, {"totalSize": 1, "done": True, "records": None},
         {"totalSize": 1, "done": True, "records": [1]},
         {"totalSize": 1, "done": False, "records": []},
         {"totalSize": 1, "done": False, "records": [], "nextRecordsUrl": "https://evil.example/"}],
    )  # fmt: skip
    def test_an_answer_that_is_no_page_is_no_end(self, body: Any) -> None:
        """What is not what was asked for is never an empty organisation."""
        with pytest.raises(SourceUnavailable):
            list(answered_by(data_answer(body)).read())

    def test_pages_that_go_in_a_circle_are_no_end(self) -> None:
        """A page that leads back to itself: unavailable, not for ever."""
        row = {"Id": "0035g00000000001AA", "MobilePhone": "1"}
        more = "/services/data/v62.0/query/01g000000000001-2000"
        body = {"totalSize": 4, "done": False, "records": [row], "nextRecordsUrl": more}
        with pytest.raises(SourceUnavailable):
            list(answered_by(data_answer(body)).read())

    def test_too_many_at_once_is_asked_again(self) -> None:
        """The code of the day's limit, with other words: it passes in seconds."""
        words = "ConcurrentPerOrgLongTxn Limit exceeded."
        busy = data_answer([{"message": words, "errorCode": "REQUEST_LIMIT_EXCEEDED"}], 403)
        rows = [{"Id": "0035g00000000001AA", "MobilePhone": "1"}]
        fine = data_answer({"totalSize": 1, "done": True, "records": rows})
        asked: list[str] = []

        def answer(request: httpx.Request) -> httpx.Response:
            asked.append(request.url.path)
            return (busy if asked.count(request.url.path) == 2 else fine)(request)

        assert len(rows_of(list(answered_by(answer).read()))) == 1

    @pytest.mark.parametrize(
        ("status", "code", "error"),
        [
            (400, "INVALID_FIELD", SourceMismatch),
            (400, "MALFORMED_QUERY", SourceMismatch),
            (400, "QUERY_TIMEOUT", SourceUnavailable),
            (400, "INVALID_QUERY_LOCATOR", SourceUnavailable),
            (400, "Ann Lee <ann@example.com>", RunFailed),
            (403, "REQUEST_LIMIT_EXCEEDED", SourceUnavailable),
            (403, "API_DISABLED_FOR_ORG", CredentialsRefused),
            (404, "NOT_FOUND", CredentialsRefused),
            (409, "API_VERSION_MISMATCH", RunFailed),
            (503, "SERVER_UNAVAILABLE", SourceUnavailable),
            (302, "", WrongUse),
        ],
    )
    def test_every_refusal_has_its_end(
        self, status: int, code: str, error: type[SendersyncError]
    ) -> None:
        """Each becomes what its reader does next, and no word of the message is repeated."""
        body = [{"message": "Ann Lee may not", "errorCode": code}]
        with pytest.raises(error) as refused:
            list(answered_by(data_answer(body, status)).read())
        assert "Ann" not in str(refused.value)
        assert refused.value.do

    def test_too_many_to_be_counted_are_read_by_a_job(self) -> None:
        """A count that times out is not asked again: a query job has the time."""
        asked: list[str] = []
        plain = data_answer([{"message": "x", "errorCode": "QUERY_TIMEOUT"}], 400)

        def answer(request: httpx.Request) -> httpx.Response:
            path = request.url.path
            asked.append(f"{request.method} {path.rpartition('/')[2]}")
            if "/jobs/query" not in path:
                if "COUNT()" in request.url.params.get("q", ""):
                    return httpx.Response(400, json=[{"errorCode": "QUERY_TIMEOUT"}])
                return plain(request)
            if request.method == "POST":
                return httpx.Response(200, json={"id": "7505g0000000001AAA"})
            if path.endswith("/results"):
                told = {"Sforce-Locator": "null", "Sforce-NumberOfRecords": "1"}
                return httpx.Response(200, content=b'"Id","MobilePhone"\n"1","2"\n', headers=told)
            done = {"state": "JobComplete", "numberRecordsProcessed": 1}
            return httpx.Response(200, json=done)

        (batch,) = answered_by(answer).read()
        assert rows_of([batch]) == [("1", "2")]
        assert batch.complete
        assert asked.count("GET query") == 1


class TestCells:
    FIELDS = FieldTypes(("Id", "Amount", "Account.Name"), frozenset({"Amount"}))

    @pytest.mark.parametrize(
        ("json_text", "csv_text", "text"),
        [
            ("12065551212", "12065551212.0", "12065551212"),
            ("1.2065551212E10", "1.2065551212E10", "12065551212"),
            ("0.10", "0.10", "0.1"),
            ("-100", "-100.00", "-100"),
            ("null", "", ""),
        ],
    )
    def test_numbers_are_the_same_from_json_and_from_csv(
        self, json_text: str, csv_text: str, text: str
    ) -> None:
        """All digits, no exponent, no zeros that say nothing."""
        fields = FieldTypes(("Id", "Amount"), frozenset({"Amount"}))
        record = json.loads(f'{{"Id": "1", "Amount": {json_text}}}', parse_float=Decimal)
        assert fields.of_record(record)[1] == text
        assert fields.of_csv(f'"Amount","Id"\n"{csv_text}","1"\n'.encode())[0][1] == text

    def test_a_csv_page_is_text_with_everything_in_it(self) -> None:
        """Quotes, line ends and commas within a cell belong to it."""
        page = b'"Id","ACCOUNT.NAME","Amount","O"\n"1","a ""b"",\nc","","x"\n"2","","",""\n'
        assert self.FIELDS.of_csv(page) == [("1", "", 'a "b",\nc'), ("2", "", "")]
        assert self.FIELDS.of_csv(b'"Id"\n') == []
        assert self.FIELDS.of_csv(b"") == []

    @pytest.mark.parametrize("missing", ["Amount", "Account.Name"])
    def test_a_csv_page_has_every_column(self, missing: str) -> None:
        """A page with rows and without a column that was asked for is refused, and names it."""
        names = [name for name in self.FIELDS.names if name != missing]
        page = ",".join(names) + "\n1,2\n"
        with pytest.raises(FieldMissing, match=missing):
            self.FIELDS.of_csv(page.encode())

    @pytest.mark.parametrize(
        "page", [b'"Id"\n"1', b'"Id"\n"1"', b'"Id","A"\n"1"\n', b'"Name"\n"1"\n', b'"Id","id"\n',
                 b'\xff\xfe\n']
    )  # fmt: skip
    def test_a_page_that_breaks_off_is_no_page(self, page: bytes) -> None:
        """A row without its end, with too few cells, or a page without ids is asked for again."""
        with pytest.raises(ValueError, match=r"row|CSV|header|line|decode"):
            self.FIELDS.of_csv(page)
