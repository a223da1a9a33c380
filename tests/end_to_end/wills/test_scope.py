"""What a stop holds for: all sender codes, or the one that it came with."""

from __future__ import annotations

import csv
import io

import pytest

from tests.builders.command_line import CommandLine, phone, row
from tests.builders.sync_bench import Desk, people, sync_file, with_row
from tests.builders.sync_bench import phone as number
from tests.builders.sync_files import CODE
from tests.stand_ins.sandbox_process import SandboxProcess

OTHER = "12065559999"


@pytest.mark.parametrize(("scope", "stays"), [("all", False), ("sender_code", True)])
def test_a_stop_holds_for_what_the_sync_file_says(desk: Desk, scope: str, *, stays: bool) -> None:
    """With `sender_code` another sync goes on texting them on its own code; with `all` none does."""
    desk.sync = sync_file(opt_out_scope=scope)
    desk.sandbox.setup(sender_codes=[OTHER])
    other = sync_file(sync="other", sender_code=OTHER)
    rows = people(6)
    desk.first_load(rows)
    desk.write(with_row(rows, 2, Unsubscribed="yes"))
    assert desk.run().report.plan.stop == 1
    assert number(2) in desk.suppressed()
    desk.write(rows)
    assert desk.run(sync=other).exit_code == 0
    assert (number(2) in desk.subscribed(OTHER)) is stays
    assert desk.run().report.reasons == {"suppressed": 1}
    assert number(2) not in desk.subscribed(CODE)


def test_another_scope_is_another_reading(desk: Desk) -> None:
    """The key stands among what decides who is in: a change of it is named."""
    desk.first_load(people(3))
    desk.sync = sync_file(opt_out_scope="sender_code")
    assert desk.run().report.plan.reading_changed == ["opt_out_scope"]


@pytest.fixture
def line(tmp_path, sandbox: SandboxProcess) -> CommandLine:
    """A command line; three people are subscribed."""
    line = CommandLine(tmp_path / "line", sandbox.env())
    line.contacts([row(n) for n in range(3)])
    assert line("run", "newsletter.yaml").code == 0
    return line


def test_an_order_for_one_code_alone(line: CommandLine) -> None:
    """`suppress add --sender-code` forbids that code, in any spelling, and no other."""
    assert line("suppress", "add", phone(5), "--sender-code", OTHER).code == 0
    assert line("suppress", "add", phone(6), "--sender-code", "(206) 555-1212").code == 0
    line.contacts([row(n) for n in (0, 1, 2, 5, 6)])
    done = line("run", "newsletter.yaml", "--json").json
    assert done["plan"]["add"] == 1
    assert done["reasons"] == {"suppressed": 1}
    assert line("explain", phone(6), "--json").json["suppressed"]["sender_code"] == "(206) 555-1212"
    assert line("suppress", "add", phone(6)).code == 0
    assert line("explain", phone(6), "--json").json["suppressed"]["sender_code"] == ""


def test_who_is_taken_off_the_list_stays_on_record(line: CommandLine) -> None:
    """It needs a yes and a reason, names where the order came from, and is kept."""
    assert line("suppress", "add", phone(1), "--reason", "asked by letter").code == 0
    refused = line("suppress", "remove", phone(1))
    assert (refused.code, "asked by letter" in refused.err) == (2, True)
    assert line("suppress", "remove", phone(1), "--yes").code == 2
    assert line("suppress", "list", "--json").json["count"] == 1
    done = line("suppress", "remove", phone(1), "--yes", "--reason", "wrote that it was a mistake")
    assert done.code == 0
    listed = line("suppress", "list", "--json").json
    assert (listed["count"], listed["removed"][0]["why"]) == (0, "wrote that it was a mistake")
    assert "wrote that it was a mistake" in " ".join(line("suppress", "list").out.split())
    events = line("explain", phone(1), "--json").json["events"]
    assert any("taken off" in each["text"] and "by letter" in each["text"] for each in events)


def test_the_list_as_a_file(line: CommandLine) -> None:
    """`suppress export` writes documented columns after RFC 4180, from a day on if it is asked."""
    line("suppress", "add", phone(7), "--reason", 'said "stop", twice')
    assert line("suppress", "export", "--out", "crm.csv", "--json").json["rows"] == 1
    text = (line.folder / "crm.csv").read_bytes().decode()
    assert text.startswith("phone,sender_code,since,origin,reason\r\n+12065550107,,")
    assert next(csv.DictReader(io.StringIO(text)))["reason"] == 'said "stop", twice'
    assert line(
        "suppress", "export", "--out", "crm.csv", "--since", "2999-01-01", "--json"
    ).json == {
        "out": "crm.csv",
        "rows": 0,
    }
    assert line("suppress", "export", "--out", "newsletter.yaml").code == 2


def test_nobody_is_texted_while_a_stop_is_owed(line: CommandLine, sandbox: SandboxProcess) -> None:
    """A message to everybody waits, exit code 3, for stops that are held or not done."""
    send = (
        "messages",
        "send-to-sender-code",
        "spring",
        "--sender-code",
        CODE,
        "--name",
        "x",
        "--yes",
    )
    line("messages", "create", "spring", "hello")
    assert line(*send).code == 0
    line("suppress", "add", phone(1))
    refused = line(*send)
    assert (refused.code, "suppress list --owed" in refused.err) == (3, True)
    assert "1 on the do-not-contact list and still subscribed" in refused.err
    assert line("suppress", "list", "--owed", "--json").json["count"] == 1
    assert line("run", "newsletter.yaml").code == 0
    assert line("suppress", "list", "--owed", "--json").json["count"] == 0
    assert line(*send).code == 0
    text = (line.folder / "newsletter.yaml").read_text("utf-8")
    line.write("newsletter.yaml", text + "guards: {max_opt_outs: 0, max_opt_out_share: 0}\n")
    line.contacts([row(0), row(2, Unsubscribed="yes")])
    assert line("run", "newsletter.yaml").code == 3
    refused = line(*send)
    assert (refused.code, "1 held by a guard" in refused.err) == (3, True)
