"""How many files and connections this process holds open: whoever leaves early must leave none."""

from __future__ import annotations

import gc
from pathlib import Path

_TABLE = next(place for place in (Path("/proc/self/fd"), Path("/dev/fd")) if place.is_dir())


def open_files() -> int:
    """Descriptors of this process now, what nobody refers to any more left out."""
    gc.collect()
    return len(list(_TABLE.iterdir()))
