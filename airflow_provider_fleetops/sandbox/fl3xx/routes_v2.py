"""v2: flights, airports, fuel prices, permits and slots (https://developer.fl3xx.com/reference/v2.md)."""

from __future__ import annotations

from typing import Any

from airflow_provider_fleetops.sandbox.fields import Fields
from airflow_provider_fleetops.sandbox.fl3xx import data
from airflow_provider_fleetops.sandbox.fl3xx.errors import missing
from airflow_provider_fleetops.sandbox.fl3xx.fleet import Fleet
from airflow_provider_fleetops.sandbox.fl3xx.handlers import V2, Row, flight_of, number
from airflow_provider_fleetops.sandbox.fl3xx.model import Flight
from airflow_provider_fleetops.sandbox.fl3xx.times import iso, read_millis
from airflow_provider_fleetops.sandbox.fl3xx.v2 import envelope, read_query
from airflow_provider_fleetops.sandbox.routes import BadBody, Call, Reply

_BY_TIME = "blocksOffEstimatedDateTime"


def list_flights(fleet: Fleet, call: Call) -> Reply:
    """Return flights of a window, latest first. Only the name of the filter field is certain among the keys."""
    query = read_query(call, {_BY_TIME: ("BTW",)})
    if len(query.filters) != 1:
        raise BadBody(f"filter: {_BY_TIME},BTW,<start>,<end> is required")
    start, end = (read_millis("filter", value) for value in query.filters[0].values)
    found = [f for f in fleet.flights.values() if f.booked and not f.cancelled and start <= f.estimated_off <= end]
    found.sort(key=lambda flight: (flight.estimated_off, flight.id), reverse=True)
    return envelope([_flight_json(fleet, flight) for flight in found], query)


def _flight_json(fleet: Fleet, flight: Flight) -> dict[str, Any]:
    booking = fleet.bookings[flight.booking_id]
    return {
        "id": flight.id,
        "flightNumber": flight.number,
        "tailNumber": flight.tail,
        "quoteId": booking.id,
        "quoteExternalReference": booking.reference,
        "quoteIdentifier": booking.identifier,
        _BY_TIME: iso(flight.estimated_off),
        "blocksOnEstimatedDateTime": iso(flight.estimated_on),
        "departureAirport": _codes(flight.origin),
        "arrivalAirport": _codes(flight.destination),
        "paxCount": flight.pax,
        "tripNumber": f"{flight.off:%y}-{booking.id % 10_000:04d}",
        "customerId": booking.customer_id,
        "accountId": booking.account_id,
        "workflowType": flight.workflow,
        "workflowCustomName": flight.custom,
    }


def _codes(icao: str) -> dict[str, str | None]:
    airport = data.AIRPORTS[icao]
    return {"icao": airport.icao, "iata": airport.iata, "faa": airport.faa}


def get_airport(fleet: Fleet, call: Call) -> Reply:
    """Return an airport."""
    airport = fleet.airport(call.params["airportCode"])
    location = {"latitude": airport.latitude, "longitude": airport.longitude, "elevation": airport.elevation}
    return Reply.of(
        {
            "id": airport.id,
            "name": airport.name,
            "icao": airport.icao,
            "iata": airport.iata,
            "faa": airport.faa,
            "localIdentifier": airport.faa,
            "servedCity": airport.city,
            "timezone": airport.zone,
            "location": location,
        }
    )


def list_fuel_prices(fleet: Fleet, call: Call) -> Reply:
    """Return the partner's own prices at an airport."""
    return Reply.of({"data": list(_prices(fleet, call))})


def replace_fuel_prices(fleet: Fleet, call: Call) -> Reply:
    """Set the prices at an airport: one object or an array of them."""
    prices = _prices(fleet, call)
    body = call.json()
    rows = body if isinstance(body, list) else [body]
    kept = [_fuel_price(Fields.of(row, f"[{index}].")) for index, row in enumerate(rows)]
    prices[:] = kept
    return Reply.of({"data": kept}, effect=f"fuel-prices:{call.params['airportCode']} written")


def _fuel_price(row: Fields) -> dict[str, Any]:
    row.text("fboName")
    row.text("contractorName")
    row.choice("currency", ("EUR", "USD"))
    row.choice("unit", ("LITER", "GALLON_USA"))
    low, high = row.number("volumeFrom", 0), row.number("volumeTo", 10**9)
    if high < low:
        raise BadBody(f"{row.where}volumeTo: must not be below volumeFrom")
    return dict(row.data)


