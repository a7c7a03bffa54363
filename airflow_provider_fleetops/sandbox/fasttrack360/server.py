"""FastTrack360 as a vendor of the sandbox: gateway, routes, control events and the one outbound event it has."""

from __future__ import annotations

import base64
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from functools import partial
from random import Random
from typing import Any

from airflow_provider_fleetops.sandbox.clock import Clock
from airflow_provider_fleetops.sandbox.fasttrack360.actions import Receiver, read_receiver, take_due
from airflow_provider_fleetops.sandbox.fasttrack360.gate import Gate, gateway_reply, no_such_route
from airflow_provider_fleetops.sandbox.fasttrack360.refusal import Refusal
from airflow_provider_fleetops.sandbox.fasttrack360.routes import BASE, rows
from airflow_provider_fleetops.sandbox.fasttrack360.scripts import run_script
from airflow_provider_fleetops.sandbox.fasttrack360.seed import populate
from airflow_provider_fleetops.sandbox.fasttrack360.tokens import TOKEN_ROUTES, Tokens
from airflow_provider_fleetops.sandbox.fasttrack360.world import World
from airflow_provider_fleetops.sandbox.gateway import MAX_BODY
from airflow_provider_fleetops.sandbox.routes import Call, Reply, Route
from airflow_provider_fleetops.sandbox.webhooks import Outgoing

SECRETS = ("api_key", "other_api_key", "token", "client_id", "client_secret", "username", "password")

DEFAULTS: Mapping[str, Any] = {
    "rate": 20.0,
    "burst": 40,
    "daily_quota": 5000,
    "api_version": "12.32",
    "token_mode": "off",
    "token_seconds": 3600,
    "approval_levels": 1,
    "cancel_reason_required": True,
    "credit_check_required": False,
    "standard_description_required": False,
    "terms_required": False,
}


class FastTrack360:
    """The vendor. Its limits and the agency's settings are in ``limits`` and may be changed while it runs."""

    name = "fasttrack360"

    def __init__(self, clock: Clock, seed: int) -> None:
        self.limits: dict[str, Any] = dict(DEFAULTS)
        self._clock = clock
        self.reset(seed)
        self.routes: Sequence[Route] = [
            Route(name, method, BASE + path, "assumed", partial(self._handle, name))
            for name, method, path, _ in rows(self._world, self._tokens)
        ]

    def reset(self, seed: int) -> None:
        """Build the world again; the routes stay, their handlers are new."""
        random = Random(f"fasttrack360 keys {seed}")
        self._ids = Random(f"fasttrack360 request ids {seed}")
        self._secrets = {name: f"{random.getrandbits(120):030x}" for name in SECRETS}
        self._tokens = Tokens(self.limits, self._secrets, random)
        self._gate = Gate(self.limits, (self._secrets["api_key"], self._secrets["other_api_key"]), self._tokens)
        self._world = World(self.limits)
        self._receiver: Receiver | None = None
        self._effects = self._duplicates = 0
        populate(self._world, seed, self._clock.world())
        self._handlers = {name: handle for name, _, _, handle in rows(self._world, self._tokens)}

    def gate(self, call: Call, route: Route | None) -> Reply | None:
        """Judge key, token, throttle and quota."""
        refusal = self._gate.judge(call, route)
        return self._signed(refusal) if refusal else None

    def unknown(self, call: Call, known_methods: Sequence[str]) -> Reply:
        """Answer as the gateway does, for an unknown path and for a wrong method alike."""
        return self._signed(no_such_route())

    def broken(self, call: Call, error: str) -> Reply:
        """Answer an unreadable or oversized body."""
        if len(call.body) >= MAX_BODY:
            return self._signed(gateway_reply(413, "Request Too Long", "RequestTooLargeException"))
        return self._signed(gateway_reply(400, error, "BadRequestException"))

    def script(self, event: str, data: Mapping[str, Any]) -> Any:
        """Carry out a control event; see `scripts.EVENTS`. Raise `BadBody` for an unknown event or wrong data."""
        if event == "revoke_tokens":
            return self._tokens.revoke()
        if event == "custom_action":
            self._receiver = read_receiver(data)
            return True
        return run_script(self._world, self._clock.world(), event, data)

    def credentials(self) -> dict[str, str]:
        """Return keys, token, client, user and the version that is live."""
        return {**self._secrets, "api_version": str(self.limits["api_version"])}

    def stats(self) -> dict[str, Any]:
        """Return what was changed, done twice, spent today and refused."""
        return {
            "effects": self._effects,
            "duplicates": self._duplicates,
            "quota_used": self._gate.used(self._clock.gateway()),
            "throttled": self._gate.throttled,
            "limit_exceeded": self._gate.limit_exceeded,
            "logins": self._tokens.logins,
            "needless_logins": self._tokens.needless,
        }

    def outgoing(self) -> Sequence[Outgoing]:
        """Return the event custom actions that have become due; without a receiver they are lost."""
        due = take_due(self._world, self._clock.world())
        return [self._receiver.delivery(stage) for stage in due] if self._receiver else []

    def _handle(self, name: str, call: Call) -> Reply:
        if name in TOKEN_ROUTES and TOKEN_ROUTES[name] != self.limits["token_mode"]:
            return self._signed(no_such_route())
        if name != "auth.token" and not _is_json(call):
            return self._signed(gateway_reply(415, "Unsupported Media Type", "UnsupportedMediaTypeException"))
        try:
            reply = self._handlers[name](call)
        except Refusal as refusal:
            reply = Reply.of(_explained(refusal), refusal.status)
        self._effects += reply.effect is not None and name not in TOKEN_ROUTES
        self._duplicates += reply.broke == "duplicate"
        return self._signed(reply)

    def _signed(self, reply: Reply) -> Reply:
        """Add the identifiers that the gateway puts on every answer."""
        request = str(uuid.UUID(int=self._ids.getrandbits(128), version=4))
        gateway = base64.b64encode(self._ids.randbytes(11)).decode()
        return replace(reply, headers={**reply.headers, "x-amzn-RequestId": request, "x-amz-apigw-id": gateway})


def _is_json(call: Call) -> bool:
    kind = call.headers.get("content-type", "application/json").partition(";")[0].strip().lower()
    return not call.body or kind == "application/json"


def _explained(refusal: Refusal) -> dict[str, Any]:
    return {"message": refusal.message, "errors": [asdict(flaw) for flaw in refusal.flaws]}
