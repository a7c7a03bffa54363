"""FASTTRAK as a `VendorServer`: one operator's database behind the Partner API."""

from __future__ import annotations

import random
import uuid
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from airflow_provider_fleetops.sandbox.clock import Clock
from airflow_provider_fleetops.sandbox.fasttrak.answers import Answers, Gate
from airflow_provider_fleetops.sandbox.fasttrak.drafts import RefusedError
from airflow_provider_fleetops.sandbox.fasttrak.fleet import Fleet
from airflow_provider_fleetops.sandbox.fasttrak.lists import Lists
from airflow_provider_fleetops.sandbox.fasttrak.logins import Logins
from airflow_provider_fleetops.sandbox.fasttrak.quotes import Quotes
from airflow_provider_fleetops.sandbox.fasttrak.reservations import MissingError, Reservations
from airflow_provider_fleetops.sandbox.fasttrak.rides import DEFAULT_OFFSETS
from airflow_provider_fleetops.sandbox.fasttrak.scripts import run
from airflow_provider_fleetops.sandbox.fasttrak.tokens import DEFAULT_LIFETIMES, Sessions
from airflow_provider_fleetops.sandbox.fasttrak.webhooks import Webhooks
from airflow_provider_fleetops.sandbox.routes import Call, Handler, Reply, Route, Row
from airflow_provider_fleetops.sandbox.webhooks import Outgoing


class Fasttrak:
    """See `airflow_provider_fleetops.sandbox.routes.VendorServer`."""

    name = "fasttrak"

    def __init__(self, clock: Clock, seed: int) -> None:
        self._clock = clock
        self.limits: dict[str, Any] = {
            **DEFAULT_LIFETIMES,
            **DEFAULT_OFFSETS,
            # World minutes that must lie between a booking and its pick-up.
            "lead_minutes": 0,
            # Gateway minutes that a quote package lives.
            "quote_minutes": 30,
            # 1: business failures come as HTTP 200.
            "failures_as_200": 0,
            # API areas that the operator has not granted, such as "customers".
            "denied_areas": [],
        }
        self._answers = Answers(self.limits)
        self.reset(seed)
        self.routes: Sequence[Route] = _routes(self)

    def reset(self, seed: int) -> None:
        """Build keys, sessions and fleet again from the seed."""
        draw = random.Random(f"fasttrak-keys:{seed}")
        self._keys = {
            "partner_access_key": draw.randbytes(16).hex(),
            "partner_access_key_secondary": draw.randbytes(16).hex(),
            "partner_api_version": "v2.2",
            "system_id": str(uuid.UUID(int=draw.getrandbits(128), version=4)),
            "username": "fleetops-web-service",
            "password": draw.randbytes(9).hex(),
        }
        user = {name: self._keys[name] for name in ("username", "password", "system_id")}
        keys = (self._keys["partner_access_key"], self._keys["partner_access_key_secondary"])
        self.sessions = Sessions(self.limits, **user, seed=seed)
        self._gate = Gate(self._answers, self.sessions, keys)
        self.fleet = Fleet(seed, self._clock.world(), self.limits)
        self.webhooks = Webhooks(self._answers, self.fleet, self.sessions.system_id)
        self.parts: dict[str, Any] = {
            "logins": Logins(self._answers, self.sessions),
            "reservations": Reservations(self._answers, self.fleet),
            "quotes": Quotes(self._answers, self.fleet),
            "lists": Lists(self._answers, self.fleet),
            "webhooks": self.webhooks,
        }

    def answer(self, call: Call, handle: Handler) -> Reply:
        """Run a handler; a rule that forbids is a FAILURE in HTTP 200, what is missing a 404."""
        try:
            return handle(call)
        except RefusedError as error:
            return self._answers.refuse(str(error), 200, shown=True)
        except MissingError as error:
            return self._answers.failure(str(error), 404)

    def gate(self, call: Call, route: Route | None) -> Reply | None:
        """Check headers, bearer token and grants."""
        return self._gate.check(call, route)

    def unknown(self, call: Call, known_methods: Sequence[str]) -> Reply:
        """Answer an unknown path or method in the vendor's envelope."""
        if known_methods:
            return self._answers.refuse("Method not allowed", 405)
        return self._answers.refuse("Resource not found", 404)

    def broken(self, call: Call, error: str) -> Reply:
        """Answer a body that breaks a rule; the text names field and rule."""
        return self._answers.failure(error, 400)

    def script(self, event: str, data: Mapping[str, Any]) -> Any:
        """Move a reservation or revoke tokens; see `scripts.run`."""
        return run(self.fleet, self.sessions, self._clock.world(), event, data)

    def outgoing(self) -> Sequence[Outgoing]:
        """Webhook deliveries that have become due."""
        return self.webhooks.due(self._clock.world())

    def credentials(self) -> dict[str, str]:
        """The values of the three headers, and the web-service user."""
        return dict(self._keys)

    def stats(self) -> dict[str, Any]:
        """Reservations by what was done to them, repetitions, logins, and how many there are in each status."""
        fleet, now = self.fleet, self._clock.world()
        return {
            "effects": fleet.created + fleet.updated + fleet.cancelled,
            "created": fleet.created,
            "updated": fleet.updated,
            "cancelled": fleet.cancelled,
            "duplicates": fleet.duplicates,
            **self.sessions.counts,
            "statuses": dict(Counter(ride.status(now) for ride in fleet.rides.values())),
        }


