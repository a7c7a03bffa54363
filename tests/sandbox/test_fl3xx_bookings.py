from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.fl3xx_kit import Operator, moment, operator

__all__ = ["operator"]

LEG = {
    "departureAirport": "LOWG",
    "arrivalAirport": "BRN",
    "departureDate": "2031-04-03T09:10",
    "arrivalDate": "2031-04-03T10:35",
    "pax": 3,
}


def body(**changes: Any) -> dict[str, Any]:
    whole = {
        "aircraft": "OE-SIM",
        "externalReference": "erp-555",
        "workflow": "CHARTER",
        "origin": "WEB",
        "customer": {"firstName": "Cleo", "lastName": "Testcase", "account": {"name": "Simulated Holdings"}},
        "legs": [LEG],
    }
    return whole | changes


def book(operator: Operator, **changes: Any) -> dict[str, Any]:
    answer = operator.call("POST", "/quote/book", json=body(**changes))
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_a_booking_is_a_flight_at_once_and_is_found_by_its_reference(operator: Operator) -> None:
    booking = book(operator)
    (leg,) = booking["legs"]
    assert (booking["status"], leg["departureDateUTC"], leg["arrivalAirport"]) == ("B", "2031-04-03T07:10", "LSZB")
    assert leg["blockTime"] == 85
    assert isinstance(leg["id"], str)
    flight = operator.flight(leg["flightInfo"]["flightId"])
    assert (flight["blockOffEstUTC"], flight["paxNumber"]) == ("2031-04-03T07:10:00.000Z", 3)
    assert flight["flightId"] in {row["flightId"] for row in operator.flights("2031-04-03", "2031-04-03")}
    for reference in ("erp-555", booking["bookingid"]):
        assert operator.get(f"/quote/{reference}")["bookingid"] == booking["bookingid"]
    assert booking["customer"]["account"]["accountid"] == 81


def test_the_same_reference_twice_is_accepted_but_noted_as_a_duplicate(operator: Operator) -> None:
    first, second = book(operator), book(operator)
    assert first["bookingid"] != second["bookingid"]
    assert operator.get("/quote/erp-555")["bookingid"] == first["bookingid"]
    assert operator.journal()["route"] == "quote.get"
    assert [entry["broke"] for entry in operator.control.journal(route="booking.create")] == [None, "duplicate"]
    assert operator.control.summary()["fl3xx"]["stats"]["duplicates"] == 1


def test_bookings_without_reference_are_never_duplicates(operator: Operator) -> None:
    for _ in range(2):
        book(operator, externalReference=None)
    assert operator.control.journal(broke="*") == []


def test_the_arrival_is_worked_out_when_it_is_missing_and_utc_wins(operator: Operator) -> None:
    leg = {key: value for key, value in LEG.items() if key != "arrivalDate"}
    (shown,) = book(operator, legs=[leg | {"departureDateUTC": "2031-04-03T06:00"}])["legs"]
    assert shown["departureDateUTC"] == "2031-04-03T06:00"
    assert shown["blockTime"] >= 60


def test_a_quote_is_no_flight_until_it_is_booked(operator: Operator) -> None:
    quote = operator.call("POST", "/quote", json=body()).json()
    flight_id = quote["legs"][0]["flightInfo"]["flightId"]
    assert quote["status"] == "Q"
    assert operator.call("GET", f"/flight/{flight_id}").status_code == 404
    open_quotes = operator.get("/quote/notbooked", lastRequest="2031-04-02T00:00")
    assert [one["bookingid"] for one in open_quotes] == [quote["bookingid"]]
    changed = operator.call("PUT", "/quote/erp-555", json=body(legs=[LEG | {"pax": 5}])).json()
    assert (changed["bookingid"], changed["legs"][0]["pax"]) == (quote["bookingid"], 5)
    assert operator.call("PUT", "/quote/book/erp-555", json=body()).status_code == 422


def test_prices_and_where_it_comes_from_are_kept(operator: Operator) -> None:
    given = {"price": {"net": 12}, "accountPrice": {"gross": 15}, "quotePrice": {"net": 11}, "avinodeQuoteId": "av-9"}
    shown = book(operator, **given)
    assert (shown["price"]["net"], shown["price"]["currency"]) == (12, "EUR")
    assert {name: shown[name] for name in list(given)[1:]} == {name: given[name] for name in list(given)[1:]}
    plain = book(operator, externalReference="erp-2")
    assert not {"accountPrice", "quotePrice", "avinodeQuoteId"} & plain.keys()


