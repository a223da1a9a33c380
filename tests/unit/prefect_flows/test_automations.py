"""`automations.yaml`: what it may say, and what becomes of it in Prefect."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from prefect.events.actions import DoNothing, SendNotification
from prefect.events.schemas.automations import EventTrigger, Posture

from connectors.configuration.deployments_file import read_automations
from schemas.deployments import CRASHED, EVENTS
from schemas.errors import WrongUse
from sendersync.serving.automations import WEBHOOK, Address, as_automation, webhook_block
from sendersync.serving.serve import AUTOMATIONS
from tests.stand_ins.raw_server import RawServer, http


def test_every_event_of_ours_can_tell() -> None:
    """The file that comes along tells of each event once, or of its absence."""
    told = [each.event or each.absent for each in read_automations(AUTOMATIONS)]
    assert set(told) == EVENTS | {CRASHED}


@pytest.mark.parametrize("spec", read_automations(AUTOMATIONS), ids=lambda each: each.name)
def test_nobody_is_told_until_an_address_is_named(spec: object) -> None:
    """Without an address each automation is off, and would do nothing."""
    made = as_automation(spec)  # type: ignore[arg-type]  # parametrize knows objects alone
    assert not made.enabled
    assert made.actions == [DoNothing()]


def test_an_absence_is_waited_for_by_each_sync(tmp_path: Path) -> None:
    """Once for each sync and absence; for all together again and again while it lasts."""
    alone, together = (
        as_automation(each).trigger for each in read_automations(AUTOMATIONS) if each.absent
    )
    assert isinstance(alone, EventTrigger)
    assert isinstance(together, EventTrigger)
    assert alone.posture is together.posture is Posture.Proactive
    assert alone.within == together.within == timedelta(hours=26)
    assert alone.after == alone.expect == {"sendersync.run.settled"}
    assert alone.for_each == {"prefect.resource.id"}
    assert together.after == together.for_each == set()
    # nobody waits for another import
    assert alone.match == together.match
    assert alone.match.matches({"prefect.resource.id": "sendersync.sync.daily"})
    assert not alone.match.matches({"prefect.resource.id": "sendersync.one-off.import-12065551212"})


def test_an_event_of_an_import_is_told_like_that_of_a_sync() -> None:
    """Each event is taken from syncs and from one-off imports and lists of stops."""
    triggers = [
        as_automation(each).trigger
        for each in read_automations(AUTOMATIONS)
        if each.event in EVENTS
    ]
    for trigger in triggers:
        assert isinstance(trigger, EventTrigger)
        for kind in ("sync.daily", "one-off.stop-12065551212"):
            assert trigger.match.matches({"prefect.resource.id": f"sendersync.{kind}"})


def test_a_killed_run_is_told_in_the_words_of_prefect() -> None:
    """Its process can say nothing: Prefect's event is taken, of our flow runs alone."""
    (spec,) = [each for each in read_automations(AUTOMATIONS) if each.event == CRASHED]
    made = as_automation(spec, Address(uuid4()))
    assert isinstance(made.trigger, EventTrigger)
    ours = {"prefect.resource.id": "prefect.tag.sendersync", "prefect.resource.role": "tag"}
    assert made.trigger.match_related.matches(ours)
    assert not made.trigger.match_related.matches({**ours, "prefect.resource.id": "prefect.tag.x"})
    (action,) = made.actions
    assert isinstance(action, SendNotification)
    assert "{{ event.payload.validated_state.message }}" in action.body


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- {name: a, words: b}", "`event` or what is `absent`"),
        ("- {name: a, words: b, event: x, absent: y, hours: 1}", "`event` or what is `absent`"),
        ("- {name: a, words: b, event: sendersync.run.done}", "no event of ours"),
        ("- {name: a, words: b, absent: sendersync.run.settled}", "`hours` belongs"),
        ("- {name: a, words: b, event: sendersync.run.failed, hours: 3}", "`hours` belongs"),
        ("- {name: a, event: sendersync.run.failed}", "words"),
        ("- {name: a, words: b, event: sendersync.run.failed, who: me}", "who"),
        ("- {name: a\nwords: b", "not YAML"),
    ],
)
def test_a_wrong_automation_is_refused(tmp_path: Path, text: str, said: str) -> None:
    """The message names the place in the file, and what would be right."""
    path = tmp_path / "automations.yaml"
    path.write_text(f"automations:\n{text}\n", "utf-8")
    with pytest.raises(WrongUse, match=said) as refused:
        read_automations(path)
    assert refused.value.where.startswith(str(path))


def test_the_address_may_stand_in_the_env_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Like every variable of ours; one that would carry words readable on the way is refused."""
    (tmp_path / ".env").write_text(f"{WEBHOOK}=http://example.com/hook\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(WrongUse, match="http://") as refused:
        Address.of_environment()
    assert refused.value.where == WEBHOOK


def test_an_address_that_refuses_is_a_failure() -> None:
    """What is said arrives as JSON, whatever signs it holds; a 500 is no answer."""
    words = 'newsletter failed. "Mobile" is {not} there: 5 % \\ {{x}}'
    with RawServer(http("ok"), http("no", "500 Internal Server Error")) as told:
        block = webhook_block(f"{told.url}/hook")
        assert told.url not in str(block.model_dump(mode="json"))
        block.notify(words, "a subject")
        assert json.loads(told.bodies[0]) == {"text": words}
        with pytest.raises(httpx.HTTPStatusError):
            block.notify(words, "a subject")
