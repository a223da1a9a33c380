"""The state: one door to everything that survives a run.

Each method belongs to the module of its noun; this class only opens the database and passes on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from types import TracebackType
from typing import Self

import pandas as pd

from schemas.outcomes import Operation, OperationResult
from schemas.report import Report
from sendersync.state import revisions
from sendersync.state.cursors import Cursor, Cursors
from sendersync.state.database import migrations
from sendersync.state.database.engine import Database
from sendersync.state.erasure import Erasure
from sendersync.state.lease.lease import LastHolder, Lease, last_holder
from sendersync.state.ledger.ledger import Ledger
from sendersync.state.members import Members
from sendersync.state.rejects import Rejects
from sendersync.state.runs import RunRow, Runs
from sendersync.state.suppressions import Suppressions


class State:
    """What survives a run. Safe to use from several threads; close it, or use it with `with`."""

    def __init__(self, database: Database) -> None:
        """On an open database; people use `open`."""
        self._database = database
        self._forgotten = Erasure(database)
        self._cursors = Cursors(database)
        self._ledger = Ledger(database)
        self._members = Members(database)
        self._rejects = Rejects(database)
        self._runs = Runs(database)
        self._suppressions = Suppressions(database)

    @classmethod
    def open(cls, url: str, *, read_only: bool = False) -> State:
        """Opens the state, and makes or brings forward its tables.

        Args:
            url: `sqlite:///path` or `postgresql://...`.
            read_only: Nothing is created or changed, not a byte; a state that is missing is empty.

        Raises:
            WrongUse: The address is none, or its place may not be used.
            StateTooNew: A newer sendersync wrote it.
            TryLater: The database does not answer, or stays locked.
        """
        return cls(migrations.open_current(url, read_only=read_only))

    def close(self) -> None:
        """Gives back every connection."""
        self._database.close()

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Closes it."""
        self.close()

    @property
    def where(self) -> str:
        """The state's place, for people: no user, no password."""
        return self._database.where

    def lease(self, sync: str, ttl: float = 60.0, *, run: str = "") -> Lease:
        """The right to run a sync, to be held with `with`; see `Lease`."""
        return Lease(self._database, sync, ttl=ttl, run=run)

    def last_holder(self, sync: str) -> LastHolder | None:
        """See `lease.last_holder`."""
        return last_holder(self._database, sync)

    def revision(self, sync: str) -> str:
        """A text that changes whenever members of the sync, or the suppressions, change."""
        return self._database.read(lambda connection: revisions.read(connection, sync))

    # runs
    def begin_run(self, run_id: str, sync: str, command: str, lease: Lease, *, source: str) -> None:
        """See `Runs.begin`."""
        self._runs.begin(run_id, sync, command, lease, source=source)

    def finish_run(self, run_id: str, report: Report) -> None:
        """See `Runs.finish`."""
        self._runs.finish(run_id, report)

    def runs(self, limit: int = 20, sync: str | None = None) -> list[RunRow]:
        """See `Runs.latest`."""
        return self._runs.latest(limit, sync)

    def run(self, name: str) -> RunRow:
        """See `Runs.one`."""
        return self._runs.one(name)

    def has_completed_run(self, sync: str) -> bool:
        """See `Runs.has_completed`."""
        return self._runs.has_completed(sync)

    def approve(self, run_id: str, sync: str, ceiling: int, who: str, at: datetime) -> None:
        """See `Runs.approve`."""
        self._runs.approve(run_id, sync, ceiling, who, at)

    def approvals(self, sync: str | None = None) -> pd.DataFrame:
        """See `Runs.approvals`."""
        return self._runs.approvals(sync)

    # members
    def members(self, sync: str) -> pd.DataFrame:
        """See `Members.of`."""
        return self._members.of(sync)

    def codes_elsewhere(self, sync: str) -> pd.Series[str]:
        """See `Members.codes_elsewhere`."""
        return self._members.codes_elsewhere(sync)

    def wanted_elsewhere(self, sync: str, pairs: pd.DataFrame) -> pd.Series[bool]:
        """See `Members.wanted_elsewhere`."""
        return self._members.wanted_elsewhere(sync, pairs)

    def standing_anywhere(self, pairs: pd.DataFrame) -> pd.DataFrame:
        """See `Members.standing_anywhere`."""
        return self._members.standing_anywhere(pairs)

    def adopt(self, run: str, members: pd.DataFrame) -> None:
        """See `Members.adopt`."""
        self._members.adopt(run, members)

    def release(self, run: str, pairs: pd.DataFrame) -> int:
        """See `Members.release`."""
        return self._members.release(run, pairs)

    def mark_stopping(self, run: str, pairs: pd.DataFrame) -> None:
        """See `Members.doubt`."""
        self._members.mark_stopping(run, pairs)

    def relabel(self, run: str, keys: pd.DataFrame) -> None:
        """See `Members.relabel`."""
        self._members.relabel(run, keys)

    # incremental reads
    def cursor(self, sync: str) -> Cursor | None:
        """See `Cursors.of`."""
        return self._cursors.of(sync)

    def owed(self, sync: str) -> pd.DataFrame:
        """See `Cursors.owed`."""
        return self._cursors.owed(sync)

    def settle_cursor(
        self,
        sync: str,
        lease: Lease,
        *,
        cursor: str,
        read_at: datetime,
        full: bool | None,
        owed: pd.DataFrame,
    ) -> None:
        """See `Cursors.settle`."""
        self._cursors.settle(sync, lease, cursor=cursor, read_at=read_at, full=full, owed=owed)

    # ledger
    def record(
        self,
        run_id: str,
        lease: Lease,
        *,
        settled: Sequence[OperationResult] = (),
        intended: Sequence[Operation] = (),
    ) -> Mapping[str, str]:
        """See `Ledger.record`."""
        return self._ledger.record(run_id, lease, settled=settled, intended=intended)

    def recover(self, sync: str, run_id: str, lease: Lease) -> pd.DataFrame:
        """See `Ledger.recover`."""
        return self._ledger.recover(sync, run_id, lease)

    def operations(self, run_id: str) -> pd.DataFrame:
        """See `Ledger.operations`."""
        return self._ledger.operations(run_id)

    def history_of(self, who: str) -> pd.DataFrame:
        """See `Ledger.history_of`."""
        return self._ledger.history_of(who)

    def held(self, run_id: str, frame: pd.DataFrame) -> None:
        """See `Ledger.held`."""
        self._ledger.held(run_id, frame)

    def forget(self, who: str) -> int:
        """See `Erasure.forget`."""
        return self._forgotten.forget(who)

    def forgotten(self, phones: pd.Series[str]) -> pd.Series[bool]:
        """See `Erasure.among`."""
        return self._forgotten.among(phones)

    # suppressions
    def suppressions(self) -> pd.DataFrame:
        """See `Suppressions.all`."""
        return self._suppressions.all()

    def still_subscribed(self) -> pd.DataFrame:
        """See `Suppressions.still_subscribed`."""
        return self._suppressions.still_subscribed()

    def suppress(
        self, phones: Iterable[str], *, origin: str, reason: str, run: str | None = None
    ) -> int:
        """See `Suppressions.add`."""
        return self._suppressions.add(phones, origin=origin, reason=reason, run=run)

    def unsuppress(self, phone: str) -> bool:
        """See `Suppressions.remove`."""
        return self._suppressions.remove(phone)

    # rejects
    def save_rejects(self, run_id: str, columns: Sequence[str], frame: pd.DataFrame) -> None:
        """See `Rejects.save`."""
        self._rejects.save(run_id, columns, frame)

    def rejects(self, run_id: str) -> tuple[list[str], pd.DataFrame]:
        """See `Rejects.of`."""
        return self._rejects.of(run_id)

    def prune_rejects(self, before: datetime) -> None:
        """See `Rejects.prune`."""
        self._rejects.prune(before)

    def known_rejects(self, sync: str) -> pd.Series[str]:
        """See `Rejects.known`."""
        return self._rejects.known(sync)

    def replace_known_rejects(self, sync: str, fingerprints: Iterable[str]) -> None:
        """See `Rejects.replace_known`."""
        self._rejects.replace_known(sync, fingerprints)
