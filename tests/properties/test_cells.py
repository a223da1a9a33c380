"""Normalising once is enough, whatever a cell holds."""

from __future__ import annotations

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from sendersync.transforms.cells.emails import normalise_emails
from sendersync.transforms.cells.flags import truthy
from sendersync.transforms.cells.texts import clean_text
from sendersync.transforms.countries.normalise_countries import normalise_countries

# A lone surrogate cannot stand in an Arrow column.
CELLS = st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=30), max_size=6)
ADDRESSES = st.lists(
    st.one_of(
        st.emails(),
        st.from_regex(r"[ <a-zA-Z.@+-]{1,12}@[A-Za-z0-9.é>-]{1,14}", fullmatch=True),
        st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    ),
    max_size=6,
)


@given(CELLS)
@settings(max_examples=300)
def test_clean_text_is_idempotent(cells: list[str]) -> None:
    """Clean text stays as it is."""
    once = clean_text(pd.Series(cells, dtype="str"))
    assert clean_text(once).tolist() == once.tolist()


@given(ADDRESSES)
@settings(max_examples=300, deadline=None)
def test_emails_are_idempotent_and_both_ways_agree(cells: list[str]) -> None:
    """A read address is read as itself, and the library alone says the same."""
    raw = pd.Series(cells, dtype="str")
    once = normalise_emails(raw)
    pd.testing.assert_frame_equal(once, normalise_emails(raw, library_only=True))
    again = normalise_emails(once["email"])
    assert again["email"].tolist() == once["email"].tolist()
    assert again["valid"].all()


@given(CELLS)
@settings(max_examples=200, deadline=None)
def test_countries_never_fail_and_are_idempotent(cells: list[str]) -> None:
    """Any text gives a country or none, and a country is read as itself."""
    once = normalise_countries(pd.Series(cells, dtype="str"))
    again = normalise_countries(once["country"])
    assert again["country"].tolist() == once["country"].tolist()
    assert again["understood"].all()


@given(CELLS)
def test_truthy_answers_every_cell(cells: list[str]) -> None:
    """Each cell gets yes or no, in its place."""
    column = pd.Series(cells, dtype="str", index=range(5, 5 + len(cells)))
    answers = truthy(column)
    assert answers.index.equals(column.index) and answers.dtype == "bool"
    assert answers.tolist() == [bool(truthy(pd.Series([cell], dtype="str"))[0]) for cell in cells]
