"""Refuses a column that the CRM does not have: names are right or wrong before anything is read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from schemas.did_you_mean import did_you_mean, nearest_names
from schemas.errors import UnknownColumn


def refuse_unknown(
    names: Iterable[str],
    known: Mapping[str, str],
    *,
    crm: str,
    noun: str,
    otherwise: str,
    part: Callable[[str], str] = str,
) -> None:
    """Lets names pass that are known.

    Args:
        names: What the sync file maps.
        known: Name to label of every field there is; people often write the label.
        crm: What messages call the CRM.
        noun: What the CRM calls its fields.
        otherwise: What to do when nothing is near.
        part: The part of a mapped name that `known` speaks of; default: all of it.

    Raises:
        UnknownColumn: Names the first unknown one, and the nearest there are.
    """
    by_word = {word: name for name, label in known.items() for word in (label, name)}
    for name in names:
        if part(name) in known:
            continue
        near = dict.fromkeys(by_word[word] for word in nearest_names(part(name), by_word))
        raise UnknownColumn(
            name,
            f"{crm} has no {noun} {part(name)!r}.",
            do=did_you_mean(part(name), [*near]) or otherwise,
        )
