"""Default country: which one numbers without country code belong to, where the rows prove it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pandas as pd

from sendersync.transforms.countries.normalise_countries import normalise_countries
from sendersync.transforms.phones.normalise_phones import normalise_phones

_ENOUGH: Final = 20
"""Rows of one country, and none of another, before that country is evident for the others."""


@dataclass(frozen=True)
class BareNumbers:
    """Numbers without country code, and what the other rows say of theirs.

    Attributes:
        rows: Rows looked at that have a phone.
        bare: Those whose number needs a country.
        missing_country: Those of them whose row does not say one.
        country: The one country of all rows that say one, by their number or their column; empty
            where there is none, or several.
        saying: Rows that say so.
        evident: The column says this country wherever it says something, in most rows, no number
            speaks against it, and every missing_country number exists there.
    """

    rows: int
    bare: int
    missing_country: int
    country: str
    saying: int
    evident: bool


def bare_numbers(phones: pd.Series[str], countries: pd.Series[str] | None) -> BareNumbers:
    """Looks at some rows.

    Args:
        phones: The phone column.
        countries: The country column, where there is one.
    """
    blank = pd.Series("", index=phones.index, dtype="str")
    read = normalise_phones(phones, blank)
    bare = read["needs_region"]
    own = read["country"][read["country"] != ""]
    by_column, said = blank, blank
    strange = pd.Series(data=False, index=phones.index)
    if countries is not None:
        known = normalise_countries(countries)
        by_column, strange = known["country"], ~known["understood"]
        said = by_column[by_column != ""]
    missing_country = bare & (by_column == "") & ~strange
    meant = {*own, *said} - {""}
    country = str(meant.pop()) if len(meant) == 1 else ""
    saying = int(((read["country"] != "") | (by_column != "")).sum())
    evident = bool(
        country
        and countries is not None
        and len(said[said != ""]) >= max(_ENOUGH, len(phones) / 2)
        and missing_country.any()
        and (
            normalise_phones(phones[missing_country], blank[missing_country] + country)["phone"]
            != ""
        ).all()
    )
    return BareNumbers(
        rows=int((phones.str.strip() != "").sum()),
        bare=int(bare.sum()),
        missing_country=int(missing_country.sum()),
        country=country,
        saying=saying,
        evident=evident,
    )
