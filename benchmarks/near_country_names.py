"""One and two slips in every English country name: is any read as another country?

`python -m benchmarks.near_country_names [STRINGS] [SEED]` makes 20,000 strings and prints how they
are read. A string that is another country's code or whole name, letter by letter (`Ir` of Iraq
is Iran's code, `Niger` of Nigeria a country), is no slip any more: those are listed apart.
"""

from __future__ import annotations

import string
import sys
from random import Random
from typing import Final, NamedTuple

from sendersync.transforms.countries.fold import fold
from sendersync.transforms.countries.names import country_names
from sendersync.transforms.countries.normalise_countries import read_country

STRINGS: Final = 20_000
SEED: Final = 20261128


class Misread(NamedTuple):
    """A string that was read as another country than it was made from."""

    name: str
    text: str
    country: str


class Slips(NamedTuple):
    """What became of the strings.

    Attributes:
        right: Strings that were read as the country they were made from.
        not_understood: Strings that were read as none.
        other_names: Strings that are another country's code or name, letter by letter.
        misread: All others that were read as another country: there must be none.
    """

    right: int
    not_understood: int
    other_names: list[Misread]
    misread: list[Misread]


def slips(count: int, seed: int) -> Slips:
    """Reads that many strings: one slip in each name in turn, then two, then one again."""
    chance = Random(seed)
    tables = country_names()
    names = list(tables.titles.items())
    right = not_understood = 0
    other_names, misread = [], []
    for turn in range(count):
        code, name = names[turn % len(names)]
        text = _slip(chance, name)
        if turn // len(names) % 2:
            text = _slip(chance, text)
        country = read_country(text)
        if not country:
            not_understood += 1
        elif country == code:
            right += 1
        else:
            whole = text.upper() in tables.codes or fold(text) in tables.names
            (other_names if whole else misread).append(Misread(name, text, country))
    return Slips(right, not_understood, other_names, misread)


def _slip(chance: Random, text: str) -> str:
    """One letter left out, added or changed, or two neighbours swapped."""
    at, letter = chance.randrange(len(text)), chance.choice(string.ascii_lowercase)
    return chance.choice(
        (
            text[:at] + text[at + 1 :],
            text[:at] + letter + text[at:],
            text[:at] + letter + text[at + 1 :],
            text[:at] + text[at : at + 2][::-1] + text[at + 2 :],
        )
    )


def main(count: int = STRINGS, seed: int = SEED) -> bool:
    """Reads them and prints the lists."""
    found = slips(count, seed)
    print(
        f"{count} strings, seed {seed}: {found.right} read as the country they were made from, "
        f"{found.not_understood} not understood"
    )
    for title, rows in (
        ("are another country's code or name, letter by letter", found.other_names),
        ("READ AS ANOTHER COUNTRY", found.misread),
    ):
        print(f"\n{len(rows)} {title}")
        for row in rows:
            print(f"  {row.text!r}, from {row.name}: {row.country}")
    return not found.misread


if __name__ == "__main__":
    met = main(*map(int, sys.argv[1:]))
    sys.exit(0 if met else 1)
