"""API v2 (beta): flights, permits, slots, crew positions, airports. The connection needs a ``client_id``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from airflow_provider_fleetops.operators.fl3xx.base import Fl3xxEntryOperator, Fl3xxFlightOperator, Fl3xxSearchOperator

_PERMIT = ("id", "permitNumber", "status", "type")
_SLOT = ("id", "type", "direction", "status")


class Fl3xxListFlightsV2Operator(Fl3xxEntryOperator):
    """Read the flights of a window from API v2, latest first.

    Which keys a row has is known of ``blocksOffEstimatedDateTime`` alone. Returns a list with those of ``id``,
    ``flightNumber``, ``tailNumber``, ``blocksOffEstimatedDateTime`` and ``paxCount`` that are there; the rows go to
    ``output_path``.

    :param from_time: first estimated off-block, a date-time with a zone. (templated)
    :param to_time: last estimated off-block. (templated)
    """

    entry = "flights_v2.list"
    takes: ClassVar[Mapping[str, str]] = {"from_time": "filter"}
    template_fields: Sequence[str] = ("fl3xx_conn_id", "from_time", "to_time", "output_path")
    returns: ClassVar[Sequence[str]] = (
        "id", "flightNumber", "tailNumber", "blocksOffEstimatedDateTime", "paxCount",
    )  # fmt: skip
    calls: ClassVar[str] = "1 for each 50 flights"

    def __init__(self, *, from_time: Any, to_time: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.from_time = from_time
        self.to_time = to_time

    def _named(self, names: Mapping[str, str]) -> dict[str, Any]:
        """The window as the condition that API v2 takes."""
        from airflow_provider_fleetops.vendors.fl3xx.conditions import between

        return {names["from_time"]: between(self.from_time, self.to_time)}


class Fl3xxListPermitsOperator(Fl3xxFlightOperator):
    """Read the permits of a flight: ``id``, ``permitNumber``, ``status``, ``type``; the rest to ``output_path``."""

    entry = "permits.list"
    returns: ClassVar[Sequence[str]] = _PERMIT


class Fl3xxGetPermitOperator(Fl3xxEntryOperator):
    """Read one permit: ``id``, ``permitNumber``, ``status``, ``type`` and ``digest``; the rest to ``output_path``.

    :param permit_id: FL3XX's number of the permit. (templated)
    """

    entry = "permit.get"
    takes: ClassVar[Mapping[str, str]] = {"permit_id": "permit_id"}
    returns: ClassVar[Sequence[str]] = _PERMIT

    def __init__(self, *, permit_id: int | str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.permit_id = permit_id


class Fl3xxListSlotsOperator(Fl3xxFlightOperator):
    """Read the slots and PPRs of a flight: ``id``, ``type``, ``direction``, ``status``; the rest to ``output_path``."""

    entry = "slots.list"
    returns: ClassVar[Sequence[str]] = _SLOT


class Fl3xxGetSlotOperator(Fl3xxEntryOperator):
    """Read one slot or PPR: ``id``, ``type``, ``direction``, ``status`` and ``digest``; the rest to ``output_path``.

    :param slot_id: FL3XX's number of the slot. (templated)
    """

    entry = "slot.get"
    takes: ClassVar[Mapping[str, str]] = {"slot_id": "slot_id"}
    returns: ClassVar[Sequence[str]] = _SLOT

    def __init__(self, *, slot_id: int | str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.slot_id = slot_id


class Fl3xxListCrewPositionsOperator(Fl3xxSearchOperator):
    """List the crew positions of an aircraft: ``id`` (a duty's ``aircraft.crewPositionId``) and ``name`` of each.

    :param aircraft_id: FL3XX's number of the aircraft, or (templated)
    :param tail: its tail number. (templated)
    :param is_assignable: only those that can be assigned, or that cannot. (templated)
    """

    entry = "crew_positions.search"
    returns: ClassVar[Sequence[str]] = ("id", "name", "isAssignable")
    conditions: ClassVar[Sequence[str]] = ("aircraft_id", "tail", "is_assignable")
    template_fields: Sequence[str] = ("fl3xx_conn_id", *conditions, "output_path")
    never_blank: ClassVar[Sequence[str]] = ("aircraft_id", "tail")

    def __init__(
        self,
        *,
        aircraft_id: int | str | None = None,
        tail: str | None = None,
        is_assignable: bool | str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if (aircraft_id is None) == (tail is None):
            raise ValueError("give exactly one of aircraft_id and tail")
        self.aircraft_id = aircraft_id
        self.tail = tail
        self.is_assignable = is_assignable


class Fl3xxGetAirportV2Operator(Fl3xxEntryOperator):
    """Read one airport from API v2: codes, ``name``, ``servedCity`` and ``timezone``; all to ``output_path``.

    :param code: its ICAO, IATA or FAA code. (templated)
    """

    entry = "airport_v2.get"
    takes: ClassVar[Mapping[str, str]] = {"code": "airport_code"}
    returns: ClassVar[Sequence[str]] = ("id", "icao", "iata", "faa", "name", "servedCity", "timezone")

    def __init__(self, *, code: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.code = code
