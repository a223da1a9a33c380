"""A flow goes on when nobody reads its output any more: its `serve`, or its worker, was killed.

Its log goes through a pipe to that process. At the first line after its death rich, which writes
Prefect's lines, would end the flow in the middle of its calls. The log goes to the server, too.
"""

from __future__ import annotations

import logging

from prefect.logging.handlers import PrefectConsoleHandler


def outlive_reader() -> None:
    """From now on, lines of this process that nobody takes are dropped; it goes on."""
    known = [each for each in logging.root.manager.loggerDict.values() if hasattr(each, "handlers")]
    for logger in (logging.root, *known):
        for handler in logger.handlers:
            if isinstance(handler, PrefectConsoleHandler):
                _keep_going(handler)


def _keep_going(handler: PrefectConsoleHandler) -> None:
    console = handler.console

    def drop_what_follows() -> None:
        console.quiet = True

    # rich says to change this by a subclass; the console is made by Prefect
    console.on_broken_pipe = drop_what_follows  # type: ignore[method-assign]  # see above
