"""A sync file written from what `check` saw: everything that is sure, and the rest as comments."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pandas as pd

from connectors.sources.source import Dialect
from schemas.errors import WrongUse
from schemas.sync_file import COLUMN_PLACEHOLDER, SENDER_CODE_PLACEHOLDER, Columns
from schemas.wording import counted
from sendersync.pipeline.check.draft_words import words_section
from sendersync.transforms.default_country import BareNumbers, bare_numbers
from sendersync.transforms.mapping.suggest import LIKELY, Suggestion, level

_PLATFORM_KNOWS: Final = ("group", "sender_code", "customer_key")
"""Fields that name something on the platform: left for a person to decide."""

_MEANING: Final = {
    "key": "identifies a person for life, also with another number",
    "customer_key": "sent to the platform, where the realm uses customer keys",
    "phone": "the number that gets the texts",
    "email": "people without one are added by their phone alone",
    "country": "says how a number without country code is read",
    "first_name": "first name",
    "group": "SMS group row by row; must be defined on the platform",
    "sender_code": "sender code row by row, in place of `sender_code:` below",
    "opted_out": "a yes stops the person, and nothing adds them again",
    "consent": "only people with a yes are added",
}
_ASKED: Final = {
    "opted_out": "who must not be texted",
    "consent": "who MAY be texted",
}
_DATED: Final = re.compile(r"(?:[-_ .]*\d+)+$")


@dataclass(frozen=True)
class Settled:
    """What somebody has decided beside the columns, so that nothing is left to fill in.

    Attributes:
        sync: The sync's name.
        sender_code: Of every row.
        group: SMS group of every row; empty for none.
        place: Where the file comes from, a path or a pattern; empty for the file itself.
        not_permission: Columns that say nothing of texts.
    """

    sync: str
    sender_code: str
    group: str = ""
    place: str = ""
    not_permission: tuple[str, ...] = ()


@dataclass(frozen=True)
class DraftInput:
    """What a draft is written from.

    Attributes:
        file: The file of contacts.
        kind: The kind of source that reads it.
        sheet: The sheet that is read, of a spreadsheet.
        dialect: How it is written, of delimited text.
        suggestion: Which column is what.
        given: Field to column, as a person named them.
        country: Country of bare numbers, as a person named it.
        sample: The first rows.
        encoding: How its letters are stored, as a person named it.
        settled: What else a person decided; None where that is left to do.
    """

    file: Path
    kind: str
    sheet: str
    dialect: Dialect | None
    suggestion: Suggestion
    given: Mapping[str, str]
    country: str | None
    sample: pd.DataFrame
    encoding: str | None = None
    settled: Settled | None = None


def refuse_existing(path: Path) -> None:
    """Refuses to write over a file, before anything is read.

    Raises:
        WrongUse: There is something of that name, or it is no name for a sync file.
    """
    if path.suffix.lower() not in (".yaml", ".yml"):
        raise WrongUse(
            "A sync file ends with .yaml.",
            where=f"--write {path}",
            do=f"Write it to {path.with_suffix('.yaml').name}.",
        )
    if os.path.lexists(path):
        raise _exists(path)


def write_draft(path: Path, facts: DraftInput) -> None:
    """Writes the sync file.

    Raises:
        WrongUse: There is something of that name, the place cannot be written, or no column can
            be told to be the phone.
    """
    text = draft(path, facts)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise _exists(path) from None
    except OSError as problem:
        raise WrongUse(
            f"The sync file cannot be written ({problem.strerror}).",
            where=str(path),
            do="Choose a folder that exists and that you may write.",
        ) from None


def draft(path: Path, facts: DraftInput) -> str:
    """The text of the sync file that will stand at `path`.

    Raises:
        WrongUse: No column is known to be the phone.
    """
    columns = {**facts.suggestion.columns, **facts.given}
    columns = {field: column for field, column in columns.items() if column}
    if "phone" not in columns:
        raise WrongUse(
            "Cannot tell which column is the phone, so there is nothing to write.",
            where=f"--write {path}",
            do="Name it with --map phone=COLUMN. The sync file may list several afterwards: "
            "`phone: [A, B]`; the first with a usable number counts.",
        )
    return "\n".join([*_head(path, facts), *_columns(columns, facts), *_rest(columns, facts), ""])


def sync_name(file: Path) -> str:
    """A name for the sync, which it keeps for life: its sync file's, without endings and dates."""
    plain = unicodedata.normalize("NFKD", file.name.split(".")[0]).encode("ascii", "ignore")
    word = plain.decode().lower()
    word = _DATED.sub("", word) or word
    return re.sub(r"[^a-z0-9]+", "-", word).strip("-")[:60].strip("-") or "contacts"


