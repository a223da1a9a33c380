"""Which columns say who may be texted, and which may say so.

A mistake here texts people who said stop (an opt-out that is not seen, or read the wrong way
round) or silences everybody for good (an opt-in taken for an opt-out). So a column is suggested
only when its header is a word of ours, or names texts and one way round, never another channel, and
its cells are surely yes or no, or words of a status that all are known. What is left over is told,
and where it may be an opt-out, or a consent to texts, it is *asked* about.

Headers that name texts (`do_not_sms`) go before general ones (`unsubscribed`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, NamedTuple

from schemas.sync_file import FlagWords
from sendersync.transforms.mapping.column_evidence import (
    ColumnEvidence,
    any_but_no,
    any_but_yes,
    is_before,
    refuses,
    says_left,
    says_opted_out,
)
from sendersync.transforms.mapping.header_words import fold, has_stem, holds, tokens
from sendersync.transforms.mapping.known_headers import word_of
from sendersync.transforms.mapping.permission_words import (
    ACTIVE,
    CHOICE_STEMS,
    CONSENT_STEMS,
    EMAIL_FLAGS,
    MOBILES,
    NEWSLETTERS,
    OF_THINGS,
    OPT_OUT_STEMS,
    OTHER_CHANNELS,
    REPLIES,
)
from sendersync.transforms.mapping.polarity import (
    Polarity,
    is_phone,
    names_another_channel,
    names_phone,
    names_texts,
    of_a_choice,
    of_a_person,
    of_a_term,
    of_an_end,
    of_another_phone,
    of_leaving,
    polarity,
)
from sendersync.transforms.mapping.refusals import refuses_texts
from sendersync.transforms.mapping.stop_keywords import stop_keyword
from sendersync.transforms.mapping.weights import WEIGHTS

_ABOUT_THE_CELL: Final = re.compile(r"\(?do not (?:modify|edit|change|delete)\)?", re.IGNORECASE)
"""What exports of Dynamics and others write before a name; it speaks of the cell, to nobody."""

FIELDS: Final = ("opted_out", "consent")


class Doubt(NamedTuple):
    """A column that may say who must not be texted.

    Attributes:
        column: Its header.
        field: `opted_out` or `consent`: what it would be.
        speaks: Whether a cell of it says that somebody must not be texted.
        known: The header is a word of ours, or names texts.
    """

    column: str
    field: str
    speaks: Callable[[str], bool]
    known: bool = False


@dataclass(frozen=True)
class Permissions:
    """What was found.

    Attributes:
        columns: `opted_out` and `consent`, where they are sure.
        words: What the cells of such a column mean, where they are words of a status; also of the
            one column that may be the consent.
        doubts: Columns that a person must decide about before anybody is added past them.
        notes: Sentences for a person.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, FlagWords] = field(default_factory=dict)
    doubts: tuple[Doubt, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def undecided(self) -> dict[str, tuple[str, ...]]:
        """`opted_out` and `consent` to the columns that may say it."""
        several = {
            name: tuple(each.column for each in self.doubts if each.field == name)
            for name in FIELDS
        }
        return {name: columns for name, columns in several.items() if columns}


def permissions(
    columns: Sequence[str],
    evidence: Mapping[str, ColumnEvidence],
    taken: frozenset[str],
    *,
    phone: str = "",
    mapped: Mapping[str, str] | None = None,
    ask_all: bool = False,
    today: date | None = None,
) -> Permissions:
    """Looks for opt-outs and consents.

    Args:
        columns: The source's columns.
        evidence: Column to its cells, where some were seen.
        taken: Columns that another field has, or that a person said are no permission.
        phone: The column of the phone: an opt-out that names another phone is not its owner's.
        mapped: Field to column, as a person mapped them; what it has is not suggested.
        ask_all: Doubt a column also where another one is mapped or suggested for its field.
        today: A day before it, in a column of terms, says that somebody's time is over; None: not
            looked at.
    """
    # a further phone column of a sync is taken too, and its flags are asked about
    others = [
        tokens(each) for each in columns if each != phone and each not in taken and is_phone(each)
    ]
    free = [
        each for each in columns if each not in taken and not of_another_phone(each, phone, others)
    ]
    given = {name: column for name, column in (mapped or {}).items() if name in FIELDS}
    candidates = [
        found for column in free if (found := _candidate(column, evidence.get(column))) is not None
    ]
    chosen = _chosen([each for each in candidates if each.field not in given], phone)
    decided = {**{name: each.column for name, each in chosen.items()}, **given}
    texts = any(names_texts(column) for column in decided.values())
    looked = [
        _look(column, evidence.get(column), {} if ask_all else decided, texts=texts, today=today)
        for column in free
        if column not in decided.values()
    ]
    return Permissions(
        columns={name: each.column for name, each in chosen.items()},
        words={
            **({} if "consent" in decided else _of_doubts(looked, evidence)),
            **{name: each.words for name, each in chosen.items() if each.words is not None},
        },
        doubts=tuple(each.doubt for each in looked if each.doubt is not None),
        notes=tuple(each.note for each in looked if each.note),
    )


def _of_doubts(
    looked: Sequence[_Look], evidence: Mapping[str, ColumnEvidence]
) -> dict[str, FlagWords]:
    """What the words of a consent mean that a person must decide about, where it is one column."""
    doubts = [each.doubt for each in looked if each.doubt is not None]
    columns = [each.column for each in doubts if each.field == "consent"]
    if len(columns) != 1 or columns[0] not in evidence:
        return {}
    states = evidence[columns[0]].states
    return {} if states is None else {"consent": states}


class _Candidate(NamedTuple):
    column: str
    field: str
    rank: int
    words: FlagWords | None


class _Look(NamedTuple):
    note: str = ""
    doubt: Doubt | None = None


def _candidate(column: str, evidence: ColumnEvidence | None) -> _Candidate | None:
    """The column as a permission that can be read for sure."""
    word = word_of(column)
    known = word.field if word is not None and word.field in FIELDS else ""
    if known:
        if _readable(known, evidence):
            return _Candidate(column, known, word.rank if word else 0, None)
    elif not names_texts(column) or has_stem(column, OTHER_CHANNELS):
        return None
    if evidence is None or not evidence.filled:
        return None
    way = polarity(column)
    if names_texts(column) and way is not Polarity.REFUSES and evidence.states is not None:
        return _Candidate(column, "consent", _LAST, evidence.states)
    if not known and way is not Polarity.NEITHER:
        name = "opted_out" if way is Polarity.REFUSES else "consent"
        if _readable(name, evidence):
            return _Candidate(column, name, _LAST, None)
    return None


_LAST: Final = 1_000
"""A rank behind all words of ours."""


def _chosen(candidates: Sequence[_Candidate], phone: str) -> dict[str, _Candidate]:
    """The surest candidate of each field: it names the phone, or texts, or has the surest word."""
    chosen = {}
    for name in FIELDS:
        some = [each for each in candidates if each.field == name]
        if some:
            chosen[name] = min(
                some,
                key=lambda each: (
                    fold(each.column) in EMAIL_FLAGS,
                    not names_phone(each.column, phone),
                    not names_texts(each.column),
                    each.rank,
                ),
            )
    return chosen


def _readable(name: str, evidence: ColumnEvidence | None) -> bool:
    """An opt-out that is not read is a text to somebody who said stop; a consent, one text less."""
    if evidence is None or not evidence.filled:
        return True
    return evidence.are_flags if name == "opted_out" else evidence.flags >= WEIGHTS.most


def _look(
    column: str,
    evidence: ColumnEvidence | None,
    decided: Mapping[str, str],
    *,
    texts: bool,
    today: date | None,
) -> _Look:
    """One column that is not used: does it say who may be texted?"""
    if texts and fold(column) in EMAIL_FLAGS:
        return _Look(_of_another_channel(column))
    word = word_of(column)
    if word is not None and word.field == "opted_out":
        return _known_opt_out(column, evidence)
    if word is not None and word.field == "consent" and (evidence is None or evidence.filled):
        if "consent" in decided:
            return _Look()
        note = _not_read(column, "agreed", evidence)
        return _Look(note, Doubt(column, "consent", any_but_yes, known=True))
    header = _ABOUT_THE_CELL.sub(" ", column)
    if holds(header, OPT_OUT_STEMS):
        return _opt_out(column, evidence, decided)
    if evidence is None:
        return _mentioned(column) if holds(column, CONSENT_STEMS) else _Look()
    return _by_cells(column, evidence, decided, today)


def _by_cells(
    column: str, evidence: ColumnEvidence, decided: Mapping[str, str], today: date | None
) -> _Look:
    """One column whose header alone is not enough to ask."""
    if of_an_end(column) and evidence.marks_a_few:
        return _opt_out(column, evidence, decided)
    if of_leaving(_ABOUT_THE_CELL.sub(" ", column)) and evidence.any_but_no:
        return _opt_out(column, evidence, decided)
    if today is not None and of_a_term(column) and evidence.any_of(is_before(today)):
        return _opt_out(column, evidence, decided, is_before(today))
    subscription = evidence.says_opted_out and evidence.is_subscription
    if subscription and not has_stem(column, OTHER_CHANNELS):
        return _consent(column, decided, known=False)
    keyword = stop_keyword(column)
    if evidence.any_of(keyword):  # texted, perhaps after the consent was given
        return _opt_out(
            column,
            evidence,
            decided.keys() - {"consent"},
            lambda cell: keyword(cell) or says_opted_out(cell),
        )
    if evidence.says_opted_out:
        return _opt_out(column, evidence, decided, says_opted_out)
    if of_a_person(column) and evidence.any_of(says_left):
        return _opt_out(column, evidence, decided, says_left)
    chosen = of_a_choice(column) and evidence.few and evidence.any_refuses
    if chosen and not evidence.counts_things and evidence.any_of(lambda cell: not refuses(cell)):
        return _consent(column, decided, known=False)
    if _may_be_consent(column, evidence):
        return _consent(column, decided, known=names_texts(column))
    if evidence.refuses_texts:
        return _opt_out(column, evidence, decided, refuses_texts)
    if holds(column, CONSENT_STEMS) and evidence.few:
        return _mentioned(column)
    return _Look()


def _known_opt_out(column: str, evidence: ColumnEvidence | None) -> _Look:
    if evidence is not None and not evidence.any_but_no:
        return _Look()
    note = _not_read(column, "opted out", evidence)
    return _Look(note, Doubt(column, "opted_out", any_but_no, known=True))


def _opt_out(
    column: str,
    evidence: ColumnEvidence | None,
    decided: Collection[str],
    by_cells: Callable[[str], bool] | None = None,
) -> _Look:
    """A column that may be an opt-out, by a word in its header or by its cells."""
    if names_another_channel(column) and not names_texts(column):
        return _Look(_of_another_channel(column))
    note = f"{column!r} may say who opted out: it is not used unless you map it."
    if "opted_out" in decided or (by_cells is not None and "consent" in decided):
        return _Look(note)
    if evidence is not None and not evidence.any_but_no:
        return _Look(note)
    speaks = by_cells or any_but_no
    return _Look(note, Doubt(column, "opted_out", speaks, known=names_texts(column)))


def _consent(column: str, decided: Mapping[str, str], *, known: bool) -> _Look:
    note = f"{column!r} may say who agreed to texts: map it to consent if so."
    if "consent" in decided:
        return _Look(note)
    return _Look(note, Doubt(column, "consent", any_but_yes if known else refuses, known=known))


def _may_be_consent(column: str, evidence: ColumnEvidence) -> bool:
    """Whether a person must say what it means before anybody is added past it.

    It speaks of texts and holds a consent, a choice or its date; or it speaks of a consent, of no
    other channel, and says no to somebody; or it is a choice of channels, texts among them.
    """
    if not evidence.filled or evidence.phones >= WEIGHTS.most:
        return False
    of_consent = holds(column, (*CONSENT_STEMS, *NEWSLETTERS))
    active = not ACTIVE.isdisjoint(tokens(column))
    if names_texts(column) and not has_stem(column, MOBILES):
        return evidence.few or of_consent
    if has_stem(column, OTHER_CHANNELS):
        return False
    answered = evidence.flags >= WEIGHTS.most or (evidence.few and evidence.any_refuses)
    replied = has_stem(column, REPLIES) and not has_stem(column, OF_THINGS)
    if (of_consent or active or replied) and answered and not evidence.all_yes:
        return True
    chosen = of_consent or has_stem(column, CHOICE_STEMS)
    return evidence.few and evidence.names_texts and chosen


def _mentioned(column: str) -> _Look:
    return _Look(
        f"{column!r} may speak of a consent, but not surely of one to texts: it is not used."
    )


def _of_another_channel(column: str) -> str:
    return f"{column!r} speaks of another channel than texts: it is not used."


def _not_read(column: str, what: str, evidence: ColumnEvidence | None) -> str:
    if evidence is not None and evidence.filled and not evidence.are_flags:
        return (
            f"{column!r} says who {what}, but not all of its cells are read as yes or no "
            "(true, yes, y, 1, x, on; false, no, n, 0, off, empty)."
        )
    return f"{column!r} says who {what} as well: only one column can be read."


def all_doubts(
    columns: Sequence[str],
    evidence: Mapping[str, ColumnEvidence],
    taken: frozenset[str],
    mapped: Mapping[str, str],
    *,
    ask_all: bool,
    today: date | None = None,
) -> Iterator[Doubt]:
    """The doubts of a sync, which takes no suggestion: what would be suggested is one too.

    Args:
        columns: The source's columns.
        evidence: Column to all of its cells.
        taken: Columns that are mapped, or that a person said are no permission.
        mapped: Field to column, as the sync maps them.
        ask_all: See `permissions`.
        today: See `permissions`.
    """
    phone = mapped.get("phone", "")
    found = permissions(
        columns, evidence, taken, phone=phone, mapped=mapped, ask_all=ask_all, today=today
    )
    yield from found.doubts
    for name, column in found.columns.items():
        speaks = any_but_no if name == "opted_out" else any_but_yes
        yield Doubt(column, name, refuses if name in found.words else speaks, known=True)
