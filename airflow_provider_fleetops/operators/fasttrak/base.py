"""What the operators of FASTTRAK share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from airflow.sdk import BaseOperatorLink

from airflow_provider_fleetops.operators.base import FleetOpsOperator
from airflow_provider_fleetops.operators.entry import FleetOpsEntryOperator

if TYPE_CHECKING:
    from airflow.sdk import BaseOperator

Time = datetime | str
Personal = Any  # a value, a template, or a callable that takes the context
SEARCH_HOURS = 24.0


class FasttrakApiLink(BaseOperatorLink):
    """FASTTRAK's page for developers."""

    name = "FASTTRAK: Partner API"

    def get_link(self, operator: BaseOperator, *, ti_key: Any) -> str:
        return "https://developer.ifasttrak.com/security"


class FasttrakOperator(FleetOpsOperator):
    """What the operators of FASTTRAK share.

    :param fasttrak_conn_id: a connection of type ``fasttrak``. (templated)
    """

    operator_extra_links = (FasttrakApiLink(),)
    hook_name: ClassVar[str] = "airflow_provider_fleetops.hooks.fasttrak:FasttrakHook"
    conn_id_field: ClassVar[str] = "fasttrak_conn_id"
    ui_color = "#e7e1f5"

    def __init__(self, *, fasttrak_conn_id: str = "fasttrak_default", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.fasttrak_conn_id = fasttrak_conn_id


class FasttrakEntryOperator(FasttrakOperator, FleetOpsEntryOperator):
    """Base of the operators that forward to one entry of FASTTRAK's catalogue."""


class FasttrakOneReservationOperator(FasttrakOperator):
    """Base of the operators that work on one reservation, which is found by its number or by your own key.

    :param reservation_id: FASTTRAK's number. (templated)
    :param external_booking_id: your own key instead; FASTTRAK searches by time only, so it is looked for within
        ``search_hours`` of the pick-up. (templated)
    :param search_hours: how far from the pick-up the key is searched. (templated)
    """

    template_fields: Sequence[str] = ("fasttrak_conn_id", "reservation_id", "external_booking_id", "search_hours")
    never_blank: ClassVar[Sequence[str]] = ("reservation_id", "external_booking_id")

    def __init__(
        self,
        *,
        reservation_id: int | str | None = None,
        external_booking_id: str | None = None,
        search_hours: float | str = SEARCH_HOURS,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if (reservation_id is None) == (external_booking_id is None):
            raise ValueError("give exactly one of reservation_id and external_booking_id")
        self.reservation_id = reservation_id
        self.external_booking_id = external_booking_id
        self.search_hours = search_hours

    def which(self) -> dict[str, Any]:
        """How the hook finds the reservation."""
        return {
            "reservation_id": self.reservation_id,
            "external_booking_id": self.external_booking_id,
            "search_hours": self.search_hours,
        }


class FasttrakTripOperator(FasttrakOperator):
    """Base of the operators that describe a trip.

    :param passenger: ``name``, ``phone``, ``email``, ``alias`` (the name on the greet sign), ``notify_by_email``,
        ``notify_by_sms``. Never stored among the rendered fields.
    :param from_location: an address as text, or the vendor's location object. Never stored among the rendered fields.
    :param to_location: the same for the other end.
    :param notes: ``trip_notes``, ``dispatch_notes``, ``driver_notes``. Never stored among the rendered fields.
    :param flight: ``airport_code``, ``airline_code``, ``flight_number``, ``scheduled_time``; for an arrival it stands
        at the start, for a departure at the end. (templated)
    :param vehicle_type_id: a number of ``vehicle_types.list``. (templated)
    :param company_id: a number of ``companies.list``. (templated)
    :param passenger_count: how many travel. (templated)
    :param luggage_count: their bags. (templated)
    :param is_vip: mark the trip as VIP. (templated)
    :param reference_po: the customer's purchase order. (templated)
    :param details: further fields of the reservation in FASTTRAK's own names, such as ``bookingSource`` or
        ``collectionType``, whose values each operator defines; card data has no place here. (templated)
    """

    plain: ClassVar[Sequence[str]] = (
        "vehicle_type_id",
        "company_id",
        "passenger_count",
        "luggage_count",
        "is_vip",
        "reference_po",
    )
    template_fields: Sequence[str] = ("fasttrak_conn_id", "flight", "details", *plain)
    personal_fields: ClassVar[Sequence[str]] = ("passenger", "from_location", "to_location", "notes")

    def __init__(
        self,
        *,
        passenger: Personal = None,
        from_location: Personal = None,
        to_location: Personal = None,
        notes: Personal = None,
        flight: Mapping[str, Any] | None = None,
        vehicle_type_id: int | str | None = None,
        company_id: int | str | None = None,
        passenger_count: int | str | None = None,
        luggage_count: int | str | None = None,
        is_vip: bool | str | None = None,
        reference_po: str | None = None,
        details: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.passenger = passenger
        self.from_location = from_location
        self.to_location = to_location
        self.notes = notes
        self.flight = flight
        self.vehicle_type_id = vehicle_type_id
        self.company_id = company_id
        self.passenger_count = passenger_count
        self.luggage_count = luggage_count
        self.is_vip = is_vip
        self.reference_po = reference_po
        self.details = details

    def trip(self, *more: str) -> dict[str, Any]:
        """The plain fields of the trip, and some that only this operator has."""
        return {name: getattr(self, name) for name in (*self.plain, *more)}

    def ends(self) -> dict[str, Any]:
        """Who travels, from where to where, and with which flight."""
        return {
            "passenger": self.personal("passenger"),
            "from_location": self.personal("from_location"),
            "to_location": self.personal("to_location"),
            "notes": self.personal("notes"),
            "flight": self.flight,
            "details": self.details,
        }
