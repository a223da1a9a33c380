"""Error bodies of Salesforce: an array of ``{"message", "errorCode"}`` (doc).

Codes and statuses: https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/errorcodes.htm.
"""

from __future__ import annotations

from sandbox.crm.crm import CrmAnswer


class SalesforceRefusal(Exception):
    """A request that gets an error."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(code)
        self.answer = error(status, code, message)


def error(status: int, code: str, message: str) -> CrmAnswer:
    """An error of the data services."""
    return CrmAnswer(status, [{"message": message, "errorCode": code}])


def token_error(code: str, description: str) -> CrmAnswer:
    """An error of the token endpoint, always 400 (example)."""
    return CrmAnswer(400, {"error": code, "error_description": description})


def session_invalid() -> SalesforceRefusal:
    """No session, or one that is over."""
    return SalesforceRefusal(401, "INVALID_SESSION_ID", "Session expired or invalid")


def malformed(message: str) -> SalesforceRefusal:
    """SOQL that cannot be read."""
    return SalesforceRefusal(400, "MALFORMED_QUERY", message)


def no_such_column(query: str, name: str, entity: str) -> SalesforceRefusal:
    """A field that is not there, or that the user may not see: the answer is the same (doc)."""
    column = query.lower().find(name.lower()) + 1
    text = (
        f"\n{query}\n{' ' * (column - 1)}^\nERROR at Row:1:Column:{column}\n"
        f"No such column '{name}' on entity '{entity}'. If you are attempting to use a custom "
        "field, be sure to append the '__c' after the custom field name. Please reference your "
        "WSDL or the describe call for the appropriate names."
    )
    return SalesforceRefusal(400, "INVALID_FIELD", text)


def not_found() -> SalesforceRefusal:
    """A path or record that is not there."""
    return SalesforceRefusal(404, "NOT_FOUND", "The requested resource does not exist")
