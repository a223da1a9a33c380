"""`show`: one run, its report, and each of its operations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from schemas.frames import SENT_COLUMNS
from schemas.wording import counted
from sendersync.cli.commands.runs.history import run_as_json, whereabouts
from sendersync.cli.options import Json, Most, RunName, Unmasked
from sendersync.cli.state_access import state_for_reading
from sendersync.cli.views.given import Given
from sendersync.cli.views.output import console, print_json, print_text
from sendersync.transforms.masking.masked_cells import shown_field, shown_text

if TYPE_CHECKING:
    from rich.console import Console

    from sendersync.state.corrections.reviews import Review
    from sendersync.state.runs import RunRow

_IN_ORDER = ("intent", "unknown", "failed", "refused", "not_reached", "already", "confirmed")
"""Outcomes as a person wants to read them: what needs eyes first."""

_OF_SYNC_FILES = frozenset({"run", "adopt"})


@dataclass(frozen=True)
class OneRun:
    """A run as the ledger keeps it; its frames hold stored operations, people masked or not.

    Attributes:
        row: The run itself.
        held: What it held.
        done: Everything else.
        approvals: Who let what go in this run.
        reviews: What people found out about its outcomes.
        unfinished: Of a run without an end: its state, host and process.
        decided: The digest of its plan was approved, or is too old to be.
        unmasked: Phones and e-mails are shown in full.
    """

    row: RunRow
    held: Any
    done: Any
    approvals: list[dict[str, Any]]
    reviews: list[Review]
    unfinished: dict[str, Any] | None
    decided: bool
    unmasked: bool

    @property
    def review(self) -> Any:
        """Stops that nothing has proven."""
        return self.done.loc[(self.done["kind"] == "stop") & (self.done["state"] == "unknown")]


def register(app: typer.Typer) -> None:
    """Adds the command to the command line."""
    app.command("show")(show)


def show(run: RunName, limit: Most = 50, unmasked: Unmasked = False, as_json: Json = False) -> int:
    """Show one run: its report, what is held, every operation.

    Stops whose answer proves nothing are listed for review: look them up on the platform.
    """
    found = _look_up(run, unmasked=unmasked)
    if as_json:
        print_json(_as_json(found))
    else:
        _print(found, limit)
    return 0


def _look_up(run: str, *, unmasked: bool) -> OneRun:
    with state_for_reading() as state:
        row = state.runs.one(run)
        operations = state.ledger.operations(row.id)
        given = state.approvals.given(row.sync)
        reviews = state.reviews.of_run(row.id)
        good = row.digest and state.approvals.good(row.sync, row.digest, datetime.now(UTC))
        unfinished = None if row.finished_at else whereabouts(row, state.last_holder(row.sync))
    if not unmasked:
        operations = _without_people_as_codes(operations, row.report)
    is_held = operations["state"] == "held"
    held, done = operations.loc[is_held], operations.loc[~is_held]
    approvals: list[Any] = given.loc[given["run_id"] == row.id].to_dict("records")
    return OneRun(row, held, done, approvals, reviews, unfinished, not good, unmasked)


def _as_json(found: OneRun) -> dict[str, Any]:
    in_flight = found.done.loc[found.done["state"] == "intent"]
    return run_as_json(found.row) | {
        "report": found.row.report,
        "digest": found.row.digest,
        "approvals": [_approval(each, unmasked=found.unmasked) for each in found.approvals],
        "reviews": [_review(each, unmasked=found.unmasked) for each in found.reviews],
        "held": _listed(found.held, unmasked=found.unmasked),
        "operations": _listed(found.done, unmasked=found.unmasked),
        "review": _listed(found.review, unmasked=found.unmasked),
        "in_flight": _listed(in_flight, unmasked=found.unmasked),
        "unfinished": found.unfinished,
    }


def _print(found: OneRun, limit: int) -> None:
    from sendersync.cli.views.held import held_of
    from sendersync.cli.views.operations import (
        changed_numbers,
        held_table,
        ledger_table,
    )
    from sendersync.cli.views.report import show_report

    out, row = console(), found.row
    if row.report:
        held = held_of(row.report, found.held, decided=found.decided)
        show_report(out, row.report, given=_given(row), held=held)
        error = row.report.get("error")
        if error:
            print_text(out, f"Error: {error['where']}: {error['what']} {error['do']}")
    print_text(out, f"`{row.command}` of {row.source}, begun {row.started_at}.")
    for each in found.approvals:
        print_text(out, _approved_by(_approval(each, unmasked=found.unmasked)))
    for said in found.reviews:
        print_text(out, _reviewed_by(_review(said, unmasked=found.unmasked)))
    if found.unfinished:
        _print_unfinished(out, found.unfinished, found.done["state"])
    if len(found.held):
        out.print()
        out.print(held_table(found.held, limit, unmasked=found.unmasked))
    if len(found.review):
        out.print()
        stops = counted(len(found.review), "stop has", "stops have")
        print_text(
            out, f"{stops} no clear answer. Look these people up on the platform.", style="bold"
        )
    if len(found.done):
        order = {name: place for place, name in enumerate(_IN_ORDER)}
        places = found.done["state"].map(lambda name: order.get(name, len(order)))
        first = found.done.loc[places.sort_values(kind="stable").index]
        first = first.head(limit) if limit else first
        out.print()
        changed = changed_numbers(found.done, found.held)
        out.print(ledger_table(first, changed, unmasked=found.unmasked))
        if len(first) < len(found.done):
            out.print(f"{len(found.done) - len(first):,} more: --limit 0 lists all.")


def _given(row: RunRow) -> Given | None:
    """What a run of a sync file was given; of a file that came once, the options are not kept."""
    file = row.report.get("read_as", {}).get("sync_file")
    return Given(Path(file), verb=row.command) if file and row.command in _OF_SYNC_FILES else None


def _approval(given: dict[str, Any], *, unmasked: bool) -> dict[str, Any]:
    """An approval as JSON; its note is a person's own words, and may name another."""
    note = shown_text(given["note"], unmasked=unmasked)
    shown = {name: given[name] for name in ("who", "at", "digest")}
    return {**shown, "ceiling": int(given["ceiling"]), "note": note}


