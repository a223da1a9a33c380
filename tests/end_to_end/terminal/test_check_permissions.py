"""May one of these columns say who must not be texted? Asked of all rows, before any call."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.builders.command_line import CommandLine, phone
from tests.builders.sync_files import CODE
from tests.stand_ins.sandbox_process import SandboxProcess

SYNC = """\
sync: people
source: {{kind: csv, path: list.csv}}
columns: {{phone: Mobile{mapped}}}
sender_code: "12065551212"
{more}
"""


@pytest.fixture
def alone(tmp_path: Path) -> CommandLine:
    """A command line whose platform is never reached: whatever is refused is refused before."""
    nowhere = {"URL": "http://127.0.0.1:9", "REALM": "nowhere", "PASSWORD": "none"}
    env = {
        f"SENDERSYNC_{'API_' if name == 'URL' else ''}{name}": value
        for name, value in nowhere.items()
    }
    return CommandLine(tmp_path / "alone", env)


def written(line: CommandLine, mapped: str = "", more: str = "") -> None:
    """The sync file of `list.csv`."""
    line.write("people.yaml", SYNC.format(mapped=mapped, more=more))


def listed(line: CommandLine, header: str, *cells: str) -> None:
    """`list.csv`: a person for each cell."""
    rows = "".join(f'{phone(n)},"{cell}"\n' for n, cell in enumerate(cells))
    line.write("list.csv", f'Mobile,"{header}"\n{rows}')


def remarks(report: dict[str, Any]) -> list[str]:
    """What a run remarks, but for the first run's word that its state is new."""
    said: list[str] = report["warnings"]
    return [each for each in said if not each.startswith("This state is new: ")]


REFUSING = [
    ("Newsletter", "yes", "false"),
    ("Active", "true", "FALSE"),
    ("deleted_at", "", "2026-02-01 10:00:00"),
    ("Bounced", "", "1"),
    ("Kündigung", "", "01.03.2026"),
    ("Tags", "vip; local", "vip; unsubscribed"),
    ("Notes", "likes tea", "please do not text her"),
    ("Bemerkung", "", "will keine SMS mehr"),
    ("Remarques", "cliente fidèle", "ne plus contacter"),
    ("Notas", "", "pidió darse de baja"),
    ("備考", "", "SMS配信停止希望"),
    ("Unsubscribed", "", "yes"),
    ("Do not text", "no", "x"),
    ("Status", "Active", "Unsubscribed"),
    ("SMS status", "subscribed", "never subscribed"),
    ("SMS consent", "yes", ""),
    ("Nieuwsbrief", "ja", "nee"),
    ("Last reply", "thanks", "STOPALL"),
]


@pytest.mark.parametrize("folder", ["unsubscribed", "Abmeldungen", "bajas/2026"])
def test_a_folder_that_an_import_names_says_who_left(alone: CommandLine, folder: str) -> None:
    """As the path of a sync does; of a whole path the file's own folder counts."""
    (alone.folder / folder).mkdir(parents=True)
    alone.write(f"{folder}/list.csv", f"Mobile\n{phone(1)}\n")
    argv = ("--sender-code", CODE, "--dry-run", "--json")
    said = folder.partition("/")[0]
    refused = alone("import", f"{folder}/list.csv", *argv)
    assert refused.code == 2 and said in refused.json["error"]["what"]
    taken = alone("import", f"{folder}/list.csv", *argv, "--map", "opted_out=")
    assert taken.json["plan"]["add"] == 1
    whole = alone("import", str(alone.folder / folder / "list.csv"), *argv)
    assert (whole.code == 2) is ("/" not in folder)


def test_a_country_that_is_none_is_refused_by_its_option(alone: CommandLine) -> None:
    """Every number without a country code would be a reject; UK is read as GB."""
    alone.write("list.csv", "Mobile\n07400 123456\n")
    argv = ("import", "list.csv", "--sender-code", CODE, "--dry-run", "--json", "--country")
    refused = alone(*argv, "XX")
    assert (refused.code, refused.json["error"]["where"]) == (2, "--country")
    assert "no country has the code XX" in refused.json["error"]["what"]
    assert alone(*argv, "UK").json["plan"]["add"] == 1
    by_hand = alone("suppress", "add", "07400 123456", "--country", "XX", "--json")
    assert (by_hand.code, by_hand.json["error"]["where"]) == (2, "--country")


