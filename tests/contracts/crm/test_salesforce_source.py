"""Salesforce's own ways: objects, fields, conditions, sessions and the hosts they go to."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from connectors.configuration.crm_environment import salesforce_settings
from connectors.sources.salesforce.records import SalesforceRecords
from connectors.sources.salesforce.settings import checked_instance
from schemas.errors import (
    CredentialsRefused,
    SourceMismatch,
    SourceUnavailable,
    UnknownColumn,
    WrongUse,
)
from tests.contracts.crm.salesforce_harness import (
    REFRESH,
    SalesforceHarness,
    SalesforceJobHarness,
    answered_by,
    either,
    queries,
    salesforce_stand_in,
)
from tests.contracts.source_contract import START, assert_each_once, rows_of

__all__ = ["either", "queries", "salesforce_stand_in"]


def _rows(source: SalesforceRecords) -> dict[str, dict[str, str]]:
    names = source.columns()
    return {row[0]: dict(zip(names, row, strict=True)) for row in rows_of(list(source.read()))}


class TestWhatIsRead:
    def test_leads_are_read_like_contacts(self, either: SalesforceHarness) -> None:
        """`object: Lead` reads leads, and no contact."""
        either.crm.setup(object="Lead", generate=12)
        rows = _rows(either.source(entity="Lead", mapped=("MobilePhone", "Company")))
        assert len(rows) == 12
        assert all(row["Company"].startswith("Company ") for row in rows.values())

    def test_fields_of_every_kind_are_the_same_text_both_ways(
        self, queries: SalesforceHarness
    ) -> None:
        """Checkboxes, moments, formulas, custom fields and fields of other objects; by query as by job."""
        mapped = (
            *("HasOptedOutOfEmail", "SMS_Opt_Out__c", "SystemModstamp", "Mobile_E164__c"),
            *("Account.Name", "Owner.Name", "MailingPostalCode", "MasterRecordId"),
        )
        by_query = _rows(queries.source(mapped=mapped))
        queries.bulk_from = 0
        assert _rows(queries.source(mapped=mapped)) == by_query
        row = next(iter(by_query.values()))
        assert row["HasOptedOutOfEmail"] in ("true", "false")
        assert row["SystemModstamp"] == "2026-01-01T00:00:00.000Z"
        assert row["Owner.Name"] == "Sync User"
        assert row["MasterRecordId"] == ""
        assert {each["Account.Name"][:8] for each in by_query.values()} <= {"Account ", ""}

    def test_a_condition_says_who_is_read(self, either: SalesforceHarness) -> None:
        """`where` holds for full and incremental reads, and an OR in it stays within it."""
        keys = list(either.truth())
        where = f"Id = '{keys[3]}' OR Id = '{keys[5]}'"
        source = either.source(where=where)
        assert_each_once(rows_of(list(source.read())), [keys[3], keys[5]])
        since = source.read_since(either.cursor_at(source, START.replace(second=4)))
        assert_each_once(rows_of(list(since)), [keys[5]])

    def test_a_merged_contact_has_left_and_the_other_keeps_its_key(
        self, either: SalesforceHarness
    ) -> None:
        """A merge deletes one record; the one that stays is who it was."""
        keys = list(either.truth())
        either.crm.setup(merge=[{"into": keys[1], "from": keys[2]}])
        got = rows_of(list(either.source().read()))
        assert_each_once(got, [key for key in keys if key != keys[2]])

    @pytest.mark.parametrize(
        ("mapped", "says"),
        [
            ("MobilPhone", "'MobilePhone'"),
            ("Mobile Phone", "'MobilePhone'"),
            ("mobilephone", "'MobilePhone'"),
            ("Nothing_like_it__c", "Object Manager"),
            ("Acount.Name", "'Account'"),
            ("Account.Nmae", "Account.Nmae"),
        ],
    )
    def test_a_field_that_is_not_there_is_named_with_the_nearest(
        self, queries: SalesforceHarness, mapped: str, says: str
    ) -> None:
        """API names exactly; a label or other capitals are told the right name."""
        with pytest.raises(SourceMismatch, match=says):
            queries.source(mapped=(mapped,)).columns()

    @pytest.mark.parametrize(
        "mapped", [("Account.Name", "Owner.Nmae"), ("Owner.Nmae", "Account.Name", "Owner.Name")]
    )
    def test_of_several_fields_of_other_objects_the_wrong_one_is_named(
        self, queries: SalesforceHarness, mapped: tuple[str, ...]
    ) -> None:
        """The sync file's key is told by the name, whichever of them it is."""
        with pytest.raises(UnknownColumn) as refused:
            queries.source(mapped=mapped).columns()
        assert refused.value.column == "Owner.Nmae"
        assert "Owner > Fields" in refused.value.do

    def test_a_field_the_user_may_not_see_is_not_there(self, queries: SalesforceHarness) -> None:
        """Field-level security hides it from describe: refused before anything is read."""
        queries.crm.setup(switches={"hidden_fields": ["MobilePhone"]})
        with pytest.raises(SourceMismatch, match="MobilePhone"):
            list(queries.source().read())

    @pytest.mark.parametrize("where", ["Nothing__c = 1", "MailingCity =", "Id = 'x' ORDER BY Id"])
    def test_a_wrong_condition_is_the_sync_files_fault(
        self, queries: SalesforceHarness, where: str
    ) -> None:
        """What Salesforce cannot read is told with where it stands, exit 2."""
        with pytest.raises(SourceMismatch) as refused:
            list(queries.source(where=where).read())
        assert "source.where" in refused.value.where

    def test_many_are_read_by_a_job_and_few_by_queries(self, queries: SalesforceHarness) -> None:
        """COUNT() decides, for full and for incremental reads."""
        queries.bulk_from = 40
        source = queries.source()
        list(source.read())
        list(source.read_since(queries.cursor_at(source, START.replace(second=30))))
        called = [call["command"] for call in queries.crm.calls()]
        assert called.count("create_job") == 1
        assert called.count("query") == 3  # two counts, one first page


