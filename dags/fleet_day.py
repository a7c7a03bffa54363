"""A day of fleet operations: cars that follow VIP flights, a part for an aircraft on ground, a note for staffing.

Every VIP arrival gets a car; when the flight slips, the car is re-timed; when an aircraft goes AOG (aircraft on
ground), the part is rate-shopped, shipped and waited for; what was done is noted on the client in FastTrack360.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.sdk import DAG, Param, task
from airflow.sdk.exceptions import AirflowSkipException

from airflow_provider_fleetops.operators.fastrac import FastracCheckTariffOperator, FastracCreateShipmentOperator
from airflow_provider_fleetops.operators.fasttrack360 import (
    FastTrack360AddCommentOperator,
    FastTrack360UpsertClientOperator,
)
from airflow_provider_fleetops.operators.fasttrak import (
    FasttrakCreateReservationOperator,
    FasttrakRetimeReservationOperator,
)
from airflow_provider_fleetops.operators.fl3xx import Fl3xxListFlightsOperator
from airflow_provider_fleetops.pools import pool
from airflow_provider_fleetops.sensors.fastrac import FastracShipmentSensor
from airflow_provider_fleetops.sensors.fasttrak import FasttrakReservationSensor
from airflow_provider_fleetops.sensors.fl3xx import Fl3xxFlightStateSensor

DAY = "{{ params.day or (dag_run.run_after | ds) }}"
BUFFER = timedelta(minutes=15)  # from on-block to the kerb
SPARES_DESK, LINE_STATION = 3174050003, 3578110002  # sub-districts of the warehouse and of the station
PART = {"name": "Starter generator", "weight": 14500, "length": 45, "width": 30, "height": 30, "value": 9500000}


def lead_passenger(context: Any) -> dict[str, Any]:
    """Read the main passenger of the car's flight when the task runs: names never become XComs or rendered fields."""
    from airflow_provider_fleetops.hooks.fl3xx import Fl3xxHook

    flight_id = context["task"].reference_po
    tickets = Fl3xxHook().call("pax_details.get", flight_id=flight_id)["pax"]["tickets"]
    person = next((t["paxUser"] for t in tickets if t.get("main") and t.get("paxUser")), None) or {}
    name = f"{person.get('firstName') or ''} {person.get('lastName') or 'VIP guest'}".strip()
    return {"name": name, "phone": person.get("phoneNumber") or "", "alias": f"Flight {flight_id}"}


def booker(_context: Any) -> dict[str, Any]:
    """Who books: the operations desk, the same for every car."""
    return {"first_name": "Operations", "last_name": "Desk", "email": "ops@fleet.example", "phone": "+43 1 555 0100"}