def quoted(text: str) -> str:
    """Any text as a YAML string of one line."""
    marks = (
        f"\\{char}"
        if char in '\\"'
        else char
        if char.isprintable() and ord(char) < 0x10000 and char != "\ufeff"
        else f"\\U{ord(char):08x}"
        for char in text
    )
    return f'"{"".join(marks)}"'


def _head(path: Path, facts: DraftInput) -> Iterator[str]:
    settled = facts.settled
    yield from _left_to_do(path, facts)
    yield "# Every key is explained in docs/sync-file.md."
    yield ""
    name = settled.sync if settled else sync_name(path)
    yield f"sync: {quoted(name)}   # this sync's permanent name"
    yield ""
    yield "source:"
    yield f"  kind: {facts.kind}"
    place = os.path.relpath(facts.file.resolve(), path.resolve().parent)
    place = (settled and settled.place) or Path(place).as_posix()
    yield f"  path: {quoted(place)}   # or a pattern: the newest match is read"
    if facts.sheet:
        yield f"  sheet: {quoted(facts.sheet)}"
    if facts.encoding is not None:
        yield f"  encoding: {quoted(facts.encoding)}   # as you said with --encoding"
    if facts.dialect is not None:
        yield "  # Found out from the file each time. To insist on what they are today:"
        if facts.encoding is None:
            yield f"  # encoding: {quoted(facts.dialect.encoding)}"
        yield f"  # delimiter: {quoted(facts.dialect.delimiter)}"
    yield ""


def _left_to_do(path: Path, facts: DraftInput) -> Iterator[str]:
    see = "see what would happen, which calls nobody: sendersync plan " + _one_line(path.name)
    if facts.settled:
        yield f"# Written on sendersync's own page, from {_one_line(facts.file.name)}. Left to do:"
        if not facts.settled.place:
            yield "#   say under `source:` where it comes from: the dropped file is removed soon;"
        yield f"#   {see}"
        return
    yield f"# Written by `sendersync check {_one_line(facts.file.name)} --write`. Left to do:"
    yield "#   1. read the columns below: what is only likely may be wrong;"
    decide = "decide where it says DECIDE, and " if facts.suggestion.undecided else ""
    yield f"#   2. {decide}fill in sender_code;"
    yield f"#   3. {see}"


def _columns(columns: Mapping[str, str], facts: DraftInput) -> Iterator[str]:
    yield "columns:   # contact field: column of the source"
    for field in Columns.model_fields:
        if field in facts.suggestion.undecided:
            yield from _to_decide(field, columns, facts)
            continue
        if field not in columns:
            continue
        named = field in facts.given
        sure = 1.0 if named else facts.suggestion.confidence[field]
        how = "named by you" if named else f"{level(sure)}, {sure:g}"
        line = f"{field}: {quoted(columns[field])}   # {how}: {_MEANING[field]}"
        asked = field != "phone" and not named and (sure < LIKELY or field in _PLATFORM_KNOWS)
        yield f"  # {line}" if asked else f"  {line}"
    for note in facts.suggestion.notes:
        yield f"  # Note: {_one_line(note)}"
    yield ""


