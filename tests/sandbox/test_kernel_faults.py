"""Every kind of fault over a real socket, seen by both HTTP clients that the provider uses."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import pytest
import requests

from airflow_provider_fleetops.sandbox import Sandbox
from airflow_provider_fleetops.sandbox.client import ControlError
from tests.sandbox.kernel_kit import headers_of

Send = Callable[..., Any]
BROKEN = (requests.RequestException, httpx.TransportError)
FLIGHT = "/api/external/flight/7001094"


@pytest.fixture(params=["requests", "httpx"])
def send(request: pytest.FixtureRequest, fresh_sandbox: Sandbox) -> Iterator[Send]:
    base, headers = fresh_sandbox.base_url("fl3xx"), headers_of(fresh_sandbox, "fl3xx")
    fresh_sandbox.control.limits("fl3xx", repeat_seconds=0)
    if request.param == "requests":
        with requests.Session() as session:
            session.headers.update(headers)
            yield lambda method, path, **kwargs: session.request(
                method, base + path, timeout=5, allow_redirects=False, **kwargs
            )
    else:
        with httpx.Client(headers=headers, timeout=5, trust_env=False) as client:
            yield lambda method, path, **kwargs: client.request(method, base + path, **kwargs)


def add_passenger(send: Send) -> Any:
    return send("POST", f"{FLIGHT}/passenger", json={"paxType": "OTHER"})


def effects(box: Sandbox) -> int:
    return len(box.control.journal(effect="*"))


@pytest.mark.parametrize(("kind", "happened"), [("reset_before", 0), ("reset_after", 1)])
def test_a_reset_cuts_the_line_before_or_after_the_effect(
    fresh_sandbox: Sandbox, send: Send, kind: str, happened: int
) -> None:
    fresh_sandbox.control.fault("fl3xx", kind)
    with pytest.raises(BROKEN, match="reset"):
        add_passenger(send)
    assert effects(fresh_sandbox) == happened
    assert fresh_sandbox.control.journal()[-1]["fault"] == kind
    assert fresh_sandbox.control.journal()[-1]["status"] == 0
    assert send("GET", FLIGHT).status_code == 200


def test_a_truncated_answer_breaks_off_after_the_effect(fresh_sandbox: Sandbox, send: Send) -> None:
    fresh_sandbox.control.fault("fl3xx", "truncated")
    with pytest.raises(BROKEN):
        add_passenger(send)
    assert effects(fresh_sandbox) == 1


@pytest.mark.parametrize(("when", "happened"), [("before", 0), ("after", 1)])
@pytest.mark.parametrize("html", [True, False])
def test_a_scripted_status_comes_before_or_after_the_effect(
    fresh_sandbox: Sandbox, send: Send, when: str, happened: int, html: bool
) -> None:
    fresh_sandbox.control.fault("fl3xx", "status", code=503, html=html, when=when, headers={"x-request-id": "r-1"})
    answer = add_passenger(send)
    assert answer.status_code == 503
    assert answer.headers["content-type"] == ("text/html" if html else "application/json")
    assert answer.headers["x-request-id"] == "r-1"
    assert effects(fresh_sandbox) == happened


def test_too_many_names_a_wait_only_if_told(fresh_sandbox: Sandbox, send: Send) -> None:
    fresh_sandbox.control.fault("fl3xx", "too_many")
    fresh_sandbox.control.fault("fl3xx", "too_many", retry_after=7)
    fresh_sandbox.control.fault("fl3xx", "too_many", retry_after=60, date=True)
    bare, seconds, date = (send("GET", FLIGHT) for _ in range(3))
    assert [answer.status_code for answer in (bare, seconds, date)] == [429] * 3
    assert "retry-after" not in bare.headers
    assert seconds.headers["retry-after"] == "7"
    wait = (parsedate_to_datetime(date.headers["retry-after"]) - datetime.now(UTC)).total_seconds()
    assert 50 < wait <= 60


def test_a_slow_answer_comes_late_but_whole(fresh_sandbox: Sandbox, send: Send) -> None:
    fresh_sandbox.control.fault("fl3xx", "slow", seconds=0.2)
    answer = send("GET", FLIGHT)
    assert answer.elapsed.total_seconds() >= 0.2
    assert answer.json()["flightId"] == 7001094


def test_success_false_is_a_200(fresh_sandbox: Sandbox, send: Send) -> None:
    fresh_sandbox.control.fault("fl3xx", "success_false", when="after")
    answer = add_passenger(send)
    assert (answer.status_code, answer.json()["success"]) == (200, False)
    assert effects(fresh_sandbox) == 1


def test_an_unknown_state_word_replaces_the_known_one(fresh_sandbox: Sandbox, send: Send) -> None:
    fresh_sandbox.control.fault("fl3xx", "unknown_state", value="TELEPORTED")
    flight = send("GET", FLIGHT).json()
    assert (flight["flightStatus"], flight["flightId"]) == ("TELEPORTED", 7001094)


def test_a_revoked_token_is_refused_by_the_vendors_own_gate(fresh_sandbox: Sandbox, send: Send) -> None:
    fresh_sandbox.control.fault("fl3xx", "revoked_token")
    assert send("GET", FLIGHT).status_code == 401
    assert fresh_sandbox.control.journal()[-1]["broke"] == "auth"
    assert send("GET", FLIGHT).status_code == 200


def test_a_huge_answer_is_valid_json_of_the_size_ordered(fresh_sandbox: Sandbox, send: Send) -> None:
    fresh_sandbox.control.fault("fl3xx", "huge", bytes=3_000_000)
    answer = send("GET", FLIGHT)
    assert len(answer.content) == 3_000_000
    assert answer.json()["flightId"] == 7001094


def test_a_gzip_bomb_is_small_on_the_wire(fresh_sandbox: Sandbox, send: Send) -> None:
    fresh_sandbox.control.fault("fl3xx", "gzip_bomb", bytes=20_000_000)
    answer = send("GET", FLIGHT)
    assert int(answer.headers["content-length"]) < 100_000
    assert len(answer.content) == 20_000_000


def test_a_redirect_points_to_another_host(fresh_sandbox: Sandbox, send: Send) -> None:
    fresh_sandbox.control.fault("fl3xx", "redirect")
    answer = add_passenger(send)
    assert answer.status_code == 302
    assert "127.0.0.1" not in answer.headers["location"]
    assert effects(fresh_sandbox) == 0


def test_not_json_is_a_200_with_a_page(fresh_sandbox: Sandbox, send: Send) -> None:
    fresh_sandbox.control.fault("fl3xx", "not_json")
    answer = send("GET", FLIGHT)
    assert answer.status_code == 200
    assert answer.text.startswith("<!DOCTYPE html>")


def test_a_fault_strikes_its_route_as_often_as_ordered(fresh_sandbox: Sandbox, send: Send) -> None:
    fresh_sandbox.control.fault("fl3xx", "status", match="flight.get", times=2, code=500)
    assert add_passenger(send).status_code == 200
    assert [send("GET", FLIGHT).status_code for _ in range(3)] == [500, 500, 200]
    assert fresh_sandbox.control.faults()[0]["hits"] == 2


def test_a_fault_forever_ends_when_cleared(fresh_sandbox: Sandbox, send: Send) -> None:
    fresh_sandbox.control.fault("*", "status", times="forever", code=500)
    assert [send("GET", FLIGHT).status_code for _ in range(5)] == [500] * 5
    fresh_sandbox.control.clear_faults()
    assert send("GET", FLIGHT).status_code == 200


def test_random_faults_repeat_with_their_seed(fresh_sandbox: Sandbox, send: Send) -> None:
    drawn = []
    for _ in range(2):
        fresh_sandbox.control.clear_faults()
        fresh_sandbox.control.fault("fl3xx", "status", times="forever", probability=0.5, seed=3, code=500)
        drawn.append([send("GET", FLIGHT).status_code for _ in range(12)])
    assert drawn[0] == drawn[1]
    assert set(drawn[0]) == {200, 500}


@pytest.mark.parametrize(
    ("order", "named"),
    [
        ({"kind": "explode"}, "kind"),
        ({"kind": "slow", "times": 0}, "times"),
        ({"kind": "slow", "probability": 0}, "probability"),
        ({"kind": "slow", "second": 1}, "unknown second"),
        ({"kind": "status", "when": "never"}, "when"),
    ],
)
def test_a_senseless_fault_is_refused_by_name(fresh_sandbox: Sandbox, order: dict[str, Any], named: str) -> None:
    with pytest.raises(ControlError, match=named):
        fresh_sandbox.control.fault("fl3xx", **order)
