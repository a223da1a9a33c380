"""Rules of CONTRIBUTING.md that every test keeps: no patches of ours, no private doors, no races with the clock."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.builders.repository import ROOT

ROOMS = ("connectors", "flows", "sandbox", "schemas", "sendersync")

CLOCKS = {
    "tests/builders/delivered.py": "dates a file; nothing waits",
    "tests/contracts/ledger/test_state_history.py": "lets the clock go on by a millisecond; no bound",
    "tests/contracts/ledger/test_state_lease.py": "writes expiry dates; nothing waits",
    "tests/contracts/platform/test_sms_platform.py": "the bound is that of a hang",
    "tests/contracts/source_contract.py": "a wait that was asked for is at least as long as asked",
    "tests/contracts/stand_ins/test_sandbox_faults.py": "a delay that was ordered is at least so long",
    "tests/end_to_end/prefect_flows/test_deaths.py": "the bound is the product's: a death is seen in two minutes",
    "tests/end_to_end/trouble/test_answers_of_the_platform.py": "the bound is that of a hang",
    "tests/end_to_end/trouble/test_rate.py": "a rate is calls a second; judged by its best second",
    "tests/end_to_end/trouble/test_last_look.py": "a process sleeps for longer than a look is fresh; no upper bound",
    "tests/end_to_end/trouble/test_stopping.py": "the bound is that of a hang",
    "tests/hostile/delimited/test_csv_fuzz.py": "CPU seconds of one file, far above any honest one",
    "tests/hostile/other_files/test_file_places.py": "dates files; the memory file system has no other way",
    "tests/stand_ins/prefect_api.py": "between two looks at a server that starts",
    "tests/unit/cells/test_countries.py": "CPU time compared with other CPU time",
    "tests/unit/database/test_state_file.py": "a kill at any moment is the test; no moment is wrong",
    "tests/unit/loading/test_group_commit.py": "gives the loop a turn; nothing is timed",
    "tests/unit/loading/test_rate_limiter.py": "gives the loop a turn; nothing is timed",
    "tests/unit/reading/test_json_client.py": "a body drips; the bound is that of a hang",
    "tests/simulation/__main__.py": "says how long it took; no bound",
    "tests/simulation/night.py": "waits for longer than a look is fresh; no upper bound",
}
"""Files that look at the clock or sleep, each with the reason why a busy machine changes nothing."""

READS_CLOCK = frozenset({"sleep", "monotonic", "perf_counter", "process_time", "thread_time"})


OF_NAMED_TUPLES = frozenset({"_replace", "_asdict", "_fields"})
"""Public, by the standard library's own word."""

PRIVATE = {
    "tests/contracts/stand_ins/test_crm_sandbox_salesforce.py": "of the vendor's own client, which has no other way",
}
"""Files that open a private door, each with its reason."""


def _tests() -> list[Path]:
    waiting = ROOT / "tests/waiting"
    return [path for path in sorted((ROOT / "tests").rglob("*.py")) if waiting not in path.parents]


def _ours(tree: ast.Module) -> set[str]:
    """Names that a file has imported from our rooms."""
    return {
        alias.asname or alias.name.partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
        if (getattr(node, "module", None) or alias.name).partition(".")[0] in ROOMS
    }


def patches(source: str) -> Iterator[int]:
    """Lines on which a test replaces something of ours, by whatever library."""
    tree = ast.parse(source)
    ours = _ours(tree)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        called = getattr(node.func, "attr", getattr(node.func, "id", ""))
        target = node.args[0]
        if called not in ("setattr", "setitem", "patch", "object"):
            continue
        if isinstance(target, ast.Constant) and str(target.value).partition(".")[0] in ROOMS:
            yield node.lineno
        while isinstance(target, ast.Attribute):
            target = target.value
        if isinstance(target, ast.Name) and target.id in ours:
            yield node.lineno


def opens_private_doors(source: str) -> Iterator[int]:
    """Lines that read or set an attribute of another object whose name begins with an underscore."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Attribute) or not node.attr.startswith("_"):
            continue
        owner = node.value
        if isinstance(owner, ast.Call):
            owner = owner.func  # `super()`
        own = isinstance(owner, ast.Name) and owner.id in ("self", "cls", "super", "sys", "os")
        if not own and not node.attr.startswith("__") and node.attr not in OF_NAMED_TUPLES:
            yield node.lineno


def looks_at_the_clock(source: str) -> Iterator[int]:
    """Lines that sleep, or read a clock that runs."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            module = node.func.value
            named = isinstance(module, ast.Name) and module.id in ("time", "asyncio")
            if named and node.func.attr in READS_CLOCK | {"time"}:
                yield node.lineno


def _found(rule: object) -> set[str]:
    assert callable(rule)
    return {str(path.relative_to(ROOT)) for path in _tests() if list(rule(path.read_text("utf-8")))}


def test_nothing_of_ours_is_patched() -> None:
    """A test takes what the product offers: what is replaced in a test is not tested."""
    assert not _found(patches)


def test_no_test_opens_a_private_door() -> None:
    """What a test needs to know is behaviour, or has a public name."""
    assert _found(opens_private_doors) == set(PRIVATE)


def test_no_test_races_the_clock() -> None:
    """Whoever sleeps or reads a clock has a reason that holds on a busy machine."""
    assert not _found(looks_at_the_clock) - set(CLOCKS)


def test_the_rules_see_what_they_forbid() -> None:
    """Each way to break a rule is seen, and what is allowed is not."""
    head = "from connectors.sources import registry\nimport connectors.sources.sql as sql\n"
    broken = [
        "monkeypatch.setattr('sendersync.state.store.LIMIT', 1)",
        "monkeypatch.setattr(registry, 'LIMIT', 1)",
        "setattr(registry.Thing, 'limit', 1)",
        "patch.object(registry, 'LIMIT')",
        "mock.patch('schemas.report.now')",
        "monkeypatch.setitem(sql.TABLE, 'a', 1)",
    ]
    assert [list(patches(head + line)) for line in broken] == [[3]] * len(broken)
    assert not list(patches(head + "monkeypatch.setattr(socket, 'connect', mine)"))
    doors = ["state._database.engine", "lease._renewed -= 20", "a().b._c"]
    assert [list(opens_private_doors(line)) for line in doors] == [[1]] * len(doors)
    assert not list(opens_private_doors("self._a, case._replace(b=1), a.__class__, _b.c"))
    racing = [
        "time.sleep(1)",
        "asyncio.sleep(0)",
        "begun = time.monotonic()",
        "time.perf_counter()",
    ]
    assert [list(looks_at_the_clock(line)) for line in racing] == [[1]] * len(racing)
    assert not list(looks_at_the_clock("clock.time(); datetime.now(UTC)"))
