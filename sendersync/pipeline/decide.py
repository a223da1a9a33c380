"""From what was read and what the ledger knows to a plan.

Decides nothing itself: it fetches what the pure rules of `transforms` need, and calls them in
order.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import pandas as pd

from schemas.member_status import MAY_RECEIVE
from schemas.reasons import Reason
from schemas.report import ContactCount
from schemas.sync_file import SyncFile
from sendersync.pipeline.extract import Extracted
from sendersync.pipeline.incremental import pending_still_wanted
from sendersync.state.store import State
from sendersync.transforms.dedupe import dedupe, duplicate_rejects
from sendersync.transforms.diff import Present, and_stop, diff
from sendersync.transforms.guard import ReadFacts
from sendersync.transforms.plan import Plan, make_plan
from sendersync.transforms.sender_codes import one_spelling
from sendersync.transforms.suppress import numbers_of, orders_to_stop, suppress
from sendersync.transforms.unattributable import newly_anonymous


@dataclass(frozen=True)
class Decided:
    """A plan and everything a report says about how it came to be.

    Attributes:
        plan: What to do.
        wanted: Contacts that should be on their sender code, in an incremental run with those
            still owed from earlier reads.
        rejects: All rejects, duplicates included, in line order.
        members: What the ledger held before this run, to show old values beside new ones.
        opt_outs: E.164 phones to write on the do-not-contact list.
        unreadable_opt_outs: Rows that say stop and whose phone cannot be read, while their key
            leads to no member either.
        count: What became of the rows.
        reasons: Reason code to rows.
    """

    plan: Plan
    wanted: pd.DataFrame
    rejects: pd.DataFrame
    members: pd.DataFrame
    opt_outs: pd.Series[str]
    unreadable_opt_outs: int
    count: ContactCount
    reasons: dict[str, int]


def decide(
    extracted: Extracted,
    sync: SyncFile,
    state: State,
    *,
    approved: int | None = None,
    may_stop: bool = True,
) -> Decided:
    """Makes the plan of one run.

    Args:
        extracted: Today's read.
        sync: The sync, its name and its rules.
        state: What earlier runs left; only read here.
        approved: Ceiling of removals that a person approved for this run.
        may_stop: False for imports, which never stop anyone.
    """
    unreadable = extracted.rejects.loc[extracted.rejects["opted_out"], ["key", "phone"]]
    speakers = [
        *unreadable.loc[unreadable["key"] != "", "key"],
        *extracted.contacts.loc[extracted.contacts["opted_out"], "key"],
    ]
    members = state.members.of(sync.sync)
    contacts = extracted.contacts
    codes = one_spelling(
        contacts["sender_code"], members["sender_code"], state.members.codes_elsewhere(sync.sync)
    )
    contacts = contacts.assign(sender_code=codes)
    deduped = dedupe(contacts, sync.duplicates, speakers)
    known = _never_to_add(contacts["phone"], state)
    split = suppress(deduped.contacts, pd.concat([known, numbers_of(members, speakers)]))
    doubled = duplicate_rejects(contacts, deduped.rejected)
    rejects = pd.concat([extracted.rejects, doubled]).sort_index()

    withheld = split.withheld
    unclear = withheld.loc[withheld["reason"] == Reason.OPT_OUT_UNCLEAR]
    present = Present(
        opted_out=orders_to_stop(withheld, contacts, unreadable),
        rejects=pd.concat([rejects, unclear])[[*rejects.columns]],
        withheld=withheld.loc[withheld["reason"] == Reason.NO_CONSENT, ["key", "phone"]],
        suppressed=known,
        listed=withheld.loc[withheld["reason"] == Reason.SUPPRESSED, ["key", "phone"]],
    )

    wanted = split.wanted
    if extracted.incremental:
        owed = suppress(
            pending_still_wanted(extracted, state.cursors.pending(sync.sync)), known
        ).wanted
        wanted = pd.concat([wanted, owed])

    difference = diff(members, wanted, present)
    if may_stop:
        difference = and_stop(difference, members, _added_by_others(withheld, state))
    pairs = difference.stops[["phone", "sender_code"]]
    read = ReadFacts(
        rows=extracted.rows,
        rejected=len(rejects),
        complete=extracted.complete,
        first_run=not state.runs.has_completed(sync.sync),
        incremental=extracted.incremental,
        anonymous=newly_anonymous(extracted.anonymous, state.rejects.known(sync.sync)),
    )
    plan = make_plan(
        difference,
        wanted_elsewhere=state.members.wanted_elsewhere(sync.sync, pairs),
        members=int(members["standing"].isin([*MAY_RECEIVE]).sum()),
        read=read,
        guards=sync.guards,
        removals=sync.removals,
        approved=approved,
        may_stop=may_stop,
    )
    known_keys = [*members["key"], *extracted.contacts["key"]]
    reasons = Counter(rejects["reason"].tolist())
    reasons.update(withheld["reason"].tolist())
    return Decided(
        plan=plan,
        wanted=wanted,
        rejects=rejects,
        members=members,
        opt_outs=withheld.loc[withheld["reason"] == Reason.OPTED_OUT, "phone"],
        unreadable_opt_outs=int((~unreadable["key"].isin(known_keys)).sum()),
        count=ContactCount(
            accepted=len(split.wanted),
            rejected=len(rejects),
            merged=len(deduped.merged),
            withheld=len(withheld),
        ),
        reasons=dict(sorted(reasons.items())),
    )


def _never_to_add(phones: pd.Series[str], state: State) -> pd.Series[str]:
    """The do-not-contact list, and those of today's phones whose people asked to be forgotten."""
    forgotten = phones[state.erasure.erased(phones)]
    return pd.concat([state.suppressions.all()["phone"], forgotten], ignore_index=True)


def _added_by_others(withheld: pd.DataFrame, state: State) -> pd.DataFrame:
    """Contacts who must not get texts, and whom another sync or an import has subscribed."""
    orders = withheld.loc[withheld["reason"].isin([Reason.OPTED_OUT, Reason.SUPPRESSED])]
    return orders.loc[state.members.standing_anywhere(orders)["subscribed"]]
