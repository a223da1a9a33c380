"""After a run: tells the address in SENDERSYNC_PING_URL, where there is one, how it ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.errors import ExitCode, SendersyncError
from sendersync.cli.views.output import console, print_text

if TYPE_CHECKING:
    from sendersync.pipeline.run import Finished


def tell_watchman(finished: Finished) -> None:
    """Counts and codes only; that it could not be told is said, and changes no exit code."""
    from connectors.configuration.environment import environment
    from connectors.http_client.ping import VARIABLE, ping

    try:
        address = environment().get(VARIABLE, "")
    except SendersyncError:
        return  # a .env that cannot be read has ended the run, and was said
    if not address:
        return
    report = finished.report
    said: dict[str, str | int] = {
        "status": str(report.status),
        "exit_code": int(finished.exit_code),
        "rows": report.source.rows,
        "added": report.plan.add,
        "stopped": report.plan.stop,
        "held": report.plan.held,
        "failed": report.load.failed + report.load.refused,
        "unknown": report.load.unknown,
    }
    problem = ping(address, said, well=finished.exit_code is ExitCode.COMPLETED)
    if problem:
        note = f"The address in {VARIABLE} was not told how this run ended: {problem}."
        print_text(console(stderr=True), note)
