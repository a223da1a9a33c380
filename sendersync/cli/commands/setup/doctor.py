"""`doctor`: one line for each thing that must be right, with what to do."""

from __future__ import annotations

import asyncio
import os
import stat
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from datetime import UTC, date, datetime
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from schemas.errors import ExitCode, SendersyncError, WrongUse
from sendersync.cli.commands.setup import unfinished
from sendersync.cli.commands.setup.diagnosis import Diagnosis, right, wrong
from sendersync.cli.options import Json
from sendersync.cli.views.output import console, print_json, print_text

if TYPE_CHECKING:
    from connectors.sources.reachable import Reachable


def register(app: typer.Typer) -> None:
    """Adds the command to the command line."""
    app.command("doctor")(doctor)


def doctor(as_json: Json = False) -> int:
    """Check environment, credentials, CRMs, state and Prefect."""
    findings = list(_findings(datetime.now(UTC).date()))
    code = _exit_code(findings)
    if as_json:
        found = {"ok": code is ExitCode.COMPLETED, "findings": [asdict(each) for each in findings]}
        first = next((each for each in findings if not each.ok), None)
        if first is not None:
            found["error"] = {"what": first.says, "where": first.name, "do": first.do}
        print_json(found)
        return int(code)
    out = console()
    for each in findings:
        mark = "ok  " if each.ok else _mark(each)
        line = f"{mark}  {each.name}: {each.says}"
        print_text(out, f"{line} {each.do}".rstrip())
    return int(code)


def _mark(finding: Diagnosis) -> str:
    if finding.held:
        return "HELD"
    if finding.unproven:
        return "LOOK"
    return "wait" if finding.later else "FIX "


def _exit_code(findings: list[Diagnosis]) -> ExitCode:
    to_do = [each for each in findings if not each.ok]
    if not to_do:
        return ExitCode.COMPLETED
    if any(not (each.later or each.held or each.unproven) for each in to_do):
        return ExitCode.WRONG_USE
    if any(each.later for each in to_do):
        return ExitCode.TRY_LATER
    return ExitCode.HELD if any(each.held for each in to_do) else ExitCode.PARTIAL


def _findings(today: date) -> Iterator[Diagnosis]:
    from connectors.configuration.environment import environment

    try:
        given = environment()
    except SendersyncError as error:
        yield _from_error("environment", error)
        return
    yield _safely("environment", lambda: _environment(given))
    yield _safely("platform", lambda: _platform(given))
    yield from _crms(given)
    yield from notices(given, today)
    yield _safely("state", lambda: _state(given))
    yield _safely("outcomes", lambda: unfinished.outcomes(given))
    yield _safely("opt-outs", lambda: unfinished.opt_outs(given, today))
    yield from _all_safely("held", lambda: unfinished.held(given, today))
    yield from _all_safely("waiting", lambda: unfinished.waiting(given))
    yield _safely("prefect", _prefect)


def _safely(name: str, look: Callable[[], Diagnosis]) -> Diagnosis:
    (found,) = _all_safely(name, lambda: [look()])
    return found


def _all_safely(name: str, look: Callable[[], list[Diagnosis]]) -> list[Diagnosis]:
    try:
        return look()
    except SendersyncError as error:
        return [_from_error(name, error)]


def _from_error(name: str, error: SendersyncError) -> Diagnosis:
    place = f"{error.where}: " if error.where not in ("", name) else ""
    later = error.exit_code is ExitCode.TRY_LATER
    return wrong(name, f"{place}{error.what}", error.do, later=later)


def _environment(given: Mapping[str, str]) -> Diagnosis:
    from connectors.configuration.environment import platform_settings

    settings = platform_settings(given)
    pair = "with" if settings.api_client else "without"
    return right("environment", f"{settings.url}, {pair} an API client.")


def _platform(given: Mapping[str, str]) -> Diagnosis:
    """The one call that changes nothing: GET /rest/sms."""
    from connectors.configuration.environment import platform_settings
    from connectors.destinations.sms_platform.client import SmsPlatform, as_error
    from schemas.outcomes import Answer, Verdict

    try:
        platform = SmsPlatform(platform_settings(given))
    except WrongUse:
        return wrong("platform", "not checked, because of the problem above.")

    async def ask() -> Answer:
        async with platform.session() as session:
            return await session.check()

    answer = asyncio.run(ask())
    if answer.verdict is not Verdict.CONFIRMED:
        raise as_error(answer, "GET /rest/sms")
    return right("platform", "it answers, and the credentials are right.")


def _crms(given: Mapping[str, str]) -> Iterator[Diagnosis]:
    """One harmless question to each CRM whose variables are set."""
    from connectors.sources.crm_registry import configured

    def asked(name: str, opened: Callable[[], Reachable]) -> Diagnosis:
        return right(name, f"it answers; {opened().check()}.")

    for name, opened in configured(given):
        yield _safely(name, partial(asked, name, opened))


def notices(given: Mapping[str, str], today: date) -> Iterator[Diagnosis]:
    """What a CRM will end: nothing is wrong yet, and there is something to do.

    Args:
        given: Our variables that have a value.
        today: The day on which it is asked.
    """
    from connectors.sources import crm_registry

    for name, says, do in crm_registry.notices(given, today):
        yield right(name, says, do)


def _state(given: Mapping[str, str]) -> Diagnosis:
    from connectors.configuration.environment import state_url
    from sendersync.state.store import State

    with State.open(state_url(given), read_only=True) as state:
        where = state.where
        state.check_frames()
        runs = len(state.runs.latest(1))
    path = Path(where)
    if where.startswith("postgresql:"):
        return right("state", f"{where} can be read.")
    if not path.exists():
        return right("state", f"{where} is not there yet: the first run makes it.")
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        return wrong(
            "state",
            f"{where} may be read by others (mode {mode:04o}), and holds personal data.",
            f"chmod 600 {where}",
        )
    if not os.access(path, os.W_OK):
        return wrong("state", f"{where} may not be written.", "Let this user write it.")
    held = "holds runs" if runs else "holds no run yet"
    return right("state", f"{where} {held}, mode {mode:04o}.")


def _prefect() -> Diagnosis:
    """The installed version, without importing it: that alone takes a second."""
    from connectors.http_client.probes import answers

    try:
        version = metadata.version("prefect")
    except metadata.PackageNotFoundError:
        return wrong("prefect", "not installed.", "`make install`, then try again.")
    url = os.environ.get("PREFECT_API_URL", "")
    if not url:
        return right("prefect", f"{version} installed; start it with `sendersync serve`.")
    if answers(url.rstrip("/") + "/health"):
        return right("prefect", f"{version} installed; the server answers.")
    return wrong(
        "prefect",
        f"{version} installed, but nothing answers at PREFECT_API_URL.",
        "Start `sendersync serve`, or unset PREFECT_API_URL.",
    )
