"""Event Custom Actions, the vendor's only outbound events (contract, section 4). Payload and secret are assumed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from airflow_provider_fleetops.sandbox.fasttrack360.schema import stamp
from airflow_provider_fleetops.sandbox.fasttrack360.world import Stage, World
from airflow_provider_fleetops.sandbox.fields import Fields, Invalid
from airflow_provider_fleetops.sandbox.webhooks import Outgoing, callback_problem


@dataclass(frozen=True, slots=True)
class Receiver:
    """Where the events go, and the secret that goes with them in a header."""

    url: str
    header: str
    secret: str

    def delivery(self, stage: Stage) -> Outgoing:
        """Write an event as the receiver gets it."""
        event = "JobOrderFill" if stage.stage == "Filled" else "ReferralWorkflowStage"
        payload = {
            "actionName": "fleetops",
            "actionType": "Event",
            "event": event,
            "jobOrderId": stage.job_order,
            "candidateId": stage.candidate,
            "clientId": stage.client,
            "stage": stage.stage,
            "occurredAt": stamp(stage.at),
        }
        headers = {self.header: self.secret} if self.secret else {}
        body = json.dumps(payload).encode()
        return Outgoing("fasttrack360", event, self.url, body, headers, subject=str(stage.job_order))


def read_receiver(data: Mapping[str, Any]) -> Receiver:
    """Read the control event "custom_action": ``url``, ``header`` (default x-fasttrack-secret), ``secret``."""
    fields = Fields.of(data)
    url = fields.text("url", high=2000)
    if problem := callback_problem(url, allow_http=True):
        raise Invalid("url", problem)
    return Receiver(url, fields.text("header", "x-fasttrack-secret"), fields.text("secret", ""))


def take_due(world: World, now: datetime) -> list[Stage]:
    """Remove and return the stages that were reached by now, in order."""
    due = sorted((stage for stage in world.stages if stage.at <= now), key=lambda stage: stage.at)
    world.stages = [stage for stage in world.stages if stage.at > now]
    return [stage for stage in due if _happened(world, stage)]


def _happened(world: World, stage: Stage) -> bool:
    """A planned fill that was overtaken by another fill or by a cancellation never took place."""
    job = world["jobOrders"].get(stage.job_order, stage.at)
    return stage.stage != "Filled" or job["filledCandidateId"] == stage.candidate
