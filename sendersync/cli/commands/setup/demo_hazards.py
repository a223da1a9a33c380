"""The ten hazards that exports are known for, as the sample's own page announces them.

The page is made without sendersync, so that comparing the two is a check and no echo.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

_ROW: Final = re.compile(r"^\| (\d+: `\w+`(?:, \d+: `\w+`)*) \| (.+) \| (.+) \|$")
_END: Final = re.compile(r"(\d+): `(\w+)`")


@dataclass(frozen=True)
class AnnouncedHazard:
    """One row of the table.

    Attributes:
        ends: Line to what must become of its row: `accepted`, `merged`, or a reason code.
        what: What is wrong with these rows.
        becomes: What sendersync does with them.
    """

    ends: dict[int, str]
    what: str
    becomes: str


def first_table(page: str) -> tuple[AnnouncedHazard, ...]:
    """The hazards of the first table of `sample_data/README.md` that announces any."""
    return tuple(_rows(page.splitlines()))


def _rows(lines: Iterable[str]) -> Iterable[AnnouncedHazard]:
    began = False
    for line in lines:
        row = _ROW.match(line)
        if row:
            began = True
            ends = {int(at): end for at, end in _END.findall(row[1])}
            yield AnnouncedHazard(ends, row[2].replace("`", ""), row[3].replace("`", ""))
        elif began:
            return
