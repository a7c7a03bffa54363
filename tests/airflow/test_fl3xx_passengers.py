"""Passengers: tickets that are added once, changed, removed; the manifest that goes to a file alone."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowFailException

from airflow_provider_fleetops.operators.fl3xx import (
    Fl3xxAddPassengerOperator,
    Fl3xxGetPassengerOperator,
    Fl3xxListPassengersOperator,
    Fl3xxPassengerManifestOperator,
    Fl3xxRemovePassengerOperator,
    Fl3xxUpdatePassengerOperator,
    Fl3xxUpdatePaxDetailsOperator,
)
from airflow_provider_fleetops.protocol import errors
from airflow_provider_fleetops.sandbox import Sandbox
from tests.airflow.fl3xx_kit import do, effects, people, programme, rendered, requests, scheduled, unhurry


@pytest.fixture
def box(fresh_sandbox: Sandbox, fleet_connections: Mapping[str, Any], monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    unhurry(fresh_sandbox, fleet_connections, monkeypatch)
    return fresh_sandbox


@pytest.fixture
def flight_id(box: Sandbox) -> int:
    number: int = next(f["flightId"] for f in scheduled(programme()) if f["flightType"] == "PAX" and f["paxNumber"] > 2)
    return number


def tickets(flight_id: int, **arguments: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = do(Fl3xxListPassengersOperator, flight_id=flight_id, **arguments)
    return rows


# --- tickets ---


def test_a_ticket_lives_and_dies(box, flight_id):
    before = tickets(flight_id)
    made = do(Fl3xxAddPassengerOperator, flight_id=flight_id, pax_type="FEMALE", external_reference="crm-t-7")
    ticket = {"flight_id": flight_id, "ticket_id": made["ticketId"]}
    assert "paxUserId" not in made
    person = next(row["paxUserId"] for row in before if row.get("paxUserId"))
    assert do(Fl3xxUpdatePassengerOperator, **ticket, pax_user_id=str(person))["paxUserId"] == person
    assert do(Fl3xxGetPassengerOperator, **ticket)["paxUserId"] == person
    assert len(tickets(flight_id)) == len(before) + 1
    assert do(Fl3xxRemovePassengerOperator, **ticket) == {
        "ticketId": made["ticketId"],
        "removed": True,
        "already": False,
    }
    assert do(Fl3xxRemovePassengerOperator, **ticket)["already"] is True
    assert tickets(flight_id) == before
    what = [effect.split(" ")[1] for effect in effects(box)]
    assert what == ["created", "changed", "removed"]


def test_tickets_are_told_by_id_and_the_file_has_the_rest(flight_id, tmp_path: Path):
    path = tmp_path / "tickets.jsonl"
    told = tickets(flight_id, output_path=f"file://{path}")
    full = [json.loads(line) for line in path.read_text().splitlines()]
    assert [row["ticketId"] for row in told] == [row["ticketId"] for row in full]
    assert all(set(row) <= {"ticketId", "paxUserId", "isMain", "seatOnLap"} for row in told)
    assert "paxType" in full[0]


@pytest.mark.parametrize("mark", [{"external_reference": "crm-t-8"}, {"pax_external_reference": "crm-p-8"}])
@pytest.mark.parametrize(
    ("kind", "options"), [("reset_after", {}), ("status", {"code": 503, "when": "after"}), ("truncated", {})]
)
def test_a_passenger_whose_adding_is_unclear_is_found_and_not_added_again(box, flight_id, kind, options, mark):
    box.control.fault("fl3xx", kind, "passenger.add", **options)
    once = {"flight_id": flight_id, "pax_type": "CHILD", "operation_key": "pax-8", **mark}
    told = do(Fl3xxAddPassengerOperator, **once)
    assert told["ticketId"] in [row["ticketId"] for row in tickets(flight_id)]
    assert do(Fl3xxAddPassengerOperator, **once) == told
    assert len(effects(box)) == len(box.control.journal(vendor="fl3xx", route="passenger.add")) == 1


def test_a_passenger_who_never_arrived_is_added_by_the_retry(box, flight_id, later):
    box.control.fault("fl3xx", "reset_before", "passenger.add")
    once = {"flight_id": flight_id, "external_reference": "crm-t-9", "operation_key": "pax-9"}
    with pytest.raises(errors.Unavailable, match="it was not found afterwards"):
        do(Fl3xxAddPassengerOperator, **once)
    later(300)
    assert do(Fl3xxAddPassengerOperator, **once)["ticketId"]
    assert len(effects(box)) == 1


def test_nobody_can_look_for_a_passenger_without_a_mark(box, flight_id):
    box.control.fault("fl3xx", "reset_after", "passenger.add")
    for _ in range(2):
        with pytest.raises(AirflowFailException) as caught:
            do(Fl3xxAddPassengerOperator, flight_id=flight_id, pax_type="MALE", operation_key="pax-10")
        assert isinstance(caught.value, errors.OutcomeUnknown)
    assert len(effects(box)) == 1


# --- manifest ---


def test_a_manifest_goes_to_its_file_and_xcom_gets_counts(box, flight_id, tmp_path: Path, caplog):
    path = tmp_path / "manifest.json"
    told = do(Fl3xxPassengerManifestOperator, flight_id=flight_id, output_path=f"file://{path}")
    details = json.loads(path.read_text())
    seats = details["pax"]["tickets"]
    assert told["tickets"] == len(seats) == len(tickets(flight_id))
    assert told["assigned"] == told["with_document"] == sum(bool(seat["paxUser"]) for seat in seats) > 0
    assert (told["flightId"], told["path"]) == (flight_id, f"file://{path}")
    names = people(details)
    assert not [name for name in names if name in json.dumps(told) or name in caplog.text]


def test_the_digest_of_a_manifest_changes_with_it(box, flight_id, tmp_path: Path):
    given = {"flight_id": flight_id, "output_path": f"file://{tmp_path}/manifest.json"}
    before = do(Fl3xxPassengerManifestOperator, **given)["digest"]
    assert do(Fl3xxPassengerManifestOperator, **given)["digest"] == before
    do(Fl3xxAddPassengerOperator, flight_id=flight_id, pax_type="MALE")
    assert do(Fl3xxPassengerManifestOperator, **given)["digest"] != before


@pytest.mark.parametrize("nowhere", [None, "", "{{ none }}"])
def test_a_manifest_that_would_go_nowhere_is_an_error(box, nowhere):
    with pytest.raises(TypeError, match="output_path"):
        Fl3xxPassengerManifestOperator(task_id="manifest", flight_id=1)  # type: ignore[call-arg]
    with pytest.raises(AirflowFailException, match="'output_path'"):
        do(Fl3xxPassengerManifestOperator, flight_id=1, output_path=nowhere)
    assert requests(box) == []


def test_details_are_changed_from_what_is_shown_nowhere(box, flight_id, tmp_path: Path):
    cargo = [{"note": "for Ms Quintessa", "weightQty": 12, "weightUnit": "KILOGRAM", "packages": 1}]
    given = {"flight_id": flight_id, "changes": lambda _context: {"cargo": cargo}}
    assert "Quintessa" not in rendered(Fl3xxUpdatePaxDetailsOperator, **given)
    told = do(Fl3xxUpdatePaxDetailsOperator, **given)
    assert (told["updated"], told["changed"], told["ignored"]) == (True, ["cargo"], [])
    assert "Quintessa" not in json.dumps(told)
    path = tmp_path / "manifest.json"
    assert do(Fl3xxPassengerManifestOperator, flight_id=flight_id, output_path=f"file://{path}")["cargo"] == 1
    assert json.loads(path.read_text())["cargo"] == cargo
    assert do(Fl3xxUpdatePaxDetailsOperator, **given)["updated"] is False
    assert effects(box) == [f"flight:{flight_id} pax_details written"]
