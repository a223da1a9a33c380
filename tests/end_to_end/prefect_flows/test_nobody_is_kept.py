"""Prefect keeps nobody of whom any flow has read, sent or refused something, at DEBUG too."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders.sync_files import CODE
from tests.end_to_end.prefect_flows.made_syncs import people_in, phone, write_sync
from tests.stand_ins.prefect_server import Served

REAL = {"mode": "For real"}


@pytest.mark.soak
@pytest.mark.timeout(900)
def test_no_flow_leaves_anybody_behind(here: Path, served: Served) -> None:
    """Every deployment as a process of its own, for real, with calls that are taken and rows that are not."""
    folder = here / "kept"
    folder.mkdir()
    bad = f"{phone(7999)}1,,Quirinus,no\nnobody,p7999@zebulona.example,Xanthippe,no\n"
    write_sync(folder, "kept-a", range(7000, 7012), more=bad)
    write_sync(folder, "kept-b", range(7100, 7110))
    (folder / "stop.csv").write_text("Mobile\n" + "\n".join(map(phone, range(7100, 7103))), "utf-8")
    guests = write_sync(folder, "kept-c", range(7200, 7205), more=bad).with_suffix(".csv")
    guests = guests.rename(here / "guests.csv")
    (folder / "kept-c.yaml").unlink()
    sync = {"file": str(folder / "kept-a.yaml")}
    file = {"sender_code": CODE, "country": "US"}
    ends = {}
    for name, parameters in (
        ("nightly/nightly", {"options": REAL, "which": {"folder": str(folder)}}),
        ("sync_contacts/sync-now", {"options": REAL, "sync": sync}),
        ("import_contacts/import-file", {"options": REAL, "what": {**file, "file": str(guests)}}),
        ("check_source/check", {"what": {"file": str(guests), "country": "US"}}),
        (
            "stop_contacts/stop-list",
            {"options": REAL, "what": {**file, "file": str(folder / "stop.csv")}},
        ),
        ("retry_run/retry", {"options": REAL, "which": {"run": "last"}}),
        ("approve/approve", {}),
    ):
        run = served.start(name, **parameters)
        ends[name] = served.ended(run)["state_name"]
        served.until(lambda run=run: not served.is_alive(run), "its process has sent all its log")
        assert "DEBUG" in served.log and served.logged(run)
    assert "Crashed" not in ends.values() and "Failed" not in ends.values(), ends
    assert ends["nightly/nightly"] == ends["import_contacts/import-file"] == "Completed", ends
    assert people_in(served.stored) == people_in(served.log.encode()) == []
