"""Stop lists from the command line: who is on them, who cannot be read, and what is asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders.command_line import CommandLine, phone, row
from tests.builders.sync_files import CODE
from tests.stand_ins.sandbox_process import SandboxProcess


@pytest.fixture
def line(tmp_path: Path, sandbox: SandboxProcess) -> CommandLine:
    """A command line whose newsletter has three subscribers."""
    line = CommandLine(tmp_path / "line", sandbox.env())
    line.contacts([row(1), row(2), row(3)])
    assert line("run", "newsletter.yaml", "--json").code == 0
    return line


UNREADABLE = {
    "words": ["see notes"],
    "too short": ["+1206555"],
    "two of them": ["rubbish", "+1206555"],
    "too long": ["+120655501019999999"],
}


@pytest.mark.parametrize("cells", UNREADABLE.values(), ids=UNREADABLE)
def test_a_stop_that_cannot_be_read_is_named_and_is_no_success(
    line: CommandLine, cells: list[str]
) -> None:
    """Exit code 4 and the lines: whoever stands there still gets texts. The others are stopped."""
    line.write("stops.csv", "\n".join(["phone", phone(1), *cells, ""]))
    named = "line 3" if len(cells) == 1 else "lines 3 and 4"
    done = line("stop", "stops.csv", "--sender-code", CODE, "--json")
    assert done.code == 4 and done.json["status"] == "partial"
    assert done.json["plan"]["stop"] == done.json["done"]["stop"] == 1
    assert any(f"cannot be read ({named})" in each for each in done.json["warnings"])
    listed = line("suppress", "import", "stops.csv")
    assert listed.code == 4 and f"could not be read: {named}." in listed.err
    assert line("stop", "stops.csv", "--sender-code", CODE, "--dry-run").code == 0


@pytest.mark.parametrize("second", ["+1206555", "see notes", "4.41E+11"])
def test_a_second_phone_that_cannot_be_read_is_no_success(line: CommandLine, second: str) -> None:
    """The other phones of the row are stopped; the row is a reject, named by line, exit code 4."""
    line.write("stops.csv", f"mobile,phone\n{phone(1)},\n{phone(2)},{second}\n{phone(2)},-\n")
    both = ["--map", "phone=mobile", "--map", "phone=phone"]
    done = line("stop", "stops.csv", "--sender-code", CODE, *both, "--yes", "2", "--json")
    assert done.code == 4 and done.json["status"] == "partial"
    assert done.json["done"]["stop"] == 2
    count = done.json["contacts"]
    assert (count["accepted"], count["rejected"], count["merged"]) == (1, 1, 1)
    assert any("further phone" in each and "(line 3)" in each for each in done.json["warnings"])
    out = line.folder / "fixed.csv"
    assert line("rejects", "last", "--out", str(out)).code == 0
    assert "phone" in out.read_text() and second in out.read_text()
    listed = line("suppress", "import", "stops.csv", *both)
    assert listed.code == 4 and "on the list could not be read: line 3." in listed.err


def test_a_stop_in_a_sync_that_cannot_be_read_is_a_named_warning(line: CommandLine) -> None:
    """In a nightly run the exit code stays, and the lines are named."""
    line.contacts([row(1), row(2), row(3), row(8, Mobile="call me", Unsubscribed="yes")])
    done = line("run", "newsletter.yaml", "--json")
    assert done.code == 0
    assert any("1 row says stop" in each and "(line 5)" in each for each in done.json["warnings"])


MIXED = {
    "yes and blank": ("Unsubscribed", "yes", ""),
    "true and false": ("opted out", "TRUE", "FALSE"),
    "a status": ("Do not text", "1", "0"),
}


@pytest.mark.parametrize(("header", "stop", "keep"), MIXED.values(), ids=MIXED)
def test_a_list_of_everybody_does_not_stop_everybody(
    line: CommandLine, sandbox: SandboxProcess, header: str, stop: str, keep: str
) -> None:
    """A column that says who opted out is asked about; mapped, only those who say so are stopped."""
    rows = [f"{phone(1)},{stop}", f"{phone(2)},{keep}", f"{phone(3)},{keep}"]
    line.write("all.csv", "\n".join([f"phone,{header}", *rows, ""]))
    for command in (("stop", "all.csv", "--sender-code", CODE), ("suppress", "import", "all.csv")):
        refused = line(*command, "--json")
        assert refused.code == 2 and f"opted_out={header}" in refused.json["error"]["do"]
    assert not sandbox.calls(command="stopSubscriberSend")
    argv = ("stop", "all.csv", "--sender-code", CODE, "--json")
    done = line(*argv, "--map", f"opted_out={header}")
    assert done.code == 0, done.err
    assert done.json["plan"]["stop"] == 1
    assert done.json["contacts"] == {"accepted": 1, "rejected": 0, "merged": 0, "withheld": 2}
    assert line("suppress", "list", "--json").json["count"] == 1
    everybody = line(*argv, "--map", "opted_out=")
    assert everybody.code == 0 and everybody.json["contacts"]["accepted"] == 3


def test_an_unclear_cell_of_a_mixed_list_is_named(line: CommandLine) -> None:
    """Neither stopped nor passed over in silence: exit code 4 and the line."""
    line.write("all.csv", f"phone,Unsubscribed\n{phone(1)},yes\n{phone(2)},moved to e-mail\n")
    argv = ("stop", "all.csv", "--sender-code", CODE, "--map", "opted_out=Unsubscribed", "--json")
    done = line(*argv)
    assert done.code == 4 and done.json["plan"]["stop"] == 1
    assert done.json["reasons"] == {"opt_out_unclear": 1}
    assert any("(line 3)" in each for each in done.json["warnings"])


REPLIES = {
    "English": ("STOP", "thanks", "quit please"),
    "French": ("Arrêt", "merci", "ARRET svp"),
    "German": ("Stopp", "danke", "Abmelden"),
}


@pytest.mark.parametrize(("stop", "other", "also"), REPLIES.values(), ids=REPLIES)
def test_of_what_people_answered_a_keyword_says_stop(
    line: CommandLine, stop: str, other: str, also: str
) -> None:
    """A list of replies stops nobody unasked; mapped, the keywords, and other texts are named."""
    rows = [f"{phone(1)},{stop}", f"{phone(2)},{other}", f"{phone(3)},{also}"]
    line.write("replies.csv", "\n".join(["phone,Last reply", *rows, ""]))
    argv = ("stop", "replies.csv", "--sender-code", CODE, "--json")
    refused = line(*argv)
    assert refused.code == 2 and "opted_out=Last reply" in refused.json["error"]["do"]
    done = line(*argv, "--map", "opted_out=Last reply")
    assert done.code == 4 and done.json["plan"]["stop"] == 2
    assert done.json["reasons"] == {"opt_out_unclear": 1}
    assert any("leave only the rows that say stop" in each for each in done.json["warnings"])


def test_a_yes_among_keywords_to_stop_is_asked_about(line: CommandLine) -> None:
    """Whether YES beside STOP agrees or stops cannot be told: nobody is stopped."""
    line.write("replies.csv", f"phone,Reply\n{phone(1)},STOP\n{phone(2)},YES\n")
    mapped = ("--map", "opted_out=Reply", "--json")
    for command in (("stop", "replies.csv", "--sender-code", CODE), ("suppress", "import")):
        file = () if "replies.csv" in command else ("replies.csv",)
        refused = line(*command, *file, *mapped)
        assert refused.code == 2 and "some say yes" in refused.json["error"]["what"]
    line.write("outs.csv", f"phone,Unsubscribed\n{phone(1)},STOP\n{phone(2)},YES\n")
    argv = ("stop", "outs.csv", "--sender-code", CODE, "--map", "opted_out=Unsubscribed", "--json")
    assert line(*argv).json["plan"]["stop"] == 2


def test_who_does_not_say_stop_is_not_said_to(line: CommandLine) -> None:
    """Of a list of everybody, only rows that say stop, or may, are named as not stopped."""
    rows = [f"{phone(1)},yes", "see notes,no", "rubbish,", "call me,yes", "1,2,3"]
    line.write("all.csv", "\n".join(["phone,Unsubscribed", *rows, ""]))
    mapped = ("--map", "opted_out=Unsubscribed")
    done = line("stop", "all.csv", "--sender-code", CODE, *mapped, "--json")
    assert done.code == 4 and done.json["contacts"]["rejected"] == 4
    assert any(
        "2 rows say stop, or may," in each and "(lines 5 and 6)" in each
        for each in done.json["warnings"]
    )
    listed = line("suppress", "import", "all.csv", *mapped)
    assert listed.code == 4 and "could not be read: lines 5 and 6. Those people" in listed.err


def test_a_phone_of_nobody_is_said_when_it_is_put_on_the_list(line: CommandLine) -> None:
    """Read in another country it is somebody else's, and who said stop still gets texts."""
    done = line("suppress", "add", "9075550123", "--country", "IN", "--json")
    assert done.code == 0 and done.json["added"] == 1
    assert "1 phone is of nobody" in done.err and "country" in done.err
    assert "of nobody" not in line("suppress", "add", phone(1)).err


