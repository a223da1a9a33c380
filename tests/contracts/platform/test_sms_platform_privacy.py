"""What anybody may see of the SMS platform's connector: logs, texts, reprs, tracebacks."""

from __future__ import annotations

import asyncio
import io
import logging
import traceback
from collections.abc import Iterator

import httpx
import pytest
from pydantic import SecretStr

from connectors.destinations.sms_platform.client import SmsPlatform
from connectors.destinations.sms_platform.settings import PlatformSettings
from schemas.errors import PlatformUnavailable
from schemas.outcomes import Cause, Kind, Operation
from tests.stand_ins.raw_server import RawServer, Saying, http
from tests.waiting.until import until

PERSON = Operation(
    "r#1",
    Kind.ADD,
    Cause.NEW,
    "12065551212",
    "+12065550123",
    key="customer-0042",
    country="US",
    email="ann.lee@example.com",
    first_name="Annabelle",
    customer_key="customer-0042",
    group="weekly",
)
PRIVATE = (
    *("2065550123", "2065550199", "206-555", "ann.lee", "Annabelle", "customer-0042"),
    *("my-realm", "my-password", "my-client", "my-auth"),
    *("bXktcmVhbG06bXktcGFzc3dvcmQ=", "bXktY2xpZW50Om15LWF1dGg="),
    *("Personal words", "Personal%20words"),
)

