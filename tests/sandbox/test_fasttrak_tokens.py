from __future__ import annotations

import base64
import json
from datetime import timedelta
from typing import Any

import pytest

from tests.sandbox.fasttrak_kit import LOGIN, VENDOR, Dispatcher, dispatcher, running, stranger

__all__ = ["dispatcher", "running", "stranger"]

TEXTS = {
    "Partner-Access-Key": "[400] API Gateway Not Authorized",
    "Partner-Api-Version": "[400] Missing Required Header: Partner-Api-Version",
    "System-Id": "[400] Missing Required Header: System-Id",
}


@pytest.mark.parametrize("path", ["/api/companies", LOGIN, "/api/nowhere"])
@pytest.mark.parametrize("header", TEXTS)
def test_a_missing_header_gets_its_documented_text(dispatcher: Dispatcher, header: str, path: str) -> None:
    headers = {name: value for name, value in dispatcher.headers.items() if name != header}
    response = dispatcher.call("POST", path, {}, headers=headers)
    assert (response.status_code, response.json()["status"], response.json()["message"]) == (
        400,
        "FAILURE",
        TEXTS[header],
    )


def test_the_headers_are_checked_in_the_documented_order(stranger: Dispatcher) -> None:
    given: dict[str, str] = {}
    for header, text in TEXTS.items():
        assert stranger.call("GET", "/api/companies", headers=given).json()["message"] == text
        given[header] = stranger.headers[header]
    assert stranger.call("GET", "/api/companies", headers=given).status_code == 401


def test_a_wrong_key_and_a_wrong_system_are_400_while_any_version_will_do(dispatcher: Dispatcher) -> None:
    bearer = {"Authorization": f"Bearer {dispatcher.bearer}"}
    for name, status in (("Partner-Access-Key", 400), ("System-Id", 400), ("Partner-Api-Version", 200)):
        headers = dispatcher.headers | bearer | {name: "other"}
        assert dispatcher.call("GET", "/api/companies", headers=headers).status_code == status
    secondary = {"Partner-Access-Key": dispatcher.keys["partner_access_key_secondary"]}
    assert dispatcher.call("GET", "/api/companies", headers=dispatcher.headers | bearer | secondary).status_code == 200


def test_a_login_gives_a_real_jwt_and_the_vendors_misspelled_lifetime(stranger: Dispatcher) -> None:
    token = stranger.login()
    header, claims, _ = (token["accessToken"] + "..").split(".")[:3]
    assert _decoded(header)["alg"] == "HS256"
    assert _decoded(claims)["exp"] - _decoded(claims)["iat"] == 1_800
    assert (token["accessTokenExpirationSeconds"], token["refreshTokenExpiratinSeconds"]) == (1_800, 43_200)
    assert stranger.get("/api/companies")


@pytest.mark.parametrize("spoil", [lambda t: t[:-2], lambda t: "x" + t, lambda t: t.replace(".", ""), lambda t: ""])
def test_a_forged_token_is_a_401(dispatcher: Dispatcher, spoil: Any) -> None:
    dispatcher.bearer = spoil(dispatcher.bearer)
    assert dispatcher.refused("GET", "/api/companies", None, 401) == "Unauthorized"
    assert dispatcher.broke() == ["auth"]


def test_an_access_token_dies_after_thirty_minutes(dispatcher: Dispatcher) -> None:
    dispatcher.control.advance(timedelta(seconds=1_790))
    assert dispatcher.call("GET", "/api/companies").status_code == 200
    dispatcher.control.advance(timedelta(seconds=11))
    assert dispatcher.call("GET", "/api/companies").status_code == 401


