"""A delivered file: fetched from its address, unpacked, and refused while growing or when too old.

The file is brought here and unpacked when it is first asked for, into a folder that only this user
may read and that is gone when the program ends. What reads it then knows nothing of all this.
"""

from __future__ import annotations

import shutil
import tempfile
import time
import weakref
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import xxhash

from connectors.sources.files.footers import footer_note, without_footer
from connectors.sources.files.names_again import repeated_names_note, without_repeated_names
from connectors.sources.files.opening import fingerprint
from connectors.sources.files.remote_files import fetch, file_name
from connectors.sources.files.renamed_columns import renaming_notes, spelled_as_wanted
from connectors.sources.files.unpacking import packing, unpack
from connectors.sources.source import (
    Delimited,
    Dialect,
    HasNotes,
    Records,
    Source,
    SupportsProjection,
)
from schemas.errors import SourceStale, SourceUnavailable, WrongUse
from schemas.frames import EXPORT_COLUMNS, GUARDED

RECENT: Final = 2.0
"""Seconds: a file that was changed longer ago is not waited for."""

PATIENCE: Final = 60.0
"""Seconds that a growing file is waited for, or five times its settling time."""

Opener = Callable[[Path], Source]


@dataclass(frozen=True)
class Delivery:
    """What a sync file says about how its file arrives.

    Attributes:
        max_age: An older file is refused; None for any age.
        settle_seconds: How long a file that was just written must stay as it is.
        by_name: Of several files at an address, the dates in their names say which is the newest.
    """

    max_age: timedelta | None = None
    settle_seconds: float = 0.2
    by_name: bool = False


@dataclass
class DeliveredFile:
    """A file source with a place.

    Args:
        place: A path or an address.
        opener: Makes the source of the file once it is here.
        delivery: How it arrives.
        sleep: Lets so many seconds pass.
        patience: Seconds after which a file that still grows is given up.
        mapped: Columns that the sync file maps; found under other spellings of their names too.
        remarks: What is to be said of how the file was chosen.
    """

    place: Path | str
    opener: Opener
    delivery: Delivery = field(default_factory=Delivery)
    sleep: Callable[[float], object] = field(default=time.sleep, repr=False, compare=False)
    patience: float = field(default=PATIENCE, repr=False, compare=False)
    mapped: frozenset[str] = frozenset()
    remarks: tuple[str, ...] = ()
    _inner: Source | None = field(default=None, init=False, repr=False, compare=False)
    _arrived_as: str = field(default="", init=False, repr=False, compare=False)

    @property
    def name(self) -> str:
        """The file's name, never its address."""
        if self._inner is not None:
            return self._inner.name
        return self.place.name if isinstance(self.place, Path) else file_name(self.place)

    @property
    def path(self) -> Path | str:
        """Where it is, for messages on this machine only."""
        return self.place

    def names(self) -> tuple[str, ...]:
        """What the file is called: as it arrived, and inside of what it was packed in."""
        inner = self.materialise()
        return tuple(dict.fromkeys((self._arrived_as, inner.name)))

    def columns(self) -> tuple[str, ...]:
        """See `Source.columns`; a mapped one has the name that the sync file gives it."""
        renamed = self._renamed()
        return tuple(renamed.get(name, name) for name in self.materialise().columns())

    def read(self) -> Iterator[Records]:
        """See `Source.read`."""
        renamed = self._renamed()
        for batch in self._batches():
            yield replace(batch, frame=batch.frame.rename(columns=renamed)) if renamed else batch

    def notes(self) -> tuple[str, ...]:
        """See `HasNotes.notes`."""
        inner = self.materialise()
        own = inner.notes() if isinstance(inner, HasNotes) else ()
        return (*self.remarks, *renaming_notes(self._renamed()), *own)

    def select(self, columns: frozenset[str]) -> None:
        """See `SupportsProjection.select`."""
        inner = self.materialise()
        if isinstance(inner, SupportsProjection):
            own = {wanted: name for name, wanted in self._renamed().items()}
            inner.select(frozenset(own.get(name, name) for name in columns))

    def _renamed(self) -> dict[str, str]:
        return spelled_as_wanted(self.materialise().columns(), self.mapped)

    def _batches(self) -> Iterator[Records]:
        return self.materialise().read()

    def content(self) -> str:
        """A digest of the file: two files with the same one hold the same."""
        digest = xxhash.xxh3_128()
        path = getattr(self.materialise(), "path", None)
        if not isinstance(path, Path):
            return ""
        with path.open("rb") as file:
            while chunk := file.read(1 << 20):
                digest.update(chunk)
        return digest.hexdigest()

    def materialise(self) -> Source:
        """The source of the file, which is here now.

        Raises:
            WrongUse: It is not there, or cannot be what it should be.
            SourceUnavailable: It cannot be had now, is still growing, or is too old.
        """
        if self._inner is None:
            if isinstance(self.place, Path):
                path = self.place
                self._settle(path)
                self._refuse_stale(datetime.fromtimestamp(path.stat().st_mtime, UTC))
            else:
                fetched = fetch(self.place, self._private_folder(), by_name=self.delivery.by_name)
                path = fetched.path
                self.remarks += fetched.remarks
                self._refuse_stale(fetched.written)
            self._arrived_as = path.name
            if packing(path):
                path = unpack(path, self._private_folder())
            self._inner = self.opener(path)
        return self._inner

    def _private_folder(self) -> Path:
        """A new folder that nobody else may look into, gone when this source is."""
        folder = tempfile.mkdtemp(prefix="sendersync-")
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        return Path(folder)

    def _settle(self, path: Path) -> None:
        """Waits until a file that was just written stays as it is."""
        wait = self.delivery.settle_seconds
        before = fingerprint(path)
        ends = time.monotonic() + max(self.patience, 5 * wait)
        # also one whose clock is ahead was written just now
        if wait <= 0 or time.time() - before[1] / 1e9 > max(RECENT, wait):
            return
        while True:
            self.sleep(wait)
            now = fingerprint(path)
            if now == before:
                return
            if time.monotonic() > ends:
                raise SourceUnavailable(
                    "This file is still being written.",
                    where=path.name,
                    do="Run again when it is there as a whole; nothing was read.",
                )
            before = now

    def _refuse_stale(self, written: datetime | None) -> None:
        limit = self.delivery.max_age
        if limit is None:
            return
        if written is None:
            raise WrongUse(
                "The time of this file is not known, so its age cannot be checked.",
                where="source.max_age",
                do="Take `max_age` out of the sync file.",
            )
        age = datetime.now(UTC) - written
        if age > longest(limit):
            raise SourceStale(
                f"This file is {_span(age)} old; `max_age` is {_span(limit)}. No new one "
                "was delivered.",
                where=self.name,
                do="Find out why the delivery is missing. Nothing was read or changed.",
            )


