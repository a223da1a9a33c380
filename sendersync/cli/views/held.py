"""What a person does about what is held: a sentence, and the whole command that lets it go."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from schemas.outcomes import Cause, Kind
from schemas.report import (
    ALREADY_SUBSCRIBED,
    CUT_SHORT,
    NEEDS_BETTER_READ,
    held_guards,
    only_removals_held,
)
from schemas.wording import counted
from sendersync.cli.views.given import Given
from sendersync.cli.views.operations import Frame
from sendersync.state.one_off_names import is_one_off
from sendersync.transforms.plan import RELEASE


@dataclass(frozen=True)
class Held:
    """What a report must know of the held operations, beside their number.

    Attributes:
        removals: Stops among them that were concluded from the source.
        by_digest: The digest of the plan lets something go.
        releases: People among them who are left to another sync, without a call.
        decided: The digest was approved since, or is too old to be.
    """

    removals: int = 0
    by_digest: bool = False
    releases: int = 0
    decided: bool = False


def held_of(report: Mapping[str, Any], held: Frame, *, decided: bool = False) -> Held:
    """What can become of the held operations.

    Args:
        report: The report of the run that holds them.
        held: Held operations of a plan, or as the ledger keeps them.
        decided: See `Held`.
    """
    guards = held["held_by" if "held_by" in held else "guard"]
    can_go = [not NEEDS_BETTER_READ & {*each.split()} for each in guards]
    # a lost permission waits for a person though nobody is held by it
    alone = held_guards(report) - NEEDS_BETTER_READ - {ALREADY_SUBSCRIBED}
    stops = held.loc[(held["kind"] == Kind.STOP) & (held["cause"] != Cause.OPTED_OUT)]
    releases = int((held["kind"] == RELEASE).sum())
    return Held(len(stops), any(can_go) if can_go else bool(alone), releases, decided)


def held_steps(
    report: Mapping[str, Any], given: Given | None, held: Held
) -> Iterator[tuple[str, str]]:
    """What a person does next about what is held: a sentence and its command.

    Args:
        report: The report.
        given: What the command was given; None where that is not known.
        held: What can become of it.
    """
    plan, guards = report["plan"], held_guards(report)
    if ALREADY_SUBSCRIBED in guards and is_one_off(report["sync"]):
        yield (
            "Most of those who were to be added are subscribed already. If SENDERSYNC_STATE names "
            "the state that you used before, go on:",
            given.command("import") if given else "",
        )
    elif ALREADY_SUBSCRIBED in guards:
        yield (
            "Most of those who were to be added are subscribed already. If SENDERSYNC_STATE names "
            "the state that you used before, record them without a call:",
            given.command("adopt") if given else "",
        )
    if not (plan["held"] or held.by_digest):
        return
    if held.decided:
        yield (
            "The digest of this plan was approved, or is too old to be approved. "
            "What is held today:",
            given.command("plan") if given else "",
        )
        return
    if held.by_digest:
        yield _by_digest(report, given, guards, held)
    elif CUT_SHORT not in guards:
        yield f"{plan['held']:,} held, and this cannot be approved: fix the source, run again.", ""
    if CUT_SHORT in guards:
        # a person who approves a number has decided: nothing waits for other syncs then
        number = str(held.removals + plan.get("waiting", 0))
        yield (
            f"{counted(held.removals, 'stop is', 'stops are')} held, because the file looks cut "
            "off. If it is, get the whole one and run again. If these are all, let them go:",
            given.release("--approve-stops", number) if given else "",
        )


def _by_digest(
    report: Mapping[str, Any], given: Given | None, guards: frozenset[str], held: Held
) -> tuple[str, str]:
    plan = report["plan"]
    if plan.get("reading_changed"):
        said = (
            "Held, because the sync file reads differently: look at what changed. If it is not "
            "meant, put it back and run again. If it is meant, let go what is held:"
        )
    elif ALREADY_SUBSCRIBED in guards:
        said = "If they are to be sent all the same, let them go:"
    elif only_removals_held(report) and not held.releases:
        said = (
            f"{counted(plan['held'], 'stop is', 'stops are')} held: look at the list below. "
            "If it is wrong, fix the source and run again. If it is right, let them go:"
        )
    else:
        said = (
            f"{plan['held']:,} held: why stands below. If it is wrong, fix the source or the sync "
            f"file and run again. If it is right, {'let them go' if plan['held'] else 'say so'}:"
        )
    if given is None:
        return f"{said} give the same command again with `--approve {plan['digest']}`.", ""
    return said, given.release("--approve", plan["digest"])
