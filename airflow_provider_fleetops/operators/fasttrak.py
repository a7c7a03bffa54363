"""Operators for the FASTTRAK Partner API (limousines)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from airflow.sdk import BaseOperatorLink

from airflow_provider_fleetops.operators.base import FleetOpsOperator

if TYPE_CHECKING:
    from airflow.sdk import BaseOperator, Context

    Time = datetime | str
    Personal = Any  # a value, a template, or a callable that takes the context

SEARCH_HOURS = 24.0


class FasttrakApiLink(BaseOperatorLink):
    """FASTTRAK's page for developers."""

    name = "FASTTRAK: Partner API"

    def get_link(self, operator: BaseOperator, *, ti_key: Any) -> str:
        return "https://developer.ifasttrak.com/security"


class FasttrakOperator(FleetOpsOperator):
    """What the operators of FASTTRAK share."""

    operator_extra_links = (FasttrakApiLink(),)
    hook_name: ClassVar[str] = "airflow_provider_fleetops.hooks.fasttrak:FasttrakHook"
    conn_id_field: ClassVar[str] = "fasttrak_conn_id"
    ui_color = "#e7e1f5"


class FasttrakCreateReservationOperator(FasttrakOperator):
    """Book a car, once per ``external_booking_id``.

    The key is written to the provider's ledger before anything is sent, so tasks that book the same key at the same
    moment book once, and one that comes later gets the first one's reservation. Before the first booking the
    reservations within ``search_hours`` of the pick-up are searched for the key; one that is there is given back,
    whatever its state. After an unclear outcome the search is repeated once: found is success, not found fails the
    try, and the next try searches again before it books. Another trip under the same key is an error; other times
    are not, for they may be estimates.

    A customer with a known e-mail address is used again; otherwise the booking makes the profile. FASTTRAK checks lead
    times, prices the trip and notifies the passenger unless ``overrides`` say otherwise.

    Returns ``reservation_id``, ``external_booking_id``, ``created``, ``status`` and ``scheduled_pickup_time``.

    :param external_booking_id: your own key of this booking: the same for every retry and re-run. (templated)
    :param scheduled_pickup_time: ISO-8601 with a zone. (templated)
    :param passenger: ``name``, ``phone``, ``email``, ``alias`` (the name on the greet sign), ``notify_by_email``,
        ``notify_by_sms``. Never stored among the rendered fields.
    :param from_location: an address as text, or the vendor's location object. Never stored among the rendered fields.
    :param to_location: the same for the other end.
    :param customer: ``first_name``, ``last_name``, ``email``, ``phone``, ``cell_phone`` of who books. Not needed with
        ``customer_id``. Never stored among the rendered fields.
    :param notes: ``trip_notes``, ``dispatch_notes``, ``driver_notes``. Never stored among the rendered fields.
    :param travel_type: ``Ground``, ``Arrival`` or ``Departure``. (templated)
    :param flight: ``airport_code``, ``airline_code``, ``flight_number``, ``scheduled_time``; for an arrival it stands
        at the start, for a departure at the end. (templated)
    :param vehicle_type_id: a number of ``vehicle_types.list``. (templated)
    :param pricing_id: a number of ``pricing_plans.list``. (templated)
    :param company_id: a number of ``companies.list``. (templated)
    :param customer_id: a customer who is known. (templated)
    :param passenger_count: how many travel. (templated)
    :param luggage_count: their bags. (templated)
    :param is_vip: mark the trip as VIP. (templated)
    :param reference_po: the customer's purchase order. (templated)
    :param details: further fields of the reservation in FASTTRAK's own names, such as ``bookingSource`` or
        ``collectionType``, whose values each operator defines; card data has no place here. (templated)
    :param overrides: FASTTRAK's ``reservationUpdateOverrides``, for example ``{"disableLeadTimeChecks": True}``.
    :param search_hours: how far from the pick-up a reservation with this key is searched. (templated)
    :param fasttrak_conn_id: a connection of type ``fasttrak``. (templated)
    """

    template_fields: Sequence[str] = (
        "fasttrak_conn_id",
        "external_booking_id",
        "scheduled_pickup_time",
        "travel_type",
        "flight",
        "vehicle_type_id",
        "pricing_id",
        "company_id",
        "customer_id",
        "passenger_count",
        "luggage_count",
        "is_vip",
        "reference_po",
        "details",
        "search_hours",
    )
    personal_fields: ClassVar[Sequence[str]] = ("passenger", "customer", "from_location", "to_location", "notes")
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
        notes: Personal = None,
        travel_type: str = "Ground",
        flight: Mapping[str, Any] | None = None,
        vehicle_type_id: int | str | None = None,
        pricing_id: int | str | None = None,
        company_id: int | str | None = None,
        customer_id: int | str | None = None,
        passenger_count: int | str | None = None,
        luggage_count: int | str | None = None,
        is_vip: bool | str | None = None,
        reference_po: str | None = None,
        details: Mapping[str, Any] | None = None,
        overrides: Mapping[str, bool] | None = None,
        search_hours: float | str = SEARCH_HOURS,
        fasttrak_conn_id: str = "fasttrak_default",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.external_booking_id = external_booking_id
        self.scheduled_pickup_time = scheduled_pickup_time
        self.passenger = passenger
        self.from_location = from_location
        self.to_location = to_location
        self.customer = customer
        self.notes = notes
        self.travel_type = travel_type
        self.flight = flight
        self.vehicle_type_id = vehicle_type_id
        self.pricing_id = pricing_id
        self.company_id = company_id
        self.customer_id = customer_id
        self.passenger_count = passenger_count
        self.luggage_count = luggage_count
        self.is_vip = is_vip
        self.reference_po = reference_po
        self.details = details
        self.overrides = overrides
        self.search_hours = search_hours
        self.fasttrak_conn_id = fasttrak_conn_id

    def act(self, context: Context) -> dict[str, Any]:
        names = (
            "external_booking_id",
            "travel_type",
            "vehicle_type_id",
            "pricing_id",
            "company_id",
            "customer_id",
            "passenger_count",
            "luggage_count",
            "is_vip",
            "reference_po",
        )
        told: dict[str, Any] = self.hook.ensure_reservation(
            {name: getattr(self, name) for name in names},
            scheduled_pickup_time=self.scheduled_pickup_time,
            passenger=self.personal("passenger"),
            from_location=self.personal("from_location"),
            to_location=self.personal("to_location"),
            customer=self.personal("customer"),
            notes=self.personal("notes"),
            flight=self.flight,
            details=self.details,
            overrides=self.overrides,
            search_hours=self.search_hours,
        )
        what = "booked" if told["created"] else "was booked before"
        self.log.info("Reservation %s %s (%s)", told["reservation_id"], what, told["status"])
        return told


