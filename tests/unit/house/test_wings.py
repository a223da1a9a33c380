"""Inside a room, wings know each other in one direction only; a wing stays small; nothing goes in circles.

The order of the wings is read out of ARCHITECTURE.md. A unit of that table is a folder or a file of
the room, and may import only what stands before it; `.` is the rest of the room.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.builders.repository import ROOT

ROOMS = ("connectors", "flows", "sandbox", "schemas", "sendersync")
MOST_FILES = 15


def _modules() -> dict[str, Path]:
    """All our modules by their dotted names; a package stands for its `__init__`."""
    found = {}
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


MODULES = _modules()


def _imports(module: str) -> Iterator[tuple[str, int]]:
    """Our modules that one imports, wherever in the file, with the line."""
    for node in ast.walk(ast.parse(MODULES[module].read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{module}:{node.lineno}: say the whole name"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            while name and name not in MODULES:
                name = name.rpartition(".")[0]
            if name and name != module:
                yield name, node.lineno


@cache
def _graph() -> dict[str, list[tuple[str, int]]]:
    """Module to what it imports and where; asked for when a test runs, for it takes a second."""
    return {module: sorted(set(_imports(module))) for module in MODULES}


def _table() -> dict[str, list[str]]:
    """Room -> its wings, lowest first."""
    page = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    section = page.partition("\n## Wings\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `([\w/]+)/` \| (.+) \|$", section, re.MULTILINE)
    return {room.replace("/", "."): re.findall(r"`([\w./]+)`", wings) for room, wings in rows}


TABLE = _table()


def _unit(module: str, room: str) -> int | None:
    """The place of a module's wing in the order of its room; None when no wing holds it."""
    inside = module.removeprefix(room).strip(".").replace(".", "/")
    fits = [
        (len(wing), place)
        for place, wing in enumerate(TABLE[room])
        if wing == "."
        or inside == wing.removesuffix(".py")
        or (not wing.endswith(".py") and inside.startswith(wing + "/"))
    ]
    return max(fits)[1] if fits else None


def _in(module: str, room: str) -> bool:
    return module.startswith(room + ".")


@pytest.mark.parametrize("room", TABLE)
def test_wings_know_each_other_in_one_direction(room: str) -> None:
    """A module imports only from its own wing and from those before it."""
    arrows = []
    for module in MODULES:
        if not _in(module, room) or MODULES[module].name == "__init__.py":
            continue
        own = _unit(module, room)
        assert own is not None, f"{module} is in no wing of ARCHITECTURE.md"
        arrows += [
            f"{module}:{line} -> {other}"
            for other, line in _graph()[module]
            if _in(other, room) and (_unit(other, room) or 0) > own
        ]
    assert not arrows, "\n".join(arrows)


def test_the_table_names_what_is_there() -> None:
    """Each room with folders has a row, and each wing of a row exists."""
    for room, wings in TABLE.items():
        folder = ROOT / room.replace(".", "/")
        assert not [wing for wing in wings if not (folder / wing).exists()]
    with_folders = {
        room
        for room in ("connectors", "flows", "sandbox", "schemas")
        if any((ROOT / room).glob("*/__init__.py"))
    } | {
        f"sendersync.{folder.parent.name}"
        for folder in (ROOT / "sendersync").glob("*/*/")
        if (folder / "__init__.py").exists()
    }
    assert with_folders == set(TABLE)


def circles(graph: dict[str, list[str]]) -> list[list[str]]:
    """Groups of modules that reach each other (Tarjan's strongly connected components)."""
    number: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def visit(node: str) -> None:
        number[node] = low[node] = len(number)
        stack.append(node)
        for other in graph.get(node, []):
            if other not in number:
                visit(other)
            if other in stack:
                low[node] = min(low[node], low[other])
        if low[node] == number[node]:
            group = [stack.pop()]
            while group[-1] != node:
                group.append(stack.pop())
            if len(group) > 1:
                found.append(sorted(group))

    for node in graph:
        if node not in number:
            visit(node)
    return found


def test_no_module_imports_in_circles() -> None:
    """Also imports inside functions and for types alone count."""
    assert not circles({module: [name for name, _ in found] for module, found in _graph().items()})
    assert circles({"a": ["b"], "b": ["c"], "c": ["a"], "d": ["a"]}) == [["a", "b", "c"]]


def test_a_wing_is_small_enough_to_look_over() -> None:
    """At most 15 Python files lie directly in one folder."""
    folders: dict[Path, int] = defaultdict(int)
    for path in [*MODULES.values(), *(ROOT / "tests").rglob("*.py")]:
        folders[path.parent] += path.name != "__init__.py"
    crowded = {str(f.relative_to(ROOT)): n for f, n in folders.items() if n > MOST_FILES}
    assert not crowded


def test_every_folder_says_what_it_is_for() -> None:
    """`__init__.py` holds its purpose in a sentence, and re-exports nothing."""
    for name, path in MODULES.items():
        if path.name == "__init__.py":
            tree = ast.parse(path.read_text("utf-8"))
            assert (ast.get_docstring(tree) or "").partition("\n")[0].endswith("."), name
            assert len(tree.body) == 1, f"{name} holds more than its purpose"


FAMILIES = {
    "cell_values": "each kind of source knows its own cells",
    "settings": "each CRM and the platform have their own",
    "check": "one command: its work, its views and its name on the command line",
}
"""First words that files of several folders may share, each with the reason."""


def test_no_family_is_spread_over_two_folders() -> None:
    """Two or more files of one prefix (`csv_header`, `csv_rows`) lie in one folder of their room."""
    spread = []
    for room in {*TABLE, "schemas"} - {"sandbox"}:
        places: dict[str, dict[Path, int]] = defaultdict(lambda: defaultdict(int))
        for name, path in MODULES.items():
            stem = path.stem
            if _in(name, room) and "_" in stem.strip("_") and stem not in FAMILIES:
                places[stem.partition("_")[0]][path.parent] += 1
        spread += [
            f"{room}: {prefix}_* in {sorted(str(folder.relative_to(ROOT)) for folder in folders)}"
            for prefix, folders in places.items()
            if len(folders) > 1 and sum(folders.values()) > 2 and prefix not in FAMILIES
        ]
    assert not spread, "\n".join(spread)
