"""The SMS platform's REST API: seven commands, each answer judged, nothing raised for the network.

| command | method of `PlatformSession` | repeated by the loader |
| --- | --- | --- |
| add SMS contact, add phone, stop | `perform(operation)`, or one by one | as the verdict says |
| get messages (and `check`, which is its first page) | `get_messages`, `check` | may be |
| create message, send to phone, send to sender code | by their names | never |

    async with SmsPlatform(platform_settings()).session() as session:
        answer = await session.perform(operation)

A session is one worker's: one transport with one kept HTTP/1.1 connection, because a client shared
by many requests costs up to four times the CPU a request. It speaks to the httpx
transport itself and not through `httpx.AsyncClient`: that saves 15 % of the CPU, and there is
nothing on the way that follows a redirect with our credentials, keeps cookies, reads `.netrc`, or
logs the address, which holds phone and e-mail.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
import urllib.request
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

import httpx

from connectors.destinations.sms_platform.before_sending import (
    HeldBackError,
    ask_before_sending,
    asked_before_sending,
)
from connectors.destinations.sms_platform.bodies import (
    AddedContact,
    AddedPhone,
    Body,
    Message,
    PlatformReply,
    SentPart,
    SentToSenderCode,
    Stopped,
)
from connectors.destinations.sms_platform.command_errors import as_error
from connectors.destinations.sms_platform.commands import PAGE, Call, Commands, NotSendable
from connectors.destinations.sms_platform.echo_check import compare
from connectors.destinations.sms_platform.judge_answer import (
    ParsedBody,
    judge_exception,
    judge_reading,
    read_body,
)
from connectors.destinations.sms_platform.settings import PlatformSettings
from schemas.errors import RunFailed
from schemas.outcomes import Answer, Kind, Operation, Verdict

BodyT = TypeVar("BodyT", bound=Body)
TransportFactory = Callable[[], httpx.AsyncBaseTransport]

KEPT_SECONDS: Final = 4.0
"""How long an idle connection is kept. Many servers close after 5: a request that meets the closing
is lost without an answer, so ours closes first."""

LONGEST_BODY: Final = 16 * 1024 * 1024
_TOO_LONG: Final = "The answer is longer than any of the platform's."
_READ_NOTHING: Final = ParsedBody()


class SmsPlatform:
    """The destination: one for a run, with a session for each worker."""

    def __init__(
        self, settings: PlatformSettings, transport: TransportFactory | None = None
    ) -> None:
        """Prepares what all sessions share; nothing is sent.

        Args:
            settings: Address and credentials, already checked.
            transport: Makes the httpx transport of a session; default: the network, through the
                proxy of the environment (`HTTPS_PROXY`) unless the platform is on this machine.
        """
        self.account = settings.account
        self._settings = settings
        self.call_timeout = settings.call_timeout
        self._transport = transport or self._network
        self._site = settings.site
        prefix = "" if self._site.raw_path == b"/" else self._site.raw_path.decode("ascii")
        self._commands = Commands(settings.add_path, settings.create_path, prefix)
        self._ssl: ssl.SSLContext | None = None

    def __repr__(self) -> str:
        """The site alone."""
        return f"SmsPlatform({self._settings.url})"

    @asynccontextmanager
    async def session(self) -> AsyncIterator[PlatformSession]:
        """One worker's connection."""
        # a root logger at INFO or DEBUG would otherwise get connection details of every call
        for name in ("httpx", "httpcore"):
            logging.getLogger(name).setLevel(logging.WARNING)
        transport = self._transport()
        async with transport:
            yield PlatformSession(self._settings, self._site, self._commands, transport)

    def _network(self) -> httpx.AsyncBaseTransport:
        if self._ssl is None:
            # made once: reading the certificates takes 20 ms; plain http to loopback needs none
            self._ssl = (
                httpx.create_ssl_context()
                if self._site.scheme == "https"
                else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            )
        transport = httpx.AsyncHTTPTransport(
            verify=self._ssl,
            proxy=self._proxy(),
            limits=httpx.Limits(
                max_connections=1, max_keepalive_connections=1, keepalive_expiry=KEPT_SECONDS
            ),
        )
        ask_before_sending(transport)
        return transport

    def _proxy(self) -> str | None:
        """The proxy of the environment: it carries TLS and sees the host's name, nothing else."""
        # https only: a proxy would see the credentials of a plain http:// request
        if self._site.scheme != "https" or urllib.request.proxy_bypass(self._site.host):
            return None
        proxies = urllib.request.getproxies()
        return proxies.get("https") or proxies.get("all")


