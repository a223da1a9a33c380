"""Where the SMS platform is, and with which credentials: checked once, before anything is sent."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass, field

import httpx
from pydantic import SecretStr

from connectors.destinations.sms_platform.answer_table import AnswerRule
from connectors.destinations.sms_platform.commands import AddPath, CreatePath
from connectors.http_client.safe_address import is_loopback
from schemas.errors import WrongUse

_WHERE = "SENDERSYNC_API_URL"
_REST_SUFFIX = re.compile(r"(/+rest(/+sms)?)?/*\Z")
_NOT_IN_AN_ADDRESS = re.compile(r"[\s\\\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class PlatformSettings:
    """Everything needed to talk to one realm of the platform.

    Attributes:
        url: The site, e.g. `https://mail.example.com`; `/rest/...` is added, and not doubled when
            it stands there already.
        realm: User name of the Basic credentials.
        password: Password of the Basic credentials.
        api_client: First half of the optional `x-api-key`.
        api_client_auth: Second half of the optional `x-api-key`.
        add_path: Form of the path of "add SMS contact".
        create_path: Form of the path of "create message".
        timeout: Seconds that connecting, writing and each read may take. The whole of a request
            may take twice as long, so that an answer that drips in byte by byte ends too.
        extra_rules: Answer rules of this installation, tried before the built-in table.

    Raises:
        WrongUse: The address is not one that credentials may be sent to, or a value is missing.
    """

    url: str
    realm: str = field(repr=False)
    password: SecretStr
    api_client: SecretStr | None = None
    api_client_auth: SecretStr | None = None
    add_path: AddPath = AddPath.WITH_COUNTRY
    create_path: CreatePath = CreatePath.OWN_PAGE
    timeout: float = 30.0
    extra_rules: tuple[AnswerRule, ...] = ()

    @property
    def call_timeout(self) -> float:
        """Seconds that the whole of a request may take."""
        return 2 * self.timeout

    def __post_init__(self) -> None:
        """Checks what would otherwise be found out by the first call."""
        site = _site(self.url)
        # kept without `/rest` and the closing slash, so that messages show one form only
        object.__setattr__(self, "url", str(site))
        if not self.realm or ":" in self.realm:
            raise WrongUse(
                "The account name (realm) is empty or holds a colon, which is not allowed in it.",
                where="SENDERSYNC_REALM",
                do="Set it to the name of your account on the platform.",
            )
        if not self.password.get_secret_value():
            raise WrongUse(
                "The password is empty.",
                where="SENDERSYNC_PASSWORD",
                do="Set it to the API password of your account.",
            )
        if (self.api_client is None) != (self.api_client_auth is None):
            raise WrongUse(
                "Only one half of the x-api-key pair is set.",
                where="SENDERSYNC_API_CLIENT, SENDERSYNC_API_CLIENT_AUTH",
                do="Set both, or neither.",
            )
        if not 0 < self.timeout <= 600:
            raise WrongUse(
                "The time-out must be between 0 and 600 seconds.",
                where="SENDERSYNC_TIMEOUT",
                do="Leave it out for 30 seconds.",
            )

    @property
    def site(self) -> httpx.URL:
        """The site without `/rest`: scheme, host, port, and a path before `/rest` if there is."""
        return httpx.URL(self.url)

    @property
    def is_loopback(self) -> bool:
        """True when the platform is on this machine: the sandbox."""
        return is_loopback(self.site.host)

    @property
    def account(self) -> str:
        """The account's name in a state: the same for all who use it, and not to be read back."""
        site = self.site
        named = f"{self.realm}@{site.host}:{site.port or ''}{site.path}"
        return hashlib.sha256(named.encode()).hexdigest()[:16]

    def headers(self) -> httpx.Headers:
        """The headers of every request.

        Source: "API: Rest SMS Overview" for the credentials, the media type and the optional
        `x-api-key`, which has no scheme word.
        """
        names = {
            "Host": self.site.netloc.decode("ascii"),
            "Authorization": "Basic " + _base64(self.realm, self.password),
            "Accept": "application/vnd.whatcounts-v1+json",
            "Content-Type": "application/json",
            "Accept-Encoding": "identity",  # answers are 200 bytes: unpacking them costs more
            "User-Agent": "sendersync",
        }
        if self.api_client is not None and self.api_client_auth is not None:
            names["x-api-key"] = _base64(self.api_client.get_secret_value(), self.api_client_auth)
        return httpx.Headers(names)

    def secrets(self) -> tuple[str, ...]:
        """What must not be kept of an answer that repeats our own request."""
        sent = self.headers()
        words = [sent.get(name, "").rpartition(" ")[2] for name in ("Authorization", "x-api-key")]
        given = [each.get_secret_value() for each in (self.password, self.api_client_auth) if each]
        return tuple(word for word in (*words, *given) if word)


def _base64(first: str, second: SecretStr) -> str:
    return base64.b64encode(f"{first}:{second.get_secret_value()}".encode()).decode("ascii")


def _wrong_url(what: str, do: str) -> WrongUse:
    return WrongUse(what, where=_WHERE, do=do)


def _site(url: str) -> httpx.URL:
    """The checked address of the site, without `/rest`.

    Read with the parser that later connects: two parsers that disagree about the host would send
    credentials to a host that was never checked.
    """
    example = "Write it as https://mail.example.com."
    text = url.strip()
    if not text:
        raise _wrong_url("The address of the SMS platform is empty.", example)
    try:
        if _NOT_IN_AN_ADDRESS.search(text):
            raise ValueError
        site = httpx.URL(text)
        host = site.host
        if site.port is not None and not 0 < site.port < 65536:
            raise ValueError
    except (httpx.InvalidURL, ValueError):
        raise _wrong_url("The address of the SMS platform cannot be read.", example) from None
    # the address itself is not repeated below: what is refused may hold a password
    if site.scheme not in ("http", "https") or not host:
        raise _wrong_url("The address must begin with https:// and name a host.", example)
    if site.userinfo:
        raise _wrong_url(
            "The address holds a user name or password.",
            "Take it out: credentials belong into SENDERSYNC_REALM and SENDERSYNC_PASSWORD.",
        )
    if "?" in text or "#" in text:
        raise _wrong_url("The address holds a query or a fragment.", example)
    if site.scheme == "http" and not is_loopback(host):
        raise _wrong_url(
            "Over plain http:// everybody on the way could read the password.",
            "Use https://; only this machine itself (localhost, 127.0.0.1, [::1]) may be http://.",
        )
    path = _REST_SUFFIX.sub("", site.raw_path.decode("ascii"))
    bare = f"{site.scheme}://{site.netloc.decode('ascii')}"
    return httpx.URL(bare + path)
