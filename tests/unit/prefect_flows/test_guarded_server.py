"""Prefect's server answers to its own name, and its pages load from nowhere else."""

from __future__ import annotations

import asyncio

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from sendersync.serving.guarded_server import POLICY, guarded
from sendersync.serving.server_settings import own_names, server_environment

NAMES = frozenset({"127.0.0.1:4200", "localhost:4200"})


def _ask(host: str) -> httpx.Response:
    page = Starlette(routes=[Route("/", lambda _: PlainTextResponse("the page"))])

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app=guarded(page, NAMES))  # type: ignore[arg-type]  # the same protocol, spelt otherwise
        async with httpx.AsyncClient(
            transport=transport, base_url="http://127.0.0.1:4200"
        ) as client:
            return await client.get("/", headers={"Host": host})

    return asyncio.run(ask())


@pytest.mark.parametrize("host", ["127.0.0.1:4200", "localhost:4200", "LOCALHOST:4200"])
def test_its_own_names_are_answered(host: str) -> None:
    """Whoever asks by the address that serve printed gets the page, and with it the policy."""
    answer = _ask(host)
    assert answer.text == "the page"
    assert answer.headers["content-security-policy"] == POLICY


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:4200",
        "127.0.0.1",
        "127.0.0.1:80",
        "",
        "127.0.0.1.evil.example:4200",
    ],
)
def test_other_names_are_refused(host: str) -> None:
    """A page whose name was pointed at this machine learns nothing."""
    answer = _ask(host)
    assert answer.status_code == 421
    assert "the page" not in answer.text


def test_what_the_operator_set_stays() -> None:
    """Our settings of the server fill in what the environment does not say."""
    ours = server_environment("127.0.0.1", 4200, {"PREFECT_UI_URL": "https://prefect.example.com"})
    assert ours["PREFECT_UI_URL"] == "https://prefect.example.com"
    assert ours["PREFECT_SERVER_CORS_ALLOWED_ORIGINS"] == "http://127.0.0.1:4200"
    assert ours["PREFECT_SERVER_CSRF_PROTECTION_ENABLED"] == "true"


def test_an_ipv6_address_is_written_in_brackets() -> None:
    """The address of a server on ::1 is one that a browser takes."""
    assert server_environment("::1", 4200, {})["PREFECT_UI_URL"] == "http://[::1]:4200/v2"


def test_a_proxy_may_call_it_by_another_name() -> None:
    """A name that is told is taken as the browser sends it: without a port behind TLS."""
    told = {"SENDERSYNC_SERVE_NAMES": "Prefect.example.com, other.example.com:8443"}
    assert own_names("127.0.0.1", 4200, told).split(",") == [
        "127.0.0.1:4200",
        "localhost:4200",
        "other.example.com:8443",
        "prefect.example.com",
    ]
