"""The import rule of the house: which room may know which.

The table is read out of ARCHITECTURE.md. Imports are found by reading the source (also those inside
functions and under TYPE_CHECKING), so that no order of loading can hide one.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.builders.repository import ROOT

OURS = frozenset({"connectors", "flows", "sandbox", "schemas", "sendersync"})


@dataclass(frozen=True)
class Room:
    """What one room may import, and the standard modules it may never."""

    ours: frozenset[str]
    outside: frozenset[str]
    never: frozenset[str] = frozenset()


LIBRARIES = {
    "frames": {"pandas", "pyarrow", "numpy"},  # pandas is built on the other two
    "Prefect": {"prefect"},
    "PyYAML": {"yaml"},
    "SQLAlchemy": {"sqlalchemy"},
    "XlsxWriter": {"xlsxwriter"},
    "email-validator": {"email_validator"},
    "python-calamine": {"python_calamine"},
    "python-dotenv": {"dotenv"},
}
"""Words of the table that are not the name of a module."""

STANDARD = {
    "files": {"glob", "io", "os", "pathlib", "shutil", "tempfile"},
    "network": {"ftplib", "http", "smtplib", "socket", "ssl", "urllib.request"},
    "clock": {"sched", "time", "timeit"},
    "database": {"dbm", "shelve", "sqlite3"},
    "processes": {"asyncio", "concurrent", "multiprocessing", "subprocess", "threading"},
    "logging": {"logging"},
    "chance": {"random", "secrets"},
}
"""What the table's column "never" means in modules of the standard library."""

ALLOWED = {
    "sendersync.transforms": {"threading"},
    "sendersync.state": {"socket"},
    "sendersync.pipeline": {"socket"},
    "sendersync.web": {"socket"},
    "flows": {"pathlib"},
}
"""The exceptions, in the words below the table."""


def _rows() -> dict[str, list[str]]:
    """The rows of the room table: name of the room -> its cells."""
    section = (ROOT / "ARCHITECTURE.md").read_text("utf-8").partition("\n## Rooms\n")[2]
    table = section.partition("\n## ")[0]
    rows = [line.strip("|").split("|") for line in table.splitlines() if line.startswith("| `")]
    return {
        row[0].strip().strip("`/").replace("/", "."): [cell.strip() for cell in row] for row in rows
    }


def _words(cell: str) -> list[str]:
    return [] if cell == "nothing" else [word.strip() for word in cell.split(",")]


def _room_of(name: str, cells: list[str]) -> Room:
    modules = [LIBRARIES.get(word, {word}) for word in _words(cells[3])]
    never = [STANDARD.get(word, set()) for word in _words(cells[4])]
    return Room(
        ours=frozenset(_words(cells[2])),
        outside=frozenset[str]().union(*modules),
        never=frozenset[str]().union(*never) - ALLOWED.get(name, set()),
    )


ROOMS = {name: _room_of(name, cells) for name, cells in _rows().items()}

SERVE = "sendersync.cli.commands.setup.serve"
"""The one module that may know serving and Prefect: it starts them."""


def _files() -> list[Path]:
    return sorted(path for room in OURS for path in (ROOT / room).rglob("*.py"))


def _name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _room(module: str) -> str | None:
    """The room of one of our modules; None for `sendersync` itself, which holds nothing."""
    found = [room for room in ROOMS if module == room or module.startswith(room + ".")]
    return max(found, key=len) if found else None


def _imports(path: Path) -> Iterator[tuple[str, int]]:
    """Full names of all that a file imports, with the line; `from a import b` yields `a.b`."""
    name = _name(path)
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parents = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*parents, base] if base else parents)
            yield from ((f"{base}.{alias.name}", node.lineno) for alias in node.names)
        elif isinstance(node, ast.Call) and _called(node) in ("import_module", "__import__"):
            first = node.args[0] if node.args else None
            assert isinstance(first, ast.Constant), f"{path}:{node.lineno}: say what is imported"
            yield str(first.value), node.lineno


def _called(node: ast.Call) -> str:
    """The last name of what is called: `open`, `now`, `import_module`."""
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


def _within(name: str, modules: frozenset[str]) -> bool:
    return any(name == module or name.startswith(module + ".") for module in modules)


def _objection(module: str, imported: str) -> str | None:
    """Why a module may not import something, None when it may."""
    home = _room(module)
    if home is None:
        return "sendersync/__init__.py holds nothing but its docstring"
    room = ROOMS[home]
    top = imported.split(".", maxsplit=1)[0]
    if top in OURS:
        target = _room(imported)
        if target in room.ours | {home} or (module == SERVE and target == "sendersync.serving"):
            return None
        return f"{home} may know {', '.join(sorted(room.ours)) or 'nothing of ours'}"
    if top in sys.stdlib_module_names:
        return f"{home} may never use it" if _within(imported, room.never) else None
    if top in room.outside or (module == SERVE and top == "prefect"):
        return None
    return f"{home} may use {', '.join(sorted(room.outside))}"


