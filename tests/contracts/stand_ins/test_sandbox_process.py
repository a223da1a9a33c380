"""The sandbox as a process: starting, ending, its file, its control API, its page."""

from __future__ import annotations

import json
import re
import signal
import socket
import sqlite3
import subprocess
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any

import httpx
import pytest

from sandbox.sms.faults import KINDS
from sandbox.sms.saved import SavedRealm
from sandbox.sms.switches import Switches
from sendersync.state.store import State
from tests.builders.repository import ROOT
from tests.builders.sync_files import CODE
from tests.stand_ins.sandbox_process import SandboxProcess
from tests.waiting import cpu_time

PHONE = "12065550101"
START_BAR = 2.5
"""What a start may cost, where importing uvicorn and starlette is 1; it is about 1.2."""


def run(*argv: str) -> subprocess.CompletedProcess[str]:
    """Runs a sandbox that is expected to end by itself."""
    command = [sys.executable, "-m", "sandbox", *argv]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True)


class TestProcess:
    def test_says_where_it_listens(self) -> None:
        """One line on standard error with the address, one JSON line with --announce."""
        command = [sys.executable, "-m", "sandbox", "--port", "0", "--announce"]
        pipe = subprocess.PIPE
        with subprocess.Popen(command, cwd=ROOT, text=True, stdout=pipe, stderr=pipe) as process:
            assert process.stdout is not None
            url = json.loads(process.stdout.readline())["url"]
            assert httpx.get(url + "/sandbox/health").json() == {"ok": True}
            process.send_signal(signal.SIGINT)
            rest, said = process.communicate()
        assert (process.returncode, rest) == (0, "")
        assert said == f"sandbox listens on {url}\n"

    @pytest.mark.parametrize(
        ("host", "open_to_others"), [("0.0.0.0", True), ("127.0.0.1", False), ("localhost", False)]
    )
    def test_an_address_for_others_is_warned_of(self, host: str, open_to_others: bool) -> None:
        """Whoever listens beyond loopback hears that the control API has no password."""
        command = [sys.executable, "-m", "sandbox", "--port", "0", "--host", host, "--announce"]
        pipe = subprocess.PIPE
        with subprocess.Popen(command, cwd=ROOT, text=True, stdout=pipe, stderr=pipe) as process:
            assert process.stdout is not None
            assert process.stdout.readline()
            process.send_signal(signal.SIGINT)
            _, said = process.communicate()
        assert ("no password" in said) is open_to_others

    def test_a_person_is_told_what_to_set(self) -> None:
        """At a terminal it says which variables lead to it, and shows no password given to it."""
        command = [sys.executable, "-m", "sandbox", "--port", "0", "--realm", "acme"]
        told = []
        for own in ([], ["--password", "hush"]):
            with subprocess.Popen(
                [*command, *own], cwd=ROOT, text=True, stderr=subprocess.PIPE
            ) as process:
                assert process.stderr is not None
                lines = [process.stderr.readline().strip() for _ in range(7)]
                process.send_signal(signal.SIGINT)
            told.append(lines)
        url = told[0][0].removeprefix("sandbox listens on ")
        assert told[0][3:6] == [
            f"export SENDERSYNC_API_URL={url}",
            "export SENDERSYNC_REALM=acme",
            "export SENDERSYNC_PASSWORD=demo-password",
        ]
        assert told[0][6] == "Its sender code is 12065551212, its group weekly. Ctrl-C ends it."
        assert told[1][5] == "export SENDERSYNC_PASSWORD=..."

    def test_ends_at_once(self) -> None:
        """SIGTERM ends it with 0 and without a word, idle connections and slow calls or not."""
        sandbox = SandboxProcess().start(fault="kind=slow,seconds=3600,nth=2")
        with sandbox.client() as rest:
            rest.get("/rest/sms")
            with pytest.raises(httpx.ReadTimeout):
                rest.get("/rest/sms", timeout=0.2)
            sandbox.until_in_flight(1)
            assert sandbox.stop() == 0
        assert sandbox.complaints.count("\n") == 1

    def test_starts_fast(self) -> None:
        """It costs little more than its libraries, so that tests can have one each."""

        def start_and_stop() -> None:
            with SandboxProcess().start():
                pass

        dearer = cpu_time.dearer(
            lambda: cpu_time.of_processes(start_and_stop),
            lambda: cpu_time.of_importing("uvicorn", "starlette.applications"),
            START_BAR,
        )
        assert dearer < START_BAR

    def test_port_taken(self) -> None:
        """A port that is taken is said in one line, exit code 1."""
        with socket.create_server(("127.0.0.1", 0)) as other:
            port = str(other.getsockname()[1])
            ended = run("--port", port)
        assert ended.returncode == 1
        assert ended.stderr.startswith(f"sandbox: cannot listen on 127.0.0.1:{port}")
        assert ended.stderr.count("\n") == 1

    def test_not_a_database(self, tmp_path: Path) -> None:
        """A --db file that is something else is said in one line, exit code 1, and not changed."""
        file = tmp_path / "notes.txt"
        file.write_text("these are my notes, not a database\n" * 50)
        before = file.read_bytes()
        ended = run("--port", "0", "--db", str(file))
        assert ended.returncode == 1
        assert ended.stderr.startswith("sandbox: cannot use")
        assert file.read_bytes() == before

    def test_the_database_of_another_program(self, tmp_path: Path) -> None:
        """The state of a sync as --db would get a table and another journal: it stays as it is."""
        file = tmp_path / "state.db"
        with State.open(f"sqlite:///{file}"):
            pass
        before = file.read_bytes()
        with pytest.raises(sqlite3.DatabaseError, match="another program"):
            SavedRealm(file)
        assert file.read_bytes() == before and [*tmp_path.iterdir()] == [file]
        for _ in range(2):
            SavedRealm(tmp_path / "realm.db").close()

    def test_wrong_option(self) -> None:
        """A wrong option or fault is a usage error, exit code 2."""
        assert run("--after-stop", "maybe").returncode == 2
        assert "kind 'nope'" in run("--fault", "kind=nope").stderr

    def test_help(self) -> None:
        """--help names every switch and every kind of fault, and so does the README."""
        shown = run("--help")
        readme = (ROOT / "sandbox" / "README.md").read_text(encoding="utf-8")
        assert shown.returncode == 0
        for switch in fields(Switches):
            option = "--" + switch.name.replace("_", "-")
            assert option in shown.stdout
            assert f"`{option}`" in readme
        for kind in KINDS:
            assert f"{kind}:" in re.sub(r"\s+", " ", shown.stdout)
            assert f"`{kind}`" in readme

    def test_imports_nothing_of_ours(self) -> None:
        """It stands alone: no room but its own, and no library but starlette and uvicorn."""
        code = (
            "import sys, sandbox.serve;"
            "print(sorted({m.partition('.')[0] for m in sys.modules}"
            "& {'schemas', 'connectors', 'sendersync', 'flows', 'pydantic', 'httpx', 'pandas'}))"
        )
        command = [sys.executable, "-c", code]
        shown = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        assert shown.stdout == "[]\n"


