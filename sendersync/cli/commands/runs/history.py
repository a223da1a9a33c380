"""`history` and `show`: what the ledger keeps of runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from schemas.frames import SENT_COLUMNS
from sendersync.cli.options import Json, RunName, Unmasked
from sendersync.cli.state_access import state_for_reading
from sendersync.cli.views.masking import shown_field
from sendersync.cli.views.output import console, print_json

if TYPE_CHECKING:
    from sendersync.state.lease.lease import LastHolder
    from sendersync.state.runs import RunRow

Sync = Annotated[str | None, typer.Option("--sync", metavar="NAME", help="Runs of this sync only.")]
Limit = Annotated[int, typer.Option("--limit", min=1, metavar="N", help="The newest N runs.")]
Most = Annotated[
    int,
    typer.Option("--limit", min=0, metavar="N", help="List N operations and N held; 0 lists all."),
]

_IN_ORDER = ("intent", "unknown", "failed", "refused", "not_reached", "already", "confirmed")
"""Outcomes as a person wants to read them: what needs eyes first."""


def register(app: typer.Typer) -> None:
    """Adds the commands to the command line."""
    app.command("history")(history)
    app.command("show")(show)


def history(sync: Sync = None, limit: Limit = 20, as_json: Json = False) -> int:
    """List runs, newest first."""
    with state_for_reading(may_migrate=True) as state:
        runs = state.runs.latest(limit, sync)
        unfinished = {
            row.id: _unfinished(row, state.last_holder(row.sync))["state"]
            for row in runs
            if not row.finished_at
        }
    if as_json:
        print_json({"runs": [_as_json(row) for row in runs]})
        return 0
    from sendersync.cli.views.tables import table

    if not runs:
        console().print("There is no run yet.")
        return 0
    columns = ("Run", "Sync", "Command", "Status", "Rows", "Planned", "Done", "Held")
    lines = [_line(row, row.status or unfinished[row.id]) for row in runs]
    console().print(table(columns, lines, right=columns[4:]))
    return 0


def show(run: RunName, limit: Most = 50, unmasked: Unmasked = False, as_json: Json = False) -> int:
    """Show one run: its report, what is held, every operation.

    Stops whose answer proves nothing are listed for review: look them up on the platform.
    """
    with state_for_reading() as state:
        row = state.runs.one(run)
        operations = state.ledger.operations(row.id)
        unfinished = None if row.finished_at else _unfinished(row, state.last_holder(row.sync))
    if not unmasked:
        operations = _without_people_as_codes(operations, row.report)
    is_held = operations["state"] == "held"
    held, done = operations.loc[is_held], operations.loc[~is_held]
    in_flight = done.loc[done["state"] == "intent"]
    review = done.loc[(done["kind"] == "stop") & (done["state"] == "unknown")]
    if as_json:
        print_json(
            _as_json(row)
            | {
                "report": row.report,
                "held": _listed(held, unmasked=unmasked),
                "operations": _listed(done, unmasked=unmasked),
                "review": _listed(review, unmasked=unmasked),
                "in_flight": _listed(in_flight, unmasked=unmasked),
                "unfinished": unfinished,
            }
        )
        return 0
    from sendersync.cli.views.operations import ledger_table, listed_held_table
    from sendersync.cli.views.report import show_report

    out = console()
    out.print(f"{row.command} of {row.source}, begun {row.started_at}", soft_wrap=True)
    if row.report:
        show_report(out, row.report)
        error = row.report.get("error")
        if error:
            out.print(f"Error: {error['where']}: {error['what']} {error['do']}", soft_wrap=True)
    if unfinished:
        _show_unfinished(out, unfinished, done["state"])
    if len(held):
        out.print()
        out.print(listed_held_table(held, limit, unmasked=unmasked))
    if len(review):
        out.print()
        out.print(
            f"Stops that ended as unknown: {len(review):,}. Look these people up on the platform.",
            style="bold",
            soft_wrap=True,
        )
    if len(done):
        order = {name: place for place, name in enumerate(_IN_ORDER)}
        places = done["state"].map(lambda name: order.get(name, len(order)))
        first = done.loc[places.sort_values(kind="stable").index]
        first = first.head(limit) if limit else first
        out.print()
        out.print(ledger_table(first, unmasked=unmasked))
        if len(first) < len(done):
            out.print(f"{len(done) - len(first):,} more: --limit 0 lists all.")
    return 0


def _without_people_as_codes(operations: Any, report: dict[str, Any]) -> Any:
    """Masks sender codes and groups that look like a phone or an e-mail and came from the rows."""
    from sendersync.transforms.sender_codes import plain_code

    codes = operations["sender_code"].unique().tolist()
    # a run without a report, or of an older version, does not say what was given for all its rows
    sole = {"sender_code": codes[0]} if len(codes) == 1 else {}
    given = report.get("read_as", sole)
    masked = {}
    for name in ("sender_code", "group", "before_group"):
        field = name.removeprefix("before_")
        # a code is sent as it was sent before: what was given may be another spelling of it
        constant = plain_code(given.get(field, ""))
        shown = {
            value: value
            if plain_code(value) == constant
            else shown_field(field, value, unmasked=False)
            for value in operations[name].unique()
        }
        masked[name] = operations[name].map(shown)
    return operations.assign(**masked)


def _unfinished(row: RunRow, holder: LastHolder | None) -> dict[str, Any]:
    """What can be told of a run without an end: whether it lives, and where it ran."""
    if holder is None or holder.run != row.id:  # another run has followed, which only death allows
        return {"state": "died", "host": "", "process": None}
    state = "active" if holder.alive else "died"
    return {"state": state, "host": holder.host_name, "process": holder.pid}


def _show_unfinished(out: Any, unfinished: dict[str, Any], states: Any) -> None:
    ran = f" on {unfinished['host']}, process {unfinished['process']}" if unfinished["host"] else ""
    if unfinished["state"] == "active":
        words = f"It is still active{ran}. What follows is how far it has come."
    else:
        words = (
            f"It died before its end{ran}. Nothing is lost: the next run goes on where it ended."
        )
    out.print(words, style="bold", soft_wrap=True)
    counts = states[states != "held"].value_counts()
    asked = int(counts.pop("intent")) if "intent" in counts else 0
    settled = ", ".join(f"{number:,} {name}" for name, number in counts.items())
    out.print(
        f"Calls in flight: {asked:,}. Settled: {int(counts.sum()):,}"
        + (f" ({settled})." if settled else "."),
        soft_wrap=True,
    )


def _as_json(row: RunRow) -> dict[str, Any]:
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


def _line(row: RunRow, status: str) -> tuple[object, ...]:
    if not row.report:
        return (row.id, row.sync, row.command, status, "", "", "", "")
    plan, load = row.report["plan"], row.report["load"]
    planned = plan["add"] + plan["stop"] + plan["update"]
    done = load["confirmed"] + load["already"]
    rows = row.report["source"]["rows"]
    return (
        *(row.id, row.sync, row.command, status),
        *(f"{rows:,}", f"{planned:,}", f"{done:,}", f"{plan['held']:,}"),
    )


def _listed(operations: Any, *, unmasked: bool) -> list[dict[str, Any]]:
    """Operations as JSON: numbers as numbers, people masked unless asked for."""
    return [
        {
            "number": int(row["number"]),
            "kind": row["kind"],
            "cause": row["cause"],
            "sender_code": row["sender_code"],
            "phone": shown_field("phone", row["phone"], unmasked=unmasked),
            "outcome": row["state"],
            "attempts": int(row["attempts"]),
            "status": _number(row["status"]),
            "text": row["text"],
            **{
                name: shown_field(name, row[name], unmasked=unmasked)
                for name in SENT_COLUMNS
                if row[name]
            },
            "before": {
                name: shown_field(name, row[f"before_{name}"], unmasked=unmasked)
                for name in SENT_COLUMNS
                if row["before_standing"] and row[f"before_{name}"] != row[name]
            },
            "intended_at": row["intended_at"],
            "settled_at": row["settled_at"],
        }
        for row in operations.to_dict("records")
    ]


def _number(value: Any) -> int | None:
    """An HTTP status; a frame's missing value is no number."""
    try:
        return int(value)
    except (TypeError, ValueError):
        return None
