"""FASTTRAK's hook, operators and sensor against the sandbox: what FASTTRAK received, and what the user sees."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowFailException, TaskDeferred

from airflow_provider_fleetops.hooks.fasttrak import FasttrakHook
from airflow_provider_fleetops.operators.fasttrak import (
    FasttrakCancelReservationOperator,
    FasttrakCreateReservationOperator,
    FasttrakUpdateReservationOperator,
)
from airflow_provider_fleetops.protocol import errors
from airflow_provider_fleetops.sandbox import Sandbox
from airflow_provider_fleetops.sensors.fasttrak import FasttrakReservationSensor
from airflow_provider_fleetops.transports.sync import SyncDriver
from airflow_provider_fleetops.triggers import wait
from tests.conftest import START, set_connection

CONTEXT: dict[str, Any] = {"logical_date": START, "ds": "2031-04-02"}
PICKUP = START + timedelta(hours=6)
PASSENGER = {"name": "Wilhelmina Testperson", "phone": "+1 555 0100 200", "email": "w.testperson@example.com"}
CUSTOMER = {"first_name": "Octavia", "last_name": "Sampleton", "email": "octavia@example.com"}
TRIP: dict[str, Any] = {
    "external_booking_id": "flight-7001:car",
    "scheduled_pickup_time": PICKUP.isoformat(),
    "passenger": PASSENGER,
    "customer": CUSTOMER,
    "from_location": {"displayAddress": "Airport Example"},
    "to_location": "12 Secret Lane, Port Example",
    "travel_type": "Arrival",
    "flight": {"airport_code": "KXX", "airline_code": "ZZ", "flight_number": "0123"},
    "vehicle_type_id": 1,
    "passenger_count": 2,
    "is_vip": True,
}

pytestmark = pytest.mark.usefixtures("fleet_connections")


@pytest.fixture
def box(fresh_sandbox: Sandbox) -> Sandbox:
    return fresh_sandbox


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Retries come at once."""
    monkeypatch.setitem(SyncDriver.__init__.__kwdefaults__, "sleep", lambda _seconds: None)


@pytest.fixture
def connect(fleet_connections: Mapping[str, Any], monkeypatch: pytest.MonkeyPatch) -> Any:
    """Change the connection: ``connect(login=..., extra={...})``."""

    def change(**changes: Any) -> None:
        own = dict(fleet_connections["fasttrak_default"])
        extra = {**own["extra"], **changes.pop("extra", {})}
        set_connection(monkeypatch, "fasttrak_default", {**own, **changes, "extra": extra})

    return change


def create(**arguments: Any) -> dict[str, Any]:
    told: dict[str, Any] = FasttrakCreateReservationOperator(task_id="car", **{**TRIP, **arguments}).execute(CONTEXT)
    return told


def update(**arguments: Any) -> dict[str, Any]:
    told: dict[str, Any] = FasttrakUpdateReservationOperator(task_id="retime", **arguments).execute(CONTEXT)
    return told


def cancel(**arguments: Any) -> dict[str, Any]:
    told: dict[str, Any] = FasttrakCancelReservationOperator(task_id="cancel", **arguments).execute(CONTEXT)
    return told


def sensor(**arguments: Any) -> FasttrakReservationSensor:
    return FasttrakReservationSensor(task_id="wait", **arguments)


def routes(box: Sandbox, **filters: Any) -> list[str]:
    """What FASTTRAK received, logins aside."""
    entries = box.control.journal(vendor="fasttrak", **filters)
    return [entry["route"] for entry in entries if not entry["route"].startswith("auth.")]


def stats(box: Sandbox) -> dict[str, Any]:
    figures: dict[str, Any] = box.control.summary()["fasttrak"]
    return figures


def record(number: int) -> dict[str, Any]:
    return FasttrakHook().reservation(number)


# --- create ---


def test_a_trip_is_booked_with_all_that_was_given(box):
    told = create()
    assert told == {
        "reservation_id": told["reservation_id"],
        "external_booking_id": "flight-7001:car",
        "created": True,
        "status": "BOOKED",
        "scheduled_pickup_time": "2031-04-02T11:00:00Z",
    }
    seen = record(told["reservation_id"])
    assert seen["primaryPassenger"]["name"] == PASSENGER["name"]
    assert seen["primaryPassenger"]["emailAddress"] == PASSENGER["email"]
    assert seen["toLocation"]["displayAddress"] == TRIP["to_location"]
    flight = seen["fromLocation"]["airportAirlineFlightInfo"]
    assert (flight["airportCode"], flight["airlineCode"], flight["flightNumber"]) == ("KXX", "ZZ", "0123")
    assert (seen["travelType"], seen["isVip"], seen["passengerCount"]) == ("Arrival", True, 2)


