"""Internal errors: a bug of ours as a message without personal data."""

from __future__ import annotations

import os
import sys
import traceback
from pathlib import PurePath

from schemas.errors import RunFailed


def internal_error(problem: BaseException, run: str) -> RunFailed:
    """An unexpected exception as an error of the tree: its kind and place, never its text.

    Exceptions of libraries quote what they choked on, and that may be somebody's phone. With
    `SENDERSYNC_DEBUG=1` the whole traceback goes to standard error, for whoever asks for it.
    """
    if os.environ.get("SENDERSYNC_DEBUG") == "1":
        traceback.print_exception(problem, file=sys.stderr)
    frames = traceback.extract_tb(problem.__traceback__)
    place = f" at {PurePath(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return RunFailed(
        f"A fault of ours: {type(problem).__name__}{place}.",
        where=f"run {run}",
        do="Nothing is lost: run again. If it stays, send us this message; "
        "SENDERSYNC_DEBUG=1 shows more, personal data included.",
    )
