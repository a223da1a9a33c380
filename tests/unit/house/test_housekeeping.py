"""What must stay true of the files themselves, whoever adds one."""

from __future__ import annotations

import ast
import os
import re
import tempfile
import tomllib
from pathlib import Path

import pytest

from tests.builders.repository import ROOT

LONGEST = 400
LONGER = {
    "sendersync/transforms/countries/names_data.py": "generated: names of countries, packed",
}
"""Python files that may be longer, each with the reason why it is one idea all the same."""


NOT_OURS = frozenset({"build", "node_modules"})


def _ours(*patterns: str) -> list[Path]:
    """Our files that match, leaving out what make and the tools made; needs no git."""
    found: list[Path] = []
    for folder, below, names in os.walk(ROOT):
        below[:] = [
            name
            for name in below
            if name not in NOT_OURS
            and (name == ".ci" or not name.startswith((".", "__")))
            and not name.endswith(".egg-info")
        ]
        found += [Path(folder, name) for name in names if name != ".env"]
    return sorted(path for path in found if any(path.match(pattern) for pattern in patterns))


def _text(path: Path) -> str:
    return path.read_text("utf-8", errors="replace")


def test_no_file_holds_two_ideas() -> None:
    """A Python file of more than 400 lines is two rooms, unless its reason stands above."""
    lengths = {str(p.relative_to(ROOT)): len(_text(p).splitlines()) for p in _ours("*.py")}
    long = {name: lines for name, lines in lengths.items() if lines > LONGEST}
    assert set(long) == set(LONGER), f"over {LONGEST} lines: {long}; with a reason: {LONGER}"


def test_no_file_is_called_after_nothing() -> None:
    """A name says what is inside: `utils` and its kin say only that nobody decided."""
    empty = re.compile(r"(^|_)(utils?|helpers?|misc|common|stuff)(_|$)")
    assert not [str(path) for path in _ours("*.py") if empty.search(path.stem)]


def test_every_test_states_its_rule() -> None:
    """Each test opens with one sentence that says what must be so."""
    silent = [
        f"{path.relative_to(ROOT)}:{node.lineno}: {node.name}"
        for path in _ours("test_*.py")
        for node in ast.walk(ast.parse(_text(path)))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
        and not (ast.get_docstring(node) or "").partition("\n")[0].endswith((".", "?", "!"))
    ]
    assert not silent, "\n".join(silent)


def test_every_linter_exception_names_its_rule() -> None:
    """`noqa` and `type: ignore` say which rule they lift, and why, on the line or above it.

    Types of tests are not checked, so what is ignored there needs no reason.
    """
    lifted = re.compile(
        r"#\s*(noqa|type:\s*ignore)(?P<codes>: ?[A-Z0-9, ]+|\[[a-z-, ]+\])?(?P<why>.*)"
    )
    found = []
    for path in _ours("*.py"):
        above = ""
        for number, line in enumerate(_text(path).splitlines(), start=1):
            seen = lifted.search(line)
            reason = seen and (len(seen["why"].strip(" #-:")) > 8 or above.startswith("#"))
            if (
                seen
                and not (seen["codes"] and reason)
                and not (path == Path(__file__) or ("type" in seen[1] and "tests" in path.parts))
            ):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()}")
            above = line.strip()
    assert not found, "\n".join(found)


def test_pins_are_names_and_versions_only() -> None:
    """constraints.txt holds no address, no hash and no path: it works with any package index."""
    lines = [line for line in _text(ROOT / "constraints.txt").splitlines() if line[:1] != "#"]
    assert lines
    assert [
        line for line in lines if not re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.!+_-]+", line)
    ] == []


def test_every_dependency_is_pinned() -> None:
    """What pyproject.toml asks for has a tested version in constraints.txt."""
    project = tomllib.loads(_text(ROOT / "pyproject.toml"))["project"]
    asked = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    pinned = {_plain(line.partition("==")[0]) for line in _text(ROOT / "constraints.txt").split()}
    assert {_plain(re.split(r"[\[<>=! ]", name)[0]) for name in asked} <= pinned


def _plain(name: str) -> str:
    """A distribution's name as indexes compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def test_nothing_has_to_be_compiled() -> None:
    """A machine with Python and make alone can install us: see docs/adr/0012."""
    assert "pyicu" not in _text(ROOT / "constraints.txt").lower()


@pytest.mark.parametrize("pattern", ["*.toml", "*.txt", "*.yaml", "*.yml", "*.cfg", "Makefile"])
def test_no_lock_or_config_file_names_a_registry(pattern: str) -> None:
    """Where packages come from is the machine's business."""
    registry = re.compile(r"index-url|find-links|trusted-host|pypi\.org|files\.pythonhosted")
    assert not [str(path) for path in _ours(pattern) if registry.search(_text(path))]


def test_no_file_carries_a_path_of_this_machine() -> None:
    """The checkout may stand anywhere, and nobody learns where it stood."""
    # A checkout in a temporary folder, or in a container's root, proves nothing.
    here = {str(ROOT), str(ROOT.parent), str(Path.home())} - {"/", tempfile.gettempdir()}
    found = [
        str(path.relative_to(ROOT))
        for path in _ours("*")
        if path.stat().st_size < 5_000_000 and any(f"{place}/" in _text(path) for place in here)
    ]
    assert not found


def test_every_bug_that_is_planted_has_its_line() -> None:
    """A line that `make soak` breaks stands once in its file: who rewords the code rewords the bug."""
    lists = (("tests/simulation/planted.toml", "bug"), ("tests/mutations/kinds.toml", "change"))
    for name, each in lists:
        bugs = tomllib.loads((ROOT / name).read_text("utf-8"))[each]
        texts = {bug["file"]: (ROOT / bug["file"]).read_text("utf-8") for bug in bugs}
        assert len(bugs) >= 12
        assert not [bug for bug in bugs if texts[bug["file"]].count(bug["line"]) != 1], name
        assert not [bug for bug in bugs if bug["line"] == bug["becomes"]], name
