"""The state: one door to everything that survives a run; each noun is an attribute of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from schemas.frames import KNOWN_REJECTS, MEMBERS, PENDING, SUPPRESSIONS
from sendersync.state import revisions
from sendersync.state.approvals import Approvals
from sendersync.state.corrections.reviews import Reviews
from sendersync.state.corrections.undone import Undone
from sendersync.state.cursors import Cursors
from sendersync.state.database import copies, migrations
from sendersync.state.database.engine import Database
from sendersync.state.departures import Departures
from sendersync.state.guard_history import GuardHistory
from sendersync.state.lease.lease import LastHolder, Lease, active_holders, last_holder
from sendersync.state.lease.rate_budgets import RateBudgets
from sendersync.state.ledger.accounts import Accounts
from sendersync.state.ledger.ledger import Ledger
from sendersync.state.members import Members
from sendersync.state.people.consents import Consents
from sendersync.state.people.imported_orders import ImportedOrders
from sendersync.state.people.owed_stops import OwedStops
from sendersync.state.people.people import People
from sendersync.state.readings import Readings
from sendersync.state.rejects import Rejects
from sendersync.state.runs import Runs
from sendersync.state.suppressions import Suppressions
from sendersync.state.syncs import Syncs
from sendersync.state.upkeep.erasure import Erasure


class State:
    """What survives a run. Safe to use from several threads; close it, or use it with `with`.

    Attributes:
        accounts: On which account of the platform each sender code was confirmed.
        approvals: Who let what go, and what of it is not done yet.
        cursors: How far each sync has read its source, and the contacts that are still pending.
        departures: People who left and whose stop waits for other syncs.
        guard_history: What earlier runs tell the guards.
        erasure: People who asked to be forgotten.
        ledger: Intents and outcomes of every run.
        imported_orders: What each imported do-not-contact list has ordered.
        members: What the platform has confirmed of each phone: the baseline of every diff.
        readings: How each sync was read by its last run that held nothing.
        people: All that is known of one person, and why somebody is turned down.
        rate_budgets: When the next request to an account may leave, over all runs.
        rejects: The quarantine of rejected rows.
        reviews: Outcomes that nothing has proven, and what people found out about them.
        runs: History.
        suppressions: The do-not-contact list.
        consents: What people agreed to, when, and where it stands.
        owed_stops: Stops that are held or without proof.
        syncs: All syncs, in use or retired.
        undone: People whose add was taken back, and who stay out.
    """

    def __init__(self, database: Database) -> None:
        """On an open database; people use `open`."""
        self._database = database
        self.accounts = Accounts(database)
        self.approvals = Approvals(database)
        self.cursors = Cursors(database)
        self.departures = Departures(database)
        self.erasure = Erasure(database)
        self.guard_history = GuardHistory(database)
        self.imported_orders = ImportedOrders(database)
        self.ledger = Ledger(database)
        self.members = Members(database)
        self.readings = Readings(database)
        self.people = People(database)
        self.rate_budgets = RateBudgets(database)
        self.rejects = Rejects(database)
        self.reviews = Reviews(database)
        self.runs = Runs(database)
        self.suppressions = Suppressions(database)
        self.owed_stops = OwedStops(database)
        self.consents = Consents(database)
        self.syncs = Syncs(database)
        self.undone = Undone(database)

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

    def backup(self, target: Path) -> dict[str, int]:
        """Writes a consistent copy of one moment; see `copies.write_copy`."""
        return copies.write_copy(self._database, target)

    def check_frames(self) -> None:
        """Looks at every cell that decides about people: reads as much as the state holds of them.

        Raises:
            FrameMismatch: A null, a row that is there twice, or a column that is not as declared.
        """
        SUPPRESSIONS.check_fully(self.suppressions.all())
        for sync in self.runs.syncs():
            MEMBERS.check_fully(self.members.of(sync))
            PENDING.check_fully(self.cursors.pending(sync))
            KNOWN_REJECTS.check_fully(self.rejects.known(sync))

    @property
    def missing(self) -> bool:
        """There is no file at its place: opened for reading, such a state is empty."""
        return self._database.missing

    def is_new(self) -> bool:
        """Whether no run has been written into it yet."""
        return not self.runs.latest(1)

    def lease(
        self,
        sync: str,
        ttl: float = 60.0,
        *,
        run: str = "",
        monotonic: Callable[[], float] = time.monotonic,
    ) -> Lease:
        """The right to run a sync, to be held with `with`; see `Lease`."""
        return Lease(self._database, sync, ttl=ttl, run=run, monotonic=monotonic)

    def last_holder(self, sync: str) -> LastHolder | None:
        """See `lease.last_holder`."""
        return last_holder(self._database, sync)

    def active_holders(self) -> list[tuple[str, LastHolder]]:
        """Every sync that somebody runs now who is not known to be dead, and who that is."""
        return self._database.read(lambda connection: active_holders(connection, self._database))

    def revision(self, sync: str) -> str:
        """A text that changes whenever members of the sync, or the suppressions, change."""
        return self._database.read(lambda connection: revisions.read(connection, sync))