def _approved_by(given: dict[str, Any]) -> str:
    what = (
        f"plan {given['digest']}, {counted(given['ceiling'], 'operation')} let go"
        if given["digest"]
        else f"up to {counted(given['ceiling'], 'removal')}"
    )
    note = f" Note: {given['note']}" if given["note"] else ""
    return f"Approved by {given['who']} at {given['at'][:19].replace('T', ' ')} UTC: {what}.{note}"


def _review(given: Review, *, unmasked: bool) -> dict[str, Any]:
    """A review as JSON."""
    shown = {name: getattr(given, name) for name in ("standing", "answer", "who", "at")}
    names = ("sender_code", "phone")
    who = {name: shown_field(name, getattr(given, name), unmasked=unmasked) for name in names}
    return {**who, **shown, "note": shown_text(given.note, unmasked=unmasked)}


def _reviewed_by(given: dict[str, Any]) -> str:
    note = f" Note: {given['note']}" if given["note"] else ""
    at = given["at"][:19].replace("T", " ")
    return f"Looked up by {given['who']} at {at} UTC: {given['phone']} is {given['answer']}.{note}"


def _without_people_as_codes(operations: Any, report: dict[str, Any]) -> Any:
    """Masks sender codes and groups that look like a phone or an e-mail and came from the rows."""
    from schemas.sync_keys.sender_code import plain_code

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


def _print_unfinished(out: Console, unfinished: dict[str, Any], states: Any) -> None:
    ran = f" on {unfinished['host']}, process {unfinished['process']}" if unfinished["host"] else ""
    if unfinished["state"] == "active":
        words = f"It is still active{ran}. What follows is how far it has come."
    else:
        words = (
            f"It died before its end{ran}. Nothing is lost: the next run goes on where it ended."
        )
    print_text(out, words, style="bold")
    counts = states[states != "held"].value_counts()
    asked = int(counts.pop("intent")) if "intent" in counts else 0
    answered = ", ".join(f"{number:,} {name}" for name, number in counts.items())
    print_text(
        out,
        f"Calls in flight: {asked:,}. Answered: {int(counts.sum()):,}"
        + (f" ({answered})." if answered else "."),
    )


def _listed(operations: Any, *, unmasked: bool) -> list[dict[str, Any]]:
    """Operations as JSON: numbers as numbers, people masked unless asked for."""
    return [
        {
            "number": int(row["number"]),
            "kind": row["kind"],
            "cause": row["cause"],
            "key": shown_field("key", row["key"], unmasked=unmasked),
            **({"guard": row["guard"], "line": row["line"]} if row["state"] == "held" else {}),
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
