"""Our own pages in a real browser: a file is dropped, settled and saved, and everybody can read it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.configuration.sync_files import read_sync_file
from tests.builders.command_line import SYNC, CommandLine, row
from tests.builders.page_server import PageServer
from tests.end_to_end.browser.window import Window

pytestmark = pytest.mark.browser

EVIL = "<img src=x onerror=\"document.title='owned'\">"
LIST = f"""\
Customer number of the old shop,Mobile,Country,First Name,Do not call,Unsubscribed
1,+12065550101,US,Ann,yes,
2,+12065550102,US,{EVIL},,moved to e-mail
3,2065550103,Irelnd,=cmd|calc,,
4,+12065550104,US,\u202eevil,,
"""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageServer]:
    """A page over a state in which a run holds thirty adds."""
    folder = tmp_path_factory.mktemp("page")
    line = CommandLine(folder, {"SENDERSYNC_API_URL": "http://127.0.0.1:9"})
    for name in ("REALM", "PASSWORD"):
        line.env[f"SENDERSYNC_{name}"] = "nobody"
    line.write("newsletter.yaml", f"{SYNC}guards: {{max_adds: 5}}\n")
    line.contacts([row(n) for n in range(10)])
    assert line("adopt", "newsletter.yaml").code == 0
    line.contacts([row(n) for n in range(40)])
    assert line("run", "newsletter.yaml").code == 3
    server = PageServer(folder, state=line.env["SENDERSYNC_STATE"])
    yield server
    server.stop()


def _sign_in(window: Window, page: PageServer, path: str = "/") -> None:
    window.page.goto(page.running.url + path)
    window.page.get_by_label("Token").fill(page.running.token)
    window.page.get_by_role("button", name="Sign in").click()
    window.page.wait_for_url(page.running.url + path)


def test_a_file_is_dropped_settled_and_saved(
    window: Window, page: PageServer, tmp_path: Path
) -> None:
    """Token, file, answers, sync file: each page is readable at 1440 and 400 pixels, light and dark."""
    shown = window.page
    shown.goto(page.running.url)
    window.require_readable()
    shown.get_by_label("Token").fill("not the token at all")
    shown.get_by_role("button", name="Sign in").click()
    assert "This is not the token" in shown.inner_text("main")
    window.require_readable()
    _sign_in(window, page)
    window.require_readable()

    (tmp_path / "weekly.csv").write_text(LIST, encoding="utf-8")
    shown.get_by_label("A CSV file or a workbook").set_input_files(tmp_path / "weekly.csv")
    shown.wait_for_url("**/files/*")
    assert "What is in weekly.csv" in shown.inner_text("h1")
    assert "Please decide first" in shown.inner_text("main") and "owned" not in shown.title()
    window.require_readable()

    shown.get_by_label("What does Do not call say?").select_option("Who must not be texted")
    for select in shown.locator("select[name^='ask.']").all()[1:]:
        select.select_option("Nothing about texts")
    shown.get_by_label("Customer key").select_option("Customer number of the old shop")
    shown.get_by_role("button", name="Look again").click()
    assert shown.get_by_label("Opted out").input_value() == "Do not call"
    shown.get_by_label("Opted out").select_option("Unsubscribed")
    shown.get_by_role("button", name="Look again").click()
    shown.get_by_label("moved to e-mail").select_option("They did not say stop")
    for select in shown.locator("select[name^='ask.']").all():
        select.select_option("Nothing about texts")
    shown.get_by_role("button", name="Look again").click()
    window.require_readable()

    shown.get_by_label("Name of the sync").fill("Weekly News")
    shown.get_by_label("Sender code").fill("12065551212")
    shown.get_by_role("button", name="Save the sync file").click()
    assert "weekly-news is saved" in shown.inner_text("h1")
    window.require_readable()
    sync = read_sync_file(page.settings.syncs / "weekly-news.yaml").sync
    assert sync.columns.opted_out == "Unsubscribed"
    assert sync.words.opted_out.means_no == ["moved to e-mail"]
    assert sync.columns.customer_key == "Customer number of the old shop"
    link = shown.get_by_role("link", name="run it in Prefect").get_attribute("href") or ""
    assert link.startswith(page.settings.forms.sync_contacts)


def test_dropping_a_file_anywhere_is_enough(window: Window, page: PageServer) -> None:
    """A file that is dropped on the page is read at once; of several at once none is."""
    _sign_in(window, page)
    shown = window.page
    drop = """(names) => {
      const data = new DataTransfer();
      for (const name of names) data.items.add(new File(["Mobile\\n+12065550101\\n"], name));
      document.body.dispatchEvent(new DragEvent("drop", {dataTransfer: data, bubbles: true}));
    }"""
    shown.evaluate(drop, ["a.csv", "b.csv"])
    assert "One file at a time" in shown.inner_text("#said")
    shown.evaluate(drop, ["dropped.csv"])
    shown.wait_for_url("**/files/*")
    assert "What is in dropped.csv" in shown.inner_text("h1")


def test_without_scripts_all_is_done_by_forms(chromium: object, page: PageServer) -> None:
    """A browser that runs no script drops a file by the field and its button."""
    context = chromium.new_context(java_script_enabled=False)  # type: ignore[attr-defined]
    window = Window(context)
    _sign_in(window, page)
    content = {"name": "plain.csv", "mimeType": "text/csv", "buffer": b"Mobile\n+12065550101\n"}
    window.page.get_by_label("A CSV file or a workbook").set_input_files(content)
    window.page.get_by_role("button", name="Look into the file").click()
    assert "What is in plain.csv" in window.page.inner_text("h1")
    context.close()


def test_a_held_plan_is_readable_and_leads_to_its_form(window: Window, page: PageServer) -> None:
    """Signed in, somebody lands on the plan that a link led to, reads it, and goes to Prefect's form."""
    _sign_in(window, page, "/runs/last")
    shown = window.page
    assert shown.url.endswith("/runs/last") and "30 people wait" in shown.inner_text("main")
    window.require_readable()
    link = shown.get_by_role("link", name="Approve in Prefect").get_attribute("href") or ""
    assert link.startswith(page.settings.forms.approve)
    shown.get_by_role("link", name="Held runs").click()
    assert "newsletter" in shown.inner_text("main")
    window.require_readable()
    shown.goto(page.running.url + "/files/none")
    window.require_readable()
    shown.get_by_role("button", name="Sign out").click()
    shown.goto(page.running.url)
    assert shown.get_by_label("Token").is_visible()


