"""Messages: create, list page by page, send once; against a raw socket."""

from __future__ import annotations

import pytest

from connectors.destinations.sms_platform.bodies import Message
from connectors.destinations.sms_platform.client import PlatformSession
from schemas.errors import CredentialsRefused, PlatformUnavailable, RunFailed, SendersyncError
from schemas.outcomes import Verdict
from tests.builders.sync_files import CODE
from tests.contracts.platform.conversations import PHONE, ask, platform_at
from tests.stand_ins.raw_server import RawServer, Saying, http

V = Verdict


class TestMessages:
    def test_a_send_is_sent_once_whatever_comes(self) -> None:
        """A message cannot be taken back: trouble never makes this connector send it again."""
        for saying in (Saying(then="reset"), Saying(then="close"), http("", "503 Busy")):
            with RawServer(saying) as server:
                platform = platform_at(server.url)
                for verdict in (
                    ask(platform, lambda s: s.send_to_phone("Hi", PHONE, CODE)).verdict,
                    ask(platform, lambda s: s.send_to_sender_code("m", CODE, "c")).verdict,
                    ask(platform, lambda s: s.create_message("m", "text")).verdict,
                ):
                    assert verdict is V.NO_RESPONSE
                assert len(server.requests) == 3

    def test_parts_of_a_message_are_typed(self) -> None:
        """The answer to a send is a list of parts, with whichever spelling of the date."""
        part = {"success": True, "partSent": 1, "createDate": "Jan 27, 2020 1:13:54\u202fPM"}
        with RawServer(http([part, {**part, "partSent": "2"}])) as server:
            reply = ask(platform_at(server.url), lambda s: s.send_to_phone("Hi", PHONE, CODE))
        assert reply.body is not None
        assert [one.part_sent for one in reply.body] == [1, 2]
        assert reply.body[0].created_date == "Jan 27, 2020 1:13:54\u202fPM"
        assert reply.body[0].id is None

    def test_a_send_without_its_group_is_noted(self) -> None:
        """A group the platform ignored means that everybody got the message."""
        with RawServer(http({"id": 274, "smsGroupId": 0, "name": "c"})) as server:
            reply = ask(
                platform_at(server.url), lambda s: s.send_to_sender_code("m", CODE, "c", group="g")
            )
        assert "whole sender code" in reply.answer.note

    def test_sloppy_bodies_are_read(self) -> None:
        """Numbers as text, missing ids, unknown keys and a date as a number are no failure."""
        body = {"id": "7", "smsSubscriberId": "x", "new": [1], "createdDate": 1584349850000}
        with RawServer(http([body])) as server:
            reply = ask(platform_at(server.url), lambda s: s.add_phone(PHONE, CODE))
        assert reply.body is not None
        assert (reply.body.id, reply.body.sms_subscriber_id) == (7, None)
        assert reply.body.created_date == "1584349850000"
        assert reply.body.model_extra == {"new": [1]}


def _page(first: int, count: int) -> Saying:
    return http([{"id": number, "name": f"m{number}"} for number in range(first, first + count)])


def _listed(*sayings: Saying) -> tuple[list[int | None], list[str], BaseException | None]:
    """The ids got, the targets asked, and what ended it."""
    got: list[Message] = []

    async def collect(session: PlatformSession) -> None:
        async for message in session.get_messages():
            got.append(message)  # noqa: PERF401  # a list that fails keeps what came before

    end: BaseException | None = None
    with RawServer(*sayings) as server:
        try:
            ask(platform_at(server.url), collect)
        except SendersyncError as exc:
            end = exc
        return [message.id for message in got], server.targets, end


class TestPaging:
    def test_pages_of_500_until_a_short_one(self) -> None:
        """`skip` goes on by what came; a page of fewer than 500 is the last."""
        ids, targets, end = _listed(_page(1, 500), _page(501, 500), _page(1001, 455))
        assert (ids, end) == (list(range(1, 1456)), None)
        assert targets == ["/rest/sms", "/rest/sms?skip=500", "/rest/sms?skip=1000"]

    def test_a_full_last_page_is_followed_by_an_empty_one(self) -> None:
        """Exactly 500 messages: one more page is asked for, and it is empty."""
        ids, targets, end = _listed(_page(1, 500), http([]))
        assert (len(ids), len(targets), end) == (500, 2, None)

    def test_a_server_that_ignores_skip_ends_with_an_error(self) -> None:
        """The same page for ever is noticed at its first repetition."""
        ids, targets, end = _listed(_page(1, 500))
        assert (len(ids), len(targets)) == (500, 2)
        assert isinstance(end, RunFailed)
        assert "skip=500" in str(end)

    def test_a_server_that_gives_all_at_once_is_believed(self) -> None:
        """More than a page at once is a site that does not page: it is complete."""
        ids, _, end = _listed(_page(1, 700))
        assert (len(ids), end) == (700, None)

    def test_messages_that_moved_between_pages_come_once(self) -> None:
        """A message that was added meanwhile shifts the pages: nothing is shown twice."""
        ids, _, end = _listed(_page(1, 500), _page(500, 10))
        assert (ids, end) == (list(range(1, 510)), None)

    @pytest.mark.parametrize(
        ("saying", "kind"),
        [
            (http({"error": "Unauthorized", "statusCode": 401}, "401 U"), CredentialsRefused),
            (http("", "503 Busy"), PlatformUnavailable),
            (Saying(then="close"), PlatformUnavailable),
            (http("<html>"), RunFailed),
        ],
    )
    def test_a_page_that_fails_is_an_error(self, saying: Saying, kind: type[Exception]) -> None:
        """A list is all or an error: half a list would look like a whole one."""
        ids, _, end = _listed(_page(1, 500), saying)
        assert len(ids) == 500
        assert type(end) is kind
