"""Whether a pinned version has a known weakness: ``make audit`` asks pip-audit.

pip-audit (https://pypi.org/project/pip-audit/) looks the versions of `constraints.txt` up in the
advisories of the Python Packaging Authority. Without a network nothing can be asked, which is no
fault of the project: it is said, and the exit code stays 0.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any, Final

COMMAND: Final = (
    *("--requirement", "constraints.txt", "--no-deps", "--disable-pip"),
    *("--format", "json", "--progress-spinner", "off", "--timeout", "15"),
)


def judged(answer: str) -> tuple[int, list[str]]:
    """What pip-audit's JSON means.

    Returns:
        The exit code, 1 where a version has a known weakness, and the lines to print.
    """
    try:
        found: list[dict[str, Any]] = json.loads(answer)["dependencies"]
    except (ValueError, KeyError):
        found = []
    known = [each for each in found if "skip_reason" not in each]
    if not known:
        return 0, ["The advisories cannot be reached from here: nothing was checked."]
    weak = [(each, flaw) for each in known for flaw in each["vulns"]]
    lines = [
        f"{each['name']} {each['version']}: {flaw['id']}; "
        f"mended in {', '.join(flaw['fix_versions']) or 'no version yet'}"
        for each, flaw in weak
    ]
    lines.append(f"{len(known)} versions checked, {len(weak)} known weaknesses.")
    if len(known) < len(found):
        unknown = ", ".join(each["name"] for each in found if each not in known)
        lines.append(f"Not in the advisories: {unknown}.")
    return int(bool(weak)), lines


def main() -> int:
    """Asks with the pip-audit that is named on the command line, and prints what it means."""
    asked = subprocess.run([sys.argv[1], *COMMAND], capture_output=True, text=True, check=False)
    code, lines = judged(asked.stdout)
    print("\n".join(lines))
    return code


if __name__ == "__main__":
    sys.exit(main())
