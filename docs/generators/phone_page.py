"""Writes the table of renumberings into `docs/phones.md`.

python docs/generators/phone_page.py
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from sendersync.transforms.phones.renumberings import RENUMBERINGS

PAGE = ROOT / "docs/phones.md"
BEGIN = "<!-- written by docs/generators/phone_page.py -->\n"
END = "<!-- end -->\n"


def page(text: str) -> str:
    """The page with the table as it must stand there."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return before + BEGIN + table() + END + after


def table() -> str:
    """One row for each rule; the parts that stay are shown as dots."""
    rows = [
        "| country | since | old | today | for | source |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for rule in RENUMBERINGS:
        scope = "everything" if rule.old_is_dead else "stops alone"
        cells = (
            rule.country,
            rule.since or "not announced",
            shown(rule.old),
            shown(rule.new),
            scope,
            rule.source,
        )
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows) + "\n"


def shown(pattern: str) -> str:
    """A pattern as `+521 [2-9].........`: a dot for each digit that stays."""

    def dots(part: re.Match[str]) -> str:
        count = int(part["times"] or 1)
        return " " + part["first"] + "." * count if part["first"] else " " + "." * count

    body = re.sub(r"\((?P<first>(?:\[[^\]]*\]|\d)*)\\d(?:\{(?P<times>\d+)\})?\)", dots, pattern)
    body = re.sub(r"\((\[[^\]]*\]\[[^\]]*\])\)", r" \1", body)
    return f"`+{body}`"


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
