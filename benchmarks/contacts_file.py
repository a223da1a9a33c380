"""Files of made-up contacts: any size, the same from the same seed, and a later night of each."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any, Final

SPELLINGS: Final = {
    "+1206{n}": 30,
    "1-206-{a}-{b}": 15,
    "(206) {a}-{b}": 15,
    "206.{a}.{b}": 12,
    "206 {a} {b}": 15,
    "+1 (206) {a}-{b}": 11,
    "001 206 {a} {b}": 1,  # no number in the USA: a reject
    "'206{n}": 1,  # each such cell goes to the library
}
"""How phones are written, each with its share in a hundred."""

COUNTRIES: Final = ("US", "USA", "United States", "", "us", "840")

SYNC: Final[dict[str, Any]] = {
    "sync": "bench",
    "columns": {
        "key": "CustomerID",
        "email": "Email",
        "phone": "Mobile",
        "country": "Country",
        "first_name": "First Name",
        "opted_out": "Unsubscribed",
        "consent": "SMS consent",
        "group": "Segment",
    },
    "sender_code": "12065551212",
    "default_country": "US",
}
"""A sync file for such contacts, without its source."""

_SEVEN_DIGITS: Final = 7_900_000
"""So many numbers begin with 2 to 9; beyond them the next area codes follow."""

_AREA_CODES: Final = ("206", "425", "253", "360", "509", "503")


def write_contacts(path: Path, rows: int, *, churn: float = 0.0) -> None:
    """Writes people, each with a number of their own, spelt in many ways.

    Args:
        path: Where to.
        rows: How many people.
        churn: Of those, who differ from the night before: of three, one has another group, one has
            left, and one is new.
    """
    chance, moves = random.Random(1), random.Random(2)
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write("CustomerID,Email,Mobile,Country,First Name,Unsubscribed,SMS consent,Segment\n")
        for number in range(rows):
            line = _line(number, chance)
            moved = moves.random() * 3 / churn if churn else 3
            if moved < 1:
                line = line.replace(",weekly", ",monthly")
            elif moved < 2:
                continue
            file.write(line)
            if 2 <= moved < 3 and churn:
                file.write(_line(rows + number, moves))


def _line(number: int, chance: random.Random) -> str:
    area, rest = divmod(number * 7, _SEVEN_DIGITS)
    digits = f"{2_000_000 + rest:07d}"
    spelt = chance.choices([*SPELLINGS], [*SPELLINGS.values()])[0]
    spelt = spelt.format(n=digits, a=digits[:3], b=digits[3:])
    spelt = spelt.replace("206", _AREA_CODES[area], 1)
    email = f"person{number}@example.com" if chance.random() < 0.8 else ""
    out = "yes" if chance.random() < 0.01 else ""
    consent = "no" if chance.random() < 0.02 else "yes"
    return (
        f"C{number:07d},{email},{spelt},{chance.choice(COUNTRIES)},Ann{number % 900},"
        f"{out},{consent},weekly\n"
    )
