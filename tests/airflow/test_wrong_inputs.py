"""Wrong inputs: named as the operator's user knows them, with a rule in words, before anything is sent."""

from __future__ import annotations

from typing import Any

import pytest

from airflow_provider_fleetops.operators import fastrac, fasttrack360, fasttrak, fl3xx
from airflow_provider_fleetops.protocol.errors import InvalidInput
from airflow_provider_fleetops.sandbox import Sandbox
from airflow_provider_fleetops.state import open_store
from tests.airflow.fastrac_kit import GUEST, ITEM, RECEIVER, SENDER, SHIPPER
from tests.airflow.fasttrak.kit import TRIP
from tests.airflow.test_given import run

pytestmark = pytest.mark.usefixtures("fleet_connections")

SHIP: dict[str, Any] = {
    "courier_code": "anteraja",
    "code_service": "ND",
    "shipper": SHIPPER,
    "receiver": RECEIVER,
    "item": ITEM,
}
INSTANT: dict[str, Any] = {"shipper": SENDER, "receiver": GUEST, "item": ITEM}
JOB = {"job_order_id": 200000001}
DAYS = {"from_date": "2031-04-03", "to_date": "2031-04-02"}
LEG = {
    "departureAirport": "LOWW", "arrivalAirport": "LSZH",
    "departureDateUTC": "2031-04-09T08:00", "arrivalDateUTC": "2031-04-09T09:30",
}  # fmt: skip
BOOKING = {"external_reference": "erp-1", "aircraft": "OE-SIM", "customer": {"lastName": "Example"}}
NOTHING = "is empty: the template rendered to nothing"


def refusal(operator: type, **fields: Any) -> str:
    with pytest.raises(InvalidInput) as caught:
        run(operator(task_id="t", **fields))
    return str(caught.value)


@pytest.fixture
def box(fresh_sandbox: Sandbox) -> Sandbox:
    return fresh_sandbox


@pytest.mark.parametrize("nothing", ["{{ nothing }}", "{{ '' }}", None])
@pytest.mark.parametrize(
    ("operator", "name", "fields"),
    [
        (fastrac.FastracTrackShipmentOperator, "awbs", {}),
        (fastrac.FastracCreateShipmentOperator, "insurance", SHIP),
        (fastrac.FastracCreateShipmentOperator, "courier_code", SHIP),
        (fastrac.FastracCreateShipmentOperator, "item", SHIP),
        (fastrac.FastracCreateShipmentOperator, "receiver", SHIP),
        (fastrac.FastracCreateInstantShipmentOperator, "shipper", INSTANT),
        (fastrac.FastracCalculateItemsOperator, "items", {"courier_code": "anteraja"}),
        (fastrac.FastracCancelShipmentOperator, "awb", {"courier_code": "anteraja", "reason": "not wanted"}),
        (fasttrak.FasttrakApproveQuoteOperator, "max_total", {"quote_package_id": "p"}),
        (fasttrak.FasttrakCreateReservationOperator, "scheduled_pickup_time", TRIP),
        (fasttrak.FasttrakCreateReservationOperator, "passenger", TRIP),
        (fasttrack360.FastTrack360FillJobOrderOperator, "candidate_id", JOB),
        (fasttrack360.FastTrack360UpsertContactOperator, "client_id", {"first_name": "A", "last_name": "B"}),
        (fasttrack360.FastTrack360UpsertClientOperator, "office_id", {"name": "Example"}),
        (fasttrack360.FastTrack360ListCommentsOperator, "subject_id", {"subject": "client"}),
        (fl3xx.Fl3xxListFlightsOperator, "from_date", {"to_date": "2031-04-02"}),
        (fl3xx.Fl3xxFlightChangesOperator, "snapshot_path", DAYS),
        (fl3xx.Fl3xxReplaceFlightCrewOperator, "crew", {"flight_id": 1, "allow_empty": True}),
        (fl3xx.Fl3xxGetFlightOperator, "flight_id", {}),
        (fl3xx.Fl3xxPassengerManifestOperator, "output_path", {"flight_id": 1}),
    ],
    ids=lambda value: getattr(value, "__name__", None) or (value if isinstance(value, str) else ""),
)
def test_a_needed_value_that_renders_to_nothing_is_named(box, operator, name, fields, nothing):
    assert f"parameter '{name}' {NOTHING}" in refusal(operator, **{**fields, name: nothing})
    assert box.control.journal() == []
    assert open_store().ledger.list() == []


