"""`check` and `doctor` with CRMs: what a person types before the first run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builders.command_line import CommandLine
from tests.contracts.crm.crm_harness import CrmHarness, HubspotHarness, OdooHarness
from tests.stand_ins.crm_process import TOKEN
from tests.stand_ins.sandbox_process import SandboxProcess

SYNC = """\
sync: from-the-crm
source: {kind: %s%s}
columns: {key: id, phone: %s, email: email, opted_out: %s}
sender_code: "12065551212"
default_country: US
"""


@pytest.fixture(scope="module")
def hubspot() -> Iterator[CrmHarness]:
    """HubSpot."""
    with HubspotHarness() as harness:
        yield harness


@pytest.fixture(scope="module")
def odoo() -> Iterator[CrmHarness]:
    """Odoo."""
    with OdooHarness() as harness:
        yield harness


@pytest.fixture
def line(
    tmp_path: Path, sandbox: SandboxProcess, hubspot: CrmHarness, odoo: CrmHarness
) -> CommandLine:
    """A command line that knows a platform and both CRMs, of thirty people each."""
    for each in (hubspot, odoo):
        each.fill(30)
    crms = {
        "SENDERSYNC_HUBSPOT_URL": hubspot.crm.url,
        "SENDERSYNC_HUBSPOT_TOKEN": TOKEN,
        "SENDERSYNC_ODOO_URL": odoo.crm.url,
        "SENDERSYNC_ODOO_DB": "sandbox",
        "SENDERSYNC_ODOO_LOGIN": "sync@example.com",
        "SENDERSYNC_ODOO_API_KEY": "sandbox-api-key",
    }
    line = CommandLine(tmp_path / "line", {**sandbox.env(), **crms})
    line.write("hubspot.yaml", SYNC % ("hubspot", ", list: 7", "mobilephone", "sms_opt_out"))
    line.write("odoo.yaml", SYNC % ("odoo", "", "mobile", "phone_sanitized_blacklisted"))
    hubspot.crm.setup(lists=[{"id": "7", "every": 1}])
    return line


@pytest.mark.parametrize("kind", ["hubspot", "odoo"])
def test_check_reads_a_crm(line: CommandLine, kind: str) -> None:
    """Rows, columns and reasons, and nothing is sent; then a run adds them."""
    found = line("check", f"{kind}.yaml", "--json")
    assert found.code == 0, found.err
    assert (found.json["rows"], found.json["complete"]) == (30, True)
    assert found.json["columns"][0] == "id"
    shown = line("check", f"{kind}.yaml")
    assert shown.code == 0 and "person1.s7@" not in shown.out
    done = line("run", f"{kind}.yaml", "--json")
    assert done.code == 0, done.err
    assert done.json["load"]["confirmed"] >= 25


def test_doctor_asks_each_crm_once(line: CommandLine, hubspot: CrmHarness) -> None:
    """A line for each CRM that is set up, and none for others."""
    line("run", "hubspot.yaml", "--json")
    done = line("doctor")
    assert done.code == 0, done.out
    names = [text.split()[1] for text in done.out.splitlines()]
    names = [name for name in names if name != "hubspot-api:"]  # from March 2027 on
    assert names == [
        "environment:",
        "platform:",
        "hubspot:",
        "odoo:",
        "state:",
        "outcomes:",
        "opt-outs:",
        "prefect:",
    ]
    hubspot.crm.setup(switches={"scopes": ["crm.objects.contacts.read"]})
    refused = line("doctor", "--json")
    assert refused.code == 2
    [finding] = [each for each in refused.json["findings"] if each["name"] == "hubspot"]
    assert "crm.schemas.contacts.read" in finding["do"]
    line.env["SENDERSYNC_ODOO_URL"] = "http://127.0.0.1:9"
    away = line("doctor", "--json")
    [finding] = [each for each in away.json["findings"] if each["name"] == "odoo"]
    assert "asked 2 times" in finding["says"], "somebody waits for the answer"
    line.env["SENDERSYNC_ODOO_API_KEY"] = ""
    half = line("doctor", "--json")
    [finding] = [each for each in half.json["findings"] if each["name"] == "odoo"]
    assert "SENDERSYNC_ODOO_API_KEY" in finding["says"] + finding["do"]


def test_a_crm_without_credentials_is_refused_at_once(line: CommandLine) -> None:
    """Exit 2, with the variable and the page that helps."""
    for name in [name for name in line.env if "HUBSPOT" in name or "ODOO" in name]:
        del line.env[name]
    for kind in ("hubspot", "odoo"):
        done = line("check", f"{kind}.yaml", "--json")
        assert done.code == 2
        assert f"docs/how-to/{kind}.md" in done.json["error"]["do"]


@pytest.mark.parametrize(
    ("kind", "phone", "flag", "key", "near"),
    [
        ("hubspot", "mobilephone", "sms_optout", "opted_out", "'sms_opt_out'"),
        ("hubspot", "mobile_phone", "sms_opt_out", "phone", "'mobilephone'"),
        ("odoo", "mobile", "phone_sanitised_blacklisted", "opted_out", "_sanitized_"),
        ("odoo", "mobile_phone", "phone_sanitized_blacklisted", "phone", "'mobile'"),
    ],
)
def test_a_field_that_was_renamed_is_named_with_its_key(
    line: CommandLine, kind: str, phone: str, flag: str, key: str, near: str
) -> None:
    """Exit 2, the key of the sync file, and the nearest name that the CRM has tonight."""
    line.write("renamed.yaml", SYNC % (kind, "", phone, flag))
    error = line("run", "renamed.yaml", "--json").json["error"]
    assert error["where"] == f"columns: {key}"
    assert (flag if key == "opted_out" else phone) in error["what"] and near in error["do"]
