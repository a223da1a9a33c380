"""`run`, `plan`, `adopt`, `import`, `stop` from the command line, against a sandbox."""

from __future__ import annotations

import hashlib
import shlex
from pathlib import Path

import pytest

from schemas.member_status import MemberStatus
from sendersync.transforms.approval.digest import as_digest
from tests.builders.command_line import SYNC, CommandLine, phone, row
from tests.builders.sync_files import CODE
from tests.stand_ins.sandbox_process import SandboxProcess


@pytest.fixture
def line(tmp_path: Path, sandbox: SandboxProcess) -> CommandLine:
    """A command line pointed at an empty sandbox."""
    return CommandLine(tmp_path / "line", sandbox.env())


def _standings(line: CommandLine, sync: str) -> dict[str, str]:
    with line.state() as state:
        members = state.members.of(sync)
    return dict(zip(members["phone"], members["standing"], strict=True))


def test_a_run_gives_the_report_of_the_contract(line: CommandLine) -> None:
    """Every key of the contract, nothing else on standard output, exit code 0."""
    line.contacts(
        [
            row(1),
            row(2, Email="ann@example.com"),
            row(3, Mobile=phone(1), CustomerID="C1"),
            row(4, Mobile="+1206555"),
            row(5, Unsubscribed="yes"),
        ]
    )
    done = line("run", "newsletter.yaml", "--json")
    assert done.code == 0, done.err
    report = done.json
    assert set(report) >= {
        *("run", "sync", "status", "source", "contacts", "plan", "load", "reasons", "seconds")
    }
    assert report["sync"] == "newsletter" and report["status"] == "completed"
    assert report["source"]["rows"] == 5 and report["source"]["complete"] is True
    assert report["contacts"] == {"accepted": 2, "rejected": 1, "merged": 1, "withheld": 1}
    digest = as_digest(report["plan"]["digest"])
    assert report["plan"] == {"add": 2, "stop": 0, "update": 0, "unchanged": 0, "held": 0} | {
        "waiting": 0,
        "reading_changed": [],
        "digest": digest,
    }
    assert report["load"]["confirmed"] == 2
    assert report["reasons"] == {"opted_out": 1, "phone_too_short": 1}
    assert "error" not in report


def test_a_plan_touches_nothing_and_needs_no_credentials(
    line: CommandLine, sandbox: SandboxProcess
) -> None:
    """The state is byte-identical, the platform is not called, and updates show old and new."""
    line.write("newsletter.yaml", SYNC + "updates: send\n")
    line.contacts([row(1, Email="ann@example.com"), row(2)])
    assert line("run", "newsletter.yaml", "--json").code == 0
    before = hashlib.sha256(line.state_file.read_bytes()).hexdigest()
    calls = len(sandbox.calls())
    line.contacts([row(1, Email="ann@example.com", First_Name="Bea"), row(2), row(3)])
    for name in ("SENDERSYNC_API_URL", "SENDERSYNC_REALM", "SENDERSYNC_PASSWORD"):
        line.env[name] = ""
    done = line("plan", "newsletter.yaml")
    assert done.code == 0, done.err
    assert "first_name: A*** → B***" in done.out
    assert "+1206***0103" in done.out and phone(3) not in done.out + done.err
    dry = line("run", "newsletter.yaml", "--dry-run", "--json")
    assert dry.json["status"] == "dry_run"
    digest = as_digest(dry.json["plan"]["digest"])
    assert dry.json["plan"] == {"add": 1, "stop": 0, "update": 1, "unchanged": 1, "held": 0} | {
        "waiting": 0,
        "reading_changed": [],
        "digest": digest,
    }
    assert hashlib.sha256(line.state_file.read_bytes()).hexdigest() == before
    assert len(sandbox.calls()) == calls


def test_held_removals_are_listed_and_approved(line: CommandLine, sandbox: SandboxProcess) -> None:
    """Exit code 3 with what is held and the command that approves it, which lets exactly them go."""
    line.contacts([row(n) for n in range(30)])
    line("run", "newsletter.yaml", "--json")
    line.contacts([row(n) for n in range(5)])
    held = line("run", "newsletter.yaml")
    assert held.code == 3
    assert "no longer in the source" in held.out
    assert "+1206***0125" not in held.out, "the list ends after twenty"
    assert "sendersync show" in held.out
    run = line("history", "--limit", "1", "--json").json["runs"][0]["run"]
    shown = line("show", run)
    assert "+1206***0125" in shown.out
    assert line("plan", "newsletter.yaml", "--json").code == 3
    assert not sandbox.calls(command="stopSubscriberSend")
    assert line("run", "newsletter.yaml", "--approve-stops", "24", "--json").code == 3
    both = line(
        "run", "newsletter.yaml", "--approve-stops", "25", "--approve", "7kq2m-9xtr4", "--json"
    )
    assert both.code == 2 and "not by both" in both.json["error"]["what"]
    (command,) = (each for each in held.out.splitlines() if "--approve " in each)
    program, *argv = shlex.split(command)
    assert program == "sendersync"
    done = line(*argv, "--note", "they moved", "--json")
    assert done.code == 0 and done.json["plan"]["stop"] == 25
    assert sandbox.state()["counts"]["subscriptions"] == 5


