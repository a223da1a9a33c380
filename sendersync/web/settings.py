"""What the page is told: where it listens, where its files lie, how long they are kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Final

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
    forms: PrefectForms = PrefectForms()
