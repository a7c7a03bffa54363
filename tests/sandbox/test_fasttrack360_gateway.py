from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest

from airflow_provider_fleetops.sandbox.fasttrack360.gate import Gate
from airflow_provider_fleetops.sandbox.fasttrack360.server import DEFAULTS
from airflow_provider_fleetops.sandbox.fasttrack360.tokens import Tokens
from airflow_provider_fleetops.sandbox.routes import Call
from tests.sandbox.fasttrack360_kit import VENDOR, Agency, agency, running

__all__ = ["agency", "running"]


def refused(response: Any) -> tuple[int, str, str]:
    assert "retry-after" not in response.headers
    return response.status_code, response.json()["message"], response.headers["x-amzn-ErrorType"]


def test_every_answer_carries_the_gateways_identifiers(agency: Agency) -> None:
    answers = [agency.call("GET", "/clients"), agency.call("GET", "/clients/999999999"), agency.call("GET", "/nowhere")]
    assert [answer.status_code for answer in answers] == [200, 404, 403]
    for answer in answers:
        assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", answer.headers["x-amzn-RequestId"])
        assert re.fullmatch(r"[\w+/-]{15}=", answer.headers["x-amz-apigw-id"])
        assert answer.headers["content-type"] == "application/json"
    assert len({answer.headers["x-amzn-RequestId"] for answer in answers}) == 3
    assert "x-amzn-ErrorType" not in answers[0].headers


@pytest.mark.parametrize("key", ["", "wrong", "ключ"])
def test_a_bad_key_is_forbidden_and_costs_nothing(agency: Agency, key: str) -> None:
    answer = agency.call("GET", "/clients", headers={"x-api-key": key.encode()})
    assert refused(answer) == (403, "Forbidden", "ForbiddenException")
    assert agency.stats()["quota_used"] == 0
    assert agency.broke() == ["auth"]


@pytest.mark.parametrize(
    ("method", "path", "version"),
    [
        ("GET", "/nothing", "/12.32"),
        ("GET", "/clients/", "/12.32"),
        ("OPTIONS", "/clients", "/12.32"),
        ("DELETE", "/candidates/300000001", "/12.32"),
        ("GET", "/clients", "/12.31"),
        ("GET", "/clients", ""),
        ("POST", "/login", "/12.32"),
    ],
)
def test_a_mistyped_path_reads_like_an_auth_error(agency: Agency, method: str, path: str, version: str) -> None:
    answer = agency.call(method, path, version=version)
    assert refused(answer) == (403, "Missing Authentication Token", "MissingAuthenticationTokenException")


def test_an_upgrade_moves_the_only_live_version(agency: Agency) -> None:
    agency.control.limits(VENDOR, api_version="12.33")
    assert agency.call("GET", "/clients").status_code == 403
    assert agency.call("GET", "/clients", version="/12.33").status_code == 200


def test_the_throttle_is_a_token_bucket(agency: Agency) -> None:
    agency.control.limits(VENDOR, rate=0.1, burst=2)
    assert [agency.call("GET", "/clients").status_code for _ in range(2)] == [200, 200]
    assert refused(agency.call("GET", "/clients")) == (429, "Too Many Requests", "TooManyRequestsException")
    agency.control.advance(timedelta(seconds=10))
    assert [agency.call("GET", "/clients").status_code for _ in range(2)] == [200, 429]
    assert agency.broke() == [None, None, "rate", None, "rate"]
    assert agency.stats()["quota_used"] == 3


def test_the_quota_is_hard_and_calling_on_breaks_the_rule(agency: Agency) -> None:
    agency.control.limits(VENDOR, daily_quota=2)
    agency.get("/clients")
    agency.call("GET", "/clients/999999999")  # refused by the application, so it counts
    for _ in range(2):
        assert refused(agency.call("GET", "/clients")) == (429, "Limit Exceeded", "LimitExceededException")
    assert agency.broke() == [None, None, None, "quota"]
    assert agency.stats() | {"effects": 0} == agency.stats() | {"quota_used": 2, "limit_exceeded": 2}
    agency.control.advance(timedelta(days=1))
    agency.get("/clients")
    assert agency.broke()[-1] is None


def test_the_quota_is_per_key(agency: Agency) -> None:
    agency.control.limits(VENDOR, daily_quota=1)
    agency.get("/clients")
    other = {"x-api-key": agency.keys["other_api_key"]}
    assert agency.call("GET", "/clients", headers=other).status_code == 200
    assert agency.call("GET", "/clients").status_code == 429


def test_a_higher_tier_opens_the_same_day_again(agency: Agency) -> None:
    agency.control.limits(VENDOR, daily_quota=1)
    assert [agency.call("GET", "/clients").status_code for _ in range(2)] == [200, 429]
    agency.control.limits(VENDOR, daily_quota=2)
    assert agency.call("GET", "/clients").status_code == 200
    assert agency.broke() == [None, None, None]


def call_at(moment: datetime) -> Call:
    params = {"api_version": DEFAULTS["api_version"]}
    return Call("GET", "/12.32/clients", {}, {"x-api-key": "k"}, b"", params, moment, moment)


