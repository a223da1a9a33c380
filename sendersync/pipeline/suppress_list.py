"""The do-not-contact list, by hand and from a file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

import pandas as pd

from connectors.sources.source import Source
from schemas.errors import WrongUse
from schemas.reasons import ADVICE, Reason
from schemas.report import HoldReason, LateCount
from schemas.sync_file import SyncFile
from schemas.sync_keys.country_codes import country_code
from schemas.sync_keys.guards import Guards
from schemas.sync_keys.sender_code import plain_code
from sendersync.pipeline.extract import extract
from sendersync.pipeline.one_off.stop_rows import further_stops, unusable_stops, who_says_stop
from sendersync.state.run_ids import new_run_id
from sendersync.state.store import State
from sendersync.state.suppressions import IMPORT_MARK
from sendersync.transforms.cells.arrow_columns import is_in
from sendersync.transforms.guards.bursts import too_long_a_stop_list
from sendersync.transforms.phones.normalise_phones import normalise_phones
from sendersync.transforms.phones.second_spellings import other_spellings
from sendersync.transforms.rights.business_days import last_day_to_honour


@dataclass(frozen=True)
class Suppressing:
    """What became of a list of phones.

    Attributes:
        rows: Phones given.
        added: Not suppressed before.
        known: Suppressed already, or twice in the list; of a row with several phones each counts.
        rejected: Could not be read, or not all phones of it.
        reasons: Reason code to rows.
        unread: Lines of the rejected rows that say stop, or may.
        unread_numbers: Lines of rows of which one phone is on the list, and another cannot be read.
        name: By which all that a file has added is taken back; empty where it has added nothing.
        held: Phones of a list on which nothing is done before a person has looked at it.
        held_because: Why.
    """

    rows: int
    added: int
    known: int
    rejected: int
    reasons: dict[str, int]
    unread: tuple[int, ...] = ()
    unread_numbers: tuple[int, ...] = ()
    name: str = ""
    held: int = 0
    held_because: str = ""


def read_phones(given: Sequence[str], country: str | None) -> list[str]:
    """Phones that a person typed, in E.164.

    Raises:
        WrongUse: One cannot be read; its place is named, not the number.
    """
    try:
        code = country_code(country) if country else ""
    except ValueError as wrong:
        raise WrongUse(
            f"The value cannot be used: {wrong}.", where="--country", do="Write it as US."
        ) from None
    raw = pd.Series(list(given), dtype="str")
    region = pd.Series(code, index=raw.index, dtype="str")
    read = normalise_phones(raw, region)
    for place, (reason, needs, today) in enumerate(
        zip(read["reason"], read["needs_region"], read["today"], strict=True), start=1
    ):
        if reason and not today:
            advice = ADVICE[Reason(reason)]
            raise WrongUse(
                f"Phone {place} of {len(raw)} cannot be read ({reason}).",
                where="PHONE",
                do="Give it with + and country code, or give --country." if needs else advice,
            )
    return [str(phone) for phone in read["phone"].mask(read["reason"] != "", read["today"])]


def may_receive(state: State) -> pd.DataFrame:
    """People on the list who may still receive texts, in whatever spelling they were sent.

    Args:
        state: Where the list and the members are.

    Returns:
        As `Suppressions.may_receive`, without `ordered_for`; `subscribed` is 1 for those who are on
        the list under another spelling (`ordered_phone`), whatever is known of an earlier stop.
    """
    orders = state.suppressions.all()
    spellings = other_spellings(orders["phone"])
    spellings = spellings.loc[spellings["certain"]]
    ordered_for = orders["sender_code"].loc[spellings.index]
    phones = pd.DataFrame(
        {
            "phone": spellings["spelling"],
            "ordered_for": ordered_for,
            "ordered_phone": orders["phone"].loc[spellings.index],
            "since": orders["created_at"].loc[spellings.index],
        }
    )
    # no sync has this name, so that these are all codes there are
    codes = state.members.codes_elsewhere("").to_frame("sender_code")
    others: pd.DataFrame = phones.drop_duplicates().merge(codes, how="cross")
    others = others.loc[state.members.standing_anywhere(others).subscribed.to_numpy()]
    own = state.suppressions.may_receive()
    own = own.assign(ordered_phone=own["phone"])
    found = pd.concat([own, others.assign(subscribed=1)]).sort_values("since", kind="stable")
    return _that_hold_there(found).drop_duplicates(["phone", "sender_code"])


def _that_hold_there(orders: pd.DataFrame) -> pd.DataFrame:
    """Those for all sender codes, or for the one on which the person is, in any spelling."""
    same = orders["ordered_for"].map(plain_code) == orders["sender_code"].map(plain_code)
    return orders.loc[same | (orders["ordered_for"] == "")].drop(columns="ordered_for")


def owed_stops(state: State, sender_code: str) -> dict[str, int]:
    """What stands against a message to everybody on a sender code; empty where nothing does.

    Args:
        state: Where the list, the members and what is held are.
        sender_code: In any spelling.

    Returns:
        What is not done, in words, and of how many phones.
    """

    def there(people: pd.DataFrame) -> pd.DataFrame:
        plain = people["sender_code"].map(plain_code)
        return people.loc[plain == plain_code(sender_code), ["phone"]].drop_duplicates()

    still = may_receive(state)
    listed = there(still.loc[still["subscribed"] == 1])
    unproven = there(pd.concat([state.owed_stops.unproven(), still.loc[still["subscribed"] == 0]]))
    counts = {
        "held by a guard": len(there(state.owed_stops.held())),
        "on the do-not-contact list and still subscribed": len(listed),
        "asked to be stopped without an answer that proves it": len(unproven),
    }
    return {what: count for what, count in counts.items() if count}


def late_stops(state: State, today: date, run: str = "") -> LateCount:
    """Opt-outs of all syncs that are held, not done or not proven, later than the law allows.

    Looked for under the numbers of the list as they stand, since every run asks: a run that finds
    somebody under another spelling puts that one on the list too.

    Args:
        state: Where the list, the members and what is held are.
        today: The day on which it is asked.
        run: One that has written down what it holds and has not ended yet.
    """
    columns = ["phone", "sender_code", "since"]
    still = _that_hold_there(state.suppressions.may_receive())
    owed = pd.concat([still[columns], state.owed_stops.held(run)[columns]])
    if owed.empty:
        return LateCount()
    first = owed.groupby(columns[:2])["since"].min().str[:10]
    in_time = {day: last_day_to_honour(date.fromisoformat(day)) >= today for day in first.unique()}
    late = sorted(day for day in first if not in_time[day])
    return LateCount(len(late), late[0] if late else None)


def on_codes(phones: pd.Series[str], codes: Sequence[str]) -> pd.DataFrame:
    """People in every certain spelling of their numbers, on each of some sender codes.

    Args:
        phones: E.164, each with a label of its own.
        codes: Sender codes, as members have them.

    Returns:
        `person` (the label), `phone`, `sender_code`.
    """
    spellings = other_spellings(phones)
    spellings = spellings.loc[spellings["certain"]]
    people = pd.concat([phones, spellings["spelling"]]).rename("phone").rename_axis("person")
    on_each = pd.DataFrame({"sender_code": codes}, dtype="str")
    pairs: pd.DataFrame = people.reset_index().merge(on_each, how="cross")
    return pairs


def too_many_to_suppress(
    phones: pd.Series[str], state: State, sender_code: str, guards: Guards
) -> HoldReason | None:
    """Why a person should look at a list first: most who are subscribed would be on it.

    Args:
        phones: Of the list.
        state: Who is on the do-not-contact list, and who is subscribed; only read here.
        sender_code: The one that the orders hold for; empty: all of them.
        guards: The limits, those of a stop list.
    """
    orders = state.suppressions.all()
    same = orders["sender_code"].map(plain_code) == plain_code(sender_code)
    ordered = orders.loc[same | (orders["sender_code"] == ""), "phone"]
    new = phones.loc[~is_in(phones, ordered)].drop_duplicates().reset_index(drop=True)
    codes = [
        each
        for each in state.members.codes_elsewhere("")
        if not sender_code or plain_code(each) == plain_code(sender_code)
    ]
    pairs = on_codes(new, codes)
    subscribed = pairs.loc[state.members.standing_anywhere(pairs).subscribed, "person"].nunique()
    members = state.members.receiving(codes)
    where = "on this sender code" if sender_code else "on any sender code"
    holds = too_long_a_stop_list(new.index, subscribed, members, guards, where=where)
    return next((hold.reason for hold in holds), None)


def suppress_file(
    state: State,
    source: Source,
    sync: SyncFile,
    sender_code: str = "",
    approve: Callable[[HoldReason, int], bool] = lambda _reason, _phones: True,
) -> Suppressing:
    """Suppresses every phone that can be read in a file.

    Args:
        state: Where the list is.
        source: The file.
        sync: Says which column is the phone, as `columns_of_stops.stop_sync` makes it.
        sender_code: The one that the orders hold for; empty: all of them.
        approve: Asked where most who are subscribed are on the list, with the reason and the number
            of phones; where it says no, nobody is suppressed.
    """
    extracted = extract(source, sync, every_row_says_stop=sync.columns.opted_out is None)
    contacts, unclear = who_says_stop(extracted.contacts, sync)
    more_unread = extracted.unread_numbers
    rejects = pd.concat([extracted.rejects, unclear, more_unread]).sort_index(kind="stable")
    phones = pd.concat([contacts["phone"], further_stops(extracted.more_numbers)["phone"]])
    count = phones.nunique()
    held = too_many_to_suppress(phones, state, sender_code, sync.guards)
    if held is not None and approve(held, count):
        held = None
    if held is not None:
        phones = phones.iloc[:0]
    name = IMPORT_MARK + new_run_id(datetime.now(UTC))
    added = state.suppressions.add(
        phones, origin=source.name, reason="imported by hand", run=name, sender_code=sender_code
    )
    return Suppressing(
        rows=extracted.rows,
        added=added,
        known=len(phones) - added,
        name=name if added else "",
        rejected=len(rejects),
        reasons=dict(sorted(Counter(rejects["reason"].tolist()).items())),
        unread=tuple(unusable_stops(extracted.rejects, unclear, sync).index.tolist()),
        unread_numbers=tuple(more_unread.index.tolist()),
        held=count if held is not None else 0,
        held_because=held.text if held is not None else "",
    )
