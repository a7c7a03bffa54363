"""Quote packages of FASTTRAK: ask for prices, approve one, book it. All of their endpoints are assumed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from airflow_provider_fleetops.operators.base import listed
from airflow_provider_fleetops.operators.fasttrak.base import (
    SEARCH_HOURS,
    FasttrakOperator,
    FasttrakTripOperator,
    Personal,
    Time,
)

if TYPE_CHECKING:
    from airflow.sdk import Context


class FasttrakCreateQuoteOperator(FasttrakTripOperator):
    """Ask what a trip costs, with one quote for each vehicle type.

    An identical question, whoever repeats it, gets the same package until it expires, and then a new one. A package
    whose answer was lost expires unbooked, so asking again is safe; a customer who is not known by number needs an
    e-mail address, so that it makes no second profile.

    Returns ``quote_package_id``, ``expires``, ``quotes`` (each ``quote_id``, ``vehicle_type_id`` and ``total``),
    ``external_booking_id`` and ``scheduled_pickup_time``.

    :param external_booking_id: your own key of the booking that may follow: it is found by it. (templated)
    :param scheduled_pickup_time: ISO-8601 with a zone. (templated)
    :param customer: ``first_name``, ``last_name``, ``email``, ``phone``, ``cell_phone`` of who books. Not needed with
        ``customer_id``. Never stored among the rendered fields.
    :param customer_id: a customer who is known. (templated)
    :param travel_type: ``Ground``, ``Arrival``, ``Departure`` or ``Transfer``. (templated)
    :param vehicle_type_ids: numbers of ``vehicle_types.list``; by default all that may be booked so. (templated)
    """

    template_fields: Sequence[str] = (
        *FasttrakTripOperator.template_fields,
        "external_booking_id",
        "scheduled_pickup_time",
        "customer_id",
        "travel_type",
        "vehicle_type_ids",
    )
    personal_fields: ClassVar[Sequence[str]] = (*FasttrakTripOperator.personal_fields, "customer")
    guarantee: ClassVar[str] = "idempotent"
    calls: ClassVar[str] = "1 to 2: customer, quote"

    def __init__(
        self,
        *,
        external_booking_id: str,
        scheduled_pickup_time: Time,
        passenger: Personal,
        from_location: Personal,
        to_location: Personal,
        customer: Personal = None,
        customer_id: int | str | None = None,
        travel_type: str = "Ground",
        vehicle_type_ids: int | str | Sequence[int | str] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(passenger=passenger, from_location=from_location, to_location=to_location, **kwargs)
        self.external_booking_id = external_booking_id
        self.scheduled_pickup_time = scheduled_pickup_time
        self.customer = customer
        self.customer_id = customer_id
        self.travel_type = travel_type
        self.vehicle_type_ids = vehicle_type_ids

    def act(self, context: Context) -> dict[str, Any]:
        told: dict[str, Any] = self.hook.create_quote(
            self.trip("external_booking_id", "customer_id", "travel_type"),
            scheduled_pickup_time=self.scheduled_pickup_time,
            customer=self.personal("customer"),
            vehicle_type_ids=listed(self.vehicle_type_ids),
            **self.ends(),
        )
        self.log.info("%d quotes until %s", len(told["quotes"]), told["expires"])
        return told


class FasttrakApproveQuoteOperator(FasttrakOperator):
    """Choose the cheapest quote of a package, if its price is within a limit; else fail, and nothing is booked.

    The package is read again: one that is booked, or expires too soon, is refused. Put a task of yours in between
    where a person should decide. Returns ``quote_package_id``, ``quote_id``, ``vehicle_type_id``, ``total`` and
    ``expires``.

    :param quote_package_id: from :class:`FasttrakCreateQuoteOperator`. (templated)
    :param max_total: the most that the trip may cost, in the operator's currency. (templated)
    :param vehicle_type_ids: the vehicle types that will do; by default all. (templated)
    :param minutes_left: so much time must remain until the package expires. (templated)
    """

    template_fields: Sequence[str] = (
        "fasttrak_conn_id",
        "quote_package_id",
        "max_total",
        "vehicle_type_ids",
        "minutes_left",
    )
    calls: ClassVar[str] = "1"

    def __init__(
        self,
        *,
        quote_package_id: str,
        max_total: float | str,
        vehicle_type_ids: int | str | Sequence[int | str] | None = None,
        minutes_left: float | str = 0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.quote_package_id = quote_package_id
        self.max_total = max_total
        self.vehicle_type_ids = vehicle_type_ids
        self.minutes_left = minutes_left

    def act(self, context: Context) -> dict[str, Any]:
        told: dict[str, Any] = self.hook.approve_quote(
            self.quote_package_id,
            max_total=self.max_total,
            vehicle_type_ids=listed(self.vehicle_type_ids),
            minutes_left=self.minutes_left,
        )
        self.log.info("Quote %s costs %s", told["quote_id"], told["total"])
        return told


class FasttrakBookQuoteOperator(FasttrakOperator):
    """Book a quote, once per ``external_booking_id``.

    The same promise as :class:`~airflow_provider_fleetops.operators.fasttrak.FasttrakCreateReservationOperator` makes:
    the key goes to the ledger before anything is sent, reservations near the pick-up are searched for it before the
    first booking and after an unclear outcome, and whoever comes later gets the same reservation. A package that has
    expired is refused; a new quote of the same trip may then be booked under the same key.

    Returns ``reservation_id``, ``external_booking_id``, ``created``, ``status``, ``scheduled_pickup_time`` and
    ``quote_package_id``.

    :param quote_package_id: the package. (templated)
    :param quote_id: the quote in it, for example the one that was approved. (templated)
    :param external_booking_id: the key that the quoted trip carries. (templated)
    :param scheduled_pickup_time: the quoted pick-up, ISO-8601 with a zone. (templated)
    :param passenger: who travels, where it is somebody else than was quoted for: ``name``, ``phone``, ``email``, …
        Never stored among the rendered fields.
    :param collection_type: how it is paid, for example ``Billing``; the words are FASTTRAK's. (templated)
    :param collection_method: for example ``Billing_Account``. (templated)
    :param search_hours: how far from the pick-up a reservation with this key is searched. (templated)
    """

    template_fields: Sequence[str] = (
        "fasttrak_conn_id",
        "quote_package_id",
        "quote_id",
        "external_booking_id",
        "scheduled_pickup_time",
        "collection_type",
        "collection_method",
        "search_hours",
    )
    personal_fields: ClassVar[Sequence[str]] = ("passenger",)
    guarantee: ClassVar[str] = "effectively once"
    calls: ClassVar[str] = "2: search, booking"

    def __init__(
        self,
        *,
        quote_package_id: str,
        quote_id: str,
        external_booking_id: str,
        scheduled_pickup_time: Time,
        passenger: Personal = None,
        collection_type: str | None = None,
        collection_method: str | None = None,
        search_hours: float | str = SEARCH_HOURS,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.quote_package_id = quote_package_id
        self.quote_id = quote_id
        self.external_booking_id = external_booking_id
        self.scheduled_pickup_time = scheduled_pickup_time
        self.passenger = passenger
        self.collection_type = collection_type
        self.collection_method = collection_method
        self.search_hours = search_hours

    def act(self, context: Context) -> dict[str, Any]:
        told: dict[str, Any] = self.hook.book_quote(
            quote_package_id=self.quote_package_id,
            quote_id=self.quote_id,
            external_booking_id=self.external_booking_id,
            scheduled_pickup_time=self.scheduled_pickup_time,
            passenger=self.personal("passenger"),
            collection_type=self.collection_type,
            collection_method=self.collection_method,
            search_hours=self.search_hours,
        )
        what = "booked" if told["created"] else "was booked before"
        self.log.info("Reservation %s %s (%s)", told["reservation_id"], what, told["status"])
        return told
