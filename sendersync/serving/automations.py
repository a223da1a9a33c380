"""Automations in Prefect: who is told of what, and that dead runs are called crashed.

Each carries the tag `sendersync` and is found by its name; one that already says the same is left
alone, since changing it would begin its clock anew.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from prefect.blocks.core import Block
from prefect.blocks.notifications import CustomWebhookNotificationBlock
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import StateType
from prefect.events.actions import (
    ChangeFlowRunState,
    DoNothing,
    RunDeployment,
    SendNotification,
)
from prefect.events.schemas.automations import AutomationCore, EventTrigger, Posture
from prefect.types import SecretDict

from connectors.configuration.environment import environment
from connectors.http_client.safe_address import checked_site
from schemas.deployments import CRASHED, AutomationSpec
from schemas.errors import WrongUse
from sendersync.serving.deployments import TAG
from sendersync.serving.server_settings import HEARTBEAT_SECONDS

WEBHOOK = "SENDERSYNC_TELL_WEBHOOK"
BLOCK = "SENDERSYNC_TELL_BLOCK"

OFF = f"made, off until {WEBHOOK} or {BLOCK} names an address"

NOT_TOLD = "not_told"
"""The flow that shows that a word did not arrive."""

UNTOLD = "sendersync: somebody was not told"
DEAD = "sendersync: a flow run without a sign of life has crashed"

_SYNCS = "sendersync.sync.*"
_OURS: dict[str, str | list[str]] = {
    "prefect.resource.id": f"prefect.tag.{TAG}",
    "prefect.resource.role": "tag",
}
"""Flow runs of our deployments: on a server that others use, theirs are no business of ours."""

Telling = SendNotification | DoNothing


class Address:
    """The address that is told, as a notification block of Prefect knows it."""

    def __init__(self, block: UUID | None = None) -> None:
        self.block = block
        self.exists = block is not None

    @classmethod
    def of_environment(cls) -> Address:
        """From the two variables; an address becomes a block, where it is kept encrypted."""
        given = environment()
        address, slug = given.get(WEBHOOK, ""), given.get(BLOCK, "")
        if slug:
            try:
                return cls(_id_of(Block.load(slug)))
            except ValueError:
                raise WrongUse(
                    "There is no such block in Prefect.",
                    where=BLOCK,
                    do="Make it on Prefect's page (Blocks), and name it as TYPE/NAME, for example "
                    "slack-webhook/ops. docs/how-to/be-told.md says how.",
                ) from None
        if address:
            site = checked_site(address, WEBHOOK, "https://hooks.example.com/services/...")
            made = webhook_block(site)
            made.save(f"{TAG}-tell", overwrite=True)
            return cls(_id_of(made))
        return cls()


NOBODY = Address()


def webhook_block(address: str) -> CustomWebhookNotificationBlock:
    """Posts `{"text": "..."}`; fails where the address refuses, so that this is seen.

    Prefect's plain `Webhook` block takes a 404 or 500 for an answer: nobody would know.

    Args:
        address: Kept among the block's secrets, which Prefect encrypts.
    """
    return CustomWebhookNotificationBlock(
        name=TAG,
        url="{{address}}",
        json_data={"text": "{{body}}"},
        headers=None,
        cookies=None,
        secrets=SecretDict({"address": address}),
    )


def make_automations(specs: Iterable[AutomationSpec], not_told: object) -> bool:
    """Makes every automation of the file, and our own two; those that went from the file go.

    Args:
        specs: What `automations.yaml` says.
        not_told: The id of the deployment that shows that a word did not arrive; None for none.

    Returns:
        Whether somebody is told: an address is named.

    Raises:
        WrongUse: The address is none, or there is no such block.
    """
    named = Address.of_environment()
    with get_client(sync_client=True) as client:
        told = [as_automation(spec, named) for spec in specs]
        wanted = [_dead_runs(), *told]
        if named.exists and not_told is not None:
            wanted.append(_untold([each.name for each in told], UUID(str(not_told))))
        known = {each.name: each for each in client.read_automations() if TAG in each.tags}
        for each in wanted:
            there = known.pop(each.name, None)
            if there is None:
                client.create_automation(each)
            elif _says(there) != _says(each):
                client.update_automation(there.id, each)
        for gone in known.values():
            client.delete_automation(gone.id)
    return named.exists


def remove_automations() -> int:
    """Removes every automation of ours; how many there were."""
    with get_client(sync_client=True) as client:
        ours = [each for each in client.read_automations() if TAG in each.tags]
        for each in ours:
            client.delete_automation(each.id)
    return len(ours)


def _id_of(block: object) -> UUID:
    # Prefect's own name of it; `load` and `save` are coroutines inside an event loop, else this
    return UUID(str(getattr(block, "_block_document_id", None)))


def as_automation(spec: AutomationSpec, named: Address = NOBODY) -> AutomationCore:
    """One entry of `automations.yaml`; off where nobody is named."""
    return AutomationCore(
        name=f"sendersync: {spec.name}",
        description="Made from automations.yaml, which wins over what is changed here.",
        enabled=named.exists,
        tags=[TAG],
        trigger=_trigger(spec),
        actions=[_action(spec, named)],
    )


def _trigger(spec: AutomationSpec) -> EventTrigger:
    if spec.event == CRASHED:
        return EventTrigger(
            expect={CRASHED},
            match={"prefect.resource.id": "prefect.flow-run.*"},
            match_related=_OURS,
            posture=Posture.Reactive,
            threshold=1,
        )
    if spec.event:
        return EventTrigger(
            expect={spec.event},
            match={"prefect.resource.id": [_SYNCS, "sendersync.one-off.*"]},
            posture=Posture.Reactive,
            threshold=1,
        )
    return EventTrigger(
        # with `after`: once for each absence; without it, again and again while it lasts
        after={spec.absent} if spec.each else set(),
        expect={spec.absent},
        match={"prefect.resource.id": _SYNCS},
        for_each={"prefect.resource.id"} if spec.each else set(),
        posture=Posture.Proactive,
        threshold=1,
        within=timedelta(hours=spec.hours),
    )


def _action(spec: AutomationSpec, named: Address) -> Telling:
    words = " ".join(spec.words.split())
    words = words.replace("{sync}", "{{ event.resource.name }}")
    answer = "validated_state.message" if spec.event == CRASHED else "answer"
    words = words.replace("{answer}", f"{{{{ event.payload.{answer} }}}}")
    if named.block:
        return SendNotification(
            block_document_id=named.block, subject=f"sendersync: {spec.name}", body=words
        )
    return DoNothing()


def _dead_runs() -> AutomationCore:
    """Heartbeats that stop are a process that died; events carry the names of our own states."""
    return AutomationCore(
        name=DEAD,
        description="Frees the place of a run whose process and worker are gone.",
        tags=[TAG],
        trigger=EventTrigger(
            after={"prefect.flow-run.heartbeat"},
            expect={"prefect.flow-run.*"},
            match={"prefect.resource.id": "prefect.flow-run.*"},
            match_related=_OURS,
            for_each={"prefect.resource.id"},
            posture=Posture.Proactive,
            threshold=1,
            within=timedelta(seconds=3 * HEARTBEAT_SECONDS),
        ),
        actions=[
            ChangeFlowRunState(
                state=StateType.CRASHED,
                name="Crashed",
                message="No sign of life for 90 seconds. Nothing is lost; the next run goes on.",
                force=False,
            )
        ],
    )


def _untold(names: list[str], deployment: UUID) -> AutomationCore:
    """Prefect gives up on an address that does not answer without a word: this one says so."""
    return AutomationCore(
        name=UNTOLD,
        description="An automation was triggered, and its word did not arrive.",
        tags=[TAG],
        trigger=EventTrigger(
            after={"prefect.automation.triggered"},
            expect={"prefect.automation.action.executed"},
            match={"prefect.resource.name": names},
            for_each={"prefect.resource.id"},
            posture=Posture.Proactive,
            threshold=1,
            within=timedelta(minutes=2),
        ),
        actions=[
            RunDeployment(
                source="selected", deployment_id=deployment, parameters=None, job_variables=None
            )
        ],
    )


def _says(automation: AutomationCore) -> dict[str, Any]:
    shown: dict[str, Any] = automation.model_dump(
        mode="json", include={"description", "enabled", "tags", "trigger", "actions"}
    )
    shown["trigger"].pop("id", None)
    return shown
