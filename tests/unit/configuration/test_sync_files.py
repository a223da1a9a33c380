"""A sync file that is wrong is refused with its line, its key and the nearest right word."""

from __future__ import annotations

import os
from pathlib import Path

import jsonschema
import pytest
import yaml
from phonenumbers import SUPPORTED_REGIONS

from connectors.configuration.sync_files import LARGEST, parse_sync_file, read_sync_file
from schemas.errors import ExitCode, SyncFileError
from schemas.sync_file import LineType, json_schema
from schemas.sync_keys.country_codes import country_code
from tests.builders.repository import ROOT

GOOD = """\
sync: newsletter
source:
  kind: csv
  path: contacts.csv
columns:
  phone: Mobile
  email: Email
sender_code: "12065551212"
guards: {max_stops: 10, max_stop_share: 0.05}
load: {rate_per_second: 5}
"""

# what is put in place of what; the line, words that the refusal must hold
WRONG = {
    "a misspelt key": ("sender_code:", "sender_cod:", 8, ["`sender_cod`", "`sender_code`"]),
    "a misspelt column field": ("  phone:", "  phon:", 6, ["`columns.phon`", "`phone`"]),
    "a word YAML takes for a truth": (
        "guards:",
        "words: {opted_out: {means_yes: [on]}}\nguards:",
        9,
        ["`words.opted_out.means_yes`", "quotes"],
    ),
    "a word that means both": (
        "guards:",
        'words: {consent: {means_no: ["X"]}}\nguards:',
        9,
        ["`x` cannot mean yes and no"],
    ),
    "a misspelt key of the words": (
        "guards:",
        'words: {consent: {mean_no: ["a"]}}\nguards:',
        9,
        ["`words.consent.mean_no`", "`means_no`"],
    ),
    "a misspelt guard": ("max_stops:", "max_stop:", 9, ["max_stop", "`max_stops`"]),
    "a misspelt section": ("guards:", "guard:", 9, ["`guard`", "`guards`"]),
    "an unknown kind": ("kind: csv", "kind: cvs", 3, ["`cvs`", "`csv`"]),
    "no phone in the list": ("phone: Mobile", "phone: []", 6, ["columns.phone", "at least one"]),
    "a phone twice": ("phone: Mobile", "phone: [Tel, Tel]", 6, ["columns.phone", "twice"]),
    "a phone that is none": ("phone: Mobile", "phone: [Tel, {a: b}]", 6, ["columns.phone"]),
    "no phone": ("  phone: Mobile\n", "", 5, ["columns.phone", "missing"]),
    "no sync name": ("sync: newsletter\n", "", 1, ["`sync`", "missing"]),
    "a path that is missing": ("  path: contacts.csv\n", "", 2, ["path"]),
    "a number as text": ("max_stops: 10", 'max_stops: "10"', 9, ["max_stops", "integer"]),
    "a truth as a number": ("max_stops: 10", "max_stops: true", 9, ["max_stops", "integer"]),
    "a share above 1": ("0.05", "5", 9, ["max_stop_share", "1"]),
    "a rate of nothing": ("rate_per_second: 5", "rate_per_second: 0", 10, ["greater than 0"]),
    "a rate without end": ("rate_per_second: 5", "rate_per_second: .inf", 10, ["finite"]),
    "too many at once": ("rate_per_second: 5", "concurrency: 257", 10, ["concurrency", "256"]),
    "a name in capitals": ("newsletter", "Newsletter", 1, ["lower-case"]),
    "a sender code with a slash": ('"12065551212"', '"1/2"', 8, ["slash"]),
    "two sender codes": ("  email:", "  sender_code:", 1, ["sender code once"]),
    "a key twice": ("  email: Email", "  phone: Email", 7, ["`phone`", "twice", "line 6"]),
    "no YAML": ("sync: newsletter", "sync: [newsletter", None, ["not YAML"]),
    "a tab": ("  phone:", "\tphone:", 6, ["not YAML"]),
    "a list on top": (GOOD, "- a\n- b\n", 1, ["keys and values"]),
    "nothing": (GOOD, "", 1, ["keys and values"]),
    "a country that is none": ("guards:", "default_country: XX\nguards:", 9, ["no country", "XX"]),
    "three letters": ("guards:", "default_country: USA\nguards:", 9, ["two-letter"]),
    "one of several": ("guards:", "countries: [US, QQ]\nguards:", 9, ["QQ", "no country"]),
}


