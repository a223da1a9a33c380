"""How many mutants the tests notice, module by module: ``make mutants`` makes them, this counts.

A mutant is the code with one thing changed (`<` for `<=`, `and` for `or`, a word for another), made
by mutmut (https://mutmut.readthedocs.io). It is killed when a test of the subset in
`pyproject.toml` fails.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter, defaultdict
from typing import Final

BAR: Final = 0.85
"""Share of the mutants of all modules together that must be killed."""


def outcomes() -> dict[str, str]:
    """Each mutant's name and what became of it, as mutmut tells."""
    command = [sys.executable, "-m", "mutmut", "results", "--all", "true"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return dict(re.findall(r"^\s+(\S+): (.+)$", told, re.MULTILINE))


def main() -> int:
    """Prints the table and the survivors; 1 below the bar."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    survivors = []
    for name, outcome in outcomes().items():
        module = name.rpartition(".")[0]
        noticed = outcome in ("killed", "timeout")
        counts[module]["noticed" if noticed else "survived"] += 1
        if not noticed:
            survivors.append(f"{name}: {outcome}")
    for module, count in sorted(counts.items()):
        print(f"{module}: {count['noticed']} of {count.total()} noticed")
    noticed, made = (sum(c[key] for c in counts.values()) for key in ("noticed", "survived"))
    share = noticed / max(1, noticed + made)
    print(f"all: {noticed} of {noticed + made} noticed, {share:.1%} (bar {BAR:.0%})")
    print("\n".join(["", "Survivors:", *survivors]))
    return 0 if share >= BAR else 1


if __name__ == "__main__":
    sys.exit(main())
