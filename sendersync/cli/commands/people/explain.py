"""`explain`: everything that is known of one person."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from sendersync.cli.options import Country, Json, Unmasked
from sendersync.cli.state_access import state_for_reading
from sendersync.cli.views.output import console, print_json, print_text
from sendersync.transforms.masking.masked_cells import shown_field, shown_text

Who = Annotated[
    str, typer.Argument(metavar="WHO", help="A phone in any spelling, an e-mail, or a key.")
]


def register(app: typer.Typer) -> None:
    """Adds the command to the command line."""
    app.command("explain")(explain)


def explain(
    who: Who, country: Country = None, unmasked: Unmasked = False, as_json: Json = False
) -> int:
    """Tell all that is known of one person, and why no texts.

    Phones and e-mails are masked unless asked for; with --json they are whole.
    """
    from sendersync.pipeline.explain.explain import explain as look_up

    with state_for_reading() as state:
        found = look_up(state, who, country)
    if as_json:
        print_json(found)
    else:
        _print(found, unmasked=unmasked)
    return 0


def _print(found: dict[str, Any], *, unmasked: bool) -> None:
    from sendersync.cli.views.tables import table

    out = console()
    who = _shown_name(found["who"], unmasked=unmasked)
    if not any(found[part] for part in ("suppressed", "syncs", "why_not", "events")):
        print_text(out, f"{who}: nothing is known of them here.")
        return
    print_text(out, who, style="bold")
    order = found["suppressed"]
    if order:
        print_text(
            out,
            f"On the do-not-contact list since {order['since'][:10]}, from {order['origin']}: "
            f"{shown_text(order['reason'], unmasked=unmasked)}.",
        )
    for sync in found["syncs"]:
        code = shown_field("sender_code", sync["sender_code"], unmasked=unmasked)
        status = sync["status"].replace("_", " ")
        print_text(out, f"{sync['sync']}, sender code {code}: {status} since {sync['since'][:10]}.")
        consent = sync["consent"]
        if consent:
            at = consent["at"] or "no time is known"
            said = shown_text(f"{consent['value']} ({at})", unmasked=unmasked)
            print_text(out, f"  Consent: {said}, from {consent['source']}.")
    for reason in found["why_not"]:
        line = f", line {reason['line']}" if reason["line"] else ""
        print_text(
            out,
            f"Not subscribed in {reason['sync']}: {reason['reason']} (run {reason['run']}{line}).",
        )
    if found["events"]:
        rows = [
            (
                each["at"][:19].replace("T", " "),
                each["kind"],
                shown_text(each["text"], unmasked=unmasked),
            )
            for each in found["events"]
        ]
        out.print()
        out.print(table(("When (UTC)", "What", "Text"), rows))


def _shown_name(who: str, *, unmasked: bool) -> str:
    if "@" in who:
        return shown_field("email", who, unmasked=unmasked)
    digits = sum(map(str.isdigit, who))
    return shown_field("phone" if digits >= 7 else "key", who, unmasked=unmasked)
