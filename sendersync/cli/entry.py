"""`sendersync`: arguments in, exit code out.

Command modules are cheap to import; whatever costs (pandas, SQLAlchemy, httpx) they import when
they run, so that `--help` answers at once.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Annotated, Any

import typer

from schemas.errors import ExitCode, Interrupted, RunFailed, SendersyncError, WrongUse
from schemas.masking import mask_text
from sendersync.cli.closed_pipes import outlive_readers
from sendersync.cli.commands.people import explain as explain_command
from sendersync.cli.commands.people import forget as forget_command
from sendersync.cli.commands.people import messages as messages_commands
from sendersync.cli.commands.people import review as review_command
from sendersync.cli.commands.people import suppress as suppress_commands
from sendersync.cli.commands.runs import corrections as corrections_commands
from sendersync.cli.commands.runs import history as history_command
from sendersync.cli.commands.runs import one_off as one_off_commands
from sendersync.cli.commands.runs import rejects as rejects_command
from sendersync.cli.commands.runs import run as run_commands
from sendersync.cli.commands.runs import show as show_command
from sendersync.cli.commands.runs import syncs as syncs_commands
from sendersync.cli.commands.setup import check as check_command
from sendersync.cli.commands.setup import demo as demo_command
from sendersync.cli.commands.setup import doctor as doctor_command
from sendersync.cli.commands.setup import init as init_command
from sendersync.cli.commands.setup import sandbox as sandbox_command
from sendersync.cli.commands.setup import serve
from sendersync.cli.commands.setup import validate as validate_command
from sendersync.cli.commands.state import account as account_command
from sendersync.cli.commands.state import backup as backup_command
from sendersync.cli.commands.state import check_state as check_state_command
from sendersync.cli.commands.state import restore as restore_command
from sendersync.cli.views.output import print_error, print_json, print_line

app = typer.Typer(
    name="sendersync",
    epilog="Start with `sendersync demo`: it needs no account. Manual: docs/commands.md",
    rich_markup_mode=None,  # the plain help takes a third of the time
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
for _module in (
    run_commands,
    one_off_commands,
    init_command,
    check_command,
    validate_command,
    rejects_command,
    history_command,
    show_command,
    corrections_commands,
    syncs_commands,
    explain_command,
    review_command,
    suppress_commands,
    forget_command,
    account_command,
    backup_command,
    restore_command,
    check_state_command,
    doctor_command,
    messages_commands,
    sandbox_command,
    demo_command,
    serve,
):
    _module.register(app)


def _say_version(asked: bool) -> None:  # noqa: FBT001 - typer calls it by position
    if asked:
        from importlib.metadata import version

        typer.echo(f"sendersync {version('sendersync')}")
        raise typer.Exit


@app.callback()
def _before_every_command(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_say_version, is_eager=True, help="Show the version and exit."
        ),
    ] = False,
) -> None:
    """Makes an SMS platform's sender codes match a company's contacts."""


RUN_LIKE = frozenset({"run", "plan", "adopt", "import", "stop"})
"""Commands whose JSON is a report, whatever happens."""

_INTERRUPTED = 128 + 2
"""What typer makes of a Ctrl-C, as a plain number; a run that stopped cleanly says it itself."""

_MEANT = {
    **dict.fromkeys(("version", "-v", "-V"), "--version"),
    **dict.fromkeys(("status", "ls", "syncs"), "list"),
    **dict.fromkeys(("sync", "start", "load"), "run"),
    **dict.fromkeys(("dry-run", "preview", "diff"), "plan"),
    **dict.fromkeys(("upload", "add"), "import"),
    **dict.fromkeys(("unsubscribe", "remove"), "stop"),
    **dict.fromkeys(("delete", "erase"), "forget"),
    **dict.fromkeys(("log", "logs", "runs"), "history"),
    **dict.fromkeys(("login", "config", "ping"), "doctor"),
    **dict.fromkeys(("ui", "server"), "serve"),
    **dict.fromkeys(("new", "create"), "init"),
    **dict.fromkeys(("why", "who"), "explain"),
}
"""Words that other tools have for our commands."""

# typer keeps its parser to itself, so the class is found through what it does show
_PARSER_ERROR: type[Any] = next(
    each for each in typer.BadParameter.__mro__ if each.__name__ == "ClickException"
)


def main(argv: Sequence[str] | None = None) -> None:
    """Runs one command and ends the process with its exit code."""
    outlive_readers()
    sys.exit(run(list(sys.argv[1:] if argv is None else argv)))


def run(argv: Sequence[str], commands: Callable[..., Any] = app) -> int:
    """Runs one command; its exit code. Never raises, and never shows a traceback unasked."""
    try:
        if list(argv[:1]) == ["help"]:  # as `git help run`, which many type first
            argv = [*argv[1:], "--help"]
        code = commands(args=list(argv), prog_name="sendersync", standalone_mode=False) or 0
        if code == _INTERRUPTED and not isinstance(code, ExitCode):
            raise KeyboardInterrupt
        return int(code)
    except SendersyncError as error:
        return _fail(error, argv)
    except typer.Abort:
        return _fail(RunFailed("Nothing was done.", do="It was not confirmed."), argv)
    except KeyboardInterrupt:
        return _fail(Interrupted("Interrupted.", do="Run again; nothing is lost."), argv)
    except Exception as problem:  # noqa: BLE001  # the last place where a fault can be reported
        if isinstance(problem, _PARSER_ERROR):
            return _misused(problem, argv)
        from sendersync.pipeline.internal_error import internal_error

        fault = internal_error(problem, "")
        fault.where = "sendersync"
        return _fail(fault, argv)


def _misused(problem: Any, argv: Sequence[str]) -> int:
    """An argument or option that there is none of, or that cannot be read."""
    # it quotes what was typed, and that may be somebody's phone
    message = mask_text(problem.format_message().strip())
    if type(problem).__name__ == "NoArgsIsHelpError":
        print_line(message)
        return int(ExitCode.WRONG_USE)
    context = getattr(problem, "ctx", None)
    path = context.command_path if context else "sendersync"
    message = message if message.endswith((".", "?", "!")) else message + "."
    meant = _MEANT.get(argv[0]) if path == "sendersync" and argv else None
    do = f"Did you mean `sendersync {meant}`?" if meant else f"Try `{path} --help`."
    return _fail(WrongUse(message, where=path, do=do), argv)


def _fail(error: SendersyncError, argv: Sequence[str]) -> int:
    print_error(error)
    if "--json" in argv:
        print_json(_shape(argv) | {"error": error.as_json()})
    return int(error.exit_code)


def _shape(argv: Sequence[str]) -> dict[str, Any]:
    """The counts of a command that failed before it counted anything."""
    command = next((word for word in argv if not word.startswith("-")), "")
    if command == "check":
        counts = {"dialect": {}, "columns": [], "rows": 0, "suggested": {}, "reasons": {}}
        return {**counts, "confidence": {}}
    if command not in RUN_LIKE:
        return {}
    from schemas.report import Report

    return Report(run="", sync="").as_json()


if __name__ == "__main__":
    main()
