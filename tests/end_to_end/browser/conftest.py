"""One chromium for the tests of this folder, and a window for each of them."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.end_to_end.browser.window import Window

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)

QUIET = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    "--disable-dev-shm-usage",
)
"""A browser that asks nobody for anything, also as root and in a container."""


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """A headless chromium, ended before tests of another folder begin.

    While it is open, playwright has an event loop running in this thread, and nothing else can
    start one (`asyncio.run`).
    """
    if CHROMIUM is None:
        pytest.skip("chromium is not installed (apt-get install chromium)")
    if importlib.util.find_spec("playwright") is None:
        pytest.skip("playwright is not installed (make install-dev)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*QUIET])
        yield browser
        browser.close()


@pytest.fixture
def window(chromium: Browser) -> Iterator[Window]:
    """A window without cookies; fails when a page of it asked another host for anything."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    context.set_default_timeout(20_000)
    opened = Window(context)
    yield opened
    context.close()
    assert not opened.elsewhere, "a page asked other hosts"
    assert not opened.errors, "a script of a page failed, or its policy stopped something"
