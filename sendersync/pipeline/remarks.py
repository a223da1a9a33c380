"""Sentences of a report that no count can say, each with what to do; never about one person."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.sources.source import Noted
from sendersync.pipeline.decide import Decided
from sendersync.pipeline.extract import Extracted
from sendersync.pipeline.job import Command, Job


def remarks(job: Job, extracted: Extracted, decided: Decided) -> Iterator[str]:
    """What a person should know of a plan."""
    name, plan = job.source.name, decided.plan
    if isinstance(job.source, Noted):
        yield from (f"{name}: {note}." for note in job.source.notes())
    if not extracted.rows and not extracted.incremental:
        yield f"{name} has no rows."
    if not extracted.complete:
        yield f"{name} was not read to its end, or changed meanwhile."
    if plan.kept:
        yield (
            f"{_count(plan.kept, 'person stays', 'people stay')} on their sender code though "
            "their row cannot be read today."
        )
    if decided.unreadable_opt_outs:
        without_country = job.command is Command.STOP and not job.sync.default_country
        yield (
            f"{_count(decided.unreadable_opt_outs, 'row says', 'rows say')} stop, but the phone "
            "cannot be read, so NOBODY is stopped for it: look it up in the rejects"
            + (
                ". Numbers without a country code are read with --country, e.g. --country US."
                if without_country
                else " and stop the person by hand."
            )
        )
    if len(plan.released):
        yield (
            f"{_count(len(plan.released), 'person has', 'people have')} left this source and stay: "
            "another sync still wants their phone."
        )


def unproven_changes(updates: int) -> str:
    """What to say of updates that the platform answered with `already subscribed`."""
    return (
        f"{_count(updates, 'change was', 'changes were')} answered with `already subscribed`: the "
        "platform does not say whether it took the new values. Look one up on its page."
    )


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
