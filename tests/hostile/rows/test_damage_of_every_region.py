"""Damaged numbers of every region, made at test time: the number that it was, or a reject."""

from __future__ import annotations

import pytest

from benchmarks.damaged_phones import DAMAGE, REGIONS, damaged, strangers, undecidable

SEEDS = [1, 20_260_704]


@pytest.mark.parametrize("seed", SEEDS)
def test_no_damage_makes_a_stranger(seed: int) -> None:
    """Another number only where the cell is how that number is written as well."""
    found, ends = strangers(damaged(16_000, seed))
    unexpected = [tuple(row) for row in found.itertuples() if not undecidable(found.loc[row[0]])]
    assert not unexpected
    assert {kind for kind, _ in ends} == set(DAMAGE)


def test_most_of_what_can_be_repaired_is_repaired() -> None:
    """Refusing everything would make no stranger either: kinds that hold one number are read."""
    cells = damaged(16_000, seed=3)
    _, ends = strangers(cells)
    of_kind = {
        kind: sum(rows for (each, _), rows in ends.items() if each == kind) for kind in DAMAGE
    }
    for kind, least in {
        "link: wa.me": 0.99,
        "link: account": 0.99,
        "link: viber": 0.99,
        "extension": 0.95,
        "label": 0.95,
        "plus lost": 0.95,
        "zero lost": 0.95,
        "full width": 0.99,
        "formula": 0.99,
        "float": 0.95,
        "thousands": 0.95,
    }.items():
        assert ends[kind, "same"] > least * of_kind[kind], kind


def test_the_regions_are_all_regions() -> None:
    """The set has numbers of every region that the library knows."""
    assert {cell.region for cell in damaged(16_000, seed=1)} == set(REGIONS)
