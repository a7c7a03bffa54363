"""Reservations: search, read, create, update, cancel."""

from __future__ import annotations

from datetime import datetime

from airflow_provider_fleetops.sandbox.fasttrak import drafts, views
from airflow_provider_fleetops.sandbox.fasttrak.answers import Answers
from airflow_provider_fleetops.sandbox.fasttrak.drafts import RefusedError
from airflow_provider_fleetops.sandbox.fasttrak.fleet import Fleet
from airflow_provider_fleetops.sandbox.fasttrak.rides import TERMINAL, Ride
from airflow_provider_fleetops.sandbox.fasttrak.shapes import CUSTOMER, OVERRIDES, Record, bind, insensitive, iso
from airflow_provider_fleetops.sandbox.fields import Fields, Invalid
from airflow_provider_fleetops.sandbox.routes import Call, Reply

MAX_RESULTS = 500
# Written by the server alone: an update cannot change them, whatever it carries.
_KEPT = ("customerId", "segmentId", "reservationStatus", "employeeId", "vehicleId")


class MissingError(Exception):
    """Something that does not exist; the text names it."""


class Reservations:
    """Handlers over one `Fleet`."""

    def __init__(self, answers: Answers, fleet: Fleet) -> None:
        self._answers = answers
        self._fleet = fleet

    def get(self, call: Call) -> Reply:
        """One reservation with its prices."""
        ride = self._ride(call)
        return self._answers.item(self._view(ride, call), subjects=(str(ride.id),))

    def search(self, call: Call) -> Reply:
        """Reservations by pick-up time; the same body serves the advanced search with two filters more."""
        body = insensitive(Fields.of(call.json()))
        first, last = body.instant("startDate"), body.instant("endDate")
        if last < first:
            raise Invalid("endDate", "must not be before startDate")
        driver = body.integer("employeeId", 0)
        limit = body.integer("maxResults", MAX_RESULTS, low=1)
        found = [ride for ride in self._fleet.in_window(first, last) if driver in (0, self._driver(ride, call.world))]
        rows = [views.reservation(self._fleet, ride, call.world, priced=False) for ride in found]
        return self._answers.items(rows[: min(limit, MAX_RESULTS)])

    def create(self, call: Call) -> Reply:
        """Book for a customer who is known by id."""
        body, detail, data = self._new(call)
        if not data["customerId"]:
            raise Invalid(detail.name("customerId"), "is required; a new customer goes through new-customer")
        return self._book(call, body, data)

    def create_with_customer(self, call: Call) -> Reply:
        """Book, and make the customer's profile unless an id says that there is one."""
        body, _, data = self._new(call)
        # A card is accepted and forgotten: nothing of it is kept.
        if body.has("creditCardInfo"):
            body.fields("creditCardInfo")
        summary = insensitive(body.fields("customerSummary"))
        data["customerId"] = data["customerId"] or summary.integer("customerId", 0)
        if data["customerId"]:
            if self._fleet.records.find("customers", "customerId", data["customerId"]) is None:
                raise Invalid(summary.name("customerId"), "is not a known id")
            return self._book(call, body, data)
        for name in ("firstName", "lastName"):
            summary.text(name)
        profile = bind(CUSTOMER, summary)
        return self._book(call, body, data, profile)

    def update(self, call: Call) -> Reply:
        """Replace the partner's fields; status and driver stay, except that a partner may cancel.

        https://support.ifasttrak.com/support/solutions/articles/62000222777
        """
        body = insensitive(Fields.of(call.json()))
        ride, detail = self._ride(call), body.fields("reservationDetail")
        data, overrides = drafts.trip(detail, self._fleet.records), self._overrides(body)
        if data["reservationId"] not in (0, ride.id):
            raise Invalid(detail.name("reservationId"), "must be that of the path")
        self._changeable(ride, call.world)
        if data["reservationStatus"] == "Cancelled":
            return self._cancelled(call, ride, data["cancelledBy"])
        data |= {key: ride.data[key] for key in _KEPT}
        moved = data["scheduledPickupTime"] != ride.data["scheduledPickupTime"]
        if moved and not overrides["disableLeadTimeChecks"]:
            drafts.lead_time(data, call.world, float(self._fleet.limits["lead_minutes"]))
        self._fleet.edit(ride, data, call.world)
        return self._saved(call, ride, overrides, "re-timed" if moved else "updated")

    def cancel(self, call: Call) -> Reply:
        """The assumed endpoint; cancelling by update is the other way."""
        body = insensitive(Fields.of(call.json() if call.body else {}))
        ride = self._ride(call)
        body.text("reason", "", low=0)
        self._changeable(ride, call.world)
        return self._cancelled(call, ride, body.text("cancelledBy", "", low=0))

    def _new(self, call: Call) -> tuple[Fields, Fields, Record]:
        body = insensitive(Fields.of(call.json()))
        detail = body.fields("reservationDetail")
        data = drafts.trip(detail, self._fleet.records)
        drafts.fresh(data, detail)
        if not self._overrides(body)["disableLeadTimeChecks"]:
            drafts.lead_time(data, call.world, float(self._fleet.limits["lead_minutes"]))
        return body, detail, data

    def _book(self, call: Call, body: Fields, data: Record, profile: Record | None = None) -> Reply:
        customer = profile or self._fleet.records.find("customers", "customerId", data["customerId"])
        assert customer is not None  # checked by id before
        drafts.purchase_order(data, customer)
        overrides = self._overrides(body)
        if profile:
            data["customerId"] = self._fleet.records.add_customer(profile, iso(call.world))["customerId"]
        ride, duplicate = self._fleet.book(data, call.world)
        return self._saved(call, ride, overrides, "created", broke="duplicate" if duplicate else None)

    def _overrides(self, body: Fields) -> Record:
        name = "reservationUpdateOverrides"
        return bind(OVERRIDES, body.fields(name) if body.has(name) else Fields({}))

    def _changeable(self, ride: Ride, now: datetime) -> None:
        status = ride.status(now)
        if views.finalized(self._fleet, ride, now):
            raise RefusedError("Reservation is finalized and cannot be changed")
        if status in TERMINAL:
            raise RefusedError(f"Reservation is {status} and cannot be changed")

    def _cancelled(self, call: Call, ride: Ride, by: str) -> Reply:
        self._fleet.cancel(ride, call.world, by)
        return self._saved(call, ride, {"disableReservationRetrieveAfterUpdate": False}, "cancelled")

    def _saved(self, call: Call, ride: Ride, overrides: Record, what: str, broke: str | None = None) -> Reply:
        unread = overrides["disableReservationRetrieveAfterUpdate"]
        shown = views.thin(ride, call.world) if unread else self._view(ride, call)
        return self._answers.item(shown, effect=f"reservation:{ride.id} {what}", broke=broke, subjects=(str(ride.id),))

    def _ride(self, call: Call) -> Ride:
        ride = self._fleet.rides.get(number(call, "reservationId"))
        if ride is None:
            raise MissingError("Reservation not found")
        return ride

    def _driver(self, ride: Ride, now: datetime) -> int:
        return ride.driver_id if ride.has_driver(now) else -1

    def _view(self, ride: Ride, call: Call) -> Record:
        return views.reservation(self._fleet, ride, call.world, priced=True)


def number(call: Call, name: str) -> int:
    """A path parameter that must be a positive 32-bit number."""
    text = call.params[name]
    if not (text.isascii() and text.isdigit() and len(text) <= 10 and 0 < int(text) < 2**31):
        raise Invalid(name, "must be a whole number")
    return int(text)