def remove_fuel_prices(fleet: Fleet, call: Call) -> Reply:
    """Remove the prices at an airport."""
    _prices(fleet, call).clear()
    return Reply(204, effect=f"fuel-prices:{call.params['airportCode']} removed")


def remove_all_fuel_prices(fleet: Fleet, call: Call) -> Reply:
    """Remove all prices of the partner."""
    fleet.fuel_prices.clear()
    return Reply(204, effect="fuel-prices:all removed")


def _prices(fleet: Fleet, call: Call) -> list[dict[str, Any]]:
    code = call.params["airportCode"]
    if code not in data.FUEL_AIRPORTS:
        raise missing("airport")
    return fleet.fuel_prices.setdefault(code, [])


def list_permits(fleet: Fleet, call: Call) -> Reply:
    """Return the permits of a flight."""
    flight = flight_of(fleet, call)
    rows = [_permit(flight, index) for index in range(2)]
    return envelope(rows, read_query(call, {}))


def get_permit(fleet: Fleet, call: Call) -> Reply:
    """Return one permit."""
    flight, index = _of_flight(fleet, call)
    return Reply.of(_permit(flight, index))


def list_slots(fleet: Fleet, call: Call) -> Reply:
    """Return slots and PPRs of a flight."""
    flight = flight_of(fleet, call)
    return envelope([_slot(flight, index) for index in range(2)], read_query(call, {}))


def get_slot(fleet: Fleet, call: Call) -> Reply:
    """Return one slot or PPR."""
    flight, index = _of_flight(fleet, call)
    return Reply.of(_slot(flight, index))


def _of_flight(fleet: Fleet, call: Call) -> tuple[Flight, int]:
    """Permits and slots are numbered ten per flight."""
    flight_id, index = divmod(number("id", call.params["id"]), 10)
    if index > 1:
        raise missing("id")
    return fleet.flight(flight_id), index


def _permit(flight: Flight, index: int) -> dict[str, Any]:
    return {
        "id": flight.id * 10 + index,
        "permitNumber": f"PRM-{flight.id}-{index}",
        "status": "OK_REVISED" if flight.slip else "OK",
        "type": ("LANDING", "OVERFLIGHT")[index],
        "notes": None,
        "externalNotes": None,
        "tripProviderId": None,
        "providerPublicId": None,
        "documents": [],
    }


def _slot(flight: Flight, index: int) -> dict[str, Any]:
    moment = flight.estimated_on if index else flight.estimated_off
    return {
        "id": flight.id * 10 + index,
        "type": ("SLOT", "PPR")[index],
        "direction": ("DEPARTURE", "ARRIVAL")[index],
        "status": "OK_REVISED" if flight.slip else "OK",
        "startDateTime": iso(moment),
        "endDateTime": iso(moment),
        "documents": [],
    }


def v2_routes() -> list[Row]:
    """Return the rows of this module."""
    prices = f"{V2}/partners/airports/{{airportCode}}/fuel-prices"
    flight = f"{V2}/flights/{{flightId}}"
    return [
        ("flights_v2.list", "GET", f"{V2}/flights", "documented", list_flights),
        ("airport_v2.get", "GET", f"{V2}/airports/{{airportCode}}", "documented", get_airport),
        ("fuel_prices.get", "GET", prices, "documented", list_fuel_prices),
        ("fuel_prices.set", "PUT", prices, "documented", replace_fuel_prices),
        ("fuel_prices.remove", "DELETE", prices, "documented", remove_fuel_prices),
        (
            "fuel_prices.remove_all",
            "DELETE",
            f"{V2}/partners/airport-fuel-prices",
            "documented",
            remove_all_fuel_prices,
        ),
        ("permits.list", "GET", f"{flight}/permits", "documented", list_permits),
        ("permit.get", "GET", f"{V2}/flight-permits/{{id}}", "documented", get_permit),
        ("slots.list", "GET", f"{flight}/slots-pprs", "documented", list_slots),
        ("slot.get", "GET", f"{V2}/flight-slots-pprs/{{id}}", "documented", get_slot),
    ]
