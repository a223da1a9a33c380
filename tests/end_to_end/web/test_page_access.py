"""Who gets in: the token, the session's cookie, the page's own name, and the page that asks."""

from __future__ import annotations

import ast
import re
import socket
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from schemas.errors import WrongUse
from sendersync.web.server import RunningPage, serve_page
from sendersync.web.sessions import VALID, Sessions
from tests.builders.page_server import PageServer, text_of
from tests.builders.repository import ROOT

PAGES = ["/", "/held", "/runs/last", "/plans/7kq2m-9xtr4", "/files/" + "0" * 32, "/anything"]
POSTS = ["/files", "/logout", *(f"/files/{'0' * 32}/{do}" for do in ("choices", "sync", "remove"))]


@pytest.mark.parametrize("path", PAGES)
def test_every_page_asks_for_the_token_first(page: PageServer, path: str) -> None:
    """Without a session each address leads to the form that asks for the token."""
    with page.stranger() as stranger:
        answer = stranger.get(path)
        assert (answer.status_code, answer.headers["location"]) == (303, f"/login?goal={path}")
        shown = stranger.get(answer.headers["location"])
    assert shown.status_code == 200 and 'type="password"' in shown.text
    assert page.running.token not in shown.text


@pytest.mark.parametrize("path", POSTS)
def test_nothing_is_done_without_a_session(page: PageServer, path: str) -> None:
    """A form that nobody signed in for is refused, and nothing is stored."""
    before = page.stored()
    with page.stranger(Origin=page.running.url) as stranger:
        answer = stranger.post(path, files={"file": ("a.csv", "Mobile\n+12065550101\n")})
    assert answer.status_code == 401 and "not signed in" in text_of(answer)
    assert page.stored() == before


@pytest.mark.parametrize("token", ["", " ", "wrong", "\ud800", "a" * 10_000, "é"])
def test_a_wrong_token_opens_nothing(page: PageServer, token: str) -> None:
    """Only the whole token gives a cookie."""
    with page.stranger(Origin=page.running.url) as stranger:
        body = f"token={re.sub('.', lambda one: f'%{ord(one[0]) % 256:02x}', token)}&goal=/"
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = stranger.post("/login", content=body, headers=kind)
    assert answer.status_code == 403 and "not the token" in text_of(answer)
    assert "set-cookie" not in answer.headers


def test_the_cookie_stays_with_this_page(page: PageServer) -> None:
    """It is for no script and no other site, names its port, and is not the token."""
    with page.stranger(Origin=page.running.url) as somebody:
        answer = page.sign_in(somebody)
        cookie = answer.headers["set-cookie"]
        assert somebody.get("/").status_code == 200
        name, _, value = cookie.partition(";")[0].partition("=")
        assert name.endswith(page.running.url.rpartition(":")[2])
        assert "HttpOnly" in cookie and "SameSite=strict" in cookie and "Path=/" in cookie
        assert page.running.token not in str(answer.headers) and len(value) >= 32
        assert page.running.token not in str(answer.url)
        somebody.post("/logout")
    with page.stranger(Cookie=f"{name}={value}") as thief:
        assert thief.get("/").status_code == 303


@pytest.mark.parametrize(
    "goal",
    ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)", ""],
)
def test_signing_in_leads_to_our_own_pages(page: PageServer, goal: str) -> None:
    """Where somebody goes after signing in is a path of ours, or the first page."""
    with page.stranger(Origin=page.running.url) as somebody:
        given = {"token": page.running.token, "goal": goal}
        assert somebody.post("/login", data=given).headers["location"] == "/"
        given["goal"] = "/runs/last"
        assert somebody.post("/login", data=given).headers["location"] == "/runs/last"


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1", "127.0.0.1:1", "localhost.evil.example:{port}", ""]
)
def test_another_name_for_this_machine_is_refused(page: PageServer, host: str) -> None:
    """DNS rebinding: a name of somebody else's that points here opens nothing, signed in or not."""
    port = page.running.url.rpartition(":")[2]
    for path in ("/", "/login", "/style.css"):
        answer = page.browser.get(path, headers={"Host": host.replace("{port}", port)})
        assert answer.status_code == 421 and "<h1>" in answer.text
    assert page.browser.get("/", headers={"Host": f"LOCALHOST:{port}"}).status_code in (200, 303)


