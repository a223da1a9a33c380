"""`demo`: two nights on the sample, against a sandbox, explained on screen.

Every run is the real one: the same steps, state and connector as `sendersync run`. What it says is
checked as it is said: when anything is not as it should be, the demo says so and ends with 1.
"""

from __future__ import annotations

import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from schemas.errors import ExitCode, WrongUse
from schemas.wording import counted
from sendersync.cli.commands.setup.demo_sandbox import DemoSandbox
from sendersync.cli.views.durations import readable
from sendersync.cli.views.output import console

if TYPE_CHECKING:
    from rich.console import Console

    from sendersync.pipeline.job import Job
    from sendersync.pipeline.run import Finished

Keep = Annotated[
    bool, typer.Option("--keep", help="Leave the sandbox's page open until Ctrl-C is pressed.")
]

SAMPLE = Path(__file__).resolve().parents[4] / "sample_data"
_STOP = "stopSubscriberSend"


def register(app: typer.Typer) -> None:
    """Adds the command to the command line."""
    app.command("demo")(demo)


def demo(keep: Keep = False) -> int:
    """Two nights on sample data, explained; needs no account."""
    if not (SAMPLE / "newsletter.yaml").is_file():
        raise WrongUse(
            "The sample data is not here.",
            where=str(SAMPLE),
            do="Run the demo from a checkout: `make demo`.",
        )
    # asked to end, it takes the sandbox along
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="sendersync-demo-") as folder, DemoSandbox() as sandbox:
        narrator = DemoNarrator(
            console(), sandbox, f"sqlite:///{(Path(folder) / 'state.db').as_posix()}"
        )
        narrator.beginning()
        narrator.first_night()
        narrator.next_night()
        narrator.broken_export()
        narrator.comparison()
        narrator.ending(time.monotonic() - began)
        if keep:
            _wait(narrator.out, sandbox.url)
    return int(ExitCode.FAILED if narrator.wrong else ExitCode.COMPLETED)


