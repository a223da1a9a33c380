"""Names of files that came from a browser: cleaned of everything that a path could obey."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath
from typing import Final

ENDINGS: Final = frozenset(
    ".csv .tsv .tab .txt .xlsx .xlsm .xlsb .xls .ods .json .jsonl .ndjson".split()
)
"""Tables that the page takes. Packed files and Parquet are for sync files: what they unpack to is
not known before it is done."""

_LONGEST: Final = 80
_ALLOWED: Final = re.compile(r"[^\w. ()+-]+")


def clean_name(given: str) -> str:
    """A name for a file of one folder: letters of any script, digits and a few signs.

    The words of the name stay, because they decide: `unsubscribed.csv` is no list to add.

    Args:
        given: As the browser sent it: perhaps with a path, of any system, or with anything else.
    """
    last = given.replace("\\", "/").split("/")[-1]
    name = unicodedata.normalize("NFC", last)
    name = "".join(char if char.isprintable() else " " for char in name)
    name = " ".join(_ALLOWED.sub("_", name).split()).strip(". ")
    path = PurePosixPath(name)
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        return name[:_LONGEST]
    stem = path.stem.encode()[: _LONGEST - len(ending)].decode("utf-8", "ignore").strip(". ")
    return f"{stem or 'contacts'}{ending}"


def is_table(name: str) -> bool:
    """Whether a cleaned name says that the file is a table which the page takes."""
    return PurePosixPath(name).suffix.lower() in ENDINGS


def slug(given: str) -> str:
    """A name for a sync: lower-case letters, digits and single dashes; empty where none is left."""
    plain = unicodedata.normalize("NFKD", given).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-")
