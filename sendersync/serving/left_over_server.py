"""A server that outlived the `serve` which started it: flows that go on report to it.

It carries that process's id, and when it began, in its environment. If there is no such process any
more, the next `serve` takes the server over.
"""

from __future__ import annotations

import os
from typing import Final

import psutil

from sendersync.serving.ports import listeners

OWNER: Final = "SENDERSYNC_SERVED_BY"
"""Variable of a server that `serve` started: by which process."""

END_SECONDS: Final = 15.0
"""How long a server may take to end."""


def this_process() -> str:
    """This process, and no later one that gets its number."""
    return f"{os.getpid()}@{psutil.Process().create_time()}"


def left_over_server(port: int, environment: dict[str, str]) -> psutil.Process | None:
    """A server on this port that belongs to nobody any more; None where there is none.

    One that has other names, or another login, than it is to have now is ended.

    Args:
        port: Where a server is to listen.
        environment: What it is to be told.
    """
    for process in listeners(port) or ():
        try:
            server = psutil.Process(process)
            given = server.environ()
            if OWNER not in given or _is_there(given[OWNER]):
                continue
        except psutil.Error:
            continue  # it has just ended, or is another user's
        if environment.items() <= given.items():
            return server
        end_server(server)
    return None


def end_server(server: psutil.Process) -> None:
    """Ends a server, and returns when it is gone."""
    server.terminate()
    if psutil.wait_procs([server], timeout=END_SECONDS)[1]:
        server.kill()
        psutil.wait_procs([server])


def _is_there(owner: str) -> bool:
    number, _, began = owner.partition("@")
    try:
        process = psutil.Process(int(number))
        # one that has ended stays in the list until its parent looks
        is_dead = process.status() == psutil.STATUS_ZOMBIE
        return f"{process.create_time()}" == began and not is_dead
    except psutil.NoSuchProcess:
        return False
