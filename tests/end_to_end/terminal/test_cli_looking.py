"""The commands that look, mend and keep the lists: `check` to `messages`."""

from __future__ import annotations

import csv
import shlex
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sendersync.state.store import State
from tests.builders.command_line import HEADER, SYNC, CommandLine, phone, row
from tests.builders.sync_files import CODE
from tests.stand_ins.raw_server import RawServer, http
from tests.stand_ins.sandbox_process import SandboxProcess


@pytest.fixture
def line(tmp_path: Path, sandbox: SandboxProcess) -> CommandLine:
    """A command line pointed at an empty sandbox."""
    return CommandLine(tmp_path / "line", sandbox.env())


@pytest.fixture
def alone(tmp_path: Path) -> CommandLine:
    """A command line without a platform."""
    return CommandLine(tmp_path / "alone", {})


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_check_needs_nothing_and_tells_what_is_there(alone: CommandLine) -> None:
    """Dialect, columns, rows, suggestions and reasons, without credentials and without a state."""
    alone.contacts(
        [row(1), row(2, Mobile="+1206555"), row(3, Email="ann@"), row(4, Mobile=phone(1))]
    )
    for argv in (("check", "contacts.csv"), ("check", "newsletter.yaml")):
        found = alone(*argv, "--json")
        assert found.code == 0, found.err
        dialect = found.json["dialect"]
        assert (dialect["encoding"], dialect["delimiter"]) == ("utf-8", ",")
        assert (dialect["quote"], dialect["header_line"]) == ('"', 1)
        assert found.json["columns"] == list(HEADER)
        assert found.json["rows"] == 4
        assert found.json["suggested"]["phone"] == "Mobile"
        assert found.json["suggested"]["consent"] == "SMS consent"
        assert found.json["reasons"] == {"email_invalid": 1, "phone_too_short": 1}
        assert found.json["contacts"]["merged"] == 1
    assert not alone.state_file.exists()


def test_check_shows_rows_masked_unless_asked(alone: CommandLine) -> None:
    """Before and after can be read by anybody; in full only on request."""
    alone.contacts([row(7, Mobile="(206) 555-0107", Email="annabel@example.com")])
    masked = alone("check", "contacts.csv", "--country", "US")
    assert "555" not in masked.out and "nnabel" not in masked.out
    assert "a***@example.com" in masked.out and "+1206***0107" in masked.out
    full = alone("check", "contacts.csv", "--country", "US", "--unmasked")
    assert phone(7) in full.out.replace("\n", "") and "(206) 555-0107" in full.out


def test_a_person_in_the_place_of_a_code_is_masked(line: CommandLine) -> None:
    """A phone or e-mail that is mapped as sender code or group is masked; the constant is not."""
    mapped = SYNC.replace('sender_code: "12065551212"\ngroup: weekly\n', "").replace(
        "columns:\n", "columns:\n  sender_code: CustomerID\n  group: Email\n"
    )
    mapped = mapped.replace("  email: Email\n", "").replace("  key: CustomerID\n", "")
    line.write("mapped.yaml", mapped.replace("sync: newsletter", "sync: mapped"))
    line.contacts([row(1, CustomerID="12065559876", Email="annabel@example.com")])
    line("run", "mapped.yaml", "--json")
    line("check", "mapped.yaml", "--html", "page.html")
    page = (line.folder / "page.html").read_text("utf-8")
    for argv in (("check", "mapped.yaml"), ("show", "last"), ("show", "last", "--json")):
        out = line(*argv).out
        assert "12065559876" not in out and "annabel" not in out, argv
        assert "12065559876" in line(*argv, "--unmasked").out.replace("\n", ""), argv
    assert "12065559876" not in page and "annabel" not in page
    line("run", "newsletter.yaml", "--json")
    assert CODE in line("show", "last").out


