from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.sandbox.fastrac_kit import VENDOR, Partner, express, partner, running

__all__ = ["partner", "running"]


@pytest.mark.parametrize("auth", [None, ("wrong", "pair"), ("", "")])
def test_wrong_or_no_keys_are_a_401(partner: Partner, auth: Any) -> None:
    response = partner.call("POST", "/order/express", express(), auth=auth)
    assert (response.status_code, response.json()["success"]) == (401, False)
    assert partner.broke() == ["auth"]
    assert partner.stats()["orders"] == 0


@pytest.mark.parametrize("value", ["Basic", "Basic !!!", "Bearer abc", "Basic /////w=="])
def test_an_unreadable_authorization_is_a_401(partner: Partner, value: str) -> None:
    assert partner.call("GET", "/region/province", auth=None, headers={"Authorization": value}).status_code == 401


def test_a_denied_endpoint_is_a_403(partner: Partner) -> None:
    partner.control.limits(VENDOR, denied=["balance.history"])
    assert partner.refused("/user/balance/history", {}, 403) == "Forbidden"
    assert partner.call("GET", "/region/province").status_code == 200


def test_calls_above_the_rate_are_429_until_the_second_has_passed(partner: Partner) -> None:
    partner.control.limits(VENDOR, per_second=2)
    codes = [partner.call("GET", "/region/province").status_code for _ in range(3)]
    assert codes == [200, 200, 429]
    assert partner.broke() == ["rate"]
    partner.control.advance(timedelta(seconds=1))
    assert partner.call("GET", "/region/province").status_code == 200


def test_failures_may_come_as_200_but_refused_keys_do_not(partner: Partner) -> None:
    partner.control.limits(VENDOR, failures_as_200=1)
    assert partner.refused("/order/express", {}, 200) == "courier_code: is required"
    assert partner.call("GET", "/region/province", auth=None).status_code == 401


@pytest.mark.parametrize(("method", "path"), [("GET", "/nowhere"), ("DELETE", "/order/express"), ("GET", "/apiOrder")])
def test_unknown_paths_and_methods_get_the_vendors_envelope(partner: Partner, method: str, path: str) -> None:
    response = partner.call(method, path)
    assert (response.status_code, response.json()["success"]) == (404, False)


@pytest.mark.parametrize("body", [b"", b"{", b"[" * 100_000, b"\xff\xfe", b'{"a": NaN}', b"null", b'"text"'])
def test_unreadable_bodies_are_a_400(partner: Partner, body: bytes) -> None:
    response = partner.call("POST", "/order/express", data=body)
    assert (response.status_code, response.json()["success"]) == (400, False)


def test_no_key_and_no_name_reaches_the_journal(partner: Partner) -> None:
    partner.order(receiver={"name": "Marked Passenger"})
    journal = str(partner.control.journal(vendor=VENDOR))
    assert not [text for text in (*partner.basic, "Marked Passenger", "6281100000002") if text in journal]
