"""`doctor`: one line for each thing that must be right, with what to do."""

from __future__ import annotations

import asyncio
import os
import stat
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from schemas.errors import ExitCode, SendersyncError, WrongUse
from sendersync.cli.options import Json
from sendersync.cli.views.output import console, print_json, print_text

if TYPE_CHECKING:
    from connectors.sources.reachable import Reachable


@dataclass(frozen=True)
class Diagnosis:
    """One line.

    Attributes:
        name: What was looked at.
        ok: Nothing has to be done.
        says: What was found.
        do: What to do; empty when nothing has to be done.
        later: Nothing is wrong here: the other side is away.
        unproven: Nothing is wrong here: a person must look something up.
    """

    name: str
    ok: bool
    says: str
    do: str = ""
    later: bool = False
    unproven: bool = False


def _right(name: str, says: str, do: str = "") -> Diagnosis:
    return Diagnosis(name, ok=True, says=says, do=do)


def _wrong(name: str, says: str, do: str = "", *, later: bool = False) -> Diagnosis:
    return Diagnosis(name, ok=False, says=says, do=do, later=later)


def register(app: typer.Typer) -> None:
    """Adds the command to the command line."""
    app.command("doctor")(doctor)


def doctor(as_json: Json = False) -> int:
    """Check environment, credentials, CRMs, state and Prefect."""
    findings = list(_findings(datetime.now(UTC).date()))
    code = _exit_code(findings)
    if as_json:
        found = {"ok": code is ExitCode.COMPLETED, "findings": [asdict(each) for each in findings]}
        wrong = [each for each in findings if not each.ok]
        if wrong:
            first = wrong[0]
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
    if finding.unproven:
        return "LOOK"
    return "wait" if finding.later else "FIX "


def _exit_code(findings: list[Diagnosis]) -> ExitCode:
    wrong = [each for each in findings if not each.ok]
    if not wrong:
        return ExitCode.COMPLETED
    if any(not each.later and not each.unproven for each in wrong):
        return ExitCode.WRONG_USE
    return ExitCode.TRY_LATER if any(each.later for each in wrong) else ExitCode.PARTIAL


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
    yield _safely("outcomes", lambda: _outcomes(given))
    yield _safely("opt-outs", lambda: _opt_outs(given, today))
    yield _safely("prefect", _prefect)


def _safely(name: str, look: Callable[[], Diagnosis]) -> Diagnosis:
    try:
        return look()
    except SendersyncError as error:
        return _from_error(name, error)


def _from_error(name: str, error: SendersyncError) -> Diagnosis:
    place = f"{error.where}: " if error.where not in ("", name) else ""
    later = error.exit_code is ExitCode.TRY_LATER
    return _wrong(name, f"{place}{error.what}", error.do, later=later)


def _environment(given: Mapping[str, str]) -> Diagnosis:
    from connectors.configuration.environment import platform_settings

    settings = platform_settings(given)
    pair = "with" if settings.api_client else "without"
    return _right("environment", f"{settings.url}, {pair} an API client.")


def _platform(given: Mapping[str, str]) -> Diagnosis:
    """The one call that changes nothing: GET /rest/sms."""
    from connectors.configuration.environment import platform_settings
    from connectors.destinations.sms_platform.client import SmsPlatform, as_error
    from schemas.outcomes import Answer, Verdict

    try:
        platform = SmsPlatform(platform_settings(given))
    except WrongUse:
        return _wrong("platform", "not checked, because of the problem above.")

    async def ask() -> Answer:
        async with platform.session() as session:
            return await session.check()

    answer = asyncio.run(ask())
    if answer.verdict is not Verdict.CONFIRMED:
        raise as_error(answer, "GET /rest/sms")
    return _right("platform", "it answers, and the credentials are right.")


def _crms(given: Mapping[str, str]) -> Iterator[Diagnosis]:
    """One harmless question to each CRM whose variables are set."""
    from connectors.sources.crm_registry import configured

    def asked(name: str, opened: Callable[[], Reachable]) -> Diagnosis:
        return _right(name, f"it answers; {opened().check()}.")

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
        yield _right(name, says, do)


