"""A desk to run syncs from: a folder with a CSV file and a state, and a sandbox to call.

    desk = Desk(folder, sandbox)
    desk.write(people(10))
    done = desk.run()
    assert done.report.load.confirmed == 10
    assert desk.new_calls() == ...

Everything is real: the source reads a file, the state is a database, and the platform is another
process. Only waits are shortened, by the policy that every caller may give.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import SecretStr

from connectors.destinations.sms_platform.client import SmsPlatform
from connectors.destinations.sms_platform.settings import PlatformSettings
from connectors.sources.delimited.csv_file import CsvFile
from schemas.sync_file import SyncFile
from sendersync.pipeline.job import Command, Job, Progress, RunContext
from sendersync.pipeline.load.clean_stop import CancelToken
from sendersync.pipeline.load.retries import RetryPolicy
from sendersync.pipeline.load.step_runner import run_inline
from sendersync.pipeline.run import Finished, run_job
from sendersync.state.store import State
from tests.builders.sync_files import CODE
from tests.stand_ins.sandbox_process import SandboxProcess

HEADER = ("CustomerID", "Email", "Mobile", "Country", "First Name", "Unsubscribed", "Consent")
Row = dict[str, str]

HASTY = RetryPolicy(
    first_wait=0.01,
    longest_wait=0.05,
    stop_waits=(0.01, 0.02),
    not_understood_wait=0.01,
    call_is_over_after=0.01,
)
"""As many attempts as always, with hardly a wait between them."""

_SYNC: dict[str, Any] = {
    "sync": "newsletter",
    "source": {"kind": "csv", "path": "contacts.csv"},
    "columns": {
        "key": "CustomerID",
        "email": "Email",
        "phone": "Mobile",
        "country": "Country",
        "first_name": "First Name",
        "opted_out": "Unsubscribed",
        "consent": "Consent",
    },
    "sender_code": CODE,
    "default_country": "US",
    "load": {"rate_per_second": 20_000, "concurrency": 8, "batch_size": 200},
}


def phone(number: int) -> str:
    """A number that is valid and may be mobile, in E.164: many are needed, so not 555-01xx."""
    assert 0 <= number < 1_000_000
    return f"+1206{2_000_000 + number:07d}"


def person(number: int, **cells: str) -> Row:
    """A row of `HEADER`; `cells` are given with underscores for spaces."""
    row = {
        "CustomerID": f"C{number:06d}",
        "Email": "",
        "Mobile": phone(number),
        "Country": "US",
        "First Name": f"Ann{number}",
        "Unsubscribed": "",
        "Consent": "yes",
    }
    given = {name.replace("_", " "): value for name, value in cells.items()}
    assert not set(given) - set(row), "no such column"
    return {**row, **given}


def people(count: int, start: int = 0) -> list[Row]:
    """So many rows, one person each."""
    return [person(number) for number in range(start, start + count)]


def as_csv(rows: Iterable[Row], header: Sequence[str] = HEADER) -> str:
    """The rows as the text of a CSV file."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, header, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def sync_file(**changes: Any) -> SyncFile:
    """The sync of most tests; `columns` are merged, and one given as None is not mapped."""
    columns = {**_SYNC["columns"], **changes.pop("columns", {})}
    mapped = {field: column for field, column in columns.items() if column is not None}
    load = {**_SYNC["load"], **changes.pop("load", {})}
    given = {**_SYNC, **changes, "columns": mapped, "load": load}
    return SyncFile.model_validate({k: v for k, v in given.items() if v is not None})


