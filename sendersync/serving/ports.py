"""Which processes of this machine listen on a port."""

from __future__ import annotations

from typing import Any

import psutil


def listeners(port: int) -> list[int | None] | None:
    """The ids of those that listen, if this machine tells them.

    Returns:
        None where only an administrator may look; then the server itself says if it cannot listen.
    """
    try:
        found = psutil.net_connections(kind="tcp")
    except psutil.AccessDenied:
        return None
    return [each.pid for each in found if _is_listening(each, port)]


def listens(process: int, port: int) -> bool:
    """Whether this process listens on a port; one that has ended does not."""
    try:
        found = psutil.Process(process).net_connections(kind="tcp")
    except psutil.Error:
        return False
    return any(_is_listening(each, port) for each in found)


def holder_of(port: int) -> str:
    """Which program of this machine listens on a port, for people; empty for none."""
    for process in listeners(port) or ():
        try:
            return f"{psutil.Process(process).name()} (process {process})"
        except psutil.Error:
            return "another program"
    return ""


def _is_listening(connection: Any, port: int) -> bool:
    return bool(connection.status == psutil.CONN_LISTEN and connection.laddr.port == port)
