"""Contacts from JSON: one object a line, an array of objects, or an object around such an array.

| delivers | how |
| --- | --- |
| every value | as text, numbers exactly as they are written; see `flatten` |
| columns | all that any object has, in the order of their first appearance; absent ones are empty |
| origin | the line; in an array, whose objects have no lines of their own, the place from 1 on |
| broken lines | one reject each, the rest goes on; a broken array is refused with its line |
| completeness | true when the last line or the array has its end and the file did not change |

The columns take a reading of their own: no memory is spent on rows before it is known which there
are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from connectors.sources.files.batches import Batches
from connectors.sources.files.opening import fingerprint
from connectors.sources.json_lines.flatten import (
    MOST_COLUMNS,
    NotARow,
    flattened,
    parsed,
    too_many_columns,
)
from connectors.sources.json_lines.value_stream import Item, items
from connectors.sources.source import BATCH_ROWS, Records

ENDS_EARLY: Final = "the file ends in the middle of it"


@dataclass
class JsonlFile:
    """A JSON file as a source.

    Args:
        path: The file, on this machine.
        batch_rows: Rows a batch.
    """

    path: Path
    batch_rows: int = BATCH_ROWS
    _known: tuple[tuple[int, int, int], tuple[str, ...]] | None = field(
        default=None, init=False, repr=False, compare=False
    )

    @property
    def name(self) -> str:
        """The file's name without its folder."""
        return self.path.name

    def columns(self) -> tuple[str, ...]:
        """The fields of all objects; empty for an empty file.

        Raises:
            SourceMismatch: No such file, not JSON, an array that is broken.
            SourceUnavailable: The file cannot be read now.
        """
        file = fingerprint(self.path)
        if self._known is None or self._known[0] != file:
            names: dict[str, None] = {}
            for item in items(self.path):
                try:
                    names.update(dict.fromkeys(_cells(item)))
                except NotARow:
                    continue
                if len(names) > MOST_COLUMNS:
                    raise too_many_columns(self.name)
            self._known = file, tuple(names)
        return self._known[1]

    def read(self) -> Iterator[Records]:
        """Reads the file in batches; see `Source.read`."""
        before = fingerprint(self.path)
        columns = self.columns()
        batches = Batches(columns, self.batch_rows)
        whole = True
        for item in items(self.path):
            try:
                cells = _cells(item)
            except NotARow as problem:
                # a broken last line without its end is a file that was cut off
                whole = item.ended
                what = str(problem) if item.ended else ENDS_EARLY
                batches.malformed(item.line, what, item.raw)
            else:
                batches.row(item.line, [cells.get(name, "") for name in columns])
            yield from batches.full()
        unchanged = fingerprint(self.path) == before
        yield batches.last(complete=whole and unchanged)


def _cells(item: Item) -> dict[str, str]:
    value: Any = item.value if item.problem is None else None
    if item.problem is not None:
        raise NotARow(item.problem)
    if item.text is not None:
        value = parsed(item.text)
    return flattened(value)
