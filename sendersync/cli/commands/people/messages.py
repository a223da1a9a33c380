"""`messages`: the platform's message commands. What is sent is charged and cannot be taken back."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from schemas.errors import ExitCode, NeedsApproval, WrongUse
from schemas.masking import strip_control_chars
from sendersync.cli.options import Country, Json, SenderCode
from sendersync.cli.views.output import console, print_json, print_line

if TYPE_CHECKING:
    from connectors.destinations.sms_platform.client import PlatformSession
    from schemas.outcomes import Answer

T = TypeVar("T")

Yes = Annotated[bool, typer.Option("--yes", help="Send without asking: it is charged.")]
Name = Annotated[str, typer.Argument(metavar="NAME", help="The message's name.")]
Text = Annotated[str, typer.Argument(metavar="TEXT", help="The text; 160 characters a part.")]
Phone = Annotated[str, typer.Argument(metavar="PHONE", help="The phone, in any spelling.")]
Label = Annotated[
    list[str] | None, typer.Option("--label", metavar="NAME", help="A label; repeatable.")
]
Campaign = Annotated[
    str, typer.Option("--name", metavar="NAME", help="What this send is called on the platform.")
]
Description = Annotated[str, typer.Option("--description", metavar="TEXT", help="For the record.")]
Group = Annotated[str, typer.Option("--group", metavar="NAME", help="Only this SMS group.")]


def register(app: typer.Typer) -> None:
    """Adds the commands to the command line."""
    group = typer.Typer(
        help="The platform's messages: list, create, send.",
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    group.command("list")(list_all)
    group.command("create")(create)
    group.command("send-to-phone")(send_to_phone)
    group.command("send-to-sender-code")(send_to_sender_code)
    app.add_typer(group, name="messages")


def list_all(as_json: Json = False) -> int:
    """List the messages defined on the platform."""
    from sendersync.cli.views.tables import table

    async def ask(session: PlatformSession) -> list[dict[str, Any]]:
        return [message.model_dump(mode="json") async for message in session.get_messages()]

    found = _asked(ask)
    if as_json:
        print_json({"messages": found})
        return 0
    if not found:
        console().print("There is no message yet.")
        return 0
    rows = [
        (each["id"], each["name"], each["label"], each["total_parts"], each["message_text"])
        for each in found
    ]
    headings = ("Id", "Name", "Labels", "Parts", "Text")
    console().print(table(headings, rows, right=("Id", "Parts")))
    return 0


def create(name: Name, text: Text, label: Label = None, as_json: Json = False) -> int:
    """Define a message. Nothing is sent."""

    async def ask(session: PlatformSession) -> Any:
        return await session.create_message(name, text, label or ())

    return _print_reply(_asked(ask), as_json=as_json, done="The message is defined.")


def send_to_phone(
    phone: Phone,
    text: Text,
    sender_code: SenderCode,
    country: Country = None,
    yes: Yes = False,
    as_json: Json = False,
) -> int:
    """Send a text to one phone. Charged, sent once, never repeated."""
    from schemas.masking import mask_phone
    from sendersync.cli.state_access import state_for_reading
    from sendersync.pipeline.suppress_list import read_phones
    from sendersync.transforms.sender_codes import holds_on

    read = read_phones([phone], country)[0]
    with state_for_reading() as state:
        orders = state.suppressions.of(read)
        suppressed = bool(holds_on(orders["sender_code"], [sender_code]).any())
    if suppressed:
        raise WrongUse(
            "This phone is on the do-not-contact list; nothing was sent.",
            where="PHONE",
            do="Only the person can come back. `sendersync suppress list` shows why.",
        )
    _confirm(f"Send {len(text)} characters to {mask_phone(read)} from {sender_code}?", yes=yes)

    async def ask(session: PlatformSession) -> Any:
        return await session.send_to_phone(text, read, sender_code)

    return _print_reply(_asked(ask), as_json=as_json, done="The platform accepted it.")


def send_to_sender_code(
    message: Name,
    sender_code: SenderCode,
    name: Campaign,
    description: Description = "",
    group: Group = "",
    yes: Yes = False,
    as_json: Json = False,
) -> int:
    """Send a defined message to everybody on a sender code. Charged, never repeated.

    Not while somebody's stop on it is held, waits or is unproven (exit code 3). Ends with exit
    code 4 where the platform does not confirm the group: everybody may have got the message.
    """
    _refuse_while_somebody_is_owed_a_stop(sender_code)
    whom = f"group {group} of {sender_code}" if group else f"everybody on {sender_code}"
    _confirm(f"Send the message {message!r} to {whom}?", yes=yes)

    async def ask(session: PlatformSession) -> Any:
        return await session.send_to_sender_code(
            message, sender_code, name, description=description, group=group
        )

    return _print_reply(_asked(ask), as_json=as_json, done="The platform accepted it.")


def _refuse_while_somebody_is_owed_a_stop(sender_code: str) -> None:
    from sendersync.cli.state_access import state_for_reading
    from sendersync.pipeline.suppress_list import owed_stops

    with state_for_reading() as state:
        owed = owed_stops(state, sender_code)
    if not owed:
        return
    said = [f"{count:,} {what}" for what, count in owed.items()]
    raise NeedsApproval(
        f"People on {sender_code} have said stop, and it is not done: {', '.join(said)}. "
        "Nothing was sent.",
        where="--sender-code",
        do="See who: `sendersync suppress list --owed`, and what is held: `sendersync show last`. "
        "`sendersync run` of their sync stops them, held ones once they are approved; `sendersync "
        "stop FILE` whoever was imported by hand. Then send.",
    )


def _confirm(question: str, *, yes: bool) -> None:
    """Asks a person; without one to ask, nothing is sent."""
    if yes:
        return
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise WrongUse(
            "A send is charged and cannot be taken back: it needs a yes.",
            where="--yes",
            do="Add --yes to send it.",
        )
    print_line("A send is charged and cannot be taken back.")
    typer.confirm(strip_control_chars(question), abort=True, err=True)


def _asked(ask: Callable[[PlatformSession], Awaitable[T]]) -> T:
    from connectors.configuration.environment import platform_settings
    from connectors.destinations.sms_platform.client import SmsPlatform

    platform = SmsPlatform(platform_settings())

    async def whole() -> T:
        async with platform.session() as session:
            return await ask(session)

    return asyncio.run(whole())


def _print_reply(reply: Any, *, as_json: bool, done: str) -> int:
    """Prints what the platform answered; the exit code of it."""
    from schemas.outcomes import Verdict

    answer: Answer = reply.answer
    body = reply.body
    if answer.verdict is Verdict.CONFIRMED:
        bodies = body if isinstance(body, list) else [body] if body else []
        if as_json:
            shown = [each.model_dump(mode="json", exclude={"phone"}) for each in bodies]
            found = {"outcome": "confirmed", "status": answer.status, "answer": shown}
            print_json({**found, "note": answer.note} if answer.note else found)
        else:
            console().print(done)
        if not answer.note:
            return int(ExitCode.COMPLETED)
        print_line(f"Note: {answer.note}")
        print_line("  Look on the platform who got it; do not send it again.")
        return int(ExitCode.PARTIAL)
    code, outcome, do = _ending(answer.verdict, lost=answer.may_have_been_done)
    what = strip_control_chars(answer.text) or f"The platform answered {answer.status}."
    print_line(f"Error: {what}")
    print_line(f"  {do}")
    if as_json:
        error = {"what": what, "where": "the platform", "do": do}
        print_json({"outcome": outcome, "status": answer.status, "answer": [], "error": error})
    return int(code)


def _ending(verdict: Any, *, lost: bool) -> tuple[ExitCode, str, str]:
    """Exit code, outcome and advice of an answer that is no yes."""
    from schemas.outcomes import Verdict

    if verdict is Verdict.CREDENTIALS:
        return (
            ExitCode.WRONG_USE,
            "refused",
            "Check account name and password: `sendersync doctor`.",
        )
    if lost:
        return (
            ExitCode.PARTIAL,
            "unknown",
            "It may have been sent: look on the platform before you try again.",
        )
    if verdict is Verdict.TRANSIENT:
        return ExitCode.TRY_LATER, "failed", "Nothing happened. Try again later."
    return ExitCode.PARTIAL, "refused", "The platform refused it. It was not tried again."
