"""Sensors for FL3XX."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from airflow_provider_fleetops.operators.base import listed
from airflow_provider_fleetops.operators.fl3xx.base import Fl3xxDocsLink
from airflow_provider_fleetops.sensors.base import FleetOpsSensor

if TYPE_CHECKING:
    from airflow.sdk import Context


class Fl3xxSensor(FleetOpsSensor):
    """Base of the sensors of FL3XX.

    :param fl3xx_conn_id: a connection of type ``fl3xx``. (templated)
    """

    operator_extra_links = (Fl3xxDocsLink(),)
    hook_name: ClassVar[str] = "airflow_provider_fleetops.hooks.fl3xx:Fl3xxHook"
    conn_id_field: ClassVar[str] = "fl3xx_conn_id"
    ui_color = "#d7e8f7"

    def __init__(self, *, fl3xx_conn_id: str = "fl3xx_default", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.fl3xx_conn_id = fl3xx_conn_id


class Fl3xxFlightsSensor(Fl3xxSensor):
    """Base of the sensors that wait for flights.

    :param flight_id: the flight to wait for. (templated)
    :param flight_ids: the flights to wait for, instead of ``flight_id``. (templated)
    """

    template_fields: Sequence[str] = ("fl3xx_conn_id", "flight_id", "flight_ids", "target_state", "failure_states")

    def __init__(
        self,
        *,
        flight_id: int | str | None = None,
        flight_ids: Sequence[int | str] | str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if (flight_id is None) == (flight_ids is None):
            raise ValueError("give exactly one of flight_id and flight_ids")
        self.flight_id = flight_id
        self.flight_ids = flight_ids

    def subjects(self) -> list[str]:
        """The ids as text; a template renders a list to text such as ``[7001, 7002]``."""
        return [str(one) for one in listed(self.flight_ids if self.flight_ids is not None else self.flight_id)]


class Fl3xxFlightStateSensor(Fl3xxFlightsSensor):
    """Wait until one flight, or many, reach a state.

    States in their order: ``SCHEDULED``, ``OFF_BLOCK``, ``AIRBORNE``, ``LANDED``, ``ON_BLOCK``,
    ``POST_FLIGHT_CLOSED``; a cancelled or deleted flight (``CANCELLED``, ``NOT_FOUND``) fails the sensor. All flights
    are seen with one list of the window, shared by every task that waits; only those outside it are read one by one.
    FL3XX allows that list once in ten minutes, so give the window the days of your flights.

    :param from_date: first day of the window, ``YYYY-MM-DD``; by default the day before the logical date. (templated)
    :param to_date: last day of the window, inclusive; by default the day after it. (templated)
    :param target_state: the state (or states) to wait for, ``ON_BLOCK`` by default. (templated)
    """

    template_fields: Sequence[str] = (*Fl3xxFlightsSensor.template_fields, "from_date", "to_date")
    watch: ClassVar[str] = "flight"
    default_target: ClassVar[str] = "ON_BLOCK"

    def __init__(self, *, from_date: str | None = None, to_date: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.from_date = from_date
        self.to_date = to_date

    def window(self, context: Context) -> dict[str, str]:
        """One window for a whole run: its tasks ask for the same list."""
        day = _day_of(context)
        return {
            "from_date": self.from_date or (day - timedelta(days=1)).isoformat(),
            "to_date": self.to_date or (day + timedelta(days=1)).isoformat(),
        }


class Fl3xxPostFlightClosedSensor(Fl3xxFlightStateSensor):
    """Wait until the post-flight of flights is closed, for example before they are billed.

    :param target_state: ``POST_FLIGHT_CLOSED`` by default. (templated)
    """

    default_target: ClassVar[str] = "POST_FLIGHT_CLOSED"


class Fl3xxBookingStateSensor(Fl3xxSensor):
    """Wait until quotes or bookings reach a state.

    States in their order: ``REQUESTED``, ``QUOTED``, ``ACCEPTED``, ``OWNER_APPROVAL``, ``SIGNED``, ``BOOKED``,
    ``FLOWN``; ``CANCELLED``, ``DECLINED`` and ``NOT_FOUND`` fail the sensor, a letter that is not known (``UNKNOWN``)
    does not. From three on, the open ones are seen with one list, the others one by one.

    :param reference: the ``bookingid`` or your own ``externalReference`` to wait for. (templated)
    :param references: those to wait for, instead of ``reference``. (templated)
    :param changed_since: list open quotes that were changed since this day, ``YYYY-MM-DD``; by default 90 days before
        the logical date. (templated)
    :param target_state: the state (or states) to wait for, ``BOOKED`` by default. (templated)
    """

    template_fields: Sequence[str] = (
        "fl3xx_conn_id",
        "reference",
        "references",
        "changed_since",
        "target_state",
        "failure_states",
    )
    watch: ClassVar[str] = "booking"
    default_target: ClassVar[str] = "BOOKED"
    calls: ClassVar[str] = "1 a look for the open ones, 1 for each of the others"

    def __init__(
        self,
        *,
        reference: int | str | None = None,
        references: Sequence[int | str] | str | None = None,
        changed_since: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if (reference is None) == (references is None):
            raise ValueError("give exactly one of reference and references")
        self.reference = reference
        self.references = references
        self.changed_since = changed_since

    def subjects(self) -> list[str]:
        """The references as text."""
        return [str(one) for one in listed(self.references if self.references is not None else self.reference)]

    def window(self, context: Context) -> dict[str, str]:
        """One day for a whole run: its tasks ask for the same list."""
        return {"changed_since": self.changed_since or (_day_of(context) - timedelta(days=90)).isoformat()}


class Fl3xxPermitsSensor(Fl3xxFlightsSensor):
    """Wait until all permits of flights are there (API v2, beta).

    States in their order: ``PENDING``, ``NONE`` (the flight has no permit, or only cancelled ones), ``CONFIRMED`` (each
    is ``OK``, ``NA`` or ``NR``). One that was revised after it was confirmed is pending again; ``DO``, which FL3XX
    explains in two ways, is pending too. A deleted flight (``NOT_FOUND``) fails the sensor.

    :param target_state: ``CONFIRMED`` by default; ``NONE`` is content with a flight that needs none. (templated)
    """

    watch: ClassVar[str] = "permits"
    default_target: ClassVar[str] = "CONFIRMED"
    calls: ClassVar[str] = "1 a look for each flight, for all that wait"


class Fl3xxSlotsSensor(Fl3xxFlightsSensor):
    """Wait until all slots and PPRs of flights are there (API v2, beta); states as of the permits.

    :param target_state: ``CONFIRMED`` by default; ``NONE`` is content with a flight that needs none. (templated)
    """

    watch: ClassVar[str] = "slots"
    default_target: ClassVar[str] = "CONFIRMED"
    calls: ClassVar[str] = "1 a look for each flight, for all that wait"


def _day_of(context: Context) -> date:
    """The day of the run. A manual run may have no logical date."""
    moment: date = (context.get("logical_date") or context["dag_run"].run_after).date()
    return moment