@pytest.mark.parametrize(("header", "harmless", "refusing"), REFUSING)
def test_a_sync_that_maps_no_permission_is_refused_past_one(
    alone: CommandLine, header: str, harmless: str, refusing: str
) -> None:
    """Exit 2 with the line, in run, plan and adopt; `not_permission` is the answer no."""
    listed(alone, header, *[harmless] * 3, refusing)
    written(alone)
    for command in ("plan", "run", "adopt"):
        done = alone(command, "people.yaml", "--json")
        error = done.json["error"]
        assert done.code == 2 and repr(header) in error["what"], done.out
        assert "not_permission" in error["do"] and error["where"].startswith("list.csv:")
    written(alone, more=f"not_permission: ['{header}']")
    done = alone("plan", "people.yaml", "--json")
    assert done.code == 0 and done.json["plan"]["add"] == 4 and not remarks(done.json)


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("Notes", ["likes tea", "unsubscribed from the e-mail newsletter"]),
        ("Tags", ["vip", "stop & shop"]),
        ("Unsubscribed", ["", "no"]),
        ("Email opt-out", ["yes", "no"]),
        ("Newsletter", ["weekly", "monthly"]),
        ("Active", ["yes", "yes"]),
        ("Segment", ["new", "old"]),
        ("Country", ["US", "CA"]),
    ],
)
def test_what_refuses_no_texts_holds_nothing_up(
    alone: CommandLine, header: str, cells: list[str]
) -> None:
    """A header alone refuses nobody, and other channels are other channels."""
    listed(alone, header, *cells)
    written(alone)
    done = alone("plan", "people.yaml", "--json")
    assert done.code == 0 and done.json["plan"]["add"] == len(cells), done.out


def test_where_a_permission_is_mapped_others_are_warned_about(alone: CommandLine) -> None:
    """With `opted_out` or `consent` mapped a run goes on and names the column and its first line."""
    alone.write(
        "list.csv",
        f"Mobile,Agreed,Tags\n{phone(1)},yes,vip\n{phone(2)},yes,no sms\n",
    )
    written(alone, ", consent: Agreed")
    done = alone("plan", "people.yaml", "--json")
    assert done.code == 0 and done.json["plan"]["add"] == 2
    [warning] = remarks(done.json)
    assert "'Tags' may say who must not be texted (1 row, the first in line 3)" in warning
    written(alone, ", consent: Agreed", "not_permission: [Tags]")
    assert not remarks(alone("plan", "people.yaml", "--json").json)


def test_all_rows_are_asked_not_the_first_ones(alone: CommandLine) -> None:
    """A file sorted by its status shows who left at its end: import refuses with that line."""
    numbers = (f"+1206{220 + n // 10000}{n % 10000:04d}" for n in range(5_100))
    rows = [
        f"{number},{'Active' if n < 5_050 else 'Unsubscribed'}\n"
        for n, number in enumerate(numbers)
    ]
    alone.write("list.csv", "Phone,Status\n" + "".join(rows))
    argv = ("import", "list.csv", "--sender-code", CODE, "--dry-run", "--json")
    refused = alone(*argv)
    assert refused.code == 2 and refused.json["error"]["where"] == "list.csv:5052"
    assert "'Status'" in refused.json["error"]["what"]
    assert alone(*argv, "--map", "opted_out=").json["plan"]["add"] == 5_100
    assert alone("check", "list.csv", "--json").json["undecided"] == {"opted_out": ["Status"]}


@pytest.mark.parametrize(
    ("field", "header", "instead"),
    [
        ("opted_out", "Subscribed", "consent"),
        ("opted_out", "SMS consent", "consent"),
        ("opted_out", "Not unsubscribed", "consent"),
        ("opted_out", "Angemeldet", "consent"),
        ("opted_out", "is_active", "consent"),
        ("consent", "Unsubscribed", "opted_out"),
        ("consent", "do_not_sms", "opted_out"),
        ("consent", "Keine Einwilligung", "opted_out"),
        ("consent", "désabonné", "opted_out"),
        ("consent", "配信停止", "opted_out"),
    ],
)
def test_a_permission_mapped_the_wrong_way_round_is_refused(
    alone: CommandLine, field: str, header: str, instead: str
) -> None:
    """Exit 2 in every command, with what to write instead, before anybody is stopped or added."""
    listed(alone, header, "yes", "no")
    written(alone, f", {field}: '{header}'")
    for command in ("plan", "run", "adopt", "check"):
        done = alone(command, "people.yaml", "--json")
        assert done.code == 2, done.out
        assert f"`{instead}: {header}`" in done.json["error"]["do"]
    argv = ("import", "list.csv", "--sender-code", CODE, "--json", "--map", f"{field}={header}")
    assert alone(*argv).code == 2


