"""Odoo's own ways: types, `false` for nothing, errors as HTTP 200, the blacklist, the version."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from connectors.sources.odoo.partners import OdooPartners
from connectors.sources.odoo.sanitized_phones import NOT_JUDGED
from connectors.sources.odoo.settings import OdooSettings
from connectors.sources.source import Records
from schemas.errors import (
    CredentialsRefused,
    RunFailed,
    SendersyncError,
    SourceMismatch,
    SourceUnavailable,
    WrongUse,
)
from tests.builders.hasty import HASTY
from tests.contracts.crm.crm_harness import OdooHarness
from tests.contracts.source_contract import START, assert_each_once, rows_of

ERROR = "odoo.exceptions"


@pytest.fixture(scope="module")
def _running() -> Iterator[OdooHarness]:
    with OdooHarness() as harness:
        yield harness


@pytest.fixture
def odoo(_running: OdooHarness) -> OdooHarness:
    """A database with 45 partners, 7 to 51, a second apart."""
    _running.fill(45)
    return _running


def _rows(source: OdooPartners) -> dict[str, dict[str, str]]:
    names = source.columns()
    return {row[0]: dict(zip(names, row, strict=True)) for row in rows_of(list(source.read()))}


def test_nothing_is_the_empty_text_and_no_is_no(odoo: OdooHarness) -> None:
    """Odoo says `false` for both; the types of the fields tell them apart."""
    [key] = odoo.crm.setup(add=[{"name": "Ann"}])["added"]
    asked = ("name", "email", "country_id", "parent_id", "x_sms_consent", "active", "write_date")
    row = _rows(odoo.source(mapped=asked))[str(key)]
    assert row["name"] == "Ann"
    assert {row[name] for name in ("email", "country_id", "parent_id")} == {""}
    assert (row["x_sms_consent"], row["active"]) == ("false", "true")
    assert datetime.fromisoformat(row["write_date"])


def test_one_of_another_table_is_its_name(odoo: OdooHarness) -> None:
    """A many2one is the name it shows; a country is its two letters, asked for once."""
    parent, child = odoo.crm.setup(
        add=[{"name": "Company"}, {"name": "Ann", "parent_id": 52, "country_id": 231}]
    )["added"]
    assert parent == 52
    row = _rows(odoo.source(mapped=("parent_id", "country_id")))[str(child)]
    assert (row["parent_id"], row["country_id"]) == ("Company", "GB")


def test_a_domain_says_who_is_read(odoo: OdooHarness) -> None:
    """Only partners that fit, with operators between; archived ones never, whatever it says."""
    names = {key: row[4] for key, row in odoo.truth().items()}
    domain = ("|", ["id", "<", 10], ["id", ">=", 50])
    source = odoo.source(domain=domain)
    assert_each_once(rows_of(list(source.read())), ["7", "8", "9", "50", "51"])
    since = source.read_since(odoo.cursor_at(source, START))
    assert_each_once(rows_of(list(since)), ["7", "8", "9", "50", "51"])
    odoo.crm.setup(archive=[8])
    either = odoo.source(domain=("|", ["active", "=", True], ["active", "=", False]))
    assert_each_once(rows_of(list(either.read())), [key for key in names if key != "8"])


@pytest.mark.parametrize("stored", ["seconds", "microseconds"])
def test_what_is_stored_is_finer_than_what_is_shown(odoo: OdooHarness, stored: str) -> None:
    """Partners within one second, stored to its thousandths, are each read once."""
    odoo.crm.setup(switches={"write_date": stored})
    odoo.crm.setup(generate=200, start="2026-02-01T00:00:00Z", step_ms=30)
    source = odoo.source()
    cursor = odoo.cursor_at(source, datetime(2026, 2, 1, tzinfo=UTC))
    rows = rows_of(list(source.read_since(cursor)))
    assert_each_once(rows, [str(n) for n in range(52, 252)])


def test_no_page_is_asked_for_by_offset(odoo: OdooHarness) -> None:
    """Offsets lose rows while people work."""
    source = odoo.source()
    list(source.read())
    list(source.read_since(odoo.cursor_at(source, START)))
    calls = odoo.crm.calls(command="search_read")
    assert len(calls) >= 10
    assert not [call for call in calls if "offset" in call["body"]]


def test_the_blacklist_is_read_every_time(odoo: OdooHarness) -> None:
    """Blacklisting changes no partner: incremental reads ask for the blacklisted ones as well."""
    listed = [key for key, row in _rows(odoo.source(mapped=("mobile_blacklisted",))).items()
              if row["mobile_blacklisted"] == "true"]  # fmt: skip
    assert listed
    far = START + timedelta(days=9)
    for field in ("phone_sanitized_blacklisted", "mobile_blacklisted"):
        source = odoo.source(mapped=("mobile", field))
        cursor = odoo.cursor_at(source, far)
        rows = rows_of(list(source.read_since(cursor)))
        assert_each_once(rows, listed)
        odoo.change(listed[:1], far + timedelta(days=1))
        assert_each_once(rows_of(list(source.read_since(cursor))), listed)


def test_an_answer_about_another_number_is_no_answer(odoo: OdooHarness) -> None:
    """Odoo judges one number of a partner; of the other nobody knows, and the row is withheld."""
    both = {"phone": "(206) 555-0150", "mobile": "+12065550151"}
    own, other, single = odoo.crm.setup(
        add=[
            {"name": "Own", "mobile": "+12065550152", "blacklisted": True},
            {"name": "Other", **both, "blacklisted": True},
            {"name": "Single", "phone": "(206) 555-0153"},
        ]
    )["added"]
    for field in ("phone_sanitized_blacklisted", "phone_blacklisted", "mobile_blacklisted"):
        by_phone = odoo.source(mapped=("phone", field), phones=("phone",))
        rows = _rows(by_phone)
        assert rows[str(other)][field] == NOT_JUDGED
        assert rows[str(single)][field] == "false"
        assert any("phone_sanitized" in note and "blacklist" in note for note in by_phone.notes())
        rows = _rows(odoo.source(mapped=("mobile", field), phones=("mobile",)))
        assert rows[str(own)][field] == rows[str(other)][field] == "true"
        judged = odoo.source(mapped=("phone_sanitized", field), phones=("phone_sanitized",))
        rows = _rows(judged)
        assert NOT_JUDGED not in {row[field] for row in rows.values()}
        assert rows[str(own)][field] == rows[str(other)][field] == "true"
        assert not judged.notes()


def test_a_partner_without_a_field_is_no_answer() -> None:
    """Odoo writes `false` for nothing: a field that is not there at all was not answered."""
    fields = {name: {"type": "char", "string": name} for name in ("id", "name", "write_date")}
    partner = {"id": 1, "write_date": "2026-01-01 00:00:00", "name": False}

    def reading(*partners: dict[str, Any]) -> Iterator[Records]:
        known = {"authenticate": 2, "fields_get": fields, "search_read": list(partners)}
        return _answering({}, **known).read()

    assert rows_of(list(reading(partner))) == [("1", "")]
    del partner["name"]
    with pytest.raises(SourceUnavailable):
        list(reading(partner))


def test_mobile_may_be_missing(odoo: OdooHarness) -> None:
    """Odoo 19 has no `mobile`: a sync that maps it is refused, one that does not is read."""
    odoo.crm.setup(switches={"mobile": False, "version": "19.0"})
    with pytest.raises(SourceMismatch, match="'mobile'"):
        list(odoo.source().read())
    assert len(_rows(odoo.source(mapped=("phone", "phone_sanitized")))) == 45


@pytest.mark.parametrize(
    ("field", "says"),
    [("mobil", "'mobile'"), ("E-mail", "'email'"), ("Zip", "'zip'"), ("qqq", "Developer mode"),
     ("category_id", "more than one value")],
)  # fmt: skip
def test_a_field_that_cannot_be_mapped_is_refused(odoo: OdooHarness, field: str, says: str) -> None:
    """One that is not there, with the nearest; and one that holds many values."""
    with pytest.raises(SourceMismatch, match=says):
        odoo.source(mapped=(field,)).columns()


@pytest.mark.parametrize("asked", ["columns", "read", "check"])
def test_missing_rights_are_no_misspelt_field(odoo: OdooHarness, asked: str) -> None:
    """A user who may not read partners sees no field: the rights are named, not the spelling."""
    odoo.crm.setup(switches={"may_read": False})
    source = odoo.source()
    with pytest.raises(CredentialsRefused, match="may not read"):
        list(getattr(source, asked)())


def test_rows_are_seen_while_they_are_read(odoo: OdooHarness) -> None:
    """A read of a few thousand partners comes in batches: who waits sees the number grow."""
    odoo.crm.setup(generate=2_500, start="2026-02-01T00:00:00Z")
    sizes = [batch.rows for batch in odoo.source(page=500).read()]
    assert len(sizes) >= 3
    assert max(sizes[:-1]) <= 1_000


def test_odoos_own_number_is_a_second_opinion(odoo: OdooHarness) -> None:
    """Rows whose number Odoo reads otherwise, or not at all, are counted and told."""
    odoo.crm.setup(
        add=[
            {"name": "Agrees", "phone": "(206) 555-0123", "phone_sanitized": "+12065550123"},
            {"name": "Zero", "phone": "0151 2345678", "phone_sanitized": "+491512345678"},
            {"name": "Differs", "phone": "206 555 0123", "phone_sanitized": "+12065550199"},
        ]
    )
    source = odoo.source(mapped=("phone", "name"))
    list(source.read())
    differing = source.notes()
    # the stand-in works sanitised numbers out by itself: what differs is what it reads otherwise
    assert all("+1206" not in note and not note.endswith(".") for note in differing)


def _answering(body: Any, status: int = 200, **calls: Any) -> OdooPartners:
    """A source whose every call is answered by `body`, and those of a name by their result."""
    settings = OdooSettings("https://odoo.example.com", "db", SecretStr("me"), SecretStr("key"))

    def answer(request: httpx.Request) -> httpx.Response:
        for name, result in calls.items():
            if name.encode() in request.content:
                return httpx.Response(200, json={"jsonrpc": "2.0", "id": 1, "result": result})
        if b"authenticate" in request.content and "result" not in body:
            return httpx.Response(200, json={"jsonrpc": "2.0", "id": 1, "result": 2})
        return httpx.Response(status, json=body)

    return OdooPartners(
        settings, ("name",), backoff=HASTY, transport=lambda: httpx.MockTransport(answer)
    )


@pytest.mark.parametrize(
    ("name", "message", "error"),
    [
        (f"{ERROR}.AccessDenied", "Access Denied", CredentialsRefused),
        (f"{ERROR}.AccessError", "Ann may not", CredentialsRefused),
        ("odoo.http.SessionExpiredException", "Ann's session expired", SourceMismatch),
        ("psycopg2.OperationalError", 'database "Ann" does not exist', SourceMismatch),
        ("psycopg2.OperationalError", "Ann closed the connection", SourceUnavailable),
        ("psycopg2.errors.SerializationFailure", "Ann", SourceUnavailable),
        ("psycopg2.errors.UndefinedColumn", "Ann", RunFailed),
        ("builtins.ValueError", "Invalid field res.partner.Ann", SourceMismatch),
        ("builtins.ValueError", "Ann", RunFailed),
        (f"{ERROR}.UserError", "Ann", RunFailed),
        ("Ann Lee <ann@example.com>", "Ann", RunFailed),
    ],
)
def test_an_error_within_a_success_is_an_error(
    name: str, message: str, error: type[SendersyncError]
) -> None:
    """Each kind has its end, and no word of it is repeated: it may quote a person."""
    body = {"jsonrpc": "2.0", "id": 1, "error": {"data": {"name": name, "message": message}}}
    with pytest.raises(error) as failure:
        list(_answering(body).read())
    assert type(failure.value) is error
    assert "Ann" not in str(failure.value)
    assert failure.value.do


@pytest.mark.parametrize("body", [[], {}, {"result": None}, {"result": {}}, {"result": [{}]},
                                  {"result": 3}, {"error": None}])  # fmt: skip
def test_an_answer_that_is_no_page_is_no_end(body: Any) -> None:
    """What is not what was asked for is not taken for an empty database."""
    with pytest.raises(SendersyncError):
        list(_answering(body).read())


def test_no_odoo_at_the_address() -> None:
    """404 is a wrong address, not a broken Odoo."""
    with pytest.raises(SourceMismatch, match="no Odoo"):
        list(_answering({"result": 2}, status=404).read())


@pytest.mark.parametrize("missing", ["db", "login", "api_key"])
def test_an_empty_value_is_refused(missing: str) -> None:
    """Each has a variable, which is named."""
    given: dict[str, Any] = {"db": "db", "login": SecretStr("me"), "api_key": SecretStr("key")}
    given[missing] = "" if missing == "db" else SecretStr("")
    with pytest.raises(WrongUse) as refusal:
        OdooSettings("https://odoo.example.com", **given)
    assert missing.upper() in refusal.value.where