def test_the_day_ends_at_midnight_utc_whatever_the_callers_zone() -> None:
    limits = {**DEFAULTS, "daily_quota": 1}
    gate = Gate(limits, ("k",), Tokens(limits, {}, Random(1)))
    before = datetime(2026, 11, 25, 23, 59, 59, tzinfo=UTC)
    replies = [gate.judge(call_at(moment), None) for moment in (before, before, before + timedelta(seconds=1))]
    assert [reply.status if reply else 200 for reply in replies] == [200, 429, 200]


def test_static_token_mode(agency: Agency) -> None:
    agency.control.limits(VENDOR, token_mode="static")
    assert refused(agency.call("GET", "/clients")) == (401, "Unauthorized", "UnauthorizedException")
    assert refused(agency.call("GET", "/clients", headers={"Authorization": "Bearer no"}))[0] == 401
    header = {"Authorization": f"Bearer {agency.keys['token']}"}
    assert agency.call("GET", "/clients", headers=header).status_code == 200
    assert agency.stats()["quota_used"] == 1


def oauth(agency: Agency, **form: str) -> Any:
    names = {"client_id": agency.keys["client_id"], "client_secret": agency.keys["client_secret"]}
    form = {"grant_type": "client_credentials"} | names | form
    return agency.call("POST", "/oauth/token", data=form)


def login(agency: Agency, **fields: str) -> Any:
    names = {"username": agency.keys["username"], "password": agency.keys["password"]}
    return agency.call("POST", "/login", names | fields)


@pytest.mark.parametrize(("mode", "ask"), [("oauth_client_credentials", oauth), ("login", login)])
def test_issued_tokens_expire_and_can_be_revoked(agency: Agency, mode: str, ask: Any) -> None:
    agency.control.limits(VENDOR, token_mode=mode, token_seconds=600)
    answer = ask(agency).json()
    assert answer["expires_in"] == 600
    header = {"Authorization": f"Bearer {answer['access_token']}"}
    assert agency.call("GET", "/clients", headers=header).status_code == 200
    agency.control.advance(timedelta(seconds=600))
    late = agency.call("GET", "/clients", headers=header)
    assert refused(late) == (401, "The incoming token has expired", "UnauthorizedException")
    header = {"Authorization": f"Bearer {ask(agency).json()['access_token']}"}
    assert agency.call("GET", "/clients", headers=header).status_code == 200
    assert agency.script("revoke_tokens") == 2
    assert agency.call("GET", "/clients", headers=header).status_code == 401
    assert agency.stats()["logins"] == 2
    assert agency.stats()["needless_logins"] == 0


@pytest.mark.parametrize(("mode", "ask"), [("oauth_client_credentials", oauth), ("login", login)])
def test_a_login_beside_a_fresh_token_is_needless(agency: Agency, mode: str, ask: Any) -> None:
    agency.control.limits(VENDOR, token_mode=mode)
    assert [ask(agency).status_code for _ in range(2)] == [200, 200]
    assert agency.broke() == [None, "needless_login"]
    assert agency.stats()["needless_logins"] == 1


def test_wrong_credentials_are_refused(agency: Agency) -> None:
    agency.control.limits(VENDOR, token_mode="oauth_client_credentials")
    assert oauth(agency, client_secret="no").json() == {"error": "invalid_client"}
    assert oauth(agency, grant_type="password").json() == {"error": "unsupported_grant_type"}
    basic = agency.call("POST", "/oauth/token", data={"grant_type": "client_credentials"}, auth=("no", "no"))
    assert basic.status_code == 401
    agency.control.limits(VENDOR, token_mode="login")
    assert login(agency, password="no").status_code == 401
    assert agency.stats()["logins"] == 0


def test_basic_authentication_of_the_client(agency: Agency) -> None:
    agency.control.limits(VENDOR, token_mode="oauth_client_credentials")
    client = (agency.keys["client_id"], agency.keys["client_secret"])
    answer = agency.call("POST", "/oauth/token", data={"grant_type": "client_credentials"}, auth=client)
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("data", "kind", "status"),
    [
        (b"", "application/json", 400),
        (b"{", "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b"[]", "application/json", 400),
        (b'{"name": NaN}', "application/json", 400),
        (b'{"name":' * 50_000, "application/json", 400),
        (b'{"name": "a"}', "application/json; charset=utf-8", 400),
        (b"name=a", "application/x-www-form-urlencoded", 415),
        (b'{"name": "' + b"a" * (3 << 20) + b'"}', "application/json", 413),
    ],
)
def test_bad_bodies_get_the_vendors_error(agency: Agency, data: bytes, kind: str, status: int) -> None:
    answer = agency.call("POST", "/clients", data=data, headers={"content-type": kind})
    assert answer.status_code == status
    assert answer.json()["message"]
    assert agency.stats()["effects"] == 0


def test_the_journal_and_the_stats_hold_no_secret(agency: Agency) -> None:
    agency.control.limits(VENDOR, token_mode="login")
    token = login(agency).json()["access_token"]
    agency.call("GET", "/clients", headers={"Authorization": f"Bearer {token}"})
    seen = repr(agency.control.journal()) + repr(agency.control.summary())
    for secret in (token, agency.keys["api_key"], agency.keys["password"], agency.keys["username"]):
        assert secret not in seen


def test_the_world_is_the_same_for_a_seed_and_another_for_another(agency: Agency) -> None:
    first, keys = agency.get("/clients"), dict(agency.keys)
    agency.control.reset(8)
    assert agency.control.credentials(VENDOR)["api_key"] != keys["api_key"]
    agency.control.reset(7)
    assert agency.get("/clients") == first
