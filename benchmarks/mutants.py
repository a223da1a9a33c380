"""How many mutants the tests notice, module by module: ``make mutants`` makes them, this counts.

A mutant is the code with one thing changed (`<` for `<=`, `and` for `or`, a word for another), made
by mutmut (https://mutmut.readthedocs.io). It is killed when a test of the subset in
`pyproject.toml` fails. Those that nobody could notice stand in `survivors.toml`, each with its
reason; a survivor that does not is one to write a test for.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections import Counter, defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from mutmut.mutation.diff_apply import get_diff_for_mutant

BAR: Final = 0.85
"""Share of the mutants of all modules together that must be killed, those with a reason too."""

SURVIVORS: Final = Path(__file__).with_name("survivors.toml")


def outcomes() -> dict[str, str]:
    """Each mutant's name and what became of it, as mutmut tells."""
    command = [sys.executable, "-m", "mutmut", "results", "--all", "true"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return dict(re.findall(r"^\s+(\S+): (.+)$", told, re.MULTILINE))


def known_survivors() -> dict[tuple[str, str], str]:
    """Module and changed code of each survivor that is listed, to why nobody can notice it."""
    groups = tomllib.loads(SURVIVORS.read_text("utf-8"))["survivors"]
    return {
        (group["module"], code): group["reason"] for group in groups for code in group["changed"]
    }


def changed_code(mutant: str) -> str:
    """What stands in a mutant that does not stand in the code; its lines joined by a space."""
    lines = get_diff_for_mutant(mutant).splitlines()
    added = [line[1:].strip() for line in lines if re.match(r"\+(?!\+\+)", line)]
    return " ".join(added)


def main() -> int:
    """Prints the table and the survivors; 1 below the bar."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    survivors: dict[str, tuple[str, str]] = {}
    ends = outcomes()
    for name, outcome in ends.items():
        module = name.rpartition(".")[0]
        noticed = outcome in ("killed", "timeout")
        counts[module]["noticed" if noticed else "survived"] += 1
        if not noticed:
            survivors[name] = module, changed_code(name)
    for module, count in sorted(counts.items()):
        print(f"{module}: {count['noticed']} of {count.total()} noticed")
    noticed, made = (sum(c[key] for c in counts.values()) for key in ("noticed", "survived"))
    share = noticed / max(1, noticed + made)
    print(f"all: {noticed} of {noticed + made} noticed, {share:.1%} (bar {BAR:.0%})")
    if late := [*ends.values()].count("timeout"):
        print(f"{late} of them because their tests did not end: on a busy machine, run those again")
    _print_survivors(survivors, known_survivors())
    return 0 if share >= BAR else 1


def _print_survivors(
    survivors: Mapping[str, tuple[str, str]], known: Mapping[tuple[str, str], str]
) -> None:
    """Those without a reason first: they are work."""
    listed = {name: known[code] for name, code in survivors.items() if code in known}
    print(f"\nSurvivors without a reason: {len(survivors) - len(listed)}")
    for name, (_, code) in survivors.items():
        if name not in listed:
            print(f"  {name}: {code}")
    print(f"\nSurvivors that nobody could notice: {len(listed)}")
    for name, reason in listed.items():
        print(f"  {name}: {survivors[name][1]}\n    {reason}")


if __name__ == "__main__":
    sys.exit(main())
