"""After a run: tells the address in SENDERSYNC_PING_URL, where there is one, how it ended."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from schemas.errors import BY_URGENCY, ExitCode, SendersyncError
from sendersync.cli.views.output import console, print_text

if TYPE_CHECKING:
    from sendersync.pipeline.run import Finished


def tell_watchman(ended: Sequence[Finished]) -> None:
    """Counts and codes only; that it could not be told is said, and changes no exit code.

    Args:
        ended: The runs of one command, at least one: their counts are added up, and all is well
            only where it is with each.
    """
    from connectors.configuration.environment import environment
    from connectors.http_client.ping import VARIABLE, ping

    try:
        address = environment().get(VARIABLE, "")
    except SendersyncError:
        return  # a .env that cannot be read has ended the run, and was said
    if not address:
        return
    worst = min(ended, key=lambda each: BY_URGENCY.index(each.exit_code))
    reports = [each.report for each in ended]
    said: dict[str, str | int] = {
        "status": str(worst.report.status),
        "exit_code": int(worst.exit_code),
        "rows": sum(each.source.rows for each in reports),
        "added": sum(each.plan.add for each in reports),
        "stopped": sum(each.plan.stop for each in reports),
        "held": sum(each.plan.held for each in reports),
        "failed": sum(each.load.failed + each.load.refused for each in reports),
        "unknown": sum(each.load.unknown for each in reports),
    }
    problem = ping(address, said, well=worst.exit_code is ExitCode.COMPLETED)
    if problem:
        note = f"The address in {VARIABLE} was not told how this run ended: {problem}."
        print_text(console(stderr=True), note)