class FasttrakUpdateReservationOperator(FasttrakOperator):
    """Move a pick-up, for example when the flight slips; the estimated end moves with it.

    The reservation is read, changed and written back as a whole. Right before the write its time of modification is
    looked at again: when somebody has saved a change meanwhile, nothing is written and the try fails; a retry reads it
    anew. FASTTRAK has no version check, so a change saved within that moment is lost. Below ``threshold_minutes``
    nothing is written, so a repetition changes nothing. A trip whose driver is under way, or that is over, finalized
    or invoiced, is refused unless ``force``. FASTTRAK notifies driver and passenger unless ``overrides`` say otherwise.

    Returns ``reservation_id``, ``updated``, ``reason`` (why not), ``previous_pickup_time``,
    ``scheduled_pickup_time``, ``shift_minutes`` and ``status``.

    :param reservation_id: FASTTRAK's number. (templated)
    :param external_booking_id: your own key instead: searched within ``search_hours`` of the new pick-up. (templated)
    :param scheduled_pickup_time: the new pick-up, ISO-8601 with a zone. (templated)
    :param flight_estimated_arrival: instead: when the flight arrives, ISO-8601 with a zone; the pick-up is
        ``buffer_minutes`` later, and the arrival is noted beside the flight. (templated)
    :param buffer_minutes: from the arrival to the pick-up. (templated)
    :param threshold_minutes: smaller moves are skipped. (templated)
    :param force: move trips in service, over, finalized or invoiced too. (templated)
    :param overrides: FASTTRAK's ``reservationUpdateOverrides``.
    :param search_hours: how far from the new pick-up the key is searched. (templated)
    :param fasttrak_conn_id: a connection of type ``fasttrak``. (templated)
    """

    template_fields: Sequence[str] = (
        "fasttrak_conn_id",
        "reservation_id",
        "external_booking_id",
        "scheduled_pickup_time",
        "flight_estimated_arrival",
        "buffer_minutes",
        "threshold_minutes",
        "force",
        "search_hours",
    )
    guarantee: ClassVar[str] = "idempotent"
    calls: ClassVar[str] = "2"

    def __init__(
        self,
        *,
        reservation_id: int | str | None = None,
        external_booking_id: str | None = None,
        scheduled_pickup_time: Time | None = None,
        flight_estimated_arrival: Time | None = None,
        buffer_minutes: float | str = 0,
        threshold_minutes: float | str = 5,
        force: bool | str = False,
        overrides: Mapping[str, bool] | None = None,
        search_hours: float | str = SEARCH_HOURS,
        fasttrak_conn_id: str = "fasttrak_default",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if (reservation_id is None) == (external_booking_id is None):
            raise ValueError("give reservation_id or external_booking_id, not both")
        if (scheduled_pickup_time is None) == (flight_estimated_arrival is None):
            raise ValueError("give scheduled_pickup_time or flight_estimated_arrival, not both")
        self.reservation_id = reservation_id
        self.external_booking_id = external_booking_id
        self.scheduled_pickup_time = scheduled_pickup_time
        self.flight_estimated_arrival = flight_estimated_arrival
        self.buffer_minutes = buffer_minutes
        self.threshold_minutes = threshold_minutes
        self.force = force
        self.overrides = overrides
        self.search_hours = search_hours
        self.fasttrak_conn_id = fasttrak_conn_id

    def act(self, context: Context) -> dict[str, Any]:
        told: dict[str, Any] = self.hook.retime_reservation(
            reservation_id=self.reservation_id,
            external_booking_id=self.external_booking_id,
            scheduled_pickup_time=self.scheduled_pickup_time,
            flight_estimated_arrival=self.flight_estimated_arrival,
            buffer_minutes=self.buffer_minutes,
            threshold_minutes=self.threshold_minutes,
            force=self.force,
            overrides=self.overrides,
            search_hours=self.search_hours,
        )
        what = f"moved to {told['scheduled_pickup_time']}" if told["updated"] else f"left alone: {told['reason']}"
        self.log.info("Reservation %s %s", told["reservation_id"], what)
        return told


class FasttrakCancelReservationOperator(FasttrakOperator):
    """Cancel a car; one that is cancelled already is a success. Late fees are the operator's rules.

    How it is cancelled, by writing the status or by an endpoint of its own, is the connection's ``cancel_strategy``:
    no public document tells. What the vendor says afterwards decides whether it worked.

    Returns ``reservation_id``, ``cancelled`` and ``already``.

    :param reservation_id: FASTTRAK's number. (templated)
    :param external_booking_id: your own key instead. (templated)
    :param scheduled_pickup_time: with your own key: a time near the pick-up, ISO-8601 with a zone. (templated)
    :param cancelled_by: who cancels, as the operator will read it. (templated)
    :param reason: why; sent only where the strategy is ``endpoint``. (templated)
    :param force: cancel a trip in service too. (templated)
    :param search_hours: how far from that time the key is searched. (templated)
    :param fasttrak_conn_id: a connection of type ``fasttrak``. (templated)
    """

    template_fields: Sequence[str] = (
        "fasttrak_conn_id",
        "reservation_id",
        "external_booking_id",
        "scheduled_pickup_time",
        "cancelled_by",
        "reason",
        "force",
        "search_hours",
    )
    guarantee: ClassVar[str] = "idempotent"
    calls: ClassVar[str] = "2"

    def __init__(
        self,
        *,
        reservation_id: int | str | None = None,
        external_booking_id: str | None = None,
        scheduled_pickup_time: Time | None = None,
        cancelled_by: str = "Airflow",
        reason: str = "",
        force: bool | str = False,
        search_hours: float | str = SEARCH_HOURS,
        fasttrak_conn_id: str = "fasttrak_default",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if (reservation_id is None) == (external_booking_id is None):
            raise ValueError("give reservation_id or external_booking_id, not both")
        if external_booking_id is not None and scheduled_pickup_time is None:
            raise ValueError("external_booking_id needs scheduled_pickup_time: FASTTRAK searches by time only")
        self.reservation_id = reservation_id
        self.external_booking_id = external_booking_id
        self.scheduled_pickup_time = scheduled_pickup_time
        self.cancelled_by = cancelled_by
        self.reason = reason
        self.force = force
        self.search_hours = search_hours
        self.fasttrak_conn_id = fasttrak_conn_id

    def act(self, context: Context) -> dict[str, Any]:
        told: dict[str, Any] = self.hook.cancel_reservation(
            reservation_id=self.reservation_id,
            external_booking_id=self.external_booking_id,
            scheduled_pickup_time=self.scheduled_pickup_time,
            cancelled_by=self.cancelled_by,
            reason=self.reason,
            force=self.force,
            search_hours=self.search_hours,
        )
        self.log.info("Reservation %s is cancelled", told["reservation_id"])
        return told
