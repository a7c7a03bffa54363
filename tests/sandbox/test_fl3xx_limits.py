from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import requests

from airflow_provider_fleetops.sandbox import Sandbox
from tests.sandbox.fl3xx_kit import DAY, Operator, fair_operator, operator

__all__ = ["fair_operator", "operator"]

WINDOW = {"from": DAY, "to": DAY}


def test_an_identical_read_within_ten_minutes_is_a_403_and_a_broken_rule(fair_operator: Operator) -> None:
    statuses = []
    for wait in (0, 0, 599, 2, 1):
        fair_operator.control.advance(timedelta(seconds=wait))
        statuses.append(fair_operator.call("GET", "/flight/flights", params=WINDOW).status_code)
    assert statuses == [200, 403, 403, 200, 403]
    assert [entry["broke"] for entry in fair_operator.control.journal()] == [
        None,
        "spacing",
        "spacing",
        None,
        "spacing",
    ]
    assert fair_operator.control.summary()["fl3xx"]["broken"] == {"spacing": 3}


def test_the_order_of_parameters_makes_no_other_request_but_their_values_do(fair_operator: Operator) -> None:
    asked = ["from=2031-04-02&to=2031-04-03", "to=2031-04-03&from=2031-04-02", "from=2031-04-02&to=2031-04-04"]
    assert [fair_operator.call("GET", f"/flight/flights?{query}").status_code for query in asked] == [200, 403, 200]


def test_writes_are_not_limited(fair_operator: Operator) -> None:
    body = [{"pilotId": 3101, "role": "CMD"}]
    answers = [fair_operator.call("POST", "/flight/7001094/crew", json=body) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200] * 3


def test_the_gateways_clock_counts_not_the_scaled_world(fair_operator: Operator) -> None:
    fair_operator.control.scale(100_000)
    statuses = [fair_operator.call("GET", "/aircraft").status_code for _ in range(2)]
    fair_operator.control.scale(0)
    assert statuses == [200, 403]


def test_a_schedule_is_read_once_a_minute_per_tail(fair_operator: Operator) -> None:
    def read(tail: str, last: str) -> int:
        return fair_operator.call("GET", f"/aircraft/{tail}/schedule", params={"from": DAY, "to": last}).status_code

    assert [read("OE-SIM", DAY), read("OE-SIM", "2031-04-05"), read("PK-SIM", DAY)] == [200, 403, 200]
    fair_operator.control.advance(timedelta(seconds=61))
    assert read("OE-SIM", DAY) == 200


def test_a_schedule_window_beyond_a_month_is_refused(operator: Operator) -> None:
    month = {"from": "2031-04-01T00:00", "to": "2031-05-02T00:00"}
    assert operator.call("GET", "/aircraft/OE-SIM/schedule", params=month).status_code == 200
    longer = month | {"to": "2031-05-02T00:01"}
    assert operator.call("GET", "/aircraft/OE-SIM/schedule", params=longer).status_code == 400


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"from": DAY},
        {"from": "02.04.2031", "to": DAY},
        {"from": "2031-4-2", "to": DAY},
        {"from": "2031-02-30", "to": DAY},
        {"from": "2031-04-02T00:00", "to": DAY},
        {"from": "2031-04-03", "to": DAY},
        {"from": "2030-09-01", "to": "2030-09-02"},
        {"from": "2031-10-10", "to": "2031-10-11"},
        {"from": "2031-01-01", "to": "2031-04-30"},
        WINDOW | {"include": "SOME"},
        WINDOW | {"timeZone": "Mars/Olympus"},
        WINDOW | {"timeZone": "../../etc/passwd"},
    ],
)
def test_a_senseless_window_is_a_400(operator: Operator, params: dict[str, str]) -> None:
    assert operator.call("GET", "/flight/flights", params=params).status_code == 400


def test_the_longest_window_and_the_odd_parameter_are_accepted(operator: Operator) -> None:
    params = {"from": "2031-01-30", "to": "2031-05-02", "value": "ALL"}
    assert operator.call("GET", "/flight/flights", params=params).status_code == 200


@pytest.mark.parametrize("path", ["/flight/1", "/aircraft/XX-XXX", "/airports/ZZZZ", "/quote/none", "/user/none"])
def test_what_does_not_exist_is_a_404(operator: Operator, path: str) -> None:
    assert operator.call("GET", path).status_code == 404


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/api/external/aircraft", {}),
        ("/api/external/aircraft", {"X-Auth-Token": "wrong"}),
        ("/api/external/aircraft", {"X-Auth-Token": "žluť".encode()}),
        ("/api/v2/airports/LOWW", {"X-Auth-Token": "SIM-TOKEN-0007"}),
        ("/api/v2/airports/LOWW", {"X-Auth-Token": "SIM-TOKEN-0007", "X-Api-Client-Id": "wrong"}),
        ("/nowhere", {}),
    ],
)
def test_a_missing_or_wrong_credential_is_a_401(fresh_sandbox: Sandbox, path: str, headers: dict[str, Any]) -> None:
    answer = requests.get(fresh_sandbox.base_url("fl3xx") + path, headers=headers, timeout=5)
    assert answer.status_code == 401
    assert fresh_sandbox.control.journal()[0]["broke"] == "auth"


def test_a_missing_right_looks_like_too_fast(fair_operator: Operator) -> None:
    fair_operator.control.limits("fl3xx", denied=["aircraft.list"])
    denied = fair_operator.call("GET", "/aircraft")
    fair_operator.call("GET", "/airports/VIE")
    fast = fair_operator.call("GET", "/airports/VIE")
    assert (denied.status_code, fast.status_code) == (403, 403)
    assert denied.json()["message"] == fast.json()["message"]
    assert [entry["broke"] for entry in fair_operator.control.journal()] == ["permission", None, "spacing"]


def test_error_bodies_come_in_several_shapes(operator: Operator) -> None:
    bad, missing = operator.call("GET", "/flight/flights"), operator.call("GET", "/flight/1")
    conflict = operator.call("POST", "/flight/7001094/crew", json=[{"pilotId": 41001, "role": "CMD"}])
    v2 = operator.call("GET", "/api/v2/airports/ZZZZ")
    assert bad.json()["message"].startswith("from: ")
    assert missing.headers["content-type"].startswith("text/html")
    assert conflict.json()["errors"][0]["message"] == "[0].pilotId: is not a crew member"
    assert (v2.status_code, v2.content) == (404, b"")


@pytest.mark.parametrize(("style", "begin"), [("empty", ""), ("html", "<!doctype"), ("json", '{"timestamp"')])
def test_the_shape_of_error_bodies_can_be_fixed(operator: Operator, style: str, begin: str) -> None:
    operator.control.limits("fl3xx", error_body=style)
    for path in ("/flight/flights", "/flight/1"):
        assert operator.call("GET", path).text[: len(begin) or None] == begin


def test_a_wrong_method_is_not_a_missing_resource(operator: Operator) -> None:
    assert operator.call("DELETE", "/aircraft").status_code == 405
    assert operator.call("GET", "/nowhere").status_code == 404