def test_adopt_makes_no_call_and_needs_no_credentials(
    line: CommandLine, sandbox: SandboxProcess
) -> None:
    """Who is adopted is unchanged in the next run."""
    line.contacts([row(1), row(2)])
    password = line.env.pop("SENDERSYNC_PASSWORD")
    done = line("adopt", "newsletter.yaml", "--json")
    assert done.code == 0 and done.json["plan"]["unchanged"] == 2
    line.env["SENDERSYNC_PASSWORD"] = password
    again = line("run", "newsletter.yaml", "--json")
    assert again.json["plan"]["unchanged"] == 2 and again.json["plan"]["add"] == 0
    assert sandbox.calls() == []


def test_refused_operations_end_with_4(line: CommandLine) -> None:
    """An unknown sender code refuses its operations; the run itself completes."""
    text = (line.folder / "newsletter.yaml").read_text("utf-8").replace(CODE, "999")
    line.write("other.yaml", text)
    line.contacts([row(1), row(2)])
    done = line("run", "other.yaml")
    assert done.code == 4
    assert "sendersync show" in done.out and "refused" in done.out
    shown = line("show", "last")
    assert "Error getting sender" in shown.out


def test_another_active_run_ends_with_5(line: CommandLine) -> None:
    """Two runs of one sync never overlap; the second says who holds it."""
    from sendersync.state.store import State

    line.contacts([row(1)])
    with State.open(line.env["SENDERSYNC_STATE"]) as state, state.lease("newsletter"):
        done = line("run", "newsletter.yaml", "--json")
    assert done.code == 5
    assert "active" in done.json["error"]["what"] and done.json["error"]["do"]


def test_a_platform_that_asks_to_wait_ends_with_75(
    line: CommandLine, sandbox: SandboxProcess
) -> None:
    """Nothing is wrong here: wait, and run again; what was planned stays owed."""
    sandbox.faults({"kind": "429", "share": 1, "retry_after": "3600"})
    line.contacts([row(1), row(2)])
    done = line("run", "newsletter.yaml", "--json")
    assert done.code == 75
    report = done.json
    assert report["status"] == "failed" and report["plan"]["add"] == 2
    assert sum(report["load"].values()) == 2
    sandbox.faults()
    assert line("run", "newsletter.yaml", "--json").json["load"]["confirmed"] == 2


def test_wrong_credentials_end_with_2_after_one_call(
    line: CommandLine, sandbox: SandboxProcess
) -> None:
    """401 stops the run at once, and the password is not in what is said."""
    line.env["SENDERSYNC_PASSWORD"] = "not-the-password"
    line.contacts([row(n) for n in range(9)])
    done = line("run", "newsletter.yaml", "--json")
    assert done.code == 2 and "SENDERSYNC_PASSWORD" in done.json["error"]["where"]
    assert len(sandbox.calls()) == 1
    assert "not-the-password" not in done.out + done.err


def test_a_damaged_state_ends_with_1(line: CommandLine) -> None:
    """What is not our caller's fault and not passing is a failure; nothing was sent."""
    line.contacts([row(1)])
    line("run", "newsletter.yaml", "--json")
    content = bytearray(line.state_file.read_bytes())
    content[4096:] = b"\x7f" * (len(content) - 4096)
    line.state_file.write_bytes(content)
    done = line("run", "newsletter.yaml", "--json")
    assert done.code == 1 and done.json["status"] == "failed"
    assert "Traceback" not in done.err


def test_a_time_budget_stops_cleanly(line: CommandLine, sandbox: SandboxProcess) -> None:
    """What the time did not allow is not reached, and done by the next run."""
    sandbox.faults(latency_ms=500)
    line.contacts([row(n) for n in range(60)])
    for seconds in (2, 4, 8, 16):
        done = line("run", "newsletter.yaml", "--for", f"{seconds}s", "--json")
        report = done.json
        if report["load"]["not_reached"] < 60:  # else not even the plan was made in that time
            break
    assert done.code == 4 and 0 < report["load"]["not_reached"] < 60
    assert "time budget" in " ".join(report["warnings"])
    sandbox.faults(latency_ms=0)
    again = line("run", "newsletter.yaml", "--json").json
    assert again["plan"]["add"] == report["load"]["not_reached"]
    assert sandbox.state()["counts"]["subscriptions"] == 60


