"""Keys: which of them identify a person, and in which form.

A key is believed to be one person's for life, so that an opt-out holds for all rows of it and a new
number takes the place of the old one. Three things must be so before that is safe:

1. the forms in which programs write one key are one key (`plain_keys`);
2. what stands for a missing key is no key: the phone stands in for it;
3. a key that one read gives to several people identifies none of them (`give_own_keys`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from schemas.frames import CONTACTS, REJECTS
from sendersync.transforms.cells.arrow_columns import (
    all_differ,
    as_arrow,
    as_text,
    is_in,
    rows_where,
)
from sendersync.transforms.cells.sentinels import no_keys
from sendersync.transforms.cells.texts import clean_text
from sendersync.transforms.phones.second_spellings import canonical_phones

_FORMS: Final = (
    (r'^="(.*)"$', r"\1"),  # how a spreadsheet is told that a number is text
    (r"^['’‘`´]+", ""),  # how it marks text itself
    ("[‐‑‒–—−]", "-"),
    (
        r"^(\d+|\d{1,3}(?:[,.'’ ]\d{3})+)[.,]0{1,2}$",
        r"\1",
    ),  # a whole number that was kept as a decimal
    (r"^(\d{4,})[.,]0+$", r"\1"),
)
_THOUSANDS: Final = tuple(rf"^\d{{1,3}}(?:{mark}\d{{3}})+$" for mark in (",", r"\.", "['’]", " "))

_SCIENTIFIC: Final = r"^\d[.,]\d+[Ee]\+\d{1,2}$"
_WIDE_DIGITS: Final = str.maketrans({0xFF10 + n: str(n) for n in range(10)})

_ONE_PERSONS_NUMBERS: Final = 3
"""More numbers than these under one key, with nothing in common, are not one person's."""


def plain_keys(raw: pd.Series[str]) -> pd.Series[str]:
    """Each key in the one form that all its spellings share; empty where it identifies nobody.

    `'1001`, `="1001"`, `1001.0`, `1,001` and `1.001` are `1001`; `0`, `NULL`, `N/A`, `unknown` and
    `-` are empty. Capitals and leading zeros are part of a key.

    Args:
        raw: Text column, pandas `str`.

    Returns:
        `str`, with the same index.
    """
    cells: Any = as_arrow(clean_text(raw))
    if pc.any(pc.match_substring_regex(cells, "[０-９]")).as_py():
        cells = pa.array([cell.translate(_WIDE_DIGITS) for cell in cells.to_pylist()], cells.type)
    for pattern, template in _FORMS:
        cells = pc.replace_substring_regex(cells, pattern, template)
    for pattern in _THOUSANDS:
        grouped = pc.match_substring_regex(cells, pattern)
        if pc.any(grouped).as_py():
            digits = pc.replace_substring_regex(cells, r"\D", "")
            cells = pc.if_else(grouped, digits, cells)
    scientific = pc.match_substring_regex(cells, _SCIENTIFIC)
    if pc.any(scientific).as_py():
        cells = pa.array([*map(_all_digits, cells.to_pylist())], cells.type)
    return as_text(pc.if_else(no_keys(cells), "", cells), raw.index)


def _all_digits(cell: str) -> str:
    """`1.2345678E+7` is 12345678; one whose digits were cut off stays, to be rejected."""
    if re.match(_SCIENTIFIC, cell) is None:
        return cell
    digits, power = re.split("[eE]", cell)
    fraction = digits[2:]
    return digits[0] + fraction if len(fraction) == int(power) else cell


def with_plain_keys(members: pd.DataFrame) -> pd.DataFrame:
    """What the ledger has, under the keys that today's rows have.

    Ledgers from before these rules hold `0` for a hundred people, and `'1001` for `1001`: who says
    stop today, or has a new number, must be found under them all the same.

    Args:
        members: `key` and `phone` at least; other columns stay.
    """
    keys = plain_keys(members["key"])
    return members.assign(key=keys.where(keys != "", members["phone"]))


@dataclass(frozen=True)
class SharedKeys:
    """Keys that one read gives to several people.

    Attributes:
        keys: How many.
        lines: Lines of all their rows, in order.
        unheard: Lines of rows whose key says stop in another row, while they share neither phone
            nor e-mail with it, so that nobody is stopped for them.
    """

    keys: int = 0
    lines: tuple[int, ...] = ()
    unheard: tuple[int, ...] = ()


