"""What `check` says of the files that it wrote."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sendersync.pipeline.check.result import CheckResult, CheckSummary


def lines_about_files(
    outputs: Mapping[str, Path], result: CheckResult, *, unmasked: bool
) -> Iterator[str]:
    """One line or more about each file, by the option that asked for it."""
    summary = result.summary
    if clean := outputs.get("--clean"):
        yield from _about_clean(clean, summary)
    rejects = outputs.get("--rejects")
    if rejects and summary.count is not None:
        rows = _rows(summary.count.rejected, "rejected row")
        yield f"{rejects} holds {rows}, with advice: personal data."
        yield "Fix them there and import that file like this one, or fix this one."
    if page := outputs.get("--html"):
        yield f"{page} shows this as a page" + (
            ", with personal data." if unmasked else ", masked."
        )
    if draft := outputs.get("--write"):
        decide = "decide where it says DECIDE, " if result.suggestion.undecided else ""
        yield f"{draft} is written. Read it, {decide}fill in sender_code, then:"
        yield f"  sendersync plan {shlex.quote(str(draft))}"


def _about_clean(clean: Path, summary: CheckSummary) -> Iterator[str]:
    held = summary.rows - summary.malformed + summary.shown
    yield f"{clean} holds {_rows(held, 'row')}, and personal data."
    if summary.shown:
        are = "1 of them is" if summary.shown == 1 else f"{summary.shown:,} of them are"
        yield f"{are} malformed, with the cells that could be read; an import rejects them again."
    left_out = summary.malformed - summary.shown
    if summary.second_table:
        yield (
            f"A second table begins in line {summary.second_table:,} and is not in it: "
            "save it as a file of its own."
        )
    elif left_out:
        are = "is" if left_out == 1 else "are"
        yield f"{_rows(left_out, 'malformed row')} {are} not in it: their cells could not be read."


def _rows(number: int, one: str) -> str:
    return f"{number:,} {one}" if number == 1 else f"{number:,} {one}s"
