"""Who is signed in: a token opens a session, and the browser's cookie names it."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
from datetime import UTC, datetime, timedelta
from typing import Final

from schemas.errors import WrongUse

VALID: Final = timedelta(hours=12)
"""A working day; then the token is asked for again."""

_SHORTEST_TOKEN: Final = 20


class Sessions:
    """The sessions of one server. They live in memory: a new start asks for the token again.

    The cookie holds a name of its own and not the token, because a browser sends the cookies of a
    host to each of its ports.

    Attributes:
        token: What opens a session.
    """

    def __init__(self, token: str = "") -> None:
        """With a token that was chosen, or with a new one.

        Raises:
            WrongUse: The token is too short to keep anybody out.
        """
        if token and len(token) < _SHORTEST_TOKEN:
            raise WrongUse(
                f"The token of the page is too short: {_SHORTEST_TOKEN} characters at least.",
                where="token",
                do="Leave it out: a new one is made at each start.",
            )
        self.token = token or secrets.token_urlsafe(24)
        self._until: dict[bytes, datetime] = {}
        self._lock = threading.Lock()

    def open(self, given: str, now: datetime | None = None) -> str | None:
        """A new session for whoever has the token; None for anybody else.

        Args:
            given: What somebody typed.
            now: Aware; None: now.
        """
        # digests have one length, and the comparison takes one time
        if not hmac.compare_digest(_digest(given.strip()), _digest(self.token)):
            return None
        now, name = now or datetime.now(UTC), secrets.token_urlsafe(24)
        with self._lock:
            self._until = {each: until for each, until in self._until.items() if until > now}
            self._until[_digest(name)] = now + VALID
        return name

    def knows(self, name: str, now: datetime | None = None) -> bool:
        """Whether a session is open; it is found by its digest, so no time tells how much fits."""
        with self._lock:
            until = self._until.get(_digest(name))
        return until is not None and (now or datetime.now(UTC)) < until

    def close(self, name: str) -> None:
        """Ends a session."""
        with self._lock:
            self._until.pop(_digest(name), None)


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
