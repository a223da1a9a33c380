"""Which tests go to one process when several run side by side: those of a file, or of a folder.

The tests of a folder named here share what takes long to start, so they are not dealt out by file.
"""

from __future__ import annotations

from typing import Any, Final

import pytest
from xdist.scheduler.loadfile import LoadFileScheduling

TOGETHER: Final = ("tests/end_to_end/prefect_flows/",)
"""One Prefect server, which takes 13 seconds of a core to start."""


def group_of(nodeid: str) -> str:
    """The folder of a test where it stands above, else its file."""
    file = nodeid.split("::", 1)[0]
    return next((each for each in TOGETHER if file.startswith(each)), file)


class ByFileOrFolder(LoadFileScheduling):
    """What `--dist loadfile` does, but for the folders above."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadFileScheduling | None:
    """Takes the place of `loadfile` alone."""
    return ByFileOrFolder(config, log) if config.getvalue("dist") == "loadfile" else None
