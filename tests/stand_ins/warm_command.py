"""`sendersync` without a second of imports: each command is forked from a process that has done them.

    with warm_command() as folder:
        env = os.environ | {"PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"}
        subprocess.run(["bash", "-c", "sendersync history | head"], env=env)

The folder holds a program `sendersync` that hands over its arguments, its working folder, its
environment and its streams, and ends with the exit code of the fork. The fork is a process of its own
that goes the whole way from `main` to the interpreter's end; only what the interpreter reads as it
starts (`PYTHONPATH`, say) is that of the warm process.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import pkgutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.builders.repository import ROOT

_ROOMS = ("schemas", "connectors", "sendersync")
_LEFT_OUT = ("sendersync.blocks", "sendersync.cli.commands.setup.serve")
"""Modules that import Prefect, which starts threads: no fork may come after."""

_PROGRAM = """\
#!{python} -IS
import json, os, socket, sys
order = {{"argv": sys.argv[1:], "folder": os.getcwd(), "environment": dict(os.environ)}}
with socket.socket(socket.AF_UNIX) as warm:
    warm.connect({address!r})
    socket.send_fds(warm, [b"\\n"], [0, 1, 2])
    warm.sendall(json.dumps(order).encode())
    warm.shutdown(socket.SHUT_WR)
    code = warm.recv(16)
sys.exit(int(code or 1))
"""


@contextmanager
def warm_command() -> Iterator[Path]:
    """A folder for `PATH` with a `sendersync` that starts at once."""
    with tempfile.TemporaryDirectory(prefix="warm-") as name:
        address = Path(name, "socket")
        server = subprocess.Popen(
            [sys.executable, "-c", f"from {__name__} import serve; serve({str(address)!r})"],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
        )
        try:
            assert server.stdout is not None
            assert server.stdout.readline(), "the warm process did not start"
            program = Path(name, "bin", "sendersync")
            program.parent.mkdir()
            text = _PROGRAM.format(python=sys.executable, address=str(address))
            program.write_text(text, "utf-8")
            program.chmod(0o700)
            yield program.parent
        finally:
            server.terminate()
            server.communicate()


def serve(address: str) -> None:
    """Forks for each program that calls; in a fork it returns once the command is to begin."""
    from sendersync.cli import entry

    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(address)
        listener.listen()
        _import_all()
        # the threads of OpenBLAS and jemalloc are no matter: both see to forks themselves
        assert threading.active_count() == 1, "an import has started a thread: forks lack it"
        gc.freeze()  # a collection would touch, and so copy, every page
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        os.write(sys.stdout.fileno(), b"ready\n")
        while True:
            caller, _ = listener.accept()
            if os.fork():
                caller.close()
                continue
            break
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    order = _taken_over(caller)
    if command := os.fork():
        # stays behind to say how it ended, also when it was killed
        _, status = os.waitpid(command, 0)
        caller.sendall(str(os.waitstatus_to_exitcode(status) % 256).encode())
        os._exit(0)
    caller.close()
    entry.main(order["argv"])


def _taken_over(caller: socket.socket) -> dict[str, list[str]]:
    """What is to be done; folder, environment and streams are the caller's from here on."""
    _, streams, _, _ = socket.recv_fds(caller, 1, 3)
    order = json.loads(b"".join(iter(lambda: caller.recv(1 << 16), b"")))
    for stream, place in zip(streams, (0, 1, 2), strict=True):
        os.dup2(stream, place)
        os.close(stream)
    os.chdir(order["folder"])
    os.environ.clear()
    os.environ.update(order["environment"])
    sys.argv = ["sendersync", *order["argv"]]
    return order


def _import_all() -> None:
    for room in _ROOMS:
        package = importlib.import_module(room)
        for module in pkgutil.walk_packages(package.__path__, f"{room}."):
            if not module.name.startswith(_LEFT_OUT):
                importlib.import_module(module.name)
