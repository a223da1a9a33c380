"""Phones: what holds for any text in any region."""

from __future__ import annotations

import re
from random import Random

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sendersync.transforms.phones.fast_columns import read_columns
from sendersync.transforms.phones.library import read_number
from sendersync.transforms.phones.normalise_phones import normalise_phones
from sendersync.transforms.phones.numbering_plans import PLANS, TYPE_NAMES
from tests.truth.phone_spellings import REGIONS, spelled_examples, spoiled, texts

ANYTHING = st.one_of(
    st.text(max_size=40),
    st.text("0123456789+-() .,/x;#\u00a0\u200b\u0660\n\teE'\"=", max_size=24),
    st.sampled_from(spelled_examples()).map(lambda example: example[0]),
)
ANY_REGION = st.sampled_from(("", *REGIONS, "XX"))


def _read(raw: pd.Series[str], regions: pd.Series[str]) -> pd.DataFrame:
    """Both ways, which must not differ."""
    fast = normalise_phones(raw, regions)
    slow = normalise_phones(raw, regions, library_only=True)
    pd.testing.assert_frame_equal(fast, slow)
    return fast


def _columns_alone(raw: pd.Series[str], regions: pd.Series[str]) -> list[tuple[int, str, str, str]]:
    """What the columns accept on their own, without anything coming after them."""
    cells = pa.array(raw.tolist(), type=pa.large_string())
    accepted = read_columns(cells, PLANS.ids(regions.tolist()))
    return [
        (row, phone, PLANS.regions[plan], TYPE_NAMES[kind])
        for row, phone, plan, kind in zip(
            accepted.rows.tolist(),
            accepted.phones.to_pylist(),
            accepted.plans.tolist(),
            accepted.types.tolist(),
            strict=True,
        )
    ]


def _hold_against_the_library(rows: int, seed: int) -> int:
    raw, regions = spoiled(rows, seed)
    _read(raw, regions)
    accepted = _columns_alone(raw, regions)
    for row, phone, country, line_type in accepted:
        told = read_number(raw[row], regions[row])
        assert (phone, country, line_type) == (told.phone, told.country, told.line_type)
    return len(accepted)


def test_columns_and_library_agree_on_spoiled_numbers_of_every_region() -> None:
    """What is read in columns is, in phone, country and line type, what the library reads."""
    assert _hold_against_the_library(8_000, seed=1) > 1_000


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(2, 12))
def test_columns_and_library_agree_on_many_more(seed: int) -> None:
    """The same over hundreds of thousands of spoiled numbers."""
    assert _hold_against_the_library(50_000, seed) > 5_000


def test_every_region_has_a_plan_of_its_own() -> None:
    """No region is left to the library whole: that would be right, and slow, and go unseen."""
    assert (PLANS.ids(list(REGIONS)) >= 0).all()


def test_examples_of_every_region_are_read_in_columns() -> None:
    """Of the library's own examples in E.164, nearly all are read without it."""
    own = [example for example in spelled_examples() if re.fullmatch(r"\+\d{7,}", example[0])]
    raw, regions = texts([text for text, _ in own]), texts(["" for _ in own])
    assert len(_columns_alone(raw, regions)) > 0.97 * len(own)


@given(st.lists(st.tuples(ANYTHING, ANY_REGION), max_size=12))
def test_any_cell_is_a_number_or_a_reject(cells: list[tuple[str, str]]) -> None:
    """Nothing raises; a cell is either E.164 with its kind, or empty with a reason."""
    raw, regions = texts([text for text, _ in cells]), texts([region for _, region in cells])
    result = _read(raw, regions)
    assert result["needs_region"].dtype == np.bool_
    accepted = result[result["reason"] == ""]
    rejected = result[result["reason"] != ""]
    assert accepted["phone"].str.fullmatch(r"\+[1-9]\d{4,16}").all()
    assert accepted["line_type"].isin(TYPE_NAMES[1:]).all()
    assert not accepted["needs_region"].any()
    assert (rejected[["phone", "country", "line_type"]] == "").all(axis=None)


def test_a_normalised_number_stays_what_it_is() -> None:
    """Reading an E.164 result again gives itself, whatever the region."""
    first = normalise_phones(*spoiled(8_000, seed=20))
    first = first[first["phone"] != ""].drop_duplicates("phone")
    for region in ("", "US", "DE", "AR"):
        regions = pd.Series(region, index=first.index, dtype="str")
        pd.testing.assert_frame_equal(first, normalise_phones(first["phone"], regions))


@given(st.lists(st.tuples(ANYTHING, ANY_REGION), min_size=2, max_size=8), st.randoms())
def test_a_cell_is_read_the_same_in_any_company(
    cells: list[tuple[str, str]], chance: Random
) -> None:
    """The result of a cell depends on nothing but the cell: not on order, batch or neighbours."""
    raw, regions = texts([text for text, _ in cells]), texts([region for _, region in cells])
    order = list(range(len(cells)))
    chance.shuffle(order)
    together = normalise_phones(raw, regions)
    moved = normalise_phones(raw.iloc[order], regions.iloc[order])
    pd.testing.assert_frame_equal(together.iloc[order], moved)
