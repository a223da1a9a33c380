"""Reads a source to its end, batch by batch, and normalises all of it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from connectors.sources.files.names_again import other_names
from connectors.sources.source import IncrementalSource, Records, Source, SupportsProjection
from schemas.did_you_mean import did_you_mean, nearest_names
from schemas.errors import SourceMismatch, UnknownColumn
from schemas.frames import CONTACTS, MALFORMED, REJECTS, UNATTRIBUTABLE, records
from schemas.sync_file import FlagWords, SyncFile
from sendersync.transforms.cells.arrow_columns import is_in, stacked
from sendersync.transforms.cells.flags import fold_word
from sendersync.transforms.diff import none_of
from sendersync.transforms.keys import NO_SHARED_KEYS, OwnKeys, SharedKeys, give_own_keys
from sendersync.transforms.located_phones import ColumnDoubts
from sendersync.transforms.mapping.polarity import not_turned_round, opposite, turned_round
from sendersync.transforms.mapping.unclear_words import merged, shown_words, unclear_words
from sendersync.transforms.normalise import Normalised, malformed_as_rejects, normalise
from sendersync.transforms.unattributable import number_duplicates, unattributable


@dataclass(frozen=True)
class Unclear:
    """Cells of a yes-or-no column that are neither.

    Attributes:
        rows: How many.
        first: The first line of them.
        words: What stands there, as far as it may be shown, with its rows: the commonest first.
    """

    rows: int
    first: int
    words: Mapping[str, int] = field(default_factory=dict)


def _no_contacts() -> pd.DataFrame:
    return none_of(CONTACTS)


@dataclass(frozen=True)
class Extracted:
    """One read of a source.

    Attributes:
        columns: The source's own columns, in its order.
        contacts: `CONTACTS` of all batches, in line order.
        rejects: `REJECTS` of all batches, in line order.
        more_numbers: Further numbers of rows that say no to texts, with a negative index:
            `CONTACTS`.
        unread_numbers: Contacts that say stop and have another number, which cannot be read:
            `REJECTS`.
        raw: The rows as the source gave them, one frame a batch, to show rejects as they were.
        malformed: Rows that could not be read into columns: `MALFORMED`.
        unattributable: The rejects that may be anybody's: `UNATTRIBUTABLE`.
        rows: Rows read.
        complete: The source says that these are all.
        country_differs: Contacts whose country column disagrees with their number.
        unclear: `opted_out` and `consent` to their cells that are neither a yes nor a no.
        shared_keys: Keys that stand at several people, and so identify none of them.
        doubts: Rows in which only the whole column shows a doubt.
        missing_country: Numbers that are rejected because nothing says their country.
        incremental: Only what changed was read: nobody who is missing has left.
        cursor: Where the next incremental read goes on, if the source knows.
        cut_short: Why it seems to be cut off at a limit; empty where it does not.
        texted_stop: Who texted STOP, as the platform's own list says, each phone once: `CONTACTS`.
        no_stop_list: The sync file names that list, and there is none.
    """

    columns: tuple[str, ...]
    contacts: pd.DataFrame
    rejects: pd.DataFrame
    raw: tuple[pd.DataFrame, ...]
    malformed: pd.DataFrame
    unattributable: pd.DataFrame
    rows: int
    complete: bool
    country_differs: int
    unclear: Mapping[str, Unclear]
    doubts: ColumnDoubts
    shared_keys: SharedKeys = NO_SHARED_KEYS
    missing_country: int = 0
    incremental: bool = False
    cursor: str = ""
    cut_short: str = ""
    more_numbers: pd.DataFrame = field(default_factory=_no_contacts)
    unread_numbers: pd.DataFrame = field(default_factory=lambda: none_of(REJECTS))
    texted_stop: pd.DataFrame = field(default_factory=_no_contacts)
    no_stop_list: bool = False

    def __post_init__(self) -> None:
        CONTACTS.require(self.contacts)
        REJECTS.require(self.rejects)
        CONTACTS.require(self.more_numbers)
        REJECTS.require(self.unread_numbers)
        CONTACTS.require(self.texted_stop)
        MALFORMED.require(self.malformed)
        UNATTRIBUTABLE.require(self.unattributable)

    def rows_as_given(self, lines: pd.Index[int]) -> pd.DataFrame:
        """The source's own cells of some lines, index `line`; malformed rows have none."""
        parts = [batch.loc[batch.index.intersection(lines)] for batch in self.raw]
        return pd.concat([part for part in parts if len(part)] or [self.raw[0].iloc[:0]])


