from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from airflow_provider_fleetops.sandbox.fl3xx.subscriptions import month_after, sign
from tests.sandbox.fl3xx_kit import Operator, moment, operator
from tests.sandbox.kernel_kit import Receiver, receiver

__all__ = ["operator", "receiver"]

PATH = "/api/v2/webhooks/subscriptions"
KEY = "sim-signing-key"


def subscribe(operator: Operator, event: str, url: str, key: str = KEY) -> dict[str, Any]:
    operator.control.limits("fl3xx", allow_http_callbacks=True)
    answer = operator.call("POST", PATH, json={"event": event, "callbackUrl": url, "signingKey": key})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def messages(operator: Operator, receiver: Receiver) -> list[dict[str, Any]]:
    assert operator.control.flush_webhooks()
    return [json.loads(body) for body, _ in receiver.received]


def test_the_signature_is_the_contracts_test_vector() -> None:
    body = (
        b'{"eventId":"ev-000017","resourceId":7001234,"operatorUuid":"5f2c-sim","event":"FLIGHT_MOVEMENT_UPDATE",'
        b'"timestamp":1932885180000,"resourceType":"FLIGHT"}'
    )
    assert sign(KEY, body) == "9de03bfe045ffa77b557800771bf6541b2abd2360362026b735d95c79b95c29c"


def test_a_slip_is_announced_with_a_signature_over_the_raw_body(operator: Operator, receiver: Receiver) -> None:
    subscribe(operator, "FLIGHT_TIME_UPDATE", receiver.url)
    flight_id = operator.coming()["flightId"]
    operator.control.script("fl3xx", "slip", flight=flight_id, minutes=20)
    (message,) = messages(operator, receiver)
    body, headers = receiver.received[0]
    assert headers["x-webhook-signature"] == hmac.new(KEY.encode(), body, hashlib.sha256).hexdigest()
    assert (message["resourceId"], message["event"], message["resourceType"]) == (
        flight_id,
        "FLIGHT_TIME_UPDATE",
        "FLIGHT",
    )
    assert abs(message["timestamp"] / 1000 - operator.control.clock()["gateway"].timestamp()) < 60


def test_time_alone_moves_flights_and_announces_it(operator: Operator, receiver: Receiver) -> None:
    subscribe(operator, "FLIGHT_MOVEMENT_UPDATE", receiver.url)
    subscribe(operator, "FLIGHT_POST_FLIGHT_STATUS", receiver.url)
    flight_id = operator.coming()["flightId"]
    operator.control.advance(timedelta(days=1))
    own = [one["event"] for one in messages(operator, receiver) if one["resourceId"] == flight_id]
    assert own == ["FLIGHT_MOVEMENT_UPDATE"] * 4 + ["FLIGHT_POST_FLIGHT_STATUS"]


def test_ids_are_unique_and_the_operator_is_sometimes_left_out(operator: Operator, receiver: Receiver) -> None:
    subscribe(operator, "FLIGHT_MOVEMENT_UPDATE", receiver.url)
    operator.control.advance(timedelta(hours=4))
    found = messages(operator, receiver)
    assert len({one["eventId"] for one in found}) == len(found) > 5
    assert {"operatorUuid" in one for one in found} == {True, False}


def test_only_the_subscribed_event_is_delivered(operator: Operator, receiver: Receiver) -> None:
    subscribe(operator, "FLIGHT_CANCEL", receiver.url)
    flight = operator.coming()
    operator.control.script("fl3xx", "slip", flight=flight["flightId"], minutes=20)
    operator.control.script("fl3xx", "cancel", flight=flight["flightId"])
    assert [one["event"] for one in messages(operator, receiver)] == ["FLIGHT_CANCEL"]


def test_changes_through_the_api_are_announced(operator: Operator, receiver: Receiver) -> None:
    for event in ("FLIGHT_CREW_ASSIGNMENT", "FLIGHT_PAX_COUNT_UPDATE"):
        subscribe(operator, event, receiver.url)
    path = f"/flight/{operator.coming()['flightId']}"
    operator.call("POST", f"{path}/crew", json=[{"pilotId": 3101, "role": "CMD"}])
    operator.call("POST", f"{path}/passenger", json={})
    assert [one["event"] for one in messages(operator, receiver)] == [
        "FLIGHT_CREW_ASSIGNMENT",
        "FLIGHT_PAX_COUNT_UPDATE",
    ]


def test_close_changes_become_one_group_event_where_ordered(operator: Operator, receiver: Receiver) -> None:
    operator.control.limits("fl3xx", coalesce_webhooks=True)
    subscribe(operator, "FLIGHT_MOVEMENT_UPDATE", receiver.url)
    flight_id = operator.coming()["flightId"]
    operator.control.advance(timedelta(days=1))
    own = [one["event"] for one in messages(operator, receiver) if one["resourceId"] == flight_id]
    assert own == ["FLIGHT_UPDATE"]


