"""What a person has been shown as held, and which of it they approve: the right plan, or not."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Final, NamedTuple

NOBODY: Final[frozenset[str]] = frozenset()


class Shown(NamedTuple):
    """A held plan: its digest, and the phones in it."""

    digest: str
    phones: frozenset[str]


class Approval(NamedTuple):
    """What is said to a run.

    Attributes:
        digest: As a person gives it; empty: nothing.
        phones: What they were shown under it, and may go by it.
        refused: Why it can be for no plan of this sync; empty: it is for one.
        is_old: Another plan was held since, or this one was approved before.
    """

    digest: str = ""
    phones: frozenset[str] = NOBODY
    refused: str = ""
    is_old: bool = False


NOTHING: Final = Approval()


@dataclass
class Drawer:
    """The held plans that lie on a desk.

    Attributes:
        chance: Draws which of them is approved.
    """

    chance: random.Random
    _shown: dict[str, list[Shown]] = field(default_factory=lambda: defaultdict(list))
    _used: dict[str, list[Shown]] = field(default_factory=lambda: defaultdict(list))
    _used_up: set[str] = field(default_factory=set)

    def keep(self, sync: str, digest: str, phones: frozenset[str]) -> None:
        """A run held something under this digest."""
        self._shown[sync].append(Shown(digest, phones))

    def give_back(self, sync: str, digest: str) -> None:
        """An approval was not used up: it is as good as before."""
        used = self._used[sync]
        self._shown[sync] += [each for each in used if each.digest == digest]
        self._used[sync] = [each for each in used if each.digest != digest]

    def use_up(self, digest: str) -> None:
        """A run that ended by itself has let something go by this digest."""
        self._used_up.add(digest)

    def forget_uses(self) -> None:
        """The state is an older one: it may not know what was used up."""
        self._used_up.clear()

    def clear(self) -> None:
        """Nobody knows of these plans any more."""
        self._shown.clear()
        self._used.clear()

    def newest(self, sync: str) -> Approval:
        """The approval of what the last run held."""
        return self._use(sync, -1)

    def draw(self, sync: str) -> Approval:
        """None, the newest, an older one, one that is used up, or one that is for something else."""
        drawn = self.chance.random()
        shown, used = self._shown[sync], self._used[sync]
        if drawn < 0.3 and shown:
            return self._use(sync, -1)
        if drawn < 0.45 and shown:
            return self._use(sync, self.chance.randrange(len(shown)))._replace(is_old=True)
        if drawn < 0.6 and used:
            again = self.chance.choice(used)
            # of a run that was cut off nobody knows whether it had used it up
            sure = again.digest in self._used_up
            return Approval(again.digest, NOBODY if sure else again.phones, is_old=True)
        if drawn < 0.62:
            return Approval("01234-56789", refused="the digest approved is of no plan")
        others = [each for of in sorted(self._shown) if of != sync for each in self._shown[of]]
        if drawn < 0.66 and others:
            return Approval(others[-1].digest, refused="the digest approved is another sync's")
        return NOTHING

    def _use(self, sync: str, place: int) -> Approval:
        shown = self._shown[sync].pop(place)
        self._used[sync].append(shown)
        return Approval(shown.digest, shown.phones)
