"""Operations for people: phones masked, and what a changed value was before."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from schemas.frames import SENT_COLUMNS
from schemas.masking import mask_phone
from schemas.outcomes import CAUSE_WORDS, Cause
from sendersync.cli.views.tables import table
from sendersync.transforms.masking.masked_cells import shown_field

Frame = Any
"""A pandas frame: this room handles them without knowing pandas."""

FIRST: Final = 20
"""Operations that a report lists; `show` lists all."""


def changed_numbers(*frames: Frame) -> frozenset[tuple[str, str]]:
    """(key, sender code) of people whose old number is stopped: their add is no new person."""
    return frozenset(
        (row.key, row.sender_code)
        for frame in frames
        for row in frame.loc[frame["cause"] == Cause.NUMBER_CHANGED].itertuples()
    )


def _why(row: Any, changed: frozenset[tuple[str, str]]) -> str:
    """Why a call is made; an add of somebody whose number has changed says that."""
    moved = row.cause == Cause.NEW and (row.key, row.sender_code) in changed
    cause = Cause.NUMBER_CHANGED if moved else row.cause
    return CAUSE_WORDS.get(cause, cause)


def planned_table(
    operations: Frame, members: Frame, held: Frame, *, limit: int = FIRST, unmasked: bool = False
) -> Any:
    """The first operations of a plan, or all for 0, in the order in which they would go."""
    first = operations.head(limit) if limit else operations
    changed = changed_numbers(operations, held)
    before = _before(first, members)
    rows = [
        (
            row.kind,
            shown_field("phone", row.phone, unmasked=unmasked),
            row.sender_code,
            _why(row, changed),
            _changes(row, before.get((row.phone, row.sender_code), {}), unmasked=unmasked),
        )
        for row in first.itertuples()
    ]
    more = len(operations) - len(first)
    title = f"The first {len(first)} of {len(operations):,} operations" if more else "Operations"
    return table(("Do", "Phone", "Sender code", "Why", "Change"), rows, title=title)


def causes_table(operations: Frame) -> Any:
    """How many operations of each kind and reason, with one of each as an example."""
    changed = changed_numbers(operations)
    why = [_why(row, changed) for row in operations.itertuples()]
    groups = operations.assign(why=why).groupby(["phase", "kind", "why"], sort=True)
    rows = [
        (len(rows), kind, why, mask_phone(str(rows["phone"].iloc[0])))
        for (_phase, kind, why), rows in groups
    ]
    return table(("Calls", "Do", "Why", "For example"), rows, right=("Calls",))


def held_table(held: Frame, limit: int, *, unmasked: bool) -> Any:
    """What is kept back, of whom and by what: so many of it, or all for 0.

    Args:
        held: Held operations of a plan, or as the ledger keeps them.
        limit: Rows.
        unmasked: Phones and keys are shown in full.
    """
    first = held.head(limit) if limit else held
    rows = [
        (
            row.kind,
            shown_field("phone", row.phone, unmasked=unmasked),
            row.sender_code,
            CAUSE_WORDS.get(row.cause, row.cause),
            (row.held_by if "held_by" in held else row.guard).replace(" ", ", "),
            row.line or "",
            # a key that is no more than the phone says nothing else
            "" if row.key == row.phone else shown_field("key", row.key, unmasked=unmasked),
        )
        for row in first.itertuples()
    ]
    title = f"Held: {len(held):,}"
    if len(first) < len(held):
        title += f", the first {len(first):,} (--limit 0 lists all)"
    columns = ("Would", "Phone", "Sender code", "Why", "Held by", "Line", "Key")
    filled = [at for at in range(len(columns)) if any(row[at] != "" for row in rows)]
    return table(
        [columns[at] for at in filled],
        [[row[at] for at in filled] for row in rows],
        right=("Line",),
        title=title,
    )


def inverse_table(operations: Frame, limit: int, *, unmasked: bool) -> Any:
    """What would be done to take a run back: so many of it, or all for 0."""
    first = operations.head(limit) if limit else operations
    rows = [
        (
            row.kind,
            shown_field("phone", row.phone, unmasked=unmasked),
            row.sender_code,
            "was added" if row.kind == "stop" else "had left the source",
            shown_field("key", row.key, unmasked=unmasked),
        )
        for row in first.itertuples()
    ]
    title = f"Would be taken back: {len(operations):,}"
    if len(first) < len(operations):
        title += f", the first {len(first):,} (--limit 0 lists all)"
    return table(("Would", "Phone", "Sender code", "Why", "Key"), rows, title=title)


def ledger_table(operations: Frame, changed: frozenset[tuple[str, str]], *, unmasked: bool) -> Any:
    """Operations of a run as the ledger keeps them; `changed` as `changed_numbers` gives it."""
    rows = []
    for row in operations.itertuples():
        before = {name: getattr(row, f"before_{name}") for name in SENT_COLUMNS}
        known = before if row.before_standing else {}
        answer = f"{row.status} " if str(row.status).isdigit() else ""
        rows.append(
            (
                row.kind,
                shown_field("phone", row.phone, unmasked=unmasked),
                row.sender_code,
                _why(row, changed),
                "in flight" if row.state == "intent" else row.state.replace("_", " "),
                _changes(row, known, unmasked=unmasked),
                f"{answer}{row.text}".strip(),
            )
        )
    columns = ("Did", "Phone", "Sender code", "Why", "Outcome", "Change", "Answer")
    filled = [at for at in range(len(columns)) if any(row[at] for row in rows)]
    return table([columns[at] for at in filled], [[row[at] for at in filled] for row in rows])


def _before(operations: Frame, members: Frame) -> dict[tuple[str, str], dict[str, str]]:
    """(phone, sender code) to the values last confirmed, of those operations."""
    known = members.loc[members["phone"].isin(operations["phone"])]
    return {
        (row["phone"], row["sender_code"]): {name: row[name] for name in SENT_COLUMNS}
        for row in known.to_dict("records")
    }


def _changes(row: Any, before: dict[str, str], *, unmasked: bool = False) -> str:
    """`group: weekly → daily`, for an update only: an add has no values before it."""
    return "; ".join(_each_change(row, before, unmasked=unmasked)) if row.kind == "update" else ""


def _each_change(row: Any, before: dict[str, str], *, unmasked: bool) -> Iterator[str]:
    for name in SENT_COLUMNS:
        old, new = before.get(name, ""), getattr(row, name)
        # a value that is blank today is not sent, so it changes nothing
        if new and new != old:
            was = shown_field(name, old, unmasked=unmasked) or "(none)"
            yield f"{name}: {was} → {shown_field(name, new, unmasked=unmasked)}"
