"""The sync files of the nights, and the slips of a hand in them."""

from __future__ import annotations

from typing import Any, Final

from schemas.sync_file import SyncFile
from tests.builders.sync_bench import sync_file

MOST_STOPS: Final = 2

SLIPS: Final[dict[str, dict[str, Any]]] = {
    "the consent is not mapped any more": {"columns": {"consent": None}},
    "the opt-out is not mapped any more": {"columns": {"opted_out": None}},
    "the opt-out is the consent": {"columns": {"opted_out": "Consent", "consent": None}},
    "another phone column": {"columns": {"phone": "Emergency"}},
    "a sign of regulars for the opt-out": {"columns": {"opted_out": "Regular"}},
    "a name for a key": {"columns": {"key": "First Name"}},
    "a no that means yes": {"words": {"consent": {"means_yes": ["no"]}}},
    "a filter of countries": {"countries": ["CA"]},
    "another default country": {"default_country": "IN"},
    "another sender code": {"sender_code": "12065559876"},
}
"""What a hand may do to a sync file that was right the night before."""


def sync_of(name: str, *, listed: bool, canary: str = "", slip: str = "") -> SyncFile:
    """A sync file.

    Args:
        name: Of the sync.
        listed: It names the platform's list of who texted STOP.
        canary: Key of somebody who is in every file.
        slip: One of `SLIPS`; empty: it is right.
    """
    wrong = SLIPS[slip] if slip else {}
    given: dict[str, Any] = {
        "sync": name,
        "source": {"kind": "csv", "path": f"{name}.csv"},
        "opt_outs": {"path": "stops/*.csv", "max_age": "3d"} if listed else None,
        "canaries": [canary] if canary else None,
        "guards": {
            "max_stops": MOST_STOPS,
            "max_stop_share": 0.05,
            "max_stops_7d": 6,
            "max_adds": 3,
            "max_changes": 2,
            "max_change_share": 0.1,
            "max_opt_outs": 3,
            "max_reject_share": 0.2,
        },
        # one batch: whether the next is handed in soon enough would decide which commits there are
        "load": {"concurrency": 1, "batch_size": 100},
    }
    return sync_file(**{**given, **wrong, "columns": {"email": None, **wrong.get("columns", {})}})
