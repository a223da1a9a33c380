"""Links of a report page, and how one sync of several ended."""

from __future__ import annotations

from dataclasses import dataclass

from schemas.report import Report


@dataclass(frozen=True, slots=True)
class ReportLinks:
    """Where a report page leads.

    Attributes:
        approve: The form that lets go what is held; empty: nowhere.
        again: The form of this run, set to do it for real; empty: nowhere.
        rejects: The table of rejected rows; empty: there is none.
        plan: The whole plan on our own page; empty: that is not there.
    """

    approve: str = ""
    again: str = ""
    rejects: str = ""
    plan: str = ""


@dataclass(frozen=True, slots=True)
class SyncEnd:
    """How one sync of several ended.

    Attributes:
        sync: Its name, or that of its file where it could not be read.
        state: The name of its state in Prefect.
        message: What a person should know of it.
        report: What its run said; None where there was no run.
        page: Where its own report is read; empty: nowhere.
    """

    sync: str
    state: str
    message: str
    report: Report | None = None
    page: str = ""
