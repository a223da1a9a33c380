"""A careful first send: everybody who said stop, and of the others the first few people."""

from __future__ import annotations

import pandas as pd

from schemas.frames import OPERATIONS
from schemas.outcomes import Cause


def first_people(operations: pd.DataFrame, most: int) -> pd.DataFrame:
    """The calls of a plan for its first people; a stop that somebody asked for is never left out.

    The calls for one person stay together: the stop of an old number goes with the add of the new.

    Args:
        operations: `OPERATIONS`, in sending order.
        most: People, counted once a sender code.

    Returns:
        `OPERATIONS`, in the same order, numbered anew.
    """
    OPERATIONS.require(operations)
    asked = operations["cause"] == Cause.OPTED_OUT.value
    new = operations["new_phone"]
    others = operations.loc[~asked].assign(person=new.where(new != "", operations["phone"]))
    places = others.groupby(["person", "sender_code"], sort=False).ngroup()
    first = places.reindex(operations.index, fill_value=0) < most
    return operations.loc[asked | first].reset_index(drop=True)
