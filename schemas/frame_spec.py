"""The type of a frame: which columns it has, in which order, and of what dtype.

The frames themselves are declared in `schemas.frames`. This room imports no pandas, so a frame is
looked at only through its own attributes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Final, TypeVar

from schemas.errors import FrameMismatch

F = TypeVar("F")

NULLABLE: Final = frozenset({"Int64"})
"""Dtypes whose columns may hold nulls; in every other one a null is an error."""

_FEW: Final = 500
"""Rows up to which Python's own set is quicker than a factorised column."""


@dataclass(frozen=True)
class FrameSpec:
    """What a frame of one name looks like.

    Attributes:
        name: What messages call the frame.
        columns: Column name to the name of its dtype, in the order of the frame.
        index: Name of an int64 index that is unique; empty where the index has no meaning.
        unique: Columns that together stand in one row only; empty where rows may repeat.
    """

    name: str
    columns: Mapping[str, str]
    index: str = ""
    unique: tuple[str, ...] = ()

    every_cell: ClassVar[bool] = False
    """Whether `require` is `check_fully`, for all frames; the tests set it once and for good."""

    @property
    def names(self) -> tuple[str, ...]:
        """The columns, in order."""
        return tuple(self.columns)

    @property
    def never_missing(self) -> tuple[str, ...]:
        """Columns in which every cell has a value: all but those of a nullable dtype."""
        return tuple(name for name, dtype in self.columns.items() if dtype not in NULLABLE)

    def extended(self, name: str, *, unique: tuple[str, ...] = (), **more: str) -> FrameSpec:
        """A frame with these columns and `more` (column to dtype) behind them."""
        return replace(self, name=name, columns={**self.columns, **more}, unique=unique)

    def require(self, frame: Any) -> None:
        """Looks at columns, order, dtypes and the index: microseconds, whatever the size.

        Where `every_cell` is set, it looks at every cell too.

        Args:
            frame: A pandas DataFrame.

        Raises:
            FrameMismatch: It is another frame; names the column.
        """
        self._check_columns(frame)
        if self.every_cell:
            self._check_cells(frame)

    def check_fully(self, frame: Any) -> None:
        """Looks at every cell too: nulls, and what must be unique. For tests and `doctor`.

        Args:
            frame: A pandas DataFrame.

        Raises:
            FrameMismatch: See `require`; or a null, or a row that stands there twice.
        """
        self._check_columns(frame)
        self._check_cells(frame)

    def cast(self, frame: F) -> F:
        """The frame with these columns alone, in this order, each of its dtype.

        `DataFrame.astype` of all columns costs a millisecond, also where nothing is to be done.

        Args:
            frame: A pandas DataFrame that has them all.
        """
        all_of_it: Any = frame
        chosen = all_of_it[[*self.columns]]
        wrong = {
            name: chosen[name].astype(dtype)
            for (name, dtype), given in zip(self.columns.items(), chosen.dtypes, strict=True)
            if given.name != dtype
        }
        done: F = chosen.assign(**wrong) if wrong else chosen
        return done

    def _check_columns(self, frame: Any) -> None:
        found = frame.columns.tolist()
        if found != [*self.columns]:
            self._refuse_columns([str(name) for name in found])
        for (name, dtype), given in zip(self.columns.items(), frame.dtypes, strict=True):
            if given.name != dtype:
                raise self._wrong(f"has `{name}` as {given.name}, not as {dtype}", name)
        if self.index and (frame.index.name, frame.index.dtype.name) != (self.index, "int64"):
            raise self._wrong(f"has no int64 index `{self.index}`", self.index)

    def _refuse_columns(self, found: list[str]) -> None:
        for name in self.columns:
            if name not in found:
                raise self._wrong(f"has no column `{name}`", name)
        for name in found:
            if name not in self.columns:
                raise self._wrong(f"has a column `{name}` that it should not have", name)
        name = next(a for a, b in zip(found, self.columns, strict=True) if a != b)
        raise self._wrong(f"has the column `{name}` at another place than it should", name)

    def _check_cells(self, frame: Any) -> None:
        if not len(frame):  # as most frames of a quiet night
            return
        for name in self.never_missing:
            # of the array: a series of booleans for each column would cost most of a small night
            if frame[name].array.isna().any():
                raise self._wrong(f"has a null in `{name}`", name)
        if self.index and not frame.index.is_unique:
            raise self._wrong(f"has a value of `{self.index}` twice", self.index)
        if self.unique and _repeats(frame, self.unique):
            together = " and ".join(f"`{name}`" for name in self.unique)
            raise self._wrong(f"has the same {together} in two rows", ", ".join(self.unique))

    def _wrong(self, what: str, column: str) -> FrameMismatch:
        return FrameMismatch(
            f"The frame `{self.name}` {what}.",
            where=f"frame {self.name}, column {column}",
            do="This is a fault of ours: send us this message. No call was made from this frame.",
        )


def _repeats(frame: Any, names: tuple[str, ...]) -> bool:
    """Whether two rows say the same here; `duplicated` takes a millisecond, also of ten rows."""
    if len(frame) > _FEW:
        return bool(frame.duplicated([*names]).any())
    rows = zip(*(frame[name].tolist() for name in names), strict=True)
    return len({*rows}) < len(frame)
