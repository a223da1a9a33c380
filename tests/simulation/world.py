"""People who come, leave, say stop, change numbers; and the files that tell of them.

Imports nothing of ours: what a row means is told by whoever made the row, not by reading it.
"""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Final

HEADER: Final = ("CustomerID", "Mobile", "Country", "First Name", "Unsubscribed", "Consent")

SPELLINGS: Final = ("+1206{0:07d}", "1-206-{1}-{2}", "(206) {1}-{2}", "206.{1}.{2}", "206 {1} {2}")


@dataclass(frozen=True)
class Row:
    """One row of a file, and what it means.

    Attributes:
        key: Of the person.
        phone: E.164 with its plus, whatever the cell looks like.
        says_stop: The row says that the person opted out.
        consent: yes, no, or empty.
        cells: As they stand in the file.
    """

    key: str
    phone: str
    says_stop: bool
    consent: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Person:
    """One person as their company knows them.

    Attributes:
        number: Their own; the key is made of it.
        line: Number of their telephone.
        here: Whether they are in the list.
        says_stop: Whether their row says so.
        consent: yes, no, or empty.
        in_second: Whether the second sync has them.
        twice: Whether they have a second row, without a yes.
    """

    number: int
    line: int
    here: bool = True
    says_stop: bool = False
    consent: str = "yes"
    in_second: bool = False
    twice: bool = False


def phone(line: int) -> str:
    """The E.164 number of a line."""
    return f"+1206{2_000_000 + line:07d}"


def _row(person: Person, chance: random.Random, consent: str) -> Row:
    digits = 2_000_000 + person.line
    spelling = chance.choice(SPELLINGS)
    front, back = divmod(digits, 10_000)
    stop = chance.choice(["yes", "Y", "1", "TRUE"]) if person.says_stop else ""
    cells = (
        f"C{person.number:04d}",
        spelling.format(digits, f"{front:03d}", f"{back:04d}"),
        chance.choice(["US", "USA", "United States", ""]),
        f"Ann{person.number}",
        stop,
        consent,
    )
    return Row(cells[0], phone(person.line), person.says_stop, consent, cells)


def as_csv(rows: Iterable[Row]) -> str:
    """The file of these rows."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADER)
    writer.writerows(row.cells for row in rows)
    return text.getvalue()


class World:
    """The company's people, night after night.

    Args:
        chance: Draws everything.
        count: People on the first night.
        two_syncs: Whether half of them are in a second list as well.
    """

    def __init__(self, chance: random.Random, count: int, *, two_syncs: bool) -> None:
        """Everybody is in the list and has said yes."""
        self._chance = chance
        self._two = two_syncs
        self._people: list[Person] = []
        self._lines = 0
        for _ in range(count):
            self._join()

    def _join(self) -> None:
        second = self._two and self._chance.random() < 0.5
        self._people.append(Person(len(self._people), self._lines, in_second=second))
        self._lines += 1

    def day(self, in_doubt: Collection[str] = ()) -> None:
        """What happens to people between two nights.

        Args:
            in_doubt: Numbers of which nobody knows how the last call ended: more happens to them.
        """
        chance = self._chance
        for _ in range(chance.choice([0, 0, 1, 2])):
            self._join()
        for place, person in enumerate(self._people):
            drawn = chance.random() * (0.2 if phone(person.line) in in_doubt else 1.0)
            if person.says_stop and chance.random() < 0.05:
                # the same person under a new number, and nothing there says stop any more
                self._people[place] = replace(person, says_stop=False, line=self._lines)
                self._lines += 1
                continue
            if drawn < 0.03:
                self._people[place] = replace(person, here=not person.here)
            elif drawn < 0.05:
                self._people[place] = replace(person, says_stop=True)
            elif drawn < 0.06:
                self._people[place] = replace(person, says_stop=False)  # a CRM was put back
            elif drawn < 0.09:
                consent = "yes" if person.consent != "yes" else chance.choice(["no", ""])
                self._people[place] = replace(person, consent=consent)
            elif drawn < 0.11:
                self._people[place] = replace(person, line=self._lines)
                self._lines += 1
            elif drawn < 0.12:
                self._people[place] = replace(person, twice=not person.twice)
            elif drawn < 0.13 and self._two:
                self._people[place] = replace(person, in_second=not person.in_second)
            elif drawn < 0.135:
                self._swap(place, chance.randrange(len(self._people)))

    def _swap(self, one: int, other: int) -> None:
        """Two people get each other's numbers."""
        first, second = self._people[one], self._people[other]
        self._people[one] = replace(first, line=second.line)
        self._people[other] = replace(second, line=first.line)

    def rows(self, *, second: bool = False) -> list[Row]:
        """Tonight's rows of a list, in any order."""
        rows = []
        for person in self._people:
            if person.here and (person.in_second or not second):
                rows.append(_row(person, self._chance, person.consent))
                if person.twice:
                    rows.append(_row(person, self._chance, "no"))
        self._chance.shuffle(rows)
        return rows

    def any_phone(self) -> str:
        """Somebody's number; often of those who came last."""
        who = self._people[-3:] if self._chance.random() < 0.3 else self._people
        return phone(self._chance.choice(who).line)
