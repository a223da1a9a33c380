"""The question whether a request may still leave, put between its connection and its first byte."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any


class HeldBackError(Exception):
    """A request was not sent, because `may_leave` said no."""


def before_the_first_byte(
    may_leave: Callable[[], bool],
) -> Callable[[str, Mapping[str, Any]], Awaitable[None]]:
    """Watches a request by httpcore's `trace` extension (https://www.encode.io/httpcore/extensions/).

    A connection may take seconds to be made, and the machine may sleep meanwhile; this is called
    between that and the bytes of the request line.
    """

    async def watch(event: str, _info: Mapping[str, Any]) -> None:
        if event.endswith(".send_request_headers.started") and not may_leave():
            raise HeldBackError

    return watch
