"""Each fault of the sandbox, as a client sees it, and which calls it hits."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.builders.sync_files import CODE
from tests.stand_ins.sandbox_process import SandboxProcess
from tests.waiting.until import until


def add(rest: httpx.Client, n: int = 1) -> httpx.Response:
    """Adds the n-th fictional phone."""
    return rest.post(f"/rest/sms/addPhoneToSenderCode/{12065550100 + n}/{CODE}")


def subscribed(sandbox: SandboxProcess) -> int:
    """How many phones are subscribed."""
    count: int = sandbox.state()["counts"]["subscriptions"]
    return count


class TestCutLines:
    @pytest.mark.parametrize(("kind", "done"), [("drop_before", 0), ("drop_after", 1)])
    @pytest.mark.parametrize(
        ("how", "seen"), [("close", httpx.RemoteProtocolError), ("reset", httpx.ReadError)]
    )
    def test_drop(
        self,
        sandbox: SandboxProcess,
        rest: httpx.Client,
        kind: str,
        done: int,
        how: str,
        seen: type[Exception],
    ) -> None:
        """A drop is a lost connection, never an answer; only drop_after has done it."""
        sandbox.faults({"kind": kind, "how": how})
        with pytest.raises(seen):
            add(rest)
        assert subscribed(sandbox) == done
        (call,) = sandbox.calls()
        assert (call["status"], call["fault"]) == (0, kind)
        assert call["did"] == (200 if done else None)
        assert sandbox.complaints.count("\n") == 1

    def test_drop_on_a_used_connection(self, sandbox: SandboxProcess, rest: httpx.Client) -> None:
        """A kept-alive connection can be dropped at its third call, and a new one goes on."""
        sandbox.faults({"kind": "drop_after", "nth": [3]})
        outcomes = []
        for n in range(4):
            try:
                outcomes.append(add(rest, n).status_code)
            except httpx.RemoteProtocolError:
                outcomes.append(0)
        assert outcomes == [200, 200, 0, 200]
        assert subscribed(sandbox) == 4

    def test_truncated(self, sandbox: SandboxProcess, rest: httpx.Client) -> None:
        """A truncated body announces more than it sends; it was done."""
        sandbox.faults({"kind": "truncated"})
        with pytest.raises(httpx.RemoteProtocolError, match="without sending complete"):
            add(rest)
        assert subscribed(sandbox) == 1


class TestWrongAnswers:
    def test_too_many_requests(self, sandbox: SandboxProcess, rest: httpx.Client) -> None:
        """429 carries Retry-After, and nothing is done."""
        sandbox.faults({"kind": "429", "retry_after": "7"})
        answer = add(rest)
        assert (answer.status_code, answer.headers["retry-after"]) == (429, "7")
        assert subscribed(sandbox) == 0

    @pytest.mark.parametrize("kind", ["502", "503"])
    def test_proxy_pages(self, sandbox: SandboxProcess, rest: httpx.Client, kind: str) -> None:
        """502 and 503 are HTML pages, and nothing is done, unless `when` says after."""
        sandbox.faults({"kind": kind})
        answer = add(rest)
        assert answer.status_code == int(kind)
        assert answer.headers["content-type"].startswith("text/html")
        assert subscribed(sandbox) == 0
        sandbox.faults({"kind": kind, "when": "after"})
        assert add(rest).status_code == int(kind)
        assert subscribed(sandbox) == 1

    @pytest.mark.parametrize("kind", ["broken_json", "html_200"])
    def test_not_json(self, sandbox: SandboxProcess, rest: httpx.Client, kind: str) -> None:
        """200 with a body that is no JSON, although it was done."""
        sandbox.faults({"kind": kind})
        answer = add(rest)
        assert answer.status_code == 200
        with pytest.raises(ValueError, match=r"Expecting|Unterminated"):
            answer.json()
        assert subscribed(sandbox) == 1

    def test_success_false(self, sandbox: SandboxProcess, rest: httpx.Client) -> None:
        """200 with success false, and nothing is done."""
        sandbox.faults({"kind": "success_false"})
        assert add(rest).json() == {"success": False}
        assert subscribed(sandbox) == 0

    def test_error(self, sandbox: SandboxProcess, rest: httpx.Client) -> None:
        """Any JSON error with a status and text of one's own."""
        sandbox.faults({"kind": "error", "status": 403, "error": "No SMS for you"})
        answer = add(rest)
        wanted = {"error": "No SMS for you", "status": "Forbidden", "statusCode": 403}
        assert (answer.status_code, answer.json()) == (403, wanted)

    def test_slow(self, sandbox: SandboxProcess, rest: httpx.Client) -> None:
        """A slow call is done first and answered late; a client that left changes nothing."""
        sandbox.faults({"kind": "slow", "seconds": 3600})
        with pytest.raises(httpx.ReadTimeout):
            rest.post(f"/rest/sms/addPhoneToSenderCode/12065550101/{CODE}", timeout=0.1)
        until(lambda: subscribed(sandbox) == 1, "it is done though nobody waits")
        sandbox.faults({"kind": "slow", "seconds": 0.4})
        started = time.monotonic()
        assert add(rest, 2).status_code == 200
        assert time.monotonic() - started >= 0.4

    def test_slow_before(self, sandbox: SandboxProcess, rest: httpx.Client) -> None:
        """With `when: before` a slow call is done late, even for a client that has left."""
        sandbox.faults({"kind": "slow", "seconds": 3600, "when": "before"})
        with pytest.raises(httpx.ReadTimeout):
            rest.post(f"/rest/sms/addPhoneToSenderCode/12065550101/{CODE}", timeout=0.1)
        sandbox.until_called(1)
        assert subscribed(sandbox) == 0
        sandbox.faults()
        until(lambda: subscribed(sandbox) == 1, "it is done")

    def test_waiting_ends_by_itself_or_when_told(
        self, sandbox: SandboxProcess, rest: httpx.Client
    ) -> None:
        """A call that waits goes on after its time, and at once when faults are changed."""
        held = [{"kind": "slow", "seconds": 3600}, {"kind": "502", "phone": "12065550199"}]
        for hold, release in (
            (lambda: sandbox.faults(held[0]), lambda: sandbox.faults()),
            (lambda: sandbox.faults(held[0]), lambda: sandbox.faults(held[1], add=True)),
            (lambda: sandbox.faults(latency_ms=3_600_000), lambda: sandbox.faults(latency_ms=0)),
            (lambda: sandbox.faults(held[0]), lambda: sandbox.reset()),
        ):
            sandbox.reset()
            hold()
            with ThreadPoolExecutor(1) as pool:
                answer = pool.submit(add, rest)
                sandbox.until_in_flight(1)
                assert not answer.done()
                release()
                assert answer.result().status_code == 200


