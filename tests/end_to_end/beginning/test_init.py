"""`init`: a folder to begin in."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
import yaml

from connectors.configuration.sync_files import parse_sync_file
from schemas.source_specs import SOURCE_KINDS
from sendersync.pipeline.check.crm_drafts import DRAFTS, crm_draft
from tests.builders.command_line import CommandLine, phone, row
from tests.stand_ins.sandbox_process import SandboxProcess


@pytest.fixture
def line(tmp_path: Path, sandbox: SandboxProcess) -> CommandLine:
    """A folder with an export of three people."""
    found = CommandLine(tmp_path / "line", sandbox.env())
    found.contacts([row(1), row(2), row(3)], name="Weekly letter 2026-11-01.csv")
    return found


def test_from_an_export_to_a_plan(line: CommandLine) -> None:
    """One command, one sender code filled in, and the plan adds three people."""
    done = line("init", "--from", "Weekly letter 2026-11-01.csv")
    assert done.code == 0, done.err
    assert "sendersync plan weekly-letter.yaml" in done.out
    draft = line.folder / "weekly-letter.yaml"
    refused = line("validate", "weekly-letter.yaml")
    assert refused.code == 2 and "not filled in yet" in refused.err
    draft.write_text(draft.read_text("utf-8").replace("FILL_IN", '"12065551212"'), "utf-8")
    assert line("validate", ".").code == 0
    assert line("plan", "weekly-letter.yaml", "--json").json["plan"]["add"] == 3
    secret = line.folder / ".env"
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert "SENDERSYNC_PASSWORD=\n" in secret.read_text("utf-8")
    assert ".env\n" in (line.folder / ".gitignore").read_text("utf-8")
    assert phone(1) not in done.out + done.err + draft.read_text("utf-8")


def test_nothing_that_is_there_is_changed(line: CommandLine) -> None:
    """A second time it is refused before anything is written; settings of somebody's stay."""
    (line.folder / "new").mkdir()
    line.write("new/.env", "SENDERSYNC_REALM=mine\n")
    done = line("init", "new", "--from", "odoo")
    assert done.code == 0 and "left as it is" in done.out
    assert (line.folder / "new/.env").read_text("utf-8") == "SENDERSYNC_REALM=mine\n"
    before = {each: each.read_bytes() for each in (line.folder / "new").iterdir()}
    again = line("init", "new", "--from", "odoo")
    assert again.code == 2 and "--name" in again.err
    assert before == {each: each.read_bytes() for each in (line.folder / "new").iterdir()}
    assert line("init", "new", "--from", "odoo", "--name", "second").code == 0


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["--from", "hubpot"], "hubspot, salesforce, odoo, sql"),
        (["--from", "nobody.csv"], "There is no such file"),
        (["newsletter.yaml", "--from", "hubspot"], "cannot be made"),
        (["--from", "hubspot", "--name", "My List"], "lower-case letters"),
    ],
)
def test_a_slip_is_said_and_leaves_nothing(line: CommandLine, argv: list[str], said: str) -> None:
    """What is no file, no CRM, no folder or no name: exit 2, and nothing is written."""
    before = sorted(line.folder.rglob("*"))
    done = line("init", *argv)
    assert done.code == 2 and said in done.err
    assert sorted(line.folder.rglob("*")) == before


@pytest.mark.parametrize("kind", DRAFTS)
def test_a_draft_of_a_crm_is_right_once_it_is_filled_in(kind: str) -> None:
    """Each field that is left is refused by name; filled in, the sync file holds."""
    text = crm_draft(kind, "letter")
    assert set(DRAFTS) < set(SOURCE_KINDS)
    filled = text.replace("FILL_IN", '"12065551212"').replace("DECIDE", "stopped")
    sync = parse_sync_file(filled, name="letter.yaml")
    assert (sync.sync, sync.source.kind, sync.columns.opted_out) == ("letter", kind, "stopped")
    manual = (Path(__file__).parents[3] / DRAFTS[kind].manual).read_text("utf-8")
    example = yaml.safe_load(manual.split("```yaml\n")[1].split("```")[0])
    assert example["columns"].items() >= DRAFTS[kind].columns.items(), "as the page has it"
    assert not [name for name in DRAFTS[kind].variables if name not in manual]
