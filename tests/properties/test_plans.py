"""What holds for every source and every ledger, whatever is in them."""

from __future__ import annotations

from typing import Any

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.frames import MEMBER_COLUMNS
from schemas.member_status import MAY_RECEIVE, MemberStatus
from schemas.outcomes import Cause, Kind
from schemas.sync_file import Removals
from schemas.sync_keys.guards import Guards
from sendersync.pipeline.decide import decide_frames
from sendersync.pipeline.load.batches import spans
from sendersync.transforms.choose_contacts import choose_contacts
from sendersync.transforms.diff import Diff
from sendersync.transforms.guards.guard import Counted
from sendersync.transforms.guards.read_quality import ReadFacts
from sendersync.transforms.plan import Plan, make_plan
from tests.builders import frames
from tests.builders.sync_bench import sync_file

EXAMPLES = min(40, settings().max_examples)
"""Each is a whole night over frames, some 10 ms; `make mutants` can afford few of them."""

PHONES = [f"+1206200000{digit}" for digit in range(6)]
KEYS = ["ann", "bob", "cy", "dee"]
CODES = ["12065551212", "12065559999"]
TRUSTED = ReadFacts(rows=1000, rejected=0, complete=True, first_run=False)
NO_GUARDS = Guards(max_stops=1_000_000, max_opt_outs=1_000_000)

rows = st.lists(
    st.fixed_dictionaries(
        {
            "key": st.sampled_from(KEYS),
            "phone": st.sampled_from(PHONES),
            "sender_code": st.sampled_from(CODES),
            "email": st.sampled_from(["", "a@example.com", "A@example.com", "b@example.com"]),
            "first_name": st.sampled_from(["", "Ann", "Bob"]),
            "group": st.sampled_from(["", "weekly"]),
            "opted_out": st.sampled_from([False, False, False, True]),
            "consent": st.sampled_from([True, True, False]),
        }
    ),
    max_size=12,
)
known = st.lists(
    st.fixed_dictionaries(
        {
            "key": st.sampled_from(KEYS),
            "phone": st.sampled_from(PHONES),
            "sender_code": st.sampled_from(CODES),
            "email": st.sampled_from(["", "a@example.com"]),
            "standing": st.sampled_from([each.value for each in MemberStatus]),
        }
    ),
    max_size=8,
    unique_by=lambda row: (row["phone"], row["sender_code"]),
)
unreadable = st.lists(
    st.fixed_dictionaries({"key": st.sampled_from(["", *KEYS]), "opted_out": st.booleans()}),
    max_size=3,
)
suppressions = st.lists(st.sampled_from(PHONES), max_size=2)
policies = st.sampled_from(["first", "last", "reject"])


def _look(
    contacts: pd.DataFrame,
    members: pd.DataFrame,
    rejected: pd.DataFrame,
    listed: list[str],
    policy: Any,
) -> Diff:
    """What the pipeline decides of these frames before it asks for other syncs."""
    return decide_frames(
        frames.extracted(contacts, rejected),
        sync_file(duplicates=policy),
        frames.known(members, listed),
    ).difference


def _plan(difference: Diff, members: pd.DataFrame, read: ReadFacts = TRUSTED, **how: Any) -> Plan:
    nobody = pd.Series(False, index=difference.stops.index, dtype=bool)
    return make_plan(
        difference,
        **{
            "wanted_elsewhere": nobody,
            "counted": Counted(int(members["standing"].isin([*MAY_RECEIVE]).sum()), read),
            "guards": NO_GUARDS,
            "removals": Removals.STOP,
            **how,
        },
    )