class Desk:
    """A folder, a state and a platform."""

    def __init__(self, folder: Path, sandbox: SandboxProcess, state_url: str = "") -> None:
        """The folder is made; the state is not, before the first run."""
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.sandbox = sandbox
        self.sync = sync_file()
        self.policy = HASTY
        self.state_file = folder / "state" / "state.db"
        self.state_url = state_url or f"sqlite:///{self.state_file}"
        self.password = sandbox.password
        self._seen = 0

    # The source

    def write(self, rows: Iterable[Row], name: str = "contacts.csv") -> Path:
        """Writes tonight's file."""
        return self.write_text(as_csv(rows), name)

    def write_text(self, text: str, name: str = "contacts.csv") -> Path:
        """Writes tonight's file as it is given."""
        path = self.folder / name
        path.write_bytes(text.encode("utf-8"))
        return path

    # Runs

    def run(self, command: Command = Command.RUN, **how: Any) -> Finished:
        """One run; `how` goes to `Job`.

        But for `sync`, `stop`, `policy`, `file`, `url`, `transport`, `progress`, `steps` and `clock`,
        which are ours.

        The books are checked every time, whatever came of the run.
        """
        given = {
            "command": command,
            "sync": how.pop("sync", self.sync),
            "source": CsvFile(self.folder / how.pop("file", "contacts.csv")),
            "approved_by": "tester",
        }
        settings = self.settings(how.pop("url", self.sandbox.url))
        transport = how.pop("transport", None)
        context = RunContext(
            self.state_url,
            lambda: SmsPlatform(settings, transport),
            account=lambda: settings.account,
            stop=how.pop("stop", CancelToken()),
            policy=how.pop("policy", self.policy),
            progress=how.pop("progress", Progress()),
            steps=how.pop("steps", run_inline),
            **({"clock": how.pop("clock")} if "clock" in how else {}),
        )
        done = run_job(Job(**{**given, **how}), context)
        check_books(done, dry_run=how.get("dry_run", False))
        return done

    def plan(self, **how: Any) -> Finished:
        """A dry run."""
        return self.run(dry_run=True, **how)

    def adopt(self, **how: Any) -> Finished:
        """Takes what is in the file as subscribed."""
        return self.run(Command.ADOPT, **how)

    def import_(self, **how: Any) -> Finished:
        """A one-off import of the same file."""
        sync = how.pop("sync", self.sync)
        name = f"import:{sync.sender_code}"
        return self.run(Command.IMPORT, sync=sync.model_copy(update={"sync": name}), **how)

    def first_load(self, rows: Iterable[Row]) -> None:
        """Everybody in, all confirmed; the calls of it are not new any more."""
        rows = list(rows)
        self.write(rows)
        done = self.run()
        assert done.exit_code == 0, (done.report, done.error)
        assert done.report.load.confirmed == len(rows)
        self.new_calls()

    def settings(self, url: str) -> PlatformSettings:
        """The sandbox's address and credentials."""
        return PlatformSettings(
            url=url, realm=self.sandbox.realm, password=SecretStr(self.password)
        )

    # What came of them

    def new_calls(self) -> list[dict[str, Any]]:
        """The calls that arrived since this was last asked, in their order."""
        calls = self.sandbox.calls(since=self._seen)
        self._seen = calls[-1]["n"] if calls else self._seen
        return calls

    def new_commands(self) -> list[tuple[str, str]]:
        """The new calls as (add or stop, phone)."""
        return [
            ("stop" if call["command"] == "stopSubscriberSend" else "add", f"+{call['phone']}")
            for call in self.new_calls()
        ]

    def subscribed(self, code: str = CODE) -> set[str]:
        """Phones that the platform holds subscribed on a sender code."""
        return {f"+{each['phone']}" for each in self._all("subscriptions", code)}

    def opted_out(self, code: str = CODE) -> set[str]:
        """Phones that the platform holds opted out on a sender code."""
        return {f"+{each['phone']}" for each in self._all("opt_outs", code)}

    def _all(self, what: str, code: str) -> list[dict[str, Any]]:
        return list(self.sandbox.state(limit=1_000_000, sender_code=code)[what])

    def state(self) -> State:
        """The state, to be looked at."""
        return State.open(self.state_url, read_only=True)

    def standings(self, sync: str = "newsletter") -> dict[str, str]:
        """Phone to standing, as the ledger holds it."""
        with self.state() as state:
            members = state.members.of(sync)
        return dict(zip(members["phone"], members["standing"], strict=True))

    def operations(self, done: Finished) -> pd.DataFrame:
        """What the ledger holds of a run."""
        with self.state() as state:
            return state.ledger.operations(done.report.run)

    def suppressed(self) -> set[str]:
        """The do-not-contact list."""
        with self.state() as state:
            return set(state.suppressions.all()["phone"])

    def suppress(self, *phones: str) -> None:
        """A person's own order."""
        with State.open(self.state_url) as state:
            state.suppressions.add(phones, origin="person", reason="asked by phone")


def check_books(done: Finished, *, dry_run: bool = False) -> None:
    """Every row and every operation is accounted for, whatever happened, and no person is named."""
    report = done.report
    plan, load = report.plan, report.load
    planned = plan.add + plan.stop + plan.update
    assert sum(asdict(report.contacts).values()) == report.source.rows or done.error is not None
    assert load.total() == (0 if dry_run else planned), report
    reasons = sum(report.reasons.values())
    assert reasons == report.contacts.rejected + report.contacts.withheld
    told = json.dumps(report.as_json()) + str(done.error)
    assert not re.search(r"206\D{0,2}2\d\d\D?\d{4}|@example|Ann\d", told), told


def snapshot(folder: Path) -> Mapping[str, tuple[str, int]]:
    """Every file below a folder with its digest and its mode."""
    return {
        str(path.relative_to(folder)): (
            hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "folder",
            path.stat().st_mode,
        )
        for path in sorted(folder.rglob("*"))
    }


def without(rows: Sequence[Row], *numbers: int) -> list[Row]:
    """The rows but those at these places."""
    return [row for place, row in enumerate(rows) if place not in numbers]


def with_row(rows: Sequence[Row], place: int, **cells: str) -> list[Row]:
    """The rows with some cells of one of them changed."""
    given = {name.replace("_", " "): value for name, value in cells.items()}
    return [{**row, **given} if place == at else row for at, row in enumerate(rows)]