@pytest.mark.parametrize(
    ("field", "header"),
    [
        ("opted_out", "Unsubscribed"),
        ("opted_out", "Subscription status"),
        ("opted_out", "HasOptedOutOfEmail"),
        ("consent", "Subscribed"),
        ("consent", "SMS opt in/out"),
        ("consent", "sms_opted_in_at"),
        ("consent", "SMS"),
    ],
)
def test_a_header_that_fits_or_says_neither_is_taken(
    alone: CommandLine, field: str, header: str
) -> None:
    """What a person mapped is refused only where its words say the opposite."""
    listed(alone, header, "yes", "no")
    written(alone, f", {field}: '{header}'")
    assert alone("plan", "people.yaml", "--json").json["plan"]["add"] == 1


WORDS = "words: {{opted_out: {{means_yes: [{}], means_no: [{}]}}}}"


def test_words_turn_a_header_round_and_every_cell_must_be_among_them(alone: CommandLine) -> None:
    """`opted_out: Subscribed` is read where the words say each cell; swapped words are refused."""
    mapped = ", opted_out: Subscribed"
    listed(alone, "Subscribed", "subscribed", "unsubscribed", "pending")
    written(alone, mapped, WORDS.format("unsubscribed", "subscribed"))
    planned = alone("plan", "people.yaml", "--json").json
    assert planned["plan"]["add"] == 1
    assert planned["reasons"] == {"opt_out_unclear": 1, "opted_out": 1}
    written(alone, mapped, WORDS.format("subscribed", "unsubscribed"))
    assert "`consent: Subscribed`" in alone("plan", "people.yaml", "--json").json["error"]["do"]
    written(alone, mapped, WORDS.format("unsubscribed", "subscribed"))
    listed(alone, "Subscribed", "subscribed", "", "yes")
    refused = alone("plan", "people.yaml", "--json")
    assert refused.code == 2 and refused.json["error"]["where"] == "line 3"


def test_a_new_column_of_permission_is_told(tmp_path: Path, sandbox: SandboxProcess) -> None:
    """After the first night a column that by its name says who must not be texted is named."""
    line = CommandLine(tmp_path / "line", sandbox.env())
    line.write("list.csv", f"Mobile,Agreed\n{phone(1)},yes\n")
    written(line, ", consent: Agreed")
    assert not remarks(line("run", "people.yaml", "--json").json)
    line.write("list.csv", f"Mobile,Agreed,SMS opt-out\n{phone(1)},yes,\n")
    told = " ".join(line("run", "people.yaml", "--json").json["warnings"])
    assert "'SMS opt-out' is new since the last run" in told


def test_words_are_listed_with_their_counts(alone: CommandLine) -> None:
    """`check`, the report and the draft show what is neither a yes nor a no, and how often."""
    listed(
        alone, "Unsubscribed", "yes", "", "moved to email", "Moved to e\u2011mail", "moved to email"
    )
    written(alone, ", opted_out: Unsubscribed")
    for command in ("plan", "check"):
        [warning] = remarks(alone(command, "people.yaml", "--json").json)
        assert '"moved to email" 2x, "moved to e-mail" 1x' in warning
    alone("check", "list.csv", "--map", "opted_out=Unsubscribed", "--write", "new.yaml")
    words = yaml.safe_load((alone.folder / "new.yaml").read_text("utf-8"))["words"]
    assert words["opted_out"]["undecided"] == ["moved to email", "moved to e-mail"]


@pytest.mark.parametrize(
    "cells",
    [
        ["Ann Roe, +1 206 555 0101", "ann@example.com", "12065550101"],
        ["a very long note that somebody wrote about somebody else, with a name in it"],
    ],
)
def test_no_person_is_listed_as_a_word(alone: CommandLine, cells: list[str]) -> None:
    """Addresses, numbers and long texts of a wrongly mapped column are counted, never shown."""
    listed(alone, "Comment", *cells)
    written(alone, ", consent: Comment")
    [warning] = remarks(alone("plan", "people.yaml", "--json").json)
    assert f"(other texts) {len(cells)}x" in warning
    assert not any(cell in warning for cell in cells)