def test_clean_writes_every_value_as_it_was_given(alone: CommandLine) -> None:
    """UTF-8 after RFC 4180, header first, not a character changed, and readable to one user."""
    given = [
        ["Phone", "Note"],
        ["0044 7700", 'said "yes", twice'],
        ["  +1 ", "line one\nline two"],
        ["=1+1", "Zoë 東京"],
        ["", ""],
    ]
    with (alone.folder / "in.csv").open("w", encoding="utf-8-sig", newline="") as text:
        csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(given)
    done = alone("check", "in.csv", "--clean", "out.csv", "--json")
    assert done.code == 0 and done.json["dialect"]["encoding"] == "utf-8-sig"
    out = alone.folder / "out.csv"
    raw = out.read_bytes()
    assert raw.startswith(b"Phone,Note\r\n") and raw.endswith(b"\r\n")
    with out.open(encoding="utf-8", newline="") as text:
        assert list(csv.reader(text)) == given
    assert _mode(out) == 0o600 and "personal data" in done.err


def test_clean_says_which_rows_are_malformed(alone: CommandLine) -> None:
    """They stand in the copy, are counted, and an import of the copy rejects them again."""
    rows = "".join(f"Ann,+1206555{n:04d}\n" for n in range(100, 110))
    alone.write("in.csv", f'Name,Phone\n{rows}Bo\n"Cy" B,+12065550111\nDi,\0\n')
    done = alone("check", "in.csv", "--clean", "out.csv", "--json")
    assert done.json["rows"] == 13 and done.json["reasons"] == {"row_malformed": 3}
    assert "out.csv holds 12 rows" in done.err and "2 of them are malformed" in done.err
    assert "1 malformed row is not in it" in done.err
    again = alone("check", "out.csv", "--json").json
    assert again["rows"] == 12 and again["reasons"] == {"row_malformed": 2}


@pytest.mark.parametrize("option", ["--clean", "--html"])
def test_check_never_writes_over_what_it_reads(alone: CommandLine, option: str) -> None:
    """The input stays as it is, by whichever name, link or sync file it is meant."""
    given = alone.contacts([row(1)])
    before = given.read_bytes()
    (alone.folder / "soft.csv").symlink_to("contacts.csv")
    (alone.folder / "hard.csv").hardlink_to(given)
    (alone.folder / "sub").mkdir()
    for name in ("contacts.csv", "sub/../contacts.csv", str(given), "soft.csv", "hard.csv"):
        for read in ("contacts.csv", "soft.csv", "newsletter.yaml"):
            done = alone("check", read, option, name, "--json")
            assert done.code == 2 and "left as it is" in done.json["error"]["what"], (read, name)
    assert alone("check", "newsletter.yaml", option, "newsletter.yaml").code == 2
    assert given.read_bytes() == before and (alone.folder / "soft.csv").is_symlink()
    assert alone("check", "contacts.csv", option, "out.csv").code == 0


def test_check_counts_also_what_it_cannot_map(alone: CommandLine) -> None:
    """Without a column that can be told to be the phone, rows are counted and the mend is named."""
    alone.write("odd.csv", "a,b\n1,2\n3,4\n")
    done = alone("check", "odd.csv", "--json")
    assert done.code == 0 and done.json["rows"] == 2 and done.json["reasons"] == {}
    assert "--map phone=" in done.err


def test_rejected_rows_can_be_mended_and_imported(line: CommandLine) -> None:
    """Own columns first, then line, reason, advice; the mended file is taken as it is."""
    line.contacts([row(1), row(2, Mobile="+1206555"), row(3, Email="ann@")])
    with (line.folder / "contacts.csv").open("a", encoding="utf-8") as text:
        text.write("too,few\n")
    line("run", "newsletter.yaml", "--json")
    done = line("rejects", "last", "--out", "rejected.csv", "--json")
    assert done.code == 0 and done.json["rows"] == 3
    path = line.folder / "rejected.csv"
    assert _mode(path) == 0o600 and "personal data" in done.err
    with path.open(encoding="utf-8", newline="") as text:
        header, *rows = csv.reader(text)
    added = ["sendersync_line", "sendersync_reason", "sendersync_advice", "sendersync_raw"]
    assert header == [*HEADER, *added]
    assert [each[len(HEADER) : len(HEADER) + 2] for each in rows] == [
        ["3", "phone_too_short"],
        ["4", "email_invalid"],
        ["5", "row_malformed"],
    ]
    assert rows[0][: len(HEADER)] == ["C2", "", "'+1206555", "", "Ann", "yes", ""]
    assert rows[2][-1] == "too,few"
    text_of = path.read_text("utf-8").replace(",'+1206555,", f",{phone(2)},").replace("ann@", "")
    path.write_text("".join(text_of.splitlines(keepends=True)[:3]), "utf-8")
    again = line("import", "rejected.csv", "--sender-code", CODE, "--json")
    assert again.code == 0 and again.json["load"]["confirmed"] == 2, again.err