def test_a_second_run_finds_the_trip(box):
    first, second = create(), create()
    assert second == {**first, "created": False}
    assert routes(box).count("reservation.create_new_customer") == 1
    assert box.control.journal(broke="*") == []


def test_a_retimed_trip_is_found_within_the_window(box):
    first = create()
    update(reservation_id=first["reservation_id"], scheduled_pickup_time=PICKUP + timedelta(hours=3))
    assert create()["created"] is False


@pytest.mark.parametrize("kind", ["reset_after", "truncated"])
def test_a_booking_whose_answer_was_lost_is_found(box, kind):
    box.control.fault("fasttrak", kind, match="reservation.create_new_customer")
    told = create()
    assert told["created"]
    assert routes(box)[-2:] == ["reservation.create_new_customer", "reservations.search_advanced"]
    assert create() == {**told, "created": False}
    assert stats(box)["duplicates"] == 0


def test_a_booking_whose_answer_was_a_gateway_fault_is_found(box):
    box.control.fault("fasttrak", "status", match="reservation.create_new_customer", code=503, when="after")
    assert create()["created"]
    assert routes(box).count("reservation.create_new_customer") == 1


def test_a_booking_that_never_arrived_is_left_to_the_next_try_which_looks_first(box, later):
    box.control.fault("fasttrak", "reset_before", match="reservation.create_new_customer")
    with pytest.raises(errors.Unavailable, match="A retry looks again") as caught:
        create()
    assert not isinstance(caught.value, AirflowFailException)
    assert caught.value.effect is errors.Effect.UNKNOWN
    assert routes(box).count("reservation.create_new_customer") == 1
    later(300)
    assert create()["created"]
    assert routes(box).count("reservation.create_new_customer") == 2


def test_a_known_customer_is_used_again(box):
    known = FasttrakHook().rows("customers.list")[0]
    told = create(customer={**CUSTOMER, "email": known["emailAddress"].upper()})
    assert record(told["reservation_id"])["customerId"] == known["customerId"]


def test_without_the_right_to_search_customers_the_trip_is_booked_all_the_same(box):
    box.control.limits("fasttrak", denied_areas=["customers"])
    assert create()["created"]


def test_the_other_create_serves_a_known_customer(box, connect):
    connect(extra={"create_endpoint": "reservations"})
    known = FasttrakHook().rows("customers.list")[0]
    told = create(customer=None, customer_id=known["customerId"])
    assert told["created"]
    assert routes(box)[-1] == "reservation.create"


def test_a_thin_answer_is_completed_by_a_look(box):
    told = create(overrides={"disableReservationRetrieveAfterUpdate": True})
    assert told["reservation_id"]
    assert told["status"] == "BOOKED"


def test_a_business_rule_fails_without_a_retry(box):
    box.control.limits("fasttrak", lead_minutes=600)
    with pytest.raises(AirflowFailException, match="lead time"):
        create()
    assert routes(box).count("reservation.create_new_customer") == 1
    assert create(overrides={"disableLeadTimeChecks": True})["created"]


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"scheduled_pickup_time": "2031-04-02T11:00:00"}, "scheduled_pickup_time.*time zone"),
        ({"scheduled_pickup_time": "soon"}, "scheduled_pickup_time.*ISO-8601"),
        ({"passenger": {"phone": "1"}}, r"passenger\.name.*required"),
        ({"passenger": "somebody"}, "passenger.*object"),
        ({"passenger": {"name": "x", "shoe_size": 9}}, "shoe_size"),
        ({"customer": None}, "customer"),
        ({"external_booking_id": ""}, r"external_booking_id.*required"),
        ({"vehicle_type_id": "big"}, "vehicle_type_id.*integer"),
        ({"passenger_count": -1}, "passenger_count.*at least 0"),
        ({"travel_type": "Ground"}, "flight.*Arrival or Departure"),
        ({"flight": {"airport_code": "somewhere"}}, "airport_code.*match"),
        ({"to_location": "\x00"}, "to_location.*control"),
        ({"to_location": 7.5}, "to_location.*string"),
        ({"overrides": {"disableEverything": True}}, "disableEverything"),
        ({"overrides": {"disableLeadTimeChecks": "perhaps"}}, "disableLeadTimeChecks.*true or false"),
        ({"details": ["x"]}, "details.*object"),
        ({"notes": {"diary": "x"}}, "diary"),
        ({"search_hours": "long"}, "search_hours.*number"),
    ],
)
def test_wrong_values_are_named_and_nothing_is_sent(box, wrong, named):
    with pytest.raises(AirflowFailException, match=named) as caught:
        create(**wrong)
    assert isinstance(caught.value, errors.InvalidInput)
    assert routes(box) == []


