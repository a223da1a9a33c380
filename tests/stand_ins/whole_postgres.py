"""A Postgres of the system, with its extensions: Prefect's server needs `pg_trgm`.

The one that the tests install for our state comes without; so this is for `make soak`, and for a
machine where `apt-get install postgresql` was done. It listens on a port of its own, and is gone
with its data at the end.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.stand_ins.prefect_api import free_port
from tests.waiting.until import until

_PLACES = ("/usr/lib/postgresql", "/usr/pgsql", "/opt/homebrew/opt")
_NOBODY = "postgres"
"""Postgres refuses to run as root: the user that its package makes."""


class WholePostgres:
    """A server that runs.

    Args:
        programs: Where `pg_dump` and its like are.
        address: `postgresql://...`, without a database.
    """

    def __init__(self, programs: Path, address: str) -> None:
        self.programs = programs
        self.address = address

    def empty(self, name: str) -> str:
        """The address of a database of this name with nothing in it."""
        with psycopg.connect(f"{self.address}/postgres", autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return f"{self.address}/{name}"

    def run(self, program: str, *argv: str) -> None:
        """Runs a program of this Postgres to its end."""
        subprocess.run([self.programs / program, *argv], check=True, timeout=120)


def _programs() -> Path | None:
    found = [each.parent for place in _PLACES for each in Path(place).glob("*/bin/pg_ctl")]
    with_trigrams = [
        each
        for each in found
        if list(
            Path("/usr/share/postgresql", each.parent.name, "extension").glob("pg_trgm.control")
        )
    ]
    return max(with_trigrams, default=None)


@pytest.fixture
def whole_postgres() -> Iterator[WholePostgres]:
    """A server of this test alone; the test skips where no such Postgres is installed."""
    programs = _programs()
    if programs is None:
        pytest.skip("no Postgres with pg_trgm is installed (apt-get install postgresql)")
    user = pwd.getpwnam(_NOBODY) if os.getuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    if user:
        os.chown(folder, user.pw_uid, user.pw_gid)
    port = free_port()

    def run(program: str, *argv: str) -> None:
        subprocess.run(
            [programs / program, "-D", folder / "data", *argv],
            cwd=folder,
            user=user.pw_name if user else None,
            stdout=subprocess.DEVNULL,
            check=True,
        )

    run("initdb", "-U", "postgres", "--auth=trust", "--no-sync")
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
    run("pg_ctl", "start", "-w", "-l", str(folder / "log"), "-o", options)
    try:
        yield WholePostgres(programs, f"postgresql://postgres@127.0.0.1:{port}")
    finally:
        run("pg_ctl", "stop", "-m", "immediate")
        until(lambda: not (folder / "data" / "postmaster.pid").exists(), "Postgres has ended")
        shutil.rmtree(folder, ignore_errors=True)
