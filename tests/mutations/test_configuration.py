"""What mutmut is told to change and to run is there: without a file it ends before its first mutant."""

from __future__ import annotations

import tomllib
from typing import Final

import pytest

from tests.builders.repository import ROOT

MUTMUT: Final = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["mutmut"]
ARGUMENTS: Final = (*MUTMUT["pytest_add_cli_args_test_selection"], *MUTMUT["pytest_add_cli_args"])
PLACES: Final = [
    *MUTMUT["only_mutate"],
    *(each.partition("::")[0] for each in ARGUMENTS if each.startswith("tests/")),
]


@pytest.mark.parametrize("place", dict.fromkeys(PLACES))
def test_what_mutmut_is_told_of_is_there(place: str) -> None:
    """Whoever moves a file that decides, or its tests, says so in `[tool.mutmut]`."""
    assert [*ROOT.glob(place)]
