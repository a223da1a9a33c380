"""One page for the tests of a file; each test drops files of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.builders.page_server import PageServer


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageServer]:
    """A page that takes files of one megabyte."""
    server = PageServer(tmp_path_factory.mktemp("page"), most_bytes=1 << 20)
    yield server
    server.stop()
