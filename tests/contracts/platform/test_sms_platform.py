"""The SMS platform's connector against a raw socket: what leaves, and what trouble becomes."""

from __future__ import annotations

import asyncio
import socket
import time
from dataclasses import replace
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from connectors.destinations.sms_platform.client import PlatformSession, SmsPlatform
from connectors.destinations.sms_platform.commands import NotSendable
from connectors.destinations.sms_platform.settings import PlatformSettings
from schemas.outcomes import Answer, Kind, Operation, Verdict
from tests.builders.sync_files import CODE
from tests.contracts.platform.conversations import ADD, CONTACT, STOP, ask, perform, platform_at
from tests.stand_ins.raw_server import HANGS, RawServer, Saying, http
from tests.waiting import cpu_time
from tests.waiting.until import until

V = Verdict

CALL_BAR = 1.0
"""What a call may cost, where one of `httpx.AsyncClient` is 1; it is 0.55 to 0.8."""

ADDED = {"success": True, "id": 7, "groupName": "weekly", "phone": "12065550123"}


def answered(saying: Saying, operation: Operation = ADD, **more: Any) -> Answer:
    """The judged answer to one operation when the server says this."""
    with RawServer(saying) as server:
        return perform(platform_at(server.url, **more), operation)[0]


class TestOnTheWire:
    def test_the_request_line_arrives_as_built(self) -> None:
        """No layer decodes, encodes again or shortens the path: the very bytes are compared."""
        odd = replace(CONTACT, sender_code="a%2e%2e b", customer_key="50%+/..?#")
        with RawServer(http(ADDED)) as server:
            perform(platform_at(server.url), odd, replace(STOP, sender_code="..."))
        assert server.targets == [
            "/rest/sms/addSubscriberToSenderCode/ann%2Bnews@example.com/12065550123/a%252e%252e%20b"
            "/us/?groupName=weekly&first=Zo%C3%AB&customerKey=50%25%2B%2F..%3F%23",
            "/rest/sms/stopSubscriberSend/12065550123/...",
        ]

    def test_the_headers_are_the_vendors(self) -> None:
        """POST without a body, Basic credentials, the vendor's media type, no cookies."""
        with RawServer(http({"id": 1}, "200 OK", "Set-Cookie: a=b")) as server:
            perform(platform_at(server.url), ADD, ADD)
        for request in server.requests:
            lines = request.decode("ascii").split("\r\n")
            headers = dict(line.lower().split(": ", 1) for line in lines[1:])
            assert lines[0].startswith("POST /rest/sms/addPhoneToSenderCode/")
            assert headers.pop("host") == server.url.removeprefix("http://")
            assert headers.pop("authorization") == "basic zgvtbzpkzw1vlxbhc3n3b3jk"
            assert headers == {
                "accept": "application/vnd.whatcounts-v1+json",
                "content-type": "application/json",
                "accept-encoding": "identity",
                "user-agent": "sendersync",
                "content-length": "0",
            }

    def test_one_connection_serves_a_whole_session(self) -> None:
        """A worker keeps its connection: a new one for each call would cost more than the call."""
        with RawServer(http({"id": 1})) as server:
            perform(platform_at(server.url), *[ADD] * 20)
            assert (server.connections, len(server.requests)) == (1, 20)

    def test_a_call_costs_little_cpu(self) -> None:
        """Judged and all, a call takes less CPU than one of `httpx.AsyncClient` alone."""
        with RawServer(http(ADDED)) as server:
            platform = platform_at(server.url)

            async def plain() -> None:
                async with httpx.AsyncClient(trust_env=False, verify=False) as client:  # noqa: S501  # it is http
                    for _ in range(200):
                        await client.post(server.url + "/rest/sms/", params={"groupName": "weekly"})

            dearer = cpu_time.dearer(
                lambda: cpu_time.of_this_thread(lambda: perform(platform, *[CONTACT] * 200)),
                lambda: cpu_time.of_this_thread(lambda: asyncio.run(plain())),
                CALL_BAR,
            )
        assert dearer < CALL_BAR

    def test_a_site_may_have_a_path_before_rest(self) -> None:
        """`https://host/wc/rest/` means the same as `https://host/wc`."""
        with RawServer() as server:
            perform(platform_at(server.url + "/wc/rest/"), STOP)
        assert server.targets == ["/wc/rest/sms/stopSubscriberSend/12065550123/12065551212"]

    @pytest.mark.parametrize(
        "wrong",
        [
            replace(ADD, phone="206 555 0123"),
            replace(ADD, sender_code=""),
            replace(ADD, sender_code=".."),
            replace(ADD, sender_code="a/b"),
            replace(CONTACT, email="ann/x@example.com"),
            replace(CONTACT, country=""),
            replace(CONTACT, first_name="\ud800"),
        ],
    )
    def test_what_cannot_be_sent_is_refused_without_a_call(self, wrong: Operation) -> None:
        """An operation becomes `refused`, a command raises WrongUse, and nothing leaves."""
        with RawServer() as server:
            [answer] = perform(platform_at(server.url), wrong)
            with pytest.raises(NotSendable):
                ask(platform_at(server.url), lambda s: s.stop("nobody", CODE))
        assert (answer.verdict, answer.status, server.requests) == (V.REFUSED, None, [])
        assert answer.text


