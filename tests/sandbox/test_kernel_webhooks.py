"""Webhook deliveries to a real receiver: order, retries, and the misbehaviour that a test can order."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from airflow_provider_fleetops.sandbox.webhooks import Outgoing, Postman, callback_problem
from tests.sandbox.kernel_kit import Receiver, receiver

__all__ = ["receiver"]


@pytest.fixture
def postman() -> Iterator[Postman]:
    postman = Postman(retry_seconds=(0, 0))
    postman.start()
    yield postman
    postman.stop()


def message(receiver: Receiver, text: str) -> Outgoing:
    return Outgoing("fl3xx", "EVENT", receiver.url, text.encode(), {"X-Webhook-Signature": "abcd"}, "7")


def test_deliveries_arrive_in_order_with_body_and_headers_untouched(postman: Postman, receiver: Receiver) -> None:
    postman.post([message(receiver, text) for text in ("one", "two", "three")])
    assert postman.flush()
    assert receiver.bodies == ["one", "two", "three"]
    assert receiver.received[0][1]["x-webhook-signature"] == "abcd"
    assert receiver.received[0][1]["content-type"] == "application/json"


def test_a_failed_delivery_is_tried_again_until_it_is_taken(postman: Postman, receiver: Receiver) -> None:
    receiver.answers[:] = [500, 503]
    postman.post([message(receiver, "one")])
    assert postman.flush()
    assert receiver.bodies == ["one"] * 3
    assert [(attempt.attempt, attempt.status) for attempt in postman.attempts()] == [(1, 500), (2, 503), (3, 200)]


def test_retries_end(postman: Postman, receiver: Receiver) -> None:
    receiver.answers[:] = [500] * 9
    postman.post([message(receiver, "one")])
    assert postman.flush()
    assert len(receiver.received) == 3


def test_nobody_listening_counts_as_no_answer(postman: Postman, receiver: Receiver) -> None:
    postman.post([Outgoing("fl3xx", "EVENT", "http://127.0.0.1:1/", b"x")])
    assert postman.flush()
    assert [attempt.status for attempt in postman.attempts()] == [0, 0, 0]


def test_duplicate_late_forged_and_out_of_order(postman: Postman, receiver: Receiver) -> None:
    postman.misbehave("duplicate")
    postman.post([message(receiver, "twice"), message(receiver, "once")])
    assert postman.flush()
    assert receiver.bodies == ["twice", "twice", "once"]
    postman.misbehave("out_of_order", times=3)
    postman.post([message(receiver, text) for text in "abc"])
    assert postman.flush()
    assert receiver.bodies[3:] == ["c", "b", "a"]
    postman.misbehave("late", seconds=3600)
    postman.post([message(receiver, "late"), message(receiver, "punctual")])
    assert postman.flush()
    assert receiver.bodies[6:] == ["punctual"]
    postman.misbehave("forged")
    postman.post([message(receiver, "forged"), message(receiver, "genuine")])
    assert postman.flush()
    assert [headers["x-webhook-signature"] for _, headers in receiver.received[7:]] == ["0000", "abcd"]


def test_clearing_drops_queue_and_history(postman: Postman, receiver: Receiver) -> None:
    postman.misbehave("late", seconds=3600)
    postman.post([message(receiver, "one")])
    postman.clear()
    assert postman.flush()
    assert (receiver.received, postman.attempts()) == ([], [])


@pytest.mark.parametrize(
    ("url", "allow_http", "problem"),
    [
        ("https://hooks.example.invalid/x", False, None),
        ("http://127.0.0.1:9/x", True, None),
        ("http://127.0.0.1:9/x", False, "must be https"),
        ("http://hooks.example.invalid/x", True, "must be https"),
        ("ftp://127.0.0.1/x", True, "must be https"),
        ("https://user:word@hooks.example.invalid/x", False, "must name a host and no user"),
        ("https:///x", False, "must name a host and no user"),
        ("https://[::1", False, "must be a URL"),
        ("https://a\nb", False, "must be a URL"),
        (7, False, "must be a URL"),
    ],
)
def test_a_callback_is_https_or_this_machine_where_allowed(url: object, allow_http: bool, problem: str | None) -> None:
    assert callback_problem(url, allow_http=allow_http) == problem