def _routes(vendor: Fasttrak) -> list[Route]:
    """Every endpoint of the contract, sections 2.1 and 6."""

    def to(part: str, name: str) -> Handler:
        # Looked up at each call: a reset makes new parts.
        return lambda call: vendor.answer(call, getattr(vendor.parts[part], name))

    def listing(kind: str) -> Handler:
        return lambda call: vendor.answer(call, vendor.parts["lists"].all(kind))

    table: list[Row] = [
        ("auth.web_service_user", "POST", "/api/authentication/web-service-user", "documented", to("logins", "enter")),
        ("auth.partner", "POST", "/api/authentication/partner", "documented", to("logins", "enter")),
        ("companies.list", "GET", "/api/companies", "documented", listing("companies")),
        ("customers.list", "GET", "/api/customers", "documented", to("lists", "customers")),
        ("customers.search", "POST", "/api/customers/search", "seen", to("lists", "search_customers")),
        ("customer.get", "GET", "/api/customers/{customerId}", "assumed", to("lists", "customer")),
        ("customer.create", "POST", "/api/customers", "assumed", to("lists", "create_customer")),
        ("customer.update", "PUT", "/api/customers/{customerId}", "assumed", to("lists", "update_customer")),
        ("employees.list", "GET", "/api/employees", "documented", to("lists", "employees")),
        ("affiliates.list", "GET", "/api/affiliates", "seen", listing("affiliates")),
        ("pricing_plans.list", "GET", "/api/pricing-plans", "seen", to("lists", "pricing_plans")),
        ("vehicles.list", "GET", "/api/vehicles", "documented", listing("vehicles")),
        ("vehicle_types.list", "GET", "/api/vehicle-types", "assumed", listing("vehicle_types")),
        ("corporate_profiles.list", "GET", "/api/corporate-profiles", "assumed", listing("corporate_profiles")),
        ("employee_pays.search", "POST", "/api/employee-pays/search", "seen", to("lists", "pays")),
        ("reservation.employee_pays", "GET", _PAYS, "seen", to("lists", "pays_of_reservation")),
        ("invoices.aging_report", "POST", "/api/Invoices/aging-report", "seen", to("lists", "ageing")),
        ("documents.employee_pay_report", "POST", _DOCUMENT, "seen", to("lists", "pay_document")),
        ("webhooks.list", "GET", "/api/webhooks", "assumed", to("webhooks", "registered")),
        ("webhook.create", "POST", "/api/webhooks", "assumed", to("webhooks", "create")),
        ("webhook.delete", "DELETE", "/api/webhooks/{webhookId}", "assumed", to("webhooks", "delete")),
    ]
    return [Route(*row) for row in (*table, *_rides(to))]


def _rides(to: Callable[[str, str], Handler]) -> list[Row]:
    """Reservations, and the quotes that become some."""
    one, package = "/api/reservations/{reservationId}", "/api/quote-packages/{quotePackageId}"
    return [
        ("reservation.get", "GET", one, "seen", to("reservations", "get")),
        ("reservations.search", "POST", "/api/reservations/search", "seen", to("reservations", "search")),
        ("reservations.search_advanced", "POST", _ADVANCED, "seen", to("reservations", "search")),
        ("reservation.create_new_customer", "POST", _NEW_CUSTOMER, "seen", to("reservations", "create_with_customer")),
        ("reservation.create", "POST", "/api/reservations", "assumed", to("reservations", "create")),
        ("reservation.update", "PUT", one, "assumed", to("reservations", "update")),
        ("reservation.cancel", "POST", f"{one}/cancel", "assumed", to("reservations", "cancel")),
        ("quote_package.create", "POST", "/api/quote-packages", "assumed", to("quotes", "create")),
        ("quote_package.get", "GET", package, "assumed", to("quotes", "get")),
        ("quote_package.book", "POST", f"{package}/book", "assumed", to("quotes", "book")),
    ]


_ADVANCED = "/api/reservations/search-advanced"
_NEW_CUSTOMER = "/api/reservations/new-customer"
_PAYS = "/api/reservation-pays/{reservationId}/employee-pays"
_DOCUMENT = "/api/communication/view-document/employee-pay-report"
