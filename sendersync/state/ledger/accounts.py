"""On which account of the platform each sender code was confirmed.

What a state knows was answered by one account. Beside another one it would call people subscribed
whom that one has never heard of, and stop others where they do not get texts.
"""

from __future__ import annotations

from collections.abc import Collection, Set

from sqlalchemy import Connection, exists, or_, select, update

from sendersync.state.database.clock import now_text
from sendersync.state.database.engine import Database
from sendersync.state.database.tables import ACCOUNTS, MEMBERS
from sendersync.state.database.upsert import upsert


class Accounts:
    """The account of each sender code, as a name that cannot be read back."""

    def __init__(self, database: Database) -> None:
        """On an open database."""
        self._database = database

    def codes_of_others(self, account: str, sync: str, sender_codes: Collection[str]) -> list[str]:
        """Sender codes of a sync that were confirmed on another account, in order.

        Args:
            account: The one that calls would go to.
            sync: The sync: all sender codes on which it knows somebody count.
            sender_codes: Further ones.
        """
        code = ACCOUNTS.c.sender_code
        knows = exists().where(MEMBERS.c.sync == sync, MEMBERS.c.sender_code == code)
        query = (
            select(code)
            .where(ACCOUNTS.c.account != account, or_(code.in_([*sender_codes]), knows))
            .order_by(code)
        )
        return self._database.read(lambda connection: [*connection.scalars(query)])

    def all(self) -> dict[str, str]:
        """Each sender code with its account, in order."""
        query = select(ACCOUNTS.c.sender_code, ACCOUNTS.c.account).order_by(ACCOUNTS.c.sender_code)
        return self._database.read(
            lambda connection: {row.sender_code: row.account for row in connection.execute(query)}
        )

    def keep(self, connection: Connection, account: str, sender_codes: Set[str]) -> None:
        """Writes down on which account sender codes were confirmed; what is known stays.

        Args:
            connection: In the transaction that writes the confirmation.
            account: The one that answered.
            sender_codes: Those that it has confirmed a call for, at least one.
        """
        at = now_text()
        rows = [
            {"sender_code": code, "account": account, "since": at} for code in sorted(sender_codes)
        ]
        connection.execute(upsert(self._database, ACCOUNTS).on_conflict_do_nothing(), rows)

    def move(self, account: str) -> int:
        """Takes all sender codes to one account, because it has a new address or a new name.

        Returns:
            How many had been on another one.
        """
        values = {"account": account, "since": now_text()}
        query = update(ACCOUNTS).where(ACCOUNTS.c.account != account).values(**values)
        return self._database.write(lambda connection: connection.execute(query).rowcount)
