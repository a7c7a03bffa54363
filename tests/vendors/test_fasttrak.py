"""FASTTRAK without a network: what an answer means, how a session lives, what a reservation's state is."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from airflow_provider_fleetops.protocol import errors
from airflow_provider_fleetops.protocol.answer import Answer
from airflow_provider_fleetops.protocol.auth import Token
from airflow_provider_fleetops.protocol.errors import TransportError
from airflow_provider_fleetops.protocol.flow import call
from airflow_provider_fleetops.protocol.listing import paginate
from airflow_provider_fleetops.protocol.messages import Response
from airflow_provider_fleetops.protocol.vendor import Account
from airflow_provider_fleetops.vendors.fasttrak import booking, changes, flows, search, states, times
from airflow_provider_fleetops.vendors.fasttrak.auth import auth
from airflow_provider_fleetops.vendors.fasttrak.connection import FORM
from airflow_provider_fleetops.vendors.fasttrak.judge import judge
from airflow_provider_fleetops.vendors.fasttrak.vendor import VENDOR
from tests.protocol.fakes import START, FakeDriver
from tests.vendors.fasttrak_kit import (
    KEY,
    LOST,
    NOW,
    PASSWORD,
    PICKUP,
    RIDE,
    SYSTEM,
    TRIP,
    account,
    answered,
    body,
    driver,
    failure,
    login_answer,
    ok,
    plain,
    sent,
)

# --- the judge ---


def judged(endpoint: str, response: Response) -> Any:
    return judge(account(), Answer("fasttrak", VENDOR.endpoint(endpoint), response, NOW))


@pytest.mark.parametrize(
    ("endpoint", "response", "value"),
    [
        ("reservation.get", ok(RIDE), RIDE),
        ("reservations.search_advanced", ok([RIDE]), [RIDE]),
        ("reservations.search_advanced", ok([]), []),
        ("reservation.employee_pays", ok([]), []),
        ("reservation.update", answered({"item": None, "status": "SUCCESS"}), None),
        ("reservation.update", answered({"status": "SUCCESS"}), None),
        ("webhook.delete", Response(204), None),
        ("documents.employee_pay_report", Response(200, {"content-type": "application/pdf"}, b"%PDF"), b"%PDF"),
    ],
)
def test_an_answer_has_a_value(endpoint, response, value):
    assert judged(endpoint, response) == value


GET, LIST, CREATE = "reservation.get", "vehicle_types.list", "reservation.create"


@pytest.mark.parametrize(
    ("endpoint", "response", "kind"),
    [
        # the documented 400s, with and without the prefix, as JSON and as text, in any case
        (GET, plain("[400] API Gateway Not Authorized", 400), errors.ConfigurationError),
        (GET, failure("api gateway not authorized", 400), errors.ConfigurationError),
        (GET, failure("[400] Missing Required Header: System-Id", 400), errors.ConfigurationError),
        (GET, plain("Missing Required Header: Partner-Api-Version", 400), errors.ConfigurationError),
        # the status word decides
        (CREATE, failure("Pickup time is within the required lead time"), errors.Refused),
        (CREATE, failure("A reference PO is required", 400), errors.Refused),
        (CREATE, failure(), errors.Refused),
        (GET, failure("Reservation not found"), errors.NotFound),
        (GET, failure(item=None), errors.NotFound),
        (GET, answered({"item": None, "status": "SUCCESS"}), errors.NotFound),
        (GET, failure("User is not authorized for this area"), errors.PermissionDenied),
        ("documents.employee_pay_report", failure("No pay items"), errors.Refused),
        # HTTP decides where there is no such word
        (GET, failure("expired", 401), errors.AuthenticationError),
        (GET, Response(401), errors.AuthenticationError),
        (GET, failure("no", 403), errors.PermissionDenied),
        (GET, Response(404), errors.NotFound),
        (GET, failure("Reservation not found", 404), errors.NotFound),
        (LIST, Response(404), errors.ConfigurationError),
        (LIST, Response(405), errors.ConfigurationError),
        (LIST, plain("<html>Bad Request</html>", 400), errors.InvalidInput),
        (LIST, Response(429), errors.Throttled),
        (LIST, failure("busy", 503), errors.Unavailable),
        (LIST, Response(302), errors.ConfigurationError),
        # unknown shapes are never a success
        (LIST, plain("<html>maintenance</html>", 200), errors.ProtocolError),
        (LIST, Response(200), errors.ProtocolError),
        (LIST, answered([RIDE]), errors.ProtocolError),
        (LIST, answered({"items": []}), errors.ProtocolError),
        (LIST, answered({"items": [], "status": "PENDING"}), errors.ProtocolError),
        (LIST, answered({"items": "none", "status": "SUCCESS"}), errors.ProtocolError),
        (GET, answered({"item": [RIDE], "status": "SUCCESS"}), errors.ProtocolError),
        (GET, answered({"status": "SUCCESS"}), errors.ProtocolError),
        (CREATE, plain("ok", 200), errors.ProtocolError),
    ],
)
def test_an_answer_is_an_error(endpoint, response, kind):
    with pytest.raises(errors.FleetOpsError) as caught:
        judged(endpoint, response)
    assert type(caught.value) is kind
    assert caught.value.endpoint == endpoint


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no failure
@given(
    st.recursive(
        st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(),
        lambda inner: (
            st.lists(inner) | st.dictionaries(st.sampled_from(["item", "items", "status", "message", "x"]), inner)
        ),
        max_leaves=8,
    ),
    st.sampled_from([200, 201, 204, 400, 401, 404, 422, 500]),
)
def test_no_answer_is_an_accident(value, code):
    try:
        judged(GET, answered(value, code))
    except errors.FleetOpsError as error:
        assert error.vendor == "fasttrak"  # noqa: PT017 - either outcome is right, a crash is not


def test_a_denied_area_is_named():
    with pytest.raises(errors.PermissionDenied, match="'customers'"):
        judged("customers.search", failure("Access denied"))


def test_an_assumed_path_that_is_not_there_tells_how_to_set_it():
    with pytest.raises(errors.ConfigurationError, match=r"assumed.*path and method overrides"):
        judged(LIST, plain("", 404))


# --- signing in ---


def test_every_call_carries_the_three_headers_and_the_token():
    fake = driver(ok(RIDE))
    fake.run(call(account(), GET, {"reservation_id": 42}))
    login, read = fake.sent
    for request in (login, read):
        told = {request.headers[name] for name in ("Partner-Access-Key", "Partner-Api-Version", "System-Id")}
        assert told == {KEY, "v2.2", SYSTEM}
    assert login.url == "https://cars.example/partner/api/authentication/web-service-user"
    assert body(login) == {"systemId": SYSTEM, "username": "web-user", "password": PASSWORD, "refreshToken": ""}
    assert "Authorization" not in login.headers
    assert read.headers["Authorization"] == "Bearer access-one"
    assert {"access-one", "refresh-of-access-one"} <= set(fake.hidden)


def test_prefix_version_header_names_and_paths_can_be_set():
    chosen = account(
        api_prefix="/v9/", api_version="v3", headers={"System-Id": "X-System"}, paths={GET: "/trips/{reservation_id}"}
    )
    fake = driver(ok(RIDE))
    fake.run(call(chosen, GET, {"reservation_id": 42}))
    assert fake.sent[1].url == "https://cars.example/partner/v9/trips/42"
    assert fake.sent[1].headers["X-System"] == SYSTEM
    assert fake.sent[1].headers["Partner-Api-Version"] == "v3"
    assert account(api_prefix="/").url("/x") == "https://cars.example/partner/x"


@pytest.mark.parametrize(
    ("extras", "path", "credentials"),
    [
        ({}, "/api/authentication/web-service-user", ("web-user", PASSWORD)),
        ({"refresh_sends_credentials": False}, "/api/authentication/web-service-user", ("", "")),
        ({"login_kind": "partner"}, "/api/authentication/partner", ("web-user", PASSWORD)),
        ({"paths": {"auth.refresh": "/token"}}, "/api/token", ("web-user", PASSWORD)),
        ({"paths": {"auth.web_service_user": "/in"}}, "/api/in", ("web-user", PASSWORD)),
    ],
)
def test_a_token_is_refreshed_before_it_ends(extras, path, credentials):
    fake = driver(ok([]), login_answer("access-two"), ok([]))
    chosen = account(**extras)
    fake.run(call(chosen, LIST))
    fake.now += 1800 - 80
    fake.run(call(chosen, LIST))
    refresh, read = fake.sent[2:]
    assert refresh.url == f"https://cars.example/partner{path}"
    given_body = body(refresh)
    assert given_body["refreshToken"] == "refresh-of-access-one"
    assert (given_body["username"], given_body["password"]) == credentials
    assert read.headers["Authorization"] == "Bearer access-two"


@pytest.mark.parametrize("refusal", [failure("no"), failure("no", 400), Response(401), answered({"status": "SUCCESS"})])
def test_a_refused_refresh_is_one_login(refusal):
    fake = driver(ok([]), refusal, login_answer("access-three"), ok([]))
    fake.run(call(account(), LIST))
    fake.now += 1800
    fake.run(call(account(), LIST))
    assert [body(request)["refreshToken"] for request in fake.sent[2:4]] == ["refresh-of-access-one", ""]
    assert fake.sent[4].headers["Authorization"] == "Bearer access-three"


def test_after_twelve_hours_there_is_a_login_at_once():
    fake = driver(ok([]), login_answer("access-two"), ok([]))
    fake.run(call(account(), LIST))
    fake.now += 43_200
    fake.run(call(account(), LIST))
    assert body(fake.sent[2])["refreshToken"] == ""


def test_an_early_end_is_renewed_once_and_no_more():
    fake = driver(Response(401), login_answer("access-two"), Response(401))
    with pytest.raises(errors.PermissionDenied, match="grant the area"):
        fake.run(call(account(), LIST))
    assert len(fake.sent) == 4


def test_a_gateway_400_never_signs_in_again():
    fake = driver(plain("[400] API Gateway Not Authorized", 400))
    with pytest.raises(errors.ConfigurationError, match="partner_access_api_key"):
        fake.run(call(account(), LIST))
    assert len(fake.sent) == 2


def read_token(response: Response, now: datetime = NOW) -> Token:
    session = auth(account()).session
    assert session is not None
    return session.read(account(), response, now)


def jwt(**claims: Any) -> str:
    part = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"h.{part}.s"


@pytest.mark.parametrize(
    ("token", "life", "refresh_life"),
    [
        ({}, 1800, 43_200),
        ({"accessTokenExpirationSeconds": 60, "refreshTokenExpiratinSeconds": 90}, 60, 90),
        ({"refreshTokenExpiratinSeconds": None, "refreshTokenExpirationSeconds": 77}, 1800, 77),
        ({"refreshTokenExpiratinSeconds": None}, 1800, 43_200),
        ({"accessTokenExpirationSeconds": None, "accessToken": jwt(exp=START + 600)}, 600, 43_200),
        ({"accessTokenExpirationSeconds": "soon", "accessToken": jwt(exp="x")}, 1800, 43_200),
        ({"accessTokenExpirationSeconds": 0, "accessToken": "h.%%%.s"}, 1800, 43_200),
        ({"accessTokenExpirationSeconds": True, "accessToken": jwt()}, 1800, 43_200),
        ({"accessTokenExpirationSeconds": -5, "accessToken": jwt(exp=START - 5)}, 1800, 43_200),
    ],
)
def test_lifetimes_come_from_the_answer_then_the_token_then_the_page(token, life, refresh_life):
    read = read_token(login_answer(**token))
    assert (read.expires_at - START, read.refresh_until - START) == (life, refresh_life)


@pytest.mark.parametrize("refresh", [None, "", 5])
def test_without_a_refresh_token_there_is_no_refresh(refresh):
    assert not read_token(login_answer(refreshToken=refresh)).refreshable(START)


@pytest.mark.parametrize(
    ("response", "kind"),
    [
        (failure("Invalid user name or password"), errors.AuthenticationError),
        (failure("Invalid", 400), errors.AuthenticationError),
        (Response(401), errors.AuthenticationError),
        (Response(403), errors.AuthenticationError),
        (plain("API Gateway Not Authorized", 400), errors.AuthenticationError),
        (plain("Missing Required Header: System-Id", 400), errors.ConfigurationError),
        (Response(404), errors.ConfigurationError),
        (Response(429), errors.Throttled),
        (failure("", 429), errors.Throttled),
        (failure("", 503), errors.Unavailable),
        (Response(502), errors.Unavailable),
        (Response(200), errors.ProtocolError),
        (plain("<html>", 200), errors.ProtocolError),
        (ok({}), errors.ProtocolError),
        (ok({"token": None}), errors.ProtocolError),
        (ok({"token": {"accessToken": ""}}), errors.ProtocolError),
        (ok({"token": {"accessToken": "line\nbreak"}}), errors.ProtocolError),
        (ok({"token": {"accessToken": ["x"]}}), errors.ProtocolError),
        (ok([]), errors.ProtocolError),
        (answered({"item": {"token": {"accessToken": "x"}}}), errors.ProtocolError),
    ],
)
def test_a_login_that_gives_no_token(response, kind):
    with pytest.raises(errors.FleetOpsError) as caught:
        read_token(response)
    assert type(caught.value) is kind


@pytest.mark.parametrize("code", [200, 400])
def test_a_locked_user_says_until_when(code):
    item = {"token": None, "isLocked": True, "lockedUntilDateUTC": "2031-04-02T12:00:00"}
    with pytest.raises(errors.AuthenticationError, match="locked") as caught:
        read_token(failure("Login failed", code, item=item))
    assert caught.value.resume_at == datetime(2031, 4, 2, 12, tzinfo=UTC)
    with pytest.raises(errors.AuthenticationError, match="expired"):
        read_token(ok({"token": None, "isExpired": True}))


def test_no_login_is_tried_while_the_user_is_locked():
    until = (NOW + timedelta(hours=2)).isoformat()
    fake = FakeDriver([failure("Locked", item={"isLocked": True, "lockedUntilDateUTC": until})])
    for seconds in (0, 1000, 6000):
        fake.now = START + seconds
        with pytest.raises(errors.AuthenticationError):
            fake.run(call(account(), LIST))
    assert len(fake.sent) == 1


def test_a_login_error_shows_no_credentials():
    echo = failure(f"user web-user with {PASSWORD} and key {KEY} of {SYSTEM}")
    with pytest.raises(errors.AuthenticationError) as caught:
        read_token(echo)
    for secret in (PASSWORD, KEY, "web-user"):
        assert secret not in str(caught.value)


# --- states ---


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        *(
            ({"reservationStatus": word}, word.upper())
            for word in (
                "Quotation",
                "Booked",
                "Trip_Confirmed",
                "Driver_Scheduled",
                "Driver_Confirmed",
                "En_route",
                "On_Location",
                "On_Board",
                "Dropped",
                "No_Show",
                "Cancelled",
            )
        ),
        ({"reservationStatus": "On_Board", "dropoffTime": "2031-04-02T12:00:00Z"}, "ON_BOARD"),
        ({"reservationStatus": "None", "onLocationTime": "2031-04-02T12:00:00Z"}, "ON_LOCATION"),
        ({"reservationStatus": "Flying", "enRouteTime": "x", "dropoffTime": None}, "UNKNOWN"),
        ({"reservationStatus": "", "dropoffTime": "2031-04-02T12:00:00Z"}, "DROPPED"),
        ({"cancelTime": "2031-04-02T12:00:00Z", "dropoffTime": "2031-04-02T12:00:00Z"}, "CANCELLED"),
        ({"cancelTime": "0001-01-01T00:00:00", "noShowTime": "0001-01-01T00:00:00Z"}, "UNKNOWN"),
        ({"reservationStatus": ["Booked"]}, "UNKNOWN"),
    ],
)
def test_the_state_is_the_status_word_or_what_happened_last(fields, state):
    assert states.state_of(fields) == state


def test_a_sighting_names_nobody():
    record = {**RIDE, "primaryPassenger": {"name": "A Passenger"}, "customerSummary": {"lastName": "Buyer"}}
    text = json.dumps(dict(states.sighting(account(), record).facts))
    assert "Passenger" not in text
    assert "Buyer" not in text


@pytest.mark.parametrize(
    ("window", "named"),
    [
        ({"from": "soon", "to": "2031-04-02T00:00:00Z"}, "from_time"),
        ({"from": "2031-04-02T00:00:00Z"}, "to_time"),
        ({"from": "2031-04-02T00:00:00Z", "to": "2031-04-02T01:00:00"}, "to_time.*time zone"),
        ({"from": "2031-04-03T00:00:00Z", "to": "2031-04-02T00:00:00Z"}, "to_time.*before"),
    ],
)
def test_a_wrong_window_is_named(window, named):
    with pytest.raises(errors.InvalidInput, match=named):
        FakeDriver().run(states.look(account(), ["1", "2"], window))


def test_a_reservation_whose_time_cannot_be_read_hides_no_other():
    rows = [RIDE | {"reservationId": 1, "scheduledPickupTime": "soon"}, RIDE | {"reservationId": 2}]
    window = {"from": PICKUP.isoformat(), "to": (PICKUP + timedelta(hours=1)).isoformat()}
    seen = driver(ok(rows)).run(states.look(account(), ["1", "2"], window))
    assert seen["1"].state == "UNSEEN"
    assert seen["2"] == states.sighting(account(), rows[1])


# --- times ---


@pytest.mark.parametrize(
    ("extras", "record", "utc"),
    [
        ({}, {"t": "2031-04-02T11:00:00Z"}, PICKUP),
        ({}, {"t": "2031-04-02T11:00:00"}, PICKUP),
        ({}, {"t": "2031-04-02T07:00:00-04:00"}, PICKUP),
        ({"times_are_local": True}, {"t": "2031-04-02T07:00:00Z", "timeZoneUTCOffsetMinutes": -240}, PICKUP),
        ({"times_are_local": True, "time_zone": "America/New_York"}, {"t": "2031-04-02T07:00:00Z"}, PICKUP),
        (
            {"times_are_local": True, "time_zone": "America/New_York"},
            {"t": "2031-04-02T07:00:00Z", "timeZoneUTCOffsetMinutes": 99_999},
            PICKUP,
        ),
        ({"times_are_local": True}, {"t": None}, None),
    ],
)
def test_times_are_read_by_the_connections_rule_and_written_back_the_same(extras, record, utc):
    chosen = account(**extras)
    assert times.read_time(chosen, record, "t") == utc
    if utc and not record["t"].endswith(("-04:00", "00:00")):
        assert times.write_time(chosen, utc, record) == record["t"]


def test_a_time_that_is_none_is_a_protocol_error():
    with pytest.raises(errors.ProtocolError, match="'t'"):
        times.read_time(account(), {"t": {"no": "time"}}, "t")


# --- finding ---


def test_a_full_answer_is_halved_until_it_is_not(monkeypatch):
    monkeypatch.setattr(search, "MAX_RESULTS", 2)
    one, two, three = ({**RIDE, "reservationId": number} for number in (1, 2, 3))
    fake = driver(ok([one, two]), ok([one]), ok([three, two]), ok([two]), ok([three]))
    rows = fake.run(search.search(account(), PICKUP, PICKUP + timedelta(hours=4)))
    assert [row["reservationId"] for row in rows] == [1, 2, 3]
    bounds = [(b["startDate"][11:16], b["endDate"][11:16], b["maxResults"]) for b in map(body, fake.sent[1:])]
    assert bounds == [
        ("11:00", "15:00", 2),
        ("11:00", "13:00", 2),
        ("13:00", "15:00", 2),
        ("13:00", "14:00", 2),
        ("14:00", "15:00", 2),
    ]


def test_a_window_that_stays_full_is_an_error_and_no_silent_loss(monkeypatch):
    monkeypatch.setattr(search, "MAX_RESULTS", 1)
    with pytest.raises(errors.ProtocolError, match="may be missing"):
        driver(ok([RIDE])).run(search.search(account(), PICKUP, PICKUP + timedelta(minutes=1)))


def test_a_living_reservation_is_preferred_to_a_cancelled_one():
    rows = [
        {**RIDE, "reservationId": 1, "reservationStatus": "Cancelled"},
        {**RIDE, "reservationId": 3},
        {**RIDE, "reservationId": 2},
        {**RIDE, "reservationId": 0, "externalBookingId": "k-11"},
    ]
    found = search.by_external_id(rows)
    assert {key: row["reservationId"] for key, row in found.items()} == {"k-1": 2, "k-11": 0}


# --- booking ---


def ensure(fake: FakeDriver, chosen: Account | None = None, **changes: Any) -> dict[str, Any]:
    trip = {"external_booking_id": "k-1", **changes.pop("trip", {})}
    return fake.run(flows.ensure_reservation(chosen or account(), trip, **{**TRIP, **changes}))


def test_the_body_has_the_vendors_names():
    fake = driver(ok([]), ok(RIDE))
    ensure(
        fake,
        trip={"travel_type": "Departure", "vehicle_type_id": "7", "is_vip": "true", "luggage_count": None},
        notes={"driver_notes": "Ring twice"},
        passenger={"name": "A Passenger", "phone": "1", "alias": "AP", "notify_by_sms": True},
        flight={"airport_code": "KXX", "flight_number": "0417", "scheduled_time": "2031-04-02T14:00:00+02:00"},
        details={"bookingSource": "Web", "externalBookingId": "not this"},
        overrides={"disablConfirmationUpdates": True},
    )
    assert sent(fake) == ["POST /reservations/search-advanced", "POST /reservations/new-customer"]
    assert body(fake.sent[-1]) == {
        "reservationDetail": {
            "reservationStatus": "Booked",
            "bookingSource": "Web",
            "externalBookingId": "k-1",
            "travelType": "Departure",
            "vehicleTypeId": 7,
            "isVip": True,
            "driverNotes": "Ring twice",
            "scheduledPickupTime": "2031-04-02T11:00:00Z",
            "primaryPassenger": {
                "name": "A Passenger",
                "phoneNumber": "1",
                "alias": "AP",
                "doEnablePassengerSMS": True,
            },
            "fromLocation": {"displayAddress": "A"},
            "toLocation": {
                "displayAddress": "B",
                "airportAirlineFlightInfo": {
                    "airportCode": "KXX",
                    "flightNumber": "0417",
                    "scheduledDateTime": "2031-04-02T12:00:00Z",
                },
            },
        },
        "customerSummary": {"lastName": "Buyer"},
        "reservationUpdateOverrides": {"disablConfirmationUpdates": True},
    }


def test_an_unclear_outcome_is_decided_by_one_look():
    fake = driver(ok([]), LOST, ok([RIDE]))
    assert ensure(fake)["created"]
    assert sent(fake).count("POST /reservations/new-customer") == 1


def test_an_unclear_outcome_that_no_look_can_decide_stays_unknown():
    fake = driver(ok([]), LOST, Response(403))
    with pytest.raises(errors.OutcomeUnknown) as caught:
        ensure(fake)
    assert caught.value.effect is errors.Effect.UNKNOWN
    assert not caught.value.retryable


def test_a_booking_is_found_where_its_first_try_had_the_pickup():
    """The pick-up moves between a lost answer and the retry: the look goes around both."""
    fake = driver(ok([]), LOST, ok([]))
    with pytest.raises(errors.Unavailable):
        ensure(fake, search_hours=1)
    fake.now += 600
    fake.answers = [ok([]), ok([RIDE])]
    found = ensure(fake, search_hours=1, scheduled_pickup_time=PICKUP + timedelta(hours=3))
    assert (found["reservation_id"], found["created"]) == (42, False)
    assert [body(request)["startDate"][11:16] for request in fake.sent[-2:]] == ["13:00", "10:00"]
    assert sent(fake).count("POST /reservations/new-customer") == 1


def test_what_certainly_was_not_sent_is_tried_again():
    fake = driver(ok([]), TransportError("refused", sent=False), ok(RIDE))
    assert ensure(fake)["created"]
    assert sent(fake).count("POST /reservations/new-customer") == 2


def test_the_profile_with_the_same_address_is_used():
    customers = [
        {"customerId": 9, "emailAddress": "BUYER@client.example"},
        {"customerId": 0, "emailAddress": "buyer@client.example"},
        {"customerId": 4, "emailAddress": "other-buyer@client.example"},
        {"emailAddress": None},
    ]
    fake = driver(ok([]), ok(customers), ok(RIDE))
    ensure(fake, customer={"last_name": "Buyer", "email": "buyer@client.example"})
    content = body(fake.sent[-1])
    assert content["reservationDetail"]["customerId"] == content["customerSummary"]["customerId"] == 9


@pytest.mark.parametrize(
    ("setting", "customer_id", "path"),
    [
        ("new-customer", 9, "POST /reservations/new-customer"),
        ("reservations", 9, "POST /reservations"),
        ("reservations", None, "POST /reservations/new-customer"),
    ],
)
def test_the_create_follows_the_connection(setting, customer_id, path):
    fake = driver(ok([]), ok(RIDE))
    ensure(fake, account(create_endpoint=setting), trip={"customer_id": customer_id})
    assert sent(fake)[-1] == path


# --- changing ---


def test_a_write_leaves_out_what_only_the_server_writes():
    price = {"totalCharge": 9, "baseRate": 5, "additionalPricingItems": [{"total": 4, "rate": 2}], "minimumCharge": 1}
    record = {**RIDE, "driverSummary": {}, "createTime": "x", "pricingInformation": price, "unknownToUs": [1]}
    kept = changes.writable(record)
    assert kept == {
        **RIDE,
        "unknownToUs": [1],
        "pricingInformation": {"baseRate": 5, "additionalPricingItems": [{"rate": 2}]},
    }


def retime(fake: FakeDriver, chosen: Account | None = None, **arguments: Any) -> dict[str, Any]:
    given_arguments = {"reservation_id": 42, "scheduled_pickup_time": PICKUP + timedelta(hours=1), **arguments}
    return fake.run(changes.retime(chosen or account(), **given_arguments))


def test_an_update_sends_the_whole_record_with_the_new_times():
    changed = {**RIDE, "scheduledPickupTime": "2031-04-02T12:00:00Z", "estimatedEndTime": "2031-04-02T13:30:00Z"}
    fake = driver(ok({**RIDE, "tripNotes": "keep"}), ok(changed))
    assert retime(fake)["shift_minutes"] == 60
    assert sent(fake) == ["GET /reservations/42", "PUT /reservations/42"]
    assert body(fake.sent[-1]) == {"reservationDetail": {**changed, "tripNotes": "keep"}}


STAMPED = {**RIDE, "modifiedTime": "2031-04-02T06:00:00Z"}
OTHERS = {**STAMPED, "modifiedTime": "2031-04-02T06:00:09Z", "tripNotes": "the dispatcher's"}


def test_a_change_that_somebody_saved_meanwhile_is_not_overwritten():
    fake = driver(ok(STAMPED), ok(OTHERS))
    with pytest.raises(errors.Unavailable, match="has changed since it was read") as caught:
        retime(fake)
    assert caught.value.effect is errors.Effect.NONE
    assert sent(fake) == ["GET /reservations/42"] * 2


def test_it_is_looked_at_again_before_a_write_is_repeated():
    fake = driver(ok(STAMPED), ok(STAMPED), failure("busy", 503), ok(OTHERS))
    with pytest.raises(errors.Unavailable, match="has changed since it was read") as caught:
        retime(fake)
    assert caught.value.effect is errors.Effect.UNKNOWN
    assert sent(fake).count("PUT /reservations/42") == 1


def test_a_trip_of_another_zone_keeps_its_clock():
    chosen = account(times_are_local=True, time_zone="Europe/Vienna")
    local = {**RIDE, "scheduledPickupTime": "2031-04-02T07:00:00Z", "timeZoneUTCOffsetMinutes": -240}
    fake = driver(ok(local), answered({"status": "SUCCESS"}))
    told = retime(fake, chosen)
    assert body(fake.sent[-1])["reservationDetail"]["scheduledPickupTime"] == "2031-04-02T08:00:00Z"
    assert told["scheduled_pickup_time"] == "2031-04-02T12:00:00Z"


def test_a_success_that_changed_nothing_is_no_success():
    with pytest.raises(errors.Refused, match="picked up at 2031-04-02T11:00:00Z"):
        retime(driver(ok(RIDE), ok(RIDE)))


@pytest.mark.parametrize("flag", ["isFinalized", "isInvoiced"])
def test_a_trip_in_the_books_is_refused(flag):
    fake = driver(ok({**RIDE, flag: True}))
    with pytest.raises(errors.Refused, match="finalized or invoiced"):
        retime(fake)
    assert len(sent(fake)) == 1


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"scheduled_pickup_time": None}, "scheduled_pickup_time"),
        ({"flight_estimated_arrival": "x"}, "flight_estimated_arrival"),
        ({"buffer_minutes": "a while"}, "buffer_minutes"),
        ({"threshold_minutes": -1}, "threshold_minutes"),
        ({"threshold_minutes": "nan"}, "threshold_minutes"),
        ({"reservation_id": None}, "external_booking_id"),
        ({"reservation_id": "4 2"}, "reservation_id"),
        ({"overrides": {"x": True}}, "overrides"),
    ],
)
def test_wrong_arguments_are_named_before_anything_is_sent(wrong, named):
    fake = FakeDriver()
    with pytest.raises(errors.InvalidInput, match=named):
        retime(fake, **wrong)
    assert fake.sent == []


def cancel(fake: FakeDriver, **extras: Any) -> dict[str, Any]:
    return fake.run(changes.cancel(account(**extras), reservation_id=42, reason="no flight"))


GONE = {**RIDE, "reservationStatus": "Cancelled"}


@pytest.mark.parametrize(
    ("extras", "write", "content"),
    [
        ({}, "PUT /reservations/42", {"reservationDetail": {**GONE, "cancelledBy": "Airflow"}}),
        (
            {"cancel_strategy": "endpoint"},
            "POST /reservations/42/cancel",
            {"cancelledBy": "Airflow", "reason": "no flight"},
        ),
    ],
)
def test_a_cancel_goes_by_the_connections_strategy(extras, write, content):
    fake = driver(ok(RIDE), ok(GONE), ok(GONE))
    assert cancel(fake, **extras) == {"reservation_id": 42, "cancelled": True, "already": False}
    assert sent(fake)[1] == write
    assert body(fake.sent[2]) == content


def test_a_status_that_the_vendor_keeps_is_no_cancel():
    with pytest.raises(errors.Refused, match="other cancel_strategy"):
        cancel(driver(ok(RIDE), ok(RIDE), ok(RIDE)))


def test_a_refused_cancel_says_the_vendors_reason():
    with pytest.raises(errors.Refused, match="too late"):
        cancel(driver(ok(RIDE), failure("It is too late"), ok(RIDE)))


# --- the form and the catalogue ---


def test_the_secrets_are_named_so_that_airflow_masks_them():
    from airflow.sdk._shared.secrets_masker import DEFAULT_SENSITIVE_FIELDS

    for extra in FORM.extras:
        masked = any(word in extra.name for word in DEFAULT_SENSITIVE_FIELDS)
        assert masked is extra.secret, extra.name


def test_accounts_are_told_apart_by_system_key_user_and_login():
    same = account()
    assert account(api_version="v2.1", read_timeout=5).key == same.key
    for extras in ({"system_id": "other"}, {"partner_access_api_key": "other"}, {"login_kind": "partner"}):
        assert account(**extras).key != same.key


@pytest.mark.parametrize("missing", ["login", "password", "host"])
def test_what_is_missing_is_named(missing):
    given_parts = {"host": "https://x.example", "login": "u", "password": "p", missing: ""}
    with pytest.raises(errors.ConfigurationError, match=missing):
        Account.of(VENDOR, "c", port=None, extras={}, **given_parts)


def test_every_list_can_be_read_as_rows():
    lists = [name for name in VENDOR.endpoints if name.endswith(".list")]
    assert len(lists) == 9
    for name in lists:
        assert driver(ok([{"x": 1}])).run(paginate(account(), name)) == [{"x": 1}]


def test_card_data_has_no_name_here():
    fields = {f.wire_name for e in VENDOR.endpoints.values() if e.body for f in e.body.fields}
    names = fields | {f.wire_name for group in (booking.TRIP, booking.CUSTOMER, booking.PASSENGER) for f in group}
    assert not {name for name in names if "card" in name.lower()}
