"""Nights from seeds: nobody lost, nobody wrong, no stop undone, whatever breaks."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path
from typing import Final

import pytest

from tests.simulation import judge, world
from tests.simulation.night import Story, play

SEEDS: Final = (4, 28)
"""Two lists, power cuts, a run that sleeps, numbers that change hands: the judge was wrong about each."""

MANY: Final = range(1_000, 1_400)

REACHED: Final = (
    *("exit 0", "exit 3", "exit 4"),
    *("held by empty_source", "held by max_rows_drop", "held by max_stops"),
    *("outcome already", "outcome confirmed", "outcome failed", "outcome refused"),
    *("outcome not_reached", "outcome unknown", "power cut", "slept past the lease"),
    *("reason no_consent", "reason opted_out", "reason suppressed"),
)
"""What a campaign must have met, or it has tried nothing."""


@pytest.fixture(scope="module")
def stories(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Story]:
    """The chosen seeds, played."""
    return {seed: play(seed, tmp_path_factory.mktemp("story")) for seed in SEEDS}


@pytest.mark.parametrize("seed", SEEDS)
def test_a_story_ends_well(stories: dict[int, Story], seed: int) -> None:
    """The judge, who has never seen our code, finds nothing wrong."""
    assert stories[seed].faults == []


def test_the_same_seed_is_the_same_story(stories: dict[int, Story], tmp_path: Path) -> None:
    """Every call again, byte for byte: a failing seed can be looked at."""
    seed = SEEDS[1]
    assert play(seed, tmp_path / "again").log() == stories[seed].log()


def test_the_judge_imports_nothing_of_ours() -> None:
    """A judge built on our code would agree with its mistakes."""
    for module in (judge, world):
        tree = ast.parse(Path(str(module.__file__)).read_text("utf-8"))
        named = [
            name
            for node in ast.walk(tree)
            for name in (
                [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else [each.name for each in node.names]
                if isinstance(node, ast.Import)
                else []
            )
        ]
        ours = ("connectors", "flows", "sandbox", "schemas", "sendersync", "tests")
        assert not [name for name in named if name.split(".")[0] in ours]


@pytest.mark.soak
@pytest.mark.timeout(7200)
def test_a_campaign_of_seeds(tmp_path: Path) -> None:
    """Hundreds of stories end well, and together they have met everything that may happen."""
    seen: Counter[str] = Counter()
    wrong = {}
    for seed in MANY:
        story = play(seed, tmp_path / str(seed))
        seen += story.seen
        if story.faults:
            wrong[seed] = story.faults
    assert not wrong
    assert [what for what in REACHED if not seen[what]] == []