def test_a_lookup_stores_nothing(operator: Operator) -> None:
    before = operator.control.summary()["fl3xx"]["stats"]
    known = operator.call("POST", "/quote/lookup", json=body()).json()
    stranger = body(customer={"account": {"name": "Nobody Known"}})
    unknown = operator.call("POST", "/quote/lookup", json=stranger).json()
    assert known["price"]["net"] > 0 == unknown["price"]["net"]
    assert operator.control.summary()["fl3xx"]["stats"] == before
    assert operator.call("POST", "/quote/lookup", json=body(customer={})).status_code == 422


def test_a_booking_is_replaced_as_a_whole(operator: Operator) -> None:
    booking = book(operator, legs=[LEG, LEG | {"departureDate": "2031-04-03T12:00", "arrivalDate": "2031-04-03T13:30"}])
    first, second = (leg["flightInfo"]["flightId"] for leg in booking["legs"])
    later = LEG | {"departureDate": "2031-04-03T10:10", "arrivalDate": "2031-04-03T11:35"}
    changed = operator.call("PUT", "/quote/book/erp-555", json=body(legs=[later])).json()
    assert [leg["status"] for leg in changed["legs"]] == ["OK", "CANCELED"]
    assert moment(operator.flight(first)["etd"]).hour == 8
    assert second not in {row["flightId"] for row in operator.flights("2031-04-03", "2031-04-03")}
    sold = operator.get("/quote/erp-555/bookedSnapshot")
    assert [leg["departureDateUTC"] for leg in sold["legs"]] == ["2031-04-03T07:10", "2031-04-03T10:00"]


def test_legs_are_listed_added_changed_and_removed(operator: Operator) -> None:
    booking = book(operator)
    path = f"/leg/{booking['bookingid']}"
    back = LEG | {"departureAirport": "LSZB", "arrivalAirport": "LOWG"}
    back |= {"departureDate": "2031-04-03T15:00", "arrivalDate": "2031-04-03T16:30", "pax": 0}
    added = operator.call("POST", path, json=back).json()
    assert operator.flight(added["flightId"])["flightType"] == "POS"
    assert [leg["flightId"] for leg in operator.get(path)][1] == added["flightId"]
    moved = back | {"departureDate": "2031-04-03T15:30", "arrivalDate": "2031-04-03T17:00"}
    for where in (f"{path}/{added['flightId']}", f"/leg/{added['id']}"):
        changed = operator.call("PUT", where, json=moved).json()
        assert changed["earliestDeparture"] == "2031-04-03T13:30:00.000Z"
    assert operator.call("DELETE", f"{path}/{added['flightId']}").status_code == 200
    assert [leg["status"] for leg in operator.get(path)] == ["OK", "CANCELED"]
    assert operator.call("DELETE", f"{path}/{added['flightId']}").status_code == 422
    assert operator.call("DELETE", f"{path}/7001094").status_code == 404


def test_a_leg_may_fly_on_another_aircraft_and_without_one_stays_on_its_own(operator: Operator) -> None:
    booking = book(operator)
    flight = booking["legs"][0]["flightInfo"]["flightId"]
    path = f"/leg/{booking['bookingid']}/{flight}"
    assert operator.call("PUT", path, json=LEG | {"aircraft": "PK-SIM"}).json()["aircraftTailNumber"] == "PK-SIM"
    assert operator.call("PUT", path, json=LEG | {"pax": 2}).json()["aircraftTailNumber"] == "PK-SIM"
    assert operator.flight(flight)["registrationNumber"] == "PK-SIM"
    assert operator.call("PUT", path, json=LEG | {"aircraft": "XX-XXX"}).status_code == 422
    added = operator.call("POST", f"/leg/{booking['bookingid']}", json=LEG | {"aircraft": "PK-SIM", "pax": 1}).json()
    assert added["aircraftTailNumber"] == "PK-SIM"


def test_the_same_leg_twice_is_noted_as_a_duplicate(operator: Operator) -> None:
    path = f"/leg/{book(operator)['bookingid']}"
    ids = {operator.call("POST", path, json=LEG).json()["flightId"] for _ in range(2)}
    assert len(ids) == 2
    assert [entry["broke"] for entry in operator.control.journal(route="leg.add")] == [None, "duplicate"]