def test_persons_and_addresses_are_templated_but_never_rendered_fields(box):
    operator = FasttrakCreateReservationOperator(
        task_id="car",
        **{
            **TRIP,
            "external_booking_id": "{{ ds }}:car",
            "passenger": {"name": "{{ ds }} Person"},
            "customer": lambda context: {"first_name": "A", "last_name": f"Client {context['ds']}"},
            "to_location": "{{ ds }} Lane",
        },
    )
    operator.render_template_fields(CONTEXT)
    shown = json.dumps({name: str(getattr(operator, name)) for name in operator.template_fields})
    assert "Person" not in shown
    assert "Lane" not in shown
    seen = record(operator.execute(CONTEXT)["reservation_id"])
    assert seen["externalBookingId"] == "2031-04-02:car"
    assert seen["primaryPassenger"]["name"] == "2031-04-02 Person"
    assert seen["customerSummary"]["lastName"] == "Client 2031-04-02"
    assert seen["toLocation"]["displayAddress"] == "2031-04-02 Lane"


def test_what_a_task_returns_and_logs_names_nobody(box, caplog):
    caplog.set_level("DEBUG")
    told = create()
    box.control.fault("fasttrak", "reset_before", match="reservation.create_new_customer")
    with pytest.raises(errors.Unavailable) as caught:
        create(external_booking_id="other")
    text = json.dumps(told) + caplog.text + str(caught.value)
    for personal in (*PASSENGER.values(), *CUSTOMER.values(), TRIP["to_location"]):
        assert personal not in text


# --- update ---


def test_a_slip_moves_pickup_end_and_flight(box):
    booked = create()["reservation_id"]
    before = record(booked)
    told = update(
        reservation_id=booked,
        flight_estimated_arrival=(PICKUP + timedelta(minutes=40)).isoformat(),
        buffer_minutes="15",
    )
    assert told == {
        "reservation_id": booked,
        "updated": True,
        "reason": "",
        "previous_pickup_time": "2031-04-02T11:00:00Z",
        "scheduled_pickup_time": "2031-04-02T11:55:00Z",
        "shift_minutes": 55.0,
        "status": "BOOKED",
    }
    after = record(booked)
    assert (
        moved(before, after, "scheduledPickupTime") == moved(before, after, "estimatedEndTime") == timedelta(minutes=55)
    )
    arrived = after["fromLocation"]["airportAirlineFlightInfo"]["actualDateTime"]
    assert datetime.fromisoformat(arrived) == PICKUP + timedelta(minutes=40)
    same = {"primaryPassenger", "toLocation", "externalBookingId", "isVip", "reservationStatus", "employeeId"}
    assert {name: after[name] for name in same} == {name: before[name] for name in same}


def moved(before: Mapping[str, Any], after: Mapping[str, Any], name: str) -> timedelta:
    return datetime.fromisoformat(after[name]) - datetime.fromisoformat(before[name])


def test_an_update_again_writes_nothing(box):
    booked = create()["reservation_id"]
    target = PICKUP + timedelta(minutes=30)
    update(reservation_id=booked, scheduled_pickup_time=target)
    told = update(reservation_id=booked, scheduled_pickup_time=target)
    assert (told["updated"], told["reason"], told["shift_minutes"]) == (False, "less than 5 minutes", 0)
    assert routes(box).count("reservation.update") == 1


@pytest.mark.parametrize(
    ("minutes", "threshold", "updated"), [(4, 5, False), (5, 5, True), (-4, 5, False), (1, 0, True)]
)
def test_small_moves_are_skipped(box, minutes, threshold, updated):
    booked = create()["reservation_id"]
    told = update(
        reservation_id=booked,
        scheduled_pickup_time=PICKUP + timedelta(minutes=minutes),
        threshold_minutes=threshold,
    )
    assert told["updated"] is updated
    assert routes(box).count("reservation.update") == int(updated)


