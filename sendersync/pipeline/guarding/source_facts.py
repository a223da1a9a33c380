"""What today's read says of stops and of canaries."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from sendersync.pipeline.extract import Extracted
from sendersync.transforms.phones.library import read_number
from sendersync.transforms.phones.second_spellings import same_handset


def opt_out_rows(extracted: Extracted, recorded: pd.Series[str]) -> int:
    """Rows that say stop, or whose phone texted it, without those suppressed before by this sync.

    Args:
        extracted: Today's read.
        recorded: E.164 phones that earlier runs of the sync suppressed for what the source said.
    """
    both = pd.concat(
        [each[["phone", "opted_out"]] for each in (extracted.contacts, extracted.rejects)]
    )
    texted = same_handset(both["phone"], extracted.texted_stop["phone"])
    rows = both.loc[both["opted_out"] | texted, "phone"]
    return int((~same_handset(rows, recorded)).sum())


def missing_canaries(canaries: Sequence[str], extracted: Extracted, region: str) -> tuple[int, ...]:
    """Places (from 1) of canaries that are neither a key nor a phone of a complete read.

    Args:
        canaries: As the sync file has them.
        extracted: Today's read.
        region: For phones without a country of their own; may be empty.
    """
    if not canaries or extracted.incremental or not extracted.complete:
        return ()
    rows = (extracted.contacts, extracted.more_numbers, extracted.rejects)
    there = {value for each in rows for name in ("key", "phone") for value in each[name]}
    return tuple(
        place
        for place, canary in enumerate(canaries, start=1)
        if not there.intersection(spellings(canary, region))
    )


def canaries_that_say_stop(
    canaries: Sequence[str], extracted: Extracted, region: str
) -> tuple[int, ...]:
    """Places (from 1) of canaries whose rows say stop; see `missing_canaries`."""
    if not canaries:
        return ()
    rows = (each.loc[each["opted_out"]] for each in (extracted.contacts, extracted.rejects))
    said = {value for each in rows for name in ("key", "phone") for value in each[name]}
    return tuple(
        place
        for place, canary in enumerate(canaries, start=1)
        if said.intersection(spellings(canary, region))
    )


def spellings(canary: str, region: str) -> set[str]:
    """A canary as a key, and, where it is a phone, as E.164."""
    return {canary.strip(), read_number(canary, region).phone} - {""}
