"""Error bodies of HubSpot.

``status``, ``message``, ``correlationId``, ``category`` are documented; "the fields should
all be treated as optional" (https://developers.hubspot.com/docs/api-reference/error-handling).
"""

from __future__ import annotations

import uuid
from typing import Any

from sandbox.crm.crm import CrmAnswer

_SCOPES_PAGE = "https://developers.hubspot.com/scopes"
_OAUTH_PAGE = "https://developers.hubspot.com/docs/methods/auth/oauth-overview"


class HubspotRefusal(Exception):
    """A request that gets an error."""

    def __init__(self, answer: CrmAnswer) -> None:
        super().__init__(str(answer.status))
        self.answer = answer


def error(status: int, category: str, message: str, **more: Any) -> CrmAnswer:
    """An error as every endpoint words it."""
    correlation = str(uuid.uuid4())
    body = {"status": "error", "message": message, "correlationId": correlation, **more}
    headers = [("x-hubspot-correlation-id", correlation)]
    if status == 401:
        headers.append(("x-hubspot-auth-failure", "401 Unauthorized"))
    return CrmAnswer(status, {**body, "category": category}, headers)


def no_credentials() -> CrmAnswer:
    """Documented by example: https://github.com/HubSpot/hubspot-api-nodejs/issues/432."""
    text = (
        "Authentication credentials not found. This API supports OAuth 2.0 authentication and "
        f"you can find more details at {_OAUTH_PAGE}"
    )
    return error(401, "INVALID_AUTHENTICATION", text)


def expired(seconds: int) -> CrmAnswer:
    """An access token past its time (example); private-app tokens do not expire by themselves."""
    text = f"The OAuth token used to make this call expired {seconds} second(s) ago."
    ago = {"expire time": ["2026-01-01T00:00:00.000Z"]}
    return error(401, "EXPIRED_AUTHENTICATION", text, context=ago)


def missing_scopes(*scopes: str) -> CrmAnswer:
    """403 with the scopes one of which is needed (example; ``links`` too)."""
    text = (
        "This app hasn't been granted all required scopes to make this call. Read more about "
        f"required scopes here: {_SCOPES_PAGE}."
    )
    detail = {
        "message": "One or more of the following scopes are required.",
        "context": {"requiredGranularScopes": list(scopes)},
    }
    return error(403, "MISSING_SCOPES", text, errors=[detail], links={"scopes": _SCOPES_PAGE})


def too_many(policy: str) -> CrmAnswer:
    """429; ``policyName`` says which limit (example).

    It has ``errorType`` beside the ``category`` that the published schema of errors requires, and
    no Retry-After is documented.
    """
    text = f"You have reached your {policy.lower()} limit."
    return error(429, "RATE_LIMITS", text, errorType="RATE_LIMIT", policyName=policy)


def invalid(message: str, **more: Any) -> CrmAnswer:
    """400 for a request that cannot be (category: doc; texts: inferred)."""
    return error(400, "VALIDATION_ERROR", message, **more)


def not_found(message: str = "resource not found") -> CrmAnswer:
    """404 (text inferred)."""
    return error(404, "OBJECT_NOT_FOUND", message)
