"""The SMS platform's connector against the sandbox as a real process."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from connectors.configuration.environment import platform_settings
from connectors.destinations.sms_platform.client import PlatformSession, SmsPlatform
from schemas.outcomes import Verdict
from tests.builders.sync_files import CODE
from tests.contracts.platform.conversations import ADD, CONTACT, PHONE, STOP, ask, perform
from tests.stand_ins.sandbox_process import SandboxProcess

V = Verdict


class TestAgainstTheSandbox:
    def test_a_life_of_a_subscription(self, sandbox: SandboxProcess) -> None:
        """Add, add again, stop, stop again: confirmed, already, confirmed, doubtful."""
        platform = SmsPlatform(platform_settings(sandbox.env()))
        first, again, stop, stop_again = perform(platform, CONTACT, CONTACT, STOP, STOP)
        assert (first.verdict, first.note) == (V.CONFIRMED, "")
        assert again.verdict is V.ALREADY
        assert stop.verdict is V.CONFIRMED
        assert stop_again.verdict is V.AMBIGUOUS_STOP
        assert "0123" not in again.text.replace("***0123", "")
        assert [call["command"] for call in sandbox.calls()] == [
            *["addSubscriberToSenderCode"] * 2,
            *["stopSubscriberSend"] * 2,
        ]

    def test_what_was_meant_arrives(self, sandbox: SandboxProcess) -> None:
        """Plus, accents, group and country are on the platform what they were here."""
        perform(SmsPlatform(platform_settings(sandbox.env())), CONTACT)
        [found] = sandbox.state()["subscriptions"]
        assert found["email"] == "ann+news@example.com"
        assert found["first"] == "Zoë"
        assert found["phone"] == "12065550123"
        assert found["group"] == "weekly"

    def test_an_unknown_sender_code_is_recognised(self, sandbox: SandboxProcess) -> None:
        """Every operation of that code would fail: the loader is told so."""
        other = replace(ADD, sender_code="12065559999")
        [answer] = perform(SmsPlatform(platform_settings(sandbox.env())), other)
        assert answer.verdict is V.SENDER_CODE_UNKNOWN

    def test_an_unknown_group_is_noted(self, sandbox: SandboxProcess) -> None:
        """Subscribed without the group: said, not hidden."""
        platform = SmsPlatform(platform_settings(sandbox.env()))
        by_mail = replace(CONTACT, group="nope")
        by_phone = replace(ADD, phone="+12065550124", group="nope")
        for answer in perform(platform, by_mail, by_phone):
            assert (answer.verdict, bool(answer.note)) == (V.CONFIRMED, True)

    def test_wrong_credentials_are_recognised_at_once(self, sandbox: SandboxProcess) -> None:
        """The harmless check and every operation say the same."""
        env = {**sandbox.env(), "SENDERSYNC_PASSWORD": "wrong"}
        platform = SmsPlatform(platform_settings(env))
        assert ask(platform, lambda s: s.check()).verdict is V.CREDENTIALS
        assert perform(platform, ADD)[0].verdict is V.CREDENTIALS
        right = SmsPlatform(platform_settings(sandbox.env()))
        assert ask(right, lambda s: s.check()).verdict is V.CONFIRMED

    def test_messages_from_create_to_send(self, sandbox: SandboxProcess) -> None:
        """Create, list and both sends, typed."""

        async def talk(session: PlatformSession) -> list[Any]:
            created = await session.create_message("welcome", "50% off + more?")
            listed = [message async for message in session.get_messages()]
            await session.add_phone(PHONE, CODE)
            to_phone = await session.send_to_phone("Hi", PHONE, CODE)
            to_code = await session.send_to_sender_code("welcome", CODE, "Run 1")
            taken = await session.create_message("welcome", "again")
            return [created, listed, to_phone, to_code, taken]

        created, listed, to_phone, to_code, taken = ask(
            SmsPlatform(platform_settings(sandbox.env())), talk
        )
        assert created.body.message_text == "50% off + more?"
        assert [message.name for message in listed] == ["welcome"]
        assert to_phone.body[0].success is True
        assert to_code.body.status == "submitted"
        assert (taken.verdict, taken.body) == (V.REFUSED, None)

    @pytest.mark.parametrize(
        ("fault", "add", "stop"),
        [
            ({"kind": "drop_before"}, V.NO_RESPONSE, V.NO_RESPONSE),
            ({"kind": "drop_after"}, V.NO_RESPONSE, V.NO_RESPONSE),
            ({"kind": "drop_after", "how": "reset"}, V.NO_RESPONSE, V.NO_RESPONSE),
            ({"kind": "429", "retry_after": "7"}, V.TRANSIENT, V.TRANSIENT),
            ({"kind": "502"}, V.TRANSIENT, V.TRANSIENT),
            ({"kind": "503"}, V.TRANSIENT, V.TRANSIENT),
            ({"kind": "truncated"}, V.NO_RESPONSE, V.NO_RESPONSE),
            ({"kind": "broken_json"}, V.NOT_THE_PLATFORM, V.NOT_THE_PLATFORM),
            ({"kind": "html_200"}, V.NOT_THE_PLATFORM, V.NOT_THE_PLATFORM),
            ({"kind": "success_false"}, V.UNEXPECTED_SUCCESS, V.UNEXPECTED_SUCCESS),
            ({"kind": "error"}, V.NOT_UNDERSTOOD, V.NOT_UNDERSTOOD),
            ({"kind": "error", "status": 400}, V.REFUSED, V.REFUSED),
        ],
        ids=lambda value: value.get("kind") if isinstance(value, dict) else str(value),
    )
    def test_every_fault_is_judged(
        self, sandbox: SandboxProcess, fault: dict[str, Any], add: Verdict, stop: Verdict
    ) -> None:
        """What networks and proxies do to a call, seen from here."""
        platform = SmsPlatform(platform_settings(sandbox.env()))
        perform(platform, ADD)
        sandbox.faults(fault)
        other = replace(ADD, phone="+12065550124")
        answers = perform(platform, other, STOP)
        assert [answer.verdict for answer in answers] == [add, stop]
        if "retry_after" in fault:
            assert [answer.retry_after for answer in answers] == [7.0, 7.0]