class DemoNarrator:
    """The demo's own story, chapter by chapter.

    Attributes:
        out: Where it is printed.
        wrong: What was not as it should be.
    """

    def __init__(self, out: Console, sandbox: DemoSandbox, state: str) -> None:
        from connectors.configuration.sync_files import read_sync_file

        self.out = out
        self.wrong: list[str] = []
        self._sandbox = sandbox
        self._state = state
        sync = read_sync_file(SAMPLE / "newsletter.yaml").sync
        # a sandbox on this machine needs no sparing, and a person is waiting
        load = sync.load.model_copy(update={"rate_per_second": 1000.0, "concurrency": 16})
        self._sync = sync.model_copy(update={"load": load})

    def beginning(self) -> None:
        """What this is, and where to look meanwhile."""
        self._heading("What this is")
        self._say(
            "sendersync makes an SMS platform match a file of contacts. Nothing here is "
            "real: the people are invented, and the platform is a sandbox on this machine."
        )
        self._say(f"Its page shows what it holds: {self._sandbox.url}")

    def first_night(self) -> None:
        """An empty platform and a whole file."""
        self._heading("1. The first night: contacts.csv")
        finished = self._run("contacts.csv", ExitCode.COMPLETED)
        counts = finished.report.contacts
        self._say(
            f"{counts.accepted:,} people were added, each phone in one spelling, whatever the "
            f"file had. {counted(counts.merged, 'row has', 'rows have')} the same phone as another "
            f"row. {counted(counts.rejected, 'row is', 'rows are')} not usable, and "
            f"{counted(counts.withheld, 'person', 'people')} must not be texted: a stop or a "
            "missing consent beats everything else. One row of each kind:"
        )
        self._examples("contacts.csv")
        self._hazards("contacts.csv")
        self._expect(
            "every accepted contact is confirmed",
            holds=finished.report.load.confirmed == counts.accepted,
        )

    def next_night(self) -> None:
        """The same export a day later: only the difference."""
        self._heading("2. The next night: contacts-next-night.csv")
        before = sum(self._sandbox.calls().values())
        finished = self._run("contacts-next-night.csv", ExitCode.COMPLETED)
        plan, made = finished.report.plan, sum(self._sandbox.calls().values()) - before
        planned = plan.add + plan.stop + plan.update
        self._say(
            f"{finished.report.source.rows:,} rows, and {planned} calls: {plan.unchanged:,} people "
            "are as they were, also those whose number is spelled differently today."
        )
        self._causes(finished)
        self._expect(f"the sandbox counted {made} calls, as planned", holds=made == planned)

    def broken_export(self) -> None:
        """Half a file: nobody has left."""
        self._heading("3. A broken export: half-file.csv")
        before = self._sandbox.calls()[_STOP]
        finished = self._run("half-file.csv", ExitCode.HELD)
        stopped = self._sandbox.calls()[_STOP] - before
        self._say(
            f"Half the people are missing. A stop is final, so {stopped} were stopped and "
            f"{finished.report.plan.held:,} stops are held until you look:"
        )
        for because in finished.report.held_because:
            self._say(f"  {because.text}")
        self._say(
            "`sendersync run` ends with exit code 3 then and lists who is held. They are stopped "
            "only with --approve; a whole source needs none."
        )
        self._expect("no one was stopped", holds=stopped == 0)

    def comparison(self) -> None:
        """The ledger's members against what the sandbox itself counts."""
        from schemas.member_status import MemberStatus
        from sendersync.state.store import State

        self._heading("4. Does it add up?")
        with State.open(self._state, read_only=True) as state:
            members = state.members.of(self._sync.sync)
        held = members.loc[members["standing"] == MemberStatus.SUBSCRIBED]
        ledger = set(zip(held["phone"], held["sender_code"], strict=True))
        platform = self._sandbox.subscribed()
        self._say(f"Our own record: {len(ledger):,} subscribed. The sandbox: {len(platform):,}.")
        self._expect("they are the same people, every one of them", holds=ledger == platform)

    def ending(self, seconds: float) -> None:
        """What to do now."""
        self._heading("What next")
        self._say("sample_data/README.md names every trap in these files, line by line.")
        self._say("Your own file, without an account:")
        self._say("  sendersync check yourfile.csv --country US")
        self._say("Your own platform: set SENDERSYNC_API_URL, SENDERSYNC_REALM and")
        self._say("SENDERSYNC_PASSWORD, copy sample_data/newsletter.yaml, and look first:")
        self._say("  sendersync doctor")
        self._say("  sendersync plan yoursync.yaml")
        self.out.print()
        if self.wrong:
            for what in self.wrong:
                self.out.print(f"NOT as it should be: {what}", style="bold red", soft_wrap=True)
            return
        self._say(f"Done in {readable(seconds)}. All of it was temporary: nothing is left behind.")

    def _run(self, file: str, expected: ExitCode) -> Finished:
        from connectors.sources.registry import open_file
        from sendersync.pipeline.job import Command, Job

        finished = _run(Job(Command.RUN, self._sync, open_file(SAMPLE / file)), self)
        self._say(
            f"$ sendersync run newsletter.yaml   ({readable(finished.report.seconds)}, "
            f"exit code {int(finished.exit_code)})"
        )
        if finished.error is not None:
            self._say(str(finished.error))
        self._expect(
            f"{file} ends with exit code {int(expected)}",
            holds=finished.exit_code is expected,
            quiet=True,
        )
        return finished

    @property
    def means(self) -> dict[str, Any]:
        """Where a run of the demo writes and calls."""
        return {"state_url": self._state, "destination": self._sandbox.platform}

    def _examples(self, file: str) -> None:
        """The first row of each kind that did not get through, as it stands in the file."""
        from connectors.sources.registry import open_file
        from schemas.reasons import ADVICE, Reason
        from sendersync.cli.views.tables import table
        from sendersync.pipeline.check.check_source import check
        from sendersync.transforms.masking.masked_cells import shown_cell

        means = {str(code): advice for code, advice in ADVICE.items()}
        means["merged"] = "The same phone as in an earlier row, in whatever spelling."
        order = ["merged", *(str(code) for code in reversed(Reason))]
        found = check(open_file(SAMPLE / file), self._sync).examples
        shown = sorted(
            (each for each in found if each.end in means), key=lambda e: order.index(e.end)
        )
        rows = [
            (
                each.line,
                shown_cell("phone", each.before["phone"], unmasked=False)
                if each.before
                else "(a broken row)",
                each.end,
                means[each.end],
            )
            for each in shown
        ]
        headings = ("Line", "Phone in the file", "Became", "What it means")
        self.out.print(table(headings, rows, right=("Line",)))

    def _hazards(self, file: str) -> None:
        """What exports are known for, and that each row of it ended as the sample's page says."""
        from connectors.sources.registry import open_file
        from sendersync.cli.commands.setup.demo_hazards import first_table
        from sendersync.cli.views.tables import table
        from sendersync.pipeline.check.check_source import check

        hazards = first_table((SAMPLE / "README.md").read_text("utf-8"))
        announced = {line: end for hazard in hazards for line, end in hazard.ends.items()}
        looked_at = check(open_file(SAMPLE / file), self._sync, look_at=announced).looked_at
        self._say(f"{len(hazards)} hazards that exports are known for, and what was done:")
        rows = [
            (", ".join(str(line) for line in hazard.ends), hazard.what, hazard.becomes)
            for hazard in hazards
        ]
        self.out.print(table(("Lines", "What is wrong", "What becomes of it"), rows))
        self._expect(
            f"all {len(announced)} of these rows ended as sample_data/README.md announces",
            holds=bool(announced) and {each.line: each.end for each in looked_at} == announced,
        )

    def _causes(self, finished: Finished) -> None:
        from sendersync.cli.views.operations import causes_table

        if finished.decided is not None:
            self.out.print(causes_table(finished.decided.plan.operations))

    def _heading(self, text: str) -> None:
        self.out.print()
        self.out.print(text, style="bold")

    def _say(self, text: str) -> None:
        self.out.print(text)

    def _expect(self, what: str, *, holds: bool, quiet: bool = False) -> None:
        if not holds:
            self.wrong.append(what)
            self.out.print(f"  [NOT so] {what}", style="bold red")
        elif not quiet:
            self.out.print(f"  [checked] {what}", style="green")


def _run(job: Job, narrator: DemoNarrator) -> Finished:
    from sendersync.cli.views.progress import shown_progress
    from sendersync.pipeline.job import RunContext
    from sendersync.pipeline.run import run_job

    with shown_progress() as progress:
        return run_job(job, RunContext(**narrator.means, progress=progress))


def _wait(out: Console, url: str) -> None:
    """Keeps the sandbox until a person has seen enough."""
    out.print(f"The sandbox's page stays at {url}. Ctrl-C ends it.")
    with _until_interrupted():
        while True:
            time.sleep(1)


@contextmanager
def _until_interrupted() -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        return
