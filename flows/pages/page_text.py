"""Markdown of the report pages: sections, tables, pictures, and text that stays text."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Iterator


def section(title: str, lines: Iterable[str]) -> Iterator[str]:
    """A heading and what stands under it; nothing at all where nothing does."""
    body = list(lines)
    if body:
        yield from ("", f"## {title}", "", *body)


def table(head: str, rows: Iterable[tuple[object, ...]]) -> Iterator[str]:
    """A table; nothing at all without a row.

    Args:
        head: The names of its columns, with bars between them.
        rows: Numbers get their commas; any other cell is Markdown already.
    """
    columns = head.split("|")
    listed = list(rows)
    if listed:
        yield "| " + " | ".join(columns) + " |"
        yield "|" + " --- |" * len(columns)
    for row in listed:
        yield "| " + " | ".join(f"{c:,}" if isinstance(c, int) else str(c) for c in row) + " |"


def counts(head: str, rows: Iterable[tuple[str, int]]) -> Iterator[str]:
    """A table of counts without those that are 0."""
    yield from table(head, [row for row in rows if row[1]])


def folded(title: str, lines: Iterable[str]) -> Iterator[str]:
    """What is read only by whoever opens it; nothing at all where nothing stands in it."""
    body = list(lines)
    if body:
        yield from ("", f"<details><summary>{title}</summary>", "", *body, "", "</details>")


def code(text: str) -> str:
    """Foreign text as code: nothing in it is taken for Markdown."""
    return "`" + " ".join(text.replace("`", "'").replace("|", "/").split()) + "`"


def picture(svg: str, alt: str) -> str:
    """A picture inside the page: raw SVG is taken out by Prefect's page, a data address is not."""
    data = b64encode(svg.encode()).decode()
    return f"![{alt.replace('[', '(').replace(']', ')')}](data:image/svg+xml;base64,{data})"
