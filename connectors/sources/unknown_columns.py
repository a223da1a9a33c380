"""Refuses a column that the CRM does not have: names are right or wrong before anything is read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from schemas.did_you_mean import nearest
from schemas.errors import SourceMismatch


def refuse_unknown(
    names: Iterable[str], known: Mapping[str, str], *, crm: str, noun: str, otherwise: str
) -> None:
    """Lets names pass that are known.

    Args:
        names: What the sync file maps.
        known: Name to label of every field there is; people often write the label.
        crm: What messages call the CRM.
        noun: What the CRM calls its fields.
        otherwise: What to do when nothing is near.

    Raises:
        SourceMismatch: Names the first unknown one, and the nearest there is.
    """
    by_word = {word: name for name, label in known.items() for word in (label, name)}
    for name in names:
        if name in known:
            continue
        near = nearest(name, by_word)
        raise SourceMismatch(
            f"{crm} has no {noun} {name!r}.",
            where="columns",
            do=f"Did you mean {by_word[near]!r}?" if near else otherwise,
        )
