"""`check --html`: one page, whole in itself, which obeys nothing of what the file says."""

from __future__ import annotations

import re
import shutil
import stat
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest

from schemas.outcomes import Kind
from schemas.reasons import Reason
from schemas.sync_file import Columns
from sendersync.transforms.plan import RELABEL, RELEASE
from sendersync.web.pages.plain_names import FIELD_NAMES, KIND_NAMES, REASON_NAMES
from tests.builders.command_line import CommandLine, phone, row

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)

EVIL = [
    "<script>document.title='owned'</script>",
    '"><img src=x onerror="document.title=\'owned\'">',
    "' autofocus onfocus='document.title=1",
    "</td></table></main><h1>owned</h1>",
    "<style>*{display:none}</style>",
    "&lt;b&gt;",
    "javascript:alert(1)",
    "{{7*7}}${7*7}",
    "\x1b[31m\x07\u202eevil",
]


class Tags(HTMLParser):
    """The tags of a page with their attributes, and its text."""

    def __init__(self, text: str) -> None:
        """Reads the page."""
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Counts a tag."""
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Closes the last one that is open."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Keeps text."""
        self.text += data


@pytest.fixture
def alone(tmp_path: Path) -> CommandLine:
    """A command line without a platform."""
    return CommandLine(tmp_path / "alone", {})


def page_of(alone: CommandLine, *argv: str) -> str:
    """The page that a check writes."""
    done = alone("check", *argv, "--html", "report.html")
    assert done.code == 0, done.err
    return (alone.folder / "report.html").read_text("utf-8")


def test_the_page_says_what_the_terminal_says(alone: CommandLine) -> None:
    """Counts, reasons with advice, hints, columns with how sure, and rows before and after."""
    alone.contacts(
        [
            row(1, Email="ann@gmial.com"),
            row(2, Mobile="+1206555"),
            row(3, Mobile="2065550103", Country="Irelnd"),
            row(4, Unsubscribed="yes"),
        ]
    )
    text = Tags(page_of(alone, "contacts.csv")).text
    for words in (
        *("4 rows were read", "Phone number too short", "phone_too_short", "Digits are missing"),
        *("Said stop", "Irelnd", "Ireland (IE)", "gmial.com", "gmail.com", "Phone: sure"),
        *("Encoding utf-8", "+1206***0101", "comma"),
    ):
        assert words in text, words


def test_the_page_is_whole_and_runs_nothing(alone: CommandLine) -> None:
    """No script, nothing loaded from anywhere, every tag closed, and a policy against the rest."""
    alone.contacts([row(1), row(2, Mobile="x")])
    page = page_of(alone, "contacts.csv")
    read = Tags(page)
    assert not read.open
    assert not {tag for tag, _ in read.tags} & {"script", "img", "link", "iframe", "a", "form"}
    assert not re.search(r"https?://|url\(|@import|src=|href=", page)
    assert "default-src 'none'" in page and "unsafe" not in page and "style=" not in page


def test_cells_and_names_are_text(alone: CommandLine) -> None:
    """Mark-up in a cell, in a column's name or in the file's name is shown, never obeyed."""
    lines = ["Mobile,Country,First Name,Email," + '"<script>x</script>"']
    for number, evil in enumerate(EVIL):
        cell = '"' + evil.replace('"', '""') + '"'
        lines += [f"{cell},{cell},{cell},{cell},1", f"{phone(number)},US,{cell},,1"]
    name = "<b>o'w\"ned.csv"
    alone.write(name, "\n".join(lines) + "\n")
    clean = {tag for tag, _ in Tags(page_of(alone, _clean(alone), "--unmasked")).tags}
    (alone.folder / "report.html").unlink()
    for masked in ((), ("--unmasked",)):
        read = Tags(page_of(alone, name, *masked))
        assert {tag for tag, _ in read.tags} <= clean | {"p", "span", "ul", "li", "code", "h2"}
        allowed = {"class", "lang", "dir", "charset", "http-equiv", "content", "name", "scope"}
        allowed |= {"role", "aria-label", "aria-hidden", "data-label", "x", "width", "height"}
        assert {key for _, attributes in read.tags for key in attributes} <= allowed
        assert "<script>x</script>" in read.text and name in read.text
        assert "\x1b" not in read.text and "\u202e" not in read.text