@pytest.mark.parametrize(("old", "new", "line", "words"), WRONG.values(), ids=WRONG)
def test_a_wrong_sync_file_is_refused(
    old: str, new: str, line: int | None, words: list[str]
) -> None:
    """Line, key and the word that was meant; exit code 2."""
    assert old in GOOD
    with pytest.raises(SyncFileError) as refused:
        parse_sync_file(GOOD.replace(old, new, 1), name="newsletter.yaml")
    error = refused.value
    assert error.exit_code == ExitCode.WRONG_USE
    if line is not None:
        assert error.where == f"newsletter.yaml:{line}"
    for word in words:
        assert word in str(error)
    assert error.do


def test_the_line_that_can_be_mended_comes_first() -> None:
    """A misspelt key is unknown and missing at once: the unknown one has a line."""
    with pytest.raises(SyncFileError, match=r":6: `columns.phon`.*1 more problem below"):
        parse_sync_file(GOOD.replace("  phone:", "  phon:"), name="n")


def test_unquoted_numbers_and_norway_are_understood() -> None:
    """YAML's own readings of a sender code and of NO are put right."""
    text = GOOD.replace('"12065551212"', "12065551212") + "countries: [NO, us]\n"
    sync = parse_sync_file(text + "default_country: NO\n", name="n")
    assert sync.sender_code == "12065551212"
    assert sync.countries == ["NO", "US"]
    assert sync.default_country == "NO"


@pytest.mark.parametrize(
    ("written", "read"), [("UK", "GB"), ("uk", "GB"), ("el", "GR"), ("gb", "GB")]
)
def test_common_codes_that_are_not_iso_are_read(written: str, read: str) -> None:
    """UK is the United Kingdom's, and no other country has those letters."""
    sync = parse_sync_file(f"{GOOD}default_country: {written}\ncountries: [{written}]\n", name="n")
    assert (sync.default_country, sync.countries) == (read, [read])


def test_every_region_with_numbers_is_a_country() -> None:
    """What the library of phones knows may be written."""
    assert {country_code(each.lower()) for each in SUPPORTED_REGIONS} == set(SUPPORTED_REGIONS)


def test_the_defaults_are_the_contracts() -> None:
    """What is left out is what the contract says."""
    sync = parse_sync_file(GOOD[: GOOD.index("guards")], name="n")
    guards, load = sync.guards, sync.load
    assert (guards.max_stops, guards.max_stop_share) == (10, 0.05)
    assert (guards.min_rows, guards.max_reject_share) == (1, 0.5)
    assert (load.rate_per_second, load.concurrency, load.batch_size) == (5, 4, 200)
    assert (sync.removals, sync.duplicates) == ("stop", "first")
    assert sync.line_types == [LineType.MOBILE, LineType.FIXED_LINE_OR_MOBILE]
    assert sync.countries is None


def test_a_missing_or_unreadable_file_is_refused(tmp_path: Path) -> None:
    """No such file, a folder, bytes that are no text: exit code 2, by name."""
    for path in (tmp_path / "nowhere.yaml", tmp_path):
        with pytest.raises(SyncFileError, match=path.name):
            read_sync_file(path)
    broken = tmp_path / "broken.yaml"
    broken.write_bytes(b"sync: \xff\xfe")
    with pytest.raises(SyncFileError, match="UTF-8"):
        read_sync_file(broken)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("contacts.csv", b"Email,Mobile\na@example.com,+12065550101\n"),
        ("contacts.csv", b'"Name: last, first";Mobile\n'),
        ("contacts.xlsx", b"PK\x03\x04\x14\x00"),
        ("contacts.csv.gz", b"\x1f\x8b\x08\x00"),
        ("export", b"Last sync;Mobile\nyesterday;+12065550101\n"),
        ("contacts.csv", "Téléphone;Prénom\n".encode("cp1252")),
    ],
)
def test_a_list_of_contacts_is_no_sync_file(name: str, content: bytes, tmp_path: Path) -> None:
    """Where contacts are given for a sync file, the two commands that take contacts are named."""
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SyncFileError, match="a list of contacts, not a sync file") as refused:
        read_sync_file(tmp_path / name)
    assert "`sendersync import " in refused.value.do and " --write " in refused.value.do