class TestEchoes:
    @pytest.mark.parametrize(
        "phone", ["12065550123", "2065550123", "+1 206-555-0123", 12065550123, None, ""]
    )
    def test_the_same_number_is_recognised(self, phone: Any) -> None:
        """10 digits and 11 with the 1 are one number; an absent phone proves nothing."""
        assert answered(http({**ADDED, "phone": phone}), CONTACT) == Answer(V.CONFIRMED, 200)

    @pytest.mark.parametrize("operation", [CONTACT, STOP])
    @pytest.mark.parametrize("phone", ["12065550124", "2065550124", "442065550123", "0123"])
    def test_another_number_is_suspicious(self, operation: Operation, phone: str) -> None:
        """An answer about somebody else is no success, and shows nobody's number."""
        answer = answered(http({**ADDED, "phone": phone}), operation)
        assert answer.verdict is V.UNEXPECTED_SUCCESS
        assert phone not in answer.text

    @pytest.mark.parametrize("group", ["Weekly", " weekly "])
    def test_a_group_in_other_capitals_is_the_group(self, group: str) -> None:
        """Only a different group is worth a note."""
        assert not answered(http({**ADDED, "groupName": group}), CONTACT).note

    @pytest.mark.parametrize("body", [{"groupName": "daily"}, {"groupName": ""}, {}])
    def test_a_group_that_was_ignored_is_noted(self, body: dict[str, Any]) -> None:
        """The platform drops a group it does not know without a word: a person must hear of it."""
        answer = answered(http({"success": True, **body}), CONTACT)
        assert answer.verdict is V.CONFIRMED
        assert "'weekly'" in answer.note

    @pytest.mark.parametrize(("group_id", "noted"), [(42, False), (0, True), (None, True)])
    def test_add_phone_shows_its_group_by_id(self, group_id: int | None, *, noted: bool) -> None:
        """No smsGroupId, or 0, while a group was asked: subscribed without it."""
        body = {"id": 1, "smsGroupId": group_id}
        answer = answered(http(body), replace(ADD, group="weekly"))
        assert (answer.verdict, bool(answer.note)) == (V.CONFIRMED, noted)
        assert not answered(http(body)).note

    def test_an_update_that_exists_already_is_noted(self) -> None:
        """`already` says nothing about the new values."""
        body = {"error": "An SMS Subscription already exists", "statusCode": 500}
        saying = http(body, "500 Internal Server Error")
        assert answered(saying, replace(ADD, kind=Kind.UPDATE)).note
        assert answered(saying, ADD) == Answer(V.ALREADY, 500, body["error"])


