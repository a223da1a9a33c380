"""``POST /services/oauth2/token``: client credentials and refresh token.

The answer says which host to go on with: ``instance_url`` (doc). The client credentials flow is
not there on the common login hosts, only on a domain of one's own: invalid_grant, "request not
supported on this domain" (https://github.com/pozil/pub-sub-api-node-client/issues/58).
"""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass, field
from urllib.parse import parse_qs

from sandbox.crm.crm import CrmAnswer, CrmRequest, CrmSwitches
from sandbox.crm.records import now_ms
from sandbox.crm.salesforce.errors import token_error


@dataclass
class SalesforceSwitches(CrmSwitches):
    """What an org may have otherwise."""

    client_id: str = "3MVG9sandbox"
    client_secret: str = "sandbox-client-secret"  # noqa: S105 - of a stand-in; it opens nothing
    refresh_token: str = "5Aep861sandbox"  # noqa: S105 - of a stand-in too
    flow_user: bool = True
    """Whether the app has a user to run the client credentials flow as."""
    own_domain: bool = True
    """False: the address is one of the common login hosts."""
    version: str = "62.0"
    hidden_fields: list[str] = field(default_factory=list)
    """Fields the user may not see: as if they were not there."""
    daily_requests: int = 100_000
    """Calls of the data services before REQUEST_LIMIT_EXCEEDED."""
    batch_size: int = 2000
    """The most rows of a query's answer; a client may ask for fewer, 200 at least."""
    short_batches: bool = False
    """Every answer but the last has fewer rows than asked for, as is allowed."""
    job_polls: int = 1
    """How often a job says InProgress before it is done."""
    job_outcome: str = field(
        default="JobComplete", metadata={"choices": ("JobComplete", "Failed", "Aborted")}
    )
    job_records: int = 50_000
    """Rows of a page of results when maxRecords is not given."""
    job_columns: str = field(
        default="as_asked", metadata={"choices": ("as_asked", "reordered", "missing")}
    )
    """Reordered: each page another order. Missing: no column that is empty on its page."""


class Sessions:
    """Access tokens in force."""

    def __init__(self, switches: SalesforceSwitches, instance_url: str) -> None:
        """None yet."""
        self._switches = switches
        self._instance_url = instance_url
        self._tokens: set[str] = set()
        self.revoked = False

    def expire(self) -> None:
        """Ends all sessions."""
        self._tokens.clear()

    def fits(self, request: CrmRequest) -> bool:
        """Whether a request carries a token in force; ``OAuth`` is the older word (doc)."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        return scheme.lower() in ("bearer", "oauth") and token.strip() in self._tokens

    def token(self, request: CrmRequest) -> CrmAnswer:
        """A new access token, or why not."""
        given = {name: values[-1] for name, values in parse_qs(request.body.decode()).items()}
        switches = self._switches
        who, secret = given.get("client_id"), given.get("client_secret")
        basic = request.headers.get("authorization", "")
        if basic.lower().startswith("basic "):
            pair = base64.b64decode(basic[6:]).decode()
            who, _, secret = pair.partition(":")
        grant = given.get("grant_type")
        if grant not in ("client_credentials", "refresh_token"):
            return token_error("unsupported_grant_type", "grant type not supported")
        if who != switches.client_id:
            return token_error("invalid_client_id", "client identifier invalid")
        if secret != switches.client_secret or self.revoked:
            return token_error("invalid_client", "invalid client credentials")
        if grant == "client_credentials":
            if not switches.own_domain:
                return token_error("invalid_grant", "request not supported on this domain")
            if not switches.flow_user:
                return token_error("invalid_grant", "no client credentials user enabled")
        elif given.get("refresh_token") != switches.refresh_token:
            return token_error("invalid_grant", "expired access/refresh token")
        return self._new()

    def _new(self) -> CrmAnswer:
        token = f"00D5g0000000001!{secrets.token_urlsafe(48)}"
        self._tokens.add(token)
        body = {
            "access_token": token,
            "signature": base64.b64encode(secrets.token_bytes(32)).decode(),
            "scope": "api refresh_token",
            "instance_url": self._instance_url,
            "id": "https://login.salesforce.com/id/00D5g0000000001EAA/0055g000000000bAAA",
            "token_type": "Bearer",
            "issued_at": str(now_ms()),
        }
        return CrmAnswer(200, body)
