"""Each frame that passes between rooms, a row or more of it, and where it is handed on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from connectors.sources.source import Records, no_malformed
from schemas import frames as declared
from schemas.frame_spec import FrameSpec
from schemas.sync_file import Removals, SyncFile
from sendersync.pipeline.approval import Approved
from sendersync.pipeline.decide import Decided, decide_frames
from sendersync.pipeline.explain.turned_down import turned_down
from sendersync.pipeline.export.opt_outs import write_opt_outs
from sendersync.pipeline.extract import Extracted, extract
from sendersync.pipeline.load.batches import as_operations
from sendersync.pipeline.reading.cut_short import looks_cut_short
from sendersync.pipeline.reading.known import Known
from sendersync.pipeline.reading.texted_stop import TextedStop
from sendersync.state.corrections.undone import Undone
from sendersync.state.database.engine import in_memory
from sendersync.state.ledger.ledger import Ledger
from sendersync.state.people.people import People
from sendersync.transforms.choose_contacts import choose_contacts
from sendersync.transforms.corrections.ask_again import AskAgain, ask_again
from sendersync.transforms.corrections.inverse_plan import InversePlan, Since, inverse_plan
from sendersync.transforms.corrections.stay_out import stay_out
from sendersync.transforms.dedupe import dedupe
from sendersync.transforms.diff import NOBODY, diff
from sendersync.transforms.guards.decision import Candidates
from sendersync.transforms.guards.guard import Counted
from sendersync.transforms.guards.read_quality import ReadFacts
from sendersync.transforms.keys import give_own_keys
from sendersync.transforms.normalise import normalise
from sendersync.transforms.plan import make_plan
from sendersync.transforms.rights.consents import consents_of
from sendersync.transforms.rights.resubscribe import ComingBack
from tests.builders import frames
from tests.builders.sync_bench import HEADER, people, person, phone, sync_file


class Night:
    """Rows in memory, as a source gives them."""

    name = "tonight"

    def __init__(self, given: pd.DataFrame, malformed: pd.DataFrame | None = None) -> None:
        self.given = given
        self.malformed = no_malformed() if malformed is None else malformed

    def columns(self) -> tuple[str, ...]:
        """Those of every sync of these tests."""
        return HEADER

    def read(self) -> Iterator[Records]:
        """All rows, in one batch."""
        yield Records(self.given, self.malformed, complete=True)


def _given(*rows: dict[str, str]) -> pd.DataFrame:
    index = pd.RangeIndex(2, len(rows) + 2, name=declared.LINE)
    return pd.DataFrame(list(rows), columns=list(HEADER), index=index, dtype="str")


ROWS = _given(*people(3), person(4, Unsubscribed="yes"), person(5, Mobile=""))
UNREAD = pd.DataFrame({"problem": ["too short"], "raw": ["a;b"]}, dtype="str").set_axis(
    pd.Index([9], name=declared.LINE)
)
SYNC: SyncFile = sync_file()
EXTRACTED: Extracted = extract(Night(ROWS, UNREAD), SYNC)
MEMBERS = frames.members(
    {"key": "C000001", "phone": phone(1), "email": "a@example.com"},
    {"key": "C000077", "phone": phone(77)},
    {"key": "C000078", "phone": phone(78)},
)


def _frame(spec: FrameSpec, **cells: list[str]) -> pd.DataFrame:
    return pd.DataFrame(cells, columns=[*spec.names], dtype="str")


KNOWN = Known(
    members=MEMBERS,
    codes_elsewhere=pd.Series(dtype="str"),
    suppressions=_frame(
        declared.SUPPRESSIONS,
        phone=[phone(500)], sender_code=[""], origin=["x"], reason=["x"], run=[""], created_at=[""],
    ),
    forgotten=pd.Series(dtype="str"),
    stopped_keys=_frame(declared.STOPPED_KEYS, key=[], sender_code=[], phone=[], created_at=[]),
    pending=frames.contacts({"phone": phone(9)})[[*declared.PENDING.names]],
    known_rejects=_frame(declared.KNOWN_REJECTS, fingerprint=["f#0"]),
    has_completed_run=True,
)  # fmt: skip
COMPARED = decide_frames(EXTRACTED, SYNC, KNOWN)
DIFFERENCE = replace(COMPARED.difference, relabelled=MEMBERS[[*declared.RELABELLED.names]].head(1))
PLAN = make_plan(
    DIFFERENCE,
    wanted_elsewhere=pd.Series(False, index=DIFFERENCE.stops.index, dtype=bool),
    counted=Counted(3, ReadFacts(rows=5, rejected=1, complete=True, first_run=False)),
    guards=SYNC.guards,
    removals=Removals.STOP,
)
CONTACTS = EXTRACTED.contacts
NO_REASONS = pd.Series("", index=CONTACTS.index, dtype="str")


def one_row(spec: FrameSpec) -> pd.DataFrame:
    """A row of a frame that has none tonight."""
    values: dict[str, Any] = {"str": "x", "bool": False, "int64": 1, "Int64": 1}
    frame = pd.DataFrame({name: [values[dtype]] for name, dtype in spec.columns.items()})
    return frame.astype(dict(spec.columns)).rename_axis(spec.index or None)


STORED = one_row(declared.STORED_OPERATIONS)
NONE = pd.Series(False, index=STORED.index, dtype=bool)

# where a frame is handed on: the dataclass that carries it, or the function that takes it
CARRIED: dict[str, tuple[FrameSpec, pd.DataFrame, Callable[[pd.DataFrame], object]]] = {
    "records": (
        declared.records(HEADER), ROWS, lambda frame: extract(Night(frame), SYNC),
    ),
    "malformed": (
        declared.MALFORMED, UNREAD, lambda frame: extract(Night(ROWS, frame), SYNC),
    ),
}  # fmt: skip
for _name, _carrier, _fields in (
    (
        "normalised",
        normalise(ROWS, SYNC),
        {
            "contacts": "CONTACTS",
            "rejects": "REJECTS",
            "more_numbers": "MORE_NUMBERS",
            "unread_numbers": "REJECTS",
        },
    ),
    (
        "extracted",
        EXTRACTED,
        {
            "contacts": "CONTACTS",
            "rejects": "REJECTS",
            "more_numbers": "CONTACTS",
            "unread_numbers": "REJECTS",
            "texted_stop": "CONTACTS",
            "malformed": "MALFORMED",
            "unattributable": "UNATTRIBUTABLE",
        },
    ),
    (
        "known",
        KNOWN,
        {
            "members": "MEMBERS",
            "suppressions": "SUPPRESSIONS",
            "stopped_keys": "STOPPED_KEYS",
            "pending": "PENDING",
            "known_rejects": "KNOWN_REJECTS",
        },
    ),
    (
        "deduped",
        dedupe(CONTACTS, NO_REASONS, "first", MEMBERS),
        {"wanted": "WANTED", "withheld": "WITHHELD", "subscribers": "SUBSCRIBERS"},
    ),
    (
        "chosen",
        choose_contacts(CONTACTS, EXTRACTED.rejects, "first"),
        {
            "wanted": "WANTED",
            "withheld": "WITHHELD",
            "more_withheld": "WITHHELD",
            "rejects": "REJECTS",
        },
    ),
    (
        "consents",
        consents_of(CONTACTS, EXTRACTED.raw, "Consent", None),
        {"given": "CONSENTS"},
    ),
    ("coming back", ComingBack(KNOWN.suppressions), {"orders": "SUPPRESSIONS"}),
    (
        "own keys",
        give_own_keys(CONTACTS, EXTRACTED.rejects),
        {"contacts": "CONTACTS", "rejects": "REJECTS"},
    ),
    (
        "present",
        replace(
            NOBODY,
            **dict.fromkeys(
                ("opted_out", "withheld", "refused", "on_suppression_list"),
                MEMBERS[["key", "phone"]],
            ),
        ),
        {
            "opted_out": "PEOPLE",
            "withheld": "PEOPLE",
            "refused": "PEOPLE",
            "on_suppression_list": "PEOPLE",
            "rejects": "REJECTS",
            "subscribers": "SUBSCRIBERS",
        },
    ),
    (
        "difference",
        DIFFERENCE,
        {
            "adds": "ADDS",
            "unchanged": "WANTED",
            "stops": "STOPS",
            "relabelled": "RELABELLED",
        },
    ),
    (
        "compared",
        COMPARED,
        {
            "wanted": "WANTED",
            "rejects": "REJECTS",
            "withheld": "WITHHELD",
            "more_withheld": "WITHHELD",
            "contacts": "CONTACTS",
            "opted_out": "PEOPLE",
        },
    ),
    (
        "plan",
        PLAN,
        {
            "operations": "OPERATIONS",
            "held": "HELD",
            "released": "SUBSCRIPTIONS",
            "waiting": "SUBSCRIPTIONS",
            "relabelled": "RELABELLED",
        },
    ),
    (
        "decided",
        Decided(
            plan=PLAN,
            wanted=COMPARED.wanted,
            rejects=COMPARED.rejects,
            members=MEMBERS,
            opt_outs=MEMBERS[[*declared.SUBSCRIPTIONS.names]],
            stopped_people=COMPARED.opted_out,
            unreadable_opt_outs=(),
            count=COMPARED.count,
            reasons={},
            withheld=COMPARED.withheld,
        ),
        {
            "wanted": "WANTED",
            "rejects": "REJECTS",
            "members": "MEMBERS",
            "opt_outs": "SUBSCRIPTIONS",
            "stopped_people": "PEOPLE",
            "withheld": "WITHHELD",
            "texted_stop": "SUBSCRIPTIONS",
            "staying_out": "WANTED",
        },
    ),
    (
        "texted stop",
        TextedStop(CONTACTS),
        {"people": "CONTACTS"},
    ),
    (
        "candidates",
        Candidates(
            DIFFERENCE.stops,
            DIFFERENCE.stops,
            DIFFERENCE.adds,
            DIFFERENCE.relabelled,
            DIFFERENCE.stops,
        ),
        {
            "removals": "STOPS",
            "opt_outs": "STOPS",
            "adds": "ADDS",
            "relabelled": "RELABELLED",
            "releases": "STOPS",
        },
    ),
    (
        "approved",
        Approved(PLAN, "", PLAN.operations[[*declared.RELEASED.names]]),
        {"released": "RELEASED"},
    ),
    (
        "since",
        Since(MEMBERS, frozenset(), frozenset(), frozenset()),
        {"members": "MEMBERS"},
    ),
    ("inverse", InversePlan(PLAN.operations, {}, {}), {"operations": "OPERATIONS"}),
    ("asked again", AskAgain(PLAN.operations, {}), {"operations": "OPERATIONS"}),
):
    for _field, _spec in _fields.items():
        CARRIED[f"{_name}.{_field}"] = (
            getattr(declared, _spec),
            getattr(_carrier, _field),
            lambda frame, carrier=_carrier, field=_field: replace(carrier, **{field: frame}),
        )
CARRIED["operations to send"] = (
    declared.OPERATIONS,
    PLAN.operations,
    lambda frame: list(as_operations(frame, "run", frozenset())),
)
CARRIED["members to compare"] = (
    declared.MEMBERS, MEMBERS, lambda frame: diff(frame, COMPARED.wanted, NOBODY),
)  # fmt: skip
CARRIED["orders of who comes back"] = (
    declared.SUPPRESSIONS,
    KNOWN.suppressions,
    lambda frame: ComingBack(orders=frame),
)
CARRIED["undone to keep"] = (
    declared.UNDONE,
    MEMBERS[[*declared.UNDONE.names]],
    lambda frame: Undone(in_memory(None, "memory")).keep("run", frame),
)
CARRIED["undone to compare"] = (
    declared.UNDONE,
    MEMBERS[[*declared.UNDONE.names]],
    lambda frame: stay_out(DIFFERENCE, MEMBERS, frame),
)
CARRIED["stored operations"] = (
    declared.STORED_OPERATIONS,
    STORED,
    lambda frame: inverse_plan(frame, Since(MEMBERS, frozenset(), frozenset(), frozenset())),
)
CARRIED["stored operations to ask again"] = (
    declared.STORED_OPERATIONS,
    STORED,
    lambda frame: ask_again(frame, MEMBERS, said_stop=NONE, undone=NONE, newest=True),
)
CARRIED["order of adding"] = (
    declared.ADDED,
    one_row(declared.ADDED),
    lambda frame: looks_cut_short(0, EXTRACTED.contacts, MEMBERS, frame),
)
CARRIED["orders to write"] = (
    declared.SUPPRESSIONS,
    KNOWN.suppressions,
    lambda frame: write_opt_outs(Path("never-written.csv"), frame),
)
CARRIED["held to keep"] = (
    declared.HELD,
    PLAN.held,
    lambda frame: Ledger(in_memory(None, "memory")).keep_held("run", frame, ""),
)
CARRIED["turned down"] = (
    declared.TURNED_DOWN,
    turned_down(EXTRACTED.rejects, COMPARED.withheld),
    lambda frame: People(in_memory(None, "memory")).turn_down("run", frame, whole=True),
)
