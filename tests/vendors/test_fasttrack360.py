"""FastTrack360 without a network: the meaning of answers, states, catalogue, form, signing in."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from urllib.parse import parse_qs

import pytest
from airflow._shared.secrets_masker.secrets_masker import DEFAULT_SENSITIVE_FIELDS

from airflow_provider_fleetops import vendors
from airflow_provider_fleetops.protocol import errors
from airflow_provider_fleetops.protocol.answer import Answer
from airflow_provider_fleetops.protocol.endpoint import Confidence, Kind
from airflow_provider_fleetops.protocol.flow import call
from airflow_provider_fleetops.protocol.limits import DAY, DayQuota, Gate, at_their_door
from airflow_provider_fleetops.protocol.messages import Response
from airflow_provider_fleetops.protocol.times import AFTER_MIDNIGHT
from airflow_provider_fleetops.protocol.vendor import Account
from airflow_provider_fleetops.vendors.fasttrack360 import flows, records, upserts
from airflow_provider_fleetops.vendors.fasttrack360.connection import FORM
from airflow_provider_fleetops.vendors.fasttrack360.states import job_order_state, timesheet_state
from tests.protocol.fakes import START, FakeDriver, MemoryStore

VENDOR = vendors.vendor("fasttrack360")
NOW = datetime(2026, 11, 22, 13, 30, tzinfo=UTC)
NEW_DAY = datetime(2026, 11, 23, 0, 0, int(AFTER_MIDNIGHT), tzinfo=UTC)
RESET = errors.TransportError("reset", sent=True)


def account(**extras: object) -> Account:
    host = {"host": "https://api.agency.example", "port": None, "login": "", "password": "the-api-key"}
    return Account.of(VENDOR, "ft", **(host | extras.pop("host", {})), extras=extras)


def reply(code: int, body: object = None, kind: str = "") -> Response:
    headers = {"x-amzn-errortype": kind} if kind else {}
    return Response(code, headers, body if isinstance(body, bytes) else json.dumps(body).encode())


def judged(response: Response, endpoint: str = "client.get") -> object:
    return VENDOR.judge(account(), Answer("fasttrack360", VENDOR.endpoint(endpoint), response, NOW))


QUOTA, THROTTLE = "LimitExceededException", "TooManyRequestsException"


@pytest.mark.parametrize(
    ("response", "error", "resume_at"),
    [
        (reply(429, {"message": "Limit Exceeded"}, QUOTA), errors.QuotaExhausted, NEW_DAY),
        (reply(429, {"message": "Nope"}, QUOTA + ":http://internal.amazon.com/"), errors.QuotaExhausted, NEW_DAY),
        (reply(429, {"message": "LIMIT EXCEEDED"}), errors.QuotaExhausted, NEW_DAY),
        (reply(429, {"fault": "Your daily quota is used up"}), errors.QuotaExhausted, NEW_DAY),
        (reply(429, {"message": "Too Many Requests"}, THROTTLE), errors.Throttled, None),
        (reply(429, {"message": "Limit Exceeded"}, THROTTLE), errors.Throttled, None),
        (reply(429, {"message": "too many requests"}), errors.Throttled, None),
        (reply(429, {"message": None}), errors.Throttled, None),
        (reply(429, b"<html>slow down</html>"), errors.Throttled, None),
        (reply(403, {"message": "Missing Authentication Token"}), errors.ConfigurationError, None),
        (reply(403, {"message": "x"}, "MissingAuthenticationTokenException"), errors.ConfigurationError, None),
        (reply(403, {"message": "Forbidden"}, "ForbiddenException"), errors.AuthenticationError, None),
        (reply(403, {"message": "Forbidden"}), errors.AuthenticationError, None),
        (reply(403, {"message": "late"}, "ExpiredTokenException"), errors.AuthenticationError, None),
        (reply(403, {"message": "no"}, "AccessDeniedException"), errors.PermissionDenied, None),
        (reply(403, {"message": "User is not authorized to do this"}), errors.PermissionDenied, None),
        (reply(403, {"message": "never seen"}), errors.PermissionDenied, None),
        (reply(401, {"message": "Unauthorized"}, "UnauthorizedException"), errors.AuthenticationError, None),
        (reply(400, {"message": "bad"}, "BadRequestException"), errors.InvalidInput, None),
        (reply(404, {"message": "no such client"}), errors.NotFound, None),
        (reply(409, {"message": "in use"}), errors.Refused, None),
        (reply(413, {"message": "big"}), errors.InvalidInput, None),
        (reply(415, {"message": "type"}), errors.InvalidInput, None),
        (reply(422, {"errors": [{"field": "name", "message": "required"}]}), errors.InvalidInput, None),
        (reply(500, {"message": None}), errors.Unavailable, None),
        (reply(504, {"message": "Endpoint request timed out"}), errors.Unavailable, None),
        (reply(200, b"<html>"), errors.ProtocolError, None),
        (reply(200, "text"), errors.ProtocolError, None),
        (reply(200, b""), errors.ProtocolError, None),
    ],
)
def test_an_answer_that_is_an_error(response, error, resume_at):
    with pytest.raises(errors.FleetOpsError) as caught:
        judged(response)
    assert type(caught.value) is error
    assert caught.value.resume_at == resume_at


@pytest.mark.parametrize(
    ("response", "endpoint", "value"),
    [
        (reply(200, {"id": 1}), "client.get", {"id": 1}),
        (reply(200, [{"id": 1}]), "clients.list", [{"id": 1}]),
        (reply(204, b""), "contact.delete", None),
        (reply(201, b" "), "client.create", None),
    ],
)
def test_an_answer_that_is_a_value(response, endpoint, value):
    assert judged(response, endpoint) == value


@pytest.mark.parametrize(
    ("record", "state"),
    [
        ({"status": "Open"}, "OPEN"),
        ({"status": "Waiting for the client"}, "OPEN"),
        ({"status": "filled", "submittedToTimesheet": False}, "FILLED"),
        ({"status": "Filled", "submittedToTimesheet": True}, "SUBMITTED"),
        ({"status": "Cancelled", "submittedToTimesheet": True}, "CANCELLED"),
        ({"status": 7}, "UNKNOWN"),
        ({}, "UNKNOWN"),
    ],
)
def test_state_of_a_job_order(record, state):
    assert job_order_state(record).state == state


@pytest.mark.parametrize(
    ("word", "state"),
    [("Available", "AVAILABLE"), ("released", "RELEASED"), ("Levitating", "UNKNOWN"), (None, "UNKNOWN")],
)
def test_state_of_a_timesheet(word, state):
    assert timesheet_state({"status": word}).state == state


def test_facts_of_a_sighting_hold_no_names():
    record = {"status": "Filled", "position": "Nurse", "candidate": "Ada", "startDate": "2026-12-01", "endDate": None}
    assert job_order_state(record).facts == {"startDate": "2026-12-01"}


def test_catalogue_says_what_is_assumed_and_where_it_is_from():
    assert len(VENDOR.endpoints) == 44
    for entry in VENDOR.endpoints.values():
        assert entry.confidence is Confidence.ASSUMED
        assert entry.source.startswith("https://")
        assert entry.summary
        assert entry.returns
        assert (entry.kind is Kind.READ) == (entry.method == "GET")
        assert (entry.kind is Kind.UNSAFE) == (entry.method == "POST")
        assert (entry.paging is not None) == entry.name.endswith(".list")


def test_a_patch_requires_nothing_and_checks_what_it_gets():
    change = VENDOR.endpoint("job_order.update")
    assert change.prepare({"job_order_id": 200000001}, {"position": "Nurse"}).body == {"position": "Nurse"}
    with pytest.raises(errors.InvalidInput, match="jobType"):
        change.prepare({"job_order_id": 200000001}, {"jobType": "Eternal"})
    with pytest.raises(errors.InvalidInput, match=r"body\.name.* is required"):
        VENDOR.endpoint("client.create").prepare({}, {"officeId": 1, "status": "Active", "gradeId": 1})


@pytest.mark.parametrize("evil", ["../../offices", "1?x=1", "", "a b", "1\n2"])
def test_an_id_cannot_leave_its_place_in_the_path(evil):
    with pytest.raises(errors.InvalidInput, match="client_id"):
        VENDOR.endpoint("client.get").prepare({"client_id": evil}, None)


def test_airflow_masks_the_secret_extras_and_no_other():
    for extra in FORM.extras:
        masked = any(word in extra.name.lower() for word in DEFAULT_SENSITIVE_FIELDS)
        assert masked == extra.secret, extra.name


@pytest.mark.parametrize(
    ("extras", "url"),
    [
        ({"api_version": "12.32"}, "https://api.agency.example/12.32/lookups/offices"),
        ({}, "https://api.agency.example/lookups/offices"),
        ({"base_path": "/", "api_version": "12.32"}, "https://api.agency.example/lookups/offices"),
        (
            {"base_path": "/v{api_version}/api", "api_version": "12"},
            "https://api.agency.example/v12/api/lookups/offices",
        ),
        ({"paths": {"offices.list": "/Office"}}, "https://api.agency.example/Office"),
        ({"api_version": "1?x=y#z"}, "https://api.agency.example/1%3Fx%3Dy%23z/lookups/offices"),
    ],
)
def test_where_a_call_goes(extras, url):
    driver = FakeDriver([reply(200, {"items": []})])
    driver.run(call(account(**extras), "offices.list"))
    assert driver.sent[0].url == url


def test_key_tenant_and_version_travel_in_headers_of_any_name():
    settings = {"key_header": "X-Key", "tenant": "agency", "tenant_header": "X-Tenant"}
    driver = FakeDriver([reply(200, {"items": []})])
    driver.run(call(account(**settings, api_version="12.32", version_header="X-Version"), "offices.list"))
    sent = driver.sent[0].headers
    assert (sent["X-Key"], sent["X-Tenant"], sent["X-Version"]) == ("the-api-key", "agency", "12.32")
    assert "Authorization" not in sent


def test_a_fixed_bearer_token():
    driver = FakeDriver([reply(200, {"items": []})])
    driver.run(call(account(auth_mode="api_key+bearer_static", bearer_token="tick"), "offices.list"))
    assert driver.sent[0].headers["Authorization"] == "Bearer tick"


OAUTH = {
    "auth_mode": "api_key+oauth_client_credentials",
    "sign_in_path": "/oauth2/token",
    "client_id": "me",
    "client_secret": "s3cret&",
}
LOGIN = {"auth_mode": "api_key+login", "sign_in_path": "/login", "login_password": "pass-1", "user_field": "email"}


def test_client_credentials_are_traded_once_for_a_token():
    driver = FakeDriver([reply(200, {"access_token": "tick", "expires_in": 600}), *[reply(200, {"items": []})] * 2])
    for _ in range(2):
        driver.run(call(account(**OAUTH, scope="a b"), "offices.list"))
    sign_in, *calls = driver.sent
    assert sign_in.url == "https://api.agency.example/oauth2/token"
    assert parse_qs((sign_in.body or b"").decode()) == {
        "grant_type": ["client_credentials"],
        "client_id": ["me"],
        "client_secret": ["s3cret&"],
        "scope": ["a b"],
    }
    assert sign_in.headers["x-api-key"] == "the-api-key"
    assert [x.headers["Authorization"] for x in calls] == ["Bearer tick"] * 2
    assert driver.hidden.count("tick") == 2


@pytest.mark.parametrize(
    ("extras", "url"),
    [
        ({**OAUTH, "sign_in_path": ""}, "https://api.agency.example/12.32/oauth/token"),
        ({**LOGIN, "sign_in_path": ""}, "https://api.agency.example/12.32/login"),
        (
            {**LOGIN, "sign_in_path": "", "paths": {"auth.login": "/session"}},
            "https://api.agency.example/12.32/session",
        ),
        (LOGIN, "https://api.agency.example/login"),
    ],
)
def test_where_a_sign_in_goes(extras, url):
    driver = FakeDriver([reply(200, {"access_token": "tick", "expires_in": 600}), reply(200, {"items": []})])
    driver.run(call(account(**extras, api_version="12.32", host={"login": "ada"}), "offices.list"))
    assert driver.sent[0].url == url


def test_a_user_login_and_a_session_that_ended_early():
    tickets = [reply(200, {"access_token": name, "expires_in": 600}) for name in ("one", "two")]
    driver = FakeDriver([tickets[0], reply(401, {"message": "Unauthorized"}), tickets[1], reply(200, {"items": []})])
    driver.run(call(account(**LOGIN, host={"login": "ada@agency.example"}), "offices.list"))
    assert json.loads(driver.sent[0].body or b"") == {"email": "ada@agency.example", "password": "pass-1"}
    assert [x.headers.get("Authorization") for x in driver.sent] == [None, "Bearer one", None, "Bearer two"]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (reply(400, {"error": "invalid_client"}), errors.AuthenticationError),
        (reply(401, {"message": "Unauthorized"}), errors.AuthenticationError),
        (reply(403, {"message": "Missing Authentication Token"}), errors.ConfigurationError),
        (reply(404, {}), errors.ConfigurationError),
        (reply(200, {"token": "elsewhere"}), errors.ProtocolError),
        (reply(200, {"access_token": "tick\r\nX: y"}), errors.ProtocolError),
        (reply(200, {"access_token": "tick", "expires_in": "soon"}), errors.ProtocolError),
        (reply(200, []), errors.ProtocolError),
        (reply(429, {"message": "Limit Exceeded"}), errors.QuotaExhausted),
    ],
)
def test_a_sign_in_that_fails_is_not_repeated(answer, error):
    driver = FakeDriver([answer])
    with pytest.raises(error):
        driver.run(call(account(**OAUTH), "offices.list"))
    assert len(driver.sent) == 1


@pytest.mark.parametrize("name", ["client_id", "client_secret"])
def test_a_missing_sign_in_setting_is_named_and_nothing_is_sent(name):
    driver = FakeDriver()
    with pytest.raises(errors.ConfigurationError, match=name):
        driver.run(call(account(**{k: v for k, v in OAUTH.items() if k != name}), "offices.list"))
    assert driver.sent == []


def test_limits_follow_the_licence_tier():
    prepared = VENDOR.endpoint("offices.list").prepare({}, None)
    assert [limit.rule for limit in account().limits(prepared)] == [Gate(), Gate(daily=True, hard=True)]
    limits = account(daily_quota=5000, requests_per_second=2.5, burst=10, reserved_percent=10).limits(prepared)
    assert [limit.rule for limit in limits[2:]] == [at_their_door(2.5, 1.0, 10), DayQuota(5000, kept=500)]
    assert len({limit.key for limit in limits}) == 4


def test_our_own_quota_stops_before_the_vendors_until_midnight_utc():
    store, small = MemoryStore(), account(daily_quota=2)
    driver = FakeDriver([reply(200, {"items": []})] * 9, store)
    for _ in range(2):
        driver.run(call(small, "offices.list"))
    with pytest.raises(errors.QuotaExhausted) as caught:
        driver.run(call(small, "offices.list"))
    assert len(driver.sent) == 2
    midnight = (START // DAY + 1) * DAY
    assert caught.value.resume_at == datetime.fromtimestamp(midnight + AFTER_MIDNIGHT, UTC)
    driver.now = midnight
    driver.run(call(small, "offices.list"))
    assert len(driver.sent) == 3


def test_a_spent_quota_stops_every_process_until_midnight_utc():
    store = MemoryStore()
    first = FakeDriver([reply(429, {"message": "Limit Exceeded"}, QUOTA)], store)
    with pytest.raises(errors.QuotaExhausted):
        first.run(call(account(), "offices.list"))
    assert len(first.sent) == 1
    second = FakeDriver([reply(200, {"items": []})], store, now=START + 60)
    with pytest.raises(errors.Throttled) as caught:
        second.run(call(account(), "grades.list"))
    assert second.sent == []
    assert caught.value.resume_at == datetime.fromtimestamp((START // DAY + 1) * DAY + AFTER_MIDNIGHT, UTC)


@pytest.mark.parametrize(
    "answer", [reply(503, {}), reply(504, {"message": "Endpoint request timed out"}), reply(429, {}, THROTTLE), RESET]
)
def test_a_fault_costs_two_calls_at_most(answer):
    driver = FakeDriver([answer] * 9)
    with pytest.raises(errors.FleetOpsError):
        driver.run(call(account(), "offices.list"))
    assert len(driver.sent) == 2


@pytest.mark.parametrize(
    ("found", "wanted", "change"),
    [
        (3, "3", False),
        ("3", 3, False),
        (None, "x", True),
        (True, 1, True),
        (True, True, False),
        ({"city": "Perth", "country": "AU"}, {"city": "Perth"}, False),
        ({"city": "Perth"}, {"city": "Cairns"}, True),
        (None, {"city": "Perth"}, True),
        ([1], [1], False),
        ([{"units": 8, "id": 1}], [{"units": "8"}], False),
        ([{"units": 8}], [{"units": 8}, {"units": 8}], True),
        (None, [], True),
        ("2031-04-13T00:00:00", "2031-04-13", False),
        ("2031-04-14T00:00:00", "2031-04-13", True),
        ("Track 7T", "Track 7", True),
    ],
)
def test_what_counts_as_a_change(found, wanted, change):
    assert records.differs(found, wanted) is change


def test_calls_are_counted_with_retries():
    driver = FakeDriver([reply(503, {}), reply(200, {"items": []})])
    assert driver.run(flows.count_calls(call(account(), "offices.list"))) == ({"items": []}, 2)


def test_a_vendor_that_ignores_the_filter_is_not_read_to_the_end():
    page = {"items": [{"id": n, "name": f"Other {n}"} for n in range(1, 101)], "totalCount": 50_000}
    pages = [
        reply(200, {**page, "items": [{**row, "id": row["id"] + 100 * n} for row in page["items"]]}) for n in range(99)
    ]
    driver = FakeDriver(pages)
    with pytest.raises(errors.ConfigurationError, match="does not filter"):
        driver.run(upserts.upsert_client(account(), {"name": "Mine", "officeId": 1}))
    assert len(driver.sent) == 10
    assert {x.method for x in driver.sent} == {"GET"}


def test_a_comment_whose_answer_was_lost_is_looked_for_and_not_sent_again():
    rows = {"items": [{"id": 9, "comment": "Did it\n[m-1]"}], "totalCount": 1}
    driver = FakeDriver([RESET, reply(200, rows)])
    comment = {"comment": "Did it"}
    result = driver.run(flows.add_comment(account(), "client", "100000001", comment, "m-1", look_first=False))
    assert result == {"comment_id": 9, "action": "created"}
    assert [x.method for x in driver.sent] == ["POST", "GET"]


@pytest.mark.parametrize("look", [reply(200, {"items": [], "totalCount": 0}), reply(429, {}, QUOTA)])
def test_a_comment_that_cannot_be_seen_is_left_to_the_next_try(look):
    driver = FakeDriver([reply(504, {}), look])
    comment = {"comment": "Did it"}
    with pytest.raises(errors.Unavailable) as caught:
        driver.run(flows.add_comment(account(), "client", "100000001", comment, "m-1", look_first=False))
    # Never Throttled: an operator would go on after the wait as if nothing had been sent.
    assert not isinstance(caught.value, errors.Throttled)
    assert caught.value.effect is errors.Effect.UNKNOWN
    assert [x.method for x in driver.sent] == ["POST", "GET"]


def test_a_comment_that_no_look_can_find_is_for_a_person():
    driver = FakeDriver([reply(504, {}), reply(400, {})])
    with pytest.raises(errors.OutcomeUnknown):
        driver.run(flows.add_comment(account(), "client", "1", {"comment": "Did it"}, "m-1", look_first=False))
    assert [x.method for x in driver.sent] == ["POST", "GET"]


@pytest.mark.parametrize("text", ["", "  ", None, 7])
def test_an_empty_comment_is_refused_before_anything_is_sent(text):
    driver = FakeDriver()
    with pytest.raises(errors.InvalidInput, match="comment"):
        driver.run(flows.add_comment(account(), "client", "1", {"comment": text}, "m", look_first=True))
    assert driver.sent == []
