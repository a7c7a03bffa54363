"""API v1: aircraft and airports."""

from __future__ import annotations

from dataclasses import replace

from airflow_provider_fleetops.protocol.encoders import Type
from airflow_provider_fleetops.protocol.endpoint import Body, Endpoint, Field, Pattern
from airflow_provider_fleetops.protocol.paging import Window
from airflow_provider_fleetops.vendors.fl3xx.catalogue.entries import AIRSPRINT, ROWS, SEEN, day, v1

_aircraft = v1("Aircraft")
_airport = v1("Airports")


def _moment(name: str, wire: str = "") -> Field:
    """A bound whose exact form the docs do not show: a day, or a day with a time."""
    form = r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?Z?)?"
    bound = Pattern(form, "must be a day, YYYY-MM-DD, or a time, YYYY-MM-DDTHH:MM, with or without Z")
    return Field(name, required=True, wire=wire, pattern=bound, doc="YYYY-MM-DD or YYYY-MM-DDTHH:MM")


_WINDOW = (_moment("from_", "from"), _moment("to"))
# https://developer.fl3xx.com/docs/aircraft-schedule: a month a call, whichever month it is.
_MONTHS = replace(ROWS, unique="id", window=Window("from_", "to", days=28))
_COUNTERS = Body(
    (
        Field("scheduleType", enum=("INTERVAL", "CALENDAR", "UPDATE", "AIRWORTHINESS_DIRECTIVE")),
        Field("timeUnit", enum=("DAYS", "MONTHS", "YEARS")),
        Field("profileType", enum=("AIRCRAFT", "PROPELLER", "APU", "ENGINE")),
        Field("taskType", enum=("SERVICE", "PART_NUMBER", "PACKAGE", "AD", "BULLETIN")),
        Field("externalSource", enum=("CAMP", "VERYON", "TRAXXALL", "AMOS", "TRAX")),
        Field("unit", doc="FLIGHT_HOURS, FLIGHT_CYCLES, ENGINE1_HOURS, …, APU_CYCLES"),
        *(Field(name, Type.NUMBER) for name in ("amount", "lastAmount", "maxAmount", "remaining")),
        *(Field(name, Type.INTEGER, doc="epoch ms") for name in ("lastUpdate", "date", "maxDate")),
    ),
    array=True,
    minimum=1,
)

ENTRIES: tuple[Endpoint, ...] = (
    _aircraft(
        "aircraft.list", "GET /aircraft", "/docs/read-fleet", "The aircraft that the operator shows to the API",
        "list of aircraft", paging=ROWS,
    ),
    _aircraft(
        "aircraft.get", "GET /aircraft/{reference}", "/docs/read-fleet", "One aircraft, by tail number or id",
        "aircraft",
    ),
    _aircraft(
        "aircraft.picture", "GET /aircraft/picture/{uuid}", "/docs/read-fleet", "A picture of an aircraft", "bytes",
        binary=True,
    ),
    _aircraft(
        "aircraft.schedule", "GET /aircraft/{tail}/schedule", "/docs/aircraft-schedule",
        "Flights and tasks (maintenance, AOG) of a tail; empty means free. At most one month a call, one call a "
        "minute a tail", "list of flight_<n> and task_<n>", paging=_MONTHS,
        query=(*_WINDOW, Field("init_location", wire="initLocation")),
    ),
    _aircraft(
        "maintenance_schedules.update", "PUT /aircraft/{aircraft_id}/maintenanceSchedules",
        "/reference/aircraft/putaircraftmaintenanceschedules.md", "Write maintenance counters", body=_COUNTERS,
    ),
    _aircraft(
        "aircraft.hold_items", "GET /aircraft/{tail}/holditems", f"{AIRSPRINT} oca_reports.py",
        "Deferred defects of a tail", "list of hold items", confidence=SEEN, paging=ROWS,
        query=(*_WINDOW, Field("date_search_type", wire="dateSearchType", doc="values not known")),
    ),
    _airport("airport.get", "GET /airports/{code}", "/reference/airports", "By ICAO, IATA or FAA code", "airport"),
    _airport(
        "airport.services", "GET /airports/{code}/services", f"{AIRSPRINT} fl3xx_api.py",
        "Service companies at an airport", "list of services", confidence=SEEN, paging=ROWS,
    ),
    _airport(
        "airport.operational_notes", "GET /airports/{code}/operationalNotes",
        f"{AIRSPRINT} feasibility/operational_notes.py", "Operational notes of an airport", "list of notes",
        confidence=SEEN, query=(day("from_", "from"), day("to")), paging=ROWS,
    ),
    _airport(
        "airport.crew", "GET /airports/{code}/crew", f"{AIRSPRINT} fl3xx_api.py", "Crew located at an airport",
        "list of crew (personal)", confidence=SEEN, paging=ROWS,
    ),
)  # fmt: skip
