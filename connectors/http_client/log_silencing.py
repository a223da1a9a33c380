"""Log and telemetry silencing: libraries that would report on their own, switched off per process.

| who | what they would say |
| --- | --- |
| Prefect's client and server | usage statistics, to its maker |
| httpx and httpcore | the address of every request, which here holds phones and e-mails |
"""

from __future__ import annotations

import logging
import os
from typing import Final

_SILENT: Final = {"DO_NOT_TRACK": "1", "PREFECT_SERVER_ANALYTICS_ENABLED": "false"}


def keep_quiet() -> None:
    """Silences them in this process, and in those it starts."""
    os.environ.update(_SILENT)
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)