def test_a_stranger_on_the_list_is_not_called_subscribed(
    line: CommandLine, sandbox: SandboxProcess
) -> None:
    """A stop that the platform did not confirm is no subscription, and is said apart from them."""
    line.write("strangers.csv", f"phone\n{phone(77)}\n")
    line("stop", "strangers.csv", "--sender-code", CODE, "--json")
    listed = line("suppress", "add", phone(1), "--json")
    assert (listed.json["still_subscribed"], listed.json["unconfirmed_stops"]) == (1, 1)
    assert "1 phone on the list is still subscribed" in listed.err
    assert "1 phone on the list was asked to be stopped before" in listed.err


def test_a_list_of_mostly_subscribers_stops_nobody_unasked(
    tmp_path: Path, sandbox: SandboxProcess
) -> None:
    """26 of 30 subscribers: said first, exit code 3, and nobody called or suppressed until then."""
    line = CommandLine(tmp_path / "line", sandbox.env())
    line.contacts([row(number) for number in range(30)])
    assert line("run", "newsletter.yaml", "--json").code == 0
    line.write("stops.csv", "\n".join(["phone", *map(phone, range(26)), ""]))
    argv = ("stop", "stops.csv", "--sender-code", CODE, "--json")
    for more in ((), ("--yes", "25")):
        done = line(*argv, *more)
        assert done.code == 3 and done.json["plan"]["held"] == 26
        assert "26 of the 26 phones on this list may receive texts" in done.err
        assert [each["guard"] for each in done.json["held_because"]] == ["max_opt_outs"]
        assert not sandbox.calls(command="stopSubscriberSend")
        with line.state() as state:
            assert state.suppressions.all().empty
    # another list is not approved with it, not even the people who are on both
    shown = done.json["plan"]["digest"]
    line.write("others.csv", "\n".join(["phone", *map(phone, range(1, 28)), ""]))
    other = line("stop", "others.csv", "--sender-code", CODE, "--json", "--approve", shown)
    assert other.code == 3 and not sandbox.calls(command="stopSubscriberSend")
    assert "Nobody more is stopped" in " ".join(other.json["warnings"])
    approved = line(*argv, "--approve", line(*argv).json["plan"]["digest"])
    assert approved.code == 0 and approved.json["done"]["stop"] == 26
    line.write("more.csv", "\n".join(["phone", phone(26), phone(27), ""]))
    assert line("stop", "more.csv", "--sender-code", CODE, "--json", "--yes", "26").code == 0


