"""What every test may rely on: a closed network, a bare environment, an empty working folder.

Nothing of ours is patched here. The guard on sockets sits below every library, so that a test
that would reach the internet fails by name instead of passing on a lucky machine.
"""

from __future__ import annotations

import gc
import inspect
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings

from schemas.frame_spec import FrameSpec
from tests.coverage_floor import CoverageFloor
from tests.further_cases import further
from tests.side_by_side import pytest_xdist_make_scheduler
from tests.stand_ins.memory_folder import memory_folder

__all__ = ["pytest_xdist_make_scheduler"]

# Half a million objects are made while tests are collected, and nearly all of them stay.
gc.disable()

_LOOPBACK_NAMES = frozenset({"", "localhost", "127.0.0.1", "::1", "0.0.0.0", "::"})

# Decided once, before any test module is imported: some libraries read these as they load.
for _name in [name for name in os.environ if name.startswith(("SENDERSYNC_", "PREFECT_"))]:
    del os.environ[_name]
os.environ["DO_NOT_TRACK"] = "1"
os.environ["PREFECT_SERVER_ANALYTICS_ENABLED"] = "false"
os.environ["NO_COLOR"] = "1"
os.environ["COLUMNS"] = "100"
os.environ.pop("FORCE_COLOR", None)
# `tmp_path` is below it
os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", memory_folder())

# Costs too much for every night, and nothing here: nulls and doubles fail where a frame is made.
FrameSpec.every_cell = True

settings.register_profile(
    "here",
    deadline=None,  # two busy cores say nothing about our speed; benchmarks/ does
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("ci", settings.get_profile("here"), derandomize=True, database=None)
settings.register_profile(
    "mutants",
    settings.get_profile("ci"),
    max_examples=5,
    # that a test fails is all there is to know: a smaller example would take minutes for each mutant
    phases=[Phase.explicit, Phase.generate],
)
settings.load_profile(
    os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "here")
)


class NetworkClosed(AssertionError):
    """A test tried to leave this machine.

    An AssertionError, not an OSError: code under test must not be able to treat it as a broken
    connection and carry on.
    """


def _is_local(host: object) -> bool:
    text = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host or "")
    return text in _LOOPBACK_NAMES or text.startswith("127.")


@pytest.fixture(scope="session", autouse=True)
def _closed_network() -> Iterator[None]:
    """Lets sockets reach loopback and Unix sockets, and nothing else."""
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex
    getaddrinfo = socket.getaddrinfo

    def check(sock: socket.socket, address: Any) -> None:
        if sock.family in (socket.AF_INET, socket.AF_INET6) and not _is_local(address[0]):
            raise NetworkClosed(f"the network is closed in tests: {address[0]} was asked for")

    def guarded_connect(sock: socket.socket, address: Any) -> None:
        check(sock, address)
        connect(sock, address)

    def guarded_connect_ex(sock: socket.socket, address: Any) -> int:
        check(sock, address)
        return connect_ex(sock, address)

    def guarded_getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
        # `.invalid` never resolves (RFC 2606): the honest way to test for an unknown host.
        if not _is_local(host) and not str(host).endswith(".invalid"):
            raise NetworkClosed(f"the network is closed in tests: {host!s} was looked up")
        if str(host).endswith(".invalid"):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return getaddrinfo(host, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded_connect)
        patch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
        patch.setattr(socket, "getaddrinfo", guarded_getaddrinfo)
        yield


@pytest.fixture(scope="session", autouse=True)
def _nobodys_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Moves the working folder and the user's folders away: no `.env`, no real state is touched."""
    here = tmp_path_factory.mktemp("nobodys_home")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(here)
        patch.setenv("PREFECT_HOME", str(here / "prefect"))
        for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
            patch.setenv(name, str(here / name.lower()))
        yield here


@pytest.fixture(autouse=True)
def _leaves_no_trace() -> Iterator[None]:
    """Fails a test that changes the environment or the working folder for those after it."""
    ours = ("SENDERSYNC_", "PREFECT_", "XDG_")
    before = {name: value for name, value in os.environ.items() if name.startswith(ours)}
    folder = Path.cwd()
    yield
    assert Path.cwd() == folder, "the test left the working folder changed"
    after = {name: value for name, value in os.environ.items() if name.startswith(ours)}
    assert after == before, "the test left the environment changed: use monkeypatch"


def pytest_addoption(parser: pytest.Parser) -> None:
    """The Makefile's way to say that the whole suite runs."""
    parser.addoption("--coverage-floor", action="store_true", help="count lines; they have a floor")


def pytest_configure(config: pytest.Config) -> None:
    """Where lines are counted, they have a floor."""
    if config.getoption("coverage_floor"):
        worker = getattr(config, "workerinput", {}).get("workerid", "main")
        config.pluginmanager.register(CoverageFloor(worker))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Before `-m` chooses: whole nights beyond the first of a table are for `make soak`."""
    waiting = further(item.nodeid for item in items)
    for item in items:
        if item.nodeid in waiting:
            item.add_marker(pytest.mark.soak)


def pytest_collection_finish() -> None:
    """No collection of garbage looks at modules and tests again, which took a tenth of the time."""
    gc.freeze()
    gc.set_threshold(50_000, 50, 100)
    gc.enable()


def pytest_make_parametrize_id(config: pytest.Config, val: object, argname: str) -> str | None:
    """Functions are named, not shown by their address: a test has the same id in every process."""
    return val.__name__ if inspect.isfunction(val) else None
