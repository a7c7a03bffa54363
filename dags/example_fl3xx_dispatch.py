"""Brief the dispatchers on the next departures, and put right what is missing: a service, a member of the crew.

The manifests, which name people, go to files of yours; the tasks hand each other ids, statuses and counts.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.sdk import DAG, Param, task

from airflow_provider_fleetops.operators.fl3xx import (
    Fl3xxChangeFlightCrewOperator,
    Fl3xxGetFlightCrewOperator,
    Fl3xxGetFlightServicesOperator,
    Fl3xxListFlightsOperator,
    Fl3xxPassengerManifestOperator,
    Fl3xxUpdateFlightServicesOperator,
)
from airflow_provider_fleetops.pools import pool

DAY = "{{ params.day or (dag_run.run_after | ds) }}"
SHARED: dict[str, Any] = {"pool": pool("fl3xx"), "retries": 2, "retry_delay": timedelta(seconds=10)}
COMMON: dict[str, Any] = {
    "schedule": None,
    "start_date": datetime(2026, 1, 1, tzinfo=UTC),
    "catchup": False,
    "tags": ["fleetops", "example"],
    "default_args": SHARED,
    "doc_md": __doc__,
}


def flight_alone(target: dict[str, Any]) -> dict[str, Any]:
    """What operators need that write no file."""
    return {"flight_id": target["flight_id"]}


with DAG(
    dag_id="example_fl3xx_briefing",
    params={
        "day": Param(None, type=["null", "string"], format="date", description="The day (UTC); by default the run's."),
        "flights": Param(3, type="integer", minimum=1, description="How many departures to brief on."),
        "folder": Param("file:///tmp/fleetops", type="string", description="For manifests: only who must may read it."),
    },
    **COMMON,
):
    flights = Fl3xxListFlightsOperator(task_id="flights", from_date=DAY, to_date=DAY, time_zone="UTC")

    @task
    def departures(programme: list[dict[str, Any]], params: dict[str, Any] | None = None) -> list[dict[str, Any]]:
        """The next flights with passengers, and the file for the manifest of each."""
        from airflow.sdk.exceptions import AirflowSkipException

        given = params or {}
        waiting = [f for f in programme if f["state"] == "SCHEDULED" and f["flightType"] == "PAX"]
        if not waiting:
            raise AirflowSkipException("no departure is left today")
        waiting.sort(key=lambda flight: flight["blockOffEstUTC"] or "")
        ids = [flight["flightId"] for flight in waiting[: given["flights"]]]
        return [{"flight_id": one, "output_path": f"{given['folder']}/manifest-{one}.json"} for one in ids]

    # [START howto_fl3xx_briefing]
    targets = departures(flights.output)
    each_flight = targets.map(flight_alone)
    manifests = Fl3xxPassengerManifestOperator.partial(task_id="manifests").expand_kwargs(targets)
    services = Fl3xxGetFlightServicesOperator.partial(task_id="services").expand_kwargs(each_flight)
    crews = Fl3xxGetFlightCrewOperator.partial(task_id="crews").expand_kwargs(each_flight)

    @task
    def briefing(
        manifests: list[dict[str, Any]], services: list[dict[str, Any]], crews: list[list[dict[str, Any]]]
    ) -> dict[str, list[str]]:
        """By flight, what a dispatcher must look at."""
        found = {}
        for manifest, service, crew in zip(manifests, services, crews, strict=True):
            roles = {member["role"] for member in crew}
            undocumented = manifest["tickets"] - manifest["with_document"]
            found[str(manifest["flightId"])] = [
                *(f"no {role}" for role in ("CMD", "FO") if role not in roles),
                *(f"{place}: {status}" for place, status in service["statuses"].items() if status != "OK"),
                *([f"{undocumented} seats without a document"] if undocumented else []),
            ]
        return found

    briefing(manifests.output, services.output, crews.output)
    # [END howto_fl3xx_briefing]


with DAG(
    dag_id="example_fl3xx_corrections",
    params={
        "flight": Param(7001081, type="integer", description="The flight."),
        "coming": Param(None, type=["null", "integer"], description="Pilot who comes on board as FO."),
        "leaving": Param(None, type=["null", "integer"], description="Pilot who leaves."),
    },
    render_template_as_native_obj=True,
    **COMMON,
):
    # [START howto_fl3xx_change_services]
    handling = Fl3xxUpdateFlightServicesOperator(
        task_id="handling",
        flight_id="{{ params.flight }}",
        changes={"departureHandler": {"status": "REQ", "remarks": "GPU needed"}},
        deferrable=True,  # the document is read anew; where it was read a moment ago, that takes up to ten minutes
    )
    # [END howto_fl3xx_change_services]

    # [START howto_fl3xx_change_crew]
    swap = Fl3xxChangeFlightCrewOperator(
        task_id="swap",
        flight_id="{{ params.flight }}",
        assign="{{ [{'pilotId': params.coming, 'role': 'FO'}] if params.coming else [] }}",
        remove="{{ [params.leaving] if params.leaving else [] }}",
        deferrable=True,
    )
    # [END howto_fl3xx_change_crew]
