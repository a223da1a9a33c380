"""`python -m tests.simulation --seeds FIRST LAST`: plays seeds, and ends with 1 if one is wrong."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.simulation.night import play
from tests.stand_ins.memory_folder import memory_folder


def main() -> int:
    """Plays them one after the other, and says what was reached."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seeds", nargs=2, type=int, default=[1, 50], metavar=("FIRST", "LAST"))
    parser.add_argument("--until-found", action="store_true", help="end at the first wrong seed")
    given = parser.parse_args()
    first, last = given.seeds
    seen: Counter[str] = Counter()
    wrong = runs = 0
    began = time.monotonic()
    for seed in range(first, last + 1):
        with tempfile.TemporaryDirectory(dir=memory_folder()) as folder:
            story = play(seed, Path(folder))
        seen += story.seen
        runs += story.nights
        if story.faults:
            wrong += 1
            sys.stdout.write(f"seed {seed}:\n" + "".join(f"  {each}\n" for each in story.faults))
            sys.stdout.flush()
            if given.until_found:
                sys.stdout.write(f"found after {seed - first + 1} seeds\n")
                return 1
    took = time.monotonic() - began
    for what, count in sorted(seen.items()):
        sys.stdout.write(f"{count:7,}  {what}\n")
    sys.stdout.write(
        f"{last - first + 1} seeds, {runs:,} runs in {took:.0f} s: {wrong} seeds wrong.\n"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    os.environ.setdefault("TZ", "UTC")
    sys.exit(main())
