"""`python -m tests.simulation --seeds FIRST LAST`: plays seeds, and ends with 1 if one is wrong."""

from __future__ import annotations

import argparse
import gc
import multiprocessing
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import pyarrow as pa

from tests.simulation.desk import Story
from tests.simulation.night import play
from tests.stand_ins.memory_folder import memory_folder


def be_quick() -> None:
    """Small frames gain nothing from threads, and the libraries' objects live as long as we do."""
    pa.set_cpu_count(1)
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 50, 100)


def play_somewhere(seed: int, *, until_found: bool = False) -> Story:
    """The story of a seed, in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(dir=memory_folder()) as folder:
        return play(seed, Path(folder), until_found=until_found)


def stories(
    seeds: Sequence[int], workers: int, *, until_found: bool = False
) -> Iterator[tuple[int, Story]]:
    """Plays seeds, several at a time, and gives each with its story, in their order."""
    played = partial(play_somewhere, until_found=until_found)
    if workers == 1:
        be_quick()
        yield from ((seed, played(seed)) for seed in seeds)
        return
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=spawn, initializer=be_quick) as pool:
        yield from zip(seeds, pool.map(played, seeds), strict=True)


def main() -> int:
    """Plays them, and says what was reached."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seeds", nargs=2, type=int, default=[1, 50], metavar=("FIRST", "LAST"))
    parser.add_argument("--workers", type=int, default=1, help="processes that play seeds")
    parser.add_argument("--until-found", action="store_true", help="end at the first wrong seed")
    given = parser.parse_args()
    first, last = given.seeds
    seen: Counter[str] = Counter()
    wrong = runs = nights = 0
    began = time.monotonic()
    seeds = range(first, last + 1)
    for seed, story in stories(seeds, given.workers, until_found=given.until_found):
        seen += story.seen
        runs += story.runs
        nights += story.nights
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
        f"{last - first + 1} seeds, {nights:,} nights, {runs:,} runs in {took:.0f} s "
        f"({nights / took:.1f} nights a second): {wrong} seeds wrong.\n"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    os.environ.setdefault("TZ", "UTC")
    sys.exit(main())