OTHER = "12065559999"


def test_who_is_subscribed_on_another_sender_code_is_said(
    line: CommandLine, sandbox: SandboxProcess
) -> None:
    """No success while people of the list get texts there: how many, where, and the command."""
    sandbox.setup(sender_codes=[OTHER])
    line.write("new.csv", "\n".join(["phone", phone(1), phone(7), phone(8), ""]))
    assert line("import", "new.csv", "--sender-code", OTHER).code == 0
    line.write("stops.csv", "\n".join(["phone", phone(7), phone(8), ""]))
    argv = ("stop", "stops.csv", "--country", "US", "--sender-code", CODE)
    assert line(*argv, "--dry-run").code == 0
    done = line(*argv)
    assert done.code == 4
    assert f"0 of the 2 phones on this list may receive texts on {CODE}, 2 on {OTHER}." in done.err
    said = " ".join(done.out.split())
    assert f"unchanged. Still subscribed on other sender codes: 2 on {OTHER}." in said
    assert f"sendersync stop stops.csv --country US --sender-code {OTHER}" in said
    shown = line("show", "last")
    assert f"sendersync stop FILE --sender-code {OTHER}" in " ".join(shown.out.split())
    failed = line(*argv, "--json")  # nobody is stopped by what was said before
    assert failed.code == 4 and failed.json["subscribed_elsewhere"] == {OTHER: 2}
    assert any(OTHER in each for each in failed.json["warnings"])
    there = line(*argv[:-1], OTHER, "--json")
    assert (there.code, there.json["done"]["stop"]) == (0, 2)
    assert "subscribed_elsewhere" not in there.json


def test_the_do_not_contact_list_is_not_filled_with_all_customers_unasked(
    tmp_path: Path, sandbox: SandboxProcess
) -> None:
    """The rule of `stop`: most subscribers on the list, exit code 3, and nobody is suppressed."""
    line = CommandLine(tmp_path / "line", sandbox.env())
    line.contacts([row(number) for number in range(30)])
    assert line("run", "newsletter.yaml", "--json").code == 0
    line.write("list.csv", "\n".join(["phone", *map(phone, range(26)), ""]))
    argv = ("suppress", "import", "list.csv", "--json")
    for more in ((), ("--yes", "25"), ("--sender-code", CODE)):
        done = line(*argv, *more)
        assert (done.code, done.json["added"], done.json["held"]) == (3, 0, 26)
        assert "26 of the 30 people subscribed" in done.err and "--yes 26" in done.err
    assert line("suppress", "list", "--json").json["count"] == 0
    other = line(*argv, "--sender-code", OTHER)
    assert (other.code, other.json["added"]) == (0, 26), "nobody is subscribed there"
    assert line(*argv, "--yes", "26").json["added"] == 26
    # whoever is on it already is not counted again
    line.write("list.csv", "\n".join(["phone", *map(phone, range(27)), ""]))
    assert line(*argv).json["added"] == 1
