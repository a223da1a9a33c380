"""What a command was given: from it come the commands that a report prints to be copied."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path

from sendersync.cli.views.operations import FIRST


@dataclass(frozen=True)
class Given:
    """What a command was given, for the commands that its report prints.

    Attributes:
        file: The sync file, or the file of an import or stop list.
        reading: Options that say how the file is read, as they were written.
        limit: Operations and held ones that the report lists; 0: all.
        unmasked: Phones and keys are shown in full.
        verb: The command that carries out what was planned.
        options: Its further options, without which it comes to another plan.
        quiet: Of the report the answer, what to do and the notes; no tables.
    """

    file: Path
    reading: tuple[str, ...] = ()
    limit: int = FIRST
    unmasked: bool = False
    verb: str = "run"
    options: tuple[str, ...] = ()
    quiet: bool = False

    def command(self, verb: str, *options: str) -> str:
        """Another command on the same file, to be copied."""
        return shlex.join(["sendersync", verb, str(self.file), *self.reading, *options])

    def release(self, *options: str) -> str:
        """The command that lets go what is held, to be copied."""
        return self.command(self.verb, *self.options, *options)
