"""A stop list: every phone in the file is stopped on one sender code, and suppressed for good.

It is decided differently from a sync, and runs the same way: under a lease, suppressions committed
before the first call, intents before their calls.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

import pandas as pd

from schemas.frames import HELD, OPERATIONS, PEOPLE, RELABELLED, SUBSCRIPTIONS
from schemas.member_status import MAY_RECEIVE, UNPROVEN_STOPS
from schemas.outcomes import Cause, Kind
from schemas.report import ContactCount
from schemas.sync_file import SyncFile
from schemas.sync_keys.sender_code import plain_code
from sendersync.pipeline.decide import Decided
from sendersync.pipeline.extract import Extracted
from sendersync.pipeline.one_off.stop_rows import further_stops, unusable_stops, who_says_stop
from sendersync.pipeline.suppress_list import on_codes
from sendersync.state.one_off_names import one_off_name
from sendersync.state.store import State
from sendersync.transforms.cells.arrow_columns import is_in
from sendersync.transforms.guards.bursts import too_long_a_stop_list
from sendersync.transforms.guards.decision import GuardDecision, Hold
from sendersync.transforms.phones.second_spellings import canonical_phones, other_spellings
from sendersync.transforms.plan import Plan
from sendersync.transforms.sender_codes import one_spelling


def decide_stops(
    extracted: Extracted, sync: SyncFile, state: State, approved: int | None = None
) -> Decided:
    """Makes the plan of one stop list.

    A phone is left alone only where the ledger proves that it is stopped on that code. One whose
    earlier stop was never answered clearly is asked once more: a person said so again.

    Args:
        extracted: The list as it was read.
        sync: The pseudo sync `stop:<code>`.
        state: What earlier runs left; only read here.
        approved: Ceiling of phones that a person approved (`--yes`).
    """
    contacts, unclear = who_says_stop(_under_known_codes(extracted.contacts, sync, state), sync)
    # a row with a second phone that cannot be read is stopped at the first, and is a reject
    unread = extracted.unread_numbers
    rejects = pd.concat([extracted.rejects, unclear, unread]).sort_index(kind="stable")
    not_stopped = unusable_stops(extracted.rejects, unclear, sync)
    further = _under_known_codes(further_stops(extracted.more_numbers), sync, state)
    # rows first, so that each is counted as usable or as the same phone as another row
    people = pd.concat([contacts, further])
    same = people[["sender_code"]].assign(handset=canonical_phones(people["phone"])).duplicated()
    wanted = people.loc[~same]
    rows = same[: len(contacts)]
    merged = int((rows & ~rows.index.isin(unread.index)).sum())
    known = _known_numbers(wanted, state)
    stopped = _stopped_already(known, sync, state)
    due = known.loc[~stopped]
    plan = _plan(due, unchanged=int(stopped.sum()), retries=_asked_before(due, sync, state))
    retries = plan.operations["is_retry_of_lost_stop"]
    pairs = plan.operations.loc[~retries, ["phone", "sender_code"]]
    subscribed = int(state.members.standing_anywhere(pairs).subscribed.sum())
    members = state.members.receiving(pairs["sender_code"].unique().tolist())
    if approved is None or len(plan.operations) > approved:
        plan = _held(
            plan, too_long_a_stop_list(plan.operations.index, subscribed, members, sync.guards)
        )
    return Decided(
        plan=plan,
        wanted=wanted,
        rejects=rejects,
        members=state.members.of(sync.sync),
        opt_outs=pd.concat([wanted, known])[[*SUBSCRIPTIONS.names]].drop_duplicates(),
        stopped_people=wanted.iloc[:0][[*PEOPLE.names]],
        unreadable_opt_outs=tuple(not_stopped.index.tolist()),
        unread_numbers=tuple(unread.index.tolist()),
        subscribed=subscribed,
        subscribed_elsewhere=_subscribed_elsewhere(wanted, sync, state),
        count=ContactCount(
            accepted=len(contacts) - merged - len(unread),
            rejected=len(rejects),
            merged=merged,
            withheld=len(extracted.contacts)
            + len(extracted.rejects)
            - len(contacts)
            - (len(rejects) - len(unread)),
        ),
        reasons=dict(sorted(Counter(rejects["reason"].tolist()).items())),
    )


def _under_known_codes(people: pd.DataFrame, sync: SyncFile, state: State) -> pd.DataFrame:
    """People under the spelling of the sender code that members have: so they are found."""
    codes = one_spelling(
        people["sender_code"],
        state.members.codes_elsewhere(sync.sync),
        state.members.of(sync.sync)["sender_code"],
    )
    return people.assign(sender_code=codes)


def _known_numbers(wanted: pd.DataFrame, state: State) -> pd.DataFrame:
    """The people of the list under the numbers that the platform has of their handsets.

    Somebody who is subscribed under another spelling, and unknown under the one of the list, is
    stopped where they are: a call for a number that was never sent would prove nothing.
    """
    spellings = other_spellings(wanted["phone"])
    others = wanted.loc[spellings.index].assign(phone=spellings["spelling"])
    others = others.loc[spellings["certain"].to_numpy()]
    others = others.loc[state.members.standing_anywhere(others).subscribed.to_numpy()]
    here = state.members.standing_anywhere(wanted)
    elsewhere = wanted.index.isin(others.index) & ~here.stopped & ~here.subscribed
    return pd.concat([wanted.loc[~elsewhere], others])


def _subscribed_elsewhere(wanted: pd.DataFrame, sync: SyncFile, state: State) -> Mapping[str, int]:
    """People of the list whom a stop on this sender code leaves subscribed: by code, how many.

    One who was asked to be stopped there, without a clear answer, is told as that, and not here.
    """
    here = plain_code(sync.sender_code or "")
    # no sync has this name, so that these are all codes there are
    codes = [each for each in state.members.codes_elsewhere("") if plain_code(each) != here]
    pairs = on_codes(wanted["phone"], codes)
    found = pairs.loc[state.members.subscribed_anywhere(pairs)]
    counts = found.groupby("sender_code")["person"].nunique()
    return {str(code): int(count) for code, count in counts.items()}


def _stopped_already(wanted: pd.DataFrame, sync: SyncFile, state: State) -> pd.Series[bool]:
    """Whether every sync that knows the phone on that code agrees that it is stopped."""
    pairs = wanted[["phone", "sender_code"]]
    known = state.members.standing_anywhere(pairs)
    imported = state.members.of(one_off_name("import", sync.sender_code or ""))
    receiving = imported.loc[is_in(imported["standing"], MAY_RECEIVE), "phone"]
    perhaps = state.members.wanted_elsewhere(sync.sync, pairs) | is_in(wanted["phone"], receiving)
    return known.stopped & ~known.subscribed & ~perhaps


def _asked_before(due: pd.DataFrame, sync: SyncFile, state: State) -> pd.Series[bool]:
    members = state.members.of(sync.sync)
    doubtful = members.loc[is_in(members["standing"], UNPROVEN_STOPS), "phone"]
    return is_in(due["phone"], doubtful)


def _held(plan: Plan, holds: Iterable[Hold]) -> Plan:
    """The plan with all its stops held, if anything holds them."""
    decision = GuardDecision(tuple(holds))
    if not decision.holds:
        return plan
    held_by = decision.holding("stops", plan.operations.index)
    held = plan.operations.assign(held_by=held_by, line=0)
    return replace(plan, operations=plan.operations.iloc[:0], held=held, decision=decision)


def _plan(due: pd.DataFrame, *, unchanged: int, retries: pd.Series[bool]) -> Plan:
    operations = due.assign(
        kind=Kind.STOP.value,
        cause=Cause.OPTED_OUT.value,
        new_phone="",
        phase=1,
        is_retry_of_lost_stop=retries,
    )
    operations = OPERATIONS.cast(operations)
    none = operations.iloc[:0]
    return Plan(
        operations=operations.reset_index(drop=True),
        held=HELD.cast(none.assign(held_by="", line=0)),
        released=none[[*SUBSCRIPTIONS.names]],
        waiting=none[[*SUBSCRIPTIONS.names]],
        relabelled=none[[*RELABELLED.names]],
        unchanged=unchanged,
        kept=0,
    )
