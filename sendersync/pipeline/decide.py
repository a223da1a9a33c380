"""From what was read and what the ledger knows to a plan.

Reads the state first (`read_known`), then decides by pure rules alone (`decide_frames`), then asks
the state about the few people who would be stopped, and makes the plan.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

import pandas as pd

from schemas.frames import (
    CONTACTS,
    MEMBERS,
    PEOPLE,
    REJECTS,
    SUBSCRIPTIONS,
    WANTED,
    WITHHELD,
)
from schemas.reasons import Reason
from schemas.report import ContactCount
from schemas.sync_file import SyncFile, Updates
from sendersync.pipeline.approval import Approved
from sendersync.pipeline.extract import Extracted
from sendersync.pipeline.guarding.counts import count_for_guards
from sendersync.pipeline.guarding.source_facts import missing_canaries, opt_out_rows
from sendersync.pipeline.incremental import pending_still_wanted
from sendersync.pipeline.other_syncs.departures import leaving, out_of_use
from sendersync.pipeline.other_syncs.stops_elsewhere import owed_stops, subscribed_by_others
from sendersync.pipeline.reading.known import Known, read_known
from sendersync.state.store import State
from sendersync.transforms.cells.arrow_columns import is_in, stacked
from sendersync.transforms.choose_contacts import choose_contacts
from sendersync.transforms.corrections.stay_out import stay_out
from sendersync.transforms.diff import (
    Diff,
    add_stops_for_strangers,
    diff,
    keep_values,
    none_of,
    with_more_stops,
)
from sendersync.transforms.guards.guard import Counted
from sendersync.transforms.guards.past import Past
from sendersync.transforms.guards.read_quality import ReadFacts
from sendersync.transforms.phones.second_spellings import same_handset
from sendersync.transforms.plan import Plan, make_plan
from sendersync.transforms.readings.changes import NO_CHANGES, ReadingChanges
from sendersync.transforms.rights.consents import ConsentsRead, consents_of, of_contacts
from sendersync.transforms.rights.resubscribe import ComingBack, coming_back
from sendersync.transforms.sender_codes import one_spelling
from sendersync.transforms.suppress import NeverToAdd, is_suppressed, on_each_code
from sendersync.transforms.unattributable import newly_unattributable


@dataclass(frozen=True)
class Compared:
    """What the rules say of a read, before anything of other syncs is looked at.

    Attributes:
        wanted: Contacts that should be on their sender code, in an incremental run with those
            still pending from earlier reads: `WANTED`.
        rejects: All rejects, duplicates included, in line order: `REJECTS`.
        withheld: Contacts that must not be added, and why: `WITHHELD`.
        more_withheld: The same of further numbers of rows that say no to texts: `WITHHELD`.
        difference: Against the members.
        contacts: Today's rows, under the ledger's spellings of sender codes: `CONTACTS`.
        opted_out: Rows that say stop, with or without a readable phone: `PEOPLE`.
        unreadable_opt_outs: Lines that say stop and whose phone cannot be read, while their key
            leads to no member either.
        unread_numbers: Lines that say stop by one number and have another that cannot be read,
            while their key leads to no member.
        count: What became of the rows.
        consents: Of those who are wanted.
        back: Orders that a later consent ends.
    """

    wanted: pd.DataFrame
    rejects: pd.DataFrame
    withheld: pd.DataFrame
    more_withheld: pd.DataFrame
    difference: Diff
    contacts: pd.DataFrame
    opted_out: pd.DataFrame
    unreadable_opt_outs: tuple[int, ...]
    unread_numbers: tuple[int, ...]
    count: ContactCount
    consents: ConsentsRead
    back: ComingBack

    def __post_init__(self) -> None:
        WANTED.require(self.wanted)
        REJECTS.require(self.rejects)
        WITHHELD.require(self.withheld)
        WITHHELD.require(self.more_withheld)
        CONTACTS.require(self.contacts)
        PEOPLE.require(self.opted_out)


@dataclass(frozen=True)
class Decided:
    """A plan and everything a report says about how it came to be.

    Attributes:
        plan: What to do.
        wanted: See `Compared`.
        rejects: See `Compared`.
        members: What the ledger held before this run, to show old values beside new ones.
        opt_outs: Who is to be written on the do-not-contact list: `SUBSCRIPTIONS`.
        texted_stop: The same, of the platform's own list.
        consents: See `Compared`; None of a stop list.
        back: See `Compared`.
        stopped_people: Keys that came with a stop, each once: `PEOPLE`.
        unreadable_opt_outs: See `Compared`.
        unread_numbers: See `Compared`; of a stop list all such lines.
        count: What became of the rows.
        reasons: Reason code to rows.
        passed_over: Other syncs that are out of use, with the words for why.
        subscribed: Of a stop list: phones of it that may receive texts.
        subscribed_elsewhere: Of a stop list: other sender codes, to the people of it who are
            subscribed there.
        withheld: See `Compared`; None of a stop list, which turns nobody down.
        staying_out: People whose add was taken back, and whose row is as it was then: `WANTED`.
        approved: The plan's digest, and what approvals let go; None before they were looked at.
    """

    plan: Plan
    wanted: pd.DataFrame
    rejects: pd.DataFrame
    members: pd.DataFrame
    opt_outs: pd.DataFrame
    stopped_people: pd.DataFrame
    unreadable_opt_outs: tuple[int, ...]
    count: ContactCount
    reasons: dict[str, int]
    passed_over: Mapping[str, str] = field(default_factory=dict)
    unread_numbers: tuple[int, ...] = ()
    subscribed: int = 0
    subscribed_elsewhere: Mapping[str, int] = field(default_factory=dict)
    approved: Approved | None = None
    withheld: pd.DataFrame | None = None
    texted_stop: pd.DataFrame = field(default_factory=lambda: none_of(SUBSCRIPTIONS))
    consents: ConsentsRead | None = None
    back: ComingBack = field(default_factory=ComingBack)
    staying_out: pd.DataFrame = field(default_factory=lambda: none_of(WANTED))

    def __post_init__(self) -> None:
        WANTED.require(self.wanted)
        REJECTS.require(self.rejects)
        MEMBERS.require(self.members)
        PEOPLE.require(self.stopped_people)
        SUBSCRIPTIONS.require(self.opt_outs)
        SUBSCRIPTIONS.require(self.texted_stop)
        WANTED.require(self.staying_out)
        if self.withheld is not None:
            WITHHELD.require(self.withheld)

    def adopted(self) -> pd.DataFrame:
        """Whom an adoption takes as subscribed: not those whose add was taken back."""
        return self.wanted.drop(index=self.staying_out.index)


def decide(
    extracted: Extracted,
    sync: SyncFile,
    state: State,
    *,
    now: datetime,
    reading: ReadingChanges = NO_CHANGES,
    approved: int | None = None,
    may_stop: bool = True,
    imports: bool = False,
) -> Decided:
    """Makes the plan of one run.

    Args:
        extracted: Today's read.
        sync: The sync, its name and its rules.
        state: What earlier runs left; only read here.
        now: When the run began, by the schedule's clock.
        reading: What of the sync file differs from the last run.
        approved: Ceiling of removals that a person approved for this run.
        may_stop: False for imports and adoptions, which never stop anyone.
        imports: A one-off import: nothing of it is too much, since a person stands beside it.
    """
    known = read_known(state, sync, extracted)
    compared = decide_frames(extracted, sync, known, now)
    difference, withheld = compared.difference, compared.withheld
    orders = stacked([withheld, compared.more_withheld])
    codes = pd.concat([known.members["sender_code"], compared.contacts["sender_code"]])
    listed = on_each_code(extracted.texted_stop, codes, sync.sender_code)
    passed_over = out_of_use(state, now)
    if may_stop:
        ordered = stacked([orders, listed])
        difference = _also_stopped(state, sync, known, compared, ordered, passed_over)
    difference, staying_out = stay_out(
        difference, known.members, state.undone.of(sync.sync), may_stop=may_stop
    )
    read = _read_facts(extracted, compared, known, reading)
    if not may_stop:  # whoever is adopted gets no call, and a person has decided about them
        read = replace(read, reading=NO_CHANGES, already_before=0)
    stops = difference.stops[["phone", "sender_code"]]
    plan = make_plan(
        difference,
        wanted_elsewhere=state.members.wanted_elsewhere(sync.sync, stops, passed_over),
        planned_elsewhere=state.departures.planned_elsewhere(sync.sync, stops, passed_over),
        counted=_counted(
            state, sync, extracted, compared, known, read, now, imports=imports, adopts=not may_stop
        ),
        guards=sync.guards,
        removals=sync.removals,
        approved=approved,
        may_stop=may_stop,
        # a person who approves has decided: nothing waits then
        leaving=None if approved is not None else leaving(state, sync.sync, difference.stops, now),
        recorded=_recorded(difference.stops, sync, known),
    )
    return Decided(
        plan=plan,
        wanted=compared.wanted,
        rejects=compared.rejects,
        members=known.members,
        opt_outs=orders.loc[orders["reason"] == Reason.OPTED_OUT, [*SUBSCRIPTIONS.names]],
        stopped_people=_with_own_key(compared.opted_out),
        unreadable_opt_outs=compared.unreadable_opt_outs,
        unread_numbers=compared.unread_numbers,
        count=compared.count,
        reasons=dict(sorted(Counter([*compared.rejects["reason"], *withheld["reason"]]).items())),
        passed_over=passed_over,
        withheld=compared.withheld,
        texted_stop=listed[[*SUBSCRIPTIONS.names]],
        consents=compared.consents,
        back=compared.back,
        staying_out=staying_out,
    )


def decide_frames(
    extracted: Extracted, sync: SyncFile, known: Known, now: datetime | None = None
) -> Compared:
    """Applies the rules in their order: dedupe, suppress, diff. Fetches nothing.

    Args:
        extracted: Today's read.
        sync: The sync and its rules.
        known: What earlier runs left.
        now: When the run began; None: nobody comes back after a stop.
    """
    members = known.members
    contacts = stacked([extracted.contacts, extracted.more_numbers])
    contacts = contacts.assign(
        sender_code=one_spelling(
            contacts["sender_code"], members["sender_code"], known.codes_elsewhere
        )
    )
    columns, texted = sync.columns, extracted.texted_stop["phone"]
    rows = contacts.iloc[: len(extracted.contacts)]
    said = consents_of(rows, extracted.raw, columns.consent, columns.consent_at)
    back = ComingBack()
    if sync.resubscribe and now is not None:
        back = coming_back(said.given, known.suppressions, known.stopped_keys, texted, now)
    listed = known.suppressions["phone"].drop(back.orders.index)
    never = NeverToAdd(
        phones=pd.concat([listed, known.forgotten, texted], ignore_index=True),
        keys=known.suppressed_keys - back.keys,
    )
    chosen = choose_contacts(contacts, extracted.rejects, sync.duplicates, never, members)
    wanted = chosen.wanted
    if extracted.incremental:
        pending = pending_still_wanted(extracted, known.pending)
        wanted = pd.concat([wanted, pending.loc[~is_suppressed(pending, never)]])
    difference = diff(members, wanted, chosen.present)
    if sync.updates is Updates.KEEP:
        difference = keep_values(difference)
    without_phone = extracted.rejects.loc[extracted.rejects["opted_out"], "key"]
    named = is_in(without_phone, members["key"]) | is_in(without_phone, contacts["key"])
    half_read = extracted.contacts.loc[extracted.unread_numbers.index, "key"]
    return Compared(
        wanted=wanted,
        rejects=chosen.rejects,
        withheld=chosen.withheld,
        more_withheld=chosen.more_withheld,
        difference=difference,
        contacts=contacts,
        opted_out=chosen.present.opted_out,
        unreadable_opt_outs=tuple(without_phone.index[~named].tolist()),
        unread_numbers=tuple(half_read.index[~is_in(half_read, members["key"])].tolist()),
        count=ContactCount(
            accepted=len(chosen.wanted),
            rejected=len(chosen.rejects),
            merged=len(chosen.merged),
            withheld=len(chosen.withheld),
        ),
        consents=replace(said, given=of_contacts(said.given, wanted)),
        back=back,
    )


def _also_stopped(
    state: State,
    sync: SyncFile,
    known: Known,
    compared: Compared,
    ordered: pd.DataFrame,
    passed_over: Mapping[str, str],
) -> Diff:
    """The comparison with stops of people whom others have subscribed, or were to stop."""
    strangers = subscribed_by_others(ordered, state, sync.sync)
    found = add_stops_for_strangers(compared.difference, known.members, strangers)
    owed = owed_stops(state, sync, known.members, compared.contacts, compared.wanted, passed_over)
    return with_more_stops(found, owed)


def _read_facts(
    extracted: Extracted, compared: Compared, known: Known, reading: ReadingChanges
) -> ReadFacts:
    return ReadFacts(
        rows=extracted.rows,
        rejected=compared.count.rejected,
        complete=extracted.complete,
        cut_short=bool(extracted.cut_short),
        first_run=not known.has_completed_run,
        incremental=extracted.incremental,
        reading=reading,
        already_before=known.already_before,
        says_stop=_new_orders(compared, known),
        unattributable=newly_unattributable(extracted.unattributable, known.known_rejects),
    )


def _new_orders(compared: Compared, known: Known) -> int:
    """Phones of rows that say stop, without those whose stop is on record already."""
    orders = stacked([compared.withheld, compared.more_withheld])
    phones = orders.loc[orders["reason"] == Reason.OPTED_OUT, "phone"].drop_duplicates()
    return int((~is_in(phones, known.suppressions["phone"])).sum())


def _counted(
    state: State,
    sync: SyncFile,
    extracted: Extracted,
    compared: Compared,
    known: Known,
    read: ReadFacts,
    now: datetime,
    *,
    imports: bool,
    adopts: bool,
) -> Counted:
    """What the guards count; of an import nothing but who is there."""
    if imports:  # whoever gives the same command again has decided what the last one met
        read = replace(read, already_before=0)
        return Counted(members=len(known.members), read=read, past=Past(first_load=True))
    read = replace(
        read,
        opt_out_rows=opt_out_rows(extracted, _suppressed_by(sync, known)),
        missing_canaries=missing_canaries(sync.canaries, extracted, sync.default_country or ""),
        no_stop_list=extracted.no_stop_list and not adopts,
    )
    counted = count_for_guards(state, sync, known.members, compared.contacts, read, now)
    if adopts:
        counted = replace(counted, past=replace(counted.past, first_load=True))
    return counted


def _suppressed_by(sync: SyncFile, known: Known) -> pd.Series[str]:
    """Phones that earlier runs of this sync suppressed: what they said was let go."""
    return known.suppressions.loc[known.suppressions["origin"] == sync.sync, "phone"]


def _recorded(stops: pd.DataFrame, sync: SyncFile, known: Known) -> pd.Series[bool]:
    """Stops that an earlier run of this sync has heard and let go, by phone or by key."""
    listed = same_handset(stops["phone"], _suppressed_by(sync, known))
    return listed | is_in(stops["key"], known.suppressed_keys)


def _with_own_key(people: pd.DataFrame) -> pd.DataFrame:
    """Those with a key that is more than their phone, each key once: `PEOPLE`."""
    keyed = people.loc[(people["key"] != "") & (people["key"] != people["phone"])]
    return keyed.sort_values("phone", ascending=False).drop_duplicates("key")
