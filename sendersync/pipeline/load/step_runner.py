"""How the named steps of a run are carried out: as they are, or each as a task of Prefect."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

T = TypeVar("T")


class StepRunner(Protocol):
    """Runs the named steps of a run."""

    def __call__(self, name: str, work: Callable[[], T], /) -> T:
        """Does `work` and returns what it returns; the name carries no personal data."""


def run_inline(_name: str, work: Callable[[], T]) -> T:
    """Runs a step as it is; Prefect's flows run each as a task instead."""
    return work()
