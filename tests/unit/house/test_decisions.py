"""The index of decisions, docs/adr/README.md, is made from the pages themselves.

Write it anew with ``python -m tests.unit.house.test_decisions``.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[3] / "docs/adr"
INDEX = FOLDER / "README.md"

HEAD = """# Decisions

What a reasonable person might have decided otherwise, one page each; a new one starts from
[template.md](template.md). Made from the pages by `python -m tests.unit.house.test_decisions`.

| no. | decision | status | date |
| --- | --- | --- | --- |
"""

TITLE = re.compile(r"# (\d+)\. (.+)")
STATUS = re.compile(r"\*(Accepted|Superseded by ADR \d+), (\d{4}-\d{2}-\d{2})\.\*")


def _pages() -> list[Path]:
    return sorted(FOLDER.glob("[0-9]*.md"))


def _index() -> str:
    rows = []
    for page in _pages():
        title, _, status, *_ = page.read_text("utf-8").splitlines()
        number, words = TITLE.fullmatch(title).groups()  # type: ignore[union-attr]
        state, date = STATUS.fullmatch(status).groups()  # type: ignore[union-attr]
        rows.append(f"| {number} | [{words}]({page.name}) | {state} | {date} |\n")
    return HEAD + "".join(rows)


@pytest.mark.parametrize("page", _pages(), ids=lambda page: page.stem)
def test_each_decision_has_a_number_a_status_and_a_date(page: Path) -> None:
    """A page opens with `# N. Title`, a blank line, and `*Accepted, YYYY-MM-DD.*` or who superseded it."""
    title, blank, status, *_ = page.read_text("utf-8").splitlines()
    numbered = TITLE.fullmatch(title)
    assert numbered and int(numbered[1]) == int(page.name[:4]) and not blank
    found = STATUS.fullmatch(status)
    assert found, f"{page.name}: its third line says `*Accepted, YYYY-MM-DD.*`"
    if "by ADR" in found[1]:
        later = int(found[1].rpartition(" ")[2])
        assert list(FOLDER.glob(f"{later:04}-*.md")), f"{page.name}: there is no ADR {later}"


def test_the_index_is_that_of_the_pages() -> None:
    """docs/adr/README.md lists every decision, with its status and date."""
    assert INDEX.read_text("utf-8") == _index(), "write it anew: see the top of this file"


if __name__ == "__main__":
    INDEX.write_text(_index(), "utf-8")
