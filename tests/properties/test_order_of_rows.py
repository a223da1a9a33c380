"""The order of the rows of a source never decides who gets texts."""

from __future__ import annotations

from typing import Any

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.frames import LINE
from schemas.member_status import MemberStatus
from sendersync.pipeline.decide import Compared, decide_frames
from sendersync.transforms.keys import give_own_keys
from sendersync.transforms.normalise import normalise
from tests.builders import frames
from tests.builders.sync_bench import HEADER, sync_file
from tests.builders.sync_files import CODE

EXAMPLES = min(25, settings().max_examples)
"""Each is two nights over a few rows, some 20 ms each; `make mutants` can afford few of them."""

PHONES = ["+12062000001", "+12062000002", "+12062000003"]
SPELLINGS = [*PHONES, "(206) 200-0001", "206.200.0002", "ask her", ""]

rows = st.lists(
    st.fixed_dictionaries(
        {
            "CustomerID": st.sampled_from(["7", "7", "'7", "8", "NULL", ""]),
            "Email": st.sampled_from(["", "", "ann@example.com", "bob@example.com"]),
            "Mobile": st.sampled_from(SPELLINGS),
            "Country": st.just("US"),
            "First Name": st.sampled_from(["", "Ann", "Bob"]),
            "Unsubscribed": st.sampled_from(["", "", "no", "yes", "perhaps"]),
            "Consent": st.sampled_from(["yes", "yes", "no", "", "by letter"]),
        }
    ),
    min_size=2,
    max_size=6,
)
known = st.lists(
    st.fixed_dictionaries(
        {
            "key": st.sampled_from(["7", "8", *PHONES]),
            "phone": st.sampled_from(PHONES),
            "email": st.sampled_from(["", "ann@example.com"]),
            "standing": st.sampled_from([each.value for each in MemberStatus]),
        }
    ),
    max_size=3,
    unique_by=lambda row: row["phone"],
)


def _decided(source: list[dict[str, str]], members: pd.DataFrame, how: dict[str, Any]) -> Compared:
    sync = sync_file(**how["sync"])
    index = pd.RangeIndex(2, len(source) + 2, name=LINE)
    read = normalise(pd.DataFrame(source, columns=[*HEADER], index=index, dtype="str"), sync)
    own = give_own_keys(read.contacts, read.rejects)
    return decide_frames(
        frames.extracted(own.contacts, own.rejects), sync, frames.known(members, how["listed"])
    )


def _people(compared: Compared) -> dict[str, list[Any]]:
    """Who is added, stopped and withheld, and why; nothing of what is sent with them."""
    stops = compared.difference.stops
    return {
        "added": sorted(compared.difference.adds["phone"]),
        "subscribed": sorted(compared.wanted["phone"]),
        "stopped": sorted(zip(stops["phone"], stops["cause"], strict=True)),
        "withheld": sorted(
            zip(compared.withheld["phone"], compared.withheld["reason"], strict=True)
        ),
        "rejected": sorted(zip(compared.rejects["phone"], compared.rejects["reason"], strict=True)),
    }


@settings(max_examples=EXAMPLES)
@given(
    st.data(),
    rows,
    known,
    st.lists(st.sampled_from(PHONES), max_size=1),
    st.sampled_from(["first", "last", "reject"]),
)
def test_the_same_people_in_every_order(
    data: Any, source: Any, before: Any, listed: list[str], policy: str
) -> None:
    """Rows of one phone or key with any mix of yes, no, blank, unclear and stop, in any order."""
    turned = data.draw(st.permutations(source))
    members = frames.members(*before)
    how = {"sync": {"duplicates": policy}, "listed": listed}
    there, back = (_people(_decided(each, members, how)) for each in (source, turned))
    # an update says other values, and values may follow the order
    updates = set(there["added"]) ^ set(back["added"])
    subscribed = {
        row["phone"] for row in before if row["standing"] == MemberStatus.SUBSCRIBED.value
    }
    assert updates <= subscribed
    assert {**there, "added": None} == {**back, "added": None}


@settings(max_examples=EXAMPLES)
@given(rows, known, st.sampled_from(["first", "last"]))
def test_a_no_in_any_row_counts(source: Any, before: Any, policy: str) -> None:
    """Nobody is wanted whose phone, or whose key, stands in a row that says stop or no."""
    compared = _decided(
        source, frames.members(*before), {"sync": {"duplicates": policy}, "listed": []}
    )
    sync = sync_file()
    index = pd.RangeIndex(2, len(source) + 2, name=LINE)
    read = normalise(pd.DataFrame(source, columns=[*HEADER], index=index, dtype="str"), sync)
    own = give_own_keys(read.contacts, read.rejects)
    no = pd.concat(
        [each.loc[each["opted_out"] | each["refused"]] for each in (own.contacts, own.rejects)]
    )
    assert not compared.wanted["phone"].isin(no["phone"]).any()
    assert not compared.wanted["key"].isin(no.loc[no["key"] != "", "key"]).any()
    unclear = own.contacts.loc[own.contacts["opt_out_unclear"] | own.contacts["consent_unclear"]]
    assert not compared.wanted["phone"].isin(unclear["phone"]).any()


def test_the_ledger_keeps_what_it_has_while_the_source_says_it() -> None:
    """The same rows in another order make no call, whichever of them came first before."""
    source = [
        _row("7", PHONES[1], "Ann"),
        _row("7", PHONES[0], "Ann"),
        _row("9", PHONES[2], "Cy"),
        _row("10", PHONES[2], "Dee"),
    ]
    for phone, name, key in ((PHONES[0], "Dee", "10"), (PHONES[1], "Cy", "9")):
        before = frames.members(
            {"key": "7", "phone": phone, "first_name": "Ann"},
            {"key": key, "phone": PHONES[2], "first_name": name},
        )
        for order in (source, source[::-1]):
            compared = _decided(order, before, {"sync": {}, "listed": []})
            assert compared.difference.adds.empty
            assert compared.difference.stops.empty
            assert compared.difference.relabelled.empty
            assert set(compared.wanted["sender_code"]) == {CODE}


def _row(key: str, phone: str, name: str) -> dict[str, str]:
    cells = dict.fromkeys(HEADER, "")
    return {**cells, "CustomerID": key, "Mobile": phone, "First Name": name, "Consent": "yes"}
