"""A folder in memory that stands in for a disk.

A state is flushed to the disk at each commit, as it must be, and each flush costs milliseconds that
tell a test nothing: the flushes of a whole suite take minutes of a slow disk.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

_MEMORY = Path("/dev/shm")  # noqa: S108  # folders of our own are made there, mode 0700
_LEAST_FREE = 1 << 30
"""Bytes: a container may have as few as 64 MB of it, and a suite leaves some hundred behind."""


def memory_folder() -> str:
    """Where folders of tests are made: in memory if there is enough of it, else on the disk."""
    if os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free >= _LEAST_FREE:
        return str(_MEMORY)
    return tempfile.gettempdir()