def test_names_are_not_listed_where_a_name_is_mapped(alone: CommandLine) -> None:
    """A first name taken for a consent by a slip stands in no message."""
    listed(alone, "First Name", "Ann", "Bob")
    written(alone, ", consent: First Name")
    [warning] = remarks(alone("plan", "people.yaml", "--json").json)
    assert "(other texts) 2x" in warning and "ann" not in warning.lower().replace("can", "")


def test_a_status_is_offered_as_the_consent_with_its_words(alone: CommandLine) -> None:
    """An import adds those who subscribed, and a draft says which words it took for what."""
    listed(alone, "SMS subscriber status", "Subscribed", "Unsubscribed", "Never subscribed", "")
    done = alone("import", "list.csv", "--sender-code", CODE, "--dry-run", "--json")
    assert done.json["plan"]["add"] == 1 and done.json["reasons"] == {"no_consent": 3}
    assert "yes = subscribed; no = " in done.err
    alone("check", "list.csv", "--write", "new.yaml")
    draft = yaml.safe_load((alone.folder / "new.yaml").read_text("utf-8"))
    assert draft["columns"]["consent"] == "SMS subscriber status"
    assert draft["words"]["consent"]["means_yes"] == ["subscribed"]
    assert set(draft["words"]["consent"]["means_no"]) == {"unsubscribed", "never subscribed"}


def test_the_draft_asks_who_may_be_texted(alone: CommandLine) -> None:
    """A consent is asked about as one, with the words that were found, undecided."""
    listed(alone, "SMS Status", "S", "U", "U")
    alone("check", "list.csv", "--write", "new.yaml")
    text = (alone.folder / "new.yaml").read_text("utf-8")
    assert "may one of these say who MAY be texted?" in text
    assert yaml.safe_load(text)["words"]["consent"]["undecided"] == ["u", "s"]


def test_check_says_nothing_wrong_of_a_mapped_column(alone: CommandLine) -> None:
    """Of a column that is mapped it does not say that it is not used."""
    listed(alone, "Unsubscribed", "yes", "no")
    written(alone, ", opted_out: Unsubscribed")
    done = alone("check", "people.yaml", "--json")
    assert done.json["mapping_notes"] == [] and done.json["undecided"] == {}
    assert done.json["suggested"]["opted_out"] == "Unsubscribed"


def with_two_phones(line: CommandLine, second: str, header: str, *cells: str) -> None:
    """`list.csv` with two phone columns and one more, and its sync file, which reads both."""
    rows = "".join(f'{phone(n)},{phone(n + 50)},"{cell}"\n' for n, cell in enumerate(cells))
    line.write("list.csv", f"Mobile,{second},{header}\n{rows}")
    written(line)
    text = (line.folder / "people.yaml").read_text("utf-8")
    line.write("people.yaml", text.replace("phone: Mobile", f"phone: [Mobile, {second}]"))


@pytest.mark.parametrize("second", ["Opt-in phone", "SMS opt-out phone", "Work phone"])
def test_a_second_phone_column_is_no_permission(
    tmp_path: Path, sandbox: SandboxProcess, second: str
) -> None:
    """Nobody is asked about a column of the list, on the first night or when it is new."""
    line = CommandLine(tmp_path / "line", sandbox.env())
    line.write("list.csv", f"Mobile,City\n{phone(0)},Leeds\n")
    written(line)
    assert not remarks(line("run", "people.yaml", "--json").json)
    with_two_phones(line, second, "City", "Leeds", "York")
    named = remarks(line("run", "people.yaml", "--json").json)
    assert [each for each in named if "`columns.phone`" not in each] == [
        "So nobody is stopped in this run for having left or for a new number."
    ]
    assert not remarks(line("check", "people.yaml", "--json").json)


def test_an_opt_out_of_the_second_phone_is_asked_about(alone: CommandLine) -> None:
    """It says no to texts at a number that the sync reads."""
    with_two_phones(alone, "Work phone", "Work phone opt-out", "", "yes")
    refused = alone("plan", "people.yaml", "--json")
    assert refused.code == 2, refused.out
    assert "'Work phone opt-out' may say who opted out" in refused.json["error"]["what"]