def _clean(alone: CommandLine) -> str:
    alone.contacts([row(1), row(2, Mobile="x"), row(3, Country="Irelnd", Mobile="206")], "a.csv")
    return "a.csv"


def test_people_are_masked_unless_asked_for(alone: CommandLine) -> None:
    """The page is for one user's eyes, and names nobody without --unmasked."""
    alone.contacts([row(7, Email="annabel@example.com", Mobile="+1 (206) 555-0107")])
    masked = page_of(alone, "contacts.csv")
    assert "nnabel" not in masked and "555-0107" not in masked and phone(7) not in masked
    full = page_of(alone, "contacts.csv", "--unmasked")
    assert "annabel@example.com" in full and phone(7) in full and "personal data" in full
    assert stat.S_IMODE((alone.folder / "report.html").stat().st_mode) == 0o600


def test_what_must_be_decided_stands_first(alone: CommandLine) -> None:
    """A column that may be an opt-out is the first thing a reader meets."""
    alone.write("odd.csv", f"Mobile,Do not call\n{phone(1)},yes\n")
    text = Tags(page_of(alone, "odd.csv")).text
    assert 0 < text.index("Please decide.") < text.index("Which column is what")


def test_a_file_nobody_understands_has_a_page_too(alone: CommandLine) -> None:
    """Without a phone column the page counts and says so."""
    alone.write("odd.csv", "a,b\n1,2\n")
    assert "not clear which column holds the phone" in Tags(page_of(alone, "odd.csv")).text


def test_every_reason_and_field_has_a_name_for_people() -> None:
    """No code stands alone on the page."""
    assert set(REASON_NAMES) == set(Reason) and set(FIELD_NAMES) == set(Columns.model_fields)
    assert set(KIND_NAMES) == {*Kind, RELABEL, RELEASE}


@pytest.mark.skipif(BROWSER is None, reason="chromium is not installed (apt-get install chromium)")
def test_a_browser_shows_the_page(alone: CommandLine, tmp_path: Path) -> None:
    """A real browser renders it whole, and nothing of a hostile file runs."""
    lines = ["Mobile,First Name,Country"]
    lines += [
        f'{phone(n)},"{evil.replace(chr(34), chr(34) * 2)}",US' for n, evil in enumerate(EVIL)
    ]
    alone.write("evil.csv", "\n".join(lines) + "\n")
    page_of(alone, "evil.csv", "--unmasked")
    report = alone.folder / "report.html"
    shown = _browse(report, tmp_path, "--dump-dom")
    assert "<title>What is in evil.csv</title>" in shown
    assert "</footer>" in shown and "<h1>owned" not in shown
    picture = tmp_path / "page.png"
    _browse(report, tmp_path, f"--screenshot={picture}", "--window-size=1200,1600")
    assert picture.stat().st_size > 20_000


def _browse(page: Path, folder: Path, *argv: str) -> str:
    assert BROWSER is not None
    quiet = (
        *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
        *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
        *("--disable-dev-shm-usage", f"--user-data-dir={folder / 'profile'}"),
    )
    done = subprocess.run([BROWSER, *quiet, *argv, page.as_uri()], capture_output=True, text=True)
    return done.stdout


def test_cells_that_are_neither_yes_nor_no_are_told_before_a_run(alone: CommandLine) -> None:
    """What a run would say of opt-outs that it does not understand, `check` says on each way out."""
    alone.contacts([row(1, Unsubscribed="Sí"), row(2), row(3, Unsubscribed="2026-01-05")])
    said = "2 cells of the column 'Unsubscribed' (opted_out), the first in line 2, are unclear"
    shown = alone("check", "newsletter.yaml")
    assert f"Note: {said}" in shown.out and "NOBODY is stopped" in shown.out
    found = alone("check", "newsletter.yaml", "--json").json
    words = {"sí": 1, "(dates)": 1}
    assert found["unclear"] == {"opted_out": {"rows": 2, "first": 2, "words": words}}
    assert len(found["warnings"]) == 1 and found["warnings"][0].startswith(said)
    assert said in Tags(page_of(alone, "newsletter.yaml")).text
    alone.contacts([row(1, Unsubscribed="yes"), row(2)])
    clear = alone("check", "newsletter.yaml", "--json").json
    assert clear["unclear"] == {} and clear["warnings"] == []