@pytest.mark.parametrize("credentials", [{}, {"username": "", "password": ""}])
def test_a_refresh_goes_the_same_path_and_rotates(stranger: Dispatcher, credentials: dict[str, str]) -> None:
    first = stranger.login()
    second = stranger.login(refreshToken=first["refreshToken"], **credentials)
    assert second["refreshToken"] != first["refreshToken"]
    for token in (first, second):  # the old access token stays valid until it expires
        stranger.bearer = token["accessToken"]
        assert stranger.call("GET", "/api/companies").status_code == 200
    assert stranger.enter(refreshToken=first["refreshToken"])["status"] == "FAILURE"
    stats = stranger.stats()
    assert (stats["logins"], stats["refreshes"], stats["needless_logins"]) == (1, 1, 0)


def test_refreshing_extends_one_login_for_twelve_hours_at_most(stranger: Dispatcher) -> None:
    token = stranger.login()
    for _ in range(23):
        stranger.control.advance(timedelta(minutes=30))
        token = stranger.login(refreshToken=token["refreshToken"])
    assert token["refreshTokenExpiratinSeconds"] <= 1_800
    stranger.control.advance(timedelta(minutes=31))
    assert stranger.enter(refreshToken=token["refreshToken"])["status"] == "FAILURE"
    assert stranger.enter()["status"] == "SUCCESS"


def test_a_login_beside_a_living_token_is_needless(dispatcher: Dispatcher) -> None:
    dispatcher.enter()
    assert dispatcher.broke() == ["needless_login"]
    assert dispatcher.control.summary()[VENDOR]["logins"] == 2


def test_a_login_near_the_tokens_end_or_after_a_refusal_is_not_needless(dispatcher: Dispatcher) -> None:
    dispatcher.control.advance(timedelta(seconds=1_700))
    dispatcher.login()
    assert dispatcher.script("revoke_tokens") == {"revoked": 2}
    assert dispatcher.call("GET", "/api/companies").status_code == 401
    dispatcher.login()
    dispatcher.control.fault(VENDOR, "revoked_token")
    assert dispatcher.call("GET", "/api/companies").status_code == 401
    dispatcher.login()
    assert dispatcher.stats()["needless_logins"] == 0


def test_five_bad_logins_lock_the_user_for_a_while(stranger: Dispatcher) -> None:
    answers = [stranger.enter(password="wrong") for _ in range(5)]
    assert [answer["item"]["isLocked"] for answer in answers] == [False] * 4 + [True]
    locked = stranger.enter()
    assert (locked["status"], locked["item"]["token"], locked["item"]["isLocked"]) == ("FAILURE", None, True)
    assert stranger.broke() == ["auth"] * 5 + ["locked_login"]
    stranger.control.advance(timedelta(seconds=901))
    assert stranger.enter()["status"] == "SUCCESS"


def test_a_good_login_forgets_the_bad_ones(stranger: Dispatcher) -> None:
    for _ in range(2):
        for _ in range(4):
            assert stranger.enter(username="nobody")["item"]["isLocked"] is False
        assert stranger.enter()["status"] == "SUCCESS"


def test_partners_log_in_by_their_own_path(stranger: Dispatcher) -> None:
    answer = stranger.enter("/api/authentication/partner")
    assert answer["item"]["token"]["accessToken"].count(".") == 2


def test_an_area_that_was_not_granted_is_a_403_while_others_work(dispatcher: Dispatcher) -> None:
    dispatcher.control.limits(VENDOR, denied_areas=["customers"])
    assert "customers" in dispatcher.refused("GET", "/api/customers", None, 403)
    assert dispatcher.get("/api/companies")


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"systemId": 5}', b'{"username": []}', b"[" * 100_000])
def test_an_unreadable_login_is_a_400(stranger: Dispatcher, body: bytes) -> None:
    response = stranger.call("POST", LOGIN, data=body, headers=stranger.headers)
    assert (response.status_code, response.json()["status"]) == (400, "FAILURE")


def test_no_secret_reaches_the_journal(dispatcher: Dispatcher) -> None:
    journal = str(dispatcher.control.journal(vendor=VENDOR))
    secrets = (dispatcher.keys["password"], dispatcher.keys["partner_access_key"], dispatcher.bearer)
    assert not [secret for secret in secrets if secret in journal]


def _decoded(part: str) -> Any:
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
