"""A held operation names the row that it comes from."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from schemas.frames import HELD
from sendersync.transforms.approval.held_rows import with_lines
from tests.builders.frames import contacts, rejects

ANN, BEN, CEM = "+12065550101", "+12065550102", "+12065550103"

ROWS: dict[str, tuple[dict[str, Any], int]] = {
    "the row of the person": ({"key": "C1", "phone": ANN}, 1),
    "two people on one phone": ({"key": "C2", "phone": ANN}, 2),
    "an old number": ({"key": "C3", "phone": "+12065550199"}, 3),
    "a rejected row": ({"key": "C4", "phone": CEM}, 4),
    "a key nobody has today": ({"key": "C9", "phone": BEN}, 3),
    "somebody who left": ({"key": "C8", "phone": "+12065550198"}, 0),
    "no key at all": ({"key": "", "phone": "+12065550197"}, 0),
}


@pytest.mark.parametrize(("operation", "line"), ROWS.values(), ids=ROWS)
def test_it_names_the_line_of_its_row(operation: dict[str, Any], line: int) -> None:
    """Key and phone together, then the phone, then the key; nobody's row is 0."""
    row = {"kind": "stop", "cause": "gone", "phase": 2, "is_retry_of_lost_stop": False, "line": 0}
    given = row | operation
    frame = pd.DataFrame({name: [given.get(name, "")] for name in HELD.names}, index=[7])
    read = contacts(
        {"key": "C1", "phone": ANN}, {"key": "C2", "phone": ANN}, {"key": "C3", "phone": BEN}
    )
    bad = rejects({"key": "C4", "phone": ""})
    found = with_lines(
        frame.astype(dict(HELD.columns)),
        read.set_axis(pd.Index([1, 2, 3], name="line")),
        bad.set_axis(pd.Index([4], name="line")),
    )
    HELD.require(found)
    assert found["line"].to_dict() == {7: line}