class TestFile:
    @pytest.mark.parametrize("kill", [False, True], ids=["stopped", "killed"])
    def test_restart(self, tmp_path: Path, kill: bool) -> None:
        """With --db everything the realm holds comes back, killed or stopped."""
        sandbox = SandboxProcess().start(db=tmp_path / "sandbox.db", group=["weekly"])
        sandbox.setup(
            sender_codes=["12065551313"], email_contacts=["a@example.com", "b@example.com"]
        )
        with sandbox.client() as rest:
            for n in range(5):
                path = f"/rest/sms/addPhoneToSenderCode/{12065550100 + n}/{CODE}"
                rest.post(path, params={"groupName": "weekly"})
            rest.post(f"/rest/sms/stopSubscriberSend/12065550100/{CODE}")
            rest.post("/rest/sms/createMessage/Welcome/Hi?label=sms")
            rest.post(f"/rest/sms/sendMessageToSenderCode/Welcome/{CODE}/Launch")
        before = sandbox.state()
        sandbox.restart(kill=kill)
        after = sandbox.state()
        assert {**after, "calls": None} == {**before, "calls": None}
        assert len(after["subscriptions"]) == 4
        assert after["calls"]["total"] == 0
        with sandbox.client() as rest:
            ids = {s["id"] for s in after["subscriptions"]}
            path = f"/rest/sms/addPhoneToSenderCode/12065550190/{CODE}"
            assert rest.post(path).json()["id"] not in ids
            again = rest.post(f"/rest/sms/addPhoneToSenderCode/12065550101/{CODE}")
            assert again.status_code == 500
        sandbox.reset()
        sandbox.restart()
        assert sandbox.state()["counts"]["subscriptions"] == 0
        sandbox.stop()

    def test_memory(self) -> None:
        """Without --db a restart begins with nothing."""
        with SandboxProcess().start() as sandbox:
            sandbox.setup(subscriptions=[{"phone": PHONE, "sender_code": CODE}])
            sandbox.restart()
            assert sandbox.state()["subscriptions"] == []


