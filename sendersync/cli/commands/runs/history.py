"""`history`: the runs that the state remembers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from schemas.report import headline
from schemas.wording import counted
from sendersync.cli.options import Json
from sendersync.cli.state_access import state_for_reading
from sendersync.cli.views.output import console, print_json, print_text

if TYPE_CHECKING:
    from rich.console import Console

    from sendersync.state.lease.lease import LastHolder
    from sendersync.state.runs import RunRow
    from sendersync.state.store import State

Sync = Annotated[str | None, typer.Option("--sync", metavar="NAME", help="Runs of this sync only.")]
Limit = Annotated[int, typer.Option("--limit", min=1, metavar="N", help="The newest N runs.")]


def register(app: typer.Typer) -> None:
    """Adds the command to the command line."""
    app.command("history")(history)


def history(sync: Sync = None, limit: Limit = 20, as_json: Json = False) -> int:
    """List runs, newest first, with totals and trends."""
    with state_for_reading(may_migrate=True) as state:
        runs = state.runs.latest(limit, sync)
        where, new, missing = state.where, state.is_new(), state.missing
        states = {
            row.id: row.status or whereabouts(row, state.last_holder(row.sync))["state"]
            for row in runs
        }
        trends = list(_trends(state, runs))
    if as_json:
        sums = _totals(runs)
        listed = [run_as_json(row) for row in runs]
        found = {"runs": listed, "totals": sums, "trends": trends, "state": where, "new": new}
        print_json(found)
        return 0
    from sendersync.cli.views.tables import table

    if not runs:
        print_text(console(), _why_none(sync, where, new=new, missing=missing))
        return 0
    lines = [(row.id, row.sync, _what_happened(row, states[row.id])) for row in runs]
    out = console()
    out.print(table(("Run", "Sync", "What happened"), lines))
    _print_sums(out, _totals(runs), trends)
    return 0


def _totals(runs: list[RunRow]) -> dict[str, int]:
    from sendersync.transforms.trends import totals

    ended = [row.report for row in runs if row.report]
    return {"runs": len(ended), **totals(ended)}


def _trends(state: State, runs: list[RunRow]) -> Iterator[dict[str, Any]]:
    """The newest `run` of each listed sync against the mean of those before it."""
    from sendersync.transforms.trends import COMPARED, mean_before, numbers_of

    for sync in dict.fromkeys(row.sync for row in runs if row.command == "run"):
        before = state.runs.latest(5 * COMPARED, sync)
        ended = [row for row in before if row.command == "run" and row.report]
        mean = mean_before([row.report for row in ended[1:]])
        if mean is not None:
            newest = ended[0]
            now = numbers_of(newest.report)
            yield {"sync": sync, "run": newest.id, "now": now, "mean_before": mean}


def _print_sums(out: Console, sums: dict[str, int], trends: list[dict[str, Any]]) -> None:
    from sendersync.cli.views.tables import table
    from sendersync.transforms.trends import MEASURED, percent

    out.print()
    print_text(
        out,
        f"Together, {counted(sums['runs'], 'run')}: {sums['rows']:,} rows read, {sums['adds']:,} "
        f"added, {sums['stops']:,} stopped, {sums['held']:,} held.",
    )
    if not trends:
        return
    rows = []
    for trend in trends:
        now, mean = trend["now"], trend["mean_before"]
        shares = [percent(now[name], mean[name]) for name in MEASURED]
        rows.append((trend["sync"], "last run", *(f"{now[name]:,}" for name in MEASURED)))
        rows.append(("", "mean before", *(f"{mean[name]:,}" for name in MEASURED)))
        rows.append(
            ("", "difference", *("" if share is None else f"{share:+,} %" for share in shares))
        )
    names = ("Rows", "Members", "Added", "Stopped", "Held")
    out.print()
    out.print(table(("Sync", "", *names), rows, right=names))


def _why_none(sync: str | None, where: str, *, new: bool, missing: bool) -> str:
    if missing:
        return (
            f"There is no state here: {where}. The first run makes it. If you have run sendersync "
            "before, set SENDERSYNC_STATE to the state that you used."
        )
    if new:
        return f"This state is new: {where}. There is no run in it yet."
    return f"There is no run of {sync} in {where}. `sendersync list` shows the syncs it knows."


def _what_happened(row: RunRow, state: str) -> str:
    if not row.report:
        return f"{row.command}, {state}"
    rows = counted(row.report["source"]["rows"], "row")
    # a run that corrects an earlier one names it, and reads no rows
    read = rows if row.report.get("read_as", True) else f"of {row.source}"
    return f"{row.command}, {state.replace('_', ' ')}, {read}: {headline(row.report)}"


def whereabouts(row: RunRow, holder: LastHolder | None) -> dict[str, Any]:
    """Of a run without an end: whether it is active, and where it ran."""
    if holder is None or holder.run != row.id:  # another run has followed, which only death allows
        return {"state": "died", "host": "", "process": None}
    state = "active" if holder.alive else "died"
    return {"state": state, "host": holder.host_name, "process": holder.pid}


def run_as_json(row: RunRow) -> dict[str, Any]:
    """A run as `history` and `show` give it."""
    return {
        "run": row.id,
        "sync": row.sync,
        "command": row.command,
        "source": row.source,
        "started_at": row.started_at,
        "finished_at": row.finished_at,
        "status": row.status,
        "report": row.report,
    }
