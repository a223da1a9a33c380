"""`serve()` as a real process: a Prefect server of its own and our deployments, for a session.

    with Served(folder, env=sandbox.env()) as served:
        run = served.start("sync_contacts/sync-now", sync={"file": "contacts.yaml"})
        assert served.ended(run)["state_name"] == "Completed"

Starting it takes about ten seconds, so one is shared by all tests that need Prefect.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import TypeVar

from tests.stand_ins.prefect_api import PrefectApi, free_port
from tests.waiting.until import until

T = TypeVar("T")


class Served(PrefectApi):
    """A served set of deployments.

    Args:
        folder: Working folder of the process; paths of sync files start there.
        env: Where the platform and the state are.
        deployments: The file to serve; default: the project's own.
        api_url: Where the server is, or shall be; default: a free port.
        demo: As `sendersync serve --demo`, which brings a sandbox and folders of its own.
    """

    def __init__(
        self,
        folder: Path,
        env: dict[str, str],
        deployments: Path | None = None,
        api_url: str = "",
        *,
        demo: bool = False,
    ) -> None:
        self.folder = folder
        self.home = folder / "prefect"
        super().__init__(api_url or f"http://127.0.0.1:{free_port()}/api")
        self._env = env
        given = f"Path({str(deployments)!r})" if deployments else ""
        serve = (
            f"from pathlib import Path; from sendersync.serving.serve import serve; serve({given})"
        )
        self._command = ["-m", "sendersync.cli.entry", "serve", "--demo"] if demo else ["-c", serve]
        self._lines: list[str] = []

    def __enter__(self) -> Served:
        """Starts it and returns when the deployments can be started."""
        ours = {
            "PREFECT_HOME": str(self.home),
            "PREFECT_API_URL": self.api_url,
            "PREFECT_RUNNER_POLL_FREQUENCY": "1",
            "SENDERSYNC_PAGE_PORT": "0",
            "SENDERSYNC_PAGE_UPLOADS": str(self.folder / "uploads"),
        }
        self._process = subprocess.Popen(
            [sys.executable, *self._command],
            cwd=self.folder,
            env={**os.environ, **ours, **self._env},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self._drain = threading.Thread(target=self._read, daemon=True)
        self._drain.start()
        self._client = self._new_client()
        self.until(lambda: "Stop with Ctrl-C" in self.log, "the deployments are registered")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Ends it as a service manager would."""
        self.stop()

    def stop(self) -> int:
        """SIGTERM; its exit code."""
        self._client.close()
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        try:
            return self._process.wait(120)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._drain.join()
            if self._process.stdout:
                self._process.stdout.close()

    @property
    def pid(self) -> int:
        """The process that serves."""
        return self._process.pid

    @property
    def log(self) -> str:
        """What it printed so far."""
        return "".join(self._lines)

    @property
    def stored(self) -> bytes:
        """Every byte that Prefect keeps: its database and all results."""
        return b"".join(p.read_bytes() for p in self.home.rglob("*") if p.is_file())

    def until(self, true: Callable[[], T], what: str) -> T:
        """Waits until something is so; fails at once when the process has ended."""

        def alive_and_true() -> T:
            assert self._process.poll() is None, f"serve ended: {self.log}"
            return true()

        try:
            return until(alive_and_true, what, every=0.2)
        except AssertionError as late:
            late.add_note(self.log)
            raise

    def _read(self) -> None:
        assert self._process.stdout is not None
        self._lines.extend(self._process.stdout)


@contextlib.contextmanager
def inside(served: Served) -> Iterator[None]:
    """Flows called as functions in this process report to that server.

    Their log stays here: the thread that sends it would, at the end of the tests, try for a minute
    to reach a server that is gone.
    """
    from prefect.settings import (
        PREFECT_API_URL,
        PREFECT_HOME,
        PREFECT_LOGGING_TO_API_ENABLED,
        temporary_settings,
    )

    ours = {
        PREFECT_API_URL: served.api_url,
        PREFECT_HOME: served.home,
        PREFECT_LOGGING_TO_API_ENABLED: False,
    }
    with temporary_settings(ours):
        yield
