"""JSON-RPC and XML-RPC as Odoo speaks them.

Over JSON-RPC every error is HTTP 200 with ``error`` instead of ``result`` (doc); its shape is
quoted in https://github.com/yezyilomo/odoo-rest-api/issues/50.
"""

from __future__ import annotations

import xmlrpc.client as xml_rpc
from typing import Any

from sandbox.crm.crm import CrmAnswer

_TRACE = (
    "Traceback (most recent call last):\n"
    '  File "/usr/lib/python3/dist-packages/odoo/http.py", line 1788, in _serve_db\n'
    "    return service_model.retrying(self._serve_ir_http, self.env)\n"
)


class OdooError(Exception):
    """An exception of the server, as it reaches the client."""

    def __init__(self, name: str, message: str, *, code: int = 200) -> None:
        """``name`` is the full name of the class; ``code`` 100 is an expired session."""
        super().__init__(message)
        self.name = name
        self.message = message
        self.code = code

    def as_json(self) -> dict[str, Any]:
        """The value of ``error``."""
        title = {100: "Odoo Session Expired", 404: "404: Not Found"}
        return {
            "code": self.code,
            "message": title.get(self.code, "Odoo Server Error"),
            "data": {
                "name": self.name,
                "debug": f"{_TRACE}{self.name}: {self.message}\n",
                "message": self.message,
                "arguments": [self.message],
                "context": {},
            },
        }


def access_denied() -> OdooError:
    """A wrong password or API key."""
    return OdooError("odoo.exceptions.AccessDenied", "Access Denied")


def value_error(message: str) -> OdooError:
    """A wrong field or domain: whatever Python raised, by its own name."""
    return OdooError("builtins.ValueError", message)


def session_expired() -> OdooError:
    """A session of ``/web/...`` that is over."""
    return OdooError("odoo.http.SessionExpiredException", "Session expired", code=100)


def json_result(key: Any, result: Any) -> CrmAnswer:
    """A success."""
    body = {"jsonrpc": "2.0", "id": key, "result": result}
    return CrmAnswer(200, body, content_type="application/json; charset=utf-8")


def json_error(key: Any, error: OdooError) -> CrmAnswer:
    """An error, which is HTTP 200 too."""
    body = {"jsonrpc": "2.0", "id": key, "error": error.as_json()}
    return CrmAnswer(200, body, content_type="application/json; charset=utf-8")


def xml_call(body: bytes) -> tuple[tuple[Any, ...], str]:
    """Arguments and method of an XML-RPC call."""
    args, method = xml_rpc.loads(body, use_builtin_types=True)
    return args, str(method)


def xml_result(result: Any) -> CrmAnswer:
    """A success; nil is allowed, as Odoo does it."""
    text = xml_rpc.dumps((result,), methodresponse=True, allow_none=True)
    return CrmAnswer(200, text.encode(), content_type="text/xml")


def xml_fault(error: OdooError) -> CrmAnswer:
    """A fault: 3 for denied access, 1 for what the server did not expect (doc: by example)."""
    denied = error.name == "odoo.exceptions.AccessDenied"
    text = error.message if denied else f"{_TRACE}{error.name}: {error.message}\n"
    fault = xml_rpc.Fault(3 if denied else 1, text)
    return CrmAnswer(200, xml_rpc.dumps(fault, allow_none=True).encode(), content_type="text/xml")