def test_an_import_stops_nobody_and_finds_its_columns(
    line: CommandLine, sandbox: SandboxProcess
) -> None:
    """Columns come from header words, opt-outs and missing consents are honoured."""
    line.contacts([row(1), row(2, Unsubscribed="x"), row(3, SMS_consent="no")])
    argv = ("import", "contacts.csv", "--sender-code", CODE, "--group", "weekly", "--json")
    done = line(*argv)
    assert done.code == 0, done.err
    assert done.json["sync"] == f"import:{CODE}"
    assert done.json["contacts"] == {"accepted": 1, "rejected": 0, "merged": 0, "withheld": 2}
    assert "phone = 'Mobile'" in done.err
    line.contacts([row(4)])
    again = line(*argv).json
    digest = as_digest(again["plan"]["digest"])
    assert again["plan"] == {"add": 1, "stop": 0, "update": 0, "unchanged": 0, "held": 0} | {
        "waiting": 0,
        "reading_changed": [],
        "digest": digest,
    }
    assert not sandbox.calls(command="stopSubscriberSend")
    groups = {each["group"] for each in sandbox.state()["subscriptions"]}
    assert groups == {"weekly"}


def test_an_import_with_mapped_columns_and_a_country(line: CommandLine) -> None:
    """--map wins over header words, and --country reads national numbers."""
    line.write("list.csv", "Name,Nummer\nAnn,(206) 555-0101\n")
    argv = ("import", "list.csv", "--sender-code", CODE, "--dry-run", "--json")
    assert line(*argv, "--map", "phone=Nummer").json["contacts"]["accepted"] == 0
    done = line(*argv, "--map", "phone=Nummer", "--map", "first_name=Name", "--country", "us")
    assert done.json["contacts"]["accepted"] == 1 and done.json["status"] == "dry_run"


def test_a_stop_list_stops_and_suppresses_every_phone(
    line: CommandLine, sandbox: SandboxProcess
) -> None:
    """In any spelling, landlines too; nobody on it comes back, and a second time costs no call."""
    line.contacts([row(1), row(2), row(3)])
    line("run", "newsletter.yaml", "--json")
    line.write("stops.csv", "Numbers\n(206) 555-0101\n+1 206-555-0101\n+442079460000\nrubbish\n")
    argv = ("stop", "stops.csv", "--sender-code", CODE, "--country", "US", "--json")
    sandbox.setup(subscriptions=[{"phone": "442079460000", "sender_code": CODE}])
    done = line(*argv)
    assert done.code == 4 and done.json["status"] == "partial", done.err
    assert done.json["contacts"] == {"accepted": 2, "rejected": 1, "merged": 1, "withheld": 0}
    assert done.json["plan"]["stop"] == 2 and done.json["load"]["confirmed"] == 2
    assert any("cannot be read (line 5)" in each for each in done.json["warnings"])
    assert _standings(line, "newsletter")[phone(1)] == MemberStatus.STOPPED
    calls = len(sandbox.calls())
    again = line(*argv)
    digest = as_digest(again.json["plan"]["digest"])
    assert again.json["plan"] == {"add": 0, "stop": 0, "update": 0, "unchanged": 2, "held": 0} | {
        "waiting": 0,
        "reading_changed": [],
        "digest": digest,
    }
    night = line("run", "newsletter.yaml", "--json")
    assert night.json["reasons"] == {"suppressed": 1} and night.json["plan"]["add"] == 0
    assert len(sandbox.calls()) == calls


def test_a_stop_list_may_spell_the_sender_code_differently(line: CommandLine) -> None:
    """The members of the same code in the other spelling are stopped, and the next run knows."""
    line.contacts([row(1), row(2)])
    assert line("run", "newsletter.yaml").code == 0
    line.write("stops.csv", f"phone\n{phone(1)}\n")
    done = line("stop", "stops.csv", "--sender-code", "(206) 555-1212", "--json")
    assert done.code == 0 and done.json["load"]["confirmed"] == 1
    assert f" {CODE} " in line("show", "last").out
    again = line("run", "newsletter.yaml", "--json")
    assert again.code == 0 and again.json["plan"]["stop"] == 0


def test_a_stop_list_suppresses_before_it_calls(line: CommandLine, sandbox: SandboxProcess) -> None:
    """Also when the platform is away, nobody on the list is ever added again."""
    sandbox.faults({"kind": "429", "share": 1, "retry_after": "3600"})
    line.write("stops.csv", f"phone\n{phone(1)}\n{phone(2)}\n")
    done = line("stop", "stops.csv", "--sender-code", CODE, "--json")
    assert done.code == 75
    with line.state() as state:
        assert list(state.suppressions.all()["phone"]) == [phone(1), phone(2)]
    sandbox.faults()
    again = line("stop", "stops.csv", "--sender-code", CODE, "--json")
    assert again.json["plan"]["stop"] == 2, "what was not reached is still owed"


def test_nobody_on_a_stop_list_without_a_header_is_lost(line: CommandLine) -> None:
    """The first person must not be taken for a column's name: all are stopped, or none is."""
    line.write("stops.csv", f"{phone(1)}\n{phone(2)}\n")
    done = line("stop", "stops.csv", "--sender-code", CODE, "--json")
    with line.state() as state:
        suppressed = list(state.suppressions.all()["phone"])
    if done.code == 2:
        assert "header is missing" in done.json["error"]["what"] and suppressed == []
    else:
        assert suppressed == [phone(1), phone(2)]
