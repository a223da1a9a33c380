"""Which process holds a lease, and whether it still lives.

A process id alone proves nothing: it is used again after a while, and two machines or containers
have the same ones. So a holder is named by machine, boot, pid namespace, pid and start time.
"""

from __future__ import annotations

import os
import platform
import socket
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Holder:
    """A process, as other processes can recognise it.

    Attributes:
        host: Machine, boot and pid namespace; empty where that cannot be known.
        host_name: For people.
        pid: Process id.
        started: Its start time in the system's own words; empty where that cannot be known.
    """

    host: str
    host_name: str
    pid: int
    started: str


def this_process() -> Holder:
    """The process that asks."""
    pid = os.getpid()
    return Holder(_host(), socket.gethostname(), pid, _started(pid) or "")


def is_dead(holder: Holder) -> bool:
    """True only when this machine can prove that the holder no longer runs."""
    if not holder.host or holder.host != _host():
        return False
    try:
        os.kill(holder.pid, 0)
    except ProcessLookupError:
        return True
    except OSError:  # it lives and belongs to somebody else
        pass
    started = _started(holder.pid)
    if started is None or not holder.started:
        return False  # hidden from this user: believe that it lives
    return started != holder.started


@cache
def _host() -> str:
    if os.name == "nt":
        return ""  # os.kill(pid, 0) would end the process there: leave it to the expiry
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        namespace = str(Path("/proc/self/ns/pid").readlink())
    except OSError:
        if platform.system() == "Linux":
            return ""  # without them two containers look alike: leave it to the expiry
        boot, namespace = "", ""
    return f"{socket.gethostname()}/{boot}/{namespace}"


def _started(pid: int) -> str | None:
    """The start time of a process; "gone" for one that is dead and not yet buried; else None."""
    try:
        # the name in parentheses may hold spaces and parentheses itself
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return _started_by_ps(pid) if platform.system() != "Linux" else None
    state, ticks_since_boot = fields[0], fields[19]
    return "gone" if state in "ZX" else ticks_since_boot


def _started_by_ps(pid: int) -> str | None:
    try:
        shown = subprocess.run(
            ["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
        )
    except OSError:
        return None
    return shown.stdout.strip() or None
