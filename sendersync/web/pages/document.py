"""A whole page: one that stands alone in a file, and one that is served. Both look the same."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Final

from sendersync.web.pages.html import text

_HERE: Final = Path(__file__).parent


@cache
def stylesheet() -> str:
    """The one stylesheet of all pages."""
    return (_HERE / "style.css").read_text("utf-8")


@cache
def script(name: str) -> str:
    """A script of ours, by its file."""
    return (_HERE / name).read_text("utf-8")


def standalone(title: str, mark: str, body: Iterable[str]) -> str:
    """A page that is whole in itself: no script, nothing loaded, and a policy that forbids both.

    Args:
        title: Foreign text.
        mark: A line of the head by which the page is known again.
        body: Mark-up.
    """
    # between its tags the style is, byte for byte, what the policy allows
    style = f"\n{stylesheet()}"
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    head = (
        f"{mark}\n"
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="robots" content="noindex">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<style>{style}</style>\n"
    )
    return _document(title, head, f"<main>\n{''.join(body)}</main>\n")


def served(title: str, body: Iterable[str], *, signed_in: bool = True, script: str = "") -> str:
    """A page of the server, which sends its policy as a header.

    Args:
        title: Foreign text.
        body: Mark-up.
        signed_in: Whether there is anywhere to go from here.
        script: A file of ours that the page may run.
    """
    head = '<link rel="stylesheet" href="/style.css">\n'
    head += f'<script src="/{script}" defer></script>\n' if script else ""
    top = _TOP if signed_in else ""
    return _document(title, head, f'{top}<main id="main">\n{"".join(body)}</main>\n')


_TOP: Final = """\
<header>
<a class="skip" href="#main">Skip to the page</a>
<nav aria-label="Pages">
<a href="/">Files</a>
<a href="/held">Held runs</a>
</nav>
<form method="post" action="/logout"><button class="plain">Sign out</button></form>
</header>
"""


def _document(title: str, head: str, body: str) -> str:
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f"{head}"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{text(title)}</title>\n</head>\n<body>\n{body}</body>\n</html>\n"
    )
