"""Book a car at FASTTRAK."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from airflow_provider_fleetops.operators.fasttrak.base import SEARCH_HOURS, FasttrakTripOperator, Personal, Time

if TYPE_CHECKING:
    from airflow.sdk import Context


class FasttrakCreateReservationOperator(FasttrakTripOperator):
    """Book a car, once per ``external_booking_id``.

    The key is written to the provider's ledger before anything is sent, so tasks that book the same key at the same
    moment book once, and one that comes later gets the first one's reservation. Before the first booking the
    reservations within ``search_hours`` of the pick-up are searched for the key; one that is there is given back,
    whatever its state. After an unclear outcome the search is repeated once: found is success, not found fails the
    try, and the next try searches again before it books. Another trip under the same key is an error; other notes
    and other times are not, for they may be estimates: up to a day, or ``search_hours`` where that is longer.

    A customer with a known e-mail address is used again; otherwise the booking makes the profile. FASTTRAK checks lead
    times, prices the trip and notifies the passenger unless ``overrides`` say otherwise.

    Returns ``reservation_id``, ``external_booking_id``, ``created``, ``status`` and ``scheduled_pickup_time``.

    :param external_booking_id: your own key of this booking: the same for every retry and re-run. (templated)
    :param scheduled_pickup_time: ISO-8601 with a zone. (templated)
    :param customer: ``first_name``, ``last_name``, ``email``, ``phone``, ``cell_phone`` of who books. Not needed with
        ``customer_id``. Never stored among the rendered fields.
    :param customer_id: a customer who is known. (templated)
    :param travel_type: ``Ground``, ``Arrival``, ``Departure`` or ``Transfer``. (templated)
    :param pricing_id: a number of ``pricing_plans.list``. (templated)
    :param overrides: FASTTRAK's ``reservationUpdateOverrides``, for example ``{"disableLeadTimeChecks": True}``.
    :param search_hours: how far from the pick-up a reservation with this key is searched. (templated)
    """

    template_fields: Sequence[str] = (
        *FasttrakTripOperator.template_fields,
        "external_booking_id",
        "scheduled_pickup_time",
        "customer_id",
        "travel_type",
        "pricing_id",
        "search_hours",
    )
    personal_fields: ClassVar[Sequence[str]] = (*FasttrakTripOperator.personal_fields, "customer")
    guarantee: ClassVar[str] = "effectively once"
    calls: ClassVar[str] = "2 to 4: customer, search, booking"

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
        pricing_id: int | str | None = None,
        overrides: Mapping[str, bool] | None = None,
        search_hours: float | str = SEARCH_HOURS,
        **kwargs: Any,
    ) -> None:
        super().__init__(passenger=passenger, from_location=from_location, to_location=to_location, **kwargs)
        self.external_booking_id = external_booking_id
        self.scheduled_pickup_time = scheduled_pickup_time
        self.customer = customer
        self.customer_id = customer_id
        self.travel_type = travel_type
        self.pricing_id = pricing_id
        self.overrides = overrides
        self.search_hours = search_hours

    def act(self, context: Context) -> dict[str, Any]:
        told: dict[str, Any] = self.hook.ensure_reservation(
            self.trip("external_booking_id", "customer_id", "travel_type", "pricing_id"),
            scheduled_pickup_time=self.scheduled_pickup_time,
            customer=self.personal("customer"),
            overrides=self.overrides,
            search_hours=self.search_hours,
            **self.ends(),
        )
        what = "booked" if told["created"] else "was booked before"
        self.log.info("Reservation %s %s (%s)", told["reservation_id"], what, told["status"])
        return told
