"""Settings from the environment, and from a `.env` file in the working folder.

The real environment wins over `.env`; an empty value counts as unset.

| variable | meaning | default |
| --- | --- | --- |
| `SENDERSYNC_API_URL` | site of the SMS platform, e.g. `https://mail.example.com` | none |
| `SENDERSYNC_REALM`, `SENDERSYNC_PASSWORD` | Basic credentials | none |
| `SENDERSYNC_API_CLIENT`, `SENDERSYNC_API_CLIENT_AUTH` | the `x-api-key` pair | unset |
| `SENDERSYNC_STATE` | database URL of the state, `sqlite:///path` or `postgresql://...` | SQLite |
| `SENDERSYNC_TIMEOUT` | seconds that connecting and each read may take | 30 |
| `SENDERSYNC_ADD_PATH` | `with_country` or `without_country`: "add SMS contact" | first |
| `SENDERSYNC_CREATE_PATH` | `sms/createMessage` or `create_message`: "create message" | first |
| `SENDERSYNC_ANSWER_RULES` | TOML file of this site's own answer texts (`own_answers`) | unset |
| `SENDERSYNC_PING_URL` | an address that `run` tells how it ended | unset |
| `SENDERSYNC_PAGE_*` | our own page: see `sendersync.web.settings` | loopback |
| `SENDERSYNC_SERVE_NAMES` | names of Prefect behind a proxy, by commas | unset |

The default state is `state.db` in the user's data folder (platformdirs). `HTTPS_PROXY`, `NO_PROXY`,
`SSL_CERT_FILE` and `SSL_CERT_DIR` have their usual meaning.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Final, TypeVar

import platformdirs
from dotenv import dotenv_values
from pydantic import SecretStr

from connectors.destinations.sms_platform.commands import AddPath, CreatePath
from connectors.destinations.sms_platform.settings import PlatformSettings
from connectors.destinations.sms_platform.site_rules import read_own_rules
from schemas.errors import WrongUse

PREFIX: Final = "SENDERSYNC_"
NEEDED: Final[dict[str, str]] = {
    "SENDERSYNC_API_URL": "the site of the SMS platform, e.g. https://mail.example.com",
    "SENDERSYNC_REALM": "the name of your account on the platform",
    "SENDERSYNC_PASSWORD": "the API password of that account",
}
FormT = TypeVar("FormT", bound=StrEnum)


def environment(folder: Path | None = None) -> dict[str, str]:
    """Our variables that have a value: those of `.env`, overruled by the real environment.

    Args:
        folder: Where `.env` is looked for; default: the working folder, and no folder above it.

    Raises:
        WrongUse: `.env` is there and cannot be read as text.
    """
    found = _all_variables(folder or Path.cwd())
    return {name: value for name, value in found.items() if name.startswith(PREFIX) and value}


def named_secret(name: str, needed_for: str, folder: Path | None = None) -> SecretStr:
    """The value of a variable that a sync file names.

    Args:
        name: The variable, any name.
        needed_for: What it should hold, for the message.
        folder: See `environment`.

    Raises:
        WrongUse: It is not set, or `.env` cannot be read.
    """
    value = _all_variables(folder or Path.cwd()).get(name)
    if not value:
        raise WrongUse(
            f"{name} is not set.",
            where="environment",
            do=f"Set it, or write it into a file named .env in this folder: {needed_for}.",
        )
    return SecretStr(value)


def _all_variables(folder: Path) -> dict[str, str | None]:
    path = folder / ".env"
    written: Mapping[str, str | None] = {}
    if path.is_file():
        try:
            # no interpolation: a password may hold ${...}; BOM as Windows' editors write it
            written = dotenv_values(path, interpolate=False, encoding="utf-8-sig")
        except (OSError, UnicodeError):
            raise WrongUse(
                "The file cannot be read as UTF-8 text.", where=".env", do="Save it as UTF-8."
            ) from None
    return {**written, **os.environ}


def platform_settings(given: Mapping[str, str] | None = None) -> PlatformSettings:
    """Where the platform is, and the credentials.

    Args:
        given: The variables; default: `environment()`.

    Raises:
        WrongUse: A variable is missing, or its value cannot be used.
    """
    values = environment() if given is None else given
    missing = [name for name in NEEDED if not values.get(name)]
    if missing:
        raise WrongUse(
            f"{', '.join(missing)} {'is' if len(missing) == 1 else 'are'} not set.",
            where="environment",
            do=f"Set {'it' if len(missing) == 1 else 'them'}, or write "
            f"{'it' if len(missing) == 1 else 'them'} into a file named .env in this folder: "
            + "; ".join(f"{name}={NEEDED[name]}" for name in missing)
            + ". To try without an account: `sendersync sandbox`.",
        )
    rules = values.get("SENDERSYNC_ANSWER_RULES")
    return PlatformSettings(
        url=values["SENDERSYNC_API_URL"],
        realm=values["SENDERSYNC_REALM"],
        password=SecretStr(values["SENDERSYNC_PASSWORD"]),
        api_client=_secret(values, "SENDERSYNC_API_CLIENT"),
        api_client_auth=_secret(values, "SENDERSYNC_API_CLIENT_AUTH"),
        add_path=_form(values, "SENDERSYNC_ADD_PATH", AddPath.WITH_COUNTRY),
        create_path=_form(values, "SENDERSYNC_CREATE_PATH", CreatePath.OWN_PAGE),
        timeout=_seconds(values, "SENDERSYNC_TIMEOUT", 30.0),
        extra_rules=read_own_rules(Path(rules).expanduser()) if rules else (),
    )


def account(given: Mapping[str, str] | None = None) -> str:
    """The name in a state of the platform's account; empty where its settings are not complete."""
    try:
        return platform_settings(given).account
    except WrongUse:
        return ""


def state_url(given: Mapping[str, str] | None = None) -> str:
    """The database URL of the state; default: a SQLite file in the user's data folder.

    The folder is not made here; whoever opens the state makes it, readable to its owner only.
    """
    values = environment() if given is None else given
    return values.get("SENDERSYNC_STATE") or f"sqlite:///{(_data_folder() / 'state.db').as_posix()}"


def uploads_folder(given: Mapping[str, str] | None = None) -> Path:
    """Where files lie that were dropped on our own page; whoever opens it makes it."""
    values = environment() if given is None else given
    return Path(values.get("SENDERSYNC_PAGE_UPLOADS") or _data_folder() / "uploads").expanduser()


def _data_folder() -> Path:
    return platformdirs.user_data_path("sendersync", appauthor=False)


def _secret(values: Mapping[str, str], name: str) -> SecretStr | None:
    value = values.get(name)
    return SecretStr(value) if value else None


def _form(values: Mapping[str, str], name: str, default: FormT) -> FormT:
    value = values.get(name, "").strip().strip("/")
    if not value:
        return default
    try:
        return type(default)(value)
    except ValueError:
        forms = " or ".join(type(default))
        raise WrongUse(
            "This form of the path is not known.", where=name, do=f"Use {forms}."
        ) from None


def _seconds(values: Mapping[str, str], name: str, default: float) -> float:
    value = values.get(name)
    try:
        return float(value) if value else default
    except ValueError:
        raise WrongUse("Not a number of seconds.", where=name, do=f"Try {default:g}.") from None
