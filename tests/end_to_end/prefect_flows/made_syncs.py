"""Sync files and their contacts, for flows."""

from __future__ import annotations

import re
from pathlib import Path

from tests.builders.sync_files import CODE

NAMES = ("Zebulona", "Quirinus", "Xanthippe")
"""First names that no word of Prefect's contains."""

# but the sender code, which stands on forms and in reports
_ANYBODY = re.compile(
    rb"206555(?!1212)\d{4}(?!\d)|zebulona|" + "|".join(NAMES[1:]).encode(), re.IGNORECASE
)

SYNC = """\
sync: {name}
source: {{kind: csv, path: {name}.csv}}
columns: {{phone: Mobile, email: Email, first_name: First Name, opted_out: Out}}
sender_code: "{code}"
default_country: US
guards: {{max_stops: 2, max_stop_share: 0.05}}
load: {{rate_per_second: {rate}, concurrency: 4, batch_size: 10}}
"""


def phone(number: int) -> str:
    """A fictional number of ten digits."""
    return f"206555{number:04d}"


def write_sync(
    folder: Path, name: str, numbers: range, *, rate: int = 1000, more: str = ""
) -> Path:
    """A sync file and its contacts; the odd ones have an e-mail."""
    rows = [
        f"{phone(n)},{f'p{n}@zebulona.example' if n % 2 else ''},{NAMES[n % 3]},no" for n in numbers
    ]
    table = "\n".join(["Mobile,Email,First Name,Out", *rows]) + "\n" + more
    (folder / f"{name}.csv").write_text(table, "utf-8")
    path = folder / f"{name}.yaml"
    path.write_text(SYNC.format(name=name, code=CODE, rate=rate), "utf-8")
    return path


def people_in(kept: bytes) -> list[bytes]:
    """What names somebody of these syncs: a phone, an e-mail, a first name."""
    return sorted(set(_ANYBODY.findall(kept)))
