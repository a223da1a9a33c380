"""Prefect's database with all its tables, made once at set-up, so that a first start is quick.

Making the tables takes ten seconds. `python -m sendersync.serving.prepared_database` makes them in
a file beside the installed libraries, named after Prefect's version; `serve` begins a database that
is not there yet as a copy of it. Without the file the server makes its tables itself, as ever.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import prefect
from prefect.settings import get_current_settings

PREPARED = Path(sys.prefix) / "share" / "sendersync" / f"prefect-{prefect.__version__}.db"


def prepare() -> None:
    """Makes the file, if it is not there."""
    if PREPARED.is_file():
        return
    PREPARED.parent.mkdir(parents=True, exist_ok=True)
    unfinished = PREPARED.with_suffix(f".{os.getpid()}")
    subprocess.run(
        [sys.executable, "-m", "prefect", "server", "database", "upgrade", "-y"],
        env={
            **os.environ,
            "PREFECT_SERVER_DATABASE_CONNECTION_URL": f"sqlite+aiosqlite:///{unfinished}",
            "PREFECT_HOME": str(PREPARED.parent),
        },
        stdout=subprocess.DEVNULL,
        check=True,
    )
    unfinished.replace(PREPARED)


def begin_from_prepared() -> None:
    """Copies it to where the server will look, when nothing is there yet."""
    settings = get_current_settings()
    ours = settings.home / "prefect.db"
    url = settings.server.database.connection_url
    told = url.get_secret_value() if url else ""
    if ours.exists() or not PREPARED.is_file() or (told and not told.endswith(f":///{ours}")):
        return
    ours.parent.mkdir(parents=True, exist_ok=True)
    unfinished = ours.with_suffix(f".{os.getpid()}")
    shutil.copyfile(PREPARED, unfinished)
    unfinished.chmod(0o600)  # credentials will lie in it
    unfinished.replace(ours)


if __name__ == "__main__":
    prepare()
