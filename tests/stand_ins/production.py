"""An installation as the production page describes it: Postgres, a server, workers, each a process.

    with Production(folder, env) as site:
        site.server()
        site.command("sendersync", "deploy")
        site.worker("one")
        run = site.start("sync_contacts/sync-now", sync={"file": "contacts.yaml"})

Each worker has a home of its own, as on a machine of its own. `env` says where the platform and the
state are.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil

from tests.stand_ins.prefect_api import PrefectApi, free_port
from tests.waiting.until import until

BIN = Path(sys.executable).parent


class Production(PrefectApi):
    """Processes of one installation; those that still run at the end are killed.

    Args:
        folder: Where runs start, with `.env`; homes and logs lie in it too.
        env: The environment of every process.
    """

    def __init__(self, folder: Path, env: dict[str, str]) -> None:
        self.port = free_port()
        super().__init__(f"http://127.0.0.1:{self.port}/api")
        self.folder = folder
        self.env = {**os.environ, **env, "PREFECT_API_URL": self.api_url}
        self._running: list[psutil.Popen] = []

    def __enter__(self) -> Self:
        """No process runs yet."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Kills whatever still runs."""
        self._client.close()
        self.kill(*self._running)

    def command(self, *argv: str, **more: str) -> str:
        """Runs one command of the page to its end; what it printed."""
        done = subprocess.run(
            [str(BIN / argv[0]), *argv[1:]],
            cwd=self.folder,
            env={**self.env, "PREFECT_HOME": str(self.folder / "home-command"), **more},
            capture_output=True,
            text=True,
            check=False,
            timeout=240,
        )
        assert done.returncode == 0, f"{argv}: {done.stdout}{done.stderr}"
        return done.stdout

    def server(self, **more: str) -> psutil.Popen:
        """Starts Prefect's server, and waits until it answers."""
        own = {"PREFECT_SERVER_API_PORT": str(self.port), **more}
        process = self._start("server", "sendersync", "serve", "--server-only", **own)
        self._token = ""  # an ended server's
        self.until(self.is_there, "the server answers")
        return process

    def worker(self, name: str) -> psutil.Popen:
        """Starts one worker, and waits until the server knows that it is there."""
        process = self._start(
            name, "prefect", "worker", "start", "--pool", "sendersync", "--name", name
        )
        self.until(lambda: self.workers().get(name) == "ONLINE", f"worker {name} is there")
        return process

    def workers(self) -> dict[str, str]:
        """Name of each worker to whether it is online."""
        found = self.call("/work_pools/sendersync/workers/filter", {})
        return {str(each["name"]): str(each["status"]) for each in found}

    def log(self, name: str) -> str:
        """What a process printed so far."""
        return (self.folder / f"{name}.log").read_text("utf-8", "replace")

    def flow_of(self, run: str) -> psutil.Process:
        """The process of a flow run."""

        def found() -> psutil.Process | None:
            for each in psutil.process_iter():
                try:
                    if each.environ().get("PREFECT__FLOW_RUN_ID") == run:
                        return each
                except (psutil.Error, OSError):
                    continue
            return None

        process = until(found, "the flow has a process", every=0.2)
        assert process is not None
        return process

    def kill(self, *processes: psutil.Process) -> None:
        """SIGKILL to all of them at once: none sees another one die."""
        for signal in ("suspend", "kill"):
            for each in processes:
                if each.is_running():
                    getattr(each, signal)()
        psutil.wait_procs(list(processes))

    def stop(self, *processes: psutil.Process) -> None:
        """SIGTERM to all of them, as a service manager sends it; returns when they have ended."""
        for each in processes:
            each.terminate()
        assert not psutil.wait_procs(list(processes), timeout=90)[1]

    def running(self) -> list[psutil.Popen]:
        """Every process of it that was started and still runs."""
        return [each for each in self._running if each.is_running()]

    def _start(self, name: str, *argv: str, **more: str) -> psutil.Popen:
        home = self.folder / f"home-{name}"
        with (self.folder / f"{name}.log").open("ab") as log:
            process = psutil.Popen(
                [str(BIN / argv[0]), *argv[1:]],
                cwd=self.folder,
                env={**self.env, "PREFECT_HOME": str(home), **more},
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._running.append(process)
        return process
