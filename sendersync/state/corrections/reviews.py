"""Reviews: what a person found out about an outcome that no answer of the platform has proven.

An unproven outcome is named by a keyed hash of whose it is, so that its name may stand in a ticket
or a chat, and is the same every night until it is closed.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Connection, and_, delete, insert, select, update

from schemas.errors import WrongUse
from schemas.member_status import UNPROVEN_STOPS, MemberStatus
from sendersync.state import revisions
from sendersync.state.database.clock import now_text
from sendersync.state.database.engine import Database
from sendersync.state.database.person_hash import person_hash, salt
from sendersync.state.database.tables import MEMBERS, REVIEWS, UNDONE
from sendersync.state.lease.lease import Lease

STAYS_OUT: Final = "undone"
"""In the place of a standing: a run that added them was taken back, and they stay out."""

_STOPS: Final = tuple(each.value for each in UNPROVEN_STOPS)
_OPEN: Final = (*_STOPS, MemberStatus.UNSURE.value)
_ORDER: Final = {**dict.fromkeys(_STOPS, 0), MemberStatus.UNSURE.value: 1, STAYS_OUT: 2}


class ReviewAnswer(StrEnum):
    """What the platform's own page says of a person."""

    SUBSCRIBED = "subscribed"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Unproven:
    """An outcome that nothing has proven.

    Attributes:
        id: Names the outcome, and does not say whose it is.
        standing: Of the member, or `STAYS_OUT`.
        run: The run whose outcome it is.
        since: UTC text.
    """

    id: str
    sync: str
    sender_code: str
    phone: str
    key: str
    standing: str
    run: str
    since: str

    @property
    def is_stop(self) -> bool:
        """This person was to be stopped, and may still get texts."""
        return self.standing in _STOPS

    def __repr__(self) -> str:
        """Without personal data."""
        return f"Unproven({self.id}, {self.standing})"


@dataclass(frozen=True, slots=True)
class Review:
    """What a person found out: `standing` is what was known before, `at` UTC text."""

    sender_code: str
    phone: str
    standing: str
    answer: str
    who: str
    note: str
    at: str

    def __repr__(self) -> str:
        """Without personal data."""
        return f"Review({self.standing}, {self.answer})"


class Reviews:
    """Outcomes to be looked up, and what people said of them."""

    def __init__(self, database: Database) -> None:
        """On an open database."""
        self._database = database

    def unproven(self) -> list[Unproven]:
        """Of all syncs: stops first, then adds, then who stays out; the oldest of each first."""
        who = ("sync", "sender_code", "phone", "key")
        members = select(
            *(MEMBERS.c[name] for name in who),
            MEMBERS.c.standing,
            MEMBERS.c.run_id.label("run"),
            MEMBERS.c.changed_at.label("since"),
        ).where(MEMBERS.c.standing.in_(_OPEN))
        undone = select(
            *(UNDONE.c[name] for name in who),
            UNDONE.c.run_id.label("run"),
            UNDONE.c.at.label("since"),
        )

        def work(connection: Connection) -> list[Unproven]:
            secret = salt(connection)
            rows = [dict(row) for row in connection.execute(members).mappings()]
            there = {_whose(row) for row in rows}
            out = (dict(row) for row in connection.execute(undone).mappings())
            rows += [{**row, "standing": STAYS_OUT} for row in out if _whose(row) not in there]
            rows.sort(key=lambda row: (_ORDER[row["standing"]], row["since"], row["phone"]))
            name = (person_hash(secret, " ".join(_whose(row)))[:10] for row in rows)
            return [Unproven(id, **row) for id, row in zip(name, rows, strict=True)]

        return self._database.read(work)

    def find(self, name: str) -> Unproven:
        """One unproven outcome by its id, or the beginning of it.

        Raises:
            WrongUse: None, or several, are called so.
        """
        begins = name.strip().casefold()
        found = [each for each in self.unproven() if each.id.startswith(begins)]
        if len(found) == 1:
            return found[0]
        raise WrongUse(
            "Several outcomes start with that." if found else "Nothing unproven has that id.",
            where="ID",
            do="`sendersync review` lists what is unproven; it may have been proven since.",
        )

    def close(
        self, lease: Lease, found: Unproven, answer: ReviewAnswer, *, who: str, note: str = ""
    ) -> None:
        """Writes down what a person found out, and believes it from now on.

        A stop that the platform's page shows holds in every sync, as one that it confirms.

        Args:
            lease: Of the outcome's sync.
            found: As `find` gives it.
            answer: What the platform's page says.
            who: Who looked.
            note: What they wrote beside it.

        Raises:
            LeaseLost: A run of this sync took over; nothing was changed.
            WrongUse: It has been proven meanwhile, or nothing can be closed with this answer.
        """
        if found.standing == STAYS_OUT and answer is ReviewAnswer.STOPPED:
            raise WrongUse(
                "This person stays out already.",
                where="--answer",
                do="`--answer subscribed` lets the next run add them; without it they stay out.",
            )
        person = {name: getattr(found, name) for name in ("sync", "sender_code", "phone")}
        at = now_text()

        def work(connection: Connection) -> None:
            lease.confirm(connection)
            if found.standing == STAYS_OUT:
                closed = connection.execute(delete(UNDONE).where(_is(UNDONE, person))).rowcount
            else:
                closed = _believe(connection, person, answer, at)
            if not closed:
                raise WrongUse("It has been proven meanwhile.", where="ID", do="Nothing is open.")
            given = {"key": found.key, "run_id": found.run, "standing": found.standing}
            said = {"answer": answer.value, "who": who, "note": note, "at": at}
            connection.execute(insert(REVIEWS).values({**person, **given, **said}))
            revisions.bump(connection)

        self._database.write(work)

    def of_run(self, run_id: str) -> list[Review]:
        """What people said of outcomes of a run, oldest first."""
        said = ("sender_code", "phone", "standing", "answer", "who", "note", "at")
        query = select(*(REVIEWS.c[name] for name in said)).where(REVIEWS.c.run_id == run_id)
        ordered = query.order_by(REVIEWS.c.at)
        return self._database.read(lambda c: [Review(*row) for row in c.execute(ordered)])


def _believe(connection: Connection, person: dict[str, str], answer: ReviewAnswer, at: str) -> int:
    """Moves the member, and, where they are stopped, those of other syncs too."""
    stopped = answer is ReviewAnswer.STOPPED
    standing = MemberStatus.STOPPED if stopped else MemberStatus.SUBSCRIBED
    moved = update(MEMBERS).values(standing=standing.value, changed_at=at)
    own = and_(_is(MEMBERS, person), MEMBERS.c.standing.in_(_OPEN))
    closed = connection.execute(moved.where(own)).rowcount
    if closed and stopped:
        connection.execute(
            moved.where(
                MEMBERS.c.sender_code == person["sender_code"],
                MEMBERS.c.phone == person["phone"],
                MEMBERS.c.standing != MemberStatus.STOPPED.value,
            )
        )
    return closed


def _is(table: Any, person: dict[str, str]) -> Any:
    return and_(*(table.c[name] == value for name, value in person.items()))


def _whose(row: dict[str, Any]) -> tuple[str, str, str]:
    return row["sync"], row["sender_code"], row["phone"]