SAYINGS = [
    http({"success": True, "id": 7, "groupName": "weekly", "phone": "12065550123"}),
    http({"success": True, "id": 7, "groupName": "other", "phone": "12065550123"}),
    http({"success": True, "id": 7, "phone": "12065550199"}),
    http({"success": False, "phone": "12065550123", "first": "Annabelle"}),
    http(
        {
            "error": "No Annabelle <ann.lee@example.com> (customer-0042) at 12065550123, "
            "206-555-0123, +1 206 555 0199",
            "statusCode": 500,
        },
        "500 Internal Server Error",
    ),
    http("<html>Annabelle ann.lee@example.com 12065550123</html>"),
    http("", "302 Found", "Location: https://x.example.com/ann.lee@example.com/12065550123"),
    http({"error": "Unauthorized", "statusCode": 401}, "401 Unauthorized"),
    http("", "404 Not Found"),
    http("", "503 Busy", "Retry-After: 3"),
    Saying(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{12065550123", "close"),
    Saying(b"12065550123 is not HTTP\r\n\r\n", "close"),
    Saying(then="reset"),
    Saying(then="hang"),
    http(
        {
            "error": "Not understood: Authorization Basic bXktcmVhbG06bXktcGFzc3dvcmQ=, password "
            "my-password, x-api-key bXktY2xpZW50Om15LWF1dGg=",
            "statusCode": 500,
        },
        "500 Internal Server Error",
    ),
]


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything logged anywhere, at DEBUG, as somebody hunting a fault would switch it on."""
    kept = io.StringIO()
    handler = logging.StreamHandler(kept)
    handler.setFormatter(logging.Formatter("%(name)s %(levelname)s %(message)s %(args)s"))
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield kept
    root.removeHandler(handler)
    root.setLevel(level)


def assert_nothing_private(text: str) -> None:
    """None of the values that went out or came back is in the text."""
    assert not [value for value in PRIVATE if value in text], text


def platform_at(url: str, timeout: float = 60) -> SmsPlatform:
    """The connector, with secrets that can be recognised."""
    return SmsPlatform(
        PlatformSettings(
            url,
            "my-realm",
            SecretStr("my-password"),
            SecretStr("my-client"),
            SecretStr("my-auth"),
            timeout=timeout,
        )
    )


def talk_and_show(saying: Saying, *loud: str) -> str:
    """What a conversation leaves behind in objects; loggers named in `loud` are set to DEBUG."""
    shown: list[str] = []

    async def talk(platform: SmsPlatform) -> None:
        async with platform.session() as session:
            for name in loud:
                logging.getLogger(name).setLevel(logging.DEBUG)
            answer = await session.perform(PERSON)
            shown.extend([repr(answer), str(answer), repr(session), repr(platform)])
            reply = await session.add_sms_contact(
                PERSON.email,
                PERSON.phone,
                PERSON.sender_code,
                PERSON.country,
                first_name=PERSON.first_name,
                customer_key=PERSON.customer_key,
            )
            shown.extend([repr(reply), repr(reply.body), str(reply.body), repr(vars(platform))])
            sent = await session.send_to_phone("Personal words", PERSON.phone, "12065551212")
            shown.extend([repr(sent.body)])

    with RawServer(saying) as server:
        asyncio.run(talk(platform_at(server.url, 0.3 if saying.then == "hang" else 60)))
        until(lambda: any(b"12065550123" in request for request in server.requests), "it came")
    return "\n".join(shown)


@pytest.mark.parametrize("saying", SAYINGS, ids=range(len(SAYINGS)))
def test_nothing_personal_is_logged_or_shown(saying: Saying, log: io.StringIO) -> None:
    """Whatever is answered, logs and reprs hold no phone, e-mail, name, key, text or secret."""
    assert_nothing_private(talk_and_show(saying))
    assert_nothing_private(log.getvalue())


@pytest.mark.parametrize("saying", [SAYINGS[0], SAYINGS[4], SAYINGS[8], SAYINGS[12]], ids=range(4))
def test_nothing_sent_is_logged_though_somebody_wants_it(saying: Saying, log: io.StringIO) -> None:
    """Loggers set to DEBUG again after the session was made still get the site's address only."""
    talk_and_show(saying, "httpx", "httpcore", "asyncio")
    assert "httpcore" in log.getvalue()
    assert_nothing_private(log.getvalue())


def test_the_text_of_a_message_is_not_kept() -> None:
    """A message that the platform repeats in its error is hidden: it may be about one person."""

    async def talk(platform: SmsPlatform) -> str:
        async with platform.session() as session:
            return repr(await session.send_to_phone("Personal words", PERSON.phone, "1"))

    error = {"error": "Cannot send Personal words to 12065550123", "statusCode": 500}
    with RawServer(http(error, "500 Internal Server Error")) as server:
        shown = asyncio.run(talk(platform_at(server.url)))
    assert "Cannot send *** to 1206***0123" in shown


def test_httpx_is_quiet_once_a_session_is_made(log: io.StringIO) -> None:
    """A root logger at DEBUG gets nothing of httpx and httpcore: not even that a call was made."""
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.NOTSET)

    async def talk(platform: SmsPlatform) -> None:
        async with platform.session() as session:
            await session.perform(PERSON)

    with RawServer() as server:
        asyncio.run(talk(platform_at(server.url)))
    assert "http" not in log.getvalue()


def test_a_list_that_fails_shows_nothing_in_its_traceback() -> None:
    """The error of `get_messages` has no cause and no context that would hold an address."""

    async def talk(platform: SmsPlatform) -> None:
        async with platform.session() as session:
            async for _ in session.get_messages():
                pass

    with RawServer(Saying(then="reset")) as server, pytest.raises(PlatformUnavailable) as failure:
        asyncio.run(talk(platform_at(server.url)))
    shown = "".join(traceback.format_exception(failure.value))
    assert (failure.value.__cause__, failure.value.__context__) == (None, None)
    assert_nothing_private(shown)
    assert "httpx" not in shown.replace("test_sms_platform", "")


def test_a_refusal_shows_nothing_of_what_was_refused() -> None:
    """A value that cannot be sent is not repeated, nor is it in the traceback's last lines."""

    async def talk(platform: SmsPlatform) -> None:
        async with platform.session() as session:
            await session.add_sms_contact("ann.lee@example.com/x", PERSON.phone, "1", "US")

    with pytest.raises(Exception, match="slash") as refusal:
        asyncio.run(talk(platform_at("http://127.0.0.1:1")))
    assert_nothing_private(repr(refusal.value) + str(refusal.value))
    assert refusal.value.__cause__ is None


def test_what_httpx_could_log_is_the_site_alone() -> None:
    """The request's address is the site; the target stands in its raw path only."""
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={"id": 1})

    settings = PlatformSettings("https://mail.example.com", "my-realm", SecretStr("my-password"))

    async def talk() -> None:
        async with SmsPlatform(settings, lambda: httpx.MockTransport(answer)).session() as session:
            await session.perform(PERSON)

    asyncio.run(talk())
    [request] = seen
    assert b"12065550123" in request.url.raw_path
    assert_nothing_private(f"{request!r} {request.url} {request.url!r} {request.headers!r}")
