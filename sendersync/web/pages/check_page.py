"""What `check` found, as one page for people who will never open a terminal.

The page is whole in itself: no script, nothing loaded from elsewhere, and a policy that forbids
both, should a cell ever get past the escaping.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from sendersync.web.pages import check_parts
from sendersync.web.pages.document import standalone
from sendersync.web.pages.html import text

if TYPE_CHECKING:
    from sendersync.pipeline.check.result import CheckResult
    from sendersync.pipeline.export.output_place import EarlierOutput

_MARK: Final = '<meta name="generator" content="sendersync check">'
"""By this a page is known as an earlier one, whose place a new one may take."""


def write_page(path: Path, result: CheckResult, *, unmasked: bool) -> None:
    """Writes the page, readable to this user only: also a masked one is about people.

    Raises:
        WrongUse: The place cannot be written, or is taken by what is no earlier page.
    """
    from sendersync.pipeline.export.write_csv import private_file

    with private_file(path, earlier_page()) as file:
        file.write(page(result, unmasked=unmasked).encode())


def earlier_page() -> EarlierOutput:
    """Knows an earlier page, of any file."""
    from sendersync.pipeline.export.output_place import page_with

    return page_with(_MARK)


def page(result: CheckResult, *, unmasked: bool) -> str:
    """The page."""
    title = f"What is in {result.name}"
    body = [
        f'<h1 dir="auto">{text(title)}</h1>\n',
        *check_parts.counts(result.summary),
        *check_parts.decisions(result),
        *check_parts.reasons(result.summary),
        *check_parts.near_misses(result.summary),
        *check_parts.columns(result),
        *check_parts.samples(result.summary, unmasked=unmasked),
        *check_parts.written_as(result),
        _footer(unmasked=unmasked),
    ]
    return standalone(title, _MARK, body)


def _footer(*, unmasked: bool) -> str:
    words = (
        "This page holds personal data: delete it when you have read it, and do not pass it on."
        if unmasked
        else "Phones, e-mails and names are masked: their spelling can be seen, the people cannot."
    )
    return f"<footer>{words} Made by <code>sendersync check --html</code>.</footer>\n"
