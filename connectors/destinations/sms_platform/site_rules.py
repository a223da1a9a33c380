"""Answer rules of one installation: the platform's texts differ between versions and sites.

A TOML file named by `SENDERSYNC_ANSWER_RULES`, its rules tried before the built-in table:

    [[rule]]
    name = "already, as our site words it"   # optional
    commands = ["add"]                       # add, stop, message, list; default: all
    status = 500                             # or [400, 499]
    error = 'is already a member'            # optional: regular expression, any case
    verdict = "already"
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any, Final

from connectors.destinations.sms_platform.answer_table import AnswerRule, Shape
from connectors.destinations.sms_platform.commands import ADDS, ALL, NEVER_TWICE, PlatformCommand
from schemas.errors import WrongUse
from schemas.outcomes import Verdict

_STOPS: Final = frozenset({PlatformCommand.STOP})
_COMMANDS: Final[dict[str, frozenset[PlatformCommand]]] = {
    "add": ADDS,
    "stop": _STOPS,
    "message": NEVER_TWICE,
    "list": frozenset({PlatformCommand.GET_MESSAGES}),
    **{command.value: frozenset({command}) for command in PlatformCommand},
}
_KEYS: Final = frozenset({"name", "commands", "status", "error", "verdict"})


def read_own_rules(path: Path) -> tuple[AnswerRule, ...]:
    """The rules of the file, in its order.

    Raises:
        WrongUse: The file cannot be read, or a rule in it would be unsafe.
    """
    try:
        document = tomllib.loads(path.read_text("utf-8"))
    except OSError:
        raise _wrong(
            path, "The file of answer rules cannot be opened.", "Check the path."
        ) from None
    except ValueError as fault:
        raise _wrong(path, f"Not TOML: {fault}.", "Fix that line.") from None
    rules = document.get("rule")
    if not isinstance(rules, list) or set(document) != {"rule"}:
        raise _wrong(path, "The file must hold [[rule]] tables only.", "See docs: own answers.")
    return tuple(_rule(path, number, rule) for number, rule in enumerate(rules, start=1))


def _wrong(path: Path, what: str, do: str) -> WrongUse:
    return WrongUse(what, where=str(path), do=do)


def _rule(path: Path, number: int, given: Any) -> AnswerRule:
    place = f"rule {number}"
    unknown = sorted(set(given) - _KEYS) if isinstance(given, dict) else ["(not a table)"]
    if unknown:
        raise _wrong(
            path, f"{place}: unknown key {unknown[0]}.", f"Use {', '.join(sorted(_KEYS))}."
        )
    first, last = _statuses(path, place, given.get("status"))
    commands = _commands(path, place, given.get("commands", []))
    error = _pattern(path, place, given.get("error"))
    try:
        verdict = Verdict(given.get("verdict"))
    except ValueError:
        raise _wrong(
            path, f"{place}: not a verdict.", f"Use one of: {', '.join(Verdict)}."
        ) from None
    _refuse_unsafe(path, place, verdict, first, last, commands)
    return AnswerRule(
        name=f"own: {given.get('name', place)}",
        verdict=verdict,
        first=first,
        last=last,
        source=f"{path.name}, {place}",
        commands=commands,
        shape=Shape.ANY if error is None else Shape.ERROR_TEXT,
        error=error,
    )


def _statuses(path: Path, place: str, given: Any) -> tuple[int, int]:
    pair = given if isinstance(given, list) else [given, given]
    if len(pair) != 2 or not all(type(status) is int and 100 <= status <= 599 for status in pair):
        raise _wrong(path, f"{place}: `status` is missing or odd.", "Use 500, or [400, 499].")
    return pair[0], pair[1]


def _commands(path: Path, place: str, given: Any) -> frozenset[PlatformCommand]:
    names = [given] if isinstance(given, str) else given
    if not isinstance(names, list) or not all(name in _COMMANDS for name in names):
        raise _wrong(path, f"{place}: unknown command.", f"Use {', '.join(_COMMANDS)}.")
    return frozenset().union(*(_COMMANDS[name] for name in names)) if names else ALL


def _pattern(path: Path, place: str, given: Any) -> re.Pattern[str] | None:
    if given is None:
        return None
    try:
        return re.compile(given, re.IGNORECASE | re.DOTALL)
    except (re.error, TypeError):
        raise _wrong(path, f"{place}: `error` is not a regular expression.", "Fix it.") from None


def _refuse_unsafe(
    path: Path,
    place: str,
    verdict: Verdict,
    first: int,
    last: int,
    commands: frozenset[PlatformCommand],
) -> None:
    """Rules that would report what nobody knows, or repeat what must not be repeated."""
    if verdict is Verdict.CONFIRMED and not (first >= 200 and last <= 299):
        raise _wrong(path, f"{place}: only a 2xx can be `confirmed`.", "Use `already` for adds.")
    if verdict is Verdict.ALREADY and not commands <= ADDS:
        raise _wrong(
            path,
            f"{place}: `already` is a success of adds only; no answer but 200 proves a stop.",
            'Add commands = ["add"].',
        )
    if verdict is Verdict.AMBIGUOUS_STOP and not commands <= _STOPS:
        raise _wrong(path, f"{place}: `stop_doubtful` is for stops.", 'Add commands = ["stop"].')
    if verdict is Verdict.TRANSIENT and commands <= NEVER_TWICE:
        raise _wrong(path, f"{place}: a message may have been carried out.", "Use `lost`.")
    if 200 in range(first, last + 1) and verdict in (Verdict.TRANSIENT, Verdict.ALREADY):
        raise _wrong(path, f"{place}: a 200 may have been carried out.", "Use `suspicious`.")
