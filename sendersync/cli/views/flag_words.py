"""What the words of a yes-or-no column are taken for, for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from schemas.sync_file import FlagWords


def lines_about_words(words: Mapping[str, FlagWords]) -> Iterator[str]:
    """One line a column: a reading that nobody wrote down must be seen."""
    for field, means in words.items():
        yes, no = ", ".join(means.means_yes) or "none", ", ".join(means.means_no) or "none"
        yield f"Words of {field}: yes = {yes}; no = {no}"
