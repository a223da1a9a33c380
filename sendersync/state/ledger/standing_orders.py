"""What others have ordered by now, against operations of this sync that have not left."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from sqlalchemy import Connection

from schemas.outcomes import Cause, Kind, Operation
from schemas.sync_keys.sender_code import plain_code
from sendersync.state.database.engine import Database
from sendersync.state.ledger.in_flight import InFlightQuery
from sendersync.state.ledger.operation_row import OperationRow
from sendersync.state.ledger.statements import Statements
from sendersync.state.suppressions import SuppressionLookup

SUPPRESSED: Final = "not added: put on the do-not-contact list while the run was under way"
BEING_STOPPED: Final = "not added yet: another sync's stop of the phone was under way"
WANTED: Final = (
    "not stopped: another sync has added the phone meanwhile, died adding it, or is about to add it"
)


class StandingOrders:
    """The do-not-contact list, and what other syncs want or are doing at this moment."""

    def __init__(self, database: Database, statements: Statements) -> None:
        """On an open database."""
        self._statements = statements
        self._suppressed = SuppressionLookup(database)
        self._under_way = InFlightQuery(database)

    def against(
        self,
        connection: Connection,
        sync: str,
        intended: Sequence[Operation],
        rows: Sequence[OperationRow],
        passed_over: Collection[str] = (),
    ) -> dict[str, str]:
        """Operations that must not be sent: their ids, and why.

        Args:
            connection: In a transaction.
            sync: The sync that means to send them.
            intended: What is to be sent.
            rows: The same, as statements take them.
            passed_over: Syncs that are out of use.
        """
        if not intended:
            return {}
        others = self._under_way.of_other_syncs(connection, sync, passed_over)
        adds = [operation for operation in intended if operation.kind is not Kind.STOP]
        phones = [phone for each in adds for phone in _spellings(each)]
        orders = self._suppressed.find(connection, phones) if phones else {}
        overtaken = {
            each.id: BEING_STOPPED
            for each in adds
            if any((phone, each.sender_code) in others.stops for phone in _spellings(each))
        }
        overtaken |= {each.id: SUPPRESSED for each in adds if _is_forbidden(each, orders)}
        for operation, row in zip(intended, rows, strict=True):
            # an order is carried out whoever else wants the phone; a conclusion is not
            concluded = operation.kind is Kind.STOP and operation.cause is not Cause.OPTED_OUT
            if not concluded:
                continue
            arriving = (operation.phone, operation.sender_code) in others.adds
            wanting = self._statements.wanted_elsewhere.one(connection, row).scalars()
            if arriving or not {*wanting} <= {*passed_over}:
                overtaken[operation.id] = WANTED
        return overtaken


def _is_forbidden(add: Operation, orders: Mapping[str, Sequence[str]]) -> bool:
    """Whether an order for one of its spellings holds on its sender code."""
    codes = {code for phone in _spellings(add) for code in orders.get(phone, ())}
    return "" in codes or plain_code(add.sender_code) in map(plain_code, codes)


def _spellings(operation: Operation) -> tuple[str, ...]:
    """All ways in which the operation's handset may stand in an order."""
    return (operation.phone, *operation.spellings)
