"""A window of a browser: what a page looks like, whom it asks, and whether everybody can read it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
SIZES = ((1440, 900), (400, 800))
SCHEMES = ("light", "dark")

_BROKEN_WORDS = """() => {
  const broken = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  while (walker.nextNode()) {
    const node = walker.currentNode;
    const parent = node.parentElement;
    if (!parent.checkVisibility() || parent.closest("option, script, style, svg")) continue;
    for (const found of node.data.matchAll(/[\\p{L}\\p{N}]+/gu)) {
      if (found[0].length > 24) continue;
      range.setStart(node, found.index);
      range.setEnd(node, found.index + found[0].length);
      const tops = new Set([...range.getClientRects()].map((box) => Math.round(box.top)));
      if (tops.size > 1) broken.push(found[0]);
    }
  }
  return broken;
}"""
"""Words that stand on more than one line: their cell is narrower than they are."""


class Window:
    """One window with one page at a time.

    Attributes:
        page: What is shown.
        elsewhere: Addresses of other hosts that any page asked for.
        errors: What the browser's console calls an error.
    """

    def __init__(self, context: BrowserContext) -> None:
        """In a context of its own."""
        self.page: Page = context.new_page()
        self.elsewhere: list[str] = []
        self.errors: list[str] = []
        context.on("request", self._asked)
        context.on("console", self._said)

    def _asked(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in ("http", "https", "ws", "wss") and address.hostname not in LOOPBACK:
            self.elsewhere.append(request.url)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error" and "status of 4" not in message.text:
            self.errors.append(message.text)

    def looks(self) -> Iterator[str]:
        """The page as it is, in both sizes, light and dark: the name of each look."""
        for width, height in SIZES:
            self.page.set_viewport_size({"width": width, "height": height})
            for scheme in SCHEMES:
                self.page.emulate_media(color_scheme=scheme)
                yield f"{width} px, {scheme}"
        self.page.emulate_media(color_scheme="light")

    def require_readable(self) -> None:
        """The page passes axe-core and breaks no word, in each of its looks."""
        from axe_playwright_python.sync_playwright import Axe

        self.page.evaluate(Axe().axe_script)
        found: dict[str, Any] = {}
        for look in self.looks():
            result = self.page.evaluate("axe.run({resultTypes: ['violations']})")
            violations = [
                (each["id"], each["nodes"][0]["html"], each["nodes"][0]["failureSummary"])
                for each in result["violations"]
            ]
            wide = self.page.evaluate("document.documentElement.scrollWidth > innerWidth")
            words = self.page.evaluate(_BROKEN_WORDS)
            if violations or wide or words:
                found[look] = {"axe": violations, "wider than the window": wide, "broken": words}
        if found:  # said here: pytest explains the assertions of tests alone
            raise AssertionError(str(found))