def test_another_site_cannot_use_the_session(window: Window, page: PageServer) -> None:
    """A form on another port of this machine, sent by somebody who is signed in, is refused."""
    _sign_in(window, page)
    shown = window.page
    address = page.dropped("kept.csv", "Mobile\n+12065550101\n")
    form = (
        f'<form method="post" action="{page.running.url}{address}/remove"><button>x</button></form>'
    )
    shown.route(
        "http://127.0.0.1:4200/*", lambda route: route.fulfill(body=form, content_type="text/html")
    )
    shown.goto("http://127.0.0.1:4200/evil")
    shown.get_by_role("button").click()
    assert "Another page has sent this" in shown.inner_text("main")
    assert page.browser.get(address).status_code == 200


BAD = """<!doctype html><html lang="en"><title>x</title><main><h1>A page</h1>
<p style="{}">narrower than its words</p>{}</main></html>"""


@pytest.mark.parametrize(
    ("style", "fault", "seen"),
    [
        ("color: #ccc", "", "color-contrast"),
        ("", '<img src="data:,">', "image-alt"),
        ("", "<input>", "label"),
        ("width: 1900px", "", "'wider than the window': True"),
        ("width: 3ch; overflow-wrap: anywhere", "", "'broken': ..narrower"),
    ],
)
def test_what_is_not_readable_is_seen(window: Window, style: str, fault: str, seen: str) -> None:
    """Pale text, a field without a label, a wide page and a broken word each fail the check."""
    window.page.set_content(BAD.format(style, fault))
    with pytest.raises(AssertionError, match=seen):
        window.require_readable()


def test_the_page_of_check_html_is_readable(window: Window, tmp_path: Path) -> None:
    """`check --html` passes at 1440 and 400 pixels, light and dark, and asks nobody for anything."""
    line = CommandLine(tmp_path / "desk", {})
    line.write("weekly.csv", LIST)
    assert line("check", "weekly.csv", "--html", "report.html").code == 0
    window.page.goto((line.folder / "report.html").as_uri())
    assert "owned" not in window.page.title()
    window.require_readable()
