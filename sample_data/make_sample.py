"""Makes every file of this folder again, always with the same bytes.

    python sample_data/make_sample.py [FOLDER]

It imports nothing of sendersync: what the sample says about itself, in README.md, is meant to be a
check on the program, not an echo of it.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

from hazard import Hazard
from hazards import AT_THE_END, IN_BETWEEN
from nightly import Night, next_night
from people import (
    AREA_CODES,
    COUNTRY_SPELLINGS,
    DOMAINS,
    FICTION,
    FIRST_NAMES,
    SEGMENTS,
    Chance,
    Number,
)
from readme import readme_text
from rows import Row, file_text, line

SEED = 20260301
PEOPLE = {"US": 1112, "CA": 150, "DE": 82, "SE": 50, "AU": 15, "MX": 2}
"""How many ordinary people of each country; hazards.py adds the others."""


def main(folder: Path) -> None:
    """Writes all files into a folder."""
    chance = Chance(SEED)
    numbers = {country: _numbers(country, chance) for country in PEOPLE}
    ordinary = _ordinary(numbers, chance)
    first, places = _first_night(ordinary)
    night = next_night(first, numbers["US"], chance)
    texts = {
        "contacts.csv": file_text(first),
        "contacts-next-night.csv": file_text(night.rows),
        # The export was cut where a row ends, so that nothing in the file itself looks wrong.
        "half-file.csv": file_text(night.rows[: len(night.rows) // 2]),
        "opt-outs.csv": _opt_outs(ordinary, night, chance),
    }
    for name, text in texts.items():
        (folder / name).write_bytes(text.encode("utf-8"))
    (folder / "README.md").write_bytes(readme_text(first, places, night).encode("utf-8"))
    outcomes = Counter(row.outcome for row in first)
    print(f"{len(first)} rows, then {len(night.rows)}: {dict(outcomes)}")


def _numbers(country: str, chance: Chance) -> list[Number]:
    """Enough numbers of one country, each once, in no order."""
    if country in FICTION:
        return [Number(country, national) for national in chance.shuffled(FICTION[country])]
    blocks = [f"{area}55501" for area in AREA_CODES[country].split()]
    few = [f"{block}{n:02}" for block in blocks for n in chance.shuffled(range(100))[:14]]
    return [Number(country, national) for national in chance.shuffled(few)]


def _ordinary(numbers: dict[str, list[Number]], chance: Chance) -> list[Row]:
    countries = chance.shuffled([c for c, count in PEOPLE.items() for _ in range(count)])
    return [
        _person(f"C1{ordinal:04}", numbers[country].pop(), chance)
        for ordinal, country in enumerate(countries, start=1)
    ]


def _person(customer: str, number: Number, chance: Chance) -> Row:
    """Somebody with nothing wrong, apart from how people fill in forms."""
    first = chance.pick(FIRST_NAMES)
    plain = "".join(letter for letter in first.lower() if letter.isascii() and letter.isalpha())
    email = f"{plain}.{customer[-4:]}@{chance.pick(DOMAINS)}" if chance.happens(0.6) else ""
    row = Row(
        customer=customer,
        first=first,
        email=email,
        mobile=number.spelt(chance),
        country=chance.pick(COUNTRY_SPELLINGS[number.country]),
        segment=chance.pick(SEGMENTS),
        consent=chance.pick(("yes", "yes", "Yes", "TRUE", "1")),
        unsubscribed=chance.pick(("", "", "no", "No", "false")),
        purchase=f"{2024 + chance.below(2)}-{1 + chance.below(12):02}-{1 + chance.below(28):02}",
        notes="Prefers e-mail, except sales" if chance.happens(0.02) else "",
    )
    if chance.happens(0.025):
        return row.but(unsubscribed=chance.pick(("yes", "Yes", "x")), outcome="opted_out")
    if chance.happens(0.035):
        return row.but(consent=chance.pick(("", "no", "No")), outcome="no_consent")
    return row


def _first_night(ordinary: list[Row]) -> tuple[list[Row], list[tuple[Hazard, list[Row]]]]:
    """Ordinary people with the hazards between them, every few dozen rows one."""
    before: dict[int, list[Row]] = {}
    apart = len(ordinary) // (len(IN_BETWEEN) + 1)
    for ordinal, hazard in enumerate(IN_BETWEEN, start=1):
        at = ordinal * apart
        for place, row in enumerate(hazard.rows):
            later = (at + 311 * place) % len(ordinary) if hazard.apart else at
            # A second row of a pair must come second: where that would wrap, it stays close.
            before.setdefault(max(later, at), []).append(row)
    rows: list[Row] = []
    for ordinal, person in enumerate(ordinary):
        rows += before.get(ordinal, [])
        rows.append(person)
    for hazard in AT_THE_END:
        rows += hazard.rows
    return rows, [(hazard, list(hazard.rows)) for hazard in IN_BETWEEN + AT_THE_END]


def _opt_outs(ordinary: list[Row], night: Night, chance: Chance) -> str:
    """A list as a call centre keeps it: one column, every spelling, one stranger, one riddle."""
    settled = [
        row
        for row in ordinary
        if row.outcome == "accepted"
        and row.customer not in night.touched
        and row.country in ("USA", "US", "Canada")
    ]
    chosen = chance.shuffled(settled)[:12]
    cells = [row.mobile for row in chosen] + ["+1 (206) 555-0198", "ask Nora"]
    return "\ufeff" + line("Phone") + "".join(line(cell) for cell in cells)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent)
