"""Quotes, bookings, legs and accounting: what FL3XX received, and what the user sees."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowFailException, TaskDeferred

from airflow_provider_fleetops.operators import fl3xx
from airflow_provider_fleetops.protocol import errors
from airflow_provider_fleetops.sandbox import Sandbox
from tests.airflow.fl3xx_kit import TaskInstance, do, effects, people, rendered, requests, unhurry
from tests.conftest import START

CUSTOMER = {"firstName": "Cleo", "lastName": "Testcase", "account": {"name": "Simulated Holdings"}}
LEG = {
    "departureAirport": "LOWG", "arrivalAirport": "LSZB", "pax": 3,
    "departureDate": "2031-04-04T09:10", "arrivalDate": "2031-04-04T10:35",
}  # fmt: skip
ORDER = {"aircraft": "OE-SIM", "customer": CUSTOMER, "legs": [LEG]}
NAMES = ("Cleo", "Testcase", "Simulated Holdings")


@pytest.fixture
def box(fresh_sandbox: Sandbox, fleet_connections: Mapping[str, Any], monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    unhurry(fresh_sandbox, fleet_connections, monkeypatch)
    return fresh_sandbox


def book(reference: str = "erp-1/a", **changes: Any) -> dict[str, Any]:
    booked: dict[str, Any] = do(
        fl3xx.Fl3xxCreateBookingOperator, external_reference=reference, **{**ORDER, **changes}
    )  # fmt: skip
    return booked


def quote(reference: str = "q-1/a", **changes: Any) -> dict[str, Any]:
    quoted: dict[str, Any] = do(
        fl3xx.Fl3xxCreateQuoteOperator, external_reference=reference, **{**ORDER, **changes}
    )  # fmt: skip
    return quoted


def nameless(told: Any) -> bool:
    return not any(name in json.dumps(told) for name in NAMES)


# --- asking, quoting, booking ---


def test_the_wait_for_a_look_costs_no_worker_and_no_retry(fresh_sandbox, fleet_connections, later):
    """FL3XX answers the same look once in ten minutes: what became of an order can only be seen after them."""
    order = dict(task_id="task", deferrable=True, external_reference="erp-7", **ORDER)
    context = {"logical_date": START, "ds": "2031-04-02", "ti": TaskInstance()}
    fresh_sandbox.control.fault("fl3xx", "reset_after", "booking.create")
    with pytest.raises(TaskDeferred) as deferred:
        fl3xx.Fl3xxCreateBookingOperator(**order).execute(context)
    assert deferred.value.trigger.resumed == 1
    later(1200)
    fresh_sandbox.control.advance(timedelta(seconds=1200))
    event = {"resumed": 1, "since": deferred.value.trigger.since}
    booked = fl3xx.Fl3xxCreateBookingOperator(**order).execute_resumed(context, event)
    assert booked["booking_id"]
    assert len(effects(fresh_sandbox)) == 1


def test_a_simulation_stores_nothing_and_names_nobody(box, tmp_path: Path):
    path = tmp_path / "offer.json"
    told = do(fl3xx.Fl3xxLookUpQuoteOperator, output_path=f"file://{path}", **ORDER)
    assert told["net"] > 0
    assert told["currency"] == "EUR"
    assert told["warnings"] == [[]]
    assert json.loads(path.read_text())["price"]["net"] == told["net"]
    assert effects(box) == []
    unpriced = {"firstName": "Cleo", "lastName": "Testcase", "account": {"name": "Unknown Ltd"}}
    assert do(fl3xx.Fl3xxLookUpQuoteOperator, **{**ORDER, "customer": unpriced})["net"] == 0


@pytest.mark.parametrize("make", [quote, book])
def test_an_order_is_made_once_whoever_asks_and_another_one_under_its_reference_is_an_error(box, make):
    first, again = make(), make()
    assert (first["created"], again["created"]) == (True, False)
    assert first["booking_id"] == again["booking_id"]
    assert len(effects(box)) == 1
    assert nameless(first)
    with pytest.raises(AirflowFailException, match="used for another payload"):
        make(aircraft="OE-MCK")
    assert len(effects(box)) == 1


@pytest.mark.parametrize("make", [quote, book])
@pytest.mark.parametrize("fault", [("reset_after", {}), ("status", {"code": 503, "when": "after"})])
def test_an_order_whose_answer_is_lost_is_found(box, make, fault):
    kind, options = fault
    box.control.fault("fl3xx", kind, "quote.create" if make is quote else "booking.create", **options)
    assert make()["created"]
    assert make()["created"] is False
    assert len(effects(box)) == 1


def test_legs_may_come_from_a_template_and_sales_may_be_notified(box):
    booked = book(legs=str([LEG]), notify_sales="{{ true }}")
    assert booked["flight_ids"]
    assert requests(box, effect="*") == ["/api/external/flight/quote/book"]


@pytest.mark.parametrize("make", [quote, book])
def test_an_order_has_the_price_that_was_agreed(box, make):
    agreed = {"net": "{{ 1000 + 200 }}", "vat": 240.5, "currency": "EUR"}
    prices = {"price": agreed, "account_price": {"gross": 1440.5}, "quote_price": {"charterCost": "900"}}
    made = make("erp-7/a", **prices, avinode_quote_id="{{ 'av-9' }}")
    record = fl3xx_record(made["booking_id"])
    assert {name: record["price"][name] for name in agreed} == {"net": 1200, "vat": 240.5, "currency": "EUR"}
    assert (record["accountPrice"], record["quotePrice"]) == ({"gross": 1440.5}, {"charterCost": 900})
    assert record["avinodeQuoteId"] == "av-9"
    with pytest.raises(AirflowFailException, match="used for another payload"):
        make("erp-7/a", **{**prices, "price": {"net": 1}}, avinode_quote_id="av-9")


@pytest.mark.parametrize(
    ("price", "rule"),
    [
        ({"net": "cheap"}, "'net' must be a finite number"),
        (1200, "'price' must be an object"),
        ({"currency": "€"}, "currency"),
    ],
)
def test_a_price_that_is_none_is_refused_before_anything_is_sent(box, price, rule):
    with pytest.raises(AirflowFailException, match=rule):
        book(price=price)
    assert requests(box) == []


def test_switching_the_notice_on_books_nothing_twice(box):
    assert book()["booking_id"] == book(notify_sales=True)["booking_id"]
    assert len(effects(box)) == 1


@pytest.mark.parametrize("changes", [{"external_reference": "5600411"}, {"external_reference": None}, {"legs": []}])
def test_an_order_that_cannot_be_told_or_flown_is_refused_before_anything_is_sent(box, changes):
    with pytest.raises(AirflowFailException) as caught:
        do(fl3xx.Fl3xxCreateBookingOperator, **{**ORDER, "external_reference": "erp-9/a", **changes})
    assert isinstance(caught.value, errors.InvalidInput)
    assert requests(box, method="POST") == []


def test_the_customer_is_not_stored_among_the_rendered_fields():
    shown = rendered(fl3xx.Fl3xxCreateBookingOperator, external_reference="erp-1/a", comment="Ada waits", **ORDER)
    assert nameless(shown)
    assert "Ada" not in shown
    assert "OE-SIM" in shown


# --- reading ---


def test_a_booking_is_told_by_ids_and_the_file_has_it_all(box, tmp_path: Path):
    made, path = book(), tmp_path / "booking.json"
    told = do(fl3xx.Fl3xxGetBookingOperator, reference="erp-1/a", output_path=f"file://{path}")
    assert (told["bookingid"], told["status"]) == (made["booking_id"], "B")
    assert told["flight_ids"] == made["flight_ids"]
    full = json.loads(path.read_text())
    assert not [name for name in people(full) if name in json.dumps(told)]
    sold = do(fl3xx.Fl3xxSoldItineraryOperator, reference=made["booking_id"])
    assert sold["grossPrice"] == 0
    assert do(fl3xx.Fl3xxQuoteHistoryOperator, reference=made["booking_id"])["digest"]


def test_what_was_changed_since_a_time_is_listed_without_names(box, tmp_path: Path):
    quoted, path = quote(), tmp_path / "open.jsonl"
    hour_ago = (START - timedelta(hours=1)).isoformat()
    rows = do(fl3xx.Fl3xxListOpenQuotesOperator, since=hour_ago, output_path=f"file://{path}")
    assert [row["bookingid"] for row in rows] == [quoted["booking_id"]]
    assert [json.loads(line)["bookingid"] for line in path.read_text().splitlines()] == [quoted["booking_id"]]
    assert nameless(rows)
    asked = box.control.journal(vendor="fl3xx", route="quotes.list")[0]
    assert asked["query_keys"] == ["lastRequest"]
    assert do(fl3xx.Fl3xxListOpenQuotesOperator, since=(START + timedelta(hours=3)).isoformat()) == []


def test_bookings_since_are_read_page_by_page(box):
    since = (START - timedelta(days=3)).isoformat()
    rows = do(fl3xx.Fl3xxListBookingsOperator, since=since, show="NOT_PAID")
    pages = len(box.control.journal(vendor="fl3xx", route="bookings.list"))
    assert len({row["bookingid"] for row in rows}) == len(rows) > 10
    assert pages == len(rows) // 10 + 1
    assert set(rows[0]) <= {
        "bookingid", "rootBookingid", "bookingIdentifier", "quoteNumber", "tripNumber", "status", "aircraft",
        "externalReference", "postFlightClosed",
    }  # fmt: skip


def test_empty_legs_are_listed(box):
    rows = do(fl3xx.Fl3xxListEmptyLegsOperator)
    assert rows
    assert all(row["departureAirport"] and row["price"] == 0 for row in rows)


# --- changing ---


def test_a_booking_is_changed_as_a_whole_and_left_alone_when_all_is_so(box):
    made = book()
    change = {"reference": made["booking_id"], "changes": {"comment": "gate 2"}}
    assert do(fl3xx.Fl3xxChangeBookingOperator, **change)["updated"] is True
    assert do(fl3xx.Fl3xxChangeBookingOperator, **change)["updated"] is False
    changed = [entry for entry in effects(box) if entry.endswith("changed")]
    assert changed == [f"booking:{made['booking_id']} changed"]
    after = fl3xx_record(made["booking_id"])
    assert (after["comment"], after["customer"]["lastName"], after["aircraft"]) == ("gate 2", "Testcase", "OE-SIM")
    assert [leg["status"] for leg in after["legs"]] == ["OK"]


def fl3xx_record(reference: Any) -> dict[str, Any]:
    from airflow_provider_fleetops.hooks.fl3xx import Fl3xxHook

    record: dict[str, Any] = Fl3xxHook().call("quote.get", reference=reference)
    return record


def test_legs_of_a_change_are_all_legs_and_a_departure_needs_its_arrival(box):
    made = book()
    change = fl3xx.Fl3xxChangeBookingOperator
    later = {**LEG, "departureDate": "2031-04-04T12:00"}
    alone = {name: value for name, value in later.items() if name != "arrivalDate"}
    for wrong in ([alone], [], "legs", [7]):
        with pytest.raises(AirflowFailException, match=r"changes\.legs"):
            do(change, reference=made["booking_id"], changes={"legs": wrong})
    assert len(effects(box)) == 1
    told = do(change, reference="erp-1/a", changes={"legs": [{**later, "arrivalDate": "2031-04-04T13:25"}]})
    assert told["flight_ids"] == made["flight_ids"]
    (leg,) = fl3xx_record("erp-1/a")["legs"]
    assert (leg["departureDate"], leg["arrivalDate"]) == ("2031-04-04T12:00", "2031-04-04T13:25")


def test_a_quote_is_not_changed_as_a_booking_nor_the_other_way_round(box):
    made, quoted = book(), quote()
    with pytest.raises(AirflowFailException, match="booked already"):
        do(fl3xx.Fl3xxChangeQuoteOperator, reference=made["booking_id"], changes={"comment": "x"})
    with pytest.raises(AirflowFailException, match="not booked"):
        do(fl3xx.Fl3xxChangeBookingOperator, reference=quoted["booking_id"], changes={"comment": "x"})
    assert do(fl3xx.Fl3xxChangeQuoteOperator, reference="q-1/a", changes={"comment": "x"})["updated"]


@pytest.mark.parametrize("changes", [None, {}, "legs", [1]])
def test_no_change_is_an_error_and_asks_nothing(box, changes):
    with pytest.raises(AirflowFailException, match="'changes' must be an object"):
        do(fl3xx.Fl3xxChangeBookingOperator, reference=1, changes=changes)
    assert requests(box) == []


def test_a_change_waits_for_a_new_answer_without_a_worker(fresh_sandbox, fleet_connections):
    """With FL3XX's real spacing: the same was read a moment ago, and an old answer must not be written back."""
    made = book()
    assert do(fl3xx.Fl3xxGetBookingOperator, reference="erp-1/a")["bookingid"] == made["booking_id"]
    change = {"reference": "erp-1/a", "changes": {"comment": "gate 2"}}
    with pytest.raises(TaskDeferred):
        do(fl3xx.Fl3xxChangeBookingOperator, **change, deferrable=True)
    with pytest.raises(errors.Throttled) as caught:
        do(fl3xx.Fl3xxChangeBookingOperator, **change)
    assert caught.value.resume_at is not None
    assert effects(fresh_sandbox) == [f"booking:{made['booking_id']} created"]
    assert requests(fresh_sandbox, broke="spacing") == []