def _apply(members: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """The ledger after every operation was confirmed, one by one in the order of the plan."""
    held = {(row["sender_code"], row["phone"]): dict(row) for row in members.to_dict("records")}
    for row in plan.relabelled.to_dict("records"):
        held[row["sender_code"], row["phone"]]["key"] = row["key"]
    for row in plan.operations.to_dict("records"):
        pair = (row["sender_code"], row["phone"])
        if row["kind"] == Kind.STOP:
            held[pair]["standing"] = MemberStatus.STOPPED.value
        else:
            standing = {"standing": MemberStatus.SUBSCRIBED.value}
            held[pair] = {**{name: row.get(name, "") for name in MEMBER_COLUMNS}, **standing}
    return frames.members(*held.values())


@settings(max_examples=EXAMPLES)
@given(rows, known, unreadable, suppressions, policies)
def test_diff_then_apply_is_the_identity(
    source: Any, before: Any, broken: Any, listed: list[str], policy: Any
) -> None:
    """Once everything planned is confirmed, the same source plans nothing."""
    contacts, members = frames.contacts(*source), frames.members(*before)
    rejected = frames.rejects(*broken)
    plan = _plan(_look(contacts, members, rejected, listed, policy), members)
    after = _apply(members, plan)
    ordered = plan.operations.loc[plan.operations["cause"] == Cause.OPTED_OUT, "phone"]
    said = contacts.loc[contacts["opted_out"], "phone"]
    again = _plan(_look(contacts, after, rejected, [*listed, *ordered, *said], policy), after)
    assert again.operations.empty
    assert again.relabelled.empty


@settings(max_examples=EXAMPLES)
@given(rows, policies, st.lists(st.sampled_from(KEYS), max_size=2))
def test_dedupe_accounts_for_every_row_once(source: Any, policy: Any, said: list[str]) -> None:
    """A row is a contact, or merged into one, or rejected; never two of them, never none."""
    contacts = frames.contacts(*source)
    rejected = frames.rejects(*({"key": key, "opted_out": True, "line": 900} for key in said[:1]))
    found = choose_contacts(contacts, rejected, policy)
    duplicates = found.rejects.index.drop(rejected.index)
    ends = [*found.wanted.index, *found.withheld.index, *found.merged, *duplicates]
    assert sorted(ends) == list(contacts.index)
    assert not found.wanted.duplicated(["phone", "sender_code"]).any()
    assert not found.wanted.duplicated(["key", "sender_code"]).any()
    assert not found.wanted["phone"].isin(found.withheld["phone"]).any()
    assert list(found.wanted.index) == sorted(found.wanted.index)


@settings(max_examples=EXAMPLES)
@given(rows, policies, st.randoms(use_true_random=False))
def test_an_opt_out_wins_whatever_the_order(source: Any, policy: Any, chance: Any) -> None:
    """No phone of a row that says stop, and no number of its person, is ever wanted."""
    chance.shuffle(source)
    contacts = frames.contacts(*source)
    out = contacts.loc[contacts["opted_out"]]
    wanted = choose_contacts(contacts, frames.rejects(), policy).wanted
    assert not wanted["phone"].isin(out["phone"]).any()
    assert not wanted["key"].isin(out["key"]).any()


@settings(max_examples=EXAMPLES)
@given(rows, known, unreadable, suppressions, policies)
def test_nobody_on_the_list_is_ever_sent(
    source: Any, before: Any, broken: Any, listed: list[str], policy: Any
) -> None:
    """No add or update goes to a suppressed phone, nor to one who says stop."""
    contacts, members = frames.contacts(*source), frames.members(*before)
    plan = _plan(_look(contacts, members, frames.rejects(*broken), listed, policy), members)
    sent = plan.operations.loc[plan.operations["kind"] != Kind.STOP, "phone"]
    assert not sent.isin(listed).any()
    assert not sent.isin(contacts.loc[contacts["opted_out"], "phone"]).any()


@settings(max_examples=EXAMPLES)
@given(
    rows,
    known,
    unreadable,
    suppressions,
    st.builds(
        Guards,
        max_stops=st.integers(0, 3),
        max_stop_share=st.sampled_from([0.0, 0.5, 1.0]),
        min_rows=st.integers(0, 5),
    ),
    st.builds(
        ReadFacts,
        rows=st.integers(0, 6),
        rejected=st.integers(0, 6),
        complete=st.booleans(),
        first_run=st.booleans(),
        unattributable=st.integers(0, 1),
    ),
    st.sampled_from(Removals),
    st.sampled_from([None, 0, 2, 100]),
)
def test_orders_go_and_conclusions_wait(
    source: Any,
    before: Any,
    broken: Any,
    listed: list[str],
    guards: Guards,
    read: ReadFacts,
    removals: Removals,
    approved: int | None,
) -> None:
    """Opt-outs are never held and always first; a read that cannot be trusted stops nobody else."""
    contacts, members = frames.contacts(*source), frames.members(*before)
    difference = _look(contacts, members, frames.rejects(*broken), listed, "first")
    plan = _plan(
        difference, members, read=read, guards=guards, removals=removals, approved=approved
    )
    orders = (difference.stops["cause"] == Cause.OPTED_OUT).sum()
    stops = plan.operations.loc[plan.operations["kind"] == Kind.STOP]
    assert (plan.operations["cause"].iloc[:orders] == Cause.OPTED_OUT).all()
    assert (plan.operations["cause"] == Cause.OPTED_OUT).sum() == orders
    assert not (plan.held["cause"] == Cause.OPTED_OUT).any()
    if read.first_run or not read.complete or read.rows < max(1, guards.min_rows):
        assert len(stops) == orders
    if read.first_run:
        assert plan.held.empty
    assert (
        not plan.held["is_retry_of_lost_stop"].any()
        or not read.complete
        or read.rows < max(1, guards.min_rows)
    ), "an earlier run was allowed to stop these"
    held = plan.held["kind"].value_counts()
    assert len(stops) + held.get(Kind.STOP, 0) + plan.undecided == len(difference.stops)
    held_adds = held.get(Kind.ADD, 0) + held.get(Kind.UPDATE, 0)
    assert len(plan.operations) - len(stops) + held_adds == len(difference.adds)
    assert plan.operations["phase"].is_monotonic_increasing


@settings(max_examples=EXAMPLES)
@given(st.lists(st.integers(1, 4), max_size=60), st.integers(1, 70))
def test_every_operation_is_in_one_batch(phases: list[int], size: int) -> None:
    """Any number of operations times any batch size delivers each once, phases unmixed."""
    operations = pd.DataFrame({"phase": pd.Series(sorted(phases), dtype="int64")})
    cut = spans(operations, size)
    assert [place for span in cut for place in range(span.start, span.end)] == [*range(len(phases))]
    for span in cut:
        assert set(operations["phase"].iloc[span.start : span.end]) == {span.phase}
        assert 0 < span.end - span.start <= size