def _to_decide(field: str, columns: Mapping[str, str], facts: DraftInput) -> Iterator[str]:
    """Lines that every command refuses until a person has put something better in their place."""
    several = _asked_about(field, columns, facts)
    yield f"  # DECIDE: may one of these say {_ASKED[field]}? ({_MEANING[field]})"
    yield from (f"  #   {quoted(column)}" for column in several)
    yield "  # If so, name it here, and sort under `words:` what its cells mean. If not, delete"
    yield "  # the next line and take the # from `not_permission:`. Until then nothing runs."
    yield f"  {field}: {COLUMN_PLACEHOLDER}"


def _asked_about(field: str, columns: Mapping[str, str], facts: DraftInput) -> list[str]:
    """Columns that may be the field, the likeliest first."""
    found = [columns[field]] if field in columns else []
    return list(dict.fromkeys([*found, *facts.suggestion.undecided[field]]))


def _rest(columns: Mapping[str, str], facts: DraftInput) -> Iterator[str]:
    yield from _sent_as(facts.settled)
    yield ""
    phones = facts.sample.get(columns["phone"], pd.Series(dtype="str"))
    bare = bare_numbers(phones, facts.sample.get(columns.get("country", "")))
    yield from _default_country(bare, facts.country)
    yield from words_section(columns, facts.suggestion, facts.sample, quoted)
    if facts.suggestion.undecided:
        fields = facts.suggestion.undecided
        asked = [column for field in fields for column in _asked_about(field, columns, facts)]
        yield f"# not_permission: [{', '.join(map(quoted, asked))}]   # these say nothing of texts"
    if facts.settled and facts.settled.not_permission:
        answered = ", ".join(map(quoted, facts.settled.not_permission))
        yield f"not_permission: [{answered}]   # these say nothing of texts"
    yield "# countries: [US, CA]       # only numbers of these countries may be added"
    yield "# line_types: [mobile, fixed_line_or_mobile]"
    yield ""
    yield "removals: stop              # stop | keep: what happens when a row has left the file"
    yield "# duplicates: first         # first | last | reject: the same phone twice"
    yield ""
    yield "# What is shown is what holds without these lines."
    yield "# guards:                   # removals beyond this wait for somebody to look"
    yield "#   max_stops: 10"
    yield "#   max_stop_share: 0.05"
    yield "#   min_rows: 1"
    yield "#   max_reject_share: 0.5"
    yield "# load:"
    yield "#   rate_per_second: 5"
    yield "#   concurrency: 4"
    yield "#   batch_size: 200"


def _sent_as(settled: Settled | None) -> Iterator[str]:
    if settled is None:
        yield f'sender_code: {SENDER_CODE_PLACEHOLDER}   # fill in, in quotes: "12065551212"'
    else:
        yield f"sender_code: {quoted(settled.sender_code)}"
    if settled and settled.group:
        yield f"group: {quoted(settled.group)}   # must be defined on the platform"
    else:
        yield (
            "# group: weekly             # SMS group of every row; must be defined on the platform"
        )


def _default_country(bare: BareNumbers, named: str | None) -> Iterator[str]:
    if named:
        yield f"default_country: {quoted(named.upper())}   # as you said with --country"
    elif bare.evident:
        have = counted(bare.missing_country, "row has", "rows have")
        yield (
            f'default_country: "{bare.country}"   # {have} neither '
            f"country code nor country; all others say {bare.country}"
        )
    elif not bare.missing_country:
        yield '# default_country: "US"     # not needed: each number, or its row, says its country'
    else:
        yield (
            f"# {bare.missing_country:,} of the first {bare.rows:,} numbers do not say their "
            "country, and are rejected until you do:"
        )
        if bare.country:
            yield (
                f'# default_country: "{bare.country}"     # what {bare.saying:,} other rows say; '
                "is it so for these?"
            )
        else:
            yield '# default_country: "US"'


def _one_line(text: str) -> str:
    """Text that stays in its comment."""
    return "".join(char if char.isprintable() else "\ufffd" for char in text)


def _exists(path: Path) -> WrongUse:
    return WrongUse(
        "There is a file of that name already, and it is left as it is.",
        where=f"--write {path}",
        do="Pick another file name.",
    )
