"""Prefect's pages as a person presses them: forms, runs and their reports."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from tests.end_to_end.browser.window import Window
from tests.stand_ins.prefect_server import Served

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page, Route

FORMS = {
    "nightly": "nightly/nightly",
    "sync-now": "sync_contacts/sync-now",
    "import-file": "import_contacts/import-file",
    "stop-list": "stop_contacts/stop-list",
    "approve": "approve/approve",
    "retry": "retry_run/retry",
    "check": "check_source/check",
    "not-told": "not_told/not-told",
}
"""What the page calls a deployment, and what the API calls it."""

_SENT = re.compile(r".*/create_flow_run$")


class PrefectPages:
    """The pages of one server in one window.

    Attributes:
        page: What is shown.
        base: The server's address.
    """

    def __init__(self, window: Window, served: Served) -> None:
        """In a window without cookies."""
        self.page: Page = window.page
        self.served = served
        self.base = served.api_url.removesuffix("/api")

    def open(self, path: str, *words: str) -> None:
        """A page, once its main part shows words; as a link of the page would, without loading anew."""
        if self.page.url.startswith(self.base):
            self.page.evaluate("path => history.pushState(null, '', path)", path)
        else:
            self.page.goto(self.base + path)
        for each in words:
            self.page.locator("main").get_by_text(each, exact=True).first.wait_for()

    def form(self, name: str) -> None:
        """The form of a deployment, drawn with what it opens with."""
        found = self.served.call(f"/deployments/name/{FORMS[name]}")
        self.open(f"/v2/deployments/deployment/{found['id']}/run", name)
        self._drawn()

    def describe(self, name: str) -> None:
        """The description of a deployment."""
        found = self.served.call(f"/deployments/name/{FORMS[name]}")
        self.open(f"/v2/deployments/deployment/{found['id']}?tab=Description", name)
        self.page.get_by_text("lets go what a run held", exact=False).first.wait_for()

    def follow(self, words: str | re.Pattern[str]) -> None:
        """A link that leads to a form, filled in."""
        self.page.get_by_role("link", name=words).click()
        self._drawn()

    def copy(self, run: str) -> None:
        """What the menu of a run calls "Copy to new run"."""
        self.run(run)
        self.page.get_by_role("button", name="Open menu").click()
        self.page.get_by_role("menuitem", name="Copy to new run").click()
        self._drawn()

    def choose(self, field: str, option: str) -> None:
        """One entry of a drop-down."""
        self.field(field).click()
        self.page.get_by_role("option", name=option, exact=True).click()

    def field(self, title: str) -> Locator:
        """A field of a form, by its title."""
        label = self.page.get_by_text(f"{title} (Optional)", exact=True)
        return self.page.locator(f"id={label.get_attribute('for')}")

    def submit(self, *, start: bool = True) -> str:
        """Sends the form; the id of the flow run. The first press counts.

        While its SQLite file is locked Prefect answers 503, and shows it: a person presses again.

        Args:
            start: If not, the server takes the run as one that starts in many years.
        """
        if not start:
            self.page.route(_SENT, _in_many_years)
        for _ in range(20):
            with self.page.expect_response(_SENT) as answer:
                self.page.get_by_role("button", name="Submit").click()
            if answer.value.status != 503:
                break
        self.page.unroute(_SENT)
        assert answer.value.status == 201, answer.value.text()
        return str(answer.value.json()["id"])

    def run(self, run: str, tab: str = "Logs") -> None:
        """The page of a flow run."""
        self.open(f"/v2/runs/flow-run/{run}?tab={tab}", "Task Runs")

    def report(self, run: str) -> str:
        """The report of a flow run, found as a person finds it; its words, without the frame."""
        self.run(run, "Artifacts")
        link = re.compile("markdown", re.IGNORECASE)
        self.page.get_by_role("link", name=link).first.click()
        # Prefect's page draws it, takes it away and draws it again, folded
        words: str = self.page.wait_for_function(_UNFOLDED).json_value()
        return words

    def is_too_wide(self) -> list[str]:
        """What reaches beyond a window of 400 pixels, or is cut off in it."""
        self.page.set_viewport_size({"width": 400, "height": 800})
        self.page.wait_for_function(_UNFOLDED)
        found: list[str] = self.page.evaluate(_TOO_WIDE)
        self.page.set_viewport_size({"width": 1440, "height": 900})
        return found

    def _drawn(self) -> None:
        """Submit is there before the fields are; sent then, it would send nothing that was typed."""
        self.page.get_by_text("Enforce Parameter Schema").wait_for()


def _in_many_years(route: Route) -> None:
    sent = route.request.post_data_json
    sent["state"]["state_details"] = {"scheduled_time": "2099-01-01T00:00:00Z"}
    route.continue_(post_data=json.dumps(sent))


_UNFOLDED = """() => {
  document.querySelectorAll("details").forEach((each) => each.open = true);
  const words = document.querySelector("main").innerText;
  return words.includes("What to do now") && words;
}"""

_TOO_WIDE = """() => {
  const found = [];
  if (document.documentElement.scrollWidth > innerWidth) found.push("the page");
  for (const each of document.querySelectorAll("table, img, p, li, h1, h2")) {
    if (!each.checkVisibility()) continue;
    const box = each.getBoundingClientRect();
    if (box.right > innerWidth + 1) found.push(each.tagName + ": " + each.textContent.slice(0, 80));
  }
  return found;
}"""