def test_deliveries_misbehave_when_ordered(operator: Operator, receiver: Receiver) -> None:
    subscribe(operator, "FLIGHT_TIME_UPDATE", receiver.url)
    flight_id = operator.coming()["flightId"]
    for mode in ("duplicate", "forged"):
        operator.control.webhooks(mode=mode)
        operator.control.script("fl3xx", "slip", flight=flight_id, minutes=5)
    one, again, forged = messages(operator, receiver)
    assert one == again != forged
    assert receiver.received[2][1]["x-webhook-signature"] == "0" * 64
    assert [attempt["mode"] for attempt in operator.control.deliveries()] == ["duplicate", "duplicate", "forged"]


def test_a_failing_receiver_is_tried_again(operator: Operator, receiver: Receiver) -> None:
    operator.control.webhooks(retry_seconds=[0, 0])
    receiver.answers[:] = [500]
    subscribe(operator, "FLIGHT_TIME_UPDATE", receiver.url)
    operator.control.script("fl3xx", "slip", flight=operator.coming()["flightId"], minutes=5)
    assert len(messages(operator, receiver)) == 2
    assert [attempt["status"] for attempt in operator.control.deliveries()] == [500, 200]


def test_an_inactive_removed_or_expired_subscription_is_silent(operator: Operator, receiver: Receiver) -> None:
    asleep = subscribe(operator, "FLIGHT_TIME_UPDATE", receiver.url)
    gone = subscribe(operator, "FLIGHT_TIME_UPDATE", f"{receiver.url}/gone")
    assert operator.call("PATCH", f"{PATH}/{asleep['id']}", json={"status": "INACTIVE"}).json()["status"] == "INACTIVE"
    assert operator.call("DELETE", f"{PATH}/{gone['id']}").status_code == 204
    flight_id = operator.coming()["flightId"]
    operator.control.script("fl3xx", "slip", flight=flight_id, minutes=5)
    assert messages(operator, receiver) == []
    operator.call("PATCH", f"{PATH}/{asleep['id']}", json={"status": "ACTIVE"})
    start = operator.control.world()
    operator.control.advance(timedelta(days=32))
    operator.control.set(start)
    operator.control.script("fl3xx", "slip", flight=flight_id, minutes=5)
    assert messages(operator, receiver) == []
    assert [one["id"] for one in operator.get(PATH)["data"]] == [asleep["id"]]


def test_a_subscription_lives_a_month_and_is_renewed_in_its_last_five_days_only(
    operator: Operator, receiver: Receiver
) -> None:
    one = subscribe(operator, "FLIGHT_CREATE", receiver.url)
    assert "signingKey" not in one
    created, ends = moment(one["createdAtDateTime"]), moment(one["expirationDateTime"])
    assert ends == month_after(created)
    renew = f"{PATH}/{one['id']}/renewals"
    assert operator.call("POST", renew).status_code == 422
    operator.control.advance(ends - created - timedelta(days=5, hours=-1))
    renewed = operator.call("POST", renew)
    assert moment(renewed.json()["expirationDateTime"]) == month_after(ends)
    assert operator.call("POST", renew).status_code == 422
    operator.control.advance(timedelta(days=40))
    assert operator.call("POST", renew).status_code == 422


@pytest.mark.parametrize(
    ("start", "end"), [("2031-01-31", "2031-02-28"), ("2031-12-05", "2032-01-05"), ("2032-01-30", "2032-02-29")]
)
def test_a_month_ends_on_the_same_day_or_the_last(start: str, end: str) -> None:
    first, last = (datetime.fromisoformat(day).replace(tzinfo=UTC) for day in (start, end))
    assert month_after(first) == last


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"event": "FLIGHT_UPDATE"}, "event: must be one of"),
        ({"callbackUrl": "http://127.0.0.1:9/x"}, "callbackUrl: must be https"),
        ({"callbackUrl": "nonsense"}, "callbackUrl: "),
        ({"signingKey": ""}, "signingKey: "),
    ],
)
def test_a_wrong_subscription_is_refused(operator: Operator, changes: dict[str, Any], named: str) -> None:
    body = {"event": "FLIGHT_CREATE", "callbackUrl": "https://hooks.example.invalid/x", "signingKey": KEY}
    answer = operator.call("POST", PATH, json=body | changes)
    assert answer.status_code == 400
    assert named in answer.text


def test_the_same_subscription_twice_is_noted_as_a_duplicate(operator: Operator, receiver: Receiver) -> None:
    for _ in range(2):
        subscribe(operator, "FLIGHT_CREATE", receiver.url)
    assert operator.journal()["broke"] == "duplicate"