def extract(
    source: Source,
    sync: SyncFile,
    progress: Callable[[int], None] = lambda _: None,
    since: str | None = None,
    *,
    every_row_says_stop: bool = False,
) -> Extracted:
    """Reads `source` as contacts of `sync`: all of it, or what changed since a cursor.

    Args:
        source: Where to read.
        sync: Says which column is what.
        since: Cursor of an incremental read; None for a full one. Only for an `IncrementalSource`.
        progress: Told the number of rows read so far, after each batch.
        every_row_says_stop: The source is a stop list.

    Raises:
        SourceMismatch: A mapped column is not there, or a permission is mapped the wrong way
            round, or the source is not readable as its kind.
        SourceUnavailable: The source broke off: nothing of it is used.
        FrameMismatch: The source gave other columns than it said it has.
    """
    refuse_opposite_headers(sync)
    columns = _columns_with_all_mapped(source, sync)
    if isinstance(source, SupportsProjection):
        source.select(frozenset(sync.columns.sources()))
    batches = source.read()
    if since is not None and isinstance(source, IncrementalSource):
        batches = source.read_since(since)
    read: list[Records] = []
    frames: list[pd.DataFrame] = []
    rows = 0
    for batch in batches:
        frame = batch.frame
        records(columns or frame.columns).require(frame)
        MALFORMED.require(batch.malformed)
        if not columns:
            frame = frame.reindex(columns=list(sync.columns.sources())).astype("str")
        frames.append(frame)
        read.append(batch)
        rows += batch.rows
        progress(rows)
    _refuse_cells_the_wrong_way_round(frames, sync)
    malformed = stacked([batch.malformed for batch in read])
    done = normalise(stacked(frames), sync, every_row_says_stop=every_row_says_stop)
    if not every_row_says_stop:
        _refuse_second_table(frames, done.rejects.index, sync, source.name)
    rejects = done.rejects
    if len(malformed):
        rejects = pd.concat([rejects, malformed_as_rejects(malformed)]).sort_index()
    own = give_own_keys(done.contacts, rejects)
    return Extracted(
        columns=columns,
        contacts=own.contacts,
        rejects=own.rejects,
        raw=tuple(batch.frame for batch in read),
        malformed=malformed,
        unattributable=_unattributable(read, own.rejects),
        rows=rows,
        complete=read[-1].complete,
        country_differs=done.country_differs,
        unclear=_unclear(done, frames, sync),
        doubts=done.doubts,
        shared_keys=own.shared,
        missing_country=done.missing_country,
        incremental=since is not None,
        cursor=read[-1].cursor,
        more_numbers=_under_own_keys(done.more_numbers, own),
        unread_numbers=done.unread_numbers,
    )


def _under_own_keys(more: pd.DataFrame, own: OwnKeys) -> pd.DataFrame:
    """Further numbers under the keys that their rows have in the end: `CONTACTS`.

    Where a number stands for the key, each number is its own.
    """
    if more.empty:
        return more[[*CONTACTS.names]]
    rows = pd.concat([own.contacts[["key", "phone"]], own.rejects[["key", "phone"]]])
    rows = rows.loc[more["line"]].set_axis(more.index)
    no_key = (rows["key"] == "") | (rows["key"] == rows["phone"])
    return more.assign(key=rows["key"].mask(no_key, more["phone"]))[[*CONTACTS.names]]


def refuse_opposite_headers(sync: SyncFile) -> None:
    """Refuses `opted_out: Subscribed` and `consent: Unsubscribed`, unless `words` turn them round.

    Raises:
        SourceMismatch: Says what to write instead.
    """
    for permission, column, words in _opposite_headers(sync):
        if turned_round(permission, column, words):
            continue
        other = "consent" if permission == "opted_out" else "opted_out"
        would = (
            "stop everybody who wants texts"
            if permission == "opted_out"
            else "add everybody who wants none"
        )
        means = "agreed" if permission == "opted_out" else "does not want texts"
        raise SourceMismatch(
            f"`{permission}` is mapped to {column!r}. By its name a yes there means that somebody "
            f"{means}: this would {would}.",
            where=f"columns: {permission}",
            do=f"Write `{other}: {column}` in its place. If the name of the column is wrong, give "
            "it another one.",
        )


def _opposite_headers(sync: SyncFile) -> Iterator[tuple[str, str, FlagWords]]:
    """Permissions whose column says the opposite by its name, with the words of its cells."""
    for permission in ("opted_out", "consent"):
        column: str | None = getattr(sync.columns, permission)
        if column is not None and opposite(permission, column):
            yield permission, column, getattr(sync.words, permission)