@pytest.mark.parametrize("name", ["newsletter.txt", "newsletter.json", "newsletter"])
def test_a_sync_file_may_have_any_name(name: str, tmp_path: Path) -> None:
    """What begins like a sync file is one, whatever its ending."""
    (tmp_path / name).write_text(f"# contacts, every night; of all\n{GOOD}", "utf-8")
    assert read_sync_file(tmp_path / name).sync.sync == "newsletter"


@pytest.mark.parametrize(
    "text",
    [
        *("a: " + "[" * 20_000, "sync: " + "{a: " * 5_000, "sync: x\nsource: &s {path: *s}\n"),
        *("sync: 2026-13-45", "sync: !!python/object/apply:os.getcwd []"),
    ],
    ids=["deep list", "deep map", "holds itself", "no such day", "code"],
)
def test_hostile_yaml_is_refused_as_any_other(text: str) -> None:
    """What no reader can hold is a wrong file with a mend, and no fault of ours."""
    with pytest.raises(SyncFileError) as refusal:
        parse_sync_file(text, name="sync.yaml")
    assert refusal.value.where.startswith("sync.yaml") and refusal.value.do


def test_a_byte_order_mark_is_no_matter(tmp_path: Path) -> None:
    """Windows' editors write one."""
    path = tmp_path / "sync.yaml"
    path.write_text(GOOD, encoding="utf-8-sig")
    assert read_sync_file(path).sync.sync == "newsletter"
    assert read_sync_file(path).folder == tmp_path.resolve()


def _samples() -> list[Path]:
    found = [*ROOT.glob("sample_data/*.yaml"), *ROOT.glob("sample_data/*.yml")]
    return sorted(found)


@pytest.mark.parametrize("path", _samples(), ids=lambda path: path.name)
def test_the_schema_for_editors_takes_the_samples(path: Path) -> None:
    """What is shipped for editors agrees with what is read."""
    sync = read_sync_file(path).sync
    assert sync.sync
    jsonschema.validate(yaml.safe_load(path.read_text()), json_schema())


def test_there_is_a_sample() -> None:
    """The sample sync file that every message points to is there."""
    assert (ROOT / "sample_data/newsletter.yaml").is_file()


@pytest.mark.parametrize(
    ("old", "new"), [("sender_code:", "sender_cod:"), ("kind: csv", "kind: cvs"), ("0.05", "5")]
)
def test_the_schema_for_editors_refuses_what_we_refuse(old: str, new: str) -> None:
    """An editor underlines what a run would refuse."""
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(yaml.safe_load(GOOD.replace(old, new, 1)), json_schema())


@pytest.mark.parametrize(
    ("written", "phone"),
    [
        ("Mobile", "Mobile"),
        ("[Mobile]", "Mobile"),
        ("[Mobile, Work phone]", ["Mobile", "Work phone"]),
        ("[7, Mobile]", ["7", "Mobile"]),
    ],
)
def test_the_phone_may_be_a_list_of_columns(written: str, phone: str | list[str]) -> None:
    """One column or several, in their order; it is written again as it was meant."""
    sync = parse_sync_file(GOOD.replace("phone: Mobile", f"phone: {written}"), name="n")
    columns = [phone] if isinstance(phone, str) else phone
    assert sync.columns.sources() == (*columns, "Email")
    assert sync.columns.mapped() == {"phone": columns[0], "email": "Email"}
    again = sync.model_dump(exclude_unset=True, mode="json")
    assert again["columns"] == {"phone": phone, "email": "Email"}
    jsonschema.validate(again, json_schema())


def test_only_a_small_regular_file_is_a_sync_file(tmp_path: Path) -> None:
    """A device, a pipe and a file above 1 MB are refused before they are read."""
    large, pipe = tmp_path / "large.yaml", tmp_path / "pipe.yaml"
    large.write_text("sync: newsletter\n" + "# x\n" * (LARGEST // 4))
    os.mkfifo(pipe)
    for path, said in (
        (large, "too large"),
        (pipe, "no regular file"),
        (Path("/dev/zero"), "no regular file"),
    ):
        with pytest.raises(SyncFileError, match=said) as caught:
            read_sync_file(path)
        assert caught.value.exit_code is ExitCode.WRONG_USE
