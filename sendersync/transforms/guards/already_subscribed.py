"""Too many people who are subscribed though this state never added them.

Then it is another state than the one that was used before, or the account has subscribers from
elsewhere: both are for a person to decide (`docs/adr/0093-mostly-already-subscribed.md`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from schemas.outcomes import Cause
from schemas.report import ALREADY_SUBSCRIBED, HoldReason
from sendersync.transforms.guards.decision import Candidates, Hold
from sendersync.transforms.guards.limits import share_of
from sendersync.transforms.guards.read_quality import ReadFacts

FEWEST_ANSWERS: Final = 50
"""Answers before anything is concluded in a sync that has been loaded before."""

FEWEST_ALREADY: Final = 3
"""Answers `already` before anything is concluded in a first load."""

TRIAL_ANSWERS: Final = 5
"""Answers after which the adds of a first load no longer go one at a time."""


def mostly_already(answered: int, already: int, *, first_load: bool = False) -> bool:
    """Whether no further add may leave.

    Args:
        answered: Answers to adds of phones that this state never added, imported or adopted.
        already: Those of them that said: subscribed already.
        first_load: No run of the sync has yet sent all there was to send. A later one meets a
            few people every night who have signed up at the platform before their row came.
    """
    enough = already >= FEWEST_ALREADY if first_load else answered >= FEWEST_ANSWERS
    return enough and 2 * already > answered


def already_subscribed(answered: int, already: int, *, imported: bool = False) -> HoldReason:
    """What is said once that is so.

    Args:
        answered: Adds that were answered.
        already: Of these, those whose people were subscribed already.
        imported: By a one-off import, which has no plan that could be approved.
    """
    go_on = (
        "give the same command again: then it goes on."
        if imported
        else "`sendersync adopt` records them without a call, or approve the plan."
    )
    said = (
        f"{already:,} of {answered:,} people were subscribed already, though this state never "
        "added them: it is another state than before, or the account has subscribers from "
        f"elsewhere. No further add was sent. If SENDERSYNC_STATE is right, {go_on}"
    )
    return HoldReason(ALREADY_SUBSCRIBED, already, share_of(already, answered), answered // 2, said)


def count_in(report: Mapping[str, Any]) -> int:
    """How many an earlier run met, as its report tells; 0 where this guard held nothing.

    Args:
        report: As `Report.as_json` gives it, also of an older version.
    """
    reasons = report.get("held_because", ())
    found = (each for each in reasons if not isinstance(each, str))
    return next((int(each["count"]) for each in found if each["guard"] == ALREADY_SUBSCRIBED), 0)


def still_mostly_already(candidates: Candidates, read: ReadFacts) -> Iterator[Hold]:
    """Holds new people until somebody has decided what the last run met."""
    adds = candidates.adds
    new = adds.index[adds["cause"] == Cause.NEW]
    if read.already_before and len(new):
        said = (
            f"In the last run {read.already_before:,} people were subscribed already, though this "
            "state never added them, and nobody has decided since: nobody new is added. If "
            "SENDERSYNC_STATE is right, `sendersync adopt` records them without a call, or "
            "approve this plan."
        )
        reason = HoldReason(ALREADY_SUBSCRIBED, read.already_before, None, None, said)
        yield Hold(reason, adds=new)
