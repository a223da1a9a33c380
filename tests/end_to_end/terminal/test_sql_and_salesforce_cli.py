"""`check`, `run` and `doctor` with a database and Salesforce: what a person types."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builders.command_line import CommandLine
from tests.contracts.crm.salesforce_harness import CLIENT, SECRET, SalesforceHarness
from tests.contracts.sql.postgres_harness import PASSWORD, PostgresHarness
from tests.stand_ins.sandbox_process import SandboxProcess

SYNC = """\
sync: from-the-crm
source: %s
columns: {key: %s, phone: %s}
sender_code: "12065551212"
default_country: US
"""


@pytest.fixture(scope="module")
def postgres() -> PostgresHarness:
    """A database with a view of people."""
    return PostgresHarness()


@pytest.fixture(scope="module")
def salesforce() -> Iterator[SalesforceHarness]:
    """Salesforce."""
    with SalesforceHarness() as harness:
        yield harness


@pytest.fixture
def line(
    tmp_path: Path,
    sandbox: SandboxProcess,
    postgres: PostgresHarness,
    salesforce: SalesforceHarness,
) -> CommandLine:
    """A command line that knows a platform, a database and Salesforce, of thirty people each."""
    postgres.fill(30)
    salesforce.fill(30)
    crms = {
        "CRM_DATABASE_URL": postgres.address,
        "SENDERSYNC_SALESFORCE_LOGIN_URL": salesforce.crm.url,
        "SENDERSYNC_SALESFORCE_CLIENT_ID": CLIENT,
        "SENDERSYNC_SALESFORCE_CLIENT_SECRET": SECRET,
    }
    line = CommandLine(tmp_path / "line", {**sandbox.env(), **crms})
    sql = "{kind: sql, url_env: CRM_DATABASE_URL, table: %s}"
    line.write("sql.yaml", SYNC % (sql % "contacts", "id", "phone"))
    line.write("wrong.yaml", SYNC % (sql % "contract", "id", "phone"))
    line.write("salesforce.yaml", SYNC % ("{kind: salesforce}", "Id", "MobilePhone"))
    return line


@pytest.mark.parametrize(("kind", "key"), [("sql", "id"), ("salesforce", "Id")])
def test_check_reads_it_and_run_adds_them(line: CommandLine, kind: str, key: str) -> None:
    """Rows, columns and reasons, and nothing is sent; then a run adds them."""
    found = line("check", f"{kind}.yaml", "--json")
    assert found.code == 0, found.err
    assert (found.json["rows"], found.json["complete"]) == (30, True)
    assert found.json["columns"][0] == key
    done = line("run", f"{kind}.yaml", "--json")
    assert done.code == 0, done.err
    assert done.json["load"]["confirmed"] >= 25


def test_doctor_asks_salesforce_once(line: CommandLine) -> None:
    """One line says that the login may read, and how much."""
    done = line("doctor")
    [said] = [text for text in done.out.splitlines() if " salesforce: " in text]
    assert said.startswith("ok") and "may read Contact" in said


def test_a_wrong_table_is_the_sync_files_fault(line: CommandLine) -> None:
    """Exit 2, the nearest name, and no password."""
    done = line("run", "wrong.yaml", "--json")
    assert done.code == 2
    assert "contacts" in done.json["error"]["do"]
    assert PASSWORD not in done.out + done.err


@pytest.mark.parametrize(
    ("source", "phone", "says"),
    [
        ("{kind: salesforce}", "Mobile_Phone__c", ["columns: phone", "'MobilePhone'"]),
        ("{kind: salesforce}", "Acount.Phone", ["columns: phone", "'Account'"]),
        ("{kind: salesforce}", "Account.Phnoe", ["columns: phone", "Setup", "'Account.Phnoe'"]),
        (
            "{kind: sql, url_env: CRM_DATABASE_URL, query: 'SELECT id, phone AS cell_phone "
            "FROM contacts'}",
            "cellphone",
            ["maps `phone` to the column 'cellphone'", "'cell_phone'"],
        ),
        (
            "{kind: sql, url_env: CRM_DATABASE_URL, query: 'SELECT id, phone AS mobile "
            "FROM contacts'}",
            "phone",
            ["maps `phone` to the column 'phone'", "Its columns are: 'id', 'mobile'"],
        ),
        (
            "{kind: sql, url_env: CRM_DATABASE_URL, query: 'SELECT id, phone AS "
            '"Te\u0301le\u0301phone" FROM contacts\'}',
            "T\u00e9l\u00e9phone",
            ["maps `phone` to", 'write "Te\\u0301le\\u0301phone"'],
        ),
    ],
)
def test_a_column_that_was_renamed_is_named_with_its_key(
    line: CommandLine, source: str, phone: str, says: list[str]
) -> None:
    """Exit 2, the key of the sync file, and the names that the source has tonight."""
    key = "Id" if "salesforce" in source else "id"
    line.write("renamed.yaml", SYNC % (source, key, phone))
    done = line("run", "renamed.yaml", "--json")
    assert done.code == 2
    assert all(part in " ".join(done.json["error"].values()) for part in says), done.json["error"]
