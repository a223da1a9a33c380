"""What is asked of the platform, what it answers, and what became of it.

`Operation` is one intended call; `Answer` is what one attempt brought back, already judged against
the destination's answer table; `Outcome` is the end of the operation, after all attempts.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """What an operation does. An update is an add sent again with new values."""

    ADD = "add"
    STOP = "stop"
    UPDATE = "update"


class Cause(StrEnum):
    """Why an operation is in the plan; the words `show` and `explain` print."""

    NEW = "new"  # not on the sender code as far as the ledger knows
    OWED = "owed"  # an earlier add was sent and its answer lost: asked again
    CHANGED = "changed"  # the values to send differ from those last confirmed
    OPTED_OUT = "opted_out"  # the person said stop, or stands on the do-not-contact list
    GONE = "gone"  # the row has left a complete source
    CONSENT_WITHDRAWN = "consent_withdrawn"  # the row is there and no longer says yes
    UNDONE = "undone"  # a person took back the call of an earlier run
    NUMBER_CHANGED = "number_changed"  # the old number, once the new one is confirmed


CAUSE_WORDS: Final = {
    "new": "new",
    "owed": "sent before, no answer",
    "changed": "values changed",
    "opted_out": "opted out",
    "gone": "no longer in the source",
    "consent_withdrawn": "no consent any more",
    "undone": "taken back",
    "number_changed": "number changed",
}
"""Causes as a report says them."""


class Outcome(StrEnum):
    """What became of an operation."""

    CONFIRMED = "confirmed"
    ALREADY = "already"
    REFUSED = "refused"
    FAILED = "failed"
    UNKNOWN = "unknown"
    NOT_REACHED = "not_reached"


class Verdict(StrEnum):
    """What one answer of the platform means, and so what the loader does next."""

    CONFIRMED = "confirmed"  # done
    ALREADY = "already"  # was done before: success for an add
    REFUSED = "refused"  # this row is wrong: not asked again in this run
    UNEXPECTED_SUCCESS = "suspicious"  # 200, and the words of an error: `failed`, kept
    NOT_THE_PLATFORM = "not_the_platform"  # a page, or a status it never gives: `failed`, kept
    TRANSIENT = "passing"  # nothing happened: wait and ask again
    NO_RESPONSE = "lost"  # the request left and no answer came: it may have happened
    AMBIGUOUS_STOP = "stop_doubtful"  # the stop error that may mean anything
    NOT_UNDERSTOOD = "not_understood"  # a 500 with an unknown text: asked once more, then refused
    CREDENTIALS = "credentials"  # 401, 403: the run ends
    SENDER_CODE_UNKNOWN = "sender_code_unknown"  # refuse everything for that code
    NO_SUCH_ADDRESS = "no_such_address"  # refused; several in a row: the address is wrong


@dataclass(frozen=True, slots=True)
class Operation:
    """One intended call, with an id that exists before anything is sent.

    Attributes:
        id: `<run>#<number>`; the number is the place in the plan.
        phone: E.164 with its plus.
        sender_code: The sender code as the sync file or the source gave it.
        country: ISO 3166 alpha-2 of the number, upper case; empty for a stop.
        key: The contact's key in this sync.
        email, first_name, customer_key, group: What an add sends; empty when absent.
        is_retry_of_lost_stop: True for a stop that was asked before without proof: unless it is
            confirmed now, it ends as `unknown`.
        after: For the stop of an old number: the new number, which must be confirmed first; empty
            when it is confirmed already.
        spellings: Other ways in which this handset's number is or was written: an order against
            one of them is one against this operation.
    """

    id: str
    kind: Kind
    cause: Cause
    sender_code: str
    phone: str
    key: str = ""
    country: str = ""
    email: str = ""
    first_name: str = ""
    customer_key: str = ""
    group: str = ""
    is_retry_of_lost_stop: bool = False
    after: str = ""
    spellings: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """Without personal data: the id says where to look."""
        return f"Operation({self.id}, {self.kind}, {self.cause})"


@dataclass(frozen=True, slots=True)
class Answer:
    """What one attempt brought back.

    Attributes:
        verdict: The row of the answer table that matched.
        status: HTTP status, None when no answer came.
        text: The platform's words, digits masked, at most 200 characters.
        retry_after: Seconds the platform asks us to wait, if it did.
        note: Something to tell a person though the call succeeded (a group that was not echoed).
    """

    verdict: Verdict
    status: int | None = None
    text: str = ""
    retry_after: float | None = None
    note: str = ""

    @property
    def may_have_been_done(self) -> bool:
        """True when this answer leaves it open whether the request was carried out.

        `passing` covers 502, 504 and a bare 500 too, as asking again is right for them; but a
        gateway that gave up has often handed the request on, so that an add which ends `failed` on
        them may be on the platform.
        """
        if self.verdict in (
            Verdict.NO_RESPONSE,
            Verdict.UNEXPECTED_SUCCESS,
            Verdict.NOT_THE_PLATFORM,
            Verdict.AMBIGUOUS_STOP,
        ):
            return True
        if self.verdict in (Verdict.TRANSIENT, Verdict.NOT_UNDERSTOOD):
            return self.status is not None and self.status >= 500 and self.status != 503
        return False


@dataclass(frozen=True, slots=True)
class OperationResult:
    """The end of one operation, as the ledger keeps it.

    Attributes:
        operation: What was asked.
        outcome: What became of it.
        attempts: How many requests left for it in this run.
        status: HTTP status of the last answer, None when there was none.
        text: The platform's words of the last answer, masked.
        maybe_done: For outcomes other than confirmed and already: True when a request left whose
            answer never came, so that it may have been carried out.
    """

    operation: Operation
    outcome: Outcome
    attempts: int = 0
    status: int | None = None
    text: str = ""
    maybe_done: bool = False
