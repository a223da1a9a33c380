"""A schedule runs for real, under a name in the time zone of its schedule."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.end_to_end.prefect_flows.made_syncs import phone, write_sync
from tests.stand_ins.prefect_server import Served
from tests.stand_ins.sandbox_process import SandboxProcess

FAR = "Pacific/Kiritimati"
"""14 hours before UTC: no machine of ours is there."""


@pytest.mark.soak
def test_what_a_schedule_starts_is_for_real(
    here: Path, served: Served, sandbox: SandboxProcess
) -> None:
    """With the parameters of 0.1.0, which say nothing of what should happen, people are added."""
    write_sync(here, "tonight", range(2900, 2903))
    deployment = served.deployments()["sync_contacts/sync-now"]["id"]
    every_minute = {
        "active": True,
        "schedule": {"cron": "* * * * *", "timezone": FAR},
        "parameters": {"sync": {"file": str(here / "tonight.yaml")}},
    }
    served.call(f"/deployments/{deployment}/schedules", [every_minute])
    asked = {
        "flow_runs": {
            "deployment_id": {"any_": [deployment]},
            "state": {"name": {"any_": ["Completed"]}},
        },
    }
    (run, *_) = served.until(lambda: served.call("/flow_runs/filter", asked), "the minute is over")
    assert run["auto_scheduled"] is True
    due = datetime.fromisoformat(run["expected_start_time"]).astimezone(ZoneInfo(FAR))
    assert run["name"] == f"tonight, sync-now, {due.day} {due:%b %H:%M}"
    assert "3 added" in run["state"]["message"]
    assert sandbox.state(phone="1" + phone(2902))["subscriptions"]