def longest(limit: timedelta) -> timedelta:
    """The age that a limit allows: whole days are nights, and the longest night has 25 hours.

    Which clock a delivery keeps is not known here (docs/adr/0060-a-night-is-not-24-hours.md).
    """
    nights = limit and not limit % timedelta(days=1)
    return limit + timedelta(hours=1) if nights else limit


@dataclass
class DeliveredText(DeliveredFile):
    """A file of delimited text with a place."""

    _left_out: tuple[str, ...] = field(default=(), init=False, repr=False, compare=False)

    def dialect(self) -> Dialect:
        """See `Delimited.dialect`."""
        return self._text().dialect()

    def names_as_given(self) -> tuple[str, ...]:
        """See `Delimited.names_as_given`."""
        return self._text().names_as_given()

    def cells_as_given(self, raw: str, *, slips: bool = False) -> list[str]:
        """See `Delimited.cells_as_given`."""
        return self._text().cells_as_given(raw, slips=slips)

    def notes(self) -> tuple[str, ...]:
        """See `HasNotes.notes`."""
        return (*super().notes(), *self._left_out)

    def _batches(self) -> Iterator[Records]:
        """Without a footer and without names that are repeated.

        An export of our own loses the apostrophes that made it harmless.
        """
        text = self._text()
        footer: list[int] = []
        again: list[int] = []
        names = self.materialise().columns()
        own = set(EXPORT_COLUMNS) <= set(names)
        rows = without_footer(super()._batches(), len(names), footer, text.cells_as_given)
        for records in without_repeated_names(rows, names, again):
            yield _unguarded(records) if own else records
        told = [repeated_names_note(again)] if again else []
        self._left_out = (*told, *([footer_note(footer)] if footer else []))

    def _text(self) -> Delimited:
        inner = self.materialise()
        assert isinstance(inner, Delimited)  # noqa: S101  # the registry makes it of text alone
        return inner


def _unguarded(records: Records) -> Records:
    frame = records.frame.copy()
    for name in frame.columns:
        guarded = frame[name].str.match(f"'{GUARDED}")
        frame.loc[guarded, name] = frame.loc[guarded, name].str[1:]
    return replace(records, frame=frame)


def _span(span: timedelta) -> str:
    hours = span.total_seconds() / 3600
    if hours >= 48:
        return f"{hours / 24:.0f} days"
    return f"{hours:.0f} hours" if hours >= 2 else f"{hours * 60:.0f} minutes"
