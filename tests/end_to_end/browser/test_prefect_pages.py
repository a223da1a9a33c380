"""Prefect's own pages in a real browser, over `sendersync serve --demo`: what a newcomer presses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.builders.delivered import delivered
from tests.end_to_end.browser.prefect_pages import FORMS, PrefectPages
from tests.end_to_end.browser.window import Window
from tests.stand_ins.prefect_server import Served

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

HALF = "half_empty_night/newsletter.yaml"
PAGES = {
    "dashboard": "Dashboard",
    "runs": "Runs",
    "flows": "Flows",
    "deployments": "Deployments",
    "work-pools": "Work pools",
    "blocks": "Blocks",
    "blocks/catalog": "Catalog",
    "variables": "Variables",
    "automations": "Automations",
    "events": "Event Feed",
    "concurrency-limits": "Concurrency",
    "artifacts": "Artifacts",
    "settings": "Settings",
}
"""Every page of the UI that the menu leads to, and what its heading says."""

BRIGHTNESS = """() => {
  const canvas = document.createElement("canvas").getContext("2d");
  canvas.fillStyle = getComputedStyle(document.body).backgroundColor;
  canvas.fillRect(0, 0, 1, 1);
  const [red, green, blue] = canvas.getImageData(0, 0, 1, 1).data;
  return (red + green + blue) / 3;
}"""
"""Of the page's background: 0 black, 255 white."""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """`sendersync serve --demo`, on a port and in a home of its own."""
    folder = tmp_path_factory.mktemp("demo")
    with Served(folder, {"TMPDIR": str(folder)}, demo=True) as running:
        yield running


@pytest.fixture(scope="module")
def window(chromium: Browser) -> Iterator[Window]:
    """One window for all of them: loading Prefect's scripts anew takes seconds."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    context.set_default_timeout(60_000)
    yield Window(context)
    context.close()


@pytest.fixture
def pages(window: Window, demo: Served) -> Iterator[PrefectPages]:
    """The pages; fails when one has asked another host, though its scripts try to."""
    yield PrefectPages(window, demo)
    assert not window.elsewhere, "a page asked other hosts"


class Platform:
    """The sandbox of the demo, asked what it was told."""

    def __init__(self, demo: Served) -> None:
        """Found in what `serve` prints."""
        found = re.search(r"the people are invented: (http://\S+)", demo.log)
        assert found, demo.log
        self._url = found[1]

    def calls(self) -> int:
        """How many calls it took so far."""
        return int(self._read("/sandbox/calls?since=0")["next"])

    def subscribed(self) -> set[str]:
        """Everybody it would send to."""
        return {each["phone"] for each in self._read("/sandbox/state")["subscriptions"]}

    def _read(self, path: str) -> Any:
        return httpx.get(self._url + path, trust_env=False, timeout=60).json()


def test_every_form_can_be_sent_as_it_opens(pages: PrefectPages, demo: Served) -> None:
    """The first press of Submit counts on each form, and what it sends only looks."""
    for name in FORMS:
        pages.form(name)
        if name == "sync-now":
            assert demo.ended(pages.submit())["state_name"] == "DryRun"
        else:
            sent = demo.run(pages.submit(start=False))
            assert sent["parameters"].get("options", {}).get("mode", "Only look") == "Only look"
    assert Platform(demo).calls() == 0


def test_no_page_asks_another_host(pages: PrefectPages) -> None:
    """Not one page of the menu, the catalogue of blocks included."""
    for path, heading in PAGES.items():
        pages.open(f"/v2/{path}", heading)
        pages.page.wait_for_load_state("networkidle")
    assert "sendersync SMS platform" in _words_of(pages, "/v2/blocks/catalog", "Catalog")


@pytest.mark.soak
def test_what_every_form_opens_with_is_harmless(pages: PrefectPages, demo: Served) -> None:
    """Each run ends green and has sent nothing; only the one that says "not told" is red."""
    pressed = {}
    for name in FORMS:
        pages.form(name)
        pressed[name] = pages.submit()
    states = {name: demo.ended(run)["state_name"] for name, run in pressed.items()}
    assert states == {**dict.fromkeys(FORMS, "DryRun"), "not-told": "NotTold"}
    assert Platform(demo).calls() == 0


def test_a_file_is_imported_by_form(pages: PrefectPages, demo: Served) -> None:
    """File, sender code and group; the look's report leads to the same form, set to do it for real."""
    (folder,) = demo.folder.glob("sendersync-ui-*")
    list_ = "Mobile,First name,Country\n+12065550150,Ann,US\n2065550151,Ben,US\n12,Cy,US\n"
    (folder / "spring-fair.csv").write_text(list_, encoding="utf-8")
    delivered(folder / "spring-fair.csv")

    pages.form("import-file")
    pages.field("File with contacts").fill("spring-fair.csv")
    pages.choose("Sender code", "12065551212")
    pages.choose("Group", "weekly")
    look = pages.submit()
    assert demo.ended(look)["state_name"] == "DryRun"
    assert "a run would add 2" in pages.report(look)

    pages.follow("do it for real")
    assert pages.field("File with contacts").input_value() == "spring-fair.csv"
    assert demo.ended(pages.submit())["state_name"] == "Completed"
    assert Platform(demo).subscribed() == {"12065550150", "12065550151"}


