"""Every route of every vendor, asked badly: the answer is the vendor's own, and never a 5xx."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from http.client import HTTPConnection

import pytest

from airflow_provider_fleetops.sandbox import Sandbox
from airflow_provider_fleetops.sandbox.clock import Clock
from airflow_provider_fleetops.sandbox.routes import Route
from airflow_provider_fleetops.sandbox.world import VENDORS, load_vendors
from tests.sandbox.kernel_kit import UNLIMITED, headers_of

ROUTES = [(name, route) for name, vendor in load_vendors(Clock(), 7).items() for route in vendor.routes]
IDS = [f"{name}-{route.name}-{route.method}" for name, route in ROUTES]
JSON = {"content-type": "application/json"}

NAMES = re.split(
    " ",
    "id flightId pilotId role legs customer account aircraft name externalReference item items sender receiver weight "
    "value tariff_id service courier_code event callbackUrl signingKey filters sorts limit offset crewId rosterTypeId "
    "startDateTime endDateTime time crew passengers from to date status customerId bookerId scheduledPickupTime "
    "reservationId username password systemId refreshToken comment clientId jobOrderId payRate startDate endDate url "
    "paxUserId isMain departureAirport arrivalAirport departureDate pax currency unit fuel documents code",
)
HOSTILE = [None, True, -1, 1e308, 10**30, "", "x" * 3000, "\ud800\x00\x1b", [], [None], [[]], {}, {"id": {"id": []}}]
BODIES = [
    b"",
    b"\xff{not json",
    b"[" * 5000 + b"]" * 5000,
    b'{"a":' * 35 + b"1" + b"}" * 35,
    b'{"a": NaN}',
    b"9" * 5000,
    *(json.dumps(value).encode() for value in HOSTILE),
    *(json.dumps(dict.fromkeys(NAMES, value)).encode() for value in HOSTILE),
    json.dumps([dict.fromkeys(NAMES, 1)]).encode(),
]
PIECES = ["1", "0", "-1", "9" * 60, "1.5", "%00%0a", "..%2F..%2Fetc", "%F0%9F%9B%A9", "%ED%A0%80", "%", "x" * 3000]
QUERIES = [
    "",
    "from=9999-12-31&to=9999-12-31&limit=-1&offset=99999999999999999999999&filter=,,,&page=x&size=0&timeZone=../etc",
    "from=0001-01-01T00:00&to=9999-12-31T23:59&lastRequest=0001-01-01T00:00&modifiedSince=%00&filter=%FF&timeZone=%00",
    "from&to&=&&a=b=c&filter=crewId,EQ,1&filter=crewId,EQ," + "1" * 50,
]


@pytest.fixture(scope="module")
def box() -> Iterator[Sandbox]:
    start = datetime(2031, 4, 2, 9, tzinfo=UTC)
    with Sandbox(seed=7, start=start, scale=0, limits=UNLIMITED) as box:
        yield box


class Raw:
    """A client that sends what it is told, without tidying the path or the headers."""

    def __init__(self, url: str) -> None:
        self.connection = HTTPConnection(url.removeprefix("http://"), timeout=10)

    def ask(self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> int:
        self.connection.request(method, path, body, dict(headers or {}))
        answer = self.connection.getresponse()
        answer.read()
        return answer.status


@pytest.fixture(scope="module")
def raw(box: Sandbox) -> Iterator[Raw]:
    raw = Raw(box.url)
    yield raw
    raw.connection.close()


@pytest.fixture(scope="module")
def credentials(box: Sandbox) -> dict[str, dict[str, str]]:
    return {name: headers_of(box, name) for name in VENDORS}


def address(vendor: str, route: Route, piece: str = "1") -> str:
    return f"/{vendor}" + re.sub(r"\{\w+\}", lambda _: piece, route.path)


def refuse_server_errors(box: Sandbox, since: int) -> None:
    entries = box.control.journal(since=since)
    assert [(entry["path"], entry["status"]) for entry in entries if entry["status"] >= 500] == []


@pytest.mark.parametrize(("vendor", "route"), ROUTES, ids=IDS)
def test_a_route_survives_every_body_id_and_query(
    box: Sandbox, raw: Raw, credentials: dict[str, dict[str, str]], vendor: str, route: Route
) -> None:
    since = box.control.last_seq()
    headers = {**credentials[vendor], **JSON}
    url = address(vendor, route)
    pieces = PIECES if "{" in route.path else PIECES[:1]
    asked = [(url, body, headers) for body in (BODIES if route.method != "GET" else BODIES[:8])]
    asked += [(address(vendor, route, piece), b"{}", headers) for piece in pieces]
    asked += [(f"{url}?{query}", b"", headers) for query in QUERIES]
    asked += [(url, b"{}", {})]
    for where, body, sent in asked:
        raw.ask(route.method, where, body, sent)
    refuse_server_errors(box, since)
    reached = [entry["route"] for entry in box.control.journal(since=since, vendor=vendor)]
    assert reached.count(route.name) >= len(asked) - len(pieces)


@pytest.mark.parametrize("vendor", VENDORS)
def test_without_credentials_nothing_is_answered(raw: Raw, vendor: str) -> None:
    open_routes = {"authentication", "token", "login", "oauth"}
    for name, route in ROUTES:
        if name == vendor and not any(word in f"{route.path} {route.name}".lower() for word in open_routes):
            assert raw.ask(route.method, address(vendor, route)) in (400, 401, 403), route.name


@pytest.mark.parametrize("vendor", VENDORS)
def test_an_unknown_path_or_method_gets_the_vendors_own_error(
    raw: Raw, credentials: dict[str, dict[str, str]], vendor: str
) -> None:
    for method in ("GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "PROPFIND"):
        for path in ("", "/", "/nowhere", "/%00", "/api/../../etc", "//", "/" + "a/" * 500):
            assert 400 <= raw.ask(method, f"/{vendor}{path}", headers=credentials[vendor]) < 500, (method, path)


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_body_beyond_the_limit_is_refused(raw: Raw, credentials: dict[str, dict[str, str]], vendor: str) -> None:
    route = next(route for name, route in ROUTES if name == vendor and route.method == "POST")
    body = b'{"a":"' + b"x" * (3 << 20) + b'"}'
    headers = {**credentials[vendor], **JSON}
    assert 400 <= raw.ask("POST", address(vendor, route), body, headers) < 500


@pytest.mark.parametrize(("levels", "status"), [(30, 200), (41, 400), (900, 400)])
def test_nesting_that_json_itself_would_accept_has_a_limit(
    raw: Raw, credentials: dict[str, dict[str, str]], levels: int, status: int
) -> None:
    body = b'{"departureMigration":' * levels + b"{}" + b"}" * levels
    headers = {**credentials["fl3xx"], **JSON}
    assert raw.ask("PUT", "/fl3xx/api/external/flight/7001094/migration", body, headers) == status
