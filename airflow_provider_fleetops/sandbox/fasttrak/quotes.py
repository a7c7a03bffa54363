"""Quote packages: price a trip, then book it before the price expires. All of it is assumed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow_provider_fleetops.sandbox.fasttrak import drafts, views
from airflow_provider_fleetops.sandbox.fasttrak.answers import Answers
from airflow_provider_fleetops.sandbox.fasttrak.drafts import RefusedError
from airflow_provider_fleetops.sandbox.fasttrak.fleet import Fleet, Quote
from airflow_provider_fleetops.sandbox.fasttrak.pricing import price
from airflow_provider_fleetops.sandbox.fasttrak.reservations import MissingError
from airflow_provider_fleetops.sandbox.fasttrak.shapes import (
    COLLECTION_TYPES,
    CUSTOMER,
    PASSENGER,
    Record,
    bind,
    insensitive,
    iso,
)
from airflow_provider_fleetops.sandbox.fields import Fields, Invalid
from airflow_provider_fleetops.sandbox.routes import Call, Reply


class Quotes:
    """Handlers over one `Fleet`."""

    def __init__(self, answers: Answers, fleet: Fleet) -> None:
        self._answers = answers
        self._fleet = fleet

    def create(self, call: Call) -> Reply:
        """Price one to five legs for each asked vehicle type; the package lives `quote_minutes` of gateway time."""
        body = insensitive(Fields.of(call.json()))
        types = self._types(body)
        rows = body.rows("reservationDetails", high=5)
        legs = [drafts.trip(_typed(row, types[0]), self._fleet.records) for row in rows]
        expires = call.gateway + timedelta(minutes=float(self._fleet.limits["quote_minutes"]))
        customer = self._customer(body, call)
        quotes = {self._fleet.guid(): vehicle_type for vehicle_type in types}
        package = Quote(self._fleet.guid(), legs, customer, expires, quotes)
        self._fleet.quotes[package.id] = package
        effect = f"quote_package:{package.id} created"
        return self._answers.item(self._view(package), effect=effect, subjects=(package.id,))

    def get(self, call: Call) -> Reply:
        """A package with its prices."""
        return self._answers.item(self._view(self._package(call)))

    def book(self, call: Call) -> Reply:
        """Book every leg at one of the quoted vehicle types; answer with the first."""
        body, package = insensitive(Fields.of(call.json())), self._package(call)
        vehicle_type = package.quotes.get(body.text("quoteId"))
        if vehicle_type is None:
            raise Invalid("quoteId", "is not a quote of this package")
        if package.booked or package.expires <= call.gateway:
            raise RefusedError("Quote package is already booked" if package.booked else "Quote package has expired")
        legs = [leg | self._booking(body, package, vehicle_type) for leg in package.legs]
        package.booked = True
        booked = [self._fleet.book(leg, call.world, quoted=True) for leg in legs]
        ride = booked[0][0]
        return self._answers.item(
            views.reservation(self._fleet, ride, call.world, priced=True),
            effect=f"reservation:{ride.id} created",
            broke="duplicate" if any(duplicate for _, duplicate in booked) else None,
            subjects=tuple(str(made.id) for made, _ in booked),
        )

    def _types(self, body: Fields) -> list[int]:
        """The asked vehicle types, or all that the internet may book."""
        open_types = [t["vehicleTypeId"] for t in self._fleet.records.vehicle_types if not t[_HIDDEN]]
        asked: Any = body.data.get("vehicleTypeIds")
        if asked in (None, []):
            return open_types
        if not isinstance(asked, list) or any(type(number) is not int or number not in open_types for number in asked):
            raise Invalid("vehicleTypeIds", "must be a list of known vehicle types")
        return list(dict.fromkeys(asked))

    def _customer(self, body: Fields, call: Call) -> int:
        summary = insensitive(body.fields("customerSummary"))
        if number := summary.integer("customerId", 0):
            if self._fleet.records.find("customers", "customerId", number) is None:
                raise Invalid("customerSummary.customerId", "is not a known id")
            return number
        for name in ("firstName", "lastName"):
            summary.text(name)
        return int(self._fleet.records.add_customer(bind(CUSTOMER, summary), iso(call.world))["customerId"])

    def _booking(self, body: Fields, package: Quote, vehicle_type: int) -> Record:
        """What booking adds to each leg."""
        collection = body.choice("collectionType", COLLECTION_TYPES, "None")
        added: Record = {"vehicleTypeId": vehicle_type, "customerId": package.customer_id, "collectionType": collection}
        added["collectionMethod"] = body.text("collectionMethod", "None")
        if body.has("primaryPassenger"):
            added["primaryPassenger"] = bind(PASSENGER, body.fields("primaryPassenger"))
        return added

    def _package(self, call: Call) -> Quote:
        package = self._fleet.quotes.get(call.params["quotePackageId"].lower())
        if package is None:
            raise MissingError("Quote package not found")
        return package

    def _view(self, package: Quote) -> Record:
        return {
            "quotePackageId": package.id,
            "status": "Booked" if package.booked else "Quotation",
            "expiresUTC": iso(package.expires),
            "quotes": [self._quote(package, key, number) for key, number in package.quotes.items()],
        }

    def _quote(self, package: Quote, quote_id: str, vehicle_type: int) -> Record:
        return {
            "quoteId": quote_id,
            "vehicleTypeSummary": self._fleet.records.find("vehicle_types", "vehicleTypeId", vehicle_type),
            "pricingInformation": price(vehicle_type, sum(leg["estimatedHours"] for leg in package.legs)),
        }


_HIDDEN = "isExcludedFromInternetReservations"


def _typed(row: Fields, vehicle_type: int) -> Fields:
    """A leg of a quote names no vehicle type: it gets the first asked one until it is booked."""
    given = insensitive(row)
    return row if given.integer("vehicleTypeId", 0) else Fields({**row.data, "vehicleTypeId": vehicle_type}, row.where)
