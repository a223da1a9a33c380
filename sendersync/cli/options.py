"""Arguments and options that several commands share, spelled once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sendersync.cli.views.durations import seconds_of

SyncPaths = Annotated[
    list[Path],
    typer.Argument(metavar="SYNC.yaml", help="The sync file; or several, or a folder of them."),
]
SyncPath = Annotated[Path, typer.Argument(metavar="SYNC.yaml", help="The sync file.")]
FilePath = Annotated[Path, typer.Argument(metavar="FILE", help="The file of contacts.")]
SenderCode = Annotated[
    str, typer.Option("--sender-code", metavar="CODE", help="Sender code on the platform.")
]
OneCode = Annotated[
    str | None,
    typer.Option("--sender-code", metavar="CODE", help="This sender code alone, not all of them."),
]
Json = Annotated[
    bool, typer.Option("--json", help="Print one JSON object and nothing else on standard output.")
]
Quiet = Annotated[
    bool,
    typer.Option("--quiet", "-q", help="Print the answer, what to do, the notes: no tables."),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Plan only: nothing is sent or written.")]
ApproveStops = Annotated[
    int | None,
    typer.Option(
        "--approve-stops",
        min=0,
        metavar="N",
        help="Stop people whose stop was held, if they are N or fewer; for this run only.",
    ),
]
Approve = Annotated[
    str | None,
    typer.Option(
        "--approve", metavar="DIGEST", help="Let go what the plan with this digest held, once."
    ),
]
Note = Annotated[str | None, typer.Option("--note", metavar="TEXT", help="Why, for the record.")]
Full = Annotated[
    bool,
    typer.Option("--full", help="Read everything, also where the sync reads changes only."),
]
For = Annotated[
    float | None,
    typer.Option(
        "--for",
        parser=seconds_of,
        metavar="2h",
        help="Stop cleanly when this time is up: 90s, 10m, 2h, 1h30m.",
    ),
]
MostPeople = Annotated[
    int | None,
    typer.Option(
        "--limit",
        min=1,
        metavar="N",
        help="Call for N people only, and for all who said stop: a careful first send.",
    ),
]
Country = Annotated[
    str | None,
    typer.Option("--country", metavar="US", help="Country of numbers without a country code."),
]
Map = Annotated[
    list[str] | None,
    typer.Option("--map", metavar="FIELD=COLUMN", help="Which column is what; repeatable."),
]
Encoding = Annotated[
    str | None,
    typer.Option("--encoding", metavar="NAME", help="How a text file stores letters, as cp1252."),
]
Sheet = Annotated[
    str | None,
    typer.Option("--sheet", metavar="NAME", help="Which sheet to read."),
]
Rate = Annotated[
    float | None, typer.Option("--rate", metavar="N", help="Requests a second (default 5).")
]
Concurrency = Annotated[
    int | None, typer.Option("--concurrency", metavar="N", help="Requests in flight (default 4).")
]
Unmasked = Annotated[bool, typer.Option("--unmasked", help="Show phones and e-mails in full.")]
RunName = Annotated[
    str, typer.Argument(metavar="RUN", help="A run's id, its beginning, or `last`.")
]
Most = Annotated[
    int,
    typer.Option("--limit", min=0, metavar="N", help="List N operations and N held; 0 lists all."),
]
