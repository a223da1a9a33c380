"""Writes `docs/countries.md` from the table of policies.

python docs/generators/country_page.py
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from sendersync.transforms.countries.policies import POLICIES

HEAD = """# Countries

<!-- written by docs/generators/country_page.py from sendersync/transforms/countries/policies.py -->

The country column may hold a name in any common language, a native name, alpha-2, alpha-3, a
three-digit ISO number, a flag, or a name with one slip in it. Capitals, accents and punctuation do
not count. What is understood becomes ISO alpha-2; what is not stays empty, and matters only when
the number has no country code of its own (`country_unknown`).

A number read in the wrong country is a text to a stranger, so doubt ends as "not understood":

- a spelling that stands for two countries, in one language or in two;
- cities, states, continents, languages, currencies, peoples;
- one- and two-digit numbers (`36` is Hungary's calling code and Australia's ISO number), unless
  the column says what its numbers are, see below;
- several spellings in one cell that do not agree (`US / Canada`);
- a name of a rarer language that is two slips away from another country's English name;
- a slip that leads to two countries (`Austrlia`), or lies as near to another (`Irelnd`), or is in a
  name of fewer than six letters (nine where it is not English), or not in Latin letters;
- `na` and `Na`; only `NA` is Namibia.

## Calling codes and ISO numbers

`250` is Rwanda's calling code, and the number of France in ISO 3166. One cell cannot say which is
meant; the column can, and one sign is enough:

| the column | is read as |
| --- | --- |
| is called "Calling code", "Dial code", "Vorwahl", "Indicatif" ... | calling codes |
| has a `1`, a `+44`, a `351`: codes that are no ISO numbers | calling codes |
| has `250` beside `+250 781 234 568` | calling codes |
| is called "ISO", "numeric" ... | ISO numbers |
| has an `840` or `826`: ISO numbers that are no calling codes | ISO numbers |
| has `250` beside `+33 6 12 34 56 78` | ISO numbers |
| has none of these, or both | a number that means two countries means none (`country_unknown`) |

`Rwanda (+250)` and `US +1` are read where the two agree.

## A country that stands once for several rows

Merged cells of a workbook give their country to all their rows. In a CSV nobody can see a merge:

```
Country,First name,Mobile
Mexico,Ana,81 2555 0142
,Luis,33 2555 0144
```

With `default_country: US`, Luis's number is valid in both countries. It is not read
(`country_unknown`), and `check` says so: write the country into every row. Where the same country
stands in neighbouring rows again and again, the file is no such report, and a blank is the default.

## Names

The names come from CLDR, ISO 3166-1, iso-codes and countrynames; source, versions and licences
stand in `docs/generators/country_names.py`. Above them stands this table:

| spelling | read as | because |
| --- | --- | --- |
"""


def page() -> str:
    """The page, as it must stand in the repository."""
    rows = []
    for policy in POLICIES:
        spellings = ", ".join(policy.spellings.split(" | "))
        could_be = f" (could be {', '.join(policy.could_be)})" if policy.could_be else ""
        read_as = f"**{policy.country}**" if policy.country else f"not understood{could_be}"
        rows.append(f"| {spellings} | {read_as} | {policy.because} |")
    return HEAD + "\n".join(rows) + "\n"


if __name__ == "__main__":
    (ROOT / "docs/countries.md").write_text(page(), encoding="utf-8")
