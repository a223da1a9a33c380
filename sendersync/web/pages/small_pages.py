"""The small pages: sign in, what was refused, what was saved, and the first page with its files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from schemas.wording import counted
from sendersync.web.pages.document import served
from sendersync.web.pages.html import cell, command_line, table, text, value_of

_UNITS: Final = ((1 << 20, "MB"), (1 << 10, "kB"))


@dataclass(frozen=True)
class FileLine:
    """One dropped file of the first page.

    Attributes:
        address: Its page.
        name: What it is called.
        received: When it came.
        size: Bytes.
    """

    address: str
    name: str
    received: datetime
    size: int


@dataclass(frozen=True)
class SavedSync:
    """What is said of a sync file that was written.

    Attributes:
        name: Of the sync.
        path: Of the file.
        command: What shows what would happen, without a call.
        form: Prefect's form for it, filled in; empty where it is not served.
        leaves: When the dropped file that it reads is removed; None where it reads another.
    """

    name: str
    path: str
    command: str
    form: str
    leaves: datetime | None


def login_page(goal: str, said: str = "") -> str:
    """Asks for the token.

    Args:
        goal: The page that was wanted.
        said: What was wrong with the last try.
    """
    note = f'<p class="note" role="alert">{text(said)}</p>\n' if said else ""
    body = [
        "<h1>sendersync</h1>\n",
        note,
        '<form method="post" action="/login">\n',
        f'<input type="hidden" name="goal" value="{value_of(goal)}">\n',
        '<p class="field"><label for="token">Token</label>\n',
        '<input id="token" name="token" type="password" autocomplete="current-password" required ',
        'autofocus aria-describedby="where">\n',
        '<span id="where" class="soft small">It stands where <code>sendersync serve</code> was ',
        "started. A new start has a new one.</span></p>\n",
        "<p><button>Sign in</button></p>\n</form>\n",
    ]
    return served("Sign in to sendersync", body, signed_in=False)


def refusal_page(
    what: str, do: str, *, signed_in: bool, back: str = "", unreadable: str = ""
) -> str:
    """What is not done, and what to do.

    Args:
        what: What happened.
        do: What to do.
        signed_in: Whether there is anywhere to go from here.
        back: The page of the file that somebody was at.
        unreadable: The page of a file that cannot be shown, and can be removed.
    """
    body = [f"<h1>{text(what)}</h1>\n", f"<p>{text(do, 600)}</p>\n"]
    if back:
        body.append(f'<p><a href="{value_of(back)}">Back to the file</a></p>\n')
    if signed_in:
        body.append('<p><a href="/">To the files</a></p>\n')
    if unreadable:
        body.append(remove_form(unreadable))
    return served(what, body, signed_in=signed_in)


def remove_form(address: str) -> str:
    """The button that removes a dropped file."""
    return (
        f'<form method="post" action="{value_of(address)}/remove">\n'
        '<p><button class="plain">Remove this file now</button></p>\n</form>\n'
    )


def home_page(files: Sequence[FileLine], most_bytes: int, kept_days: int) -> str:
    """Drop a file; and the files that were dropped before."""
    body = [
        "<h1>What would become of a file?</h1>\n",
        "<p>Drop a file of contacts here. You see which rows could be added and what is wrong ",
        "with the others. Nobody is called, nothing is sent.</p>\n",
        '<form id="drop" class="drop" method="post" action="/files" ',
        'enctype="multipart/form-data">\n',
        '<p class="field"><label for="file">A CSV file or a workbook, at most ',
        f"{most_bytes >> 20:,} MB</label>\n",
        '<input id="file" name="file" type="file" required></p>\n',
        "<p><button>Look into the file</button></p>\n",
        '<p id="said" role="status"></p>\n</form>\n',
        *_files(files, kept_days),
    ]
    return served("sendersync: files", body, script="drop.js")


def _files(files: Sequence[FileLine], kept_days: int) -> Iterator[str]:
    yield "<h2>Files that were dropped</h2>\n"
    stay = counted(kept_days, "day")
    yield f"<p>They lie in a folder that only this user of the computer may read, for {stay}.</p>\n"
    if not files:
        yield "<p>None.</p>\n"
        return
    rows: Iterable[tuple[str, ...]] = (
        (
            f'<a href="{text(each.address)}">{cell(each.name)}</a>',
            text(moment(each.received)),
            text(_size(each.size)),
        )
        for each in files
    )
    yield from table(("File", "Dropped", "Size"), rows, numbers=False)


def saved_page(saved: SavedSync) -> str:
    """What was written, and what comes next."""
    body = [
        f"<h1>{text(saved.name)} is saved</h1>\n",
        f"<p>The sync file is <code>{text(saved.path)}</code>.</p>\n",
    ]
    if saved.leaves:
        body.append(
            '<p class="note">It reads the file that you dropped, which is removed on '
            f"{text(moment(saved.leaves))}. Before that, write into the sync file, under "
            "<code>source:</code>, where the file comes from every night.</p>\n"
        )
    body.append("<h2>What comes next</h2>\n<ol>\n")
    body.append(
        f"<li>See what would happen; this calls nobody: {command_line(saved.command)}</li>\n"
    )
    if saved.form:
        body.append(
            f'<li>Or <a href="{value_of(saved.form)}">run it in Prefect</a>, on a form that is '
            "filled in. Its first choice is to look only.</li>\n"
        )
    body.append("</ol>\n")
    return served(f"{saved.name} is saved", body)


def moment(at: datetime) -> str:
    """`28 Nov 2026, 04:30 UTC`."""
    return f"{at:%d %b %Y, %H:%M} UTC"


def _size(size: int) -> str:
    for unit, name in _UNITS:
        if size >= unit:
            return f"{size / unit:,.1f} {name}"
    return f"{size:,} bytes"
