"""The error that ends a command with an answer of the platform."""

from __future__ import annotations

from schemas.errors import (
    CredentialsRefused,
    PlatformUnavailable,
    RunFailed,
    SendersyncError,
    WrongUse,
)
from schemas.outcomes import Answer, Verdict


def as_error(answer: Answer, where: str) -> SendersyncError:
    """The error that ends a command with this answer: what a person does next decides its kind."""
    what = answer.text or f"The platform answered {answer.status}."
    if answer.status == 401 and answer.text and not answer.text.startswith("The platform"):
        what = f"The platform refused the credentials (401): {answer.text.rstrip('.')}."
    match answer.verdict:
        case Verdict.CREDENTIALS:
            return CredentialsRefused(
                what,
                where=where,
                do="Check SENDERSYNC_API_URL, SENDERSYNC_REALM and SENDERSYNC_PASSWORD, and the "
                "API client if your account uses one.",
            )
        case Verdict.NO_SUCH_ADDRESS:
            return WrongUse(what, where=where, do="Check SENDERSYNC_API_URL.")
        case Verdict.TRANSIENT | Verdict.NO_RESPONSE:
            return PlatformUnavailable(what, where=where, do="Try again later.")
        case _:
            return RunFailed(what, where=where, do="Show this answer to the platform's support.")