def test_the_way_back_of_mended_rows_is_told(line: CommandLine) -> None:
    """The printed line imports the mended file as the sync read it; without one, it is said why."""
    line.contacts([row(1), row(2, Mobile="206555")])
    line("run", "newsletter.yaml", "--json")
    done = line("rejects", "last", "--out", "to mend.csv", "--json")
    back = done.json["back"]
    assert f"To bring the fixed file back:\n  {back}\n" in done.err
    like = line.folder / "newsletter.yaml"
    assert back == f"sendersync import 'to mend.csv' --fixes {done.json['run']} --like {like}"
    path = line.folder / "to mend.csv"
    path.write_text(path.read_text("utf-8").replace(",206555,", f",{phone(2)},"), "utf-8")
    again = line(*shlex.split(back)[1:], "--json")
    assert again.code == 0 and again.json["load"]["confirmed"] == 1, again.err
    by_row = SYNC.replace('sender_code: "12065551212"\n', "").replace(
        "columns:\n", "columns:\n  sender_code: CustomerID\n"
    )
    line.write("byrow.yaml", by_row.replace("sync: newsletter", "sync: byrow"))
    line("run", "byrow.yaml", "--json")
    told = line("rejects", "last", "--out", "other.csv")
    assert "Each row has its own sender code" in told.err and "sendersync import" not in told.err


def test_the_way_back_reads_no_more_than_the_run_did(line: CommandLine) -> None:
    """What the run passed over is passed over again: not found by its name, and not asked about."""
    header = ",".join(HEADER).replace("Unsubscribed", "Do not call")
    line.write("list.csv", f"{header}\nC1,ann@example.org,206555,US,Ann,yes,yes\n")
    argv = ("--sender-code", CODE, "--map", "opted_out=", "--map", "email=", "--json")
    assert line("import", "list.csv", *argv).code == 0
    back = line("rejects", "last", "--out", "mend.csv", "--json").json["back"]
    assert "--map opted_out=" in back and "--map email=" in back and "--map consent='" not in back
    path = line.folder / "mend.csv"
    path.write_text(path.read_text("utf-8").replace(",206555,", f",{phone(2)},"), "utf-8")
    again = line(*shlex.split(back)[1:], "--json")
    assert again.code == 0 and again.json["load"]["confirmed"] == 1, again.err


def test_rejected_rows_that_are_gone_are_not_called_none(line: CommandLine) -> None:
    """After 90 days the counts of a run are there and its rows are not, which is said."""
    line.contacts([row(1), row(2, Mobile="206555")])
    line("run", "newsletter.yaml", "--json")
    with State.open(line.env["SENDERSYNC_STATE"]) as state:
        state.rejects.prune(datetime.now(UTC) + timedelta(days=1))
    done = line("rejects", "last", "--out", "late.csv")
    assert done.code == 2 and "kept for 90 days" in done.err
    assert not (line.folder / "late.csv").exists()


def test_what_was_typed_wrongly_is_repeated_masked(alone: CommandLine) -> None:
    """A phone too many on the command line does not end in a scheduler's log."""
    done = alone("suppress", "remove", phone(1), phone(2), "--json")
    assert done.code == 2 and "+1206***0102" in done.json["error"]["what"]
    assert phone(2) not in done.out + done.err


def test_an_empty_history_is_no_error(alone: CommandLine) -> None:
    """Before the first run there is nothing to show, and no state is made by looking."""
    said = " ".join(alone("history").out.split())
    assert "There is no state here" in said and "set SENDERSYNC_STATE" in said
    assert alone("history", "--json").json["new"] is True
    assert alone("show", "last").code == 2
    assert not alone.state_file.exists()