NO_SHARED_KEYS: Final = SharedKeys()


@dataclass(frozen=True)
class OwnKeys:
    """The rows of one read, each under a key that is its person's alone.

    Attributes:
        contacts: `CONTACTS`.
        rejects: `REJECTS`.
        shared: What was found of keys that are not.
    """

    contacts: pd.DataFrame
    rejects: pd.DataFrame
    shared: SharedKeys

    def __post_init__(self) -> None:
        CONTACTS.require(self.contacts)
        REJECTS.require(self.rejects)


def give_own_keys(contacts: pd.DataFrame, rejects: pd.DataFrame) -> OwnKeys:
    """Takes keys away that several people share.

    Rows of such a key that have a phone or an e-mail in common are one person, known by the
    smallest of their numbers; a row without either is nobody's.

    Args:
        contacts: `CONTACTS` of one whole read.
        rejects: `REJECTS` of the same read.
    """
    columns = ["key", "phone", "email", "opted_out"]
    rows = pd.concat(
        [contacts[[*columns, "first_name"]], rejects[columns].assign(first_name="")],
        ignore_index=True,
    )
    rows["line"] = np.concatenate([contacts.index.to_numpy(), rejects.index.to_numpy()])
    rows["handset"] = canonical_phones(rows["phone"])
    several = _of_several_numbers(rows)
    group = several if several.empty else _of_several_people(several)
    if group.empty:
        return OwnKeys(contacts, rejects, NO_SHARED_KEYS)
    people = _linked(group, ("handset", "email"))
    numbered = group.loc[group["phone"] != "", "phone"]
    smallest = people.map(numbered.groupby(people[numbered.index]).min()).fillna("")
    own = rows["key"].copy()
    own.loc[group.index] = smallest.astype("str")

    said = group["opted_out"]
    asked = is_in(group["key"], group.loc[said, "key"])
    unheard = group.loc[asked & ~people.isin(people[said]), "line"]
    count = len(contacts)
    return OwnKeys(
        contacts=contacts.assign(key=own.iloc[:count].set_axis(contacts.index)),
        rejects=rejects.assign(key=own.iloc[count:].set_axis(rejects.index)),
        shared=SharedKeys(
            keys=group["key"].nunique(),
            lines=tuple(sorted(group["line"].tolist())),
            unheard=tuple(sorted(unheard.tolist())),
        ),
    )


def _of_several_numbers(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows whose key stands at several handsets; e-mail and name in lower case, as `name`."""
    keyed = rows_where(rows, (rows["key"] != "") & (rows["key"] != rows["phone"]))
    if all_differ(keyed["key"]):
        return keyed.iloc[:0]
    filled = keyed.loc[keyed["handset"] != ""]
    numbers = filled.groupby("key")["handset"].nunique()
    found = keyed.loc[is_in(keyed["key"], numbers.index[numbers > 1])]
    return found.assign(email=found["email"].str.lower(), name=found["first_name"].str.lower())


def _of_several_people(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows whose key is not one person's with several numbers.

    In doubt it is one: somebody who says stop at one number must not get texts at the other. So
    their e-mails or names must differ, or the numbers be many.
    """
    keys = rows["key"]
    apart = _linked(rows, ("handset", "email", "name"))

    def count(values: pd.Series, column: str) -> pd.Series[int]:
        """How many different values the rows of a key have that fill this column."""
        filled = values[rows[column] != ""]
        counts = filled.groupby(keys[filled.index]).nunique()
        return keys.map(counts).fillna(0).astype("int64")

    differ = (count(apart, "email") > 1) | (count(apart, "name") > 1)
    many = count(rows["handset"], "handset") > _ONE_PERSONS_NUMBERS
    return rows.loc[(count(apart, "key") > 1) & (differ | many)]


def _linked(rows: pd.DataFrame, columns: tuple[str, ...]) -> pd.Series[int]:
    """A number for each row, equal where a chain of equal filled cells connects them."""
    person = pd.Series(range(len(rows)), index=rows.index, dtype="int64")
    if rows.empty:
        return person
    while True:
        before = person.copy()
        for column in columns:
            filled = rows[column] != ""
            same = [rows.loc[filled, "key"], rows.loc[filled, column]]
            person = person.where(~filled, person[filled].groupby(same).transform("min"))
            person = person.astype("int64")
        if person.equals(before):
            return person
