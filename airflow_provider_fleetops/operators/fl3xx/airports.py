"""Airports: what they are, who serves and who is there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from airflow_provider_fleetops.operators.fl3xx.base import Fl3xxEntryOperator


class Fl3xxAirportOperator(Fl3xxEntryOperator):
    """Base of the operators for one airport.

    :param code: its ICAO, IATA or FAA code. (templated)
    """

    takes: ClassVar[Mapping[str, str]] = {"code": "code"}

    def __init__(self, *, code: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.code = code


class Fl3xxGetAirportOperator(Fl3xxAirportOperator):
    """Read one airport: codes, ``name``, ``country``, ``timeZone``, position, taxi and turnaround times (minutes)."""

    entry = "airport.get"
    returns: ClassVar[Sequence[str]] = (
        "id", "icao", "iata", "faa", "name", "servedCity", "country", "timeZone", "latitude", "longitude", "elevation",
        "avgTaxiInTime", "avgTaxiOutTime", "avgTurnaroundTime", "longestRunwayLength", "rescueFireCategory",
    )  # fmt: skip


class Fl3xxAirportServicesOperator(Fl3xxAirportOperator):
    """Read the service companies at an airport: a list with ``company``; contacts go to ``output_path``.

    The call was seen in public clients.
    """

    entry = "airport.services"
    returns: ClassVar[Sequence[str]] = ("company",)


class Fl3xxAirportNotesOperator(Fl3xxAirportOperator):
    """Read the operational notes of an airport for some days.

    They are free text: ``count`` and ``digest`` go to XCom, the notes to ``output_path``. The call was seen in public
    clients.

    :param from_date: first day, ``YYYY-MM-DD``. (templated)
    :param to_date: last day. (templated)
    """

    entry = "airport.operational_notes"
    takes: ClassVar[Mapping[str, str]] = {"code": "code", "from_date": "from_", "to_date": "to"}

    def __init__(self, *, from_date: str, to_date: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.from_date = from_date
        self.to_date = to_date


class Fl3xxAirportCrewOperator(Fl3xxAirportOperator):
    """Read which crew is at an airport: a list with ``pilotId``; the rest goes to ``output_path``.

    The call was seen in public clients, its answer's shape is not known.
    """

    entry = "airport.crew"
    returns: ClassVar[Sequence[str]] = ("pilotId",)
