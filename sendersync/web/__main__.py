"""The page alone, without Prefect: `python -m sendersync.web`, for a look and for its makers."""

from __future__ import annotations

import contextlib
import sys
import threading

from sendersync.web.server import serve_page
from sendersync.web.settings import page_settings


def main() -> int:
    """Serves until Ctrl-C."""
    page = serve_page(page_settings())
    sys.stdout.write("\n".join(page.lines()) + "\n")
    sys.stdout.flush()
    if page.problem:
        return 1
    with contextlib.suppress(KeyboardInterrupt):
        threading.Event().wait()
    page.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
