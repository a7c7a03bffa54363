"""The receiver that the documentation shows, between the sandbox, which delivers, and a stand-in for Airflow."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import requests
import uvicorn

from airflow_provider_fleetops.sandbox.client import ControlClient
from airflow_provider_fleetops.sandbox.server import listen
from tests.docs.webhook_receiver import app, is_genuine
from tests.sandbox.fasttrak_kit import Dispatcher, dispatcher, running, stranger
from tests.sandbox.fl3xx_kit import Operator, operator
from tests.sandbox.kernel_kit import Receiver, receiver

__all__ = ["dispatcher", "operator", "receiver", "running", "stranger"]

KEY = "sim-signing-key"
# The contract's test vector.
BODY = (
    b'{"eventId":"ev-000017","resourceId":7001234,"operatorUuid":"5f2c-sim","event":"FLIGHT_MOVEMENT_UPDATE",'
    b'"timestamp":1932885180000,"resourceType":"FLIGHT"}'
)
SIGNATURE = "9de03bfe045ffa77b557800771bf6541b2abd2360362026b735d95c79b95c29c"


@pytest.fixture
def ours(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of the documented receiver; ``receiver`` plays Airflow."""
    for name in ("FL3XX_SIGNING_KEY", "FASTTRAK_WEBHOOK_SECRET"):
        monkeypatch.setenv(name, KEY)
    monkeypatch.setenv("AIRFLOW_URL", receiver.url.removesuffix("/hook"))
    monkeypatch.setenv("AIRFLOW_TOKEN", "a-token")
    sock = listen(0)
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [sock]})
    thread.start()
    yield f"http://127.0.0.1:{sock.getsockname()[1]}"
    server.should_exit = True
    thread.join(10)


def subscribe(operator: Operator, url: str) -> None:
    operator.control.limits("fl3xx", allow_http_callbacks=True)
    wish = {"event": "FLIGHT_TIME_UPDATE", "callbackUrl": url, "signingKey": KEY}
    assert operator.call("POST", "/api/v2/webhooks/subscriptions", json=wish).status_code == 201


def runs(receiver: Receiver) -> list[dict[str, Any]]:
    assert {headers["authorization"] for _, headers in receiver.received} <= {"Bearer a-token"}
    return [json.loads(body) for body, _ in receiver.received]


def statuses(control: ControlClient) -> list[int]:
    """What our receiver answered to the vendor."""
    assert control.flush_webhooks()
    return [attempt["status"] for attempt in control.deliveries()]


def test_it_verifies_as_the_contract_says() -> None:
    assert is_genuine(BODY, SIGNATURE, KEY)
    assert not is_genuine(BODY + b"\n", SIGNATURE, KEY)
    assert not is_genuine(BODY, SIGNATURE.upper(), KEY)
    assert not is_genuine(BODY, "", "")
    assert not is_genuine(BODY, "ü", KEY)


def test_each_event_starts_one_run_however_often_it_is_delivered(
    operator: Operator, receiver: Receiver, ours: str
) -> None:
    subscribe(operator, f"{ours}/fl3xx")
    receiver.answers = [200, 409]
    operator.control.webhooks(mode="duplicate")
    flight = operator.coming()["flightId"]
    operator.control.script("fl3xx", "slip", flight=flight, minutes=20)
    assert statuses(operator.control) == [200, 200]
    first, second = runs(receiver)
    assert first == second
    assert first["conf"] == {"event": "FLIGHT_TIME_UPDATE", "subject": flight}
    assert first["dag_run_id"].startswith("fl3xx-ev-")


def test_what_nobody_signed_starts_nothing(operator: Operator, receiver: Receiver, ours: str) -> None:
    subscribe(operator, f"{ours}/fl3xx")
    operator.control.webhooks(mode="forged", retry_seconds=[])
    operator.control.script("fl3xx", "slip", flight=operator.coming()["flightId"], minutes=20)
    assert statuses(operator.control) == [401]
    assert requests.post(f"{ours}/unknown", data=BODY, headers={"X-Webhook-Signature": SIGNATURE}).status_code == 401
    assert runs(receiver) == []


def test_while_airflow_is_away_the_vendor_is_told_so(operator: Operator, receiver: Receiver, ours: str) -> None:
    subscribe(operator, f"{ours}/fl3xx")
    receiver.answers = [503]
    operator.control.webhooks(retry_seconds=[0])
    operator.control.script("fl3xx", "slip", flight=operator.coming()["flightId"], minutes=20)
    assert statuses(operator.control) == [500, 200]
    assert len(runs(receiver)) == 2


def test_an_event_of_fasttrak_starts_a_run_too(dispatcher: Dispatcher, receiver: Receiver, ours: str) -> None:
    wish = {"url": f"{ours}/fasttrak", "eventTypes": ["reservation.cancelled"], "secret": KEY}
    dispatcher.post("/api/webhooks", wish)
    made = dispatcher.book()
    dispatcher.save(made | {"reservationStatus": "Cancelled"})
    assert statuses(dispatcher.control) == [200]
    (run,) = runs(receiver)
    assert run["conf"] == {"event": "reservation.cancelled", "subject": made["reservationId"]}
