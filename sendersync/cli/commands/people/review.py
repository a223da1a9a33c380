"""`review`: outcomes that nothing has proven, and what a person found out about them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from schemas.errors import WrongUse
from schemas.wording import counted
from sendersync.cli.options import Json, Most, Note, Unmasked
from sendersync.cli.state_access import existing_state, state_for_reading
from sendersync.cli.views.output import console, print_json, print_text
from sendersync.transforms.masking.masked_cells import shown_field, shown_text

if TYPE_CHECKING:
    from sendersync.state.corrections.reviews import ReviewAnswer, Unproven

Id = Annotated[
    str | None, typer.Argument(metavar="[ID]", help="Of one outcome, as the list shows it.")
]
Answer = Annotated[
    str | None,
    typer.Option(
        "--answer",
        metavar="subscribed|stopped",
        help="What the platform's page says of this person.",
    ),
]

_STANDINGS = {
    "stop_unknown": "stop not confirmed",
    "stopping": "stop not confirmed",
    "unsure": "add not confirmed",
    "undone": "taken back, stays out",
}


def register(app: typer.Typer) -> None:
    """Adds the command to the command line."""
    app.command("review")(review)


def review(
    outcome: Id = None,
    answer: Answer = None,
    note: Note = None,
    limit: Most = 50,
    unmasked: Unmasked = False,
    as_json: Json = False,
) -> int:
    """List outcomes that nothing has proven, or close one.

    Stops come first: those people may still get texts. Look each up on the platform's page, then
    say what it shows. For somebody who stays out since a run was taken back, `subscribed` lets the
    next run add them.
    """
    if outcome is None:
        if answer is not None:
            raise WrongUse(
                "An answer is about one outcome.",
                where="--answer",
                do="Give its ID: `sendersync review` lists them.",
            )
        return _list(limit, unmasked=unmasked, as_json=as_json)
    return _close(outcome, _answer(answer), note or "", unmasked=unmasked, as_json=as_json)


def _answer(given: str | None) -> ReviewAnswer:
    from sendersync.state.corrections.reviews import ReviewAnswer

    try:
        return ReviewAnswer((given or "").strip().casefold())
    except ValueError:
        raise WrongUse(
            "It is not said what the platform's page shows.",
            where="--answer",
            do="Add --answer subscribed or --answer stopped.",
        ) from None


def _list(limit: int, *, unmasked: bool, as_json: bool) -> int:
    from sendersync.cli.views.tables import table

    with state_for_reading(may_migrate=True) as state:
        found = state.reviews.unproven()
        in_flight = len(state.ledger.left_in_flight())
    listed = found[:limit] if limit else found
    rows = [_shown(each, unmasked=unmasked) for each in listed]
    stops = sum(each.is_stop for each in found)
    if as_json:
        print_json({"count": len(found), "stops": stops, "in_flight": in_flight, "unproven": rows})
        return 0
    out = console()
    if in_flight:
        calls = counted(in_flight, "call", "calls")
        print_text(
            out,
            f"A run died with {calls} in flight, and nobody knows what became of that. The next "
            "run of any sync on that sender code asks again, and lists here what is not proven "
            "then.",
        )
    if not rows and not in_flight:
        print_text(out, "Nothing is unproven: the platform has confirmed every call.")
    if not rows:
        return 0
    people = counted(stops, "person was", "people were")
    staying_out = sum(each.standing == "undone" for each in found)
    if staying_out < len(found):
        print_text(
            out,
            f"{people} asked to be stopped and may still get texts. Look each up on the platform's "
            "page, then close it:"
            if stops
            else "Look each up on the platform's page, then close it:",
        )
        out.print("  sendersync review ID --answer stopped --note WHY", soft_wrap=True)
    if staying_out:
        print_text(out, "Whoever was taken back stays out; this lets the next run add them:")
        out.print("  sendersync review ID --answer subscribed --note WHY", soft_wrap=True)
    out.print()
    cells = [
        (
            row["id"],
            _STANDINGS[row["standing"]],
            row["phone"],
            row["sender_code"],
            row["sync"],
            row["since"][:10],
        )
        for row in rows
    ]
    out.print(table(("ID", "What", "Phone", "Sender code", "Sync", "Since"), cells))
    if len(rows) < len(found):
        out.print(f"{len(found) - len(rows):,} more: --limit 0 lists all.")
    return 0


def _shown(found: Unproven, *, unmasked: bool) -> dict[str, str]:
    """One outcome as it may be shown."""
    return {
        "id": found.id,
        "standing": found.standing,
        "phone": shown_field("phone", found.phone, unmasked=unmasked),
        "key": shown_field("key", found.key, unmasked=unmasked),
        "sender_code": shown_field("sender_code", found.sender_code, unmasked=unmasked),
        "sync": found.sync,
        "since": found.since,
        "run": found.run,
    }


def _close(outcome: str, answer: ReviewAnswer, note: str, *, unmasked: bool, as_json: bool) -> int:
    from sendersync.pipeline.job import who_is_here

    who = who_is_here()
    with existing_state() as state:
        found = state.reviews.find(outcome)
        with state.lease(found.sync) as lease:
            state.reviews.close(lease, found, answer, who=who, note=note)
        left = len(state.reviews.unproven())
    shown = _shown(found, unmasked=unmasked)
    if as_json:
        said = {"answer": answer.value, "who": who, "note": shown_text(note, unmasked=unmasked)}
        print_json({"closed": shown | said, "left": left})
        return 0
    print_text(
        console(),
        f"{shown['phone']} on {shown['sender_code']}: {answer.value}, says {who}. "
        f"{_what_follows(found.standing, answer.value)} {left:,} left.",
    )
    return 0


def _what_follows(standing: str, answer: str) -> str:
    if standing == "undone":
        return "The next run adds them, if they are in the source."
    if answer == "stopped":
        return "They get no texts, and no run asks again."
    if standing == "unsure":
        return "They get texts, like everybody who was added."
    return "They still get texts: the next run of that sync asks again, if they are unwanted."