def test_a_trip_is_found_by_the_key_of_its_booking(box):
    booked = create()["reservation_id"]
    told = update(external_booking_id="flight-7001:car", scheduled_pickup_time=PICKUP + timedelta(hours=1))
    assert (told["reservation_id"], told["updated"]) == (booked, True)
    with pytest.raises(AirflowFailException, match="no reservation with this external_booking_id"):
        update(external_booking_id="nobody's", scheduled_pickup_time=PICKUP)


@pytest.mark.parametrize("status", ["En_route", "On_Location", "On_Board", "Dropped", "No_Show", "Cancelled"])
def test_a_trip_in_service_or_over_is_refused(box, status):
    booked = create()["reservation_id"]
    box.control.script("fasttrak", "status", reservationId=booked, status=status, hold=True)
    with pytest.raises(AirflowFailException, match=rf"\({status.upper()}\)") as caught:
        update(reservation_id=booked, scheduled_pickup_time=PICKUP + timedelta(hours=1))
    assert isinstance(caught.value, errors.Refused)
    assert "reservation.update" not in routes(box)


def test_force_moves_a_trip_in_service(box):
    booked = create()["reservation_id"]
    box.control.script("fasttrak", "status", reservationId=booked, status="En_route", hold=True)
    told = update(reservation_id=booked, scheduled_pickup_time=PICKUP + timedelta(hours=1), force="True")
    assert (told["updated"], told["status"]) == (True, "EN_ROUTE")


def test_an_update_whose_answer_was_lost_is_sent_again_to_the_same_effect(box):
    booked = create()["reservation_id"]
    box.control.fault("fasttrak", "reset_after", match="reservation.update")
    told = update(reservation_id=booked, scheduled_pickup_time=PICKUP + timedelta(hours=1))
    assert told["updated"]
    assert record(booked)["scheduledPickupTime"].startswith("2031-04-02T12:00")


def test_an_unknown_reservation_is_an_error_that_is_not_retried(box):
    with pytest.raises(AirflowFailException) as caught:
        update(reservation_id=999_999, scheduled_pickup_time=PICKUP)
    assert isinstance(caught.value, errors.NotFound)


@pytest.mark.parametrize(
    "arguments",
    [
        {"reservation_id": 1, "external_booking_id": "a", "scheduled_pickup_time": PICKUP},
        {"scheduled_pickup_time": PICKUP},
        {"reservation_id": 1},
        {"reservation_id": 1, "scheduled_pickup_time": PICKUP, "flight_estimated_arrival": PICKUP},
    ],
)
def test_contradicting_arguments_are_refused_when_the_dag_is_read(arguments):
    with pytest.raises(ValueError, match="not both"):
        FasttrakUpdateReservationOperator(task_id="retime", **arguments)


# --- cancel ---


@pytest.mark.parametrize("strategy", ["status", "endpoint"])
def test_a_trip_is_cancelled_by_either_strategy_and_once(box, connect, strategy):
    connect(extra={"cancel_strategy": strategy})
    booked = create()["reservation_id"]
    assert cancel(reservation_id=booked) == {"reservation_id": booked, "cancelled": True, "already": False}
    assert record(booked)["reservationStatus"] == "Cancelled"
    assert cancel(external_booking_id="flight-7001:car", scheduled_pickup_time=PICKUP)["already"]
    writes = routes(box).count("reservation.cancel"), routes(box).count("reservation.update")
    assert writes == ((0, 1) if strategy == "status" else (1, 0))


@pytest.mark.parametrize("strategy", ["status", "endpoint"])
def test_a_cancel_whose_answer_was_lost_is_a_success(box, connect, strategy):
    connect(extra={"cancel_strategy": strategy})
    booked = create()["reservation_id"]
    match = "reservation.cancel" if strategy == "endpoint" else "reservation.update"
    box.control.fault("fasttrak", "reset_after", match=match)
    assert cancel(reservation_id=booked)["cancelled"]
    assert record(booked)["reservationStatus"] == "Cancelled"


# --- the sensor ---