with DAG(
    dag_id="fleet_day",
    schedule=None,
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    tags=["fleetops"],
    default_args={"retries": 2, "retry_delay": timedelta(seconds=5)},
    params={
        "day": Param(None, type=["null", "string"], format="date", description="The day (UTC); by default the run's."),
        "cars": Param(3, type="integer", minimum=1, description="For at most how many VIP arrivals."),
    },
    render_template_as_native_obj=True,
    doc_md=__doc__,
):
    # [START howto_fl3xx_list_flights]
    flights = Fl3xxListFlightsOperator(
        task_id="flights", pool=pool("fl3xx"), from_date=DAY, to_date=DAY, time_zone="UTC"
    )
    # [END howto_fl3xx_list_flights]

    @task
    def vip_arrivals(programme: list[dict[str, Any]], params: dict[str, Any] | None = None) -> list[dict[str, Any]]:
        """The next VIP flights that have not left yet, in the order of their departure."""
        wanted = [f for f in programme if f["workflowCustomName"] == "VIP" and f["state"] == "SCHEDULED"]
        if not wanted:
            raise AirflowSkipException("no VIP flight is still to leave")
        wanted.sort(key=lambda flight: flight["blockOffEstUTC"])
        return [
            {
                "flight_id": str(flight["flightId"]),
                "number": flight["flightNumber"],
                "airport": flight["airportTo"],
                "arrival": flight["blockOnEstUTC"],
                "passengers": flight["paxNumber"],
            }
            for flight in wanted[: (params or {})["cars"]]
        ]

    @task
    def car_orders(arrivals: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """One reservation for each arrival, under a key that a retry or a second run of the day meets again."""
        return [
            {
                "external_booking_id": f"fleet-day-{arrival['flight_id']}",
                "scheduled_pickup_time": (datetime.fromisoformat(arrival["arrival"]) + BUFFER).isoformat(),
                "reference_po": arrival["flight_id"],
                "from_location": f"{arrival['airport']} general aviation terminal",
                "passenger_count": arrival["passengers"],
            }
            for arrival in arrivals
        ]

    arrivals = vip_arrivals(flights.output)

    # [START howto_fasttrak_create_reservation]
    cars = FasttrakCreateReservationOperator.partial(
        task_id="ensure_car",
        pool=pool("fasttrak"),
        travel_type="Ground",
        passenger=lead_passenger,
        customer=booker,
        to_location="Hotel Imperial, Main Street 1",
        is_vip=True,
        vehicle_type_id=1,
        overrides={"disableLeadTimeChecks": True},
    ).expand_kwargs(car_orders(arrivals))
    # [END howto_fasttrak_create_reservation]

    # [START howto_fl3xx_flight_state]
    departed = Fl3xxFlightStateSensor(
        task_id="vip_departed",
        pool=pool("fl3xx"),
        flight_ids="{{ ti.xcom_pull('vip_arrivals') | map(attribute='flight_id') | list }}",
        from_date=DAY,
        to_date=DAY,
        target_state="OFF_BLOCK",
        condition="any",
        deferrable=True,
        timeout=6 * 3600,
    )
    # [END howto_fl3xx_flight_state]

    @task
    def slipped(arrivals: list[dict[str, Any]], seen: dict[str, Any]) -> list[dict[str, Any]]:
        """The new arrival time of each flight; the operator below skips what hardly moved."""
        return [
            {
                "external_booking_id": f"fleet-day-{arrival['flight_id']}",
                "flight_estimated_arrival": seen["facts"][arrival["flight_id"]]["arrival"],
            }
            for arrival in arrivals
        ]

    # [START howto_fasttrak_retime_reservation]
    retimed = FasttrakRetimeReservationOperator.partial(
        task_id="retime_car", pool=pool("fasttrak"), buffer_minutes=BUFFER.total_seconds() / 60, threshold_minutes=10
    ).expand_kwargs(slipped(arrivals, departed.output))
    # [END howto_fasttrak_retime_reservation]

    landed = Fl3xxFlightStateSensor(
        task_id="vip_landed",
        pool=pool("fl3xx"),
        flight_ids="{{ ti.xcom_pull('vip_arrivals') | map(attribute='flight_id') | list }}",
        from_date=DAY,
        to_date=DAY,
        target_state="ON_BLOCK",
        deferrable=True,
        timeout=12 * 3600,
    )

    # [START howto_fasttrak_reservation]
    driven = FasttrakReservationSensor(
        task_id="vip_dropped",
        pool=pool("fasttrak"),
        external_booking_ids="{{ ti.xcom_pull('car_orders') | map(attribute='external_booking_id') | list }}",
        from_time=f"{DAY}T00:00:00Z",
        to_time=f"{DAY}T23:59:59Z",
        target_state="DROPPED",
        deferrable=True,
        timeout=12 * 3600,
    )
    # [END howto_fasttrak_reservation]

    @task(pool=pool("fl3xx"))
    def aircraft_on_ground(day: str) -> dict[str, str]:
        """The first aircraft whose schedule shows AOG today; the shipping is skipped when all of them fly."""
        from airflow_provider_fleetops.hooks.fl3xx import Fl3xxHook

        hook = Fl3xxHook()
        for aircraft in hook.call("aircraft.list"):
            tail = aircraft["tailNumber"]
            for item in hook.aircraft_schedule(tail, day, day):
                if item.get("taskType") == "AOG":
                    return {"tail": tail, "task": str(item["id"])}
        raise AirflowSkipException("no aircraft is on ground")

    aog = aircraft_on_ground(DAY)

    # [START howto_fastrac_check_tariff]
    tariff = FastracCheckTariffOperator(
        task_id="rate_shop",
        pool=pool("fastrac"),
        origin=SPARES_DESK,
        destination=LINE_STATION,
        items=[{**PART, "quantity": 1}],
        insurance=True,
        select="fastest",
    )
    # [END howto_fastrac_check_tariff]

    # [START howto_fastrac_create_shipment]
    part = FastracCreateShipmentOperator(
        task_id="ship_part",
        pool=pool("fastrac"),
        reference=f"aog-{DAY}-" + "{{ ti.xcom_pull('aircraft_on_ground')['tail'] }}",
        courier_code="{{ ti.xcom_pull('rate_shop')['best']['courier_code'] }}",
        code_service="{{ ti.xcom_pull('rate_shop')['best']['code_service'] }}",
        insurance=True,
        shipper={
            "name": "Spares Desk",
            "phone": "6281100000001",
            "address": "Jl. Hangar 1",
            "region_id": SPARES_DESK,
        },
        receiver={
            "name": "Line Station",
            "phone": "6281100000002",
            "address": "Jl. Apron 22",
            "region_id": LINE_STATION,
        },
        item={
            **PART,
            "desc": "AOG {{ ti.xcom_pull('aircraft_on_ground')['tail'] }}",
            "category": "Peralatan Elektronik & Gadget",
        },
    )
    # [END howto_fastrac_create_shipment]

    # [START howto_fastrac_shipment]
    delivered = FastracShipmentSensor(
        task_id="part_delivered",
        pool=pool("fastrac"),
        awb="{{ ti.xcom_pull('ship_part')['awb'] }}",
        courier_code="{{ ti.xcom_pull('ship_part')['courier_code'] }}",
        deferrable=True,
        timeout=48 * 3600,
    )
    # [END howto_fastrac_shipment]

    client = FastTrack360UpsertClientOperator(
        task_id="client",
        pool=pool("fasttrack360"),
        external_reference="FLEET-DAY",
        name="Fleet Operations",
        office_id=11,
        grade_id=11,
        status="Active",
        address={"line1": "1 Apron Way", "city": "Melbourne", "state": "VIC", "country": "Australia"},
    )

    note = FastTrack360AddCommentOperator(
        task_id="note",
        pool=pool("fasttrack360"),
        subject="client",
        subject_id="{{ ti.xcom_pull('client')['client_id'] }}",
        comment=f"Fleet day {DAY}: " + "{{ (ti.xcom_pull('vip_arrivals') or []) | length }} cars for VIP arrivals, "
        "{{ (ti.xcom_pull('retime_car') or []) | selectattr('updated') | list | length }} re-timed; "
        "AOG part {{ (ti.xcom_pull('ship_part') or {}).get('awb', 'not needed') }}.",
        trigger_rule="none_failed",
    )

    cars >> departed
    retimed >> landed >> driven
    aog >> tariff >> part >> delivered
    [driven, delivered, client] >> note
