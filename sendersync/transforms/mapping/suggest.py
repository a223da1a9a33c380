"""Which column is what: suggested from header words and cells, with how sure that is.

The words stand in `words.py`, what cells speak for in `column_evidence.py`. Two mistakes
would text people who must not be texted, so they are made impossible rather than unlikely:

- another person's phone, a fax, a landline is never suggested, whatever its cells look like;
- what says who may be texted is suggested only when its header speaks of texts, or of no channel,
  and each of its cells is surely a yes or a no. What may say so all the same is `undecided`: an
  import refuses to go on until a person has decided.

A country column is suggested also where its cells are not understood: such rows are rejected,
while without the column their numbers would be read in the default country.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import pandas as pd

from sendersync.transforms.mapping.column_evidence import ColumnEvidence, evidence_of
from sendersync.transforms.mapping.header_words import (
    core,
    fold,
    has_stem,
    holds,
    reads_as_data,
)
from sendersync.transforms.mapping.permissions import permissions
from sendersync.transforms.mapping.words import (
    LANDLINE,
    NUMBERS_OF_OTHER_KINDS,
    OPT_OUT_STEMS,
    OPT_OUT_WORDS,
    OTHER_PARTY_STEMS,
    SURNAMES,
    WORDS,
)

__all__ = [
    "Suggestion",
    "fold",
    "level",
    "may_be_their_phone",
    "named_after_opt_outs",
    "reads_as_data",
    "suggest",
]

SURE: Final = 0.85
LIKELY: Final = 0.6
_WHOLE_ONLY: Final = 0.8
"""Words below this count only as the whole header: `Client number` is no phone."""

_BARE_NUMBER: Final = frozenset(
    map(fold, ("number", "numéro", "número", "nummer", "numero", "番号"))
)
_PHONE_STEMS: Final = (
    *("phone", "tel", "tele", "mobile", "mobil", "cell", "celular", "handy", "movil", "fax", "gsm"),
    *("電話", "携帯", "rufnummer", "notruf"),
)


class Word(NamedTuple):
    """What a header word is for: the field, how sure, and its place among the field's words."""

    field: str
    confidence: float
    rank: int


@dataclass(frozen=True)
class Suggestion:
    """What a header and some rows suggest.

    Attributes:
        columns: Contact field to column; without `phone` when nothing tells.
        confidence: Contact field to 0..1, the same fields.
        notes: Sentences for a person: what else looks like it, and was not taken.
        undecided: `opted_out` or `consent` to the columns that may say it, where a person must
            decide before anybody is added.
    """

    columns: dict[str, str]
    confidence: dict[str, float]
    notes: tuple[str, ...] = ()
    undecided: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


class _Candidate(NamedTuple):
    column: str
    word: Word
    confidence: float
    empty: bool


def level(confidence: float) -> str:
    """A confidence in a word."""
    return "sure" if confidence >= SURE else "likely" if confidence >= LIKELY else "guess"


def suggest(
    columns: Sequence[str], sample: pd.DataFrame | None = None, *, stop_list: bool = False
) -> Suggestion:
    """Contact field to source column, as far as header and cells tell; each column once.

    Args:
        columns: The source's own columns.
        sample: Some of its rows, all `str`.
        stop_list: The rows are people to stop: a column called after that may be their phone.
    """
    cells = evidence_of(columns, sample)
    named = {column: word for column in columns if (word := word_of(column)) is not None}
    found: dict[str, str] = {}
    sure: dict[str, float] = {}
    notes: list[str] = []
    for name in WORDS:
        if name in ("opted_out", "consent"):
            continue
        best = _best(name, named, cells, columns, notes)
        if best is not None:
            found[name], sure[name] = best
    if "phone" not in found:
        told = _phone_by_cells(columns, set(found.values()), cells, stop_list=stop_list)
        if told is not None:
            found, sure = {"phone": told, **found}, {"phone": 0.5, **sure}
    if "email" not in found:
        told = _email_by_cells(columns, set(found.values()), cells)
        if told is not None:
            found["email"], sure["email"] = told, 0.5
    said = permissions(
        columns,
        {column: word.field for column, word in named.items()},
        {column: word.rank for column, word in named.items()},
        cells,
        frozenset(found.values()),
    )
    found |= said.columns
    sure |= {name: named[column].confidence for name, column in said.columns.items()}
    notes = [*_other_phones(found.get("phone"), columns, cells), *notes, *said.notes]
    order = [name for name in WORDS if name in found]
    return Suggestion(
        {name: found[name] for name in order},
        {name: round(sure[name], 2) for name in order},
        tuple(notes),
        said.undecided,
    )


