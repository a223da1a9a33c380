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

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import pandas as pd

from schemas.sync_file import FlagWords
from sendersync.transforms.mapping.column_evidence import ColumnEvidence, evidence_of
from sendersync.transforms.mapping.field_rules import Candidate, Finding, judge
from sendersync.transforms.mapping.header_words import fold, has_stem, holds, reads_as_data
from sendersync.transforms.mapping.known_headers import word_of
from sendersync.transforms.mapping.permission_words import OPT_OUT_STEMS, OPT_OUT_WORDS
from sendersync.transforms.mapping.permissions import Permissions, permissions
from sendersync.transforms.mapping.weights import WEIGHTS, level
from sendersync.transforms.mapping.words import (
    FAX,
    LANDLINE,
    NUMBERS_OF_OTHER_KINDS,
    OTHER_NUMBERS,
    OTHER_PARTY_STEMS,
    WORDS,
)

__all__ = [
    "LIKELY",
    "Suggestion",
    "fold",
    "further_phones",
    "level",
    "may_be_their_phone",
    "named_after_opt_outs",
    "reads_as_data",
    "suggest",
]

LIKELY: Final = WEIGHTS.likely
_PHONE_STEMS: Final = (
    *("phone", "tel", "tele", "mobile", "mobil", "cell", "celular", "handy", "movil", "fax", "gsm"),
    *("電話", "携帯", "rufnummer", "notruf"),
)


@dataclass(frozen=True)
class Suggestion:
    """What a header and some rows suggest.

    Attributes:
        columns: Contact field to column; without `phone` when nothing tells.
        confidence: Contact field to 0..1, the same fields.
        notes: Sentences for a person: what else looks like it, and was not taken.
        undecided: `opted_out` or `consent` to the columns that may say it, where a person must
            decide before anybody is added.
        words: `opted_out` or `consent` to what the cells of its column mean, where they are words
            of a status that all are known.
    """

    columns: dict[str, str]
    confidence: dict[str, float]
    notes: tuple[str, ...] = ()
    undecided: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    words: Mapping[str, FlagWords] = field(default_factory=dict)


class FurtherPhones(NamedTuple):
    """Columns with phones beside the one that is surely the phone, in the order of the source.

    Attributes:
        own: More phones of the same people.
        perhaps: Other people's, perhaps, or no phones.
    """

    own: tuple[str, ...]
    perhaps: tuple[str, ...]


class _Judged(NamedTuple):
    candidate: Candidate
    finding: Finding

    @property
    def empty(self) -> bool:
        """No cell of it is filled, where some were seen."""
        evidence = self.candidate.evidence
        return evidence is not None and not evidence.filled


def suggest(
    columns: Sequence[str],
    sample: pd.DataFrame | None = None,
    *,
    stop_list: bool = False,
    mapped: Mapping[str, str] | None = None,
    not_permission: Sequence[str] = (),
) -> Suggestion:
    """Contact field to source column, as far as header and cells tell; each column once.

    Args:
        columns: The source's own columns.
        sample: Some of its rows, all `str`.
        stop_list: The rows are people to stop: a column called after that may be their phone.
        mapped: Field to column, as a sync file has them: what it maps is not asked about.
        not_permission: Columns of which a person said that they say nothing of texts.
    """
    cells = evidence_of(columns, sample)
    judged = [_judge(column, cells.get(column), columns) for column in columns]
    candidates = [each for each in judged if each is not None]
    found: dict[str, Finding] = {}
    chosen: dict[str, str] = {}
    for name in WORDS:
        best = _best([each for each in candidates if each.candidate.word.field == name])
        if best is not None:
            chosen[name], found[name] = best
    for name, column in _by_cells(columns, chosen, cells, stop_list=stop_list):
        chosen[name], found[name] = column, Finding(WEIGHTS.by_cells)
    own = frozenset({*chosen.values(), *(mapped or {}).values(), *not_permission})
    phone = (mapped or chosen).get("phone", "")
    suggested = permissions(columns, cells, frozenset(chosen.values()), phone=phone)
    said = permissions(columns, cells, own, phone=phone, mapped=mapped)
    for name, column in suggested.columns.items():
        word = word_of(column)
        known = word is not None and word.field == name
        chosen[name] = column
        found[name] = Finding(word.confidence if word and known else WEIGHTS.sure)
    order = [name for name in WORDS if name in chosen]
    return Suggestion(
        {name: chosen[name] for name in order},
        {name: round(found[name].confidence, 2) for name in order},
        tuple(_notes(chosen.get("phone"), columns, cells, candidates, said)),
        said.undecided,
        suggested.words,
    )


def may_be_their_phone(header: str, *, stop_list: bool = False) -> bool:
    """Whether nothing in a header forbids to take its cells for the row's own phone."""
    if has_stem(header, OTHER_PARTY_STEMS) or has_stem(header, LANDLINE):
        return False
    return stop_list or not permissions_forbid(header)


