"""FastTrack360's operators and sensors over real HTTP: what the agency received, and what the user sees."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowFailException, TaskDeferred

from airflow_provider_fleetops.hooks.fasttrack360 import FastTrack360Hook
from airflow_provider_fleetops.operators.fasttrack360 import (
    FastTrack360AddCommentOperator,
    FastTrack360ChangeCommentOperator,
    FastTrack360RemoveCommentOperator,
    FastTrack360UpsertClientOperator,
)
from airflow_provider_fleetops.protocol import errors
from airflow_provider_fleetops.sensors.fasttrack360 import (
    FastTrack360JobFilledSensor,
    FastTrack360TimesheetReleasedSensor,
)
from tests.airflow.fasttrack360_kit import (
    FILLED_JOB,
    OPEN_JOB,
    SEEDED,
    VENDOR,
    context,
    ledger,
    received,
    stats,
)
from tests.conftest import START, set_connection

CLIENT = {"name": "Invented Air", "office_id": 11, "status": "Active", "grade_id": 11}


@pytest.fixture(autouse=True)
def _connected(fleet_connections):
    pass


def upsert(**fields: Any) -> FastTrack360UpsertClientOperator:
    return FastTrack360UpsertClientOperator(task_id="t", **(CLIENT | fields))


def comment(**fields: Any) -> FastTrack360AddCommentOperator:
    given = {"subject": "client", "subject_id": SEEDED, "comment": "Did it"}
    return FastTrack360AddCommentOperator(task_id="t", **(given | fields))


@pytest.mark.parametrize("key", [{"external_reference": "CRM-1"}, {}])
def test_upsert_creates_then_leaves_alone_then_changes_one_field(sandbox, key):
    first = upsert(**key, address={"country": "Australia"}).execute(context())
    assert {**first, "client_id": 0} == {"client_id": 0, "action": "created", "calls": 2}
    same = upsert(**key, office_id="11", address={"country": "Australia"}).execute(context())
    assert same == {"client_id": first["client_id"], "action": "unchanged", "calls": 1}
    changed = upsert(**key, address={"city": "Perth"}, special_notes="Ring twice").execute(context())
    assert changed == {"client_id": first["client_id"], "action": "updated", "calls": 3}
    record = FastTrack360Hook().client(first["client_id"])
    assert (record["address"]["city"], record["address"]["country"]) == ("Perth", "Australia")
    assert record["specialNotes"] == "Ring twice"
    assert [method for method, _ in received(sandbox)] == ["GET", "POST", "GET", "GET", "GET", "PATCH", "GET"]
    assert stats(sandbox)["duplicates"] == 0


@pytest.mark.parametrize("kind", ["reset_after", "status", "truncated"])
def test_upsert_finds_the_client_whose_creation_got_no_answer(sandbox, kind):
    options = {"code": 504, "when": "after"} if kind == "status" else {}
    sandbox.control.fault(VENDOR, kind, "client.create", times=1, **options)
    result = upsert(external_reference="CRM-2").execute(context())
    assert result["action"] == "created"
    assert [method for method, _ in received(sandbox)] == ["GET", "POST", "GET"]
    assert stats(sandbox)["duplicates"] == 0


def test_upsert_leaves_a_creation_that_never_arrived_to_the_next_try(sandbox, later):
    sandbox.control.fault(VENDOR, "reset_before", "client.create", times=1)
    with pytest.raises(errors.Unavailable) as caught:
        upsert(external_reference="CRM-3").execute(context())
    assert not isinstance(caught.value, AirflowFailException)
    with pytest.raises(errors.Throttled, match="may still arrive"):
        upsert(external_reference="CRM-3").execute(context(2))
    later(300)
    assert upsert(external_reference="CRM-3").execute(context(3))["action"] == "created"
    assert stats(sandbox)["duplicates"] == 0


def test_a_look_that_finds_what_an_earlier_try_left_open_settles_it(sandbox, later):
    sandbox.control.fault(VENDOR, "reset_after", "client.create", times=1)
    sandbox.control.limits(VENDOR, daily_quota=2)
    with pytest.raises(errors.Unavailable):
        upsert(external_reference="CRM-4").execute(context())
    sandbox.control.limits(VENDOR, daily_quota=100)
    later(86_400)
    assert ledger() == ["unknown"]
    assert upsert(external_reference="CRM-4").execute(context(2))["action"] == "unchanged"
    assert ledger() == ["done"]


def test_two_clients_under_one_key_are_for_a_person(sandbox):
    hook = FastTrack360Hook()
    for _ in range(2):
        hook.call("client.create", body={"name": "Twin", "officeId": 11, "status": "Active", "gradeId": 11})
    with pytest.raises(errors.Refused, match="2 clients have the same name and officeId") as caught:
        upsert(name="Twin").execute(context())
    assert isinstance(caught.value, AirflowFailException)


@pytest.mark.parametrize(("missing", "word"), [({"grade_id": None}, "grade_id"), ({"name": ""}, "name")])
def test_what_is_missing_is_named(missing, word):
    with pytest.raises(errors.InvalidInput, match=word):
        upsert(**missing).execute(context())


def test_comment_costs_one_call_and_a_retry_finds_it(sandbox):
    first = comment().execute(context())
    assert (first["action"], first["calls"]) == ("created", 1)
    again = comment().execute(context(try_number=2))
    assert again == {"comment_id": first["comment_id"], "action": "found", "calls": 0}
    assert [method for method, _ in received(sandbox)] == ["POST"]
    (row,) = FastTrack360Hook().rows("client_comments.list", client_id=SEEDED)[1:]
    text, marker = row["comment"].split("\n")
    assert text == "Did it"
    assert marker.startswith("[fleetops ")


def test_a_comment_is_changed_and_removed_by_its_number(sandbox):
    number = comment().execute(context())["comment_id"]
    which = {"task_id": "t", "client_id": str(SEEDED), "comment_id": str(number)}
    change = FastTrack360ChangeCommentOperator(comment=lambda _: "Did it twice", date="2031-04-02", **which)
    assert "comment" not in change.template_fields
    assert change.execute(context())["id"] == number
    (row,) = FastTrack360Hook().rows("client_comments.list", client_id=SEEDED)[1:]
    assert (row["comment"], row["date"]) == ("Did it twice", "2031-04-02")
    for already in (False, True):
        told = FastTrack360RemoveCommentOperator(**which).execute(context())
        assert told == {"removed": True, "already": already}
    assert len(FastTrack360Hook().rows("client_comments.list", client_id=SEEDED)) == 1
    with pytest.raises(errors.InvalidInput, match="'comment' is empty"):
        FastTrack360ChangeCommentOperator(comment="", **which).execute(context())


@pytest.mark.parametrize(
    "other", [{"run_id": "r2"}, {"task_id": "t2"}, {"dag_id": "d2"}, {"map_index": 1}], ids=lambda x: next(iter(x))
)
def test_another_run_task_or_mapped_task_has_its_own_comment(other):
    first = comment().execute(context())
    second = comment().execute(context(2, **other))
    assert second["action"] == "created"
    assert second["comment_id"] != first["comment_id"]


def test_comment_whose_answer_was_lost_is_there_once(sandbox):
    sandbox.control.fault(VENDOR, "reset_after", "client_comment.create", times=1)
    result = comment().execute(context())
    assert (result["action"], result["calls"]) == ("created", 2)
    assert [method for method, _ in received(sandbox)] == ["POST", "GET"]
    assert len(FastTrack360Hook().rows("client_comments.list", client_id=SEEDED)) == 2


@pytest.mark.parametrize("subject", ["candidate", "job_order"])
def test_comment_on_others_than_clients(subject):
    ids = {"candidate": 300000001, "job_order": FILLED_JOB}
    assert comment(subject=subject, subject_id=ids[subject]).execute(context())["action"] == "created"


def test_comment_text_is_rendered_late_and_never_among_the_fields():
    task = comment(comment=lambda context: f"Run {context['ti'].run_id}")
    assert "comment" not in task.template_fields
    task.execute(context())
    assert "Run r" in FastTrack360Hook().rows("client_comments.list", client_id=SEEDED)[-1]["comment"]


def test_throttle_is_waited_out_with_few_calls(sandbox):
    sandbox.control.fault(VENDOR, "too_many", "client_comment.create", times=1, retry_after=0)
    assert comment().execute(context())["calls"] == 2


def test_spent_quota_stops_all_tasks_until_midnight_utc_with_one_call(sandbox):
    sandbox.control.limits(VENDOR, daily_quota=1)
    upsert_calls = FastTrack360Hook()
    upsert_calls.rows("offices.list")
    with pytest.raises(errors.QuotaExhausted) as caught:
        comment().execute(context())
    assert (caught.value.resume_at.hour, caught.value.resume_at.minute) == (0, 0)
    for number in range(3):
        with pytest.raises(errors.Throttled):
            comment(subject_id=SEEDED + number).execute(context())
    assert len(received(sandbox)) == 2
    assert not [entry for entry in sandbox.control.journal(vendor=VENDOR) if entry["broke"]]


def test_spent_quota_gives_the_worker_back_when_deferrable(sandbox):
    sandbox.control.limits(VENDOR, daily_quota=0)
    with pytest.raises(TaskDeferred) as caught:
        comment(deferrable=True).execute(context())
    assert datetime.fromisoformat(caught.value.trigger.moment).hour == 0
    assert len(received(sandbox)) == 1


def test_our_own_quota_keeps_the_vendors_from_being_passed(sandbox, fleet_connections, monkeypatch):
    mine = fleet_connections["fasttrack360_default"]
    set_connection(monkeypatch, "fasttrack360_default", mine | {"extra": mine["extra"] | {"daily_quota": 3}})
    hook = FastTrack360Hook()
    for _ in range(3):
        hook.call("offices.list")
    with pytest.raises(errors.QuotaExhausted, match="3 calls per UTC day"):
        hook.call("offices.list")
    assert len(received(sandbox)) == 3


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"password": "wrong-key-1234"}, errors.AuthenticationError, "API key"),
        ({"extra": {"api_version": "1.0"}}, errors.ConfigurationError, "base_path"),
        ({"extra": {"api_vresion": "12.32"}}, errors.ConfigurationError, "api_vresion"),
        ({"conn_type": "fasttrak"}, errors.ConfigurationError, "fasttrak"),
    ],
)
def test_a_wrong_connection_says_what_is_wrong_and_is_not_retried(fleet_connections, monkeypatch, change, error, words):
    set_connection(monkeypatch, "fasttrack360_default", fleet_connections["fasttrack360_default"] | change)
    with pytest.raises(error, match=words) as caught:
        comment().execute(context())
    assert isinstance(caught.value, AirflowFailException)
    assert "wrong-key-1234" not in str(caught.value)


def test_test_connection_costs_one_call_and_says_so(sandbox):
    assert FastTrack360Hook().test_connection() == (True, "Connected. The test costs one call of the day's quota.")
    assert received(sandbox) == [("GET", "/12.32/lookups/offices")]


@pytest.mark.parametrize("mode", ["static", "oauth_client_credentials", "login"])
def test_token_modes_sign_in_once(sandbox, fleet_connections, monkeypatch, mode):
    sandbox.control.limits(VENDOR, token_mode=mode)
    keys, mine = sandbox.credentials(VENDOR), fleet_connections["fasttrack360_default"]
    extras = {
        "static": {"auth_mode": "api_key+bearer_static", "bearer_token": keys["token"]},
        "oauth_client_credentials": {
            "auth_mode": "api_key+oauth_client_credentials",
            "client_id": keys["client_id"],
            "client_secret": keys["client_secret"],
        },
        "login": {
            "auth_mode": "api_key+login",
            "login_password": keys["password"],
        },
    }
    connection = mine | {"login": keys["username"], "extra": mine["extra"] | extras[mode]}
    set_connection(monkeypatch, "fasttrack360_default", connection)
    for number in (1, 2, 3):
        comment(subject_id=SEEDED + number).execute(context())
    assert stats(sandbox)["logins"] == (0 if mode == "static" else 1)
    if mode != "static":
        sandbox.control.script(VENDOR, "revoke_tokens")
        assert comment(subject_id=SEEDED + 4).execute(context())["action"] == "created"
        assert stats(sandbox)["logins"] == 2


def test_a_filled_job_needs_one_look(sandbox):
    result = FastTrack360JobFilledSensor(task_id="t", ids=FILLED_JOB).execute(context())
    assert result["reached"] == {str(FILLED_JOB): "SUBMITTED"}
    assert len(received(sandbox)) == 1


def test_an_open_job_is_waited_for_in_the_vendors_cadence():
    sensor = FastTrack360JobFilledSensor(task_id="t", ids=[OPEN_JOB, FILLED_JOB], deferrable=True, poke_interval=5)
    with pytest.raises(TaskDeferred) as caught:
        sensor.execute(context())
    _, kwargs = caught.value.trigger.serialize()
    assert kwargs["interval"] == 900
    assert kwargs["ids"] == [str(OPEN_JOB), str(FILLED_JOB)]
    assert "api_key" not in json.dumps(kwargs)


def test_a_job_that_is_filled_later_ends_the_waiting(sandbox, later):
    assert not FastTrack360JobFilledSensor(task_id="t", ids=OPEN_JOB).poke(context()).is_done
    sandbox.control.script(VENDOR, "fill", jobOrderId=OPEN_JOB, candidateId=300000036)
    later(901)
    done = FastTrack360JobFilledSensor(task_id="t", ids=OPEN_JOB).poke(context())
    assert done.is_done
    assert done.xcom_value["reached"] == {str(OPEN_JOB): "FILLED"}


def test_a_cancelled_job_fails_the_sensor(sandbox):
    sandbox.control.script(VENDOR, "cancel", jobOrderId=OPEN_JOB, reason="Client withdrew")
    with pytest.raises(errors.Refused, match="CANCELLED") as caught:
        FastTrack360JobFilledSensor(task_id="t", ids=OPEN_JOB).poke(context())
    assert isinstance(caught.value, AirflowFailException)


@pytest.mark.parametrize("since", [None, "2020-01-01T00:00:00Z"])
def test_many_jobs_are_read_in_pages(sandbox, since):
    ids = [OPEN_JOB + number for number in range(18)]
    sensor = FastTrack360JobFilledSensor(task_id="t", ids=ids, modified_since=since, condition="any")
    assert sensor.poke(context()).is_done
    assert len(received(sandbox)) == 1


def test_many_timesheets_of_which_few_have_changed_cost_one_call_and_one_for_each_other(sandbox):
    sheets = [row["id"] for row in FastTrack360Hook().rows("timesheets.list")][:6]
    sandbox.control.advance(timedelta(minutes=5))
    sandbox.control.script(VENDOR, "status", table="timesheets", id=sheets[0], status="Released")
    since = (START + timedelta(minutes=1)).isoformat()
    before = len(received(sandbox))
    sensor = FastTrack360TimesheetReleasedSensor(task_id="t", ids=sheets, modified_since=since, condition=1)
    assert sheets[0] in map(int, sensor.poke(context()).xcom_value["reached"])
    assert len(received(sandbox)) - before == 6


def test_timesheets_are_released_rejected_or_unheard_of(sandbox, later):
    ids = [row["id"] for row in FastTrack360Hook().rows("timesheets.list")][:2]
    for sheet, word in zip(ids, ("Released", "Rejected"), strict=True):
        sandbox.control.script(VENDOR, "status", table="timesheets", id=sheet, status=word)
    released, rejected = ids
    assert not FastTrack360TimesheetReleasedSensor(task_id="t", ids=ids).poke(context()).is_done
    assert FastTrack360TimesheetReleasedSensor(task_id="t", ids=released).poke(context()).is_done
    assert not FastTrack360TimesheetReleasedSensor(task_id="t", ids=rejected).poke(context()).is_done
    hopeful = FastTrack360TimesheetReleasedSensor(task_id="t", ids=[rejected], target_state="REJECTED")
    assert hopeful.poke(context()).xcom_value["reached"] == {str(rejected): "REJECTED"}
    with pytest.raises(errors.Refused, match="RELEASED"):
        FastTrack360TimesheetReleasedSensor(task_id="t", ids=released, target_state="REJECTED").poke(context())
    strict = FastTrack360TimesheetReleasedSensor(task_id="t", ids=rejected, failure_states=["REJECTED"])
    with pytest.raises(errors.Refused, match="REJECTED"):
        strict.poke(context())
    sandbox.control.script(VENDOR, "status", table="timesheets", id=released, status="Levitating")
    later(901)
    assert not FastTrack360TimesheetReleasedSensor(task_id="t", ids=released).poke(context()).is_done


def test_a_look_that_fails_is_not_a_failed_sensor(sandbox, later):
    sandbox.control.fault(VENDOR, "status", "job_order.get", times=1, code=503)
    for _ in range(2):
        assert not FastTrack360JobFilledSensor(task_id="t", ids=FILLED_JOB).poke(context()).is_done
    later(901)
    assert FastTrack360JobFilledSensor(task_id="t", ids=FILLED_JOB).poke(context()).is_done
    assert len(received(sandbox)) == 2