def test_who_reads_after_a_change_sees_it(fresh_sandbox, fleet_connections):
    """With FL3XX's real spacing, in which a new answer is not allowed."""
    made = book()
    told = do(fl3xx.Fl3xxChangeBookingOperator, reference=made["booking_id"], changes={"aircraft": "PK-SIM"})
    assert told["updated"]
    assert do(fl3xx.Fl3xxGetBookingOperator, reference=made["booking_id"])["aircraft"] == "PK-SIM"


# --- legs ---


def test_a_leg_is_added_once_changed_and_removed(box):
    made = book()
    where = {"booking_reference": made["booking_id"]}
    new = {"departure_airport": "LSZB", "arrival_airport": "GRZ", "departure_time_utc": "2031-04-05T08:00", "pax": 0}
    box.control.fault("fl3xx", "reset_after", "leg.add")
    added = do(fl3xx.Fl3xxAddLegOperator, **where, **new)
    assert do(fl3xx.Fl3xxAddLegOperator, **where, **new)["flightId"] == added["flightId"]
    with pytest.raises(AirflowFailException, match="arrivalDate"):
        do(fl3xx.Fl3xxChangeLegOperator, **where, flight_id=added["flightId"], departure_time="2031-04-05T12:00")
    times = {"departure_time_utc": "2031-04-05T10:00", "arrival_time_utc": "2031-04-05T11:30"}
    ends = {"departure_airport": "LSZB", "arrival_airport": "LOWG"}
    do(fl3xx.Fl3xxChangeLegOperator, **where, **ends, **times, flight_id=added["flightId"])
    legs = do(fl3xx.Fl3xxListLegsOperator, reference=made["booking_id"])
    assert [leg["flightId"] for leg in legs] == [*made["flight_ids"], added["flightId"]]
    assert legs[1]["earliestDeparture"].startswith("2031-04-05T10:00")
    gone = {**where, "flight_id": added["flightId"]}
    assert do(fl3xx.Fl3xxRemoveLegOperator, **gone)["already"] is False
    assert do(fl3xx.Fl3xxRemoveLegOperator, **{**gone, "flight_id": 999})["already"] is True
    assert [entry.split()[-1] for entry in effects(box)] == ["created", "created", "changed", "removed"]


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ({"pax": "5"}, {"pax": 5}),
        ({"aircraft": "PK-SIM"}, {"aircraft": "PK-SIM"}),
        (
            {"departure_time_utc": "2031-04-04T10:00", "arrival_time_utc": "2031-04-04T11:25"},
            {"departureDateUTC": "2031-04-04T10:00", "arrivalDateUTC": "2031-04-04T11:25"},
        ),
        (
            {"departure_time": "2031-04-04T12:00", "arrival_time_utc": "2031-04-04T11:25"},
            {"departureDateUTC": "2031-04-04T10:00", "arrivalDateUTC": "2031-04-04T11:25"},
        ),
        ({"arrival_airport": "LOWW"}, {"arrivalAirport": "LOWW"}),
    ],
)
def test_a_changed_leg_keeps_what_is_not_named(box, given, shown):
    made = book()
    where = {"booking_reference": "erp-1/a", "flight_id": made["flight_ids"][0]}
    (before,) = fl3xx_record("erp-1/a")["legs"]
    told = do(fl3xx.Fl3xxChangeLegOperator, **where, **given)
    assert (told["updated"], told["flightId"]) == (True, made["flight_ids"][0])
    (after,) = fl3xx_record("erp-1/a")["legs"]
    ours = ("departureAirport", "arrivalAirport", "departureDateUTC", "arrivalDateUTC", "pax", "aircraft", "workflow")
    assert {name: after[name] for name in ours} == {name: before[name] for name in ours} | shown
    again = do(fl3xx.Fl3xxChangeLegOperator, **where, **given)
    assert (again["updated"], again["flightId"]) == (False, made["flight_ids"][0])
    assert len(box.control.journal(route="leg.update")) == 1


