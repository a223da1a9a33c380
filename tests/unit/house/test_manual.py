"""The manual and the program say the same: what is missing in one is a fault of the other.

`python -m tests.unit.house.test_manual` writes docs/sync-file.schema.json anew.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.main import get_command

from schemas.errors import ExitCode
from schemas.reasons import ADVICE
from schemas.sync_file import json_schema
from sendersync.cli.entry import app
from sendersync.state.database.tables import METADATA
from tests.builders.repository import ROOT

SCHEMA = ROOT / "docs/sync-file.schema.json"
MANUAL = (ROOT / "docs/commands.md").read_text("utf-8")
README = (ROOT / "README.md").read_text("utf-8")


def _commands() -> dict[str, list[str]]:
    """Every command of the command line, with the options it takes."""
    found: dict[str, list[str]] = {}

    def walk(group: object, path: str) -> None:
        for name, command in getattr(group, "commands", {}).items():
            if command.hidden:
                continue
            full = f"{path} {name}".strip()
            if hasattr(command, "commands"):
                walk(command, full)
            else:
                found[full] = [
                    option
                    for each in command.params
                    if each.param_type_name == "option" and not getattr(each, "hidden", False)
                    for option in each.opts
                    if option.startswith("--") and option != "--help"
                ]

    walk(get_command(app), "")
    return found


def _section(command: str) -> str:
    """What the manual says under a command's own heading."""
    opening = re.search(rf"^## `sendersync {re.escape(command)}\b.*$", MANUAL, re.MULTILINE)
    assert opening, f"docs/commands.md has no section for `sendersync {command}`"
    return MANUAL[opening.start() :].partition("\n## ")[0]


@pytest.mark.parametrize("command", _commands())
def test_every_command_and_option_is_in_the_manual(command: str) -> None:
    """A command has a section of its own, and each of its options stands in it."""
    said = _section(command)
    missing = [option for option in _commands()[command] if f"`{option}" not in said]
    assert not missing, f"docs/commands.md, `sendersync {command}`: {missing}"


def test_the_manual_knows_no_command_that_is_none() -> None:
    """A section of the manual is a command that exists."""
    headed = re.findall(r"^## `sendersync ([a-z-]+(?: [a-z-]+)?)", MANUAL, re.MULTILINE)
    assert sorted(headed) == sorted(_commands())


@pytest.mark.parametrize("command", sorted({name.split()[0] for name in _commands()}))
def test_every_command_is_in_the_readme(command: str) -> None:
    """The README names each command once, so that a reader learns that it is there."""
    assert f"`sendersync {command}" in README


UNPLAYED = {
    "sandbox": "it runs until it is stopped",
    "serve": "it runs until it is stopped",
    "deploy": "it needs a Prefect server; tests/end_to_end/prefect_flows/test_serving.py runs it",
}
"""Commands without a transcript, and why."""


@pytest.mark.parametrize("command", sorted(set(_commands()) - set(UNPLAYED)))
def test_every_command_has_a_transcript(command: str) -> None:
    """What a command prints on the sample stands in the manual or the README, and is played again.

    `docs/generators/transcripts.py` plays them: a new command takes one line, `<!-- play: ... -->`
    with an empty block of `text` below it.
    """
    played = re.findall(r"^<!-- play[^:]*: (.*) -->$", README + MANUAL, re.MULTILINE)
    assert any(re.search(rf"\bsendersync {re.escape(command)}\b", each) for each in played)


def test_reason_codes_are_documented_word_for_word() -> None:
    """docs/reason-codes.md holds the table of schemas.reasons, each code with its advice."""
    page = (ROOT / "docs/reason-codes.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", page, re.MULTILINE))
    assert rows == {reason.value: advice for reason, advice in ADVICE.items()}
    assert not [reason.value for reason in ADVICE if f"`{reason.value}`" not in README]


def _schema_text() -> str:
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


def test_the_schema_for_editors_is_that_of_the_models() -> None:
    """docs/sync-file.schema.json is what `schemas.sync_file.json_schema()` says, to the byte."""
    shipped = SCHEMA.read_text("utf-8")
    assert shipped == _schema_text(), "write it anew: python -m tests.unit.house.test_manual"


def test_every_key_of_the_sync_file_is_documented() -> None:
    """docs/sync-file.md has a row for each key of the sync file, and no other."""
    page = (ROOT / "docs/sync-file.md").read_text("utf-8")
    assert set(re.findall(r"^\| `([\w.]+)` \|", page, re.MULTILINE)) == set(_keys())


def _keys() -> Iterator[str]:
    """`source`, `source.kind`, `source.path`, ...: all keys that the schema for editors knows."""
    schema = json_schema()
    for name, value in schema["properties"].items():
        yield name
        for definition in re.findall(r"'#/\$defs/(\w+)'", str(value)):
            yield from (
                f"{name}.{key}" for key in schema["$defs"][definition].get("properties", {})
            )


def test_exit_codes_are_documented() -> None:
    """The README has a row for each exit code, and none for others."""
    table = README.partition("## Exit codes")[2].partition("\n## ")[0]
    assert sorted(int(code) for code in re.findall(r"^\| (\d+) \|", table, re.MULTILINE)) == sorted(
        ExitCode
    )


def _pages() -> list[Path]:
    return sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("sa*/**/*.md")])


@pytest.mark.parametrize("page", _pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_and_path_of_a_page_leads_somewhere(page: Path) -> None:
    """Relative links, and paths in backticks that start in one of our folders, exist."""
    text = page.read_text("utf-8")
    links = [link for link in re.findall(r"\]\(([^)#\s]+)", text) if "://" not in link]
    broken = [link for link in links if not (page.parent / link).exists()]
    folders = "connectors|docs|flows|sandbox|sample_data|schemas|sendersync|tests|benchmarks"
    paths = re.findall(rf"`((?:{folders})/[\w./-]+\.\w+)`", text)
    assert not broken + [path for path in paths if not (ROOT / path).exists()]


@pytest.mark.parametrize("picture", sorted(ROOT.glob("docs/images/*")), ids=lambda each: each.name)
def test_every_picture_is_small_shown_and_told(picture: Path) -> None:
    """A picture is a PNG of 1280 pixels and less than 150 kB, and a page shows it with words for it."""
    head = picture.read_bytes()
    assert head.startswith(b"\x89PNG") and int.from_bytes(head[16:20], "big") == 1280
    assert len(head) < 150_000
    text = "".join(page.read_text("utf-8") for page in _pages())
    shown = re.findall(rf"!\[([^\]]*)\]\([\w./-]*images/{re.escape(picture.name)}\)", text)
    assert shown and all(len(words) > 40 for words in shown)


if __name__ == "__main__":
    SCHEMA.write_text(_schema_text(), "utf-8")


def test_the_page_on_the_state_says_how_long_each_table_is_kept() -> None:
    """docs/state.md names every table once, beside the time for which its rows are kept."""
    page = (ROOT / "docs/state.md").read_text("utf-8")
    rows = [line.split("|")[1] for line in page.splitlines() if line.startswith("| `")]
    named = sorted(name for row in rows for name in re.findall(r"`([a-z_]+)`", row))
    assert named == sorted(table.removeprefix("sendersync_") for table in METADATA.tables)
