"""Coverage has a floor: what is counted, and what a run below it says."""

from __future__ import annotations

import pytest

from tests.coverage_floor import SETTINGS, counted, floors, told

LEAST = {"sendersync/a": 90, "sendersync/b": 80}


def test_the_first_case_of_each_test_near_the_wings_is_counted() -> None:
    """Further cases reach hardly a further line, and tests of other rooms are not near."""
    unit, state = "tests/unit/cells/test_x.py::test_y", "tests/contracts/ledger/test_z.py::test_a"
    tests = [f"{unit}[1]", f"{unit}[2]", state, "tests/hostile/rows/test_b.py::test_c"]
    tests.append("tests/unit/house/test_d.py::test_e")
    assert counted(tests) == {f"{unit}[1]", state}


@pytest.mark.parametrize(
    ("shares", "enough", "words"),
    [
        ({"sendersync/a": 90.0, "sendersync/b": 99.9}, True, "sendersync/a 90.0 % (at least 90 %)"),
        ({"sendersync/a": 89.99, "sendersync/b": 80.0}, False, "Too few lines of sendersync/a are"),
        ({"sendersync/a": 1, "sendersync/b": 2}, False, "of sendersync/a and of sendersync/b"),
    ],
)
def test_a_share_below_its_floor_is_named(
    shares: dict[str, float], enough: bool, words: str
) -> None:
    """Each wing is told with its share and its floor; one below is enough to fail."""
    line, holds = told(shares, LEAST)
    assert holds == enough and words in line


def test_the_wings_that_decide_and_remember_have_a_floor() -> None:
    """Each of the three, and each is a folder that is there."""
    assert set(floors()) >= {f"sendersync/{wing}" for wing in ("transforms", "pipeline", "state")}
    assert all((SETTINGS.parent / wing).is_dir() for wing in floors())