def test_one_search_sees_many_trips(box):
    hook = FasttrakHook()
    rows = hook.reservations(START - timedelta(days=1), START + timedelta(days=2))
    ids = [row["reservationId"] for row in rows]
    assert len(ids) == 10
    box.control.advance(timedelta(days=2))
    hook.call("companies.list")  # signs in again, two days later
    sent = len(routes(box))
    result = sensor(reservation_ids=ids, from_time=START - timedelta(days=1), to_time="2031-04-04T05:00:00Z").poke(
        CONTEXT
    )
    assert result.is_done
    assert set(result.xcom_value["reached"].values()) == {"DROPPED"}
    assert len(routes(box)) - sent == 1


def test_what_the_window_does_not_show_is_read_by_number(box):
    rows = FasttrakHook().reservations(START - timedelta(days=1), START + timedelta(days=2))
    ids = [row["reservationId"] for row in rows]
    sent = len(routes(box))
    sensor(reservation_ids=str(ids[:3]), from_time=START - timedelta(days=9), to_time=START - timedelta(days=8)).poke(
        CONTEXT
    )
    assert routes(box)[sent:] == ["reservations.search_advanced", *["reservation.get"] * 3]


def test_a_trip_that_is_past_the_target_has_reached_it(box):
    booked = create()["reservation_id"]
    waiting = sensor(reservation_ids=booked, target_state="driver_scheduled")
    assert not waiting.poke(CONTEXT).is_done
    box.control.set(PICKUP + timedelta(minutes=5))
    result = waiting.poke(CONTEXT)
    assert result.is_done
    assert result.xcom_value["reached"] == {str(booked): "ON_BOARD"}
    assert result.xcom_value["facts"][str(booked)]["driver_assigned"] is True


def test_own_keys_are_waited_for_too(box):
    create()
    window = {"from_time": PICKUP - timedelta(hours=5), "to_time": PICKUP + timedelta(hours=5)}
    waiting = sensor(external_booking_ids="flight-7001:car", target_state="BOOKED", **window)
    assert waiting.poke(CONTEXT).xcom_value["reached"] == {"flight-7001:car": "BOOKED"}
    unseen = sensor(external_booking_ids=["flight-7001:car", "later"], target_state="BOOKED", **window).poke(CONTEXT)
    assert not unseen.is_done


@pytest.mark.parametrize(("event", "state"), [("cancel", "CANCELLED"), ("no_show", "NO_SHOW")])
def test_a_dead_end_fails_the_sensor_and_names_it(box, event, state):
    booked = create()["reservation_id"]
    box.control.script("fasttrak", event, reservationId=booked)
    with pytest.raises(AirflowFailException, match=f"{booked} {state}"):
        sensor(reservation_ids=booked).execute(CONTEXT)


def test_an_unknown_word_keeps_waiting(box):
    booked = create()["reservation_id"]
    box.control.script("fasttrak", "status", reservationId=booked, status="Teleporting", hold=True)
    assert not sensor(reservation_ids=booked).poke(CONTEXT).is_done


def test_a_number_that_does_not_exist_fails_and_is_named(box):
    with pytest.raises(AirflowFailException, match="no reservation 999999"):
        sensor(reservation_ids=999_999).poke(CONTEXT)


def test_a_deferred_sensor_carries_ids_and_ends_in_the_trigger(box, monkeypatch):
    booked = create()["reservation_id"]
    with pytest.raises(TaskDeferred) as deferred:
        sensor(reservation_ids=[booked], deferrable=True).execute(CONTEXT)
    path, kwargs = deferred.value.trigger.serialize()
    kwargs = json.loads(json.dumps(kwargs))
    assert kwargs["ids"] == [str(booked)]
    secrets = box.credentials("fasttrak").values()
    assert not any(secret in json.dumps(kwargs) for secret in secrets)
    box.control.set(PICKUP + timedelta(hours=2))
    event = run_trigger(path, kwargs, monkeypatch)
    result = sensor(reservation_ids=[booked]).execute_complete(CONTEXT, event)
    assert result["reached"] == {str(booked): "DROPPED"}


