"""The platform in memory: it subscribes, stops, and answers badly where it was told to."""

from __future__ import annotations

import os
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from schemas.outcomes import Answer, Kind, Operation, Verdict
from tests.simulation.power import Power


@dataclass(frozen=True)
class Call:
    """One request that arrived.

    Attributes:
        night, sync: Of the run that sent it.
        kind: `add` or `stop`; between them `order`, a person's order, and `frozen`: the run slept past
            its lease here.
        phone: E.164.
        answer: What was answered; `lost` where no answer went back.
        was_subscribed: Whether the phone was subscribed when it arrived.
    """

    night: int
    sync: str
    kind: str
    phone: str
    answer: str
    was_subscribed: bool

    def line(self) -> str:
        """As it stands in the log."""
        return f"{self.night} {self.sync} {self.kind} {self.phone} {self.answer}"


FAULTS: Final = (
    *("lost_done", "lost_not_done", "late", "busy", "gateway", "strange_words"),
    *("page", "refused"),
)
"""Done without an answer, not done without one, done at the end of the run, 429, 502, a bare 500, a
maintenance page under 200, a row that the platform finds wrong."""


@dataclass
class MemoryPlatform:
    """Implements the loader's `Destination`, and is its one session.

    Attributes:
        chance: Draws the faults.
        share_of_faults: Of all calls.
        account, call_timeout: See `Destination`.
        subscribed: Phones that get texts.
        calls: Everything that arrived, in order.
        always: A fault of every call, such as `gateway` or `credentials`; empty: none.
        meanwhile: Called behind each call: what happens elsewhere while the run goes on.
        unanswered: Phones whose last answer was lost.
    """

    chance: random.Random
    power: Power
    share_of_faults: float = 0.0
    always: str = ""
    account: str = "in memory"
    call_timeout: float = 0.0
    subscribed: set[str] = field(default_factory=set)
    calls: list[Call] = field(default_factory=list)
    night: int = 0
    sync: str = ""
    meanwhile: Callable[[Call], None] = lambda _: None
    unanswered: set[str] = field(default_factory=set)
    _fault_of: dict[str, str] = field(default_factory=dict)
    _late: list[tuple[Kind, str]] = field(default_factory=list)

    @asynccontextmanager
    async def session(self) -> AsyncIterator[MemoryPlatform]:
        """See `Destination`."""
        yield self

    async def perform(
        self, operation: Operation, may_leave: Callable[[], bool] = lambda: True
    ) -> Answer | None:
        """See `Session`."""
        if not may_leave():
            return None
        self.power.step("call")
        kind = Kind.STOP if operation.kind is Kind.STOP else Kind.ADD
        was = operation.phone in self.subscribed
        answer = self._answer(kind, operation.phone)
        told = "lost" if answer.verdict is Verdict.NO_RESPONSE else answer.verdict.value
        call = Call(self.night, self.sync, kind.value, operation.phone, told, was)
        self.calls.append(call)
        if told == "lost":
            self.unanswered.add(operation.phone)
        else:
            self.unanswered.discard(operation.phone)
        self.power.step("answer")
        self.meanwhile(call)
        return answer

    def text_stop(self, phone: str) -> None:
        """Somebody answers a text with STOP: the platform hears it, and tells nobody before its list."""
        self.subscribed.discard(phone)

    def run_ends(self) -> None:
        """What was late has landed by now, and every fault is over."""
        for kind, phone in self._late:
            self._do(kind, phone)
        self._late.clear()
        self._fault_of.clear()

    def _answer(self, kind: Kind, phone: str) -> Answer:
        match self._fault(phone):
            case "lost_done":
                self._do(kind, phone)
                return Answer(Verdict.NO_RESPONSE, text="no answer")
            case "lost_not_done":
                return Answer(Verdict.NO_RESPONSE, text="no answer")
            case "late":
                self._late.append((kind, phone))
                return Answer(Verdict.NO_RESPONSE, text="no answer")
            case "busy":
                return Answer(Verdict.TRANSIENT, 429, "too many requests", retry_after=0.001)
            case "gateway":
                return Answer(Verdict.TRANSIENT, 502, "bad gateway")
            case "strange_words":
                return Answer(Verdict.NOT_UNDERSTOOD, 500, "words that nobody knows")
            case "page":
                return Answer(Verdict.NOT_THE_PLATFORM, 200, "a page")
            case "refused":
                return Answer(Verdict.REFUSED, 500, "no such number")
            case "credentials":
                return Answer(Verdict.CREDENTIALS, 401, "unauthorized")
        was = phone in self.subscribed
        self._do(kind, phone)
        if kind is Kind.ADD:
            return Answer(Verdict.ALREADY if was else Verdict.CONFIRMED, 200)
        # a second stop is answered with an error that may mean anything
        return Answer(Verdict.CONFIRMED if was else Verdict.AMBIGUOUS_STOP, 200 if was else 500)

    def _fault(self, phone: str) -> str:
        """None, a new one, or mostly the same again: what ails one number ails its retries too."""
        if self.always:
            return self.always
        if phone in self._fault_of and self.chance.random() < 0.7:
            return self._fault_of[phone]
        fault = ""
        if self.chance.random() < self.share_of_faults:
            fault = self._fault_of[phone] = self.chance.choice(FAULTS)
        return fault

    def _do(self, kind: Kind, phone: str) -> None:
        if kind is Kind.ADD:
            self.subscribed.add(phone)
        else:
            self.subscribed.discard(phone)


@dataclass
class StopList:
    """The platform's list of who texted STOP, as it exports it: the whole of it, or what is new.

    Attributes:
        folder: Where the files of it are put.
        waiting: Who texted and is in no file yet.
        delivered: Who is.
    """

    folder: Path
    waiting: list[str] = field(default_factory=list)
    delivered: list[str] = field(default_factory=list)

    def deliver(self, at: datetime, *, whole: bool, up_to: int) -> list[str]:
        """Puts another file there.

        Args:
            at: When it is written.
            whole: It has those of earlier files too.
            up_to: How many of those who wait are in it: an export of yesterday has fewer.

        Returns:
            Whom it tells of for the first time.
        """
        new, self.waiting = self.waiting[:up_to], self.waiting[up_to:]
        lines = ["Phone,Received", *(f"{each},{at:%Y-%m-%d}" for each in new)]
        if whole:
            lines += [f"{each},{at:%Y-%m-%d}" for each in self.delivered]
        self.delivered += new
        self.folder.mkdir(exist_ok=True)
        path = self.folder / f"stops-{at:%m-%d-%H%M}.csv"
        path.write_text("\n".join(lines) + "\n", "utf-8")
        os.utime(path, (at.timestamp(), at.timestamp()))
        return new
