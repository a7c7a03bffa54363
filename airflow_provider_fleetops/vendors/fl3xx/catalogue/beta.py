"""API v2, a beta: flights, permits, qualifications, rosters, fuel prices."""

from __future__ import annotations

from airflow_provider_fleetops.protocol.encoders import Type
from airflow_provider_fleetops.protocol.endpoint import Body, Endpoint, Field, Kind, Pattern
from airflow_provider_fleetops.vendors.fl3xx.catalogue.entries import (
    PAGE_QUERY,
    PAGES,
    ROWS,
    SEARCH,
    SEARCH_PAGES,
    v2,
)

_flight = v2("Flights (v2)")
_airport = v2("Airports (v2)")
_fuel = v2("Fuel prices (v2)")
_crew = v2("Crew qualifications (v2)")
_roster = v2("Rosters (v2)")

_PRICE = Body(
    (
        Field("fboName", required=True),
        Field("contractorName", required=True),
        Field("currency", required=True, enum=("EUR", "USD")),
        Field("unit", required=True, enum=("LITER", "GALLON_USA")),
        Field("volumeFrom", Type.NUMBER),
        Field("volumeTo", Type.NUMBER),
    ),
)
_LICENCE = ("licenseNumber", "issuingAuthority", "issueDate", "expiryDate", "trainingStartDate", "notes")
_COUNTRY = Pattern(r"[A-Z]{3}", "must be three capital letters (ISO 3166-1 alpha-3)")
_PLAIN = (
    *(Field(name) for name in _LICENCE),
    Field("country", pattern=_COUNTRY, doc="ISO 3166-1 alpha-3"),
    Field("isPilotInCommand", Type.BOOLEAN),
    Field("baseMonth"),
)
_KEYS = ("crewId", "qualificationTypeId")
_QUALIFICATION = Body((*(Field(name, Type.INTEGER, required=True) for name in _KEYS), *_PLAIN))
_QUALIFICATION_CHANGE = Body((*(Field(name, Type.INTEGER) for name in _KEYS), *_PLAIN))


def _duty(*, required: bool) -> Body:
    """A roster entry: start before end, at most 31 days; at most 2 days when its type shows duty time."""
    return Body(
        (
            *(Field(name, Type.INTEGER, required=required) for name in ("crewId", "rosterTypeId")),
            *(Field(name, Type.INSTANT, required=required) for name in ("startDateTime", "endDateTime")),
            Field("dutySubtype", enum=("EARLY", "LATE", "ALL_DAY", "NIGHT")),
            Field("aircraft", Type.OBJECT),
        )
    )


_BETWEEN = Field("filter", required=True, doc="blocksOffEstimatedDateTime,BTW,<start>,<end> (YYYY-MM-DDTHH:mm:ss.SSSZ)")
_PERMITS, _SLOTS = "/reference/v2/flight-permits", "/reference/v2/flight-slots-and-pprs"