def word_of(header: str) -> Word | None:
    """What the header says it is: the whole of it, or all but words that change nothing."""
    whole = _KNOWN.get(fold(header))
    if whole is not None:
        return whole
    inner = _KNOWN.get(core(header))
    if inner is None or inner.confidence < _WHOLE_ONLY:
        return None
    return inner._replace(confidence=inner.confidence - 0.05)


def may_be_their_phone(header: str, *, stop_list: bool = False) -> bool:
    """Whether nothing in a header forbids to take its cells for the row's own phone."""
    if has_stem(header, OTHER_PARTY_STEMS) or has_stem(header, LANDLINE):
        return False
    return stop_list or not permissions_forbid(header)


def permissions_forbid(header: str) -> bool:
    """A column of phones that is called after an opt-out holds people who said stop."""
    folded = fold(header)
    return any(fold(stem) in folded for stem in OPT_OUT_STEMS) or folded in ("stop", "dnc")


def named_after_opt_outs(name: str) -> bool:
    """Whether a file or a sheet says by its name that its people said stop."""
    return holds(name, OPT_OUT_WORDS) or fold(name) in ("stop", "stops", "stoplist", "stopliste")


def _known() -> dict[str, Word]:
    known: dict[str, Word] = {}
    for name, steps in WORDS.items():
        rank = 0
        for confidence, words in steps:
            for word in words.split("|"):
                known.setdefault(fold(word), Word(name, confidence, rank))
                rank += 1
    return known


_KNOWN: Final = _known()


def _best(
    field: str,
    named: Mapping[str, Word],
    cells: Mapping[str, ColumnEvidence],
    columns: Sequence[str],
    notes: list[str],
) -> tuple[str, float] | None:
    """The column of a field that its word and its cells speak for."""
    candidates = []
    for column, word in named.items():
        if word.field != field:
            continue
        evidence = cells.get(column)
        weighed = word.confidence if evidence is None else _weighed(field, column, word, evidence)
        if field == "first_name":
            weighed = _as_first_name(column, word, weighed, evidence, columns, notes)
        if weighed > 0:
            candidates.append(
                _Candidate(column, word, weighed, bool(evidence and not evidence.filled))
            )
        elif field == "key":
            notes.append(f"{column!r} is no key: its cells are not there in each row, or repeat.")
    if not candidates:
        return None
    # a step of surer words goes first, but a column without a cell comes last
    candidates.sort(key=lambda each: (each.empty, -_step(each.word), each.word.rank))
    first = candidates[0]
    rivals = [each for each in candidates[1:] if _step(each.word) == _step(first.word)]
    sure = first.confidence * (0.85 if any(not each.empty for each in rivals) else 1)
    return first.column, sure


def _step(word: Word) -> float:
    """The confidence of the words beside it, so that mobile goes before phone in any spelling."""
    return max(
        confidence for confidence, _ in WORDS[word.field] if confidence <= word.confidence + 0.06
    )


def _weighed(field: str, column: str, word: Word, evidence: ColumnEvidence) -> float:
    """A word's confidence once its cells are seen; 0 where they say no."""
    sure = word.confidence
    if field == "key":
        known = (
            evidence.filled >= 0.95 * evidence.rows
            and len(evidence.counts) >= 0.95 * evidence.filled
        )
        return 0 if not known else sure if evidence.identify else min(sure, 0.75)
    if not evidence.filled:
        return sure - 0.3 if sure >= SURE else 0
    if field == "phone":
        return _as_phone(column, sure, evidence)
    if field == "email":
        # broken addresses are for a person to mend; only cells of another kind speak against it
        return (
            0
            if evidence.filled >= 3 and not evidence.at_signs
            else sure * (0.7 + 0.3 * evidence.emails)
        )
    if field == "country":
        if sure < _WHOLE_ONLY and evidence.countries < LIKELY:
            return 0  # `CC` may be anything
        # always likely, so that an import reads it: see above
        return sure * (0.72 + 0.28 * evidence.countries)
    return sure


