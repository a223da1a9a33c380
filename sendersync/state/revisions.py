"""The revision of each sync: what a cache beside the state is stamped with.

It changes with every transaction that moves a member or a suppression, and with nothing else, so a
lease renewed or a run begun leaves a cache valid.
"""

from __future__ import annotations

import secrets

from sqlalchemy import Connection, select, update

from sendersync.state.schema import META, SYNCS


def bump(connection: Connection, sync: str | None = None) -> None:
    """Marks one sync as changed, or all of them.

    Last in its transaction: on Postgres others wait for this row until it is committed.
    """
    changed = update(SYNCS).values(revision=SYNCS.c.revision + 1, stamp=secrets.token_hex(4))
    if sync is not None:
        changed = changed.where(SYNCS.c.sync == sync)
    connection.execute(changed)


def read(connection: Connection, sync: str) -> str:
    """State, number and random stamp as one text; equal texts mean that nothing has changed."""
    state = connection.scalar(select(META.c.value).where(META.c.name == "state_id"))
    row = connection.execute(
        select(SYNCS.c.revision, SYNCS.c.stamp).where(SYNCS.c.sync == sync)
    ).first()
    return f"{state}/{row[0]}/{row[1]}" if row else f"{state}/0/"