def run_trigger(path: str, kwargs: Mapping[str, Any], monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The first event of a trigger, without its pauses."""
    import asyncio

    assert path.endswith("WaitTrigger")

    async def at_once(_seconds: float) -> None:
        return None

    async def first() -> Any:
        async for event in wait.WaitTrigger(**kwargs).run():
            return event.payload
        return None

    monkeypatch.setattr(wait, "pause_for", at_once)
    payload: dict[str, Any] = asyncio.run(first())
    return payload


# --- signing in ---


def test_many_tasks_share_one_login_and_refresh_it(box):
    create()
    create(external_booking_id="b")
    box.control.advance(timedelta(minutes=31))
    sensor(reservation_ids=710_001, failure_states=[]).poke(CONTEXT)
    assert record(710_001)
    figures = stats(box)
    assert (figures["logins"], figures["refreshes"]) == (1, 1)
    assert [entry["status"] for entry in box.control.journal(broke="*")] == [401]  # the one that met the end


def test_an_ended_session_is_renewed_once_and_the_call_repeated(box):
    record(710_001)
    box.control.script("fasttrak", "revoke_tokens")
    assert record(710_001)
    assert routes(box, route="reservation.get") == ["reservation.get"] * 3


def test_a_wrong_password_is_tried_once_by_all_tasks(box, connect):
    connect(password="not the password")
    for _ in range(3):
        with pytest.raises(AirflowFailException) as caught:
            record(710_001)
        assert isinstance(caught.value, errors.AuthenticationError)
        assert "not the password" not in str(caught.value)
    assert len(box.control.journal(vendor="fasttrak")) == 1


@pytest.mark.parametrize(
    ("extra", "kind", "named"),
    [
        ({"partner_access_api_key": "0" * 32}, errors.AuthenticationError, "partner_access_api_key"),
        ({"system_id": "00000000-0000-0000-0000-000000000000"}, errors.ConfigurationError, "system_id"),
        ({"system_id": None}, errors.ConfigurationError, "system_id"),
        ({"partner_access_api_key": ""}, errors.ConfigurationError, "partner_access_api_key"),
        ({"time_zone": "Mars/Phobos", "times_are_local": True}, errors.ConfigurationError, "time_zone"),
        ({"sytem_id": "x"}, errors.ConfigurationError, "sytem_id"),
    ],
)
def test_a_wrong_connection_is_named_and_not_retried(box, connect, extra, kind, named):
    connect(extra=extra)
    with pytest.raises(AirflowFailException, match=named) as caught:
        FasttrakHook().reservations(START, START + timedelta(hours=1))
    assert isinstance(caught.value, kind)
    assert len(box.control.journal(vendor="fasttrak")) <= 1


def test_the_partner_login_has_its_own_path(box, connect):
    connect(extra={"login_kind": "partner"})
    assert record(710_001)
    assert box.control.journal(vendor="fasttrak")[0]["route"] == "auth.partner"


def test_a_denied_area_names_it(box):
    box.control.limits("fasttrak", denied_areas=["reservations"])
    with pytest.raises(AirflowFailException, match="'reservations'"):
        record(710_001)


def test_failures_inside_200_are_failures_too(box):
    box.control.limits("fasttrak", failures_as_200=1)
    with pytest.raises(AirflowFailException) as caught:
        record(999_999)
    assert isinstance(caught.value, errors.NotFound)
    with pytest.raises(AirflowFailException) as caught:
        create(vehicle_type_id=99)
    assert isinstance(caught.value, errors.Refused)


def test_the_test_button_costs_one_read_and_one_login(box):
    done, message = FasttrakHook().test_connection()
    assert done
    assert message.startswith("Connected")
    assert [entry["route"] for entry in box.control.journal(vendor="fasttrak")] == [
        "auth.web_service_user",
        "companies.list",
    ]


# --- the hook ---


def test_a_full_answer_is_read_in_halves(box, monkeypatch):
    from airflow_provider_fleetops.vendors.fasttrak import search

    monkeypatch.setattr(search, "MAX_RESULTS", 4)
    rows = FasttrakHook().reservations(START - timedelta(days=1), START + timedelta(days=2))
    assert len({row["reservationId"] for row in rows}) == len(rows) == 10


def test_local_times_are_read_and_written_as_the_operators_clock(box, connect):
    connect(extra={"times_are_local": True, "time_zone": "America/New_York"})
    told = create()
    assert told["scheduled_pickup_time"] == "2031-04-02T11:00:00Z"
    connect()
    assert FasttrakHook().reservation(told["reservation_id"])["scheduledPickupTime"].startswith("2031-04-02T07:00")


def test_quotes_are_asked_for_and_booked_once(box):
    trip = {
        "travelType": "Ground",
        "vehicleTypeId": 1,
        "scheduledPickupTime": "2031-04-02T15:00:00Z",
        "fromLocation": {"displayAddress": "A"},
        "toLocation": {"displayAddress": "B"},
        "primaryPassenger": {"name": "P"},
    }
    hook = FasttrakHook()
    package = hook.quote(trip, customerSummary={"firstName": "F", "lastName": "L"})
    quote = package["quotes"][0]["quoteId"]
    assert hook.book_quote(package["quotePackageId"], quote)["reservationStatus"] == "Booked"
    with pytest.raises(errors.Refused):
        hook.book_quote(package["quotePackageId"], quote)


def test_lists_are_rows(box):
    hook = FasttrakHook()
    for name in ("companies.list", "vehicles.list", "vehicle_types.list", "affiliates.list", "pricing_plans.list"):
        assert hook.rows(name), name
    assert hook.drivers()
    assert hook.customers(email="nobody@example.com") == []


# --- the whole catalogue ---

DETAIL = {
    "travelType": "Ground",
    "vehicleTypeId": 1,
    "scheduledPickupTime": "2031-04-02T15:00:00Z",
    "fromLocation": {"displayAddress": "A"},
    "toLocation": {"displayAddress": "B"},
    "primaryPassenger": {"name": "P"},
}
WINDOW = {"startDate": "2031-04-01T00:00:00Z", "endDate": "2031-04-03T00:00:00Z"}
PERSON = {"firstName": "F", "lastName": "L", "emailAddress": "f.l@example.com"}


def test_every_entry_is_understood_by_the_vendor(box):
    hook = FasttrakHook()
    customer = hook.rows("customers.list", max_results=5)[0]["customerId"]
    detail = {**DETAIL, "customerId": customer}
    login = {
        "systemId": box.credentials("fasttrak")["system_id"],
        "username": box.credentials("fasttrak")["username"],
        "password": box.credentials("fasttrak")["password"],
        "refreshToken": "",
    }
    package = hook.call("quote_package.create", body={"reservationDetails": [detail], "customerSummary": PERSON})
    quoted = {"quote_package_id": package["quotePackageId"]}
    subscription = {"url": "https://hooks.example/cars", "eventTypes": ["reservation.updated"]}
    calls: list[tuple[str, dict[str, Any], Any]] = [
        ("auth.web_service_user", {}, login),
        ("auth.partner", {}, login),
        ("customers.search", {}, {"emailAddress": PERSON["emailAddress"]}),
        ("customer.get", {"customer_id": customer}, None),
        ("customer.create", {}, PERSON),
        ("customer.update", {"customer_id": customer}, PERSON),
        ("employees.list", {"include_inactive": True}, None),
        ("pricing_plans.list", {"include_disabled": True}, None),
        ("reservation.get", {"reservation_id": 710_001}, None),
        ("reservations.search", {}, WINDOW),
        ("reservations.search_advanced", {}, {**WINDOW, "maxResults": 3}),
        ("reservation.create_new_customer", {}, {"reservationDetail": detail, "customerSummary": PERSON}),
        ("reservation.create", {}, {"reservationDetail": detail}),
        ("reservation.update", {"reservation_id": 710_010}, {"reservationDetail": detail}),
        ("reservation.cancel", {"reservation_id": 710_010}, {"cancelledBy": "ops", "reason": "r"}),
        ("quote_package.get", quoted, None),
        ("quote_package.book", quoted, {"quoteId": package["quotes"][0]["quoteId"]}),
        ("webhook.create", {}, subscription),
        ("employee_pays.search", {}, {"payDisplayType": "DriversOnly", "payStatus": "All"}),
        ("reservation.employee_pays", {"reservation_id": 710_001}, None),
        ("invoices.aging_report", {}, {"companyId": 1, "agingDate": "2031-04-02T00:00:00Z", "invoiceARStatus": "All"}),
        ("documents.employee_pay_report", {}, {"payStatus": "All", "suppressZeroValueItems": True}),
        *((name, {}, None) for name in hook.vendor.endpoints if name.endswith(".list")),
    ]
    for name, arguments, body in calls:
        answer = hook.call(name, body=body, **arguments)
        assert answer is not None, name
    hook.call("webhook.delete", webhook_id=str(hook.rows("webhooks.list")[0]["webhookId"]))
    called = {entry["route"] for entry in box.control.journal(vendor="fasttrak")}
    assert set(hook.vendor.endpoints) == called
