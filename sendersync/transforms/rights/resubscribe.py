"""Who may come back after a stop of their own: only with a consent of a later day.

The stop must have come from a row of a source, never from a person's command, a stop list or the
platform's own list. A day that may be read in two ways counts as the earlier one; a stop that came
in the night between two days, here and in UTC, as of the later one.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

import pandas as pd

from schemas.frames import CONSENTS, STOPPED_KEYS, SUPPRESSIONS
from sendersync.transforms.cells.arrow_columns import is_in
from sendersync.transforms.cells.dates import earliest_day
from sendersync.transforms.phones.second_spellings import canonical_phones

OPTED_OUT_IN_SOURCE: Final = "opted out in the source"
"""The reason of an order that a row gave; a stop list has it too, under its own name."""


def _none() -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(dtype="str") for name in SUPPRESSIONS.names})


@dataclass(frozen=True)
class ComingBack:
    """Orders that a later consent of the same person ends.

    Attributes:
        orders: Those for phones: `SUPPRESSIONS`.
        keys: Keys of the sync that came with a stop.
    """

    orders: pd.DataFrame = field(default_factory=_none)
    keys: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        SUPPRESSIONS.require(self.orders)


@dataclass(frozen=True)
class _Stop:
    """One standing stop: which it is, when it came, and whether a row gave it."""

    place: int | str
    day: date
    of_a_row: bool


def coming_back(
    consents: pd.DataFrame,
    orders: pd.DataFrame,
    keys: pd.DataFrame,
    texted_stop: pd.Series[str],
    now: datetime,
) -> ComingBack:
    """Orders that hold no longer.

    Args:
        consents: `CONSENTS` of today's rows.
        orders: The do-not-contact list: `SUPPRESSIONS`.
        keys: Keys of this sync that came with a stop: `STOPPED_KEYS`.
        texted_stop: Phones on the platform's own list.
        now: When the run began, aware: a consent of tomorrow is none, and its zone counts days.
    """
    CONSENTS.require(consents)
    SUPPRESSIONS.require(orders)
    STOPPED_KEYS.require(keys)
    by_phone = _by_phone(orders, now)
    by_key: defaultdict[str, list[_Stop]] = defaultdict(list)
    elsewhere: defaultdict[str, list[_Stop]] = defaultdict(list)
    for key, at, handset in zip(
        keys["key"], keys["created_at"], canonical_phones(keys["phone"]), strict=True
    ):
        by_key[key].append(_Stop(key, _last_day(at, now), of_a_row=True))
        elsewhere[key] += by_phone.get(handset, ())
    ended_orders: set[int] = set()
    ended_keys: set[str] = set()
    asking = _who_may_ask(consents, {*by_phone}, {*by_key}, texted_stop)
    for handset, key, day in asking.itertuples(index=False, name=None):
        theirs, of_key = by_phone.get(handset, []), by_key.get(key, [])
        # the number that the key's stop came with counts too: it may be on the list by hand
        stops = [*theirs, *of_key, *elsewhere.get(key, ())]
        if day <= now.date() and all(each.of_a_row and each.day < day for each in stops):
            ended_orders.update(int(each.place) for each in theirs)
            ended_keys.update(str(each.place) for each in of_key)
    return ComingBack(orders.iloc[sorted(ended_orders)], frozenset(ended_keys))


def _by_phone(orders: pd.DataFrame, now: datetime) -> dict[str, list[_Stop]]:
    """Each handset's orders, by their places."""
    # a stop list runs under a name with a colon, which no sync has
    of_a_sync = ~orders["origin"].str.contains(":", regex=False)
    of_a_row = (orders["reason"] == OPTED_OUT_IN_SOURCE) & of_a_sync
    found: defaultdict[str, list[_Stop]] = defaultdict(list)
    handsets = canonical_phones(orders["phone"])
    for place, (handset, at, gave) in enumerate(
        zip(handsets, orders["created_at"], of_a_row, strict=True)
    ):
        found[handset].append(_Stop(place, _last_day(at, now), of_a_row=bool(gave)))
    return dict(found)


def _who_may_ask(
    consents: pd.DataFrame, handsets: set[str], keys: set[str], texted_stop: pd.Series[str]
) -> pd.DataFrame:
    """People with a stop, who did not text it and whose rows all say when they agreed.

    Returns:
        `handset`, `key`, and `day` (`date`): the earliest of all rows of the handset or the key
        that say yes, the earliest possible one where none is told.
    """
    handset = canonical_phones(consents["phone"])
    stopped = is_in(handset, handsets) | is_in(consents["key"], keys)
    stopped &= ~is_in(handset, canonical_phones(texted_stop))
    rows = consents.loc[stopped, ["key", "at"]].assign(handset=handset[stopped])
    days = {at: earliest_day(at) or date.min for at in rows["at"].unique()}
    rows["day"] = rows["at"].map(days)
    for name in ("handset", "key"):
        rows["day"] = rows.groupby(name)["day"].transform("min")
    return rows[["handset", "key", "day"]]


def _last_day(created_at: str, now: datetime) -> date:
    """The later of the days that a moment is in, in UTC and where the run is."""
    moment = datetime.fromisoformat(created_at)
    return max(moment.date(), moment.astimezone(now.tzinfo).date())
