"""Our own page beside Prefect's: what it is told, and where flows find it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from prefect.settings import PREFECT_UI_URL

from sendersync.web.server import RunningPage, serve_page
from sendersync.web.settings import PrefectForms, page_settings

ADDRESS = "SENDERSYNC_PAGE_URL"
"""Variable by which the flows of this `serve` learn where the page is."""


@contextmanager
def our_page(forms: Mapping[str, object]) -> Iterator[RunningPage]:
    """The page, while the `with` block runs; a page that could not be started says why.

    Args:
        forms: Flow to the id of its deployment for people.

    Raises:
        WrongUse: The value of one of the page's variables cannot be used.
    """
    page = serve_page(
        page_settings(
            PrefectForms(
                approve=_form(forms.get("approve")),
                import_contacts=_form(forms.get("import_contacts")),
                sync_contacts=_form(forms.get("sync_contacts")),
            )
        )
    )
    os.environ[ADDRESS] = page.url
    try:
        yield page
    finally:
        page.stop()


def _form(deployment: object) -> str:
    return f"{PREFECT_UI_URL.value()}/deployments/deployment/{deployment}/run" if deployment else ""
