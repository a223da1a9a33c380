"""One thread with one event loop, for the time of a load."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Coroutine
from typing import Any, Final, TypeVar

T = TypeVar("T")

SWITCH_INTERVAL: Final = 0.0005
"""Seconds after which a busy thread lets another one run, while a load is under way
(`docs/adr/0080-interpreter-switch-interval.md`)."""


class LoopThread:
    """Runs coroutines for threads that have no event loop of their own."""

    def __init__(self, name: str) -> None:
        """Not running before `start`."""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name=name, daemon=True)
        self._switch_interval = sys.getswitchinterval()

    def start(self) -> None:
        """Starts it, and shortens the interpreter's switch interval until `stop`."""
        self._switch_interval = sys.getswitchinterval()
        sys.setswitchinterval(SWITCH_INTERVAL)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Runs `work` in the loop and waits for it; not to be called from inside the loop."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def stop(self) -> None:
        """Ends the loop and its thread; nothing may be running in it any more."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        sys.setswitchinterval(self._switch_interval)
