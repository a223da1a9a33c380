"""Nightly syncs straight from a CRM: two real processes, one to read and one to call."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from schemas.sync_file import SyncFile
from tests.builders.sync_bench import Desk, sync_file
from tests.contracts.crm.crm_harness import CrmHarness, HubspotHarness, OdooHarness

PHONE = {"hubspot": "mobilephone", "odoo": "mobile"}
OPT_OUT = {"hubspot": "sms_opt_out", "odoo": "phone_sanitized_blacklisted"}


@pytest.fixture(scope="module")
def _hubspot() -> Iterator[CrmHarness]:
    with HubspotHarness() as harness:
        yield harness


@pytest.fixture(scope="module")
def _odoo() -> Iterator[CrmHarness]:
    with OdooHarness() as harness:
        yield harness


@pytest.fixture
def hubspot(_hubspot: CrmHarness) -> CrmHarness:
    """HubSpot with a hundred people: ten pages."""
    _hubspot.fill(100)
    return _hubspot


@pytest.fixture
def odoo(_odoo: CrmHarness) -> CrmHarness:
    """Odoo with a hundred people: ten pages."""
    _odoo.fill(100)
    return _odoo


@pytest.fixture(params=["hubspot", "odoo"])
def crm(request: pytest.FixtureRequest) -> CrmHarness:
    """Each of them."""
    harness: CrmHarness = request.getfixturevalue(request.param)
    return harness


def _sync(crm: CrmHarness, mode: str = "full") -> SyncFile:
    name = crm.crm_name
    columns = dict.fromkeys(["email", "country", "first_name", "opted_out", "consent"])
    columns |= {"key": "id", "phone": PHONE[name], "opted_out": OPT_OUT[name]}
    return sync_file(source={"kind": name, "mode": mode}, columns=columns)


def _first_load(desk: Desk, crm: CrmHarness, mode: str = "full") -> set[str]:
    """Everybody in who can be; their phones."""
    desk.sync = _sync(crm, mode)
    done = desk.run(source=_source(crm))
    assert done.exit_code == 0, (done.report, done.error)
    desk.new_calls()
    return desk.subscribed()


def _source(crm: CrmHarness, overlap: timedelta = timedelta(seconds=30)) -> object:
    name = crm.crm_name
    return crm.source(mapped=(PHONE[name], OPT_OUT[name]), overlap=overlap)  # type: ignore[call-arg]


@pytest.mark.parametrize("page", range(1, 11))
def test_a_read_that_breaks_stops_nobody_and_loses_nobody(
    desk: Desk, crm: CrmHarness, page: int
) -> None:
    """Any page of ten is lost: no call, exit 75; the next night does what was to be done."""
    subscribed = _first_load(desk, crm)
    assert len(subscribed) > 80
    keys = [key for key, row in crm.truth().items() if row[1] in subscribed]
    leaving = crm.truth()[keys[3]][1]
    crm.put_away([keys[3]])
    crm.crm.setup(add=[{PHONE[crm.crm_name]: "+12065559999"}])
    crm.break_page(page, crm.breakages[page % len(crm.breakages)])
    done = desk.run(source=_source(crm))
    assert done.exit_code == 75, done.error
    assert desk.new_calls() == []
    assert desk.subscribed() == subscribed

    crm.crm.faults()
    done = desk.run(source=_source(crm))
    assert done.exit_code == 0, done.error
    assert sorted(desk.new_commands()) == [("add", "+12065559999"), ("stop", leaving)]
    assert desk.subscribed() == (subscribed | {"+12065559999"}) - {leaving}


def test_an_incremental_night(desk: Desk, crm: CrmHarness) -> None:
    """Who came is added and who opted out is stopped; who left stays until the full read."""
    subscribed = _first_load(desk, crm, "incremental")
    keys = [key for key, row in crm.truth().items() if row[1] in subscribed]
    name, past = crm.crm_name, datetime.now(UTC) - timedelta(seconds=2)
    out = {"hubspot": {"sms_opt_out": "true"}, "odoo": {"blacklisted": True}}[name]
    crm.crm.setup(
        add=[{PHONE[name]: "+12065559999"}],
        change=[{"id": keys[5], **out}],
        archive=[keys[7]],
        at=past.isoformat(),
    )
    opted_out, left = crm.truth()[keys[5]][1], _phone_of(crm, keys[7])
    done = desk.run(source=_source(crm))
    assert done.exit_code == 0, done.error
    assert done.report.source.rows < 100
    assert sorted(desk.new_commands()) == [("add", "+12065559999"), ("stop", opted_out)]
    done = desk.run(source=_source(crm), full=True)
    assert done.exit_code == 0, done.error
    assert desk.new_commands() == [("stop", left)]


def test_a_blacklisted_partner_is_stopped_though_nothing_changed(
    desk: Desk, odoo: CrmHarness
) -> None:
    """Odoo's blacklist touches no partner: the opt-out is found in the next incremental read."""
    subscribed = _first_load(desk, odoo, "incremental")
    key, row = next((k, r) for k, r in odoo.truth().items() if r[1] in subscribed)
    long_ago = odoo.moments()[key].isoformat()
    odoo.crm.setup(change=[{"id": key, "blacklisted": True, "at": long_ago}])
    done = desk.run(source=_source(odoo, timedelta(0)))
    assert done.exit_code == 0, done.error
    assert desk.new_commands() == [("stop", row[1])]


@pytest.mark.parametrize(
    "opt_out", ["phone_sanitized_blacklisted", "phone_blacklisted", "mobile_blacklisted"]
)
def test_nobody_is_added_on_a_blacklist_that_speaks_of_another_number(
    desk: Desk, odoo: CrmHarness, opt_out: str
) -> None:
    """Of two numbers Odoo judges one: where the other is mapped, the person is withheld, and told."""
    odoo.fill(0)
    odoo.crm.setup(
        add=[
            {"name": "Judged", "phone": "+12065550150"},
            {"name": "Listed", "phone": "+12065550151", "blacklisted": True},
            {"name": "Other", "phone": "+12065550152", "mobile": "+12065550162"},
            {
                "name": "Listed by the other",
                "phone": "+12065550153",
                "mobile": "+12065550163",
                "blacklisted": True,
            },
        ]
    )
    columns = dict.fromkeys(["email", "country", "first_name", "consent"])
    columns |= {"key": "id", "phone": "phone", "opted_out": opt_out}
    desk.sync = sync_file(source={"kind": "odoo"}, columns=columns)
    done = desk.run(source=odoo.source(mapped=("phone", opt_out), phones=("phone",)))  # type: ignore[call-arg]
    assert desk.new_commands() == [("add", "+12065550150")]
    assert any("2 rows" in each and "phone_sanitized" in each for each in done.report.warnings)


def test_a_merge_is_no_removal_and_no_stranger(desk: Desk, hubspot: CrmHarness) -> None:
    """HubSpot joins two records of one person, under a new id: not one call."""
    hubspot.crm.setup(switches={"merge_id": "new"})
    twin = hubspot.truth()["101"][1]
    [other] = hubspot.crm.setup(add=[{"mobilephone": twin}])["added"]
    _first_load(desk, hubspot)
    hubspot.crm.setup(merge=[{"into": "101", "from": str(other)}])
    done = desk.run(source=_source(hubspot))
    assert done.exit_code == 0, done.error
    assert desk.new_calls() == []


def _phone_of(crm: CrmHarness, key: str) -> str:
    [found] = [crm.cells(each) for each in crm.records() if str(each["id"]) == key]
    return found[1]
