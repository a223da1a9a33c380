"""A client's patience for tests: it asks again as the real one does, with hardly a wait between."""

from __future__ import annotations

from typing import Final

from connectors.http_client.backoff import Backoff

HASTY: Final = Backoff(attempts=2, first_wait=0.001, longest_wait=5)
