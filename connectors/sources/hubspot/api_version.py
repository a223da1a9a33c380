"""The version of HubSpot's API that is asked, and until when it may be asked.

`VERSION` is the one place that names it. The numbered versions stand before the area
(`/crm/v3/lists`), those named after a month behind it (`/crm/lists/2026-03`); what is asked and
answered is the same for what is used here.

Sources: https://developers.hubspot.com/docs/api-reference/legacy/migration-guide (the two forms),
https://developers.hubspot.com/changelog/legacy-apis-and-legacy-apps-whats-going-unsupported-and-when
(v1 to v3 and legacy private apps end in September 2027).
"""

from __future__ import annotations

import re
from datetime import date
from typing import Final

VERSION: Final = "v3"
ENDS: Final = date(2027, 9, 1)
"""From this day on HubSpot supports no numbered version."""

NOTICE_FROM: Final = date(2027, 3, 1)
"""From this day on `doctor` says so: half a year to update in."""


def crm_path(area: str, rest: str = "", version: str = VERSION) -> str:
    """The path of an endpoint.

    Args:
        area: `objects`, `properties` or `lists`.
        rest: What follows, with its slash.
        version: `v3`, or a month such as `2026-03`.
    """
    if re.fullmatch(r"v\d+", version):
        return f"/crm/{version}/{area}{rest}"
    return f"/crm/{area}/{version}{rest}"


def end_notice(today: date) -> tuple[str, str]:
    """What `doctor` says of the version, and what to do; empty before `NOTICE_FROM`.

    Args:
        today: The day on which it is asked.
    """
    if today < NOTICE_FROM:
        return "", ""
    says = (
        f"HubSpot's API {VERSION} is out of support since September 2027"
        if today >= ENDS
        else f"HubSpot ends the support of its API {VERSION} in September 2027"
    )
    return (
        f"{says}, and that of the tokens of private apps with it.",
        "Update sendersync, and make a service key in place of such a token: "
        "docs/how-to/hubspot.md.",
    )
