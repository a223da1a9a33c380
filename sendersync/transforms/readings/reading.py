"""The reading of a sync: what its sync file says about who is in, and what a cell means.

It is kept from run to run, so that the next one can say what differs (`changes`).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any, Final

from schemas.sync_file import SyncFile
from schemas.sync_keys.opt_outs import OptOutScope

Reading = Mapping[str, Any]
"""Key of the sync file, with dots, to its value; a key that says nothing is left out."""

RULES: Final = 1
"""Version of our own rules for cells; raised where a release reads the same cells differently."""

OF_A_REPORT: Final = ("columns.", "sender_code", "default_country")
"""How the keys begin that an older version's report tells."""

_OF_DELIVERY: Final = {
    *("accept_name", "max_age", "settle_seconds"),
    *("mode", "full_every", "overlap"),
}
"""Keys of `source:` that say when it is read, not who is in it."""

_CREDENTIALS: Final = re.compile(r"(?<=://)[^/?#]*@|[?#].*", re.DOTALL)
"""Of an address: a user with a password, and what follows a question mark."""


def reading_of(sync: SyncFile) -> dict[str, Any]:
    """The reading of a sync file, without credentials.

    Args:
        sync: The sync file. Its own path, and the name of the file that a pattern finds tonight,
            are no part of it.
    """
    source = sync.source.model_dump(mode="json", exclude=_OF_DELIVERY, exclude_defaults=True)
    source["kind"] = sync.source.kind
    for place in ("path", "url"):
        if "://" in source.get(place, ""):
            source[place] = _CREDENTIALS.sub("", source[place])
    if "params" in source:  # bound to a query, and nobody knows what for
        text = json.dumps(source["params"], sort_keys=True)
        source["params"] = hashlib.blake2b(text.encode(), digest_size=8).hexdigest()
    words = sync.words.model_dump(mode="json", exclude_defaults=True)
    for field in words.values():
        field.pop("undecided", None)
        field.update({name: sorted(each) for name, each in field.items() if isinstance(each, list)})
    found: dict[str, Any] = {
        **_flat("source", source),
        **_flat("columns", sync.columns.model_dump(mode="json", exclude_none=True)),
        **{
            key: value
            for name in words
            for key, value in _flat(f"words.{name}", words[name]).items()
        },
        "sender_code": sync.sender_code,
        "default_country": sync.default_country,
        "countries": sorted(sync.countries) if sync.countries else None,
        "line_types": sorted(each.value for each in sync.line_types),
        "opt_out_scope": None
        if sync.opt_out_scope is OptOutScope.ALL
        else sync.opt_out_scope.value,
        "rules": RULES,
    }
    return {key: value for key, value in found.items() if value is not None}


def reading_of_report(read_as: Mapping[str, Any]) -> dict[str, Any] | None:
    """As much of the reading of an earlier run as its report tells; None where it tells nothing.

    Args:
        read_as: Of the report: columns, sender code and country.
    """
    if not read_as.get("columns"):
        return None
    found = {
        **_flat("columns", read_as["columns"]),
        "sender_code": read_as.get("sender_code"),
        "default_country": read_as.get("country"),
    }
    return {key: value for key, value in found.items() if value is not None}


def _flat(prefix: str, values: Mapping[str, Any]) -> dict[str, Any]:
    return {f"{prefix}.{name}": value for name, value in values.items()}
