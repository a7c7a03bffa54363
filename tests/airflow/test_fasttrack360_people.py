"""Clients, contacts, cost centres, candidates and look-ups: what the agency received, and what leaves the task."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from airflow.sdk.exceptions import AirflowFailException

from airflow_provider_fleetops.hooks.fasttrack360 import FastTrack360Hook
from airflow_provider_fleetops.operators import fasttrack360 as operators
from airflow_provider_fleetops.protocol import errors
from tests.airflow.fasttrack360_kit import (
    CANDIDATE,
    CONTACT,
    SEEDED,
    VENDOR,
    context,
    ledger,
    methods,
    received,
    routes,
    run,
    stats,
)
from tests.conftest import START

pytestmark = pytest.mark.usefixtures("fleet_connections")
EVERYTHING = "2020-01-01T00:00:00Z"
PERSON = {
    "first_name": "Zelda",
    "last_name": "Quillfeather",
    "email_address": "zelda@people.example",
    "mobile": "+61 400 111 222",
}
NAMES = ("Zelda", "Quillfeather", "zelda@", "111 222")
RANKED = {"office_id": 11, "status": "Active", "skill_group_id": 12, "grade_id": 11}


@pytest.fixture
def box(fresh_sandbox):
    return fresh_sandbox


def candidate(try_number: int = 1, /, **fields: Any) -> Any:
    given = PERSON | RANKED | {"external_reference": "HR-7"} | fields
    return run(operators.FastTrack360UpsertCandidateOperator, try_number, **given)


def contact(try_number: int = 1, /, **fields: Any) -> Any:
    return run(operators.FastTrack360UpsertContactOperator, try_number, **({"client_id": SEEDED} | PERSON | fields))


def centre(try_number: int = 1, /, **fields: Any) -> Any:
    given = {"client_id": SEEDED, "name": "Ramp"} | fields
    return run(operators.FastTrack360UpsertCostCentreOperator, try_number, **given)


UPSERTS = pytest.mark.parametrize(
    ("upsert", "number", "change", "entry"),
    [
        (candidate, "candidate_id", {"mobile": "+61 400 000 999"}, "candidate.create"),
        (contact, "contact_id", {"position": "Night shift"}, "contact.create"),
        (centre, "cost_centre_id", {"status": "Inactive"}, "cost_centre.create"),
    ],
    ids=["candidate", "contact", "cost centre"],
)


@UPSERTS
def test_an_upsert_creates_then_leaves_alone_then_changes_one_field(box, upsert, number, change, entry):
    first = upsert()
    assert {**first, number: 0} == {number: 0, "action": "created", "calls": 2}
    assert upsert() == {number: first[number], "action": "unchanged", "calls": 1}
    assert upsert(**change) == {number: first[number], "action": "updated", "calls": 2}
    assert upsert(**change) == {number: first[number], "action": "unchanged", "calls": 1}
    assert methods(box) == ["GET", "POST", "GET", "GET", "PATCH", "GET"]
    assert ledger() == ["done"]


@UPSERTS
@pytest.mark.parametrize(("kind", "options"), [("reset_after", {}), ("status", {"code": 503, "when": "after"})])
def test_an_upsert_finds_what_got_no_answer(box, upsert, number, change, entry, kind, options):
    box.control.fault(VENDOR, kind, entry, times=1, **options)
    assert upsert()["action"] == "created"
    assert methods(box) == ["GET", "POST", "GET"]
    assert upsert(2)["action"] == "unchanged"
    assert stats(box)["effects"] == 1
    assert ledger() == ["done"]


@UPSERTS
def test_an_upsert_that_never_arrived_is_sent_by_a_later_try(box, later, upsert, number, change, entry):
    box.control.fault(VENDOR, "reset_before", entry, times=1)
    with pytest.raises(errors.Unavailable) as caught:
        upsert()
    assert not isinstance(caught.value, AirflowFailException)
    assert not any(name in str(caught.value) for name in NAMES)
    later(300)
    assert upsert(2)["action"] == "created"
    assert stats(box)["effects"] == 1


def test_names_and_addresses_stand_in_no_url_xcom_or_rendered_field(box):
    told = [candidate(), candidate(address={"country": "Australia"}), contact(), contact(position="Boss")]
    assert not any(name in json.dumps(told) for name in NAMES)
    for entry in box.control.journal(vendor=VENDOR):
        assert set(entry["query_keys"]) <= {"externalReference", "page", "pageSize"}
        assert not any(name in entry["path"] for name in NAMES)
    task = operators.FastTrack360UpsertCandidateOperator(task_id="t", **PERSON, external_reference="HR-8")
    assert not set(PERSON) & set(task.template_fields)


def test_a_candidate_whose_id_is_known_may_get_another_reference(box):
    first = candidate()
    moved = candidate(candidate_id=first["candidate_id"], external_reference="HR-70")
    assert moved == {**first, "action": "updated", "calls": 2}
    assert candidate(external_reference="HR-70")["action"] == "unchanged"
    with pytest.raises(errors.NotFound):
        candidate(candidate_id=399999999)
    assert stats(box)["effects"] == 2


def test_a_candidate_without_reference_and_id_is_refused_before_anything_is_sent(box):
    with pytest.raises(errors.InvalidInput, match="external_reference"):
        candidate(external_reference="")
    assert received(box) == []


def test_a_contact_is_found_by_name_where_no_address_is_given(box):
    first = contact(email_address=None)
    assert contact(email_address=None)["contact_id"] == first["contact_id"]
    assert contact(contact_id=first["contact_id"], email_address="new@people.example")["action"] == "updated"
    assert contact(email_address="new@people.example")["action"] == "unchanged"


@pytest.mark.parametrize("address", [{"city": "Perth"}, {"country": "New Zealand"}])
def test_an_object_that_somebody_else_has_changed_meanwhile_is_not_overwritten(box, monkeypatch, address):
    made = candidate(address={"country": "Australia", "line1": "1 Old Road"})
    _change_before_the_last_look(monkeypatch, box, made["candidate_id"])
    with pytest.raises(errors.Unavailable, match=r"address of candidate \d+ has changed") as caught:
        candidate(address=address)
    assert not isinstance(caught.value, AirflowFailException)
    again = candidate(2, address=address)
    assert again["action"] == "updated"
    record = FastTrack360Hook().call("candidate.get", candidate_id=made["candidate_id"])
    assert record["address"]["line1"] == "9 New Road"
    assert record["address"] | address == record["address"]


def _change_before_the_last_look(monkeypatch: pytest.MonkeyPatch, box: Any, number: int) -> None:
    """Somebody in the agency saves a new street between our two looks, once."""
    from airflow_provider_fleetops.transports.sync import SyncDriver

    real, done = SyncDriver._send, []

    def send(self: SyncDriver, request: Any) -> Any:
        answer = real(self, request)
        if not done and request.method == "GET" and "/candidates?" in request.url:
            done.append(True)
            body = {"address": {"country": "Australia", "line1": "9 New Road"}}
            where, key = f"{box.url}/{VENDOR}/12.32/candidates/{number}", box.credentials(VENDOR)["api_key"]
            requests.patch(where, json=body, headers={"x-api-key": key}, timeout=10).raise_for_status()
        return answer

    monkeypatch.setattr(SyncDriver, "_send", send)


def test_a_write_whose_answer_was_lost_is_no_change_of_somebody_else(box):
    made = candidate(address={"country": "Australia"})
    box.control.fault(VENDOR, "reset_after", "candidate.update", times=1)
    assert candidate(address={"city": "Perth"}) == {**made, "action": "updated", "calls": 5}
    assert methods(box)[2:] == ["GET", "GET", "PATCH", "GET", "PATCH"]


READS = [
    (operators.FastTrack360ListClientsOperator, {"modified_since": EVERYTHING}, 12),
    (operators.FastTrack360ListClientsOperator, {"client_name": "Galah Freight"}, 1),
    (operators.FastTrack360ListContactsOperator, {"client_id": SEEDED}, 1),
    (operators.FastTrack360ListCostCentresOperator, {"client_id": SEEDED}, 1),
    (operators.FastTrack360ListCandidatesOperator, {"modified_since": EVERYTHING}, 36),
    (operators.FastTrack360ListCandidatesOperator, {}, 36),
    (operators.FastTrack360ListJobOrdersOperator, {"modified_since": EVERYTHING}, 18),
    (operators.FastTrack360ListTimesheetsOperator, {"modified_since": EVERYTHING}, 36),
    (operators.FastTrack360ListCommentsOperator, {"subject": "client", "subject_id": SEEDED}, 1),
    (operators.FastTrack360ListOfficesOperator, {}, 4),
    (operators.FastTrack360ListGradesOperator, {}, 3),
    (operators.FastTrack360ListSkillGroupsOperator, {}, 5),
    (operators.FastTrack360ListStatusesOperator, {"entity": "client"}, 3),
]


@pytest.mark.parametrize(("operator", "fields", "count"), READS)
def test_a_list_gives_plain_values_to_xcom_and_whole_records_to_a_file(box, tmp_path: Path, operator, fields, count):
    path = tmp_path / "rows.jsonl"
    rows = run(operator, output_path=f"file://{path}", **fields)
    written = [json.loads(line) for line in path.read_text().splitlines()]
    assert len(rows) == len(written) == count
    assert [row["id"] for row in rows] == [row["id"] for row in written]
    assert methods(box) == ["GET"]
    personal = {"firstName", "lastName", "email", "mobile", "phone", "address", "comment", "items", "position"}
    assert not personal & {key for row in rows for key in row}


@pytest.mark.parametrize(
    ("operator", "fields", "hidden"),
    [
        (operators.FastTrack360GetClientOperator, {"client_id": SEEDED}, "name"),
        (operators.FastTrack360GetContactOperator, {"contact_id": CONTACT}, "lastName"),
        (operators.FastTrack360GetCandidateOperator, {"candidate_id": CANDIDATE}, "email"),
    ],
)
def test_one_record_gives_its_plain_values_and_a_digest(box, tmp_path: Path, operator, fields, hidden):
    path = tmp_path / "one.json"
    told = run(operator, output_path=f"file://{path}", **fields)
    whole = json.loads(path.read_text())
    assert told["id"] == whole["id"] == next(iter(fields.values()))
    assert len(told["digest"]) == 16
    assert hidden in whole
    assert hidden not in told
    assert len(received(box)) == 1


def test_an_incremental_list_gives_what_changed_since_alone(box):
    box.control.advance(timedelta(hours=1))
    hook = FastTrack360Hook()
    hook.call("candidate.update", candidate_id=CANDIDATE, body={"mobile": "+61 400 000 999"})
    since = (START + timedelta(minutes=30)).isoformat(sep=" ")  # as a template renders a date-time
    rows = run(operators.FastTrack360ListCandidatesOperator, modified_since=since)
    assert [row["id"] for row in rows] == [CANDIDATE]
    with pytest.raises(errors.InvalidInput, match="time zone"):
        run(operators.FastTrack360ListCandidatesOperator, modified_since="2031-04-02T05:00:00")


@pytest.mark.parametrize(("size", "calls"), [(None, 2), ("50", 3), (200, 1)])
def test_a_long_list_is_read_page_by_page(box, size, calls):
    box.control.limits(VENDOR, rate=1e6, burst=10**6)  # a call that comes too fast is made again
    hook = FastTrack360Hook()
    for number in range(90):
        day = f"2032-{number % 12 + 1:02}-{number // 12 + 1:02}"
        hook.create_job_order({"clientId": SEEDED, "jobType": "Contract", "startDate": day})
    before = len(received(box))
    rows = run(operators.FastTrack360ListJobOrdersOperator, page_size=size)
    assert (len(rows), len({row["id"] for row in rows})) == (108, 108)
    assert len(received(box)) - before == calls


def test_look_ups_cost_one_call_for_all_tasks(box):
    lists = [run(operators.FastTrack360ListOfficesOperator, run_id=f"r{n}") for n in range(5)]
    assert lists[0] == lists[4]
    assert {"id": 11, "name": "Melbourne"} in lists[0]
    assert routes(box) == ["offices.list"]
    run(operators.FastTrack360ListStatusesOperator, entity="client")
    run(operators.FastTrack360ListStatusesOperator, entity="candidate")
    run(operators.FastTrack360ListOfficesOperator, max_age=0)
    assert routes(box) == ["offices.list", "statuses.list", "statuses.list", "offices.list"]


def test_comments_of_others_than_the_three_are_refused_before_anything_is_sent(box):
    with pytest.raises(errors.InvalidInput, match="subject"):
        run(operators.FastTrack360ListCommentsOperator, subject="contact", subject_id=CONTACT)
    assert received(box) == []


def test_an_empty_personal_field_is_not_sent(box):
    task = operators.FastTrack360UpsertContactOperator(
        task_id="t", client_id=SEEDED, **(PERSON | {"mobile": "{{ none }}"})
    )
    task.execute(context() | {"none": None})
    body = box.control.journal(vendor=VENDOR, route="contact.create")[0]
    assert body["effect"]
    record = FastTrack360Hook().rows("contacts.list", client_id=SEEDED)[-1]
    assert record["mobile"] is None
