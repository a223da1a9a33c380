"""Ctrl-C and SIGTERM: the first asks for a clean stop, the second ends at once."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

from sendersync.cli.views.output import print_line

if TYPE_CHECKING:
    from sendersync.pipeline.load.clean_stop import CancelToken

INTERRUPTED = "interrupted"
"""Why a run stops that a signal asked to."""

_SHOW_CURSOR = "\x1b[?25h"


@contextmanager
def stopping_cleanly(stop: CancelToken) -> Iterator[None]:
    """While the block runs, signals ask `stop`; ending at once is safe too, the ledger knows."""

    def asked(number: int, _frame: FrameType | None) -> None:
        if stop.reason:
            if sys.stderr.isatty():
                sys.stderr.write(_SHOW_CURSOR)
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
        stop.cancel(INTERRUPTED)
        print_line("Finishing the calls already sent, then stopping.")
        print_line("Press Ctrl-C again to quit immediately.")

    before = {number: signal.signal(number, asked) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
