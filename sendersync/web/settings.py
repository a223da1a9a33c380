"""What the page is told: where it listens, where its files lie, how long they are kept.

| variable | meaning | default |
| --- | --- | --- |
| `SENDERSYNC_PAGE_PORT` | where the page listens | 4280 |
| `SENDERSYNC_PAGE_HOST` | the address on which it listens | 127.0.0.1 |
| `SENDERSYNC_PAGE_NAMES` | further names by which browsers call it, with commas between | none |
| `SENDERSYNC_PAGE_TOKEN` | what opens it, 20 characters at least | a new one at each start |
| `SENDERSYNC_PAGE_KEEPS` | how long a dropped file stays, such as `14d` | 14d |
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Final

from connectors.configuration.environment import environment, state_url, uploads_folder
from schemas.durations import parse_duration
from schemas.errors import WrongUse

PORT: Final = 4280
"""Beside Prefect's 4200, so that one is not taken for the other."""

KEPT: Final = timedelta(days=14)
"""How long a dropped file stays: two weeks are enough to settle its columns and ask somebody."""

MOST_BYTES: Final = 200 << 20
"""Of one dropped file: a CSV file of a million contacts with ten columns has some 100 MB."""


@dataclass(frozen=True)
class PrefectForms:
    """Addresses of Prefect's run forms, without parameters; empty for a form that is not served.

    Such as `http://127.0.0.1:4200/v2/deployments/deployment/<id>/run`.

    Attributes:
        approve: Lets go what a run held.
        import_contacts: Imports one file once.
        sync_contacts: Runs a sync.
    """

    approve: str = ""
    import_contacts: str = ""
    sync_contacts: str = ""


NO_FORMS: Final = PrefectForms()


@dataclass(frozen=True)
class PageSettings:
    """Everything that `serve_page` is told.

    Attributes:
        state: Database URL of the state, which is only read.
        uploads: Folder of dropped files; made, and closed to all other users.
        syncs: Folder of the sync files that the page writes; made where it is not there.
        host: Where to listen: loopback unless the page is to be reached from elsewhere.
        port: Where to listen; 0 for any that is free.
        token: What opens the page, 20 characters at least; empty for a new one at each start.
        names: Further names by which browsers call it (`page.example.com`), behind a proxy with
            TLS; each also with a port where that is not 443.
        kept: How long a dropped file stays.
        most_bytes: Of one dropped file.
        forms: Where Prefect's forms are.
    """

    state: str
    uploads: Path
    syncs: Path
    host: str = "127.0.0.1"
    port: int = PORT
    token: str = field(default="", repr=False)
    names: tuple[str, ...] = ()
    kept: timedelta = KEPT
    most_bytes: int = MOST_BYTES
    forms: PrefectForms = NO_FORMS


def page_settings(
    forms: PrefectForms = NO_FORMS, given: Mapping[str, str] | None = None
) -> PageSettings:
    """The page of this folder and this environment; sync files are written into this folder.

    Args:
        forms: Where Prefect's forms are.
        given: The variables; default: `environment()`.

    Raises:
        WrongUse: The value of a variable cannot be used.
    """
    values = environment() if given is None else given
    return PageSettings(
        state=state_url(values),
        uploads=uploads_folder(values),
        syncs=Path.cwd(),
        host=values.get("SENDERSYNC_PAGE_HOST", "127.0.0.1"),
        port=_port(values.get("SENDERSYNC_PAGE_PORT", str(PORT))),
        token=values.get("SENDERSYNC_PAGE_TOKEN", ""),
        names=tuple(_names(values.get("SENDERSYNC_PAGE_NAMES", ""))),
        kept=_kept(values.get("SENDERSYNC_PAGE_KEEPS", f"{KEPT.days}d")),
        forms=forms,
    )


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65_535:
        raise WrongUse("This is no port.", where="SENDERSYNC_PAGE_PORT", do=f"Try {PORT}.")
    return int(text)


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def _kept(text: str) -> timedelta:
    try:
        return parse_duration(text)
    except ValueError as problem:
        raise WrongUse(
            f"This {problem}.", where="SENDERSYNC_PAGE_KEEPS", do="Write it as 14d."
        ) from None