class _Address(httpx.URL):
    """The site's address with our own request target.

    What goes over the wire is `raw_path`; what a log or a traceback shows is the site alone.
    """

    def __init__(self, site: httpx.URL, target: bytes) -> None:
        super().__init__(site)
        self._target = target

    @property
    def raw_path(self) -> bytes:
        """The bytes of the request line."""
        return self._target


class PlatformSession:
    """One worker's conversation with the platform; made by `SmsPlatform.session()`."""

    def __init__(
        self,
        settings: PlatformSettings,
        site: httpx.URL,
        commands: Commands,
        transport: httpx.AsyncBaseTransport,
    ) -> None:
        """Prepares headers and time-outs once for all calls."""
        self._site = site
        self._commands = commands
        self._transport = transport
        self._rules = settings.extra_rules
        self._secrets = settings.secrets()
        self._headers = {"GET": settings.headers(), "POST": settings.headers()}
        self._headers["POST"]["Content-Length"] = "0"  # SMS POSTs have no body (doc)
        self._extensions: dict[str, Any] = {"timeout": httpx.Timeout(settings.timeout).as_dict()}
        self._deadline = settings.call_timeout
        self._no_body = httpx.ByteStream(b"")

    def __repr__(self) -> str:
        """The site alone."""
        return f"Session({self._site})"

    async def perform(
        self, operation: Operation, may_leave: Callable[[], bool] = lambda: True
    ) -> Answer | None:
        """Sends one operation once and judges what came back.

        Never raises for anything the network or the platform does; a value that cannot stand in
        a request is `refused` without a call.

        Returns:
            The answer; None when `may_leave`, asked directly before the first byte, said no.
        """
        try:
            call = self._commands.of(operation)
        except NotSendable as refusal:
            return Answer(Verdict.REFUSED, text=str(refusal))
        try:
            answer, _ = await self._ask(call, may_leave)
        except HeldBackError:
            return None
        if answer.verdict is Verdict.ALREADY and operation.kind is Kind.UPDATE and not answer.note:
            return replace(
                answer,
                note="Already subscribed: the platform does not say whether it took the changes.",
            )
        return answer

    async def add_sms_contact(
        self,
        email: str,
        phone: str,
        sender_code: str,
        country: str,
        *,
        group: str = "",
        first_name: str = "",
        customer_key: str = "",
    ) -> PlatformReply[AddedContact]:
        """Subscribes a contact who exists by e-mail.

        Raises:
            NotSendable: A value cannot stand in a request (WrongUse, exit 2).
        """
        call = self._commands.add_contact(
            email,
            phone,
            sender_code,
            country,
            group=group,
            first_name=first_name,
            customer_key=customer_key,
        )
        return await self._one(call, AddedContact)

    async def add_phone(
        self, phone: str, sender_code: str, *, group: str = ""
    ) -> PlatformReply[AddedPhone]:
        """Subscribes a phone without e-mail.

        Raises:
            NotSendable: A value cannot stand in a request (WrongUse, exit 2).
        """
        return await self._one(
            self._commands.add_phone(phone, sender_code, group=group), AddedPhone
        )

    async def stop(self, phone: str, sender_code: str) -> PlatformReply[Stopped]:
        """Unsubscribes a phone, for good: no command undoes it.

        Raises:
            NotSendable: A value cannot stand in a request (WrongUse, exit 2).
        """
        return await self._one(self._commands.stop(phone, sender_code), Stopped)

    async def create_message(
        self, name: str, text: str, labels: Sequence[str] = ()
    ) -> PlatformReply[Message]:
        """Defines a message. Sent once; see the note of a `lost` answer before doing it again.

        Raises:
            NotSendable: A value cannot stand in a request (WrongUse, exit 2).
        """
        return await self._one(self._commands.create_message(name, text, labels), Message)

    async def send_to_phone(
        self, text: str, phone: str, sender_code: str
    ) -> PlatformReply[list[SentPart]]:
        """Sends a text to one phone. Charged, and sent once whatever comes back.

        Raises:
            NotSendable: A value cannot stand in a request (WrongUse, exit 2).
        """
        answer, reading = await self._ask(self._commands.send_to_phone(text, phone, sender_code))
        return PlatformReply(answer, _typed(answer, reading, SentPart))

    async def send_to_sender_code(
        self,
        message_name: str,
        sender_code: str,
        name: str,
        *,
        description: str = "",
        group: str = "",
    ) -> PlatformReply[SentToSenderCode]:
        """Sends a message to everybody on a sender code or group. Charged, and sent once.

        Raises:
            NotSendable: A value cannot stand in a request (WrongUse, exit 2).
        """
        call = self._commands.send_to_sender_code(
            message_name, sender_code, name, description=description, group=group
        )
        return await self._one(call, SentToSenderCode)

    async def check(self) -> Answer:
        """Asks for the first page of messages: the one call that changes nothing (`GET /rest/sms`).

        `confirmed` means that address and credentials are right.
        """
        answer, _ = await self._ask(self._commands.get_messages())
        return answer

    async def get_messages(self) -> AsyncIterator[Message]:
        """All messages of the realm, page by page; a page of fewer than 500 is the last (doc).

        Raises:
            CredentialsRefused: 401 or 403.
            PlatformUnavailable: The platform does not answer at the moment.
            RunFailed: An answer that is not understood, or the same page again and again.
        """
        seen: set[str] = set()
        skip = 0
        while True:
            answer, reading = await self._ask(self._commands.get_messages(skip))
            if answer.verdict is not Verdict.CONFIRMED:
                raise as_error(answer, "GET /rest/sms")
            page = _typed(answer, reading, Message) or []
            new = 0
            for message in page:
                mark = f"id {message.id}" if message.id else message.model_dump_json()
                if mark not in seen:
                    seen.add(mark)
                    new += 1
                    yield message
            # more than a page at once: a site that does not page, and has given everything
            if len(page) < PAGE or (not new and len(page) > PAGE):
                return
            if not new:
                raise RunFailed(
                    f"The platform answers the same messages again at skip={skip}.",
                    where="GET /rest/sms",
                    do="The messages so far are complete up to there; tell the platform's support "
                    "that `skip` is ignored.",
                )
            skip += len(page)

    async def _one(self, call: Call, body: type[BodyT]) -> PlatformReply[BodyT]:
        answer, reading = await self._ask(call)
        typed = _typed(answer, reading, body)
        return PlatformReply(answer, typed[0] if typed else None)

    async def _ask(
        self, call: Call, may_leave: Callable[[], bool] | None = None
    ) -> tuple[Answer, ParsedBody]:
        """One request, one judged answer. The only place where anything is sent."""
        request = httpx.Request(
            call.method,
            self._site,
            headers=self._headers[call.method],
            stream=self._no_body,
            extensions=self._extensions,
        )
        request.url = _Address(self._site, call.target)
        try:
            # httpx limits each step; a body that drips in byte by byte passes every one of them
            async with asyncio.timeout(self._deadline):
                with asked_before_sending(may_leave):
                    response = await self._transport.handle_async_request(request)
                try:
                    body = await _read(response)
                finally:
                    await response.aclose()
        except HeldBackError:
            raise  # by ourselves, before a byte of it left
        except AssertionError:
            raise  # a fault of ours (or a test's closed network), never one of the network
        except Exception as exc:  # noqa: BLE001  # whatever it is, the request may have left
            # judged and dropped: neither the exception nor its cause is kept or logged
            return judge_exception(call.command, exc), _READ_NOTHING
        if body is None:
            return Answer(Verdict.NOT_THE_PLATFORM, response.status_code, _TOO_LONG), _READ_NOTHING
        status = response.status_code
        reading = read_body(body, response.headers)
        now = None if status == 200 else datetime.now(UTC)
        private = (*call.private, *self._secrets)
        answer = judge_reading(
            call.command, status, response.headers, reading, self._rules, now, private
        )
        if answer.verdict is Verdict.CONFIRMED:
            answer = compare(answer, call, reading.records)
        return answer, reading


async def _read(response: httpx.Response) -> bytes | None:
    """The whole body, or None when it is longer than any answer can be."""
    parts: list[bytes] = []
    size = 0
    async for part in response.aiter_bytes():
        size += len(part)
        if size > LONGEST_BODY:
            return None
        parts.append(part)
    return b"".join(parts)


def _typed(answer: Answer, reading: ParsedBody, body: type[BodyT]) -> list[BodyT] | None:
    if answer.verdict is not Verdict.CONFIRMED:
        return None
    return [body.model_validate(record) for record in reading.records]


__all__ = ["PlatformSession", "PlatformSettings", "SmsPlatform", "as_error"]
