"""What a run holds, on a page of our own: counts, reasons, masked people, and the way to let go."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from schemas.flow_options import ApprovalChoice
from tests.builders.command_line import SYNC, CommandLine, phone, row
from tests.builders.page_server import PageServer, text_of
from tests.stand_ins.sandbox_process import SandboxProcess


@pytest.fixture
def line(tmp_path: Path, sandbox: SandboxProcess) -> CommandLine:
    """A command line whose last run holds thirty adds."""
    line = CommandLine(tmp_path / "desk", sandbox.env())
    line.write("newsletter.yaml", f"{SYNC}guards: {{max_adds: 5}}\n")
    line.contacts([row(n) for n in range(10)])
    assert line("adopt", "newsletter.yaml").code == 0
    line.contacts([row(n) for n in range(40)])
    assert line("run", "newsletter.yaml").code == 3
    return line


@pytest.fixture
def page(line: CommandLine) -> Iterator[PageServer]:
    """A page over its state."""
    server = PageServer(line.folder, state=line.env["SENDERSYNC_STATE"])
    yield server
    server.stop()


def test_a_held_plan_is_shown_whole_until_it_is_approved(
    page: PageServer, line: CommandLine
) -> None:
    """Its page says how many, why, who (masked) and how to let go; once approved it offers nothing."""
    run = line("show", "last", "--json").json
    digest = run["digest"]
    waiting = page.browser.get("/held")
    assert f'href="/runs/{run["run"]}"' in waiting.text and "30" in text_of(waiting)
    shown = page.browser.get(f"/plans/{digest}")
    said = text_of(shown)
    for words in (
        *("30 people wait", "new", "max_adds", "The first 20 of them"),
        *("0 added, 0 stopped, 30 held", f"--approve {digest}", "Add"),
    ):
        assert words in said, words
    assert shown.text.count("+1206***") == 20
    assert not any(phone(n) in shown.text for n in range(40))
    assert text_of(page.browser.get(f"/runs/{run['run']}")) == said

    link = next(each for each in shown.text.split('"') if "?parameters=" in each)
    given = json.loads(parse_qs(urlsplit(link).query)["parameters"][0])
    assert given == {"what": {"digest": digest}}
    assert ApprovalChoice.model_validate(given["what"]).digest == digest

    assert line("run", "newsletter.yaml", "--approve", digest).code == 0
    used = page.browser.get(f"/plans/{digest}")
    assert "look at the newest run" in text_of(used)
    assert "approved already" in text_of(used) and "?parameters=" not in used.text
    assert "Nothing: no run holds" in text_of(page.browser.get("/held"))
    everything_went = page.browser.get("/runs/last")
    assert everything_went.status_code == 200 and "holds nothing" in text_of(everything_went)


def test_a_changed_sync_file_is_told_key_by_key(page: PageServer, line: CommandLine) -> None:
    """What the sync file says otherwise than before is told; a run that is none is a plain page."""
    sync = (line.folder / "newsletter.yaml").read_text()
    line.write("newsletter.yaml", sync.replace("max_adds: 5", "min_rows: 5"))
    line.contacts([row(0)])
    assert line("run", "newsletter.yaml").code == 3
    short = page.browser.get("/runs/last")
    assert "source must be put right first" in text_of(short) and "?parameters=" not in short.text
    line.contacts([row(n) for n in range(40)])
    line.write("newsletter.yaml", sync.replace("  consent: SMS consent\n", ""))
    assert line("run", "newsletter.yaml").code == 3
    said = text_of(page.browser.get("/runs/last"))
    assert "What changed in the sync file" in said and "columns.consent" in said
    for name in ("last2", "2026", "7kq2m-9xtr4", "%00", "<b>", "a" * 3000):
        for path in ("runs", "plans"):
            answer = page.browser.get(f"/{path}/{name}")
            assert answer.status_code == 404 and "There is no such" in text_of(answer)
