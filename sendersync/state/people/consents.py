"""Consents as they stood in the source: value, time, and the row of the run that read them."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa
from sqlalchemy import Connection, select

from schemas.frames import CONSENTS as FRAME
from sendersync.state.database import bulk_upsert
from sendersync.state.database.engine import Database
from sendersync.state.database.read_frame import read_frame
from sendersync.state.database.tables import CONSENTS
from sendersync.state.runs import sync_of

_REPLACED = ("value", "consented_at", "run_id", "line")


class Consents:
    """The evidence under which somebody gets texts."""

    def __init__(self, database: Database) -> None:
        """On an open database."""
        self._database = database

    def keep(self, run: str, consents: pd.DataFrame) -> int:
        """Keeps what is new, or says something else than what is kept.

        Args:
            run: The run, begun, whose lease is held.
            consents: `CONSENTS`, each phone and sender code once.

        Returns:
            How many were kept.
        """
        FRAME.require(consents)

        def work(connection: Connection) -> int:
            sync = sync_of(connection, run)
            columns = (CONSENTS.c.phone, CONSENTS.c.sender_code)
            texts = (CONSENTS.c.value, CONSENTS.c.consented_at.label("at"))
            before = read_frame(connection, select(*columns, *texts).where(CONSENTS.c.sync == sync))
            new = consents.loc[~_as_texts(consents).isin(_as_texts(before))]
            rows = {
                "sync": pa.array([sync] * len(new), pa.string()),
                "sender_code": pa.array(new["sender_code"], pa.string()),
                "phone": pa.array(new["phone"], pa.string()),
                "value": pa.array(new["value"], pa.string()),
                "consented_at": pa.array(new["at"], pa.string()),
                "run_id": pa.array([run] * len(new), pa.string()),
                "line": pa.array(new.index, pa.int64()),
            }
            table = pa.table(rows)
            return bulk_upsert.put(self._database, connection, CONSENTS, table, replace=_REPLACED)

        return self._database.write(work) if len(consents) else 0


def _as_texts(consents: pd.DataFrame) -> pd.Series[str]:
    """Each row as one text, to be compared."""
    whole = consents["phone"]
    for name in ("sender_code", "value", "at"):
        whole = whole + "\x1f" + consents[name]
    return whole