class TestWhichCalls:
    def test_nth_command_and_count(self, sandbox: SandboxProcess, rest: httpx.Client) -> None:
        """An nth counts matching calls only; count ends a fault; the first rule that fires wins."""
        sandbox.faults(
            {"kind": "503", "command": "addPhoneToSenderCode", "nth": [2, 4]},
            {"kind": "502", "command": "getMessages", "count": 1},
        )
        statuses = []
        for n in range(4):
            statuses += [rest.get("/rest/sms").status_code, add(rest, n).status_code]
        assert statuses == [502, 200, 200, 503, 200, 200, 200, 503]
        assert [(rule["seen"], rule["fired"]) for rule in sandbox.fault_counts()] == [
            (4, 2),
            (4, 1),
        ]

    def test_every_and_phone(self, sandbox: SandboxProcess, rest: httpx.Client) -> None:
        """With every each n-th call is hit, with phone the calls for one phone."""
        sandbox.faults({"kind": "503", "every": 3}, {"kind": "502", "phone": "12065550104"})
        assert [add(rest, n).status_code for n in range(1, 7)] == [200, 200, 503, 502, 200, 503]

    def test_share_is_seeded(self, sandbox: SandboxProcess, rest: httpx.Client) -> None:
        """A share hits at random, and the same calls again with the same seed."""

        def hits(seed: int) -> list[int]:
            sandbox.reset()
            sandbox.faults({"kind": "503", "share": 0.3}, seed=seed)
            return [n for n in range(60) if add(rest, n).status_code == 503]

        first = hits(7)
        assert 8 <= len(first) <= 30
        assert hits(7) == first != hits(8)

    def test_none(self, sandbox: SandboxProcess, rest: httpx.Client) -> None:
        """Installing no faults ends those before."""
        sandbox.faults({"kind": "503"})
        sandbox.faults()
        assert add(rest).status_code == 200

    @pytest.mark.parametrize(
        "rule",
        [{"kind": "nope"}, {"kind": "503", "shre": 1}, {"kind": "slow", "when": "never"}, {}],
    )
    def test_wrong_rule(self, sandbox: SandboxProcess, rule: dict[str, Any]) -> None:
        """A rule that cannot be understood is refused and changes nothing."""
        sandbox.faults({"kind": "503"})
        answer = httpx.post(sandbox.url + "/sandbox/faults", json={"faults": [rule]})
        assert answer.status_code == 400
        assert [rule["kind"] for rule in sandbox.fault_counts()] == ["503"]

    def test_options(self) -> None:
        """Faults, seed and latency can be options too."""
        options = {"fault": ["kind=503,nth=1+3", "kind=429,nth=2,retry_after=2"], "latency_ms": 30}
        with SandboxProcess().start(**options) as other, other.client() as rest:
            started = time.monotonic()
            assert [add(rest, n).status_code for n in range(3)] == [503, 429, 503]
            assert time.monotonic() - started >= 0.09


def test_latency_overlaps(sandbox: SandboxProcess) -> None:
    """Latency does not queue: 32 calls wait side by side."""
    sandbox.faults(latency_ms=3_600_000)
    with sandbox.client() as rest, ThreadPoolExecutor(32) as pool:
        answers = pool.map(lambda n: add(rest, n).status_code, range(32))
        sandbox.until_in_flight(32)
        sandbox.faults(latency_ms=0)
        assert list(answers) == [200] * 32