def _state(given: Mapping[str, str]) -> Diagnosis:
    from connectors.configuration.environment import state_url
    from sendersync.state.store import State

    with State.open(state_url(given), read_only=True) as state:
        where = state.where
        state.check_frames()
        runs = len(state.runs.latest(1))
    path = Path(where)
    if where.startswith("postgresql:"):
        return _right("state", f"{where} can be read.")
    if not path.exists():
        return _right("state", f"{where} is not there yet: the first run makes it.")
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        return _wrong(
            "state",
            f"{where} may be read by others (mode {mode:04o}), and holds personal data.",
            f"chmod 600 {where}",
        )
    if not os.access(path, os.W_OK):
        return _wrong("state", f"{where} may not be written.", "Let this user write it.")
    held = "holds runs" if runs else "holds no run yet"
    return _right("state", f"{where} {held}, mode {mode:04o}.")


def _outcomes(given: Mapping[str, str]) -> Diagnosis:
    """Calls that nothing has proven: the people of a stop may still get texts."""
    from connectors.configuration.environment import state_url
    from schemas.member_status import MemberStatus
    from schemas.outcomes import Kind
    from schemas.wording import counted
    from sendersync.state.store import State

    with State.open(state_url(given), read_only=True) as state:
        found = state.reviews.unproven()
        in_flight = state.ledger.left_in_flight()
    left = in_flight.loc[in_flight["kind"] == Kind.STOP]
    # the id of the run that died begins with the day
    pairs = zip(left["phone"], left["sender_code"], left["run_id"], strict=True)
    since = {(phone, code): str(run) for phone, code, run in pairs}
    # of several syncs that asked for one person the first counts: they come oldest first
    asked = [each for each in reversed(found) if each.is_stop]
    since |= {(each.phone, each.sender_code): each.since for each in asked}
    adds = sum(each.standing == MemberStatus.UNSURE for each in found)
    also = f"; {counted(adds, 'add is', 'adds are')} not confirmed and asked again" if adds else ""
    if not since:
        return _right("outcomes", f"every stop is confirmed{also}.")
    count = counted(len(since), "stop is", "stops are")
    return Diagnosis(
        "outcomes",
        ok=False,
        says=f"{count} not confirmed, the oldest since {min(since.values())[:10]}{also}.",
        do="These people may still get texts: look them up, `sendersync review`.",
        unproven=True,
    )


def _opt_outs(given: Mapping[str, str], today: date) -> Diagnosis:
    """Whether every opt-out is honoured within ten business days."""
    from connectors.configuration.environment import state_url
    from schemas.wording import counted
    from sendersync.pipeline.suppress_list import late_stops
    from sendersync.state.store import State

    with State.open(state_url(given), read_only=True) as state:
        late = late_stops(state, today)
    if not late.opt_outs:
        return _right("opt-outs", "none is unproven for more than 10 business days.")
    what = counted(late.opt_outs, "opt-out is", "opt-outs are")
    return Diagnosis(
        "opt-outs",
        ok=False,
        says=f"{what} not proven within 10 business days, the first of {late.oldest}.",
        do="Whose: `sendersync suppress list --owed`, `sendersync review`, `sendersync show last`. "
        "Stop them on the platform's page today.",
        unproven=True,
    )


def _prefect() -> Diagnosis:
    """The installed version, without importing it: that alone takes a second."""
    from connectors.http_client.probes import answers

    try:
        version = metadata.version("prefect")
    except metadata.PackageNotFoundError:
        return _wrong("prefect", "not installed.", "`make install`, then try again.")
    url = os.environ.get("PREFECT_API_URL", "")
    if not url:
        return _right("prefect", f"{version} installed; start it with `sendersync serve`.")
    if answers(url.rstrip("/") + "/health"):
        return _right("prefect", f"{version} installed; the server answers.")
    return _wrong(
        "prefect",
        f"{version} installed, but nothing answers at PREFECT_API_URL.",
        "Start `sendersync serve`, or unset PREFECT_API_URL.",
    )