def test_a_sync_a_guard_and_an_approval(pages: PrefectPages, demo: Served) -> None:
    """Look, do it, be held, read why, approve; a copy of any of these runs stops nobody more."""
    platform = Platform(demo)
    shown = pages.page
    pages.form("sync-now")
    pages.choose("What should happen?", "For real")
    assert demo.ended(pages.submit())["state_name"] == "Completed"
    everybody = platform.subscribed()
    assert len(everybody) > 1_300

    pages.form("sync-now")
    pages.choose("What should happen?", "For real")
    pages.choose("Sync file", HALF)
    held = pages.submit()
    assert demo.ended(held)["state_name"] == "NeedsApproval"
    words = pages.report(held)
    number = _typed(words)
    assert f"{number} held" in words
    assert len(re.findall(r"\+1\d{3}\*\*\*\d{4}", words)) == 20, "twenty people, masked"
    assert not [phone for phone in everybody if phone[1:] in words]
    assert pages.is_too_wide() == []
    assert shown.evaluate(BRIGHTNESS) > 200
    shown.emulate_media(color_scheme="dark")
    shown.wait_for_function(f"({BRIGHTNESS})() < 80")
    shown.emulate_media(color_scheme="light")
    before = platform.subscribed()
    assert len(everybody - before) <= 2, "held means not stopped"

    demo.until(lambda: _waits(demo), "the description of approve names what waits")
    pages.describe("approve")
    assert "1 plan waits for an approval" in shown.inner_text("main")
    pages.follow(re.compile(r"^\w{5}-\w{5}$"))
    assert re.fullmatch(r"\w{5}-\w{5}", pages.field("Digest of the plan").input_value())
    pages.field("How many are held?").fill(number)
    pages.field("Your name").fill("Kim")
    pages.field("Why is it right?").fill("The Oslo office was sold.")
    approval = pages.submit()
    assert demo.ended(approval)["state_name"] == "Completed"
    after = platform.subscribed()
    assert 600 < len(before - after) < 700

    demo.until(lambda: not _waits(demo), "nothing waits any more")
    pages.copy(approval)
    again = pages.submit()
    pages.copy(held)
    copied = pages.submit()
    assert demo.ended(again)["state_name"] == "AlreadyApproved"
    assert demo.ended(copied)["state_name"] == "Completed"
    assert platform.subscribed() == after


def test_no_log_shows_a_traceback(demo: Served) -> None:
    """Neither the log of any run of before, nor what `serve` printed."""
    logs = demo.call("/logs/filter", {"sort": "TIMESTAMP_DESC"})
    assert logs
    assert not [each for each in logs if "Traceback" in each["message"]]
    assert "Traceback" not in demo.log


def _words_of(pages: PrefectPages, path: str, heading: str) -> str:
    pages.open(path, heading)
    pages.page.get_by_text("sendersync SMS platform").first.wait_for()
    return pages.page.inner_text("main")


def _waits(demo: Served) -> bool:
    """Whether the description of `approve` names a plan."""
    return "waits for an approval" in demo.call("/deployments/name/approve/approve")["description"]


def _typed(words: str) -> str:
    """The number that a report asks for."""
    found = re.search(r"filled in: type (\d+),", words)
    assert found, words
    return found[1]
