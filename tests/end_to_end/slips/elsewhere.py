"""Slips in the source, in the state, and in the command."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from tests.builders.command_line import CommandLine
from tests.end_to_end.slips.slip import (
    Slip,
    as_csv,
    contacts,
    edit,
    national,
    source,
    whole_list,
)


def _empty_state(line: CommandLine) -> None:
    line.state_file.write_bytes(b"")


def _another_programs_database(line: CommandLine) -> None:
    line.state_file.unlink()
    with closing(sqlite3.connect(line.state_file)) as connection:
        connection.execute("CREATE TABLE bookmarks (address TEXT)")


def _mistyped_state(line: CommandLine) -> None:
    line.env["SENDERSYNC_STATE"] = f"sqlite:///{line.folder}/sate/state.db"


def _state_is_a_list(line: CommandLine) -> None:
    line.env["SENDERSYNC_STATE"] = f"sqlite:///{line.folder}/contacts.csv"


def _wrong_password(line: CommandLine) -> None:
    line.write("contacts.csv", as_csv([*whole_list(), *contacts(400)[:3]]))
    line.env["SENDERSYNC_PASSWORD"] = "not-it"  # of nobody


def _everybody_says_stop() -> list[dict[str, str]]:
    return [{**row, "Text status": "stop"} for row in contacts()]


def _sorted_apart() -> list[dict[str, str]]:
    rows = contacts()
    phones = [row["Mobile"] for row in rows]
    return [{**row, "Mobile": phone} for row, phone in zip(rows, reversed(phones), strict=True)]


def _filled_down() -> list[dict[str, str]]:
    return [{**row, "Mobile": national(2000 + n)} for n, row in enumerate(contacts())]


def _opt_outs_held(line: CommandLine) -> None:
    line.write("contacts.csv", as_csv(_everybody_says_stop()))
    assert line("run", "newsletter.yaml").code == 3


def _customers_as_stop_list(line: CommandLine) -> None:
    phones = [f"+1{row['Mobile']}" for row in contacts()]
    line.write("stops.csv", "\n".join(["phone", *phones, ""]))


SLIPS = [
    Slip("a status column turned over", source(_everybody_says_stop()), 3, "40 of 40 people"),
    Slip(
        "the list of another newsletter appended",
        source([*whole_list(), *contacts(400), *contacts(440), *contacts(480)]),
        3,
        ["120 people would be added to 40", "max_adds"],
    ),
    Slip(
        "the customers as a stop list",
        _customers_as_stop_list,
        3,
        ["40 of the 40 people subscribed", "right list"],
        command=("stop", "stops.csv", "--sender-code", "12065551212"),
    ),
    Slip(
        "keys and phones sorted apart", source(_sorted_apart()), 0, "the phone that another person"
    ),
    Slip("phones filled down", source(_filled_down()), 3, "40 of 40 old numbers"),
    Slip(
        "a consent that was exported empty",
        source([{**row, "SMS consent": ""} for row in contacts()]),
        3,
        "40 of 40 would be stopped",
    ),
    Slip(
        "a header that names two columns alike",
        lambda line: line.write(
            "contacts.csv", as_csv(whole_list()).replace("Emergency contact", "Mobile", 1)
        ),
        0,
        "'Mobile' stands twice",
    ),
    Slip(
        "an adoption in place of a run",
        source([*whole_list(), *contacts(400)]),
        0,
        ["40 people are new", "without a call", "not `adopt`"],
        command=("adopt", "newsletter.yaml"),
    ),
    Slip("half a file", source(whole_list()[20:]), 3, "20 of 40 would be stopped"),
    Slip("a file without rows", source([]), 3, "The source is empty"),
    Slip(
        "a file without its header",
        lambda line: line.write("contacts.csv", as_csv(whole_list()).partition("\n")[2]),
        2,
        "contacts.csv",
    ),
    Slip("the file of last night", lambda _line: None, 0, "is the same file as in run"),
    Slip("a state of 0 bytes", _empty_state, 2, ["0 bytes", "backup"]),
    Slip("another program's database", _another_programs_database, 2, "another program's database"),
    Slip("a list in place of the state", _state_is_a_list, 2, "not a state"),
    Slip(
        "a mistyped state, planned",
        _mistyped_state,
        0,
        ["This state is new", "sate/state.db", "SENDERSYNC_STATE"],
        command=("plan", "newsletter.yaml"),
    ),
    Slip(
        "a mistyped state, looked at",
        _mistyped_state,
        0,
        ["There is no state here", "sate/state.db", "SENDERSYNC_STATE"],
        command=("history",),
    ),
    Slip("a wrong password", _wrong_password, 2, "SENDERSYNC_PASSWORD"),
    Slip(
        "a ceiling that is too low",
        source(whole_list()[20:]),
        3,
        "too few",
        command=("run", "newsletter.yaml", "--approve-stops", "5"),
    ),
    Slip(
        "a retired list that is still in the schedule",
        lambda line: line("retire", "newsletter"),
        2,
        ["was retired", "retire newsletter --undo"],
    ),
    Slip(
        "a renamed list with its old sync file",
        lambda line: line("rename", "newsletter", "letter"),
        2,
        ["got another name", "sendersync list"],
    ),
    Slip(
        "a name changed in the sync file alone",
        edit("sync: newsletter", "sync: newsleter"),
        0,
        ["ran as newsletter until now", "sendersync rename newsletter newsleter"],
        command=("plan", "newsletter.yaml"),
    ),
    Slip(
        "a mistyped name of a sync to retire",
        lambda _line: None,
        2,
        "Use one of: newsletter",
        command=("retire", "newsleter"),
    ),
    Slip(
        "somebody taken off the do-not-contact list without a word why",
        lambda line: line("suppress", "add", "+12065550199"),
        2,
        "--reason",
        command=("suppress", "remove", "+12065550199", "--yes"),
    ),
    Slip(
        "somebody taken off the do-not-contact list where nobody can be asked",
        lambda line: line("suppress", "add", "+12065550199"),
        2,
        "--yes",
        command=("suppress", "remove", "+12065550199", "--reason", "wrote to us"),
    ),
    Slip(
        "the approval of another plan",
        source(whole_list()[20:]),
        3,
        "20 of 40 would be stopped",
        command=("run", "newsletter.yaml", "--approve", "aaaaa-bbbbb"),
    ),
    Slip(
        "a message to a list whose opt-outs are held",
        _opt_outs_held,
        3,
        ["have said stop", "40 held by a guard"],
        command=(
            *("messages", "send-to-sender-code", "1", "--sender-code", "12065551212"),
            *("--name", "november", "--yes"),
        ),
    ),
    Slip(
        "a plan run in place of a run",
        edit("phone: Mobile", "phone: Emergency contact"),
        3,
        "columns.phone",
        command=("plan", "newsletter.yaml"),
    ),
]
