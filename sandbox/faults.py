"""Misbehaviour on demand: what networks, proxies and servers do to a call.

A fault says what goes wrong (``kind``), for which calls (``command``, ``phone``) and when
(``share``: at random from a seed, ``nth``: on these matching calls, ``every``: on each
n-th; none of them: always), and how often at most (``count``). The kinds there are belong
to each stand-in.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from http import HTTPStatus
from typing import Any

_DOES_IT_FIRST = ("drop_after", "slow", "broken_json", "truncated", "html_200")


@dataclass(slots=True)
class Fault:
    """One rule. Counting starts when it is installed.

    ``do`` is what ``meanwhile`` does to the records of a CRM before the call is answered.
    """

    kind: str
    share: float | None = None
    nth: list[int] = field(default_factory=list)
    every: int | None = None
    count: int | None = None
    command: str | None = None
    phone: str | None = None
    when: str | None = None
    seconds: float = 5.0
    retry_after: str | None = None
    status: int = 500
    error: str = "Something went wrong"
    how: str = "close"
    do: dict[str, Any] = field(default_factory=dict)
    seen: int = 0
    fired: int = 0

    @property
    def acts_first(self) -> bool:
        """Whether the command is carried out although its answer is spoilt."""
        if self.kind in ("drop_before", "drop_after") or self.when is None:
            return self.kind in _DOES_IT_FIRST
        return self.when == "after"


class Faults:
    """The rules in force, in order: the first that fires spoils the call."""

    def __init__(self, seed: int = 0) -> None:
        """Starts without faults."""
        self.seed = seed
        self.rules: list[Fault] = []
        self._random = random.Random(seed)
        self._changed = asyncio.Event()

    def install(self, rules: list[Fault], *, seed: int | None = None, add: bool = False) -> None:
        """Replaces the rules, or adds to them, and starts the random numbers anew."""
        self.seed = self.seed if seed is None else seed
        self._random = random.Random(self.seed)
        self.rules = [*self.rules, *rules] if add else list(rules)
        self.release()

    async def wait(self, seconds: float) -> None:
        """Holds a call up for so long, or until something about the faults is changed."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._changed.wait()

    def release(self) -> None:
        """Lets every call go on that is held up."""
        self._changed.set()
        self._changed = asyncio.Event()

    def pick(self, command: str, phone: str | None = None) -> Fault | None:
        """The fault that hits this call, if any."""
        hit: Fault | None = None
        for rule in self.rules:
            if rule.command not in (None, command) or rule.phone not in (None, phone):
                continue
            rule.seen += 1
            # The random number is drawn for every matching call, so that which calls are
            # hit depends on the seed and the order of calls alone.
            fires = self._fires(rule)
            if fires and hit is None and (rule.count is None or rule.fired < rule.count):
                rule.fired += 1
                hit = rule
        return hit

    def _fires(self, rule: Fault) -> bool:
        if rule.share is not None and self._random.random() >= rule.share:
            return False
        if rule.nth and rule.seen not in rule.nth:
            return False
        return not (rule.every and rule.seen % rule.every)

    def listed(self) -> list[dict[str, Any]]:
        """The rules with what they have seen and done, for ``GET /sandbox/faults``."""
        return [asdict(rule) for rule in self.rules]


def read_fault(given: Mapping[str, Any], kinds: Mapping[str, str]) -> Fault:
    """Reads one rule from JSON.

    Raises:
        ValueError: an unknown key or kind, or a value of the wrong type.
    """
    values = dict(given)
    settable = {f.name for f in fields(Fault)} - {"seen", "fired"}
    if "meanwhile" not in kinds:
        settable -= {"do"}
    unknown = sorted(set(values) - settable)
    if unknown:
        raise ValueError(f"unknown in a fault: {', '.join(unknown)}; there are: {sorted(settable)}")
    kind = str(values.get("kind"))
    if kind not in kinds:
        raise ValueError(f"kind {kind!r}: take one of {', '.join(kinds)}")
    nth = values.get("nth") or []
    try:
        return Fault(
            kind=kind,
            share=_maybe(float, values.get("share")),
            nth=[int(n) for n in (nth if isinstance(nth, list) else str(nth).split("+"))],
            every=_maybe(int, values.get("every")),
            count=_maybe(int, values.get("count")),
            command=_maybe(str, values.get("command")),
            phone=_maybe(str, values.get("phone")),
            when=_one_of("when", _maybe(str, values.get("when")), None, "before", "after"),
            seconds=float(values.get("seconds", 5.0)),
            retry_after=_maybe(str, values.get("retry_after", "1" if kind == "429" else None)),
            status=HTTPStatus(int(values.get("status", 500))).value,
            error=str(values.get("error", "Something went wrong")),
            how=_one_of("how", str(values.get("how", "close")), "close", "reset") or "close",
            do=dict(values.get("do") or {}),
        )
    except TypeError as wrong:
        raise ValueError(str(wrong)) from wrong


def read_fault_option(text: str, kinds: Mapping[str, str]) -> Fault:
    """Reads one rule from ``kind=drop_after,share=0.1,command=addPhoneToSenderCode``.

    Several ``nth`` are joined with a plus: ``nth=3+7``.

    Raises:
        ValueError: as ``read_fault``, or a part without an equals sign.
    """
    parts = [part.partition("=") for part in text.split(",") if part]
    if any(not sign for _, sign, _ in parts):
        raise ValueError(f"{text!r}: write it as kind=502,nth=3,command=NAME")
    return read_fault({name.strip(): value.strip() for name, _, value in parts}, kinds)


def _maybe(kind: Any, value: Any) -> Any:
    return None if value is None else kind(value)


def _one_of(name: str, value: str | None, *allowed: str | None) -> str | None:
    if value not in allowed:
        raise ValueError(f"{name} {value!r}: take one of {', '.join(a for a in allowed if a)}")
    return value
