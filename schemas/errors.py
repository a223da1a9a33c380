"""The error tree, grouped by what the caller does next.

    SendersyncError
    ├── WrongUse            2   fix the command, the sync file, the environment; then run again
    │   ├── SyncFileError        the sync file: line, key, nearest right word
    │   ├── SourceMismatch       the source does not have what the sync file maps
    │   │   └── UnknownColumn        a column, property or field that is not there
    │   ├── CredentialsRefused   the platform or the CRM refused the credentials
    │   ├── ApprovalUsed         the approval was used before: it lets nothing more go
    │   ├── NotAState            the file is no state, or has lost what says that it is one
    │   └── StateTooNew          the state was written by a newer sendersync
    ├── TryLater            75  nothing is wrong here: wait, and run again
    │   ├── SourceUnavailable
    │   │   └── SourceStale          nothing new was delivered: older than `max_age`
    │   └── PlatformUnavailable
    ├── NeedsApproval       3   look at what is held, then approve it
    ├── RunActive           5   another run of this sync is active: let it finish
    ├── Interrupted         130 nothing is lost: the next run goes on
    └── RunFailed           1   nothing is lost: run again, and tell us if it stays
        ├── LeaseLost            another run took over while this one was silent
        ├── BooksDoNotBalance    the report does not add up: a fault of ours
        └── FrameMismatch        a frame lacks a column, or has it of another kind: a fault of ours

Every error says what failed, where, and what to do, and carries no personal data: phones are
masked, e-mails, names and addresses with them are left out. Bad rows and refused operations are
not errors but values (`schemas.reasons`, `schemas.outcomes`).
"""

from __future__ import annotations

from enum import IntEnum
from typing import Final


class ExitCode(IntEnum):
    """Exit codes of the command line, exact as in the contract."""

    COMPLETED = 0
    FAILED = 1
    WRONG_USE = 2
    HELD = 3
    PARTIAL = 4
    ACTIVE = 5
    TRY_LATER = 75
    INTERRUPTED = 130


BY_URGENCY: Final = (
    *(ExitCode.WRONG_USE, ExitCode.FAILED, ExitCode.HELD, ExitCode.TRY_LATER),
    *(ExitCode.INTERRUPTED, ExitCode.PARTIAL, ExitCode.ACTIVE, ExitCode.COMPLETED),
)
"""Exit codes, those first after which a person must act."""


class SendersyncError(Exception):
    """Anything that ends a command early.

    Args:
        what: What failed, one sentence, without personal data.
        where: The place: `file:line`, a column, a run, a variable; may be empty.
        do: What the person does next.
    """

    exit_code: ExitCode = ExitCode.FAILED

    def __init__(self, what: str, *, where: str = "", do: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.do = do

    def __str__(self) -> str:
        """The message in one line: where, what, what to do."""
        place = f"{self.where}: " if self.where else ""
        do = f" {self.do}" if self.do else ""
        return f"{place}{self.what}{do}"

    def as_json(self) -> dict[str, str]:
        """The `error` object of `--json`."""
        return {"what": self.what, "where": self.where, "do": self.do}


class WrongUse(SendersyncError):
    """The command, the sync file or the environment must be fixed first."""

    exit_code = ExitCode.WRONG_USE


class SyncFileError(WrongUse):
    """The sync file is not one: `where` holds file, line and key."""


class SourceMismatch(WrongUse):
    """The source can be read and is not what the sync file describes (columns, kind, path)."""


class UnknownColumn(SourceMismatch):
    """The source has no column, property or field of this name.

    Args:
        column: The name that the sync file maps.
        what: See `SendersyncError`.
        do: See `SendersyncError`.
    """

    def __init__(self, column: str, what: str, *, do: str) -> None:
        super().__init__(what, where="columns", do=do)
        self.column = column

    def at_key(self, key: str) -> SourceMismatch:
        """The same, with the key of the sync file that maps the column: `opted_out`."""
        return SourceMismatch(self.what, where=f"columns: {key}", do=self.do)


class CredentialsRefused(WrongUse):
    """The other side answered 401 or 403: no further call was made."""


class ApprovalUsed(WrongUse):
    """The digest was approved in an earlier run: nothing is left to be done about it."""


class NotAState(WrongUse):
    """The file is another program's, or has lost what says that it is a state."""


class StateTooNew(WrongUse):
    """The state carries a newer schema version than this program knows."""


class TryLater(SendersyncError):
    """Something outside is not available at the moment."""

    exit_code = ExitCode.TRY_LATER


class SourceUnavailable(TryLater):
    """The source could not be read to its end."""


class SourceStale(SourceUnavailable):
    """The source is older than its `max_age`: nothing new was delivered."""


class PlatformUnavailable(TryLater):
    """The SMS platform does not answer."""


class NeedsApproval(SendersyncError):
    """Something is held until a person approves it."""

    exit_code = ExitCode.HELD


class RunActive(SendersyncError):
    """Another run of the same sync holds the lease."""

    exit_code = ExitCode.ACTIVE


class Interrupted(SendersyncError):
    """The user ended the command. Nothing is lost: the next run goes on."""

    exit_code = ExitCode.INTERRUPTED


class RunFailed(SendersyncError):
    """The run ended early; the ledger knows how far it came."""

    exit_code = ExitCode.FAILED


class LeaseLost(RunFailed):
    """The lease expired and another run holds it: this one stopped before its next call."""


class BooksDoNotBalance(RunFailed):
    """The counts of a run do not add up."""


class FrameMismatch(RunFailed):
    """A frame is not what `schemas.frames` says; `where` names the frame and the column."""
