"""What changes from one night to the next, each change named."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from people import COUNTRY_SPELLINGS, Chance, Number
from rows import Row


@dataclass(frozen=True)
class Change:
    """One kind of change, the rows it touched, and the calls it means.

    Attributes:
        customers: Whose rows changed, as they stand in the new file; those who left, in the old.
        add, stop: Calls.
    """

    what: str
    becomes: str
    customers: list[str]
    add: int = 0
    stop: int = 0


@dataclass
class Night:
    """The next night's file and how it differs."""

    rows: list[Row]
    changes: list[Change] = field(default_factory=list)
    touched: set[str] = field(default_factory=set)


def next_night(first: list[Row], spare: list[Number], chance: Chance) -> Night:
    """Tomorrow's export.

    Args:
        first: Tonight's rows.
        spare: Numbers that nobody has yet.
        chance: Draws.
    """
    night = Night(list(first))
    draw = _Draw(night, [row for row in first if row.customer.startswith("C1")], chance)

    gone = draw.take(6)
    night.rows = [row for row in night.rows if row.customer not in gone]
    night.changes.append(Change("they are no longer in the file", "stopped", gone, stop=len(gone)))
    number = draw.change(3, lambda row: row.but(mobile=spare.pop().spelt(chance), country="USA"))
    night.changes.append(
        Change(
            "another number",
            "the new one is added; once that is confirmed, the old one is stopped",
            number,
            add=len(number),
            stop=len(number),
        )
    )
    named = draw.change(
        4, lambda row: row.but(first="Alexis", notes="Name corrected"), lambda row: bool(row.email)
    )
    night.changes.append(
        Change("another first name", "no call: a second add may undo a stop (`updates`)", named)
    )
    _without_calls(night, draw, chance)
    _in_and_out(night, draw)
    _newcomers(night, spare, chance)
    return night


def _without_calls(night: Night, draw: _Draw, chance: Chance) -> None:
    """Changes of the file that are none to the platform."""
    segment = draw.change(5, lambda row: row.but(segment="Summer"))
    night.changes.append(
        Change("another segment, a column the sync file does not map", "no call", segment)
    )
    respelt = draw.change(40, _respelt, lambda row: row.mobile[:1] in "(123456789")
    night.changes.append(Change("the same number in another spelling", "no call", respelt))
    damaged = draw.change(1, lambda row: row.but(mobile="1.31255E+10", outcome="phone_digits_lost"))
    night.changes.append(
        Change("a number that Excel destroyed since", "rejected; the subscription stays", damaged)
    )
    back = draw.change(
        1, lambda row: row.but(unsubscribed="", outcome="suppressed"), was="opted_out"
    )
    night.changes.append(
        Change(
            "an opt-out that is gone from the file",
            "withheld as `suppressed`: no import undoes an opt-out",
            back,
        )
    )


def _in_and_out(night: Night, draw: _Draw) -> None:
    """People whose own words changed."""
    out = draw.change(1, lambda row: row.but(unsubscribed="yes", outcome="opted_out"))
    night.changes.append(Change("said stop", "stopped first of all, and suppressed", out, stop=1))
    withdrawn = draw.change(1, lambda row: row.but(consent="no", outcome="no_consent"))
    night.changes.append(Change("withdrew consent", "stopped", withdrawn, stop=1))
    given = draw.change(1, lambda row: row.but(consent="yes", outcome="accepted"), was="no_consent")
    night.changes.append(Change("gave consent", "added", given, add=1))
    mended = [row for row in night.rows if row.customer == "C20104"]
    at = night.rows.index(mended[0])
    night.rows[at] = mended[0].but(mobile="+1 206-555-0104", outcome="accepted")
    night.changes.append(
        Change("a number without area code was corrected", "added", ["C20104"], add=1)
    )


def _newcomers(night: Night, spare: list[Number], chance: Chance) -> None:
    """New customers come before the rubbish that the spreadsheet leaves at its end."""
    at = next(n for n, row in enumerate(night.rows) if row.raw.startswith("CustomerID"))
    new = []
    for ordinal in range(12):
        number = spare.pop()
        new.append(
            Row(
                customer=f"C3{ordinal + 1:04}",
                first=chance.pick(("Noa", "Ravi", "Ebba", "Ilya", "Maren", "Tomé")),
                email=f"new.{ordinal + 1}@example.com" if chance.happens(0.6) else "",
                mobile=number.spelt(chance),
                country=chance.pick(COUNTRY_SPELLINGS["US"]),
                segment="New",
                purchase="2026-03-01",
            )
        )
    night.rows[at:at] = new
    customers = [row.customer for row in new]
    night.changes.append(Change("new customers", "added", customers, add=len(new)))


def _respelt(row: Row) -> Row:
    """The digits of a North American number in a spelling it did not have."""
    digits = "".join(sign for sign in row.mobile if sign.isdigit())[-10:]
    dotted = f"+1.{digits[:3]}.{digits[3:6]}.{digits[6:]}"
    return row.but(mobile=dotted)


class _Draw:
    """Picks people for a change, nobody twice."""

    def __init__(self, night: Night, ordinary: list[Row], chance: Chance) -> None:
        self._night = night
        self._ordinary = chance.shuffled(ordinary)

    def take(
        self, count: int, fits: Callable[[Row], bool] = lambda _: True, was: str = "accepted"
    ) -> list[str]:
        """The next customers that fit, had this outcome, and have been picked for nothing yet."""
        american = {"USA", "United States", "US", "us", "U.S.A.", "Canada", "CA"}
        found = [
            row.customer
            for row in self._ordinary
            if row.customer not in self._night.touched
            and row.outcome == was
            and row.country in american
            and fits(row)
        ][:count]
        self._night.touched.update(found)
        return found

    def change(
        self,
        count: int,
        how: Callable[[Row], Row],
        fits: Callable[[Row], bool] = lambda _: True,
        was: str = "accepted",
    ) -> list[str]:
        """Changes the rows of so many people in the new file."""
        customers = set(self.take(count, fits, was))
        changed = []
        for at, row in enumerate(self._night.rows):
            if row.customer in customers:
                self._night.rows[at] = how(row)
                changed.append(row.customer)
        return changed
