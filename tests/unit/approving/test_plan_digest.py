"""The digest of a plan: what changes it, what does not, and how it may be typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from schemas.errors import WrongUse
from schemas.frames import HELD, OPERATIONS
from schemas.sync_file import SyncFile
from sendersync.transforms.approval.digest import as_digest, plan_digest, read_digest
from tests.builders.frames import contacts, rejects
from tests.builders.sync_files import CODE

ANN, BEN = "+12065550101", "+12065550102"

SYNC: dict[str, Any] = {
    "sync": "newsletter",
    "source": {"kind": "csv", "path": "contacts.csv"},
    "columns": {"phone": "Mobile", "key": "Id"},
    "sender_code": CODE,
    "default_country": "US",
}


def operations(*rows: dict[str, Any]) -> pd.DataFrame:
    """Operations, by what matters in them."""
    given = [
        {
            "kind": "stop",
            "cause": "gone",
            "sender_code": CODE,
            "phase": 2,
            "is_retry_of_lost_stop": False,
        }
        | {"key": row["phone"]}
        | row
        for row in rows
    ]
    frame = pd.DataFrame({name: [row.get(name, "") for row in given] for name in OPERATIONS.names})
    return frame.astype(dict(OPERATIONS.columns))


def digest(**changes: Any) -> str:
    """Of a plan that stops two and adds nobody, with something changed."""
    given: dict[str, Any] = {
        "content": "c0ffee",
        "revision": "7/abc",
        "going": operations({"phone": ANN}),
        "held": operations({"phone": BEN}),
    }
    sync = SyncFile.model_validate(SYNC | changes.pop("sync", {}))
    given |= changes
    given["held"] = given["held"].assign(held_by="max_stops", line=0).astype(dict(HELD.columns))
    return plan_digest(sync, **given)


@pytest.mark.parametrize(
    "changes",
    [
        {"sync": {"sync": "offers"}},
        {"sync": {"source": {"kind": "csv", "path": "2026-11-23.csv"}}},
        {"sync": {"load": {"rate_per_second": 20}}},
        {"sync": {"guards": {"max_stops": 10}}},  # what holds without being written
        {"going": operations({"phone": ANN}).set_axis([7])},
    ],
)
def test_names_and_speeds_are_not_in_it(changes: dict[str, Any]) -> None:
    """Names, places, speeds and what is written without changing anything leave a digest alone."""
    assert digest(**changes) == digest()


@pytest.mark.parametrize(
    "changes",
    [
        {"sync": {"columns": {"phone": "Work phone", "key": "Id"}}},
        {"sync": {"default_country": "IN"}},
        {"sync": {"removals": "keep"}},
        {"sync": {"guards": {"max_stops": 11}}},
        {"content": "c0ffef"},
        {"revision": "8/abe"},
        {"going": operations({"phone": ANN}, {"phone": BEN}), "held": operations()},
        {"held": operations()},
        {"held": operations({"phone": BEN, "cause": "consent_withdrawn"})},
        {"held": operations({"phone": BEN, "sender_code": "12065559999"})},
        {"held": operations({"phone": BEN, "key": "C2"})},
        {"held": operations({"phone": BEN, "kind": "add", "cause": "new"})},
        {"held": operations({"phone": BEN, "group": "weekly"})},
    ],
)
def test_whatever_would_be_done_is_in_it(changes: dict[str, Any]) -> None:
    """Another meaning, content, ledger or operation gives another digest."""
    assert digest(**changes) != digest()


def test_order_of_operations_does_not_matter() -> None:
    """A source whose rows stand in another order is the same plan."""
    one, other = (
        operations({"phone": ANN}, {"phone": BEN}),
        operations({"phone": BEN}, {"phone": ANN}),
    )
    assert digest(held=one) == digest(held=other)


def test_where_a_cell_ends_matters() -> None:
    """Two cells never run into one another."""
    one = operations({"phone": BEN, "kind": "add", "cause": "new", "email": "a", "first_name": "b"})
    other = operations(
        {"phone": BEN, "kind": "add", "cause": "new", "email": "", "first_name": "ab"}
    )
    assert digest(held=one) != digest(held=other)


@pytest.mark.parametrize(
    "spelt",
    [
        str,
        str.upper,
        lambda digest: digest.replace("-", ""),
        lambda digest: digest.replace("-", " "),
        lambda digest: digest.replace("0", "o").replace("1", "l"),
        lambda digest: f" {digest}\n",
    ],
)
def test_a_digest_is_read_as_people_type_it(spelt: Callable[[str], str]) -> None:
    """Capitals, spaces, missing dashes, o for 0 and l for 1 are no matter."""
    for given in (digest(), "01abc-10xyz"):
        assert as_digest(spelt(given)) == given


@pytest.mark.parametrize(
    "typed", ["", "40", "7kq2m-9xtr", "7kq2m-9xtr4-0", "7kq2m-9xtr!", "uuuuu-uuuuu"]
)
def test_what_is_no_digest_is_refused(typed: str) -> None:
    """Anything but ten signs is refused, with an example of a digest."""
    with pytest.raises(WrongUse, match="7kq2m-9xtr4"):
        as_digest(typed)


def test_a_read_is_known_by_its_rows() -> None:
    """A source without a digest of its own is known by its contacts and rejects, in any order."""
    ann, ben = {"phone": ANN}, {"phone": BEN}
    bad = rejects({"key": "C3"})
    assert read_digest(contacts(ann, ben), bad) == read_digest(contacts(ben, ann), bad)
    assert read_digest(contacts(ann, ben), bad) != read_digest(contacts(ann), bad)
    assert read_digest(contacts(ann), bad) != read_digest(contacts(ann), rejects({"key": "C4"}))