def test_a_vehicle_type_that_renders_to_nothing_is_no_type_error(box):
    told = refusal(fasttrak.FasttrakCreateReservationOperator, **{**TRIP, "vehicle_type_id": "{{ nothing }}"})
    assert f"parameter 'vehicle_type_id' {NOTHING}" in told
    assert box.control.journal() == []


def test_no_parcels_are_nothing_to_track(box):
    assert run(fastrac.FastracTrackShipmentOperator(task_id="t", awbs="{{ [] }}")) == {}
    assert box.control.journal() == []


@pytest.mark.parametrize(
    ("operator", "fields", "told"),
    [
        (
            fasttrack360.FastTrack360UpsertClientOperator,
            {"name": "Example", "office_id": "here"},
            "fasttrack360: parameter 'office_id' must be an integer",
        ),
        (
            fasttrack360.FastTrack360UpsertContactOperator,
            {"client_id": 100000001, "first_name": "A"},
            "parameter 'last_name' is required: a contact is found by 'email_address', or by 'first_name' and",
        ),
        (
            fasttrack360.FastTrack360CreateJobOrderOperator,
            {"client_id": 1, "job_type": "Temporary", "first_day": "someday"},
            "parameter 'first_day' must be a date",
        ),
        (fasttrack360.FastTrack360FillJobOrderOperator, {**JOB, "candidate_id": "x"}, "parameter 'candidate_id' must"),
        (
            fastrac.FastracCancelShipmentOperator,
            {"awb": "A", "courier_code": "anteraja", "reason": "no"},
            "parameter 'reason' must be at least 5 characters",
        ),
        (
            fl3xx.Fl3xxAircraftScheduleOperator,
            {"tail": "OE-FXA", **DAYS},
            "parameter 'to_date' must not be before 'from_date'",
        ),
        (fl3xx.Fl3xxHoldItemsOperator, {"tail": "OE-FXA", **DAYS, "to_date": "x"}, "parameter 'to_date' must be a day"),
        (fl3xx.Fl3xxCreateBookingOperator, {"aircraft": "OE-FXA"}, "parameter 'external_reference' is required"),
        (fl3xx.Fl3xxSyncDutiesOperator, {"duties": [None]}, "duties[0]: parameter 'body' is required"),
        (fl3xx.Fl3xxUpdateMaintenanceCountersOperator, {"aircraft_id": 1, "counters": [{}, None]}, "[1]"),
        (
            fastrac.FastracCreateShipmentOperator,
            {**SHIP, "receiver": RECEIVER | {"phone": "+62 811"}},
            "parameter 'receiver.phone' must be 8 to 15 digits, + in front allowed, no spaces",
        ),
        (
            fasttrak.FasttrakCreateReservationOperator,
            {**TRIP, "flight": {"airport_code": "kxx"}},
            "parameter 'flight.airport_code' must be 3 or 4 capital letters or digits",
        ),
    ],
)
def test_an_error_names_what_the_user_has_given(box, operator, fields, told):
    assert told in refusal(operator, **fields)
    assert box.control.journal() == []


def test_a_leg_that_came_to_nothing_makes_no_shorter_booking(box):
    assert "legs[1]: must be an object" in refusal(fl3xx.Fl3xxCreateBookingOperator, **BOOKING, legs=[LEG, None])
    assert [entry["effect"] for entry in box.control.journal(vendor="fl3xx", route="booking.create")] == [None]


def test_an_upsert_that_cannot_be_sent_is_not_meant(box):
    """Once, an operation was left behind in the ledger for it."""
    new = {"name": "New Example", "office_id": 1, "external_reference": "crm-new"}
    assert "parameter 'status' is required" in refusal(fasttrack360.FastTrack360UpsertClientOperator, **new)
    assert open_store().ledger.list() == []
    assert {entry["method"] for entry in box.control.journal(vendor="fasttrack360", route="clients.list")} == {"GET"}


class _AtHome(fastrac.FastracCancelShipmentOperator):
    """A company's own operator, which needs a reason no more."""

    def __init__(self, *, reason: str | None = None, **kwargs: Any) -> None:
        super().__init__(reason=reason, **kwargs)


def test_what_a_subclass_gives_a_default_may_render_to_nothing(box):
    given = {"awb": "A", "courier_code": "anteraja"}
    assert "'reason' must not be empty" in refusal(_AtHome, **given, reason="{{ '' }}")
    assert f"'awb' {NOTHING}" in refusal(_AtHome, **{**given, "awb": "{{ '' }}"})
