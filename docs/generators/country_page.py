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
- one- and two-digit numbers (`36` is Hungary's telephone code and Australia's ISO number);
- several spellings in one cell that do not agree (`US / Canada`);
- a slip that leads to two countries (`Austrlia`), or lies as near to another (`Irelnd`), or is in a
  name of fewer than six letters (nine where it is not English), or not in Latin letters;
- `na` and `Na`; only `NA` is Namibia.

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
