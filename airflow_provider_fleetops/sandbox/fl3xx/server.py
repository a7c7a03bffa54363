"""The FL3XX server of the sandbox: gate, routes, scripts and webhooks over one fleet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from airflow_provider_fleetops.sandbox.clock import Clock
from airflow_provider_fleetops.sandbox.fl3xx.errors import Refusal, error
from airflow_provider_fleetops.sandbox.fl3xx.fleet import Fleet
from airflow_provider_fleetops.sandbox.fl3xx.gate import Gate, default_limits
from airflow_provider_fleetops.sandbox.fl3xx.handlers import V1, Handler, Row
from airflow_provider_fleetops.sandbox.fl3xx.routes_aircraft import aircraft_routes
from airflow_provider_fleetops.sandbox.fl3xx.routes_crew_v2 import crew_v2_routes
from airflow_provider_fleetops.sandbox.fl3xx.routes_dispatch import dispatch_routes
from airflow_provider_fleetops.sandbox.fl3xx.routes_flights import flight_routes, list_flights
from airflow_provider_fleetops.sandbox.fl3xx.routes_people import people_routes
from airflow_provider_fleetops.sandbox.fl3xx.routes_quotes import quote_routes
from airflow_provider_fleetops.sandbox.fl3xx.routes_v2 import v2_routes
from airflow_provider_fleetops.sandbox.fl3xx.routes_webhooks import WebhookApi
from airflow_provider_fleetops.sandbox.fl3xx.subscriptions import Subscriptions
from airflow_provider_fleetops.sandbox.routes import BadBody, Call, Reply, Route
from airflow_provider_fleetops.sandbox.webhooks import Outgoing


class Fl3xxServer:
    """FL3XX as far as its contract is known; ``limits`` are those of `default_limits`."""

    name = "fl3xx"

    def __init__(self, clock: Clock, seed: int) -> None:
        self._clock = clock
        self.limits: dict[str, Any] = default_limits()
        self._subscriptions = Subscriptions()
        self.reset(seed)
        self.routes: Sequence[Route] = [
            Route(name, method, path, label, partial(self._handle, handler))
            for name, method, path, label, handler in self._rows()
        ]

    def reset(self, seed: int) -> None:
        """Build the world again."""
        self._token = f"SIM-TOKEN-{seed:04d}"
        self._client_id = "sim-client"
        self._gate = Gate(self._token, self._client_id, self.limits)
        self._fleet = Fleet(seed, self._clock.world())
        self._subscriptions.all.clear()
        self._announced: datetime = self._clock.world()

    def gate(self, call: Call, route: Route | None) -> Reply | None:
        """Check token, rights, fair use."""
        return self._gate.check(call, route)

    def unknown(self, call: Call, known_methods: Sequence[str]) -> Reply:
        """Answer 404, or 405 where only the method is wrong."""
        return self._error(call, 405 if known_methods else 404, "No such resource")

    def broken(self, call: Call, error: str) -> Reply:
        """Answer 400."""
        return self._error(call, 400, error)

    def script(self, event: str, data: Mapping[str, Any]) -> Any:
        """Carry out slip, cancel, status, close, aog or release."""
        try:
            return self._fleet.script(event, data, self._clock.world())
        except Refusal as refusal:
            raise BadBody(refusal.message) from refusal

    def credentials(self) -> dict[str, str]:
        """Return the token, and the client id that v2 wants besides."""
        return {"token": self._token, "client_id": self._client_id}

    def stats(self) -> dict[str, Any]:
        """Return counts of what exists and of what was ordered twice."""
        fleet = self._fleet
        return {
            "flights": len(fleet.flights),
            "bookings": len(fleet.bookings),
            "duplicates": len(fleet.duplicates),
            "subscriptions": len(self._subscriptions.all),
        }

    def outgoing(self) -> list[Outgoing]:
        """Return the webhook deliveries of what has happened since the last question."""
        now = self._clock.world()
        self._fleet.plan(now)
        events, self._fleet.events = self._fleet.events, []
        if self._subscriptions.active(self._clock.gateway()):
            events += self._fleet.milestones_between(self._announced, now)
        self._announced = now
        return self._subscriptions.deliveries(events, self._clock.gateway(), coalesce=self.limits["coalesce_webhooks"])

    def _rows(self) -> list[Row]:
        return [
            ("flights.list", "GET", f"{V1}/flight/flights", "documented", self._list_flights),
            *flight_routes(),
            *dispatch_routes(),
            *aircraft_routes(self.limits),
            *quote_routes(),
            *people_routes(),
            *v2_routes(),
            *crew_v2_routes(),
            *WebhookApi(self._subscriptions, self.limits).rows(),
        ]

    def _list_flights(self, fleet: Fleet, call: Call) -> Reply:
        return list_flights(fleet, call, self.limits["flights_days"])

    def _handle(self, handler: Handler, call: Call) -> Reply:
        self._fleet.plan(call.world)
        try:
            return handler(self._fleet, call)
        except Refusal as refusal:
            return self._error(call, refusal.status, refusal.message)

    def _error(self, call: Call, status: int, message: str) -> Reply:
        return error(call, status, message, style=self.limits["error_body"])