class TestSessions:
    @pytest.mark.parametrize("page", range(1, 6))
    def test_a_session_that_ends_in_mid_read_is_renewed_once(
        self, either: SalesforceHarness, page: int
    ) -> None:
        """One login more, the same page again: nothing restarts, nobody is lost or doubled."""
        harness = SalesforceJobHarness if either.bulk_from == 0 else SalesforceHarness
        where = harness.place(either, page)  # type: ignore[arg-type]
        source = either.source()
        either.crm.faults(*({"kind": "expired", **each} for each in where))
        before = len(either.crm.calls())
        assert_each_once(rows_of(list(source.read())), list(either.truth()))
        called = [call["command"] for call in either.crm.calls()[before:]]
        assert called.count("token") == 2
        assert called.count("query_more" if either.bulk_from else "results") in (4, 5, 6)
        assert called.count("create_job") == (0 if either.bulk_from else 1)

    def test_a_session_that_is_never_accepted_ends_the_read(
        self, queries: SalesforceHarness
    ) -> None:
        """A login that leads nowhere is not tried for ever."""
        queries.crm.faults({"kind": "expired"})
        with pytest.raises(CredentialsRefused, match="does not accept"):
            list(queries.source().read())
        assert len(queries.crm.calls(command="token")) <= 3

    def test_a_refresh_token_is_a_login_too(self, queries: SalesforceHarness) -> None:
        """With a refresh token that is used; one that has expired is named."""
        good = queries.settings(refresh_token=SecretStr(REFRESH))
        assert len(_rows(queries.source(settings=good))) == 45
        bad = queries.settings(refresh_token=SecretStr("old"))
        with pytest.raises(CredentialsRefused) as refused:
            queries.source(settings=bad).check()
        assert refused.value.where == "SENDERSYNC_SALESFORCE_REFRESH_TOKEN"

    def test_a_limit_told_at_the_login_is_no_fault_of_the_credentials(
        self, queries: SalesforceHarness
    ) -> None:
        """The words of the data services, wherever they come: exit 75."""
        queries.crm.faults({"kind": "429", "command": "token"})
        with pytest.raises(SourceUnavailable, match="limit of API calls"):
            queries.source().check()

    @pytest.mark.parametrize(
        ("switches", "says"),
        [({"own_domain": False}, "My Domain"), ({"flow_user": False}, "Client Credentials Flow"),
         ({"client_id": "another"}, "connected app"), ({"client_secret": "x"}, "connected app")],
    )  # fmt: skip
    def test_a_refused_login_says_what_to_mend(
        self, queries: SalesforceHarness, switches: dict[str, Any], says: str
    ) -> None:
        """Each of Salesforce's refusals has its own mend, and none shows a credential."""
        queries.crm.setup(switches=switches)
        with pytest.raises(CredentialsRefused) as refused:
            queries.source().check()
        assert says in refused.value.do
        assert not [each for each in queries.secrets if each in str(refused.value)]

    LOGIN = "https://example.my.salesforce.com"

    @pytest.mark.parametrize(
        "told",
        [LOGIN, "https://na1.salesforce.com", "https://x.y.my.salesforce.com/",
         "https://example.cloudforce.com", "https://example.my.salesforce.com:443"],
    )  # fmt: skip
    def test_a_session_goes_to_salesforce(self, told: str) -> None:
        """Where the login says to go on, among Salesforce's own hosts."""
        assert checked_instance(told, self.LOGIN).startswith("https://")

    @pytest.mark.parametrize(
        "told",
        [
            *("http://example.my.salesforce.com", "https://evil.example", "", None, 7),
            *("https://salesforce.com.evil.example", "https://evilsalesforce.com"),
            *("https://user@na1.salesforce.com", "https://na1.salesforce.com/path"),
            *("https://na1.salesforce.com?a=b", "https://na1.salesforce.com:8443"),
            *("http://127.0.0.1:1", "https://localhost", "https://evil.example\\.salesforce.com"),
            *("https://evil.example#.salesforce.com", "https://na1.salesforce.com .evil.example"),
            "https://nа1.salesforce.com.evil.example",
        ],
    )
    def test_a_session_goes_nowhere_else(self, told: Any) -> None:
        """A foreign host, a readable connection or this machine never get the session."""
        with pytest.raises(CredentialsRefused):
            checked_instance(told, self.LOGIN)

    def test_a_foreign_host_is_not_even_called(self) -> None:
        """A login that answers with a foreign address is the last call."""
        called: list[str] = []

        def answer(request: httpx.Request) -> httpx.Response:
            called.append(request.url.host)
            body = {"access_token": "00Dsecret", "instance_url": "https://evil.example"}
            return httpx.Response(200, json=body)

        with pytest.raises(CredentialsRefused, match="not Salesforce's"):
            list(answered_by(answer).read())
        assert called == ["example.my.salesforce.com"]

    @pytest.mark.parametrize(
        ("given", "says"),
        [
            ({}, "LOGIN_URL"),
            ({"LOGIN_URL": "https://a.example", "CLIENT_ID": "a"}, "CLIENT_SECRET is"),
            ({"LOGIN_URL": "http://a.example", "CLIENT_ID": "a", "CLIENT_SECRET": "b"}, "http://"),
        ],
    )
    def test_what_is_not_set_is_named(self, given: dict[str, str], says: str) -> None:
        """Variables that are missing, and an address that is not for credentials."""
        values = {f"SENDERSYNC_SALESFORCE_{name}": value for name, value in given.items()}
        with pytest.raises(WrongUse, match=says):
            salesforce_settings(values)

    def test_a_refresh_token_needs_no_secret(self) -> None:
        """Apps without a secret have a refresh token alone."""
        prefix = "SENDERSYNC_SALESFORCE_"
        settings = salesforce_settings(
            {f"{prefix}LOGIN_URL": "https://a.example", f"{prefix}CLIENT_ID": "a",
             f"{prefix}REFRESH_TOKEN": "r"}
        )  # fmt: skip
        assert settings.form() == {
            "grant_type": "refresh_token", "refresh_token": "r", "client_id": "a",
        }  # fmt: skip