def _as_phone(column: str, sure: float, evidence: ColumnEvidence) -> float:
    if (
        evidence.mostly_flags
        or evidence.emails >= 0.5
        or evidence.dates >= 0.8
        or evidence.letters_only
    ):
        return 0
    if sure < _WHOLE_ONLY:
        share = evidence.written_phones if fold(column) in _BARE_NUMBER else evidence.phones
        return sure if share >= LIKELY else 0
    return sure * (0.7 + 0.3 * evidence.phones)


def _as_first_name(
    column: str,
    word: Word,
    sure: float,
    evidence: ColumnEvidence | None,
    columns: Sequence[str],
    notes: list[str],
) -> float:
    """Never a last name or a whole one: greeting somebody as `Lee, Ann` is not the worst of it."""
    surname = any(fold(each) in _SURNAMES or core(each) in _SURNAMES for each in columns)
    several = evidence.several_words if evidence is not None and evidence.filled >= 3 else 0.0
    if not surname and several >= 0.8:
        notes.append(f"{column!r} holds whole names, so it is not taken for the first name.")
        return 0
    if word.confidence >= _WHOLE_ONLY:
        return sure
    if surname:
        return 0.8
    notes.append(f"{column!r} may be the first name or the whole one: map it if it is the first.")
    return 0.5 if several <= 0.1 and evidence is not None and evidence.filled >= 3 else 0


_SURNAMES: Final = frozenset(map(fold, SURNAMES))


def _phone_by_cells(
    columns: Sequence[str], taken: set[str], cells: Mapping[str, ColumnEvidence], *, stop_list: bool
) -> str | None:
    """The one column that may hold phones and nothing else, written as phones are."""
    likely = [
        column
        for column in columns
        if column in cells
        and column not in taken
        and cells[column].phones >= LIKELY
        and may_be_their_phone(column, stop_list=stop_list)
        and not has_stem(column, NUMBERS_OF_OTHER_KINDS)
        # whose phone `Phone of ...` is, we would have to know
        and (stop_list or not has_stem(column, _PHONE_STEMS))
    ]
    if len(likely) != 1 or cells[likely[0]].written_phones < 0.5:
        return None
    return likely[0]


def _email_by_cells(
    columns: Sequence[str], taken: set[str], cells: Mapping[str, ColumnEvidence]
) -> str | None:
    likely = [
        column
        for column in columns
        if column in cells and column not in taken and cells[column].emails >= 0.8
    ]
    if len(likely) != 1 or has_stem(likely[0], OTHER_PARTY_STEMS) or permissions_forbid(likely[0]):
        return None
    return likely[0]


def _other_phones(
    chosen: str | None, columns: Sequence[str], cells: Mapping[str, ColumnEvidence]
) -> list[str]:
    """Says which columns with phones are left out, so that nobody believes they were read."""
    others = [
        column
        for column in columns
        if column != chosen
        and (has_stem(column, _PHONE_STEMS) or _written(cells.get(column)))
        and (column not in cells or cells[column].phones >= 0.5)
    ]
    if not others:
        return []
    listed = ", ".join(map(repr, others))
    if chosen is None:
        return [
            "No column is surely the phone. These hold phones, perhaps others' or landlines: "
            f"{listed}. If it is one of them, name it with --map phone=COLUMN."
        ]
    return [f"Several columns hold phones. Only {chosen!r} is read; not read: {listed}."]


def _written(evidence: ColumnEvidence | None) -> bool:
    return evidence is not None and evidence.filled > 0 and evidence.written_phones >= LIKELY