def test_a_leg_that_is_not_there_or_not_changed_is_not_written(box):
    made = book()
    with pytest.raises(AirflowFailException, match="no leg"):
        do(fl3xx.Fl3xxChangeLegOperator, booking_reference="erp-1/a", flight_id=999, pax=2)
    with pytest.raises(AirflowFailException, match="at least one field"):
        do(fl3xx.Fl3xxChangeLegOperator, booking_reference="erp-1/a", flight_id=made["flight_ids"][0], pax="{{ none }}")
    assert len(effects(box)) == 1


def test_who_reads_a_booking_after_its_leg_was_changed_sees_it(fresh_sandbox, fleet_connections, tmp_path: Path):
    """With FL3XX's real spacing, in which a new answer is not allowed."""
    made, path = book(), tmp_path / "booking.json"
    where = {"booking_reference": made["booking_id"], "flight_id": made["flight_ids"][0]}
    assert do(fl3xx.Fl3xxChangeLegOperator, **where, pax=7)["updated"]
    do(fl3xx.Fl3xxGetBookingOperator, reference=made["booking_id"], output_path=f"file://{path}")
    assert [leg["pax"] for leg in json.loads(path.read_text())["legs"]] == [7]


# --- accounting ---


def test_accounting_tells_counts_and_invoices_become_files(box, tmp_path: Path):
    made, path = book(), tmp_path / "accounting.json"
    number = {"booking_id": made["booking_id"]}
    told = do(fl3xx.Fl3xxGetAccountingOperator, **number, output_path=f"file://{path}")
    assert (told["entries"], told["payments"]) == (1, 0)
    assert len(json.loads(path.read_text())["entries"]) == 1
    assert do(fl3xx.Fl3xxListInvoicesOperator, **number)[0]["invoiceNumber"] == f"INV-{made['booking_id']}"
    (invoice,) = do(fl3xx.Fl3xxDownloadInvoicesOperator, **number, output_dir=f"file://{tmp_path}/")
    written = tmp_path / f"INV-{made['booking_id']}_{invoice['uuid']}.pdf"
    assert written.read_bytes().startswith(b"%PDF")
    assert invoice["bytes"] == written.stat().st_size
    one = tmp_path / "one.pdf"
    do(fl3xx.Fl3xxDownloadAttachmentOperator, uuid=invoice["uuid"], output_path=f"file://{one}")
    assert one.read_bytes() == written.read_bytes()
    assert do(fl3xx.Fl3xxDownloadInvoicesOperator, **number, output_dir=f"file://{tmp_path}/") == [invoice]


def test_invoices_whose_numbers_look_alike_are_two_files(box, tmp_path: Path):
    for reference, number in (("erp-1/a", "12/3"), ("erp-2/a", "1/23")):
        made = book(reference)
        box.control.fault("fl3xx", "unknown_state", "invoices.list", keys=["invoiceNumber"], value=number)
        do(fl3xx.Fl3xxDownloadInvoicesOperator, booking_id=made["booking_id"], output_dir=f"file://{tmp_path}/")
    assert len(list(tmp_path.glob("*.pdf"))) == 2


def test_an_invoices_number_does_not_lead_out_of_the_folder(box, tmp_path: Path):
    made = book()
    box.control.fault("fl3xx", "unknown_state", "invoices.list", keys=["invoiceNumber"], value="../../evil")
    folder = tmp_path / "in"
    folder.mkdir()
    do(fl3xx.Fl3xxDownloadInvoicesOperator, booking_id=made["booking_id"], output_dir=f"file://{folder}")
    (written,) = tmp_path.rglob("*.pdf")
    assert written.parent == folder
    assert written.name.startswith("evil_")