@pytest.mark.parametrize(
    "origin", ["null", "http://evil.example", "http://127.0.0.1:4200", "{url}.evil.example", ""]
)
def test_a_form_of_another_page_is_refused(page: PageServer, origin: str) -> None:
    """CSRF: a post comes from the page itself, or nothing is done; also from another port of ours."""
    before = page.stored()
    headers = {"Origin": origin.replace("{url}", page.running.url)}
    for path in ("/files", "/login"):
        answer = page.browser.post(path, files={"file": ("a.csv", "Mobile\n1\n")}, headers=headers)
        assert answer.status_code == 403 and "Another page" in text_of(answer)
    headers = {"Origin": page.running.url, "Sec-Fetch-Site": "cross-site"}
    assert page.browser.post("/logout", headers=headers).status_code == 403
    assert page.browser.get("/").status_code == 200 and page.stored() == before


def test_every_answer_forbids_what_the_page_does_not_do(page: PageServer) -> None:
    """Policy, framing, sniffing and caching stand on pages, refusals and files alike."""
    for path in ("/", "/style.css", "/drop.js", "/login", "/nowhere", "/files/../../etc/passwd"):
        headers = page.browser.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy and "*" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY" and headers["cache-control"] == "no-store"
        assert headers["referrer-policy"] == "same-origin" and "server" not in headers


def test_a_session_ends_and_a_token_is_long() -> None:
    """A session is good for a working day; a token that anybody could guess is refused."""
    now = datetime.now(UTC)
    sessions = Sessions()
    name = sessions.open(f" {sessions.token}\n", now)
    assert name is not None and sessions.knows(name, now + VALID - timedelta(seconds=1))
    assert not sessions.knows(name, now + VALID) and not sessions.knows("", now)
    with pytest.raises(WrongUse, match="too short"):
        Sessions("guess me")
    assert Sessions("x" * 20).token == "x" * 20


def test_a_port_that_is_taken_ends_nothing(page: PageServer) -> None:
    """Whoever starts the page goes on without it, and is told why; so with a folder that is not ours."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        found = serve_page(_at(page, port=port))
        assert not found.url and f"port {port} is taken" in " ".join(found.lines())
        found.stop()
    assert "for this user alone" in serve_page(_at(page, uploads=Path("/proc/x"))).problem
    assert "token" in serve_page(_at(page, token="short")).problem


def _at(page: PageServer, **told: object) -> object:
    from dataclasses import replace

    return replace(page.settings, **told)  # type: ignore[arg-type]


def test_the_page_answers_at_further_names_only_when_told(page: PageServer, tmp_path: Path) -> None:
    """Behind a proxy its public name is one of its own; its cookie is then for TLS alone."""
    named = PageServer(tmp_path, names=("page.example.com",), token="a-token-of-24-characters")
    try:
        public = {"Host": "page.example.com", "Origin": "https://page.example.com"}
        with named.stranger(**public) as somebody:
            answer = named.sign_in(somebody, "a-token-of-24-characters")
        assert answer.status_code == 303 and "Secure" in answer.headers["set-cookie"]
    finally:
        named.stop()
    with pytest.raises(httpx.TransportError):
        httpx.get(named.running.url, trust_env=False)
    assert "TLS" not in " ".join(named.running.lines())
    assert "TLS" in RunningPage("http://192.0.2.1:4280", "a-token").lines()[-1]


def test_files_lie_where_only_this_user_reads(page: PageServer) -> None:
    """Folders have mode 0700 and files 0600, also a folder that was open before."""
    page.dropped("modes.csv", "Mobile\n+12065550101\n")
    modes = {
        stat.S_IMODE(path.stat().st_mode)
        for path in [page.settings.uploads, *page.settings.uploads.rglob("*")]
        if path.is_dir()
    }
    assert modes == {0o700}
    assert {stat.S_IMODE(path.stat().st_mode) for path in page.stored()} == {0o600}


def test_the_page_knows_no_way_to_the_platform() -> None:
    """No module of the page imports the destinations, Prefect or a client of HTTP."""
    for path in sorted((ROOT / "sendersync/web").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [each.name for each in getattr(node, "names", ())]
            module = getattr(node, "module", None) or ""
            for name in names:
                found = f"{module}.{name}"
                assert "destinations" not in found and "httpx" not in found, path
