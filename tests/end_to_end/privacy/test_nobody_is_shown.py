"""No command shows a phone, an e-mail, a name or a key, whatever columns and files hold.

Left out are those whose business it is: `explain` and `suppress` with `--json`, `--unmasked`, and files
that are written for a person (rejects, exports, clean copies).
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence

import pytest

from tests.builders.command_line import SYNC, CommandLine, Done
from tests.stand_ins.sandbox_process import SandboxProcess

CODE = "12065551212"
NAMES = ("Quillfeather", "Zoë-Brïdget", "Żółwińska", "Mc'Garrigle", "毛澤西瓜", "Null-Pointerson")
MARKS = (
    *NAMES,
    *("quill@example.com", "zoe.b@example.org", "KEY-774", "PRIVNOTE", "5550142"),
    *(f"200000{number}" for number in range(1, 7)),
)
COLUMNS = ("CustomerID", "Email", "Mobile", "Country", "First Name", "SMS consent", "Unsubscribed")
FIELDS = ("key", "email", "phone", "country", "first_name", "consent", "opted_out")
ROWS = (
    ("KEY-774001", "quill@example.com", "+12062000001", "US", "Quillfeather", "yes", ""),
    ("KEY-774002", "zoe.b@example.org", "+1 206 200 0002", "Quillfeather", "Zoë-Brïdget", "yes", ""),
    ("KEY-774003", "no email, Quillfeather", "(206) 200-0003", "US", "Żółwińska", "by 2062000003", ""),
    ("KEY-774004", "", "call Quillfeather", "quill@example.com", "Mc'Garrigle", "yes", ""),
    ("KEY-774005", "", "2062000005", "US", "毛澤西瓜" * 90, "yes", "no texts for Quillfeather PRIVNOTE"),
    ("KEY-774006", "", "206200000", "US", "Null-Pointerson", "maybe", ""),
    ("KEY-774001", "quill@example.com", "+12062000006", "US", "Quillfeather", "yes", "stop"),
    ("quill@example.com", "", "+1206555014", "US", "quill@example.com", "yes", ""),
    ("Quillfeather", "", "2065550142;2062000004", "US", "Quillfeather", "yes", ""),
)  # fmt: skip


def as_csv(*, header: bool = True, delimiter: str = ",") -> str:
    """The rows as a file."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
    writer.writerows([COLUMNS, *ROWS] if header else ROWS)
    return text.getvalue()


def mapping(columns: Sequence[str]) -> str:
    """A sync file that takes these columns for the fields, in their order."""
    text = f"{SYNC}default_country: US\n"
    for field, right, given in zip(FIELDS, COLUMNS, columns, strict=True):
        text = text.replace(f"  {field}: {right}\n", f"  {field}: {given}\n")
    return text


@pytest.fixture
def line(tmp_path_factory: pytest.TempPathFactory, sandbox: SandboxProcess) -> CommandLine:
    """A folder whose name is nobody's."""
    found = CommandLine(tmp_path_factory.mktemp("folder"), sandbox.env())
    found.write("newsletter.yaml", mapping(COLUMNS))
    found.write("contacts.csv", as_csv())
    return found


def shown(line: CommandLine, *commands: Sequence[str]) -> Iterator[str]:
    """What commands showed of anybody, each with a word of where."""
    for command in commands:
        done: Done = line(*command)
        said = done.out + done.err
        for mark in MARKS:
            if found := re.search(re.escape(mark), said, re.IGNORECASE):
                near = said[max(0, found.start() - 60) : found.end() + 30]
                yield f"{' '.join(command)}: {near!r}"


def test_of_a_messy_file_nobody_is_shown(line: CommandLine) -> None:
    """Reading, running and looking back."""
    run = "newsletter.yaml"
    assert not list(
        shown(
            line,
            *(["check", file, *how] for file in (run, "contacts.csv") for how in ([], ["--json"])),
            *([command, run, *how] for command in ("plan", "run") for how in ([], ["--json"])),
            *([command, *how] for command in ("history", "list", "review") for how in ([], ["--json"])),
            *(["show", "last", *how] for how in ([], ["--json"])),
            *([command, "last"] for command in ("rejects", "retry", "undo")),
            ["rejects", "last", "--out", "rejected.csv"],
            ["adopt", run],
            ["doctor"],
            ["suppress", "list"],
            ["explain", "+12062000001"],
            ["explain", "quill@example.com"],
            ["stop", "contacts.csv", "--sender-code", CODE, "--map", "opted_out=Unsubscribed"],
            ["import", "contacts.csv", "--sender-code", CODE],
            ["suppress", "import", "contacts.csv"],
            ["backup", "copy.backup"],
            ["check-state"],
            ["forget", "quill@example.com"],
            ["forget", "+1 206 200 0002"],
        )
    )  # fmt: skip


@pytest.mark.parametrize("shift", range(1, len(COLUMNS)))
def test_of_wrongly_mapped_columns_nobody_is_shown(line: CommandLine, shift: int) -> None:
    """Every field takes the column of another."""
    line.write("newsletter.yaml", mapping([*COLUMNS[shift:], *COLUMNS[:shift]]))
    told = shown(line, *([command, "newsletter.yaml"] for command in ("check", "plan", "run")))
    assert not list(told)


FILES = {
    "no header": as_csv(header=False),
    "no header, semicolons": as_csv(header=False, delimiter=";"),
    "names beside numbers": "Quillfeather +12062000001\nZoë-Brïdget 2062000002\n",
}


@pytest.mark.parametrize("text", FILES.values(), ids=FILES)
def test_of_a_file_without_names_of_columns_nobody_is_shown(line: CommandLine, text: str) -> None:
    """Its first row is nobody's header."""
    line.write("contacts.csv", text)
    told = shown(
        line,
        ["check", "contacts.csv"],
        ["check", "contacts.csv", "--json"],
        ["run", "newsletter.yaml"],
        ["import", "contacts.csv", "--sender-code", CODE],
        ["stop", "contacts.csv", "--sender-code", CODE],
        ["suppress", "import", "contacts.csv"],
    )
    assert not list(told)
