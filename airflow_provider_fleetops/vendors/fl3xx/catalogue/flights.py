"""API v1: flights and what hangs on a flight."""

from __future__ import annotations

from airflow_provider_fleetops.protocol.encoders import Type
from airflow_provider_fleetops.protocol.endpoint import Body, Endpoint, Field, Kind
from airflow_provider_fleetops.protocol.paging import Paging, Window
from airflow_provider_fleetops.vendors.fl3xx.catalogue.bookings import BOOKING
from airflow_provider_fleetops.vendors.fl3xx.catalogue.entries import AIRSPRINT, ANY_OBJECT, ROWS, SEEN, day, v1

_flight = v1("Flights")
_crew = v1("Crew on a flight")
_pax = v1("Passengers")
_ops = v1("Flight operations")

_LIST = (
    day("from_", "from", doc="first day, at most six months back"),
    day("to", doc="last day, inclusive, at most six months ahead"),
    Field("include", enum=("NON_CANCELED", "ALL"), doc="ALL adds cancelled flights; without it they just disappear"),
    Field("time_zone", wire="timeZone", doc="UTC or an IANA zone: where days begin (CET without it)"),
)
# Public clients read at most 90 days at once, and halve a window that is refused with 400.
_DAYS = Window("from_", "to", days=90, halve=True)
_CREW = Paging(rows=("crews", "items", "data"))
_MEMBERS = Body(
    (
        Field("pilotId", Type.INTEGER, required=True, doc="the user's internal id"),
        Field("role", doc="CMD, FO, FA, … (an open list); or crewPosition"),
    ),
    array=True,
)
_TICKET = (
    Field("paxUserId", Type.INTEGER, doc="wins over paxExternalReference"),
    Field("paxExternalReference"),
    Field("paxType", enum=("NONE", "MALE", "FEMALE", "CHILD", "INFANT", "OTHER")),
    Field("isMain", Type.BOOLEAN),
    Field("seatOnLap", Type.BOOLEAN),
    Field("externalReference"),
)
_STATUSES = Body((Field("crew", Type.ARRAY), Field("passengers", Type.ARRAY)))
_F = "/flight/{flight_id}"
# The POSTs of pax details and post-flight write the document that GET reads at the same path: the same document again
# gives the same end.

ENTRIES: tuple[Endpoint, ...] = (
    _flight(
        "flights.list", "GET /flight/flights", "/reference/flights/getflights",
        "Flights whose estimated off-block lies in the days asked for", "list of flights",
        query=_LIST, paging=Paging(rows=("items", "data", "flights"), unique="flightId", window=_DAYS),
    ),
    _flight("flight.get", f"GET {_F}", "/reference/flights/getflightbyid", "One flight", "flight"),
    _flight(
        "flight_booking.create", "POST /flight/quote/book", "/reference/new-flights.md",
        "Create a booking and notify Sales", "booking", body=BOOKING,
    ),
    _crew(
        "flight_crew.get", f"GET {_F}/crew", "/docs/crew", "The crew of a flight", "list of crew members (personal)",
        paging=_CREW,
    ),
    _crew(
        "flight_crew.replace", f"POST {_F}/crew", "/reference/flight-crew/createflightcrew",
        "Replace the whole crew: who is left out is removed", "list of crew members (personal)",
        kind=Kind.IDEMPOTENT, body=_MEMBERS, paging=_CREW,
    ),
    _pax(
        "passengers.list", f"GET {_F}/passengers", "/reference/flight-passengers",
        "The tickets of a flight; one without paxUserId is not assigned", "list of tickets (personal)", paging=ROWS,
    ),
    _pax(
        "passenger.add", f"POST {_F}/passenger", "/docs/passengers", "Add a passenger", "ticket (personal)",
        body=Body(_TICKET),
    ),
    _pax("passenger.get", f"GET {_F}/passenger/{{ticket_id}}", "/docs/read-pax", "One ticket", "ticket (personal)"),
    _pax(
        "passenger.update", f"PUT {_F}/passenger/{{ticket_id}}", "/docs/create-pax-draft",
        "Change a ticket, for example assign a person to an empty one", "ticket (personal)", body=Body(_TICKET),
    ),
    _pax("passenger.remove", f"DELETE {_F}/passenger/{{ticket_id}}", "/reference/flight-passengers", "Remove a ticket"),
    _pax(
        "pax_details.get", f"GET {_F}/pax_details", "/reference/flight-pax-details",
        "Passengers with documents, cargo, animals and no-fly lists", "{pax, crewBrief, cargo, …} (personal)",
    ),
    _pax(
        "pax_details.update", f"POST {_F}/pax_details", "/reference/flight-pax-details", "Write passenger details",
        "{pax, crewBrief, cargo, …} (personal)", body=ANY_OBJECT, kind=Kind.IDEMPOTENT,
    ),
    _ops(
        "flight_services.get", f"GET {_F}/services", "/reference/flight-ground-services",
        "Handling, catering, hotels and ground transport", "{departureHandler, arrivalHandler, catering, …}",
    ),
    _ops(
        "flight_services.update", f"PUT {_F}/services", "/reference/flight-ground-services",
        "Write ground services", "{departureHandler, arrivalHandler, catering, …}", body=ANY_OBJECT,
    ),
    _ops(
        "postflight.get", f"GET {_F}/postflight",
        "/reference/flight-post-flight/postflightpostflightinformationbyflightid",
        "What the crew reported: block and flight times (epoch ms), delays, fuel", "{time, fuel, deice, …}",
    ),
    _ops(
        "postflight.update", f"POST {_F}/postflight",
        "/reference/flight-post-flight/postflightpostflightinformationbyflightid",
        "Report actual times, delays and fuel", "{time, fuel, deice, …}", body=ANY_OBJECT, kind=Kind.IDEMPOTENT,
    ),
    _ops(
        "preflight.get", f"GET {_F}/preflight", f"{AIRSPRINT} docs/preflight_schema_map.md",
        "The dispatch checklists of a flight", "{crewBrief, crewAssign, dutyTimeLim, …}", confidence=SEEN,
    ),
    _ops(
        "migration.get", f"GET {_F}/migration", "/changelog/new-feature-dispatch-migration",
        "Border control and customs", "{departureMigration, arrivalMigration}",
    ),
    _ops(
        "migration.update", f"PUT {_F}/migration", "/changelog/new-feature-dispatch-migration",
        "Write border control and customs: read it, change it, send it back whole",
        "{departureMigration, arrivalMigration}",
        body=Body((Field("departureMigration", Type.OBJECT), Field("arrivalMigration", Type.OBJECT))),
    ),
    *(
        _ops(
            f"{noun}.{verb}", f"{method} {_F}/{path}",
            "/changelog/new-endpoints-visa-and-sanction-list-statuses", f"{done} the {what} status of crew and "
            "passengers", "{crew, passengers} with id, status, note", body=_STATUSES if method == "PUT" else None,
        )
        for noun, path, what in (("sanction_list", "sanction-list", "sanction list"), ("visa", "visa", "visa"))
        for verb, method, done in (("get", "GET", "Read"), ("update", "PUT", "Write"))
    ),
    _ops(
        "flight_notification.get", f"GET {_F}/notification", f"{AIRSPRINT} fl3xx_api.py",
        "Notifications of a flight", "shape not known", confidence=SEEN,
    ),
    _ops(
        "planning_note.get", f"GET {_F}/planningnote", f"{AIRSPRINT} fl3xx_api.py",
        "The planning note of a flight", "shape not known", confidence=SEEN,
    ),
)  # fmt: skip
