"""What the cells of a column change about what its header says: one rule for each field.

A rule sees one column and gives a `Finding`; it changes nothing else. Confidence 0 means that the
cells say no.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from sendersync.transforms.mapping.column_evidence import ColumnEvidence
from sendersync.transforms.mapping.header_words import core, fold, has_stem
from sendersync.transforms.mapping.known_headers import Word
from sendersync.transforms.mapping.weights import WEIGHTS
from sendersync.transforms.mapping.words import OF_AN_EVENT, SURNAMES


class Finding(NamedTuple):
    """How sure a column is one field, 0 to 1, and a sentence for a person where there is one."""

    confidence: float
    note: str = ""


@dataclass(frozen=True)
class Candidate:
    """A column whose header is a word of ours.

    Attributes:
        column: The header.
        word: What it says.
        evidence: Its cells, where some were seen.
        columns: All columns of the source.
    """

    column: str
    word: Word
    evidence: ColumnEvidence | None
    columns: Sequence[str]


def judge(candidate: Candidate) -> Finding:
    """How sure the candidate is what its header says, once its cells are seen."""
    field, sure = candidate.word.field, candidate.word.confidence
    evidence = candidate.evidence
    if field == "first_name":
        return _first_name(candidate)
    if field == "group" and any(has_stem(each, OF_AN_EVENT) for each in candidate.columns):
        return Finding(0)  # a table or a team
    if evidence is None:
        return Finding(sure)
    if field == "key":
        return _key(candidate.column, sure, evidence)
    if not evidence.filled:
        return Finding(sure - WEIGHTS.empty_column if sure >= WEIGHTS.sure else 0)
    rule = _RULES.get(field)
    return rule(candidate.column, sure, evidence) if rule else Finding(sure)


def _key(column: str, sure: float, evidence: ColumnEvidence) -> Finding:
    share = WEIGHTS.nearly_each_row
    filled = evidence.filled >= share * evidence.rows
    if not (filled and len(evidence.counts) >= share * evidence.filled):
        note = f"{column!r} is no key: its cells are not there in each row, or repeat."
        return Finding(0, note)
    return Finding(sure if evidence.identify else min(sure, WEIGHTS.repeated_key))


def _phone(column: str, sure: float, evidence: ColumnEvidence) -> Finding:
    if (
        evidence.mostly_flags
        or evidence.emails >= WEIGHTS.half
        or evidence.dates >= WEIGHTS.whole_only
        or evidence.letters_only
    ):
        return Finding(0)
    if sure < WEIGHTS.whole_only:
        bare = fold(column) in _BARE_NUMBER
        share = evidence.written_phones if bare else evidence.phones
        return Finding(sure if share >= WEIGHTS.likely else 0)
    return Finding(sure * _supported(WEIGHTS.unsupported, evidence.phones))


def _email(_column: str, sure: float, evidence: ColumnEvidence) -> Finding:
    # broken addresses are for a person to fix; only cells of another kind speak against it
    if evidence.filled >= WEIGHTS.few_cells and not evidence.at_signs:
        return Finding(0)
    return Finding(sure * _supported(WEIGHTS.unsupported, evidence.emails))


def _country(_column: str, sure: float, evidence: ColumnEvidence) -> Finding:
    if sure < WEIGHTS.whole_only and evidence.countries < WEIGHTS.likely:
        return Finding(0)  # `CC` may be anything
    return Finding(sure * _supported(WEIGHTS.unsupported_country, evidence.countries))


def _first_name(candidate: Candidate) -> Finding:
    """Never a last name or a whole one: greeting somebody as `Lee, Ann` is not the worst of it."""
    column, word, evidence = candidate.column, candidate.word, candidate.evidence
    sure = word.confidence
    if evidence is not None and not evidence.filled:
        sure = sure - WEIGHTS.empty_column if sure >= WEIGHTS.sure else 0
    surname = any(not {fold(each), core(each)}.isdisjoint(_SURNAMES) for each in candidate.columns)
    enough = evidence is not None and evidence.filled >= WEIGHTS.few_cells
    several = evidence.several_words if evidence is not None and enough else 0.0
    if not surname and several >= WEIGHTS.whole_names:
        note = f"{column!r} holds whole names, so it is not taken for the first name."
        return Finding(0, note)
    if word.confidence >= WEIGHTS.whole_only:
        return Finding(sure)
    if surname:
        return Finding(WEIGHTS.first_beside_surname)
    note = f"{column!r} may be the first name or the whole one: map it if it is the first."
    single = enough and several <= WEIGHTS.single_words
    return Finding(WEIGHTS.bare_first_name if single else 0, note)


def _supported(without: float, share: float) -> float:
    """What is left of a word's confidence when this share of the cells speaks for it."""
    return without + (1 - without) * share


_RULES: Final[Mapping[str, Callable[[str, float, ColumnEvidence], Finding]]] = {
    "phone": _phone,
    "email": _email,
    "country": _country,
}
_SURNAMES: Final = frozenset(map(fold, SURNAMES))
_BARE_NUMBER: Final = frozenset(
    map(fold, ("number", "numéro", "número", "nummer", "numero", "番号"))
)
