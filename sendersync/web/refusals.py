"""What the page says no to: a status of HTTP, and words for a person."""

from __future__ import annotations


class Refused(Exception):
    """A request that is not done.

    Attributes:
        status: Of HTTP.
        what: What happened.
        do: What to do.
    """

    def __init__(self, status: int, what: str, do: str) -> None:
        """With the words for a person."""
        super().__init__(what)
        self.status, self.what, self.do = status, what, do
