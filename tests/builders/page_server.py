"""Our own page as tests open it: a real server in a thread, asked as a browser would ask."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx

from sendersync.web.server import RunningPage, serve_page
from sendersync.web.settings import PageSettings, PrefectForms

FORMS = PrefectForms(
    approve="http://127.0.0.1:4200/v2/deployments/deployment/a/run",
    import_contacts="http://127.0.0.1:4200/v2/deployments/deployment/i/run",
    sync_contacts="http://127.0.0.1:4200/v2/deployments/deployment/s/run",
)


class PageServer:
    """A page with folders of its own, and somebody who is signed in.

    Attributes:
        settings: What the page was told.
        running: The page.
        browser: Signed in, and sends what a browser sends with its own forms.
    """

    def __init__(self, folder: Path, **settings: Any) -> None:
        """Starts it on a free port, in a folder that is there."""
        told = PageSettings(
            state=f"sqlite:///{folder / 'state.db'}",
            uploads=folder / "uploads",
            syncs=folder / "syncs",
            port=0,
            forms=FORMS,
        )
        self.settings = replace(told, **settings)
        self.running: RunningPage = serve_page(self.settings)
        assert self.running.url, self.running.problem
        self.browser = self.stranger(Origin=self.running.url)
        self.sign_in(self.browser)

    def stranger(self, **headers: str) -> httpx.Client:
        """Somebody who is not signed in."""
        # a busy machine may answer late: the bound is that of a hang
        return httpx.Client(
            base_url=self.running.url, headers=headers, trust_env=False, timeout=120
        )

    def sign_in(self, client: httpx.Client, token: str = "") -> httpx.Response:
        """Gives the token."""
        return client.post("/login", data={"token": token or self.running.token, "goal": "/"})

    def stop(self) -> None:
        """Ends it."""
        self.browser.close()
        self.running.stop()

    def drop(self, name: str, content: bytes | str) -> httpx.Response:
        """Drops a file."""
        return self.browser.post("/files", files={"file": (name, content)})

    def dropped(self, name: str, content: bytes | str) -> str:
        """Drops a file that is taken; the address of its page."""
        answer = self.drop(name, content)
        assert answer.status_code == 303, text_of(answer)
        return answer.headers["location"]

    def stored(self) -> list[Path]:
        """Everything that lies in the folder of dropped files."""
        return sorted(path for path in self.settings.uploads.rglob("*") if path.is_file())


def text_of(answer: httpx.Response) -> str:
    """The words of a page."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", answer.text)).split())


def fields_of(answer: httpx.Response) -> dict[str, str]:
    """The form that settles a file, as a browser would send it back unchanged."""
    form = re.search(r'<form method="post" action="[^"]*/choices">(.*?)</form>', answer.text, re.S)
    assert form is not None
    fields = {}
    for select in re.finditer(r'<select [^>]*name="([^"]+)".*?</select>', form[1], re.S):
        chosen = re.search(r'<option value="([^"]*)" selected', select[0])
        fields[select[1]] = html.unescape(chosen[1]) if chosen else ""
    for field in re.finditer(r'<input [^>]*name="([^"]+)"[^>]*value="([^"]*)"', form[1]):
        fields[field[1]] = html.unescape(field[2])
    return fields