def test_the_do_not_contact_list(line: CommandLine) -> None:
    """Added in any spelling, listed masked, imported from a file, taken off again."""
    assert line(
        "suppress", "add", "(206) 555-0101", phone(2), "--country", "US", "--json"
    ).json == {
        "added": 2,
        "known": 0,
        "still_subscribed": 0,
        "unconfirmed_stops": 0,
    }
    assert line("suppress", "add", phone(1), "--json").json["known"] == 1
    line.write("list.csv", f"Phone\n{phone(3)}\nrubbish\n")
    done = line("suppress", "import", "list.csv", "--json")
    assert done.json["added"] == 1 and done.json["reasons"] == {"phone_not_a_number": 1}
    assert "NOT on the list" in done.err and "line 3" in done.err
    listed = line("suppress", "list", "--json").json
    assert listed["count"] == 3 and listed["suppressions"][0]["phone"] == "+1206***0101"
    assert phone(1) not in line("suppress", "list").out
    assert phone(1) in line("suppress", "list", "--unmasked").out
    why = ("--yes", "--reason", "a mistake of ours")
    assert line("suppress", "remove", "206 555 0101", "--country", "US", *why).code == 0
    assert line("suppress", "remove", phone(1), *why).code == 2
    line.contacts([row(1), row(2)])
    assert line("run", "newsletter.yaml", "--json").json["reasons"] == {"suppressed": 1}


def test_a_phone_that_cannot_be_read_suppresses_nobody(alone: CommandLine) -> None:
    """All or none: a list that is half taken looks as if it were whole."""
    done = alone("suppress", "add", phone(1), "12", "--json")
    assert done.code == 2 and "Phone 2 of 2" in done.json["error"]["what"]
    assert alone("suppress", "list", "--json").json["count"] == 0


def test_doctor_says_what_is_right(line: CommandLine) -> None:
    """One line each for environment, platform, state, unproven outcomes and Prefect."""
    line.contacts([row(1)])
    line("run", "newsletter.yaml", "--json")
    done = line("doctor")
    assert done.code == 0, done.out
    assert [text.split()[1] for text in done.out.splitlines()] == [
        *("environment:", "platform:", "state:", "outcomes:", "opt-outs:", "prefect:"),
    ]


def test_doctor_says_what_to_mend(
    line: CommandLine, alone: CommandLine, sandbox: SandboxProcess
) -> None:
    """2 when something here must be mended, 75 when the platform is away."""
    missing = alone("doctor", "--json")
    assert missing.code == 2 and missing.json["ok"] is False and missing.json["error"]["do"]
    assert missing.json["error"]["what"].startswith("SENDERSYNC_API_URL")  # not the name once more
    line.env["SENDERSYNC_API_URL"] = "http://example.com"
    unfit = line("doctor", "--json").json["findings"]
    assert "http://" in unfit[0]["says"] and unfit[1]["says"].startswith("not checked")
    line.env.update(sandbox.env())
    line.env["SENDERSYNC_PASSWORD"] = "wrong"
    refused = line("doctor", "--json")
    assert refused.code == 2 and "wrong" not in refused.out
    assert "(401): Unauthorized." in refused.json["error"]["what"]
    line.env["SENDERSYNC_API_URL"] = "http://127.0.0.1:9"
    away = line("doctor", "--json")
    assert away.code == 75 and away.json["findings"][1]["later"] is True


def test_doctor_says_what_is_held(line: CommandLine) -> None:
    """3 while somebody must approve something, also beside stops without proof; a retired sync is done."""
    line.contacts([row(n) for n in range(40)])
    line("run", "newsletter.yaml", "--json")
    line.contacts([row(n, Unsubscribed="yes") for n in range(40)])
    run = line("run", "newsletter.yaml", "--json").json
    done = line("doctor", "--json")
    (held,) = [each for each in done.json["findings"] if each["name"] == "held"]
    assert done.code == 3 and done.json["ok"] is False and held["held"] is True
    assert held["says"].startswith(f"newsletter holds 40 operations since run {run['run']}. ")
    assert run["held_because"][0]["text"] in held["says"] and "show" in held["do"]
    assert "HELD  held: newsletter" in line("doctor").out
    line("run", "newsletter.yaml", "--approve", run["plan"]["digest"], "--json")
    assert line("doctor").code == 0


