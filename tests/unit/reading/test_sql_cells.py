"""Values of a database as text, and addresses as they are used and shown."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from connectors.sources.sql.cell_values import as_text, iso
from connectors.sources.sql.connection import parsed, shown
from schemas.errors import ExitCode, SourceMismatch

SECRET = "geheim-4711"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""), (True, "true"), (0, "0"), (Decimal("1E+3"), "1000"), (1.5, "1.5"),
        (12065551212.0, "12065551212"), (1e300, "1e+300"), (b"\x00\xff", "00ff"),
        (b"\x01", "1"),
        (b"\x00", "0"),
        (date(2026, 1, 2), "2026-01-02"), ([1, None, "ü"], '[1, null, "ü"]'),
    ],
)  # fmt: skip
def test_a_value_has_one_text(value: Any, text: str) -> None:
    """Any driver's value becomes the same text, without exponents or lost digits."""
    assert as_text(value) == text


def test_moments_of_postgres_are_iso() -> None:
    """A T between, minutes in the zone; what is no moment of our calendar stays."""
    assert iso("2026-11-22 02:00:00.5+00") == "2026-11-22T02:00:00.5+00:00"
    assert iso("2026-11-22 02:00:00") == "2026-11-22T02:00:00"
    assert iso("infinity") == "infinity"
    assert iso("0044-03-15 00:00:00 BC") == "0044-03-15 00:00:00 BC"


@pytest.mark.parametrize(
    ("address", "driver", "says"),
    [
        (f"mysql://u:{SECRET}@db/crm", "mysql+pymysql", "mysql://db/crm"),
        (f"mariadb://u:{SECRET}@db:3307/crm", "mariadb+pymysql", "mariadb://db:3307/crm"),
        (
            f"postgres://u:{SECRET}@db/crm?sslmode=require",
            "postgresql+psycopg",
            "postgresql://db/crm",
        ),
        (f"oracle+oracledb://u:{SECRET}@db/crm", "oracle+oracledb", "oracle://db/crm"),
    ],
)
def test_an_address_gets_the_driver_we_use(address: str, driver: str, says: str) -> None:
    """Any of SQLAlchemy's; what is shown of it is host and database."""
    url = parsed(address, Path())
    assert url.drivername == driver
    assert shown(url) == says
    assert url.query.get("charset") == ("utf8mb4" if "pymysql" in driver else None)


@pytest.mark.parametrize(
    "address",
    [
        f"postgresql://u:first@{SECRET}@host/db",
        f"postgresql://u:first@{SECRET}:1@host/db",
        f"postgresql://u:first@{SECRET}/rest@host/db",
        f"postgresql://u:first@{SECRET}?rest@host/db",
        f"mysql://u:first@{SECRET}@host/db",
        f"oracle+oracledb://u:first@{SECRET}@host/db",
    ],
)
def test_an_at_in_the_password_is_refused_and_never_shown(address: str) -> None:
    """More than one @: nobody can tell where the password ends, so no part of it is taken as host."""
    with pytest.raises((SourceMismatch, ValueError)) as refused:
        parsed(address, Path())
    if isinstance(refused.value, SourceMismatch):
        assert refused.value.exit_code == ExitCode.WRONG_USE
        assert "%40" in refused.value.do and SECRET not in str(refused.value)


def test_an_at_that_is_written_as_its_code_is_taken() -> None:
    """What the refusal tells a person to write works."""
    url = parsed("postgresql://me%40corp:a%40b%2Fc@host/db", Path())
    assert (url.username, url.password, shown(url)) == ("me@corp", "a@b/c", "postgresql://host/db")
