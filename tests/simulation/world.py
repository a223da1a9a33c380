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

HEADER: Final = (
    *("CustomerID", "Mobile", "Country", "First Name", "Unsubscribed", "Consent"),
    *("Emergency", "Regular"),
)

GARBLED: Final = ("", "12", "see notes", "+1206555010", "+12065550100200300")
"""Cells of which no number can be made."""

REGULARS: Final = 5
"""One person in so many is a regular: too few for a burst, were it taken for an opt-out."""

SAME_NIGHT: Final = 4
"""So many people do the same in one night, now and then: more than a guard lets go."""

SPELLINGS: Final = ("+1206{0:07d}", "1-206-{1}-{2}", "(206) {1}-{2}", "206.{1}.{2}", "206 {1} {2}")


@dataclass(frozen=True)
class Row:
    """One row of a file, and what it means.

    Attributes:
        key: Of the person.
        phone: E.164 with its plus, whatever the cell looks like; empty where no number is in it.
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
        garbled: What stands in place of their number; None: their number.
    """

    number: int
    line: int
    here: bool = True
    says_stop: bool = False
    consent: str = "yes"
    in_second: bool = False
    twice: bool = False
    garbled: str | None = None


STRANGERS: Final = 700_000
"""The first of the numbers that an emergency call goes to: nobody there ever asked for a text."""


def phone(line: int) -> str:
    """The E.164 number of a line."""
    return f"+1206{2_000_000 + line:07d}"


def _row(person: Person, chance: random.Random, consent: str) -> Row:
    digits = 2_000_000 + person.line
    spelling = chance.choice(SPELLINGS)
    front, back = divmod(digits, 10_000)
    stop = chance.choice(["yes", "Y", "1", "TRUE"]) if person.says_stop else ""
    spelt = spelling.format(digits, f"{front:03d}", f"{back:04d}")
    cells = (
        f"C{person.number:04d}",
        spelt if person.garbled is None else person.garbled,
        chance.choice(["US", "USA", "United States", ""]),
        f"Ann{person.number}",
        stop,
        consent,
        phone(STRANGERS + person.number),
        "yes" if person.number % REGULARS == 1 else "",
    )
    number = phone(person.line) if person.garbled is None else ""
    return Row(cells[0], number, person.says_stop, consent, cells)


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
        self._group = chance.sample(range(1, count), chance.choice([3, 3, 4]))

    def _join(self) -> None:
        second = self._two and self._chance.random() < 0.5
        self._people.append(Person(len(self._people), self._new_line(), in_second=second))

    def day(self, in_doubt: Collection[str] = ()) -> None:
        """What happens to people between two nights.

        Args:
            in_doubt: Numbers of which nobody knows how the last call ended: more happens to them.
        """
        chance = self._chance
        for _ in range(chance.choice([0, 0, 1, 2])):
            self._join()
        if chance.random() < 0.25:
            self._group_moves()
        if chance.random() < 0.12:
            self._many_do_the_same()
        for place, person in enumerate(self._people):
            drawn = chance.random() * (0.2 if phone(person.line) in in_doubt else 1.0)
            if person.says_stop and chance.random() < 0.05:
                # the same person under a new number, and nothing there says stop any more
                self._people[place] = replace(person, says_stop=False, line=self._new_line())
            elif drawn < 0.13:
                self._people[place] = self._changed(person, drawn)
            elif drawn < 0.135:
                self._swap(place, chance.randrange(len(self._people)))
            elif drawn < 0.15:
                garbled = chance.choice(GARBLED) if person.garbled is None else None
                self._people[place] = replace(person, garbled=garbled)

    def _changed(self, person: Person, drawn: float) -> Person:  # one a kind
        """What one day does to one person; `drawn`: 0 to 0.13."""
        if drawn < 0.03:
            return replace(person, here=not person.here)
        if drawn < 0.05:
            return replace(person, says_stop=True)
        if drawn < 0.06:
            return replace(person, says_stop=False)  # a CRM was put back
        if drawn < 0.09:
            consent = "yes" if person.consent != "yes" else self._chance.choice(["no", ""])
            return replace(person, consent=consent)
        if drawn < 0.11:
            return replace(person, line=self._new_line())
        if drawn < 0.12:
            return replace(person, twice=not person.twice)
        return replace(person, in_second=self._two and not person.in_second)

    def _new_line(self) -> int:
        self._lines += 1
        return self._lines - 1

    def _group_moves(self) -> None:
        """A few people leave together, as a campaign's list does, or are put back.

        As many come as leave: the file is no shorter than it was.
        """
        away = any(self._people[place].here for place in self._group)
        for place in self._group:
            self._people[place] = replace(self._people[place], here=not away)
        for _ in self._group if away else ():
            self._join()

    def _many_do_the_same(self) -> None:
        """Many come, say stop or change their numbers in one night: a burst."""
        what = self._chance.choice(["come", "stop", "number", "garbled"])
        for place in self._chance.sample(range(len(self._people)), SAME_NIGHT):
            if what == "come":
                self._join()
            elif what == "stop":
                self._people[place] = replace(self._people[place], says_stop=True)
            elif what == "garbled":
                self._people[place] = replace(self._people[place], garbled="see notes")
            else:
                self._people[place] = replace(self._people[place], line=self._new_line())

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

    def mend(self) -> None:
        """The staff have looked up every number that nobody could read."""
        self._people = [replace(person, garbled=None) for person in self._people]

    def any_phone(self) -> str:
        """Somebody's number; often of those who came last."""
        who = self._people[-3:] if self._chance.random() < 0.3 else self._people
        return phone(self._chance.choice(who).line)
