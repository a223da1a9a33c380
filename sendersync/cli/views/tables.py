"""Tables for people, printed as they are: nothing in a cell is read as mark-up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from sendersync.cli.views.output import strip_control_chars

if TYPE_CHECKING:
    from rich.table import Table


def table(
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    right: Iterable[str] = (),
    title: str | None = None,
) -> Table:
    """A plain table.

    Args:
        columns: Headings.
        rows: Cells, in the order of the headings.
        right: Headings of the columns with numbers.
        title: One line above it.
    """
    from rich import box
    from rich.table import Table
    from rich.text import Text

    made = Table(
        box=box.SIMPLE_HEAD,
        title=title,
        title_justify="left",
        title_style="bold",
        pad_edge=False,
        header_style="bold",
    )
    numbers = set(right)
    for name in columns:
        made.add_column(name, justify="right" if name in numbers else "left", overflow="fold")
    for row in rows:
        made.add_row(*(Text(strip_control_chars(str(cell))) for cell in row))
    return made