def test_the_table_has_every_room() -> None:
    """Each folder at the root that holds code of ours is a room, or holds rooms."""
    assert {room.partition(".")[0] for room in ROOMS} == OURS
    assert {
        "sendersync." + path.name for path in (ROOT / "sendersync").iterdir() if path.is_dir()
    } - {"sendersync.__pycache__"} == {room for room in ROOMS if room.startswith("sendersync.")}


@pytest.mark.parametrize("path", _files(), ids=_name)
def test_a_room_imports_only_what_its_row_of_the_table_allows(path: Path) -> None:
    """Every import of every module is in the table, wherever in the file it stands."""
    objections = [
        f"{path.relative_to(ROOT)}:{line}: imports {imported}: {objection}"
        for imported, line in _imports(path)
        if (objection := _objection(_name(path), imported))
    ]
    assert not objections, "\n".join(objections)


@pytest.mark.parametrize(
    ("module", "imported", "allowed"),
    [
        ("schemas.report", "pydantic.BaseModel", True),
        ("schemas.report", "sendersync.state", False),
        ("schemas.report", "time", False),
        ("sendersync.transforms.diff", "pandas", True),
        ("sendersync.transforms.diff", "os.path", False),
        ("sendersync.transforms.diff", "connectors.sources", False),
        ("connectors.sources.delimited.csv_file", "sendersync.state.members", False),
        ("connectors.sources.delimited.csv_file", "sendersync.transforms", False),
        ("sendersync.state.ledger.ledger", "httpx", False),
        ("sendersync.pipeline.run", "prefect", False),
        ("sendersync.pipeline.run", "sqlalchemy", False),
        ("sendersync.cli.entry", "flows.sync_contacts", False),
        ("sendersync.cli.commands.setup.serve", "sendersync.serving.serve", True),
        ("sendersync.cli.entry", "prefect", False),
        ("sandbox.serve", "schemas", False),
        ("sandbox.serve", "httpx", False),
        ("connectors.sources.registry", "yaml", True),
        ("schemas.report", "pandas", False),
        ("sendersync.state.runs", "ssl", False),
        ("sendersync.state.runs", "socket", True),
        ("sendersync.attic.thing", "schemas", False),
    ],
)
def test_the_rule_itself_says_no(module: str, imported: str, allowed: bool) -> None:
    """The check objects to what the table forbids: a rule that cannot fail guards nothing."""
    assert (_objection(module, imported) is None) is allowed


@pytest.mark.parametrize("room", ["schemas", "sendersync.transforms"])
def test_pure_rooms_open_no_file_and_read_no_clock(room: str) -> None:
    """Schemas and transforms decide from their arguments alone."""
    calls = [
        f"{path.relative_to(ROOT)}:{node.lineno}: {_called(node)}()"
        for path in _files()
        if _room(_name(path)) == room
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and _called(node) in {"open", "now", "utcnow", "today", "read_csv", "print", "input"}
    ]
    assert not calls, "\n".join(calls)


def test_flows_are_functions_under_names_of_their_own() -> None:
    """Prefect loads a flow as a module named after its file, with flows/ first on the path."""
    taken = OURS | sys.stdlib_module_names | set(packages_distributions())
    for path in sorted((ROOT / "flows").rglob("*.py")):
        classes = [
            node.name
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
            if isinstance(node, ast.ClassDef)
        ]
        assert not classes, f"{path.name}: {classes} would exist twice; they belong in schemas"
        assert path.stem == "__init__" or path.stem not in taken, f"{path.name} hides a module"


def test_every_folder_with_code_is_installed() -> None:
    """Packages are listed by name: one that is forgotten would work here and nowhere else."""
    import tomllib

    listed = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    folders = {_name(path.parent / "__init__.py") for path in _files()}
    assert set(listed["tool"]["setuptools"]["packages"]) == folders


def test_no_test_folder_is_called_like_a_room() -> None:
    """tests/flows would hide the real flows from whoever puts tests/ on the path."""
    folders = {path.name for path in (ROOT / "tests").iterdir() if path.is_dir()}
    assert not folders & OURS


def test_the_command_line_starts_without_prefect_and_pandas() -> None:
    """`sendersync --help` pays for no library it does not use."""
    asked = (
        "import sys; from sendersync.cli import entry; sys.argv = ['sendersync', '--help']\n"
        "try: entry.main()\n"
        "except SystemExit: pass\n"
        "print('LOADED', *sorted({'prefect', 'pandas', 'pyarrow', 'sqlalchemy', 'phonenumbers'}"
        " & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1].split() == ["LOADED"]
