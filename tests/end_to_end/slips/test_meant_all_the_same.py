"""A change of the sync file that was meant: a person approves the plan, and it is the new baseline."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders.command_line import CommandLine
from tests.end_to_end.slips.slip import edit, first_night
from tests.stand_ins.sandbox_process import SandboxProcess


@pytest.mark.parametrize(
    ("before", "after", "calls"),
    [
        ("countries: [US]", "countries: [US, CA]", 1),
        ("  consent: SMS consent\n", "", 5),
    ],
)
def test_an_approved_change_is_carried_out_and_not_asked_again(
    tmp_path: Path, sandbox: SandboxProcess, before: str, after: str, calls: int
) -> None:
    """Held until its digest is approved; then done, and the next night compares with it."""
    line = CommandLine(tmp_path / "line", sandbox.env())
    first_night(line)
    if "consent" in before:
        edit("not_permission: [Store]\n", "not_permission: [Store, SMS consent]\n")(line)
    edit(before, after)(line)
    made = len(sandbox.calls())
    held = line("run", "newsletter.yaml", "--json")
    assert held.code == 3 and len(sandbox.calls()) == made
    digest = held.json["plan"]["digest"]
    shown = line("plan", "newsletter.yaml").out
    assert f"let go what is held:\n  sendersync run newsletter.yaml --approve {digest}\n" in shown
    done = line("run", "newsletter.yaml", "--approve", digest, "--json")
    assert done.code == 0, done.out
    assert len(sandbox.calls()) == made + calls
    again = line("run", "newsletter.yaml", "--json")
    assert (again.code, again.json["plan"]["reading_changed"]) == (0, [])
