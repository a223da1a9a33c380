"""People of a run who have said stop by now: no correction subscribes them again."""

from __future__ import annotations

import pandas as pd

from sendersync.state.store import State
from sendersync.transforms.cells.arrow_columns import is_in
from sendersync.transforms.phones.second_spellings import same_handset
from sendersync.transforms.sender_codes import holds_on


def said_stop(state: State, sync: str, operations: pd.DataFrame) -> pd.Series[bool]:
    """Whether an order holds against each phone, in any spelling, or against its key.

    Args:
        state: Only read here.
        sync: The sync whose keys they are.
        operations: At least `phone`, `sender_code`, `key`.
    """
    orders = state.suppressions.all()
    orders = orders.loc[holds_on(orders["sender_code"], operations["sender_code"].unique())]
    listed = same_handset(operations["phone"], orders["phone"])
    return listed | is_in(operations["key"], state.suppressions.stopped_keys(sync)["key"])
