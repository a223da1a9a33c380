"""The ground the other tests stand on: tests/conftest.py keeps what it promises."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.repository import ROOT
from tests.conftest import NetworkClosed


@pytest.mark.parametrize("host", ["example.com", "192.0.2.1", "api.prefect.cloud"])
def test_the_network_is_closed(host: str) -> None:
    """A test that would leave this machine fails, and by no OSError that our code could swallow."""
    with pytest.raises(NetworkClosed):
        socket.create_connection((host, 443), timeout=1)
    with socket.socket() as sock, pytest.raises(NetworkClosed):
        sock.connect(("192.0.2.1", 443))


def test_loopback_is_open() -> None:
    """A sandbox on this machine can be reached."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()[:2], timeout=5).close()


def test_the_environment_is_bare() -> None:
    """No setting of the person who runs the tests reaches them."""
    assert not [name for name in os.environ if name.startswith("SENDERSYNC_")]
    assert not Path.cwd().is_relative_to(ROOT)
    assert not (Path.cwd() / ".env").exists()


@given(st.text())
def test_properties_run_beside_the_fixtures_every_test_has(text: str) -> None:
    """The fixtures that guard every test stand while hypothesis draws its examples."""
    assert not Path(text.replace("\0", "") or "a").resolve().is_relative_to(ROOT)
    with pytest.raises(NetworkClosed):
        socket.create_connection(("example.com", 443), timeout=1)
