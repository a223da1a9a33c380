"""People whom other syncs or one-off commands have on a sender code, and who must be stopped."""

from __future__ import annotations

import pandas as pd

from schemas.reasons import Reason
from sendersync.state.store import State
from sendersync.transforms.phones.second_spellings import other_spellings


def subscribed_by_others(withheld: pd.DataFrame, state: State, sync: str) -> pd.DataFrame:
    """Contacts who must not get texts, and whom another sync or an import has subscribed.

    After a restore without a present state, all who are not known to be stopped. Under the
    spelling that was sent: it is the one that the platform knows.

    Args:
        withheld: `WITHHELD`.
        state: Only read here.
        sync: The sync that asks.
    """
    orders = withheld.loc[withheld["reason"].isin([Reason.OPTED_OUT, Reason.SUPPRESSED])]
    orders = orders.drop_duplicates(["phone", "sender_code"], ignore_index=True)
    spellings = other_spellings(orders["phone"])
    others = orders.loc[spellings.index].assign(phone=spellings["spelling"])
    orders = pd.concat([orders, others.loc[spellings["certain"].to_numpy()]])
    known = state.members.standing_anywhere(orders)
    perhaps = known["subscribed"]
    if state.runs.is_restored_blind(sync):
        perhaps |= ~known["stopped"]
    return orders.loc[perhaps.to_numpy()]
