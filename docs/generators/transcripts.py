"""Plays every transcript of the manual again, and writes what came out into the page.

    python docs/generators/transcripts.py            # writes README.md and docs/*.md anew
    python docs/generators/transcripts.py --check    # only compares; a test does this

A transcript is a fenced block below a line such as

    <!-- play: sendersync history --limit 1 -->
    <!-- play, first 12 lines: sendersync check newsletter.yaml -->

Commands of one page share one folder (a copy of `sample_data/`), one state and one sandbox, and run
in the order of the page. Run ids, times and rates differ from play to play; a page is only written
when something else does.

README.md is played with the `sendersync` that is installed. The many commands of the manual are
forks of a process that has imported everything (`tests/stand_ins/warm_command.py`): most take a
tenth of a second, and would spend a second on their imports.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.stand_ins.memory_folder import memory_folder
from tests.stand_ins.warm_command import warm_command

INSTALLED = Path(sys.executable).parent

_PLAY = re.compile(
    r"^<!-- play(?:, first (?P<lines>\d+) lines)?: (?P<command>[^\n]+) -->\n"
    r"```text\n(?P<shown>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
_PASSING = (
    (r"\d{4}-\d\d-\d\dT[\d-]+Z(?:-[0-9a-f]{4})?", "RUN"),
    (r"(?<= )-[0-9a-f]{4}\b", ""),  # the end of a run's id, on the next line of a narrow column
    (r"\d{4}-\d\d-\d\d[T ][\d:.]+(?:\+00:00|Z)?", "WHEN"),
    (r"\d{4}-\d\d-\d\d", "DAY"),
    (r"\b[0-9a-hjkmnp-tv-z]{5}-[0-9a-hjkmnp-tv-z]{5}\b", "DIGEST"),
    (r"\b[0-9a-f]{10}\b", "ID"),  # of an unproven outcome
    (r"http://127\.0\.0\.1:\d+", "SANDBOX"),
    (r"(?:[\d,.]+ ?(?:/s|ms|min|s|h)\b ?)+", "TIME"),  # also `1 min 20 s`, on a busy machine
    (r'"seconds": [\d.]+', "SECONDS"),
    (r"(?<=prefect: )[\d.]+", "VERSION"),  # whichever of those allowed is installed
    # Columns are as wide as their widest cell, which may be one of the above.
    (r"[ ─]+", " "),
)
_PROGRESS = re.compile(r"Reading: [\d,]+ rows so far\.|[\d,]+ of [\d,]+ calls, ")


def main(*, check: bool) -> int:
    """Plays all pages; how many of them differ from what they show."""
    with warm_command() as commands:
        pages = {"README.md": INSTALLED, "docs/commands.md": commands}
        return sum(_differs(ROOT / page, found, check=check) for page, found in pages.items())


def _differs(page: Path, commands: Path, *, check: bool) -> bool:
    before = page.read_text("utf-8")
    with _stage(commands) as (folder, environment):
        after = _PLAY.sub(lambda found: _played(found, folder, environment), before)
    if after == before:
        return False
    print(f"{page.name} shows something else than what comes out.", file=sys.stderr)
    if check:
        _show(before, after)
    else:
        page.write_text(after, "utf-8")
    return True


def _played(found: re.Match[str], folder: Path, environment: dict[str, str]) -> str:
    """The block as it must stand: as it was, if only passing things differ."""
    command = found["command"]
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
    )
    printed = [line.rstrip() for line in done.stdout.replace(str(folder), "~").splitlines()]
    # Progress comes every few seconds: how often depends on the machine.
    printed = [line for line in printed if not _PROGRESS.match(line)]
    lines = [line for at, line in enumerate(printed) if line or (at and printed[at - 1])]
    while lines and not lines[-1]:
        lines.pop()
    if found["lines"] and len(lines) > int(found["lines"]):
        lines = [*lines[: int(found["lines"])], "..."]
    if done.returncode:
        lines.append(f"(exit code {done.returncode})")
    shown = "\n".join([f"$ {command}", *lines, ""])
    if _lasting(shown) == _lasting(found["shown"]):
        return found[0]
    start, end = (place - found.start() for place in found.span("shown"))
    return found[0][:start] + shown + found[0][end:]


def _lasting(text: str) -> str:
    for pattern, name in _PASSING:
        text = re.sub(pattern, name, text)
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())


def _show(before: str, after: str) -> None:
    old, new = before.splitlines(), after.splitlines()
    for number, (was, now) in enumerate(zip(old, new, strict=False), start=1):
        if was != now:
            print(f"  line {number}:\n    shown: {was}\n    comes: {now}", file=sys.stderr)
            return


@contextmanager
def _stage(commands: Path) -> Iterator[tuple[Path, dict[str, str]]]:
    """A copy of the sample, an empty state, a sandbox that listens, and nothing else."""
    # no prefix: a longer path would break the lines of the page elsewhere
    with tempfile.TemporaryDirectory(dir=memory_folder(), prefix="") as name:
        folder = Path(name).resolve()
        for file in (ROOT / "sample_data").glob("*.[cy]*"):
            shutil.copy(file, folder)
        sandbox = subprocess.Popen(
            [sys.executable, "-m", "sandbox", "--port", "0", "--announce"],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        try:
            announced = sandbox.stdout.readline() if sandbox.stdout else ""
            url = re.findall(r"http://[\d.:]+", announced)[0]
            bare = {
                name: value
                for name, value in os.environ.items()
                if not name.startswith(("SENDERSYNC_", "PREFECT_"))
            }
            yield (
                folder,
                bare
                | {
                    "PATH": f"{commands}{os.pathsep}{os.environ['PATH']}",
                    "COLUMNS": "100",
                    "NO_COLOR": "1",
                    "HOME": str(folder),
                    "XDG_DATA_HOME": str(folder / "data"),
                    "SENDERSYNC_API_URL": url,
                    "SENDERSYNC_REALM": "demo",
                    "SENDERSYNC_PASSWORD": "demo-password",
                },
            )
        finally:
            sandbox.terminate()
            sandbox.wait()


if __name__ == "__main__":
    sys.exit(main(check="--check" in sys.argv[1:]) and 1)
