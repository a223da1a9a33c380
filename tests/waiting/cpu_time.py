"""What something costs, told so that a busy or slow machine changes nothing: CPU time, as a ratio.

Even CPU time grows on a core that is shared, so the least of several measurements counts.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from collections.abc import Callable

TRIES = 10


def dearer(ours: Callable[[], float], theirs: Callable[[], float], bar: float) -> float:
    """How many times their cost ours is; measured again while that is above the bar."""
    least_of_ours = least_of_theirs = float("inf")
    for _ in range(TRIES):
        least_of_ours = min(least_of_ours, ours())
        least_of_theirs = min(least_of_theirs, theirs())
        if least_of_ours < bar * least_of_theirs:
            break
    return least_of_ours / least_of_theirs


def of_processes(start: Callable[[], object]) -> float:
    """CPU seconds of the processes that are started, until each has ended."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def of_importing(*modules: str) -> float:
    """CPU seconds of a Python process that imports these and ends."""
    argv = [sys.executable, "-c", f"import {', '.join(modules)}"]
    return of_processes(lambda: subprocess.run(argv, check=True))


def of_this_thread(work: Callable[[], object]) -> float:
    """CPU seconds of this thread alone: a server in another one is not counted."""
    began = time.thread_time()
    work()
    return time.thread_time() - began
