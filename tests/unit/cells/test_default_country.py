"""Which country numbers without a country code belong to, where the rows prove it."""

from __future__ import annotations

import pandas as pd

from sendersync.transforms.default_country import bare_numbers

ENOUGH = 20


def column(*cells: str) -> pd.Series[str]:
    """A column as a source gives it."""
    return pd.Series(cells, dtype="str")


def american(count: int) -> list[str]:
    """Valid numbers without their country code."""
    return [f"20655501{number:02d}" for number in range(count)]


def test_rows_that_agree_are_evident_for_the_others() -> None:
    """Twenty rows name one country, and the bare number of the last exists there."""
    phones = column(*american(ENOUGH + 1), "")
    countries = column(*["US"] * ENOUGH, "", "")
    found = bare_numbers(phones, countries)
    assert (found.rows, found.bare, found.missing_country) == (ENOUGH + 1, ENOUGH + 1, 1)
    assert (found.country, found.saying, found.evident) == ("US", ENOUGH, True)


def test_too_few_or_two_countries_prove_nothing() -> None:
    """Nor do numbers that do not exist in the country of the others."""
    phones = american(ENOUGH + 1)
    few = bare_numbers(column(*phones[-3:]), column("US", "US", ""))
    assert (few.country, few.evident) == ("US", False)
    two = bare_numbers(column(*phones, "+442079460000"), column(*["US"] * ENOUGH, "", ""))
    assert (two.country, two.evident) == ("", False)
    strange = bare_numbers(column(*phones[:ENOUGH], "12345"), column(*["US"] * ENOUGH, ""))
    assert not strange.evident


def test_without_a_country_column_numbers_speak_for_themselves() -> None:
    """They say where they are from, and prove nothing about bare ones."""
    found = bare_numbers(column("+1 206 555 0101", "206 555 0102"), None)
    assert (found.country, found.saying, found.bare, found.evident) == ("US", 1, 1, False)
    unknown = bare_numbers(column("206 555 0102"), column("Atlantis"))
    assert (unknown.country, unknown.missing_country) == ("", 0)
