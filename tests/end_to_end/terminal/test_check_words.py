"""What `check` says beside its counts, to a person who has only the file."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders.command_line import CommandLine, phone
from tests.builders.sync_files import CODE


@pytest.fixture
def alone(tmp_path: Path) -> CommandLine:
    """A command line without a platform."""
    return CommandLine(tmp_path / "alone", {})


def test_check_says_why_rows_cannot_be_read(alone: CommandLine) -> None:
    """The first three rows that are no rows are named with what is wrong; the others are counted."""
    good = "".join(f"{phone(n)},Ann\n" for n in range(3, 30))
    alone.write("list.csv", f"Mobile,Name\n{phone(1)},Ann\n" + f"{phone(2)},Bob,x\n" * 5 + good)
    done = alone("check", "list.csv", "--json")
    assert done.json["reasons"] == {"row_malformed": 5}
    said = done.json["warnings"]
    assert [each.partition(" cannot")[0] for each in said[:3]] == ["Line 3", "Line 4", "Line 5"]
    assert said[3].startswith("2 more rows cannot be read") and phone(2)[2:] not in str(said)


@pytest.mark.parametrize(
    ("name", "content", "what", "do"),
    [
        ("empty.csv", b"", "The file is empty", "Get it again"),
        (
            "a.vcf",
            b"BEGIN:VCARD\r\nVERSION:3.0\r\nTEL:+1\r\nEND:VCARD\r\n",
            "vCard",
            "save it as CSV",
        ),
    ],
)
def test_what_holds_no_table_is_called_what_it_is(
    alone: CommandLine, name: str, content: bytes, what: str, do: str
) -> None:
    """An empty file and an address book are refused with what helps, by check and import alike."""
    (alone.folder / name).write_bytes(content)
    done = alone("import", name, "--sender-code", CODE, "--json")
    assert done.code == 2 and what in done.json["error"]["what"] and do in done.json["error"]["do"]
    assert what in alone("check", name, "--write", "new.yaml", "--json").json["error"]["what"]


@pytest.mark.parametrize("name", ["mend.csv", "mend.xlsx"])
def test_rows_can_be_mended_before_anything_is_sent(alone: CommandLine, name: str) -> None:
    """`check --rejects` writes what a run would reject, a dry run says so, and it reads again."""
    alone.write("list.csv", f"Mobile,First Name\n{phone(1)},Ann\n206555,Bob\n=1+1,Cid\n")
    done = alone("check", "list.csv", "--rejects", name, "--json")
    assert done.code == 0 and f"{name} holds 2 rejected rows" in done.err
    assert (alone.folder / name).stat().st_mode & 0o777 == 0o600
    again = alone("check", name, "--json").json
    assert again["columns"][:2] == ["Mobile", "First Name"]
    assert again["rows"] == 2 and again["reasons"] == done.json["reasons"]
    dry = alone("import", "list.csv", "--sender-code", CODE, "--dry-run")
    assert "\n  sendersync check list.csv --rejects rejected.csv\n" in dry.out
    assert alone("check", "list.csv", "--rejects", "list.csv").code == 2
    alone.write("odd.csv", "a,b\n1,2\n")
    assert alone("check", "odd.csv", "--rejects", "other.csv").code == 2


@pytest.mark.parametrize(
    "address", ["https://example.com/list.csv?key=secret", "s3://box/list.csv"]
)
def test_an_address_is_for_a_sync_file(alone: CommandLine, address: str) -> None:
    """Where a file is wanted an address is called one, not a file that is missing."""
    for argv in (("check", address), ("import", address, "--sender-code", CODE)):
        error = alone(*argv, "--json").json["error"]
        assert "This is an address" in error["what"] and "`source: {path:" in error["do"]
        assert "secret" not in str(error)


def test_what_is_to_be_decided_is_said_in_words(alone: CommandLine) -> None:
    """A person reads what the column may say, and how to answer."""
    alone.write("list.csv", f"Mobile,SMS Status\n{phone(1)},S\n{phone(2)},U\n")
    said = alone("check", "list.csv").out
    assert "Decide: 'SMS Status' may say who agreed to texts (`consent`)" in said
    assert "--map consent=COLUMN, or --map consent= for none" in said


def test_of_a_sync_file_the_decision_is_made_in_it(alone: CommandLine) -> None:
    """No option of `import` is advised to somebody who cannot use it, and the answer works."""
    alone.write(
        "list.csv", f"Mobile,Tags,Do not call\n{phone(1)},unsubscribed,no\n{phone(2)},,yes\n"
    )
    sync = (
        'sync: s\nsource: {kind: csv, path: list.csv}\ncolumns: {phone: Mobile}\nsender_code: "1"\n'
    )
    alone.write("s.yaml", sync)
    said = alone("check", "s.yaml").out
    assert "and are not read. If one does, name it in the sync file" in said
    assert "--map" not in said
    answer = "not_permission: [Tags, Do not call]"
    assert f"`{answer}`" in said
    alone.write("s.yaml", sync + answer + "\n")
    assert "Decide" not in alone("check", "s.yaml").out