class TestControl:
    def test_calls(self, sandbox: SandboxProcess) -> None:
        """Calls come in order of arrival, with what was asked, answered and when."""
        with sandbox.client() as rest:
            rest.post(f"/rest/sms/addPhoneToSenderCode/2065550101/{CODE}?groupName=weekly")
            rest.post("/rest/sms/stopSubscriberSend/12065550177/2065551212")
            rest.get("/rest/nothing")
        first, second, third = sandbox.calls()
        assert [call["n"] for call in (first, second, third)] == [1, 2, 3]
        assert first["received"] <= first["answered"] <= second["received"]
        assert (first["command"], first["method"]) == ("addPhoneToSenderCode", "POST")
        assert (first["phone"], first["sender_code"]) == (PHONE, CODE)
        assert (first["status"], first["query"]) == (200, {"groupName": "weekly"})
        assert (second["status"], second["sender_code"]) == (500, CODE)
        assert "STOP sends" in second["error"]
        assert (third["command"], third["status"]) == ("unknown", 404)
        assert sandbox.calls(since=2) == [third]
        assert sandbox.calls(command="stopSubscriberSend") == [second]
        counters = sandbox.state()["calls"]
        assert counters["by_status"] == {"200": 1, "500": 1, "404": 1}

    def test_state_pages(self, sandbox: SandboxProcess) -> None:
        """The state can be paged and filtered; counts are always complete."""
        people = [{"phone": str(12065550100 + n), "sender_code": CODE} for n in range(5)]
        sandbox.setup(subscriptions=[*people, {"phone": PHONE, "sender_code": "12065551313"}])
        page = sandbox.state(skip=1, limit=2)
        assert [s["phone"] for s in page["subscriptions"]] == ["12065550101", "12065550102"]
        assert page["counts"]["subscriptions_by_sender_code"] == {CODE: 5, "12065551313": 1}
        newest = sandbox.state(limit=1, order="newest")["subscriptions"]
        assert newest[0]["sender_code"] == "12065551313"
        both = sandbox.state(phone=PHONE)["subscriptions"]
        assert [s["sender_code"] for s in both] == [CODE, "12065551313"]

    def test_setup(self, sandbox: SandboxProcess) -> None:
        """Setup adds, or with replace begins anew with what it names."""
        sandbox.setup(sender_codes=["2065551313"], groups=["daily"])
        state = sandbox.state()
        assert state["sender_codes"] == [CODE, "12065551313"]
        assert state["groups"] == ["weekly", "daily"]
        sandbox.setup(groups=["vip"], replace=True)
        assert sandbox.state()["groups"] == ["vip"]
        assert sandbox.state()["sender_codes"] == [CODE, "12065551313"]

    def test_opt_out(self, sandbox: SandboxProcess) -> None:
        """An opt-out by setup ends the subscription, as when a person replies STOP."""
        who = {"phone": PHONE, "sender_code": CODE}
        sandbox.setup(subscriptions=[who], opt_outs=[who])
        counts = sandbox.state()["counts"]
        assert (counts["subscriptions"], counts["opt_outs"]) == (0, 1)

    @pytest.mark.parametrize(
        "wrong",
        [{"sender_code": "1"}, {"switches": {"after_stop": "maybe"}}, {"switches": {"nope": "x"}}],
    )
    def test_wrong_setup(self, sandbox: SandboxProcess, wrong: dict[str, Any]) -> None:
        """Setup refuses what it does not know and says what there is."""
        answer = httpx.post(sandbox.url + "/sandbox/setup", json=wrong)
        assert answer.status_code == 400
        assert answer.json()["error"]

    def test_page(self, sandbox: SandboxProcess) -> None:
        """The page is one file: it loads nothing from anywhere else, and escapes what it shows."""
        page = httpx.get(sandbox.url + "/")
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        assert not re.search(r"(src|href)=\"(?!data:)|https?://|innerHTML", page.text)
        assert "stand-in" in page.text
