"""Takes the pictures of the manual anew: `make screenshots`.

They show `sendersync serve --demo` in a real browser (Debian's chromium): the steps of
docs/how-to/first-sync-from-the-ui.md, pressed as they stand there. The people are the sample's.
Where a page would show a folder of this machine, the picture ends above it.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from playwright.sync_api import sync_playwright

from tests.end_to_end.browser.conftest import CHROMIUM, QUIET
from tests.end_to_end.browser.prefect_pages import PrefectPages
from tests.end_to_end.browser.window import Window
from tests.stand_ins.prefect_server import Served

IMAGES = ROOT / "docs" / "images"
WIDTH, HEIGHT = 1280, 900

LIST = """\
Customer,Mobile,First name,Country,Do not call
1001,+1 206 555 0161,Ann,US,
1002,206 555 0162,Ben,US,yes
1003,+1 206 555 0163,Cy,US,
1004,555 0164,Dee,US,
"""


class Pictures:
    """Takes one picture after the other.

    Args:
        pages: Prefect's pages.
    """

    def __init__(self, pages: PrefectPages) -> None:
        self.pages = pages
        self.page = pages.page

    def take(self, name: str, height: int = HEIGHT) -> None:
        """The window as it is, from its top."""
        self.page.mouse.move(0, 0)
        self.page.wait_for_timeout(700)  # what fades in is there
        path = IMAGES / f"{name}.png"
        self.page.screenshot(path=path, clip={"x": 0, "y": 0, "width": WIDTH, "height": height})
        print(f"{path.relative_to(ROOT)}: {path.stat().st_size // 1024} kB")

    def on_prefects_pages(self) -> None:
        """Look, do it, be held, approve."""
        pages = self.pages
        pages.open("/v2/deployments", "Deployments", "sync-now")
        self.take("ui-deployments", 700)
        pages.form("sync-now")
        self.take("ui-form", 860)
        look = pages.submit()
        pages.served.ended(look)
        pages.report(look)
        self._fold()
        self.take("ui-look")
        pages.follow("do it for real")
        pages.served.ended(pages.submit())
        pages.form("sync-now")
        pages.choose("What should happen?", "For real")
        pages.choose("Sync file", "half_empty_night/newsletter.yaml")
        held = pages.submit()
        pages.served.ended(held)
        words = pages.report(held)
        self._fold()
        self.take("ui-held", 840)
        pages.follow("open the form that lets it go")
        (asked,) = re.findall(r"filled in: type (\d+),", words)
        pages.field("How many are held?").fill(asked)
        pages.field("Your name").fill("Kim")
        pages.field("Why is it right?").fill("The Oslo office was sold; its list went with it.")
        self.take("ui-approve")

    def on_our_page(self, folder: Path) -> None:
        """Drop a file, settle it, save it."""
        page = self.page
        said = r"held runs: (http://\S+)\n  its token: (\S+)\n"
        ((address, token),) = re.findall(said, self.pages.served.log)
        page.goto(address)
        page.get_by_label("Token").fill(token)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(f"{address}/")
        (folder / "spring-fair.csv").write_text(LIST, encoding="utf-8")
        page.get_by_label("A CSV file or a workbook").set_input_files(folder / "spring-fair.csv")
        page.wait_for_url("**/files/*")
        self.take("ui-dropped")

    def _fold(self) -> None:
        closed = "document.querySelectorAll('details').forEach((each) => each.open = false)"
        self.page.evaluate(f"{closed}; window.scrollTo(0, 0)")


def main() -> None:
    """Starts the demo, presses what the tutorial says, and writes the pictures."""
    IMAGES.mkdir(exist_ok=True)
    os.environ["DO_NOT_TRACK"] = "1"
    with tempfile.TemporaryDirectory(prefix="sendersync-pictures-") as name:
        folder = Path(name)
        with Served(folder, {"TMPDIR": name}, demo=True) as served, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*QUIET])
            context = browser.new_context(
                viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light"
            )
            context.set_default_timeout(60_000)
            pictures = Pictures(PrefectPages(Window(context), served))
            pictures.on_prefects_pages()
            pictures.on_our_page(folder)
            browser.close()


if __name__ == "__main__":
    main()
