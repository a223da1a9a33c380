"""The first seeds, in a file of their own: another worker plays them meanwhile."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.simulation.night import play


@pytest.mark.parametrize("seed", range(1, 6))
def test_a_story_of_the_first_seeds_ends_well(tmp_path: Path, seed: int) -> None:
    """The judge, who has never seen our code, finds nothing wrong."""
    assert play(seed, tmp_path).faults == []
