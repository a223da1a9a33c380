"""Lists of people to stop with several phone columns: no number of a row is passed over."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders.command_line import CommandLine, phone, row
from tests.builders.sync_files import CODE
from tests.stand_ins.sandbox_process import SandboxProcess

STOP = ("stop", "stops.csv", "--sender-code", CODE, "--json")
LIST = ("suppress", "import", "stops.csv", "--json")


@pytest.fixture
def line(tmp_path: Path, sandbox: SandboxProcess) -> CommandLine:
    """A command line whose newsletter has four subscribers."""
    line = CommandLine(tmp_path / "line", sandbox.env())
    line.contacts([row(1), row(2), row(3), row(4)])
    assert line("run", "newsletter.yaml", "--json").code == 0
    return line


@pytest.mark.parametrize(
    "header", ["Phone 1,Phone 2", "Mobile,Phone", "phone,phone", "Phone,Other phone"]
)
def test_every_phone_of_a_row_is_stopped(line: CommandLine, header: str) -> None:
    """Each column that surely holds phones is read, and each row is counted once."""
    rows = [f"{phone(1)},{phone(2)}", f",{phone(3)}", f"{phone(2)},"]
    line.write("stops.csv", "\n".join([header, *rows, ""]))
    done = line(*STOP)
    assert done.code == 0, done.err
    assert done.json["done"]["stop"] == 3
    assert done.json["contacts"] == {"accepted": 3, "rejected": 0, "merged": 0, "withheld": 0}
    assert "3 of the 3 phones on this list" in done.err
    assert (line(*LIST).json["added"], line("suppress", "list", "--json").json["count"]) == (0, 3)


def test_a_column_that_may_be_somebody_elses_is_asked_about(line: CommandLine) -> None:
    """Nothing is done until a person has said which phones are meant; then it is as they say."""
    line.write("stops.csv", f"Phone,Emergency phone\n{phone(1)},{phone(2)}\n")
    for command in (STOP, LIST):
        refused = line(*command)
        assert refused.code == 2
        assert "'Emergency phone' may hold more phones" in refused.err
        assert "--map phone=Phone --map 'phone=Emergency phone'" in refused.err
    assert line("suppress", "list", "--json").json["count"] == 0
    alone = line(*LIST, "--map", "phone=Phone")
    assert alone.json["added"] == 1
    assert "Not read, though there seem to be phones: 'Emergency phone'" in alone.err
    both = line(*STOP, "--map", "phone=Phone", "--map", "phone=Emergency phone")
    assert both.code == 0 and both.json["done"]["stop"] == 2


def test_of_a_list_of_everybody_all_phones_of_who_says_stop_count(line: CommandLine) -> None:
    """With a column that says who opted out, the others keep both of their numbers."""
    rows = [f"{phone(1)},{phone(2)},yes", f"{phone(3)},{phone(4)},no", f"{phone(7)},{phone(8)},hm"]
    line.write("stops.csv", "\n".join(["Mobile,Phone,Unsubscribed", *rows, ""]))
    done = line(*STOP, "--map", "opted_out=Unsubscribed")
    assert done.code == 4 and done.json["done"]["stop"] == 2
    assert done.json["contacts"] == {"accepted": 1, "rejected": 1, "merged": 0, "withheld": 1}


def test_a_field_that_is_mapped_twice_is_refused_or_means_both(line: CommandLine) -> None:
    """The last of two mappings never wins in silence."""
    line.write("stops.csv", f"a,b,c\n{phone(1)},{phone(2)},US\n")
    twice = ("--map", "phone=a", "--map", "phone=b")
    refused = line("import", "stops.csv", "--sender-code", CODE, *twice)
    assert refused.code == 2 and "mapped twice, to 'a' and 'b'" in refused.err
    assert line("check", "stops.csv", *twice).code == 2
    countries = ("--map", "country=c", "--map", "country=b")
    assert line(*STOP, "--map", "phone=a", *countries).code == 2
    assert line(*LIST, *twice).json["added"] == 2
