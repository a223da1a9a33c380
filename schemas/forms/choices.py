"""What the drop-downs of Prefect's forms show."""

from __future__ import annotations

from typing import NamedTuple


class Choices(NamedTuple):
    """What is installed.

    Attributes:
        syncs: Sync files, as a run finds them: from the folder where runs start.
        sender_codes: Of sync files, and of people whom the state knows.
        groups: Of sync files.
        countries: Those of sync files first, then all others.
    """

    syncs: tuple[str, ...] = ()
    sender_codes: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
