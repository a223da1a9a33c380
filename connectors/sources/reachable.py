"""A source that `doctor` can ask one harmless question: does it answer, is the login right."""

from __future__ import annotations

from typing import Protocol, runtime_checkable


@runtime_checkable
class Reachable(Protocol):
    """A source behind an address and credentials."""

    def check(self) -> str:
        """Asks one harmless question; what was found, in one sentence without personal data.

        Raises:
            CredentialsRefused: The credentials are wrong, or may not read what the sync needs.
            WrongUse: The address is wrong.
            SourceUnavailable: It does not answer now.
        """
