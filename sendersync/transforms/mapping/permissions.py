"""Which columns say who may be texted, and which may say so.

A mistake here texts people who said stop (an opt-out that is not seen, or read the wrong way
round) or silences everybody for good (an opt-in taken for an opt-out). So a column is suggested
only when its name is a word of ours, which never speaks of e-mail, calls or post, and each of its
cells is surely a yes or a no. What is left over is told, and where it may be an opt-out, or a
consent to texts, it is undecided.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from sendersync.transforms.mapping.column_evidence import ColumnEvidence
from sendersync.transforms.mapping.header_words import has_stem, holds, tokens
from sendersync.transforms.mapping.words import (
    CHOICE_STEMS,
    CONSENT_STEMS,
    OPT_OUT_STEMS,
    OTHER_CHANNELS,
    TEXTS,
)

_ABOUT_THE_CELL: Final = re.compile(r"\(?do not (?:modify|edit|change|delete)\)?", re.IGNORECASE)
"""What exports of Dynamics and others write before a name; it speaks of the cell, to nobody."""

_MOST: Final = 0.9
"""Share of a consent's cells that must be yes or no; the others are withheld."""

FIELDS: Final = ("opted_out", "consent")


@dataclass
class Permissions:
    """What was found.

    Attributes:
        columns: `opted_out` and `consent`, where they are sure.
        undecided: The same fields to columns that may say it.
        notes: Sentences for a person.
    """

    columns: dict[str, str] = field(default_factory=dict)
    undecided: dict[str, tuple[str, ...]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def permissions(
    columns: Sequence[str],
    fields: Mapping[str, str],
    ranks: Mapping[str, int],
    cells: Mapping[str, ColumnEvidence],
    taken: frozenset[str],
) -> Permissions:
    """Looks for opt-outs and consents.

    Args:
        columns: The source's columns.
        fields: Column to the field that its header says it is.
        ranks: The same columns to the place of their word: lower is surer.
        cells: Column to some of its cells.
        taken: Columns that another field has.
    """
    found = Permissions()
    for name in FIELDS:
        readable = [
            column
            for column in columns
            if fields.get(column) == name and _readable(name, cells.get(column))
        ]
        if readable:
            found.columns[name] = min(readable, key=lambda column: ranks[column])
    undecided: dict[str, list[str]] = {name: [] for name in FIELDS}
    for column in columns:
        if column not in taken and column not in found.columns.values():
            _look(column, fields.get(column, ""), cells.get(column), found, undecided)
    found.undecided = {name: tuple(several) for name, several in undecided.items() if several}
    return found


def _readable(name: str, evidence: ColumnEvidence | None) -> bool:
    """An opt-out that is not read is a text to somebody who said stop; a consent, one text less."""
    if evidence is None or not evidence.filled:
        return True
    return evidence.are_flags if name == "opted_out" else evidence.flags >= _MOST


def _look(
    column: str,
    said: str,
    evidence: ColumnEvidence | None,
    found: Permissions,
    undecided: dict[str, list[str]],
) -> None:
    """One column that is not used: does it say who may be texted?"""
    filled = evidence is None or evidence.any_but_no
    header = _ABOUT_THE_CELL.sub(" ", column)
    if said == "opted_out":
        if filled:
            undecided["opted_out"].append(column)
            found.notes.append(_unreadable(column, "opted out", evidence))
    elif said == "consent":
        if "consent" not in found.columns:
            undecided["consent"].append(column)
            found.notes.append(_unreadable(column, "agreed", evidence))
    elif holds(header, OPT_OUT_STEMS) or (evidence is not None and evidence.says_opted_out):
        _doubtful(column, holds(header, OPT_OUT_STEMS), evidence, found, undecided)
    elif evidence is not None and _may_be_consent(column, evidence):
        found.notes.append(f"{column!r} may say who agreed to texts: map it to consent if so.")
        if "consent" not in found.columns:
            undecided["consent"].append(column)
    elif holds(column, CONSENT_STEMS) and (evidence is None or evidence.few):
        found.notes.append(
            f"{column!r} may speak of a consent, but not surely of one to texts: it is not used."
        )


def _may_be_consent(column: str, evidence: ColumnEvidence) -> bool:
    """Whether a person must say what it means before anybody is added past it.

    It speaks of texts and holds a consent, a choice or its date; or it speaks of a consent, of no
    other channel, and says no to somebody; or it is a choice of channels, texts among them.
    """
    if not evidence.filled or evidence.phones >= _MOST:
        return False
    speaks_of_consent = holds(column, CONSENT_STEMS)
    if _of_texts(column):
        return evidence.few or speaks_of_consent
    if has_stem(column, OTHER_CHANNELS):
        return False
    if speaks_of_consent and evidence.flags >= _MOST and not evidence.all_yes:
        return True
    return (
        evidence.few
        and evidence.names_texts
        and (speaks_of_consent or has_stem(column, CHOICE_STEMS))
    )


def _of_texts(column: str) -> bool:
    return not TEXTS.isdisjoint(tokens(column))


def _doubtful(
    column: str,
    by_header: bool,
    evidence: ColumnEvidence | None,
    found: Permissions,
    undecided: dict[str, list[str]],
) -> None:
    """A column that may be an opt-out, by a word in its header or by its cells."""
    if has_stem(column, OTHER_CHANNELS) and not _of_texts(column):
        found.notes.append(f"{column!r} speaks of another channel than texts: it is not used.")
        return
    found.notes.append(f"{column!r} may say who opted out: it is not used unless you map it.")
    decided = "opted_out" in found.columns or (not by_header and "consent" in found.columns)
    if not decided and (evidence is None or evidence.any_but_no):
        undecided["opted_out"].append(column)


def _unreadable(column: str, what: str, evidence: ColumnEvidence | None) -> str:
    if evidence is not None and evidence.filled and not evidence.are_flags:
        return (
            f"{column!r} says who {what}, but not all of its cells are read as yes or no "
            "(true, yes, y, 1, x, on; false, no, n, 0, off, empty)."
        )
    return f"{column!r} says who {what} as well: only one column can be read."