@pytest.mark.parametrize(
    ("changes", "status", "named"),
    [
        ({"aircraft": None}, 400, "aircraft: is required"),
        ({"aircraft": "XX-XXX"}, 422, "aircraft: is not known"),
        ({"customer": None}, 400, "customer: is required"),
        ({"customer": {}}, 422, "customer: needs an account or a name"),
        ({"legs": []}, 400, "legs: must hold"),
        ({"legs": [LEG | {"departureAirport": "ZZZZ"}]}, 422, "legs[0].departureAirport: is not a known airport"),
        ({"legs": [LEG | {"departureDate": "2031-04-03T09:10Z"}]}, 400, "legs[0].departureDate: must look like"),
        ({"legs": [LEG | {"arrivalDate": "2031-04-03T09:00"}]}, 422, "legs[0].arrivalDate: must lie after"),
        ({"legs": [LEG | {"pax": -1}]}, 400, "legs[0].pax: must be between"),
        ({"externalReference": 5}, 400, "externalReference: must be a string"),
        ({"price": []}, 400, "price: must be an object"),
    ],
)
def test_a_wrong_booking_is_refused_by_field_and_rule(
    operator: Operator, changes: dict[str, Any], status: int, named: str
) -> None:
    answer = operator.call("POST", "/quote/book", json=body(**changes))
    assert (answer.status_code, operator.journal()["effect"]) == (status, None)
    assert named in answer.text


def test_the_booking_list_pages_filters_and_needs_a_watermark(operator: Operator) -> None:
    everything: list[int] = []
    for page in range(100):
        rows = operator.get("/quote/bookings", lastRequest="2031-03-01T00:00", page=page, size=25)
        everything += [row["bookingid"] for row in rows]
        if len(rows) < 25:
            break
    assert len(everything) == len(set(everything)) > 100
    unpaid = operator.get("/quote/bookings", lastRequest="2031-03-01T00:00", filter="NOT_PAID", size=500)
    assert not {row["bookingid"] for row in unpaid} & set(everything)
    assert len(operator.get("/quote/bookings", lastRequest="2031-03-01T00:00")) == 10
    newest = book(operator)
    since = operator.get("/quote/bookings", lastRequest="2031-04-02T06:59", filter="NOT_PAID")
    assert [row["bookingid"] for row in since] == [newest["bookingid"]]
    assert operator.call("GET", "/quote/bookings").status_code == 400
    assert operator.call("GET", "/quote/bookings?lastRequest=2031-03-01T00:00&size=0").status_code == 400


def test_flown_bookings_become_ready_to_invoice_with_invoice_and_pdf(operator: Operator) -> None:
    ready = operator.get("/quote/bookings", lastRequest="2031-03-01T00:00", filter="READY_TO_INVOICE", size=500)
    assert ready
    assert all(row["postFlightClosed"] for row in ready)
    path = f"/accounting/booking/{ready[0]['bookingid']}"
    assert operator.get(path)["entries"][0]["net"] == ready[0]["price"]["net"]
    (invoice,) = operator.get(f"{path}/invoices")
    pdf = operator.call("GET", f"/accounting/attachments/{invoice['document']['uuid']}")
    assert pdf.content.startswith(b"%PDF")
    assert len(pdf.content) == invoice["document"]["fileSize"]


def test_empty_legs_are_positioning_flights_to_come(operator: Operator) -> None:
    legs = operator.get("/quote/legs/empty")
    assert legs
    assert all(leg["pax"] == 0 and leg["departureDateUTC"] > "2031-04-02T05:00" for leg in legs)


def test_the_other_way_of_booking_and_the_small_reads(operator: Operator) -> None:
    booking = operator.call("POST", "/flight/quote/book", json=body()).json()
    assert [step["action"] for step in operator.get(f"/quote/{booking['bookingid']}/history")] == ["CREATED", "CHANGED"]
    assert operator.get("/quote/price")["net"] == 0
    assert operator.get("/user/account/acc-82")["accountid"] == 82


def test_a_leg_that_has_left_can_be_neither_changed_nor_dropped(operator: Operator) -> None:
    second = LEG | {"departureDate": "2031-04-03T12:00", "arrivalDate": "2031-04-03T13:30"}
    book(operator, legs=[LEG, second])
    operator.control.set(moment("2031-04-03T08:00:00Z"))
    before = operator.get("/quote/erp-555")
    for legs in ([second], [LEG | {"pax": 1}, second]):
        answer = operator.call("PUT", "/quote/book/erp-555", json=body(legs=legs, comment="late"))
        assert (answer.status_code, "legs[0]: has left" in answer.text) == (422, True)
    assert operator.get("/quote/erp-555") == before
    kept = operator.call("PUT", "/quote/book/erp-555", json=body(legs=[LEG, second | {"pax": 7}])).json()
    assert [leg["pax"] for leg in kept["legs"]] == [3, 7]
