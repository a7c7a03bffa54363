"""Sensors for the FASTTRAK Partner API (limousines)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from airflow_provider_fleetops.operators.base import listed
from airflow_provider_fleetops.operators.fasttrak.base import FasttrakApiLink
from airflow_provider_fleetops.sensors.base import FleetOpsSensor

if TYPE_CHECKING:
    from airflow.sdk import Context

    Ids = int | str | Sequence[int | str]


class FasttrakTripSensor(FleetOpsSensor):
    """Base of the sensors that look at reservations.

    With ``from_time`` and ``to_time`` one search of that window sees all trips; what it does not show is read by
    number, so without a window every look reads each trip. A number that FASTTRAK does not know (``NOT_FOUND``) fails
    the sensor; a key of yours that the window does not show is ``UNSEEN``: it may be booked yet.

    :param reservation_ids: one number, or many. (templated)
    :param external_booking_ids: your own keys instead; they need the window. (templated)
    :param from_time: the earliest pick-up, ISO-8601 with a zone. (templated)
    :param to_time: the latest pick-up, ISO-8601 with a zone. (templated)
    :param target_state: the state (or states) to wait for. (templated)
    :param failure_states: states that fail the sensor; by default those from which the target cannot be reached.
        (templated)
    :param fasttrak_conn_id: a connection of type ``fasttrak``. (templated)
    """

    template_fields: Sequence[str] = (
        "fasttrak_conn_id",
        "reservation_ids",
        "external_booking_ids",
        "from_time",
        "to_time",
        "target_state",
        "failure_states",
    )
    operator_extra_links = (FasttrakApiLink(),)
    hook_name: ClassVar[str] = "airflow_provider_fleetops.hooks.fasttrak:FasttrakHook"
    conn_id_field: ClassVar[str] = "fasttrak_conn_id"
    ui_color = "#e7e1f5"

    def __init__(
        self,
        *,
        reservation_ids: Ids | None = None,
        external_booking_ids: Ids | None = None,
        from_time: datetime | str | None = None,
        to_time: datetime | str | None = None,
        fasttrak_conn_id: str = "fasttrak_default",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if (reservation_ids is None) == (external_booking_ids is None):
            raise ValueError("give exactly one of reservation_ids and external_booking_ids")
        if (from_time is None) != (to_time is None):
            raise ValueError("give both from_time and to_time, or neither")
        if external_booking_ids is not None and from_time is None:
            raise ValueError("external_booking_ids need from_time and to_time: FASTTRAK searches by time only")
        self.reservation_ids = reservation_ids
        self.external_booking_ids = external_booking_ids
        self.from_time = from_time
        self.to_time = to_time
        self.fasttrak_conn_id = fasttrak_conn_id

    def subjects(self) -> list[str]:
        """The ids as text; a template renders a list to text such as ``[5001, 5002]``."""
        given = self.reservation_ids if self.reservation_ids is not None else self.external_booking_ids
        return [str(one) for one in listed(given)]

    def watch_name(self) -> str:
        """Numbers and our own keys are looked for apart: one may look like the other."""
        return self.watch if self.reservation_ids is not None else f"{self.watch}_by_key"

    def window(self, context: Context) -> dict[str, str]:
        """Which ids these are, and the bounds of the search."""
        by = "reservation_id" if self.reservation_ids is not None else "external_booking_id"
        bounds = {"from": self.from_time, "to": self.to_time}
        return {"by": by, **{name: str(value) for name, value in bounds.items() if value}}


class FasttrakReservationSensor(FasttrakTripSensor):
    """Wait until one car, or many, reach a state, ``DROPPED`` by default.

    States in their order: ``QUOTATION``, ``BOOKED`` (``TRIP_CONFIRMED`` is booked too), ``DRIVER_SCHEDULED``,
    ``DRIVER_CONFIRMED``, ``EN_ROUTE``, ``ON_LOCATION``, ``ON_BOARD``, ``DROPPED``. Drivers skip steps: a trip that is
    past the target has reached it. ``CANCELLED`` and ``NO_SHOW`` fail the sensor.
    """

    watch: ClassVar[str] = "reservation"
    default_target: ClassVar[str] = "DROPPED"


class FasttrakDriverAssignedSensor(FasttrakTripSensor):
    """Wait until one car, or many, have a driver; a trip that is under way, over or given to an affiliate has one.

    States: ``UNASSIGNED``, ``ASSIGNED``. ``CANCELLED`` and ``NO_SHOW`` fail the sensor. Unlike the state
    ``DRIVER_SCHEDULED`` this goes by who drives, so it also sees a driver whom nobody has told the trip's state.
    """

    watch: ClassVar[str] = "driver"
    default_target: ClassVar[str] = "ASSIGNED"