def further_phones(
    columns: Sequence[str], sample: pd.DataFrame, known: Collection[str]
) -> FurtherPhones:
    """All phones of people who said stop: at none of them may they be texted.

    A column counts by a word of its name, unless none of its cells is a phone, or by nearly all of
    its cells. A fax is left out; another person's phone, and bare runs of digits under a name that
    says nothing, are for a person to decide.

    Args:
        columns: The source's own columns.
        sample: Some of its rows, all `str`.
        known: Columns of which it is known what they are.
    """
    cells = evidence_of(columns, sample)
    certain = {
        column: _surely_theirs(column, cells.get(column))
        for column in columns
        if column not in known
    }
    return FurtherPhones(
        tuple(column for column, sure in certain.items() if sure),
        tuple(column for column, sure in certain.items() if sure is None),
    )


def _surely_theirs(column: str, cells: ColumnEvidence | None) -> bool | None:
    """Whether a column of a stop list holds a further phone; None: perhaps, or somebody else's."""
    word = word_of(column)
    named = has_stem(column, _PHONE_STEMS) or (word is not None and word.field == "phone")
    of_another = has_stem(column, OTHER_PARTY_STEMS) and not has_stem(column, OTHER_NUMBERS)
    digits_of_no_phone = has_stem(column, NUMBERS_OF_OTHER_KINDS)
    if has_stem(column, FAX) or (word is not None and word.field == "sender_code"):
        return False
    if cells is None or not cells.filled:
        return named and not (of_another or digits_of_no_phone)
    written = cells.written_phones
    if named and not (digits_of_no_phone and written < WEIGHTS.half):
        return (None if of_another else True) if cells.phones else False
    if len(cells.counts) == 1 < cells.filled:  # the sender's own number
        return False
    if written >= WEIGHTS.most:
        return None if of_another else True
    bare = cells.bare_phones >= WEIGHTS.most and not (digits_of_no_phone or word)
    return None if bare or written >= WEIGHTS.half else False


def permissions_forbid(header: str) -> bool:
    """A column of phones that is called after an opt-out holds people who said stop."""
    folded = fold(header)
    return any(fold(stem) in folded for stem in OPT_OUT_STEMS) or folded in ("stop", "dnc")


def named_after_opt_outs(name: str) -> bool:
    """Whether a file or a sheet says by its name that its people said stop."""
    return holds(name, OPT_OUT_WORDS) or fold(name) in ("stop", "stops", "stoplist", "stopliste")


def _judge(column: str, evidence: ColumnEvidence | None, columns: Sequence[str]) -> _Judged | None:
    """A column whose header is a word of ours, but for permissions."""
    word = word_of(column)
    if word is None or word.field in ("opted_out", "consent"):
        return None
    candidate = Candidate(column, word, evidence, columns)
    return _Judged(candidate, judge(candidate))


def _best(candidates: Sequence[_Judged]) -> tuple[str, Finding] | None:
    """The column of a field that its word and its cells speak for."""
    likely = [each for each in candidates if each.finding.confidence > 0]
    if not likely:
        return None
    # a step of surer words goes first, but a column without a cell comes last
    likely.sort(key=lambda each: (each.empty, -each.candidate.word.step, each.candidate.word.rank))
    first, *others = likely
    step = first.candidate.word.step
    rivals = [each for each in others if each.candidate.word.step == step and not each.empty]
    sure = first.finding.confidence * (WEIGHTS.rival if rivals else 1)
    return first.candidate.column, Finding(sure)


def _by_cells(
    columns: Sequence[str],
    chosen: Mapping[str, str],
    cells: Mapping[str, ColumnEvidence],
    *,
    stop_list: bool,
) -> Iterator[tuple[str, str]]:
    """Phone and e-mail where no header tells them and the cells of one column do."""
    taken = set(chosen.values())
    phone = _phone_by_cells(columns, taken, cells, stop_list=stop_list)
    if "phone" not in chosen and phone is not None:
        yield "phone", phone
        taken.add(phone)
    email = _email_by_cells(columns, taken, cells)
    if "email" not in chosen and email is not None:
        yield "email", email


def _notes(
    phone: str | None,
    columns: Sequence[str],
    cells: Mapping[str, ColumnEvidence],
    candidates: Sequence[_Judged],
    said: Permissions,
) -> Iterator[str]:
    yield from _other_phones(phone, columns, cells)
    yield from (each.finding.note for each in candidates if each.finding.note)
    yield from said.notes


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
    if len(likely) != 1 or cells[likely[0]].written_phones < WEIGHTS.half:
        return None
    return likely[0]


def _email_by_cells(
    columns: Sequence[str], taken: set[str], cells: Mapping[str, ColumnEvidence]
) -> str | None:
    likely = [
        column
        for column in columns
        if column in cells and column not in taken and cells[column].emails >= WEIGHTS.whole_only
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
        and (column not in cells or cells[column].phones >= WEIGHTS.half)
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
