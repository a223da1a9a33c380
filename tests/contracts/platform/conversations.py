"""Short ways to talk to the platform from a test that is not async."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from pydantic import SecretStr

from connectors.destinations.sms_platform.client import PlatformSession, SmsPlatform
from connectors.destinations.sms_platform.settings import PlatformSettings
from schemas.outcomes import Answer, Cause, Kind, Operation
from tests.builders.sync_files import CODE

T = TypeVar("T")

PHONE = "+12065550123"
ADD = Operation("r#1", Kind.ADD, Cause.NEW, CODE, PHONE, country="US")
STOP = Operation("r#2", Kind.STOP, Cause.GONE, CODE, PHONE)
CONTACT = Operation(
    "r#3",
    Kind.ADD,
    Cause.NEW,
    CODE,
    PHONE,
    country="US",
    email="ann+news@example.com",
    first_name="Zoë",
    group="weekly",
)


def platform_at(url: str, **more: Any) -> SmsPlatform:
    """The connector, pointed there."""
    return SmsPlatform(PlatformSettings(url, "demo", SecretStr("demo-password"), **more))


def ask(platform: SmsPlatform, do: Callable[[PlatformSession], Awaitable[T]]) -> T:
    """What `do` gets from a session of its own."""

    async def conversation() -> T:
        async with platform.session() as session:
            return await do(session)

    return asyncio.run(conversation())


def perform(platform: SmsPlatform, *operations: Operation) -> list[Answer]:
    """The answers to the operations, one after the other in one session."""

    async def all_of_them(session: PlatformSession) -> list[Answer]:
        return [await session.perform(operation) for operation in operations]

    return ask(platform, all_of_them)
