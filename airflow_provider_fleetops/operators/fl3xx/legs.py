"""The legs of a booking."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from airflow_provider_fleetops.operators.entry import FleetOpsOnceOperator
from airflow_provider_fleetops.operators.fl3xx.base import Fl3xxEntryOperator, Fl3xxRemovalOperator

if TYPE_CHECKING:
    from airflow.sdk import Context

_SHOWN = ("id", "flightId", "flightNumber", "aircraftTailNumber", "earliestDeparture", "latestArrival", "status")
_ONE_LEG = {"booking_reference": "booking_reference", "flight_id": "flight_id"}


class Fl3xxListLegsOperator(Fl3xxEntryOperator):
    """Read the legs of a quote or booking.

    Returns a list with ``id``, ``flightId``, ``flightNumber``, ``aircraftTailNumber``, ``earliestDeparture``,
    ``latestArrival`` and ``status``; the rows go to ``output_path``.

    :param reference: the ``bookingid``, or your own ``externalReference``. (templated)
    """

    entry = "legs.list"
    takes: ClassVar[Mapping[str, str]] = {"reference": "reference"}
    returns: ClassVar[Sequence[str]] = _SHOWN

    def __init__(self, *, reference: int | str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.reference = reference


class Fl3xxLegOperator(Fl3xxEntryOperator):
    """Base of the operators that write a leg. Times are ``YYYY-MM-DDTHH:MM``: local at the airport, or in UTC.

    :param booking_reference: the ``bookingid``, or your own ``externalReference``. (templated)
    :param departure_airport: ICAO, IATA or FAA code. (templated)
    :param arrival_airport: ICAO, IATA or FAA code. (templated)
    :param departure_time: local time of departure. (templated)
    :param departure_time_utc: the same in UTC, which wins. (templated)
    :param arrival_time: local time of arrival; FL3XX works it out for a new leg. (templated)
    :param arrival_time_utc: the same in UTC, which wins. (templated)
    :param pax: how many passengers; 0 makes a positioning flight. (templated)
    :param aircraft: the tail number. (templated)
    :param workflow: FL3XX's workflow, for example ``CHARTER``. (templated)
    :param workflow_custom_name: the operator's own name of the workflow. (templated)
    """

    takes: ClassVar[Mapping[str, str]] = {"booking_reference": "booking_reference"}
    sends: ClassVar[Mapping[str, str]] = {
        "departure_airport": "departureAirport",
        "arrival_airport": "arrivalAirport",
        "departure_time": "departureDate",
        "departure_time_utc": "departureDateUTC",
        "arrival_time": "arrivalDate",
        "arrival_time_utc": "arrivalDateUTC",
        "pax": "pax",
        "aircraft": "aircraft",
        "workflow": "workflow",
        "workflow_custom_name": "workflowCustomName",
    }
    returns: ClassVar[Sequence[str]] = _SHOWN

    def __init__(
        self,
        *,
        booking_reference: int | str,
        departure_airport: str | None = None,
        arrival_airport: str | None = None,
        departure_time: str | None = None,
        departure_time_utc: str | None = None,
        arrival_time: str | None = None,
        arrival_time_utc: str | None = None,
        pax: int | str | None = None,
        aircraft: str | None = None,
        workflow: str | None = None,
        workflow_custom_name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.booking_reference = booking_reference
        self.departure_airport = departure_airport
        self.arrival_airport = arrival_airport
        self.departure_time = departure_time
        self.departure_time_utc = departure_time_utc
        self.arrival_time = arrival_time
        self.arrival_time_utc = arrival_time_utc
        self.pax = pax
        self.aircraft = aircraft
        self.workflow = workflow
        self.workflow_custom_name = workflow_custom_name


class Fl3xxAddLegOperator(FleetOpsOnceOperator, Fl3xxLegOperator):
    """Add a leg to a booking, once per ``operation_key``.

    After an unclear outcome the booking is read and searched for a leg between the same airports at the same minute of
    departure. Found is success, not found fails the try, and a retry looks again before it sends.

    Returns ``id``, ``flightId``, ``status`` and ``digest``; the leg goes to ``output_path``.
    """

    entry = "leg.add"
    guarantee: ClassVar[str] = "effectively once"
    calls: ClassVar[str] = "1, and 1 for each look"


class Fl3xxChangeLegOperator(Fl3xxLegOperator):
    """Change a leg and keep what is not given; a departure needs its arrival too, which FL3XX would not move.

    The leg is read in its booking, merged and written back whole; nothing is written when all is so already. FL3XX
    cannot tell whether somebody changed it in between, so the read insists on a new answer: where the booking was read
    within ten minutes, the task waits for FL3XX's spacing (``deferrable=True`` waits without a worker). For several
    legs of a booking change the booking.

    Returns ``id``, ``flightId``, ``status``, ``digest`` and ``updated``; the leg goes to ``output_path``.

    :param flight_id: FL3XX's number of the leg's flight. (templated)
    """

    entry = "leg.update"
    takes: ClassVar[Mapping[str, str]] = _ONE_LEG
    guarantee: ClassVar[str] = "idempotent"
    calls: ClassVar[str] = "2: read, write"

    def __init__(self, *, flight_id: int | str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.flight_id = flight_id

    def act(self, context: Context) -> dict[str, Any]:
        from airflow_provider_fleetops.operators.output import hand_over

        changes = self._named(self.sends)
        leg, updated = self.hook.change_leg(self.booking_reference, self.flight_id, changes)
        told: dict[str, Any] = hand_over(leg, self.returns, self.output_path)
        return told | {"updated": updated}


class Fl3xxRemoveLegOperator(Fl3xxRemovalOperator):
    """Remove a leg from a booking; one that is not there is a success, so a repetition changes nothing.

    Returns ``flight_id``, ``removed`` and ``already``.

    :param booking_reference: the ``bookingid``, or your own ``externalReference``. (templated)
    :param flight_id: FL3XX's number of the leg's flight. (templated)
    """

    entry = "leg.remove"
    takes: ClassVar[Mapping[str, str]] = _ONE_LEG
    guarantee: ClassVar[str] = "idempotent"
    calls: ClassVar[str] = "1"

    def __init__(self, *, booking_reference: int | str, flight_id: int | str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.booking_reference = booking_reference
        self.flight_id = flight_id

    def act(self, context: Context) -> dict[str, Any]:
        return {"flight_id": self.flight_id, **self.removed()}
