"""Second spellings: which phone numbers are one handset's, before and after a renumbering.

Compare `canonical_phones`, not phones, to ask whether two rows, orders or members are one person;
to find a person in a list that was written under older rules, look up `other_spellings` too. What
is sent to the platform is neither: it is the number as it was read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from sendersync.transforms.cells.arrow_columns import as_arrow, as_text, is_in
from sendersync.transforms.phones.renumberings import RENUMBERINGS, Renumbering


def canonical_phones(phones: pd.Series[str]) -> pd.Series[str]:
    """Each handset's one spelling, the one that is valid today.

    Args:
        phones: E.164 with plus, `str`; empty where there is none.

    Returns:
        `str`, same index. Numbers whose old spelling may be somebody else's today (Kosovo under
        Monaco's code) keep it: only `other_spellings` knows those.
    """
    cells = as_arrow(phones)
    chosen = pc.match_substring_regex(cells, _BEGINS_OLD)
    if not pc.any(chosen).as_py():
        return as_text(cells, phones.index)
    some = cells.filter(chosen)
    for pattern, template in _TO_NEW:  # no number is new by one rule and old by another
        some = pc.replace_substring_regex(some, pattern, template)
    return as_text(pc.replace_with_mask(cells, chosen, some), phones.index)


def canonical_phone(phone: str, *, only_read_as_new: bool = False) -> str:
    """The same for one number.

    Args:
        phone: E.164 with plus.
        only_read_as_new: Change only old spellings that are read wherever they stand (MX `+52 1`).
    """
    for rule in _READ_AS_NEW if only_read_as_new else _CERTAIN:
        found = re.fullmatch(rule.old_pattern(), phone)
        if found is not None:
            filled = rule.new_template()
            for number, part in enumerate(found.groups(), 1):
                filled = filled.replace(rf"\{number}", part)
            return filled
    return phone


def same_handset(phones: pd.Series[str], others: pd.Series[str]) -> pd.Series[bool]:
    """Whether each phone is, in whatever spelling, one of `others`; never a guess.

    Args:
        phones: E.164 or empty.
        others: E.164 or empty, with any index.
    """
    if phones.empty or others.empty:
        return pd.Series(data=False, index=phones.index, dtype=bool)
    return (phones != "") & is_in(canonical_phones(phones), canonical_phones(others))


def other_spellings(phones: pd.Series[str]) -> pd.DataFrame:
    """Every other way in which these handsets' numbers were or are written.

    Args:
        phones: E.164 with plus, `str`; empty where there is none.

    Returns:
        One row for each other spelling, none for most phones; the index holds the label of the
        phone in `phones`, once for each of its spellings. Columns:

        | column | dtype | holds |
        | --- | --- | --- |
        | spelling | str | E.164, never the phone itself |
        | certain | bool | False where the other number may be another person's today: enough to \
withhold a text or to ask, never to stop or to move a member |
    """
    given, canonical = as_arrow(phones), as_arrow(canonical_phones(phones))
    parts = list(_spellings(given, canonical))
    places = pa.concat_arrays([places for places, _, _ in parts])
    spellings = pa.concat_arrays([cells for _, cells, _ in parts])
    certain = [sure for places, _, sure in parts for _ in range(len(places))]
    index = phones.index.take(places.to_numpy())
    frame = pd.DataFrame({"spelling": as_text(spellings, index)}, index=index)
    return frame.assign(certain=pd.Series(certain, index=index, dtype="bool"))


def _spellings(given: Any, canonical: Any) -> Iterator[tuple[Any, Any, bool]]:
    """Places in the column, what else the phones there are written as, and whether for certain."""
    places = pa.array(range(len(given)), type=pa.int64())
    changed = pc.not_equal(given, canonical)
    yield places.filter(changed), canonical.filter(changed), True
    chosen = pc.match_substring_regex(canonical, _BEGINS_RENUMBERED)
    if not pc.any(chosen).as_py():
        return
    places, given, canonical = (each.filter(chosen) for each in (places, given, canonical))
    for pattern, template, certain in _TO_OTHER:
        hit = pc.match_substring_regex(canonical, pattern)
        cells = pc.replace_substring_regex(canonical.filter(hit), pattern, template)
        other = pc.not_equal(cells, given.filter(hit))
        yield places.filter(hit).filter(other), cells.filter(other), certain


def _beginnings(numbers: Iterable[str]) -> str:
    """Matches cells that begin like one of these numbers: most are of other countries."""
    starts = sorted({number.partition("(")[0] for number in numbers})
    return rf"^\+(?:{'|'.join(starts)})"


_CERTAIN: Final = tuple(rule for rule in RENUMBERINGS if rule.old_is_dead)
_UNCERTAIN: Final = tuple(rule for rule in RENUMBERINGS if not rule.old_is_dead)
_READ_AS_NEW: Final[tuple[Renumbering, ...]] = tuple(r for r in RENUMBERINGS if r.read_as_new)

_BEGINS_OLD: Final = _beginnings(rule.old for rule in _CERTAIN)
_TO_NEW: Final = tuple((rule.old_pattern(), rule.new_template()) for rule in _CERTAIN)
_BEGINS_RENUMBERED: Final = _beginnings(
    side for rule in RENUMBERINGS for side in (rule.old, rule.new)
)
_TO_OTHER: Final = (
    *((rule.new_pattern(), rule.old_template(), rule.old_is_dead) for rule in RENUMBERINGS),
    *((rule.old_pattern(), rule.new_template(), rule.old_is_dead) for rule in _UNCERTAIN),
)
