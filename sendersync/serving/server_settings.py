"""How our Prefect server is set: whom it answers, and that it asks nobody else.

Prefect's own defaults answer every web page that is open in the user's browser: any origin may ask,
no request needs a token, no login is asked for. Since deployments stop and approve, a page of a
stranger could do so too. What each setting is for stands beside it.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from prefect.settings import PREFECT_UI_URL

HOSTS = "SENDERSYNC_PREFECT_HOSTS"
"""Variable between the two processes: the names under which the server may be asked, by commas."""

LOGOS = "/sendersync/logos"
"""Where the logos of our blocks are shown: Prefect's pages take them by address."""

LOGO_FILES = Path(__file__).resolve().parents[1] / "blocks" / "logos"

UMASK = 0o077
"""Credentials lie in the server's database, and their key beside it."""

HEARTBEAT_SECONDS = 30
"""How often a flow run says that it lives; three are missed before it is called crashed.

The process of the run must know it, not the server: Prefect's own 180 would make every run that
takes longer than 90 seconds a dead one.
"""


def api_url(host: str, port: int) -> str:
    """Where Prefect's API is."""
    return f"{origin(host, port)}/api"


def origin(host: str, port: int) -> str:
    """The address of the page, without a path."""
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def server_environment(host: str, port: int, given: Mapping[str, str]) -> dict[str, str]:
    """The variables of a server that is started here.

    Args:
        host: Where it listens.
        port: And on which port.
        given: The environment; what it says of Prefect already is left as it is.
    """
    ours = {
        # only our own page may ask: the browser then keeps strangers' pages from reading answers,
        # and the token from sending what changes something
        "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": origin(host, port),
        "PREFECT_SERVER_CSRF_PROTECTION_ENABLED": "true",
        "PREFECT_UI_URL": f"{origin(host, port)}/v2",
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
        # of the sixty block types only ours are used here; the others' logos lie on other hosts
        "PREFECT_SERVER_REGISTER_BLOCKS_ON_START": "false",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        # automations that waited while the server was away are judged after it is back
        "PREFECT_SERVER_EVENTS_EXPIRED_BUCKET_BUFFER": "P2D",
    }
    return {name: given.get(name) or value for name, value in ours.items()}


def guarded_environment(
    host: str, port: int, given: Mapping[str, str], ours: Mapping[str, str]
) -> dict[str, str]:
    """The variables of a server that is started here, with the names it answers to and its login.

    Args:
        host: Where it listens.
        port: And on which port.
        given: The environment; what it says of Prefect already is left as it is.
        ours: Our variables, of the environment and of `.env`.
    """
    secret = login(given)
    return {
        **server_environment(host, port, given),
        HOSTS: own_names(host, port, ours),
        "PREFECT__SERVER_FINAL": "1",
        **({"PREFECT_SERVER_API_AUTH_STRING": secret} if secret else {}),
    }


def server_argv(host: str, port: int) -> list[str]:
    """The command of a server that is started here.

    Args:
        host: Where it listens.
        port: And on which port.
    """
    return [
        *(sys.executable, "-m", "uvicorn", "--factory"),
        "sendersync.serving.guarded_server:create",
        *("--host", host, "--port", str(port), "--timeout-keep-alive", "5"),
        *("--log-level", "error", "--no-access-log"),
    ]


def own_names(host: str, port: int, given: Mapping[str, str]) -> str:
    """What a request may call the server (the value of `HOSTS`).

    Args:
        host: Where it listens.
        port: And on which port.
        given: Our variables: `SENDERSYNC_SERVE_NAMES` holds the names that a proxy passes on, as
            a browser sends them: without a port where that is 443 or 80.
    """
    here = {f"{name}:{port}" for name in (host, "localhost", "127.0.0.1")}
    further = given.get("SENDERSYNC_SERVE_NAMES", "").replace(",", " ").split()
    return ",".join(sorted(name.lower() for name in {*here, *further}))


def login(given: Mapping[str, str]) -> str:
    """The `user:password` that the server asks for; empty for none."""
    return given.get("PREFECT_SERVER_API_AUTH_STRING") or given.get("PREFECT_API_AUTH_STRING") or ""


def logos() -> str:
    """The address of the logos of our blocks, on the server that the settings name."""
    return f"{PREFECT_UI_URL.value().removesuffix('/v2')}{LOGOS}"
