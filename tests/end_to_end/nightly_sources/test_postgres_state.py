"""The same nights with the state in Postgres."""

from __future__ import annotations

from pathlib import Path

from schemas.member_status import MemberStatus
from tests.builders.sync_bench import Desk, people, person, phone, sync_file, with_row
from tests.stand_ins.postgres_server import empty_postgres
from tests.stand_ins.sandbox_process import SandboxProcess

__all__ = ["empty_postgres"]


def test_two_nights_on_postgres(
    tmp_path: Path, sandbox: SandboxProcess, empty_postgres: str
) -> None:
    """First load, a second run, a night with every kind of change, and a night of doubt."""
    desk = Desk(tmp_path, sandbox, empty_postgres)
    desk.sync = sync_file(updates="send")
    rows = [person(n, Email=f"ann{n}@example.com") for n in range(40)]
    desk.first_load(rows)
    assert desk.run().report.plan.unchanged == 40
    assert desk.plan().exit_code == 0
    assert desk.new_calls() == []

    night = with_row(rows[1:], 0, Unsubscribed="yes")
    night = with_row(night, 1, Mobile=phone(900))
    night = with_row(night, 2, First_Name="Zoë")
    night = with_row(night, 3, Mobile="#REF!")
    desk.write([*night, person(500)])
    done = desk.run()
    assert done.exit_code == 0, done.error
    plan = done.report.plan
    assert (plan.add, plan.stop, plan.update, plan.held) == (2, 3, 1, 0)
    assert desk.new_commands()[0] == ("stop", phone(1))
    assert desk.suppressed() == {phone(1)}
    assert desk.standings()[phone(2)] == MemberStatus.STOPPED
    assert phone(4) in desk.subscribed()
    with desk.state() as state:
        assert state.rejects.of(done.report.run)[1]["reason"].tolist() == ["phone_not_a_number"]

    desk.write(people(2))
    held = desk.run()
    assert held.exit_code == 3
    assert (desk.operations(held)["state"] == "held").sum() == held.report.plan.held == 39
    assert desk.run(file="nowhere.csv").exit_code == 2
