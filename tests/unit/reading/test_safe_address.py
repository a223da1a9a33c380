"""Which addresses count as this machine."""

from __future__ import annotations

import httpx
import pytest

from connectors.http_client.safe_address import is_loopback


@pytest.mark.parametrize(
    ("address", "ours"),
    [
        ("http://localhost:8080", True),
        ("http://LOCALHOST", True),
        ("http://127.0.0.1:8069", True),
        ("http://127.9.8.7", True),
        ("http://[::1]:5000", True),
        ("http://localhost.example.com", False),
        ("http://127.0.0.1.example.com", False),
        ("http://10.0.0.1", False),
        ("http://0.0.0.0", False),
        ("http://[::]", False),
        ("http://example.com", False),
    ],
)
def test_only_names_of_this_machine_are_loopback(address: str, *, ours: bool) -> None:
    """Plain http goes to this machine only, and a name that looks like it is another one."""
    assert is_loopback(httpx.URL(address).host) is ours
    assert not is_loopback("")