def _refuse_cells_the_wrong_way_round(frames: Sequence[pd.DataFrame], sync: SyncFile) -> None:
    """Under such a header every cell must be read by the words of the sync file.

    Raises:
        SourceMismatch: Names the first row with another one.
    """
    for permission, column, words in _opposite_headers(sync):
        wrong = not_turned_round(permission, words)
        for frame in frames:
            cells = [cell for cell in frame[column].unique() if fold_word(cell) in wrong]
            if cells:
                line = frame.index[is_in(frame[column], cells)][0]
                raise SourceMismatch(
                    f"A cell of {column!r} is blank, or a plain yes or no. `{permission}` would "
                    "take that for the opposite of what the name of the column says.",
                    where=f"line {line}",
                    do=f"Write `{'consent' if permission == 'opted_out' else 'opted_out'}: "
                    f"{column}` in place of `{permission}: {column}`.",
                )


def _refuse_second_table(
    frames: Sequence[pd.DataFrame], rejected: pd.Index[int], sync: SyncFile, name: str
) -> None:
    """Refuses a file in which a second table has other columns, and as many.

    Its `yes` below `Consent` may be one below `Opted out`. In a stop list it may stay: each row
    that can be read is a stop, and the line of its names is told.

    Raises:
        SourceMismatch: Names the line.
    """
    for frame in frames:
        rows = frame.loc[frame.index.intersection(rejected)]
        line = other_names(rows, sync.columns.phone)
        if line is not None:
            raise SourceMismatch(
                "This line names columns again, and other ones: a second table begins here, and "
                "its cells would be read under the names of the first.",
                where=f"{name}:{line}",
                do="Put the second table into a file of its own. If its columns are the same in "
                "the same order, delete this line.",
            )


def check_columns(columns: Sequence[str], sync: SyncFile, name: str) -> None:
    """Refuses a mapping that names a column the source does not have.

    Raises:
        SourceMismatch: Names the field, the missing column and the nearest there are.
    """
    for mapped, column in sync.columns.pairs():
        if column in columns:
            continue
        raise SourceMismatch(
            f"The sync file maps `{mapped}` to the column {column!r}, which is not there.",
            where=f"{name}:1",
            do=did_you_mean(column, nearest_names(column, columns))
            or "Its columns are: " + ", ".join(repr(each) for each in columns) + ".",
        )


def _columns_with_all_mapped(source: Source, sync: SyncFile) -> tuple[str, ...]:
    """The source's columns; every mapped one is among them.

    Raises:
        SourceMismatch: Names the key of the sync file, the missing column and the nearest ones.
    """
    try:
        columns = source.columns()
    except UnknownColumn as unknown:
        keys = [key for key, column in sync.columns.pairs() if column == unknown.column]
        if not keys:
            raise
        raise unknown.at_key(keys[0]) from None
    if columns:
        check_columns(columns, sync, source.name)
    return columns


def _unclear(
    done: Normalised, frames: Sequence[pd.DataFrame], sync: SyncFile
) -> dict[str, Unclear]:
    """How many cells of each yes-or-no column are neither, which, and where the first stands."""
    mapped, found = sync.columns.mapped(), {}
    for name, lines in done.ambiguous_flags_by_field.items():
        if len(lines):
            column, words = mapped[name], getattr(sync.words, name)
            counts = merged(unclear_words(frame[column], words) for frame in frames)
            found[name] = Unclear(len(lines), int(lines[0]), shown_words(column, counts))
    return found


def _unattributable(read: Sequence[Records], rejects: pd.DataFrame) -> pd.DataFrame:
    """Rejects that may be anybody's, by their cells; in the order of the read: `UNATTRIBUTABLE`."""
    lines = unattributable(rejects)
    if lines.empty and not any(len(batch.malformed) for batch in read):
        return none_of(UNATTRIBUTABLE)
    parts = []
    for batch in read:
        parts += [
            _fingerprints(batch.frame.loc[batch.frame.index.intersection(lines)]),
            _fingerprints(batch.malformed[["raw"]]),
        ]
    return number_duplicates(pd.concat(parts)).to_frame("fingerprint")


def _fingerprints(rows: pd.DataFrame) -> pd.Series[str]:
    """A digest of each row's cells; rows without a single filled cell are left out."""
    cells = [tuple(row) for row in rows.itertuples(index=False, name=None)]
    digests = {
        line: hashlib.blake2b("\x1f".join(row).encode(), digest_size=16).hexdigest()
        for line, row in zip(rows.index, cells, strict=True)
        if any(cell.strip() for cell in row)
    }
    return pd.Series(digests, dtype="str")