ENTRIES: tuple[Endpoint, ...] = (
    _flight(
        "flights_v2.list", "GET /flights", "/reference/v2/flights/getflights.md",
        "Flights by estimated off-block, newest first", "{data, pagination}", query=(_BETWEEN, *PAGE_QUERY),
        paging=PAGES,
    ),
    _flight(
        "permits.list", "GET /flights/{flight_id}/permits", _PERMITS, "Permits of a flight", "{data} or list",
        query=PAGE_QUERY, paging=PAGES,
    ),
    _flight("permit.get", "GET /flight-permits/{permit_id}", _PERMITS, "One permit", "permit"),
    _flight(
        "slots.list", "GET /flights/{flight_id}/slots-pprs", _SLOTS, "Slots and PPRs of a flight", "{data} or list",
        query=PAGE_QUERY, paging=PAGES,
    ),
    _flight("slot.get", "GET /flight-slots-pprs/{slot_id}", _SLOTS, "One slot or PPR", "slot"),
    _airport("airport_v2.get", "GET /airports/{airport_code}", "/reference/v2/airports", "An airport", "airport"),
    _fuel(
        "fuel_prices.get", "GET /partners/airports/{airport_code}/fuel-prices", "/reference/v2/airport-fuel-prices",
        "A fuel partner's own prices at an airport", "{data} or list", paging=ROWS,
    ),
    _fuel(
        "fuel_prices.set", "PUT /partners/airports/{airport_code}/fuel-prices", "/reference/v2/airport-fuel-prices",
        "Set a fuel partner's prices at an airport", "prices", body=_PRICE,
    ),
    _fuel(
        "fuel_prices.remove", "DELETE /partners/airports/{airport_code}/fuel-prices",
        "/reference/v2/airport-fuel-prices", "Remove a fuel partner's prices at an airport",
    ),
    _fuel(
        "fuel_prices.remove_all", "DELETE /partners/airport-fuel-prices", "/reference/v2/airport-fuel-prices",
        "Remove all prices of a fuel partner",
    ),
    _crew(
        "crew_qualifications.list", "GET /external/crew-qualifications", "/reference/v2/crew-qualifications",
        "Qualifications of crew members", "{data, pagination}",
        query=(Field("filter", doc="crewId,EQ,<id>"), *PAGE_QUERY), paging=PAGES,
    ),
    _crew(
        "crew_qualification.create", "POST /external/crew-qualifications", "/reference/v2/crew-qualifications",
        "Add a qualification", "qualification", body=_QUALIFICATION,
    ),
    _crew(
        "crew_qualification.get", "GET /external/crew-qualifications/{qualification_id}",
        "/reference/v2/crew-qualifications", "One qualification", "qualification",
    ),
    _crew(
        "crew_qualification.update", "PATCH /external/crew-qualifications/{qualification_id}",
        "/reference/v2/crew-qualifications", "Change a qualification", "qualification", body=_QUALIFICATION_CHANGE,
    ),
    _crew(
        "crew_qualification.remove", "DELETE /external/crew-qualifications/{qualification_id}",
        "/reference/v2/crew-qualifications", "Remove a qualification",
    ),
    _crew(
        "qualification_types.list", "GET /external/qualification-types", "/reference/v2/qualification-types",
        "Kinds of qualifications", "{data, pagination}", query=PAGE_QUERY, paging=PAGES,
    ),
    _crew(
        "qualification_type.get", "GET /qualification-types/{qualification_type_id}",
        "/reference/v2/qualification-types", "One kind of qualification", "{id, name, appliesTo, …}",
    ),
    _roster(
        "rosters.search", "POST /rosters-search", "/reference/v2/roster-assignment",
        "Roster entries; filters crewId EQ, rosterTypeId EQ, startDateTime GTE, endDateTime LTE",
        "{data, pagination}", kind=Kind.READ, body=SEARCH, paging=SEARCH_PAGES,
    ),
    _roster(
        "roster.create", "POST /rosters", "/reference/v2/roster-assignment", "Create a roster entry", "roster entry",
        body=_duty(required=True),
    ),
    _roster("roster.get", "GET /rosters/{roster_id}", "/reference/v2/roster-assignment", "One entry", "roster entry"),
    _roster(
        "roster.update", "PUT /rosters/{roster_id}", "/reference/v2/roster-assignment",
        "Change a roster entry; a partial body will do", "roster entry", body=_duty(required=False),
    ),
    _roster("roster.remove", "DELETE /rosters/{roster_id}", "/reference/v2/roster-assignment", "Remove an entry"),
    _roster(
        "roster_types.search", "POST /roster-types-search", "/reference/v2/roster-types", "Kinds of duties",
        "{data, pagination}", kind=Kind.READ, body=SEARCH, paging=SEARCH_PAGES,
    ),
    _roster(
        "roster_type.get", "GET /roster-types/{roster_type_id}", "/reference/v2/roster-types",
        "One kind of duty; its flags decide which fields an entry may have", "roster type",
    ),
    _roster(
        "crew_positions.search", "POST /crew-position-search", "/reference/v2/crew-position",
        "Crew positions; filters aircraftId or tailNumber (not both), isAssignable", "{data, pagination}",
        kind=Kind.READ, body=SEARCH, paging=SEARCH_PAGES,
    ),
)  # fmt: skip