class TestTrouble:
    @pytest.mark.parametrize("then", ["close", "reset"])
    @pytest.mark.parametrize(
        "sent",
        [
            b"",
            b"HTTP/1.1 200",
            b"HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n{",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n{",
            b'HTTP/1.1 200 OK\r\n\r\n{"id": 7, "ph',
            b"not http at all\r\n\r\n",
        ],
    )
    @pytest.mark.parametrize("operation", [ADD, STOP])
    def test_a_connection_that_breaks_after_sending_is_lost(
        self, operation: Operation, sent: bytes, then: str
    ) -> None:
        """Whatever was carried out, its answer is gone: never `passing`, never confirmed."""
        answer = answered(Saying(sent, then), operation)
        assert answer.verdict is V.NO_RESPONSE

    def test_silence_is_lost_in_time(self) -> None:
        """No answer within the time-out: lost, not waited for."""
        began = time.monotonic()
        assert answered(Saying(then="hang"), timeout=0.3).verdict is V.NO_RESPONSE
        assert time.monotonic() - began < HANGS / 2

    def test_an_answer_that_drips_ends_too(self) -> None:
        """Bytes that keep coming pass every single time-out; the whole has one as well."""

        class Drip(httpx.AsyncByteStream):
            async def __aiter__(self) -> Any:
                while True:
                    await asyncio.sleep(0.02)
                    yield b" "

        settings = PlatformSettings("https://a.example.com", "r", SecretStr("p"), timeout=0.2)
        drip = httpx.MockTransport(lambda _: httpx.Response(200, stream=Drip()))
        assert perform(SmsPlatform(settings, lambda: drip), ADD)[0].verdict is V.NO_RESPONSE

    def test_an_answer_without_end_is_not_kept(self) -> None:
        """A body longer than any of the platform's is dropped before it fills the memory."""

        class Flood(httpx.AsyncByteStream):
            async def __aiter__(self) -> Any:
                while True:
                    yield b" " * 1_000_000

        settings = PlatformSettings("https://a.example.com", "r", SecretStr("p"))
        flood = httpx.MockTransport(lambda _: httpx.Response(200, stream=Flood()))
        assert perform(SmsPlatform(settings, lambda: flood), ADD)[0].verdict is V.NOT_THE_PLATFORM

    def test_nobody_there_is_passing(self) -> None:
        """A refused connection did nothing: wait and ask again."""
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))  # nobody listens, and nobody else can
            [answer] = perform(platform_at(f"http://127.0.0.1:{taken.getsockname()[1]}"), STOP)
        assert (answer.verdict, answer.status) == (V.TRANSIENT, None)

    def test_a_fault_of_ours_is_not_judged(self) -> None:
        """An assertion is no trouble of the network: it is not passed off as a lost answer."""

        def broken(_: httpx.Request) -> httpx.Response:
            raise AssertionError

        settings = PlatformSettings("https://a.example.com", "r", SecretStr("p"))
        with pytest.raises(AssertionError):
            perform(SmsPlatform(settings, lambda: httpx.MockTransport(broken)), ADD)

    def test_a_session_goes_on_after_trouble(self) -> None:
        """A broken connection is replaced: the next call does not pay for the last."""
        sayings = [Saying(then="reset"), Saying(then="close"), http({"id": 1})]
        with RawServer(*sayings) as server:
            verdicts = [a.verdict for a in perform(platform_at(server.url), *[ADD] * 3)]
            assert verdicts == [V.NO_RESPONSE, V.NO_RESPONSE, V.CONFIRMED]

    def test_a_kept_connection_closed_meanwhile_is_replaced(self) -> None:
        """A server that closed while we were idle costs nothing: it is seen before sending."""
        closing = Saying(http({"id": 1}).sent, then="close")
        with RawServer(closing) as server:

            async def two(session: PlatformSession) -> list[Verdict]:
                first = await session.perform(ADD)
                await asyncio.to_thread(until, lambda: not server.kept, "the server closes")
                return [first.verdict, (await session.perform(ADD)).verdict]

            assert ask(platform_at(server.url), two) == [V.CONFIRMED, V.CONFIRMED]
            assert server.connections == 2

    @pytest.mark.parametrize("status", ["301 Moved", "302 Found", "307 T", "308 P", "304 N"])
    @pytest.mark.parametrize(
        "location", ["https://evil.example.com/rest", "/login", "http://[", ""]
    )
    def test_a_redirect_is_never_followed(self, status: str, location: str) -> None:
        """Credentials go to the configured site only; the run ends, as every row would get this."""
        with RawServer(http("", status, f"Location: {location}")) as server:
            [answer] = perform(platform_at(server.url), ADD)
            assert (answer.verdict, len(server.requests)) == (V.CREDENTIALS, 1)
            assert "SENDERSYNC_API_URL" in answer.text
            assert "evil" not in answer.text

    def test_a_proxy_learns_the_host_and_nothing_else(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """HTTPS_PROXY is honoured by a tunnel; path and credentials are not in what it sees."""
        with RawServer(http("", "502 Bad Gateway")) as proxy:
            monkeypatch.setenv("HTTPS_PROXY", proxy.url)
            monkeypatch.delenv("NO_PROXY", raising=False)
            monkeypatch.delenv("no_proxy", raising=False)
            [answer] = perform(platform_at("https://mail.example.com"), CONTACT)
        assert answer.verdict is V.TRANSIENT
        assert proxy.targets == ["mail.example.com:443"]
        assert b"uthorization" not in proxy.requests[0]

    def test_loopback_needs_no_proxy(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A plain http:// request would show a proxy the credentials: it goes direct."""
        with RawServer() as proxy, RawServer() as server:
            for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
                monkeypatch.setenv(name, proxy.url)
            perform(platform_at(server.url), ADD)
            assert (len(proxy.requests), len(server.requests)) == (0, 1)


class TestHeldBack:
    """A request that must not leave any more, whatever it waited for."""

    def test_nothing_leaves_when_it_may_not(self) -> None:
        """Asked directly before the first byte: a no leaves the server without a request."""
        with RawServer(http({"id": 1})) as server:

            async def held_back(session: PlatformSession) -> Answer | None:
                return await session.perform(ADD, lambda: False)

            assert ask(platform_at(server.url), held_back) is None
            assert server.targets == []

    def test_it_is_asked_after_the_connection_is_made(self) -> None:
        """A connection that took long is no excuse: the question comes behind it, once a request."""
        asked: list[int] = []
        with RawServer(http({"id": 1}), http({"id": 2})) as server:

            def may_leave() -> bool:
                until(lambda: server.connections == 1, "the connection is there")
                asked.append(len(server.requests))
                return True

            async def two(session: PlatformSession) -> list[Answer | None]:
                return [await session.perform(ADD, may_leave) for _ in range(2)]

            assert all(ask(platform_at(server.url), two))
        assert asked == [0, 1]
