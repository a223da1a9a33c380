"""Phone numbers, each read in the country of its row, with what only whole columns can say.

One cell cannot say whether `250` is a calling code, whether a blank country is the default's or the
group's above it, or whether a zero was lost. Its column can, so these columns are read whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
import phonenumbers

from schemas.reasons import Reason
from sendersync.transforms.countries.calling_codes import (
    NumberSystem,
    number_system,
    read_number_cell,
)
from sendersync.transforms.countries.normalise_countries import normalise_countries
from sendersync.transforms.phones.lost_zeros import lost_zeros
from sendersync.transforms.phones.normalise_phones import normalise_phones

_REJECTED: Final = ("phone", "country", "line_type", "today")


@dataclass(frozen=True)
class ColumnDoubts:
    """Rows in which only the whole column shows a doubt; each an index of lines.

    Attributes:
        grouped: Rejected, because their country may be that of a group above.
        undecided_codes: Rejected, because their country may be a calling code or an ISO number.
        zeros_lost: Rejected, because a zero of their number's own may be missing.
        foreign_codes: Numbers with another country's code than the row's own, whose rest is a
            number of the row's own country too: a CRM may have put the code there.
    """

    grouped: pd.Index[int]
    undecided_codes: pd.Index[int]
    zeros_lost: pd.Index[int]
    foreign_codes: pd.Index[int]


@dataclass(frozen=True)
class LocatedPhones:
    """A column of phones, each read in its country.

    Attributes:
        phones: As `normalise_phones` gives it, with the doubtful ones rejected. Rows whose country
            is in doubt have the reason `country_unknown` and `needs_region`.
        said: Country that the row's own cell says, alpha-2; empty where there is none.
        understood: The country cell is blank or understood, and does not leave the country open.
        region: Region that a number without a country code was read in; empty for none.
        doubts: What only the whole column can say.
    """

    phones: pd.DataFrame
    said: pd.Series[str]
    understood: pd.Series[bool]
    region: pd.Series[str]
    doubts: ColumnDoubts


def locate_phones(
    raw: pd.Series[str],
    countries: pd.Series[str],
    *,
    header: str = "",
    default_country: str = "",
    may_be_grouped: bool = True,
) -> LocatedPhones:
    """Reads a phone column with the country column beside it.

    Args:
        raw: Phone cells of all rows, in the order of the source, `str`.
        countries: Country cells, same index; all blank where there is no such column.
        header: The country column's header, empty where there is none.
        default_country: Alpha-2 for rows whose country cell is blank; empty for none.
        may_be_grouped: The rows stand as a person or a report wrote them, so that a blank country
            may be that of the row above; not so in a CRM or a database.
    """
    read = normalise_countries(countries)
    said, understood = read["country"], read["understood"]
    system = number_system(countries, raw, header)
    numbers = _by_distinct(countries, system)
    is_number = numbers.notna()
    if is_number.any():
        said = said.mask(is_number, numbers.fillna(""))
        understood = understood.mask(is_number, said != "")
    undecided = is_number & (said == "") & read["understood"]

    blank = understood & (said == "")
    region = said.mask(blank, default_country)
    phones = normalise_phones(raw, region)
    grouped = pd.Series(data=False, index=raw.index)
    if may_be_grouped and default_country:
        grouped = _in_doubtful_group(raw, said, blank, phones, default_country)
    zeros = lost_zeros(raw, region, phones) & ~grouped
    for where, reason in (
        (grouped, Reason.COUNTRY_UNKNOWN),
        (zeros, Reason.PHONE_DIGITS_LOST),
    ):
        if where.any():
            phones.loc[where, list(_REJECTED)] = ""
            phones.loc[where, "reason"] = reason.value
    if grouped.any():
        phones.loc[grouped, "needs_region"] = True
    return LocatedPhones(
        phones=phones,
        said=said,
        understood=understood & ~grouped,
        region=region,
        doubts=ColumnDoubts(
            grouped=raw.index[grouped],
            undecided_codes=raw.index[undecided & phones["needs_region"]],
            zeros_lost=raw.index[zeros],
            foreign_codes=raw.index[_behind_foreign_code(raw, said, phones)],
        ),
    )


def of_chosen_columns(columns: Sequence[LocatedPhones], chosen: pd.Series[int]) -> LocatedPhones:
    """Several phone columns as one: each row with what its chosen column says.

    Args:
        columns: Each column as it was read; all have one index.
        chosen: Place of each row's column among them, same index.
    """
    if len(columns) == 1:
        return columns[0]
    index = chosen.index
    rows = [index[chosen == place] for place in range(len(columns))]

    def lines(found: Sequence[pd.Index[int]]) -> pd.Index[int]:
        """A doubt about a cell that nobody used is none."""
        used = [own[own.isin(each)] for own, each in zip(rows, found, strict=True)]
        return index[index.isin(np.concatenate(used))]

    return LocatedPhones(
        phones=pd.concat([c.phones.loc[r] for c, r in zip(columns, rows, strict=True)]).loc[index],
        said=pd.concat([c.said[r] for c, r in zip(columns, rows, strict=True)])[index],
        understood=pd.concat([c.understood[r] for c, r in zip(columns, rows, strict=True)])[index],
        region=pd.concat([c.region[r] for c, r in zip(columns, rows, strict=True)])[index],
        doubts=ColumnDoubts(
            grouped=lines([c.doubts.grouped for c in columns]),
            undecided_codes=lines([c.doubts.undecided_codes for c in columns]),
            zeros_lost=lines([c.doubts.zeros_lost for c in columns]),
            foreign_codes=lines([c.doubts.foreign_codes for c in columns]),
        ),
    )


def _by_distinct(cells: pd.Series[str], system: NumberSystem) -> pd.Series[str]:
    """Countries of the cells that are numbers; missing for all other cells."""
    found = {cell: read_number_cell(cell, system) for cell in cells.unique()}
    return cells.map(found).astype("str")


def _in_doubtful_group(
    raw: pd.Series[str],
    said: pd.Series[str],
    blank: pd.Series[bool],
    phones: pd.DataFrame,
    default_country: str,
) -> pd.Series[bool]:
    """Rows without a country under one of another country, with a number that both have.

    A report that groups its rows writes the country once, in the first of each. Where the same
    country stands in neighbouring rows more often than a blank under a foreign one, the column is
    no such report.
    """
    nowhere = pd.Series(data=False, index=raw.index)
    above = said.mask(said == "").ffill().fillna("")
    under_foreign = blank & (above != "") & (above != default_country)
    neighbours = (said != "") & (said == said.shift(fill_value=""))
    if neighbours.sum() >= max(int(under_foreign.sum()), 1):
        return nowhere
    asked = under_foreign & (phones["phone"] != "")
    cells, names = raw[asked], above[asked]
    here = phones.loc[asked, "phone"]
    there = normalise_phones(cells, names.astype("str"))["phone"]
    nowhere[asked] = (there != "") & (there != here)
    return nowhere


def _behind_foreign_code(
    raw: pd.Series[str], said: pd.Series[str], phones: pd.DataFrame
) -> pd.Series[bool]:
    """+1 7400 123456 in a row of Great Britain: 7400 123456 is a number there."""
    found = pd.Series(data=False, index=raw.index)
    strange = (phones["phone"] != "") & (said != "") & (said != phones["country"])
    codes = {name: phonenumbers.country_code_for_region(name) for name in said[strange].unique()}
    asked = [
        line
        for line, phone, name in zip(
            raw.index[strange], phones.loc[strange, "phone"], said[strange], strict=True
        )
        if not phone.startswith(f"+{codes[name]}")
    ]
    if not asked:
        return found
    numbers = phones.loc[asked, "phone"].map(phonenumbers.parse)
    rest = numbers.map(phonenumbers.national_significant_number).astype("str")
    names = said[asked]
    as_it_is = normalise_phones(rest, names)
    with_zero = normalise_phones("0" + rest, names)
    found[asked] = ((as_it_is["phone"] != "") & (as_it_is["country"] == names)) | (
        (with_zero["phone"] != "") & (with_zero["country"] == names)
    )
    return found
