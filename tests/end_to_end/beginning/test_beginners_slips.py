"""What a beginner types wrong, and the words they get: what, where, and what to do."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from tests.builders.command_line import SYNC, CommandLine, row

CODE = "--sender-code=12065551212"

COMMANDS = {
    "rum newsletter.yaml": "Did you mean 'run'?",
    "sync newsletter.yaml": "Did you mean `sendersync run`?",
    "status": "Did you mean `sendersync list`?",
    "version": "Did you mean `sendersync --version`?",
    "-v": "Did you mean `sendersync --version`?",
    "login": "Did you mean `sendersync doctor`?",
    "upload contacts.csv": "Did you mean `sendersync import`?",
    "unsubscribe contacts.csv": "Did you mean `sendersync stop`?",
    "help runn": "Did you mean 'run'?",
    "run": "Missing argument 'SYNC.yaml'",
    "run newsletter.yaml --dryrun": "--dry-run",
    "run newsletter.yaml --for 2": "Write 2h, 2m or 2s",
    "run newsletter.yaml --for soon": "Write 90s, 10m, 2h or 1h30m",
    "run newsletter.yaml --limit 0": "greater than or equal to 1",
    "run newsletter.yaml --limit many": "valid integer",
    "run newsletter.yaml --approve yes": "looks like 7kq2m-9xtr4",
    "run newsletter.yaml --approve-stops all": "valid integer",
    "run . --approve abcde-fghjk": "Name the one sync file",
    "show": "Missing argument 'RUN'",
    "show 2026": "`sendersync history` lists them",
    "explain": "Missing argument 'WHO'",
    "undo": "Missing argument 'RUN'",
    "rejects last": "--out",
    "suppress add": "Missing argument 'PHONE...'",
    "suppress add hello": "Put exactly one phone number",
    "suppress add 2065550101": "give --country",
    "suppress remove +12065550101": "`sendersync suppress list --unmasked`",
    "messages send-to-phone +12065550101": "Missing argument 'TEXT'",
    "stop contacts.csv": "--sender-code",
    "import contacts.csv": "--like SYNC.yaml",
    "retire nobody": "Check SENDERSYNC_STATE",
    "rename newsletter My-Letter": "such as `newsletter-us`",
    "restore nobody.db": "Name a backup",
    "restore contacts.csv": "Name one that `sendersync backup` wrote",
    "backup copy.db": "run a sync first",
}
"""A command line, and part of what it answers."""

FILES = {
    "run contacts.csv": "This is a list of contacts, not a sync file",
    "run letter.docx": "This is a text document, not a sync file",
    "run scan.pdf": "This is a PDF document, not a sync file",
    "run newsletter.yml": "Did you mean 'newsletter.yaml'?",
    "run newsletter": "Did you mean 'newsletter.yaml'?",
    "plan newsleter.yaml": "Did you mean 'newsletter.yaml'?",
    "plan nothing-like-it.yaml": "`sendersync init --from FILE`",
    "plan folder": "This is a folder, not a sync file",
    "run folder": "There is no sync file in this folder",
    f"import newsletter.yaml {CODE}": "This is a sync file, not a list of contacts",
    f"import contact.csv {CODE}": "Did you mean 'contacts.csv'?",
    f"import folder {CODE}": "This is a folder, not a file",
    f"import letter.docx {CODE}": "a Word or PowerPoint file",
    f"import scan.pdf {CODE}": "a PDF document",
    f"import empty.csv {CODE}": "The file is empty",
    f"import notes.txt {CODE}": "Cannot tell which column is the phone",
    f"import contacts.csv {CODE} --map phone": "Write it as --map phone=",
    f"import contacts.csv {CODE} --map fone=Mobile": "Did you mean `phone`?",
    f"import contacts.csv {CODE} --map phone=Mobil": "Did you mean 'Mobile'?",
    f"import contacts.csv {CODE} --encoding utf9": "Use one such as utf-8",
    f"import contacts.csv {CODE} --sheet One": "is for a spreadsheet",
    f"import contacts.csv {CODE} --rate 0": "greater than 0",
    "check contacts.csv --write draft.csv": "Write it to draft.yaml",
    "check contacts.csv --write newsletter.yaml": "Pick another file name",
    "check contacts.csv --html contacts.csv": "Pick another file name",
    "check newsletter.yaml --country US": "Leave them out",
}
"""A command line on files that are none of the kind it wants, and part of what it answers."""

KEYS = {
    ("sync: newsletter", "Sync: newsletter"): "Did you mean `sync`?",
    ("sync: newsletter", "sync: My Newsletter"): "lower-case letters",
    ("columns:\n  key", "columns:\n\tkey"): "Check the indentation",
    ("columns:", "colums:"): "Did you mean `columns`?",
    ("kind: csv", "kind: xlsx"): "`excel`",
    ('"12065551212"', "\u201c12065551212\u201d"): "straight quotes",
    ('"12065551212"', "FILL_IN"): "not filled in yet",
    ("group: weekly", "grup: weekly"): "Did you mean `group`?",
    ("group: weekly", "default_country: America"): "two-letter country code such as US",
    ("group: weekly", "removals: delete"): "`stop`, `keep`",
    ("group: weekly", "guards: {max_stops: 10%}"): "removals of one cause",
    ("group: weekly", "guards: {max_stop_share: 50}"): "0.05 for 5 %",
    ("group: weekly", "sync: second"): "there twice",
    ("group: weekly", "opt_outs:"): "no list of who texted STOP would be read",
    ("rate_per_second: 2000", "rate_per_second: 0"): "requests a second",
}
"""A change of a sync file, and part of what `validate` answers."""


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    """A folder as a beginner has it; the platform is never asked."""
    found = CommandLine(tmp_path_factory.mktemp("slips") / "line", {})
    found.env |= {"SENDERSYNC_API_URL": "https://sms.example.com", "SENDERSYNC_REALM": "realm"}
    found.env |= {"SENDERSYNC_PASSWORD": "password"}
    found.contacts([row(1), row(2)])
    (found.folder / "folder").mkdir()
    (found.folder / "scan.pdf").write_bytes(b"%PDF-1.7\n%\xe2\xe3\n")
    with zipfile.ZipFile(found.folder / "letter.docx", "w") as document:
        document.writestr("[Content_Types].xml", "<Types/>")
        document.writestr("word/document.xml", "<document>Dear all</document>")
    found.write("empty.csv", "")
    found.write("notes.txt", "Hello, this is a note.\n")
    return found


def _is_said(line: CommandLine, argv: list[str], said: str) -> None:
    done = line(*argv)
    assert done.code == 2
    first, *others = done.err.strip().splitlines()[-2:]
    assert first.startswith("Error: ") and others[0].startswith("  "), "what, and what to do"
    assert said in done.err
    assert "Traceback" not in done.err and not done.out


@pytest.mark.parametrize(("typed", "said"), [*COMMANDS.items(), *FILES.items()])
def test_a_slip_gets_the_right_word(line: CommandLine, typed: str, said: str) -> None:
    """Exit 2, one error with its place and its mend, nothing on standard output, nobody called."""
    _is_said(line, typed.split(), said)


@pytest.mark.parametrize(("change", "said"), KEYS.items())
def test_a_slip_in_a_sync_file_gets_the_right_word(
    line: CommandLine, change: tuple[str, str], said: str
) -> None:
    """File and line, what is wrong, and what belongs there."""
    assert change[0] in SYNC
    path = line.write("slip.yaml", SYNC.replace(*change))
    try:
        _is_said(line, ["validate", "slip.yaml"], said)
        assert "slip.yaml:" in line("validate", "slip.yaml").err
    finally:
        path.unlink()


def test_there_are_many_slips() -> None:
    """The table has at least as many as were asked for."""
    assert len(COMMANDS) + len(FILES) + len(KEYS) >= 60


def test_the_folder_is_as_it_was(line: CommandLine) -> None:
    """No slip leaves a file behind, or a state."""
    line("run", "contacts.csv")
    names = {each.name for each in Path(line.folder).iterdir()}
    assert names == {
        *("contacts.csv", "newsletter.yaml", "folder", "scan.pdf", "letter.docx"),
        *("empty.csv", "notes.txt"),
    }
