from __future__ import annotations

import hashlib
import hmac
from typing import Any

import pytest

from tests.sandbox.fasttrak_kit import Dispatcher, booking, dispatcher, running, stranger
from tests.sandbox.hook_kit import inbox

__all__ = ["dispatcher", "running", "stranger"]

HOOKS = "/api/webhooks"
SECRET = "a-shared-secret"


def test_status_changes_are_posted_signed_and_once(dispatcher: Dispatcher) -> None:
    with inbox() as box:
        hook = dispatcher.post(HOOKS, {"url": box.url, "secret": SECRET})
        number = dispatcher.book()["reservationId"]
        dispatcher.at(3)
        for _ in range(2):
            assert dispatcher.control.flush_webhooks()
    mine = [(post, body) for post, body in zip(box.posts, box.bodies, strict=True) if body["reservationId"] == number]
    assert [(body["previousStatus"], body["reservationStatus"]) for _, body in mine] == [
        ("", "Booked"), ("Booked", "Driver_Scheduled"), ("Driver_Scheduled", "Driver_Confirmed"),
    ]  # fmt: skip
    assert [body["eventType"] for _, body in mine] == ["reservation.created", *["reservation.status_changed"] * 2]
    assert len({body["eventId"] for body in box.bodies}) == len(box.bodies)
    for (headers, raw), _ in mine:
        assert headers["x-webhook-signature"] == hmac.new(SECRET.encode(), raw, hashlib.sha256).hexdigest()
    assert SECRET not in str([hook, dispatcher.get(HOOKS)])


def test_a_registration_takes_only_its_event_types(dispatcher: Dispatcher) -> None:
    with inbox() as box:
        dispatcher.post(HOOKS, {"url": box.url, "eventTypes": ["reservation.cancelled"]})
        made = dispatcher.book()
        dispatcher.save(made | {"reservationStatus": "Cancelled"})
        assert dispatcher.control.flush_webhooks()
    assert [body["eventType"] for body in box.bodies] == ["reservation.cancelled"]


def test_a_deleted_registration_hears_no_more(dispatcher: Dispatcher) -> None:
    with inbox() as box:
        hook = dispatcher.post(HOOKS, {"url": box.url})
        path = f"{HOOKS}/{hook['webhookId']}"
        assert dispatcher.call("DELETE", path).json()["status"] == "SUCCESS"
        dispatcher.book()
        assert dispatcher.control.flush_webhooks()
        assert dispatcher.get(HOOKS) == []
        assert dispatcher.refused("DELETE", path, None, 404) == "Webhook not found"
    assert box.posts == []


def test_changes_and_quoted_bookings_have_events_of_their_own(dispatcher: Dispatcher) -> None:
    body = booking(vehicleTypeId=None)
    asked = {"reservationDetails": [body["reservationDetail"]], "customerSummary": body["customerSummary"]}
    package = dispatcher.post("/api/quote-packages", asked)
    with inbox() as box:
        dispatcher.post(HOOKS, {"url": box.url})
        path = f"/api/quote-packages/{package['quotePackageId']}/book"
        made = dispatcher.post(path, {"quoteId": package["quotes"][0]["quoteId"]})
        dispatcher.save(made | {"tripNotes": "sign"})
        assert dispatcher.control.flush_webhooks()
    assert [body["eventType"] for body in box.bodies] == ["quote_package.booked", "reservation.updated"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"url": "http://elsewhere.example/"},
        {"url": "https://a.example", "eventTypes": ["x"]},
        {"url": "https://a.example", "eventTypes": [{}]},
    ],
)
def test_an_unfit_registration_is_refused(dispatcher: Dispatcher, body: Any) -> None:
    dispatcher.refused("POST", HOOKS, body)
