"""`run` of several sync files or of a folder: one after the other; none stops the others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from schemas.errors import BY_URGENCY, ExitCode
from schemas.wording import counted
from sendersync.cli.run_session import ended_run
from sendersync.cli.state_access import state_for_reading
from sendersync.cli.views.given import Given
from sendersync.cli.views.output import console, print_error, print_json, print_line, print_text
from sendersync.cli.watchman import tell_watchman

if TYPE_CHECKING:
    from sendersync.pipeline.job import Job
    from sendersync.pipeline.load.clean_stop import CancelToken
    from sendersync.pipeline.run import Finished

_WORDS: Final = {
    ExitCode.WRONG_USE: "to be mended",
    ExitCode.FAILED: "failed",
    ExitCode.HELD: "waiting for approval",
    ExitCode.TRY_LATER: "to be tried later",
    ExitCode.INTERRUPTED: "interrupted",
    ExitCode.PARTIAL: "done in part",
    ExitCode.ACTIVE: "running already",
    ExitCode.COMPLETED: "completed",
}


def sync_files_of(given: Sequence[Path]) -> list[Path]:
    """The sync files that a command was given; a folder stands for those that lie in it.

    A sync that was retired is left out of its folder, and said; one that is named is not.

    Raises:
        WrongUse: A folder without a sync file.
    """
    files: dict[Path, Path] = {}
    for path in given:
        found = _in_folder(path) if path.is_dir() else [path]
        for file in found:
            files.setdefault(file.resolve(), file)
    return list(files.values())


def _in_folder(folder: Path) -> list[Path]:
    from connectors.configuration.sync_folder import named_syncs

    found = named_syncs(folder)
    with state_for_reading() as state:
        retired = {name: state.syncs.retired_at(name) for name in found.values()}
    for name, day in retired.items():
        if day:
            print_line(f"{name} is left out: it was retired {day}.")
    return [file for file, name in found.items() if not retired[name]]


def run_several(
    files: Sequence[Path],
    prepare: Callable[[Path], Job],
    *,
    stop: CancelToken,
    quiet: bool,
    as_json: bool,
    pings: bool,
) -> int:
    """Does the runs of several sync files and tells how each of them ended.

    Args:
        files: The sync files, in their order.
        prepare: Makes the run of one.
        stop: Ends them all cleanly: what is not begun then is left to the next command.
        quiet: Of each report the answer, what to do and the notes; no tables.
        as_json: One JSON object with all reports instead of reports for people.
        pings: The address in SENDERSYNC_PING_URL is told once how they ended together.

    Returns:
        The exit code of the run for which a person must act soonest.
    """
    from connectors.configuration.sync_folder import refuse_doubled, sync_name

    names = {file: sync_name(file) for file in files}
    ended: list[Finished] = []
    left: list[str] = []
    for file, name in names.items():
        if stop.is_set():
            left.append(name)
            continue

        def one(file: Path = file, name: str = name) -> Job:
            if list(names.values()).count(name) > 1:
                raise refuse_doubled(file, name)
            return prepare(file)

        finished = ended_run(one, stop, sync=name)
        ended.append(finished)
        if not as_json:
            _show(finished, Given(file, quiet=quiet), first=len(ended) == 1)
        elif finished.error is not None:
            print_error(finished.error)
    if as_json:
        print_json({"runs": [each.report.as_json() for each in ended], "not_begun": left})
    else:
        print_text(console(), f"\n{summed(each.exit_code for each in ended)}", style="bold")
        if left:
            print_text(console(), f"Not begun, since {stop.reason}: {', '.join(left)}.")
    if pings and ended:
        tell_watchman(ended)
    codes = [each.exit_code for each in ended] + [ExitCode.PARTIAL] * bool(left)
    return min(codes, key=BY_URGENCY.index, default=ExitCode.COMPLETED)


def _show(finished: Finished, given: Given, *, first: bool) -> None:
    from sendersync.cli.views.report import show_finished

    if not first and not given.quiet:
        print_text(console(), "")
    show_finished(finished, given)


def summed(codes: Iterable[ExitCode]) -> str:
    """The last line, such as `3 syncs: 1 waiting for approval, 2 completed`."""
    found = list(codes)
    if not found:
        return "No sync ran."
    counts: Mapping[Any, int] = {code: found.count(code) for code in BY_URGENCY}
    words = [f"{count:,} {_WORDS[code]}" for code, count in counts.items() if count]
    return f"{counted(len(found), 'sync')}: {', '.join(words)}."
