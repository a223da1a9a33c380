"""What runs hold and somebody may let go, read from the state. Nothing is written here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import pandas as pd

from schemas.errors import WrongUse
from schemas.report import NEEDS_BETTER_READ, held_guards
from sendersync.state.approvals import VALID
from sendersync.state.runs import RunRow
from sendersync.state.store import State
from sendersync.transforms.approval.digest import as_digest
from sendersync.web.refusals import Refused

_LOOKED_AT: Final = 200
"""Newest runs among which those that hold something are looked for: a month of several syncs."""

_NAME: Final = re.compile(r"[\w:.+-]{1,80}", re.ASCII)
_DIGEST: Final = re.compile(r"[0-9a-zA-Z]{5}-?[0-9a-zA-Z]{5}")


@dataclass(frozen=True)
class HeldPlan:
    """One run and what it holds.

    Attributes:
        run: The run.
        held: Its held operations: `STORED_OPERATIONS`.
        until: Until when its digest may be approved; None where it was used, is too old, or where
            the run holds nothing.
        used_in: The run in which its digest was approved; empty for none.
        newer: The newest run of the sync, where that is another one.
    """

    run: RunRow
    held: pd.DataFrame
    until: datetime | None
    used_in: str = ""
    newer: str = ""

    @property
    def by_digest(self) -> bool:
        """Whether an approval can let something of it go: a bad read must be put right instead."""
        guards = self.held["guard"] if len(self.held) else [*held_guards(self.run.report)]
        return any(NEEDS_BETTER_READ.isdisjoint(str(each).split()) for each in guards)

    @property
    def sync_file(self) -> str:
        """The sync file of the run; empty for a list that came once."""
        read = self.run.report.get("read_as", {}) if self.run.command == "run" else {}
        return str(read.get("sync_file", ""))


def known_syncs(url: str) -> list[str]:
    """Names of syncs that have run."""
    with State.open(url, read_only=True) as state:
        return state.runs.syncs()


def waiting(url: str, now: datetime) -> list[RunRow]:
    """The newest run of each sync, where it holds something that may still be approved.

    Args:
        url: Of the state.
        now: Aware.
    """
    newest: dict[str, RunRow] = {}
    with State.open(url, read_only=True) as state:
        for row in state.runs.latest(_LOOKED_AT):
            newest.setdefault(row.sync, row)
        return [
            row
            for row in newest.values()
            if row.digest and state.approvals.good(row.sync, row.digest, now)
        ]


def held_plan(url: str, name: str, now: datetime) -> HeldPlan:
    """A run by its id, or the newest one that held something under a digest.

    Args:
        url: Of the state.
        name: The id or the digest.
        now: Aware.

    Raises:
        Refused: There is none.
    """
    if not _NAME.fullmatch(name):
        raise _no_such_run()
    with State.open(url, read_only=True) as state:
        try:
            if _DIGEST.fullmatch(name):
                row = state.runs.holding(as_digest(name))
            else:
                row = state.runs.one(name)
        except WrongUse:
            raise _no_such_run() from None
        operations = state.ledger.operations(row.id)
        good = bool(row.digest) and state.approvals.good(row.sync, row.digest, now)
        used = state.approvals.used(row.sync).get(row.digest, "") if row.digest else ""
        newest = state.runs.latest(1, row.sync)[0].id
    until = _moment(row.started_at) + VALID if good else None
    held = operations.loc[operations["state"] == "held"]
    return HeldPlan(row, held, until, used, newest if newest != row.id else "")


def _no_such_run() -> Refused:
    return Refused(404, "There is no such run.", "See which runs hold something.")


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
