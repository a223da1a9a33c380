"""Answer rules of one installation: read from TOML, refused where they would be unsafe."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.destinations.sms_platform.commands import PlatformCommand
from connectors.destinations.sms_platform.judge_answer import judge
from connectors.destinations.sms_platform.site_rules import read_own_rules
from schemas.errors import WrongUse
from schemas.outcomes import Verdict

BODY = b'{"error": "Ist schon Mitglied", "status": "x", "statusCode": 500}'


def written(folder: Path, text: str) -> Path:
    """The file of rules."""
    path = folder / "answers.toml"
    path.write_text(text, "utf-8")
    return path


def test_a_rule_of_the_file_decides_before_the_table(tmp_path: Path) -> None:
    """The site's own text is understood, for the commands named and for no other."""
    text = "[[rule]]\ncommands = ['add']\nstatus = 500\nerror = 'schon mitglied'\n"
    rules = read_own_rules(written(tmp_path, text + "verdict = 'already'\n"))
    assert judge(PlatformCommand.ADD_PHONE, 500, {}, BODY, rules).verdict is Verdict.ALREADY
    assert judge(PlatformCommand.STOP, 500, {}, BODY, rules).verdict is Verdict.NOT_UNDERSTOOD
    assert judge(PlatformCommand.ADD_PHONE, 500, {}, b"", rules).verdict is Verdict.TRANSIENT
    assert "answers.toml" in rules[0].source


def test_a_range_of_statuses_may_be_named(tmp_path: Path) -> None:
    """A pair is the first and the last status."""
    text = "[[rule]]\nstatus = [420, 430]\nverdict = 'passing'\n"
    rules = read_own_rules(written(tmp_path, text))
    assert judge(PlatformCommand.STOP, 420, {}, b"", rules).verdict is Verdict.TRANSIENT
    assert judge(PlatformCommand.STOP, 431, {}, b"", rules).verdict is Verdict.REFUSED


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("rule = 1", "tables"),
        ("[[rule]]\nstatus = 500\nverdict = 'already'\n[more]\n", "tables"),
        ("not toml", "TOML"),
        ("[[rule]]\nverdict = 'passing'\n", "status"),
        ("[[rule]]\nstatus = 99\nverdict = 'passing'\n", "status"),
        ("[[rule]]\nstatus = true\nverdict = 'passing'\n", "status"),
        ("[[rule]]\nstatus = [500]\nverdict = 'passing'\n", "status"),
        ("[[rule]]\nstatus = 500\nverdict = 'fine'\n", "verdict"),
        ("[[rule]]\nstatus = 500\n", "verdict"),
        ("[[rule]]\nstatus = 500\nverdict = 'passing'\nbody = 'x'\n", "unknown key body"),
        ("[[rule]]\nstatus = 500\nverdict = 'passing'\ncommands = ['sub']\n", "command"),
        ("[[rule]]\nstatus = 500\nverdict = 'passing'\nerror = '('\n", "regular"),
        ("[[rule]]\nstatus = 500\nverdict = 'confirmed'\n", "2xx"),
        ("[[rule]]\nstatus = 500\nverdict = 'already'\n", "adds only"),
        ("[[rule]]\nstatus = 500\nverdict = 'already'\ncommands = 'stop'\n", "adds only"),
        ("[[rule]]\nstatus = 500\nverdict = 'stop_doubtful'\ncommands = 'add'\n", "for stops"),
        ("[[rule]]\nstatus = [100, 299]\nverdict = 'passing'\n", "carried out"),
        ("[[rule]]\nstatus = 500\nverdict = 'passing'\ncommands = 'message'\n", "carried out"),
    ],
)
def test_a_rule_that_is_wrong_or_unsafe_is_refused(tmp_path: Path, text: str, says: str) -> None:
    """Exit 2 with the rule's number: a stop is never proven by an error, a send never repeated."""
    with pytest.raises(WrongUse, match=says) as refusal:
        read_own_rules(written(tmp_path, text))
    assert refusal.value.where.endswith("answers.toml")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    """The path is in the message."""
    with pytest.raises(WrongUse, match=r"none\.toml"):
        read_own_rules(tmp_path / "none.toml")