def test_doctor_says_that_a_stop_list_is_held(line: CommandLine) -> None:
    """Whoever said stop still gets texts while nobody has approved the list."""
    line.contacts([row(n) for n in range(40)])
    line("run", "newsletter.yaml", "--json")
    line.write("stops.csv", "\n".join(["phone", *(phone(n) for n in range(40)), ""]))
    assert line("stop", "stops.csv", "--sender-code", CODE, "--json").code == 3
    done = line("doctor")
    assert done.code == 3 and f"held: stop:{CODE} holds 40 operations" in done.out
    line("stop", "stops.csv", "--sender-code", CODE, "--yes", "40", "--json")
    assert line("doctor").code == 0


def test_doctor_finds_a_state_that_others_may_read(line: CommandLine) -> None:
    """The state holds personal data: its mode is looked at, and the mend is a command."""
    line("suppress", "add", phone(1))
    line.state_file.chmod(0o644)
    done = line("doctor")
    assert done.code == 2 and f"chmod 600 {line.state_file}" in done.out


def test_messages_are_defined_listed_and_sent_once(
    line: CommandLine, sandbox: SandboxProcess
) -> None:
    """A send without a person to confirm it needs --yes."""
    assert line("messages", "create", "hello", "Hi there", "--label", "sms", "--json").code == 0
    (message,) = line("messages", "list", "--json").json["messages"]
    assert message["name"] == "hello" and message["message_text"] == "Hi there"
    send = ("messages", "send-to-phone", phone(1), "Hi", "--sender-code", CODE)
    assert line(*send).code == 2
    assert not sandbox.state()["sends"]
    done = line(*send, "--yes", "--json")
    assert done.code == 0 and done.json["outcome"] == "confirmed"
    assert phone(1).removeprefix("+") not in done.out
    everybody = ("messages", "send-to-sender-code", "hello", "--sender-code", CODE)
    assert line(*everybody, "--name", "spring", "--yes", "--json").code == 0
    assert len(sandbox.state()["sends"]) == 2
    assert line("messages", "create", "hello", "Again", "--json").code == 4


def test_a_send_whose_answer_is_lost_is_not_repeated(
    line: CommandLine, sandbox: SandboxProcess
) -> None:
    """One call, whatever comes back, and the person is told to look."""
    sandbox.faults({"kind": "drop_after", "share": 1})
    send = ("messages", "send-to-phone", phone(1), "Hi", "--sender-code", CODE, "--yes", "--json")
    done = line(*send)
    assert done.code == 4 and done.json["outcome"] == "unknown"
    assert "look on the platform" in done.json["error"]["do"]
    assert len(sandbox.calls()) == 1


def test_a_send_whose_group_is_not_confirmed_is_not_completed(tmp_path: Path) -> None:
    """Everybody may have got what a group should get: exit code 4, and a word on what to do."""
    with RawServer(http({"id": 274, "smsGroupId": 0, "name": "c"})) as server:
        env = {"SENDERSYNC_API_URL": server.url, "SENDERSYNC_REALM": "r"}
        env["SENDERSYNC_PASSWORD"] = "p"
        line = CommandLine(tmp_path / "line", env)
        send = ("messages", "send-to-sender-code", "hello", "--sender-code", CODE, "--name", "c")
        assert line(*send, "--yes").code == 0
        shown = line(*send, "--group", "vip", "--yes")
        done = line(*send, "--group", "vip", "--yes", "--json")
    assert shown.code == done.code == 4
    for words in (shown.err, done.err):
        assert "may have gone to the whole sender code" in words and "do not send it again" in words
    assert done.json["outcome"] == "confirmed" and "whole sender code" in done.json["note"]


def test_nothing_is_sent_to_a_suppressed_phone(line: CommandLine, sandbox: SandboxProcess) -> None:
    """The do-not-contact list holds for single messages too."""
    line("suppress", "add", phone(1))
    done = line("messages", "send-to-phone", phone(1), "Hi", "--sender-code", CODE, "--yes")
    assert done.code == 2 and sandbox.calls() == []
