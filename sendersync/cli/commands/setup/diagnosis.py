"""One line of `doctor`: what was looked at, what was found, and what to do."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Diagnosis:
    """One line.

    Attributes:
        name: What was looked at.
        ok: Nothing has to be done.
        says: What was found.
        do: What to do; empty when nothing has to be done.
        later: Nothing is wrong here: the other side is away.
        unproven: Nothing is wrong here: a person must look something up.
        held: Nothing is wrong here: a person must approve something.
    """

    name: str
    ok: bool
    says: str
    do: str = ""
    later: bool = False
    unproven: bool = False
    held: bool = False


def right(name: str, says: str, do: str = "") -> Diagnosis:
    """A line that asks nothing."""
    return Diagnosis(name, ok=True, says=says, do=do)


def wrong(name: str, says: str, do: str = "", *, later: bool = False) -> Diagnosis:
    """A line with something to fix, or to wait for."""
    return Diagnosis(name, ok=False, says=says, do=do, later=later)
