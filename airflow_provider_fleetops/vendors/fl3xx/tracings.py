"""How to find out whether something was made at FL3XX: by your own reference, else by its own content.

FL3XX knows no idempotency key. Every look insists on a new answer; where the same was read within ten minutes, it has
to wait for FL3XX's spacing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from airflow_provider_fleetops.protocol.endpoint import Prepared
from airflow_provider_fleetops.protocol.errors import NotFound, Refused
from airflow_provider_fleetops.protocol.flow import call
from airflow_provider_fleetops.protocol.listing import paginate
from airflow_provider_fleetops.protocol.steps import Flow, Now
from airflow_provider_fleetops.protocol.times import parse_time
from airflow_provider_fleetops.protocol.tracing import BLIND, Tracing
from airflow_provider_fleetops.protocol.vendor import Account

# https://developer.fl3xx.com/docs/read-bookings: B is a booking, F a flown one; every other letter is not booked (yet).
BOOKED = frozenset({"B", "F"})
# https://developer.fl3xx.com/reference/v2/webhooks: a subscription can be renewed in the last five days of its month.
RENEWAL = timedelta(days=5)
# FL3XX's clock and ours may differ by less than that.
_CLOCKS_APART = timedelta(hours=1)


def own_reference(body: Mapping[str, Any]) -> str:
    """Our own reference; digits alone, and ``fl3xx_…``, would name a record by FL3XX's number."""
    reference = str(body.get("externalReference") or "")
    return "" if reference.isdigit() or reference.startswith("fl3xx_") else reference


def find_booking(account: Account, reference: str) -> Flow[dict[str, Any] | None]:
    """The booking with our own reference, or None; ``Refused`` when the record is a quote, an option, cancelled."""
    return (yield from _find_record(account, reference, booked=True))


def find_quote(account: Account, reference: str) -> Flow[dict[str, Any] | None]:
    """The quote with our own reference, or None; ``Refused`` when the record is a booking."""
    return (yield from _find_record(account, reference, booked=False))


def _find_record(account: Account, reference: str, *, booked: bool) -> Flow[dict[str, Any] | None]:
    found = yield from by_reference(account, "quote.get", reference)
    if found is not None and (found.get("status") in BOOKED) != booked:
        status, other = str(found.get("status"))[:10], "not booked" if booked else "a booking, not a quote"
        raise Refused(
            f"a record with this externalReference exists with status {status!r}: {other}",
            vendor=account.vendor.name,
            endpoint="quote.get",
            advice="Look at it in FL3XX; use another reference for another one",
        )
    return found


def by_reference(account: Account, entry: str, reference: str) -> Flow[dict[str, Any] | None]:
    """The record that an entry reads by our own reference, or None."""
    (parameter,) = account.vendor.endpoint(entry).path_fields
    try:
        found: dict[str, Any] = yield from call(account, entry, {parameter.name: reference}, reuse=0)
    except NotFound:
        return None
    return found if found.get("externalReference") in (None, reference) else None


def trace_booking(account: Account, prepared: Prepared) -> Tracing:
    """A booking, by its externalReference."""
    reference = own_reference(prepared.body)
    return Tracing(lambda _since: find_booking(account, reference)) if reference else BLIND


def trace_quote(account: Account, prepared: Prepared) -> Tracing:
    """A quote, by its externalReference."""
    reference = own_reference(prepared.body)
    return Tracing(lambda _since: find_quote(account, reference)) if reference else BLIND


def trace_user(account: Account, prepared: Prepared) -> Tracing:
    """A user, by externalReference. Without one it cannot be told: people share names."""
    reference = own_reference(prepared.body)
    find = lambda _since: by_reference(account, "user.get", reference)  # noqa: E731
    return Tracing(find) if reference else BLIND


def trace_account(account: Account, prepared: Prepared) -> Tracing:
    """A customer account, by externalReference, else by name (and number), as FL3XX itself matches accounts."""
    reference = own_reference(prepared.body)
    if reference:
        return Tracing(lambda _since: by_reference(account, "account.get", reference))
    if not prepared.body.get("name"):
        return BLIND
    alike = _same(prepared.body, [name for name in ("name", "accountNumber") if prepared.body.get(name)])
    return Tracing(lambda _since: _in_list(account, "accounts.list", {}, alike))


def trace_leg(account: Account, prepared: Prepared) -> Tracing:
    """A leg of a booking, by its airports and the minute of its departure."""
    leg, reference = prepared.body, prepared.path["booking_reference"]
    clock = next((name for name in ("departureDateUTC", "departureDate") if leg.get(name)), None)
    if clock is None or not (leg.get("departureAirport") and leg.get("arrivalAirport")):
        return BLIND

    def alike(row: Mapping[str, Any]) -> bool:
        ends = all(_is_airport(row, end, leg[end]) for end in ("departureAirport", "arrivalAirport"))
        return ends and row.get("status") != "CANCELED" and str(row.get(clock))[:16] == str(leg[clock])[:16]

    def find(_since: datetime) -> Flow[dict[str, Any] | None]:
        booking = yield from call(account, "quote.get", {"reference": reference}, reuse=0)
        found = _first([row for row in booking.get("legs") or () if isinstance(row, Mapping)], alike)
        info = found.get("flightInfo") if found else None
        return {**found, "flightId": info.get("flightId") if isinstance(info, Mapping) else None} if found else None

    return Tracing(find)


def _is_airport(leg: Mapping[str, Any], end: str, code: str) -> bool:
    """A leg is ordered with any of an airport's codes, and told with one of them."""
    airport = leg.get(f"{end}Obj")
    codes = airport.values() if isinstance(airport, Mapping) else ()
    return str(code).upper() in {str(known).upper() for known in (leg.get(end), *codes)}


def trace_passenger(account: Account, prepared: Prepared) -> Tracing:
    """A ticket of a flight, by the surest thing that was said of it; a seat that nobody is named for has none."""
    marks = ("externalReference", "paxUserId", "paxExternalReference")
    mark = next((name for name in marks if prepared.body.get(name)), None)
    if mark is None:
        return BLIND
    asked, alike = {"flight_id": prepared.path["flight_id"]}, _same(prepared.body, (mark,))
    return Tracing(lambda _since: _in_list(account, "passengers.list", asked, alike))


def trace_qualification(account: Account, prepared: Prepared) -> Tracing:
    """A qualification, by crew member, kind, licence and dates."""
    alike = _same(prepared.body, ("qualificationTypeId", "licenseNumber", "issueDate", "expiryDate"))
    asked = {"filter": f"crewId,EQ,{prepared.body['crewId']}"}
    return Tracing(lambda _since: _in_list(account, "crew_qualifications.list", asked, alike))


def find_duty(account: Account, duty: Mapping[str, Any]) -> Flow[dict[str, Any] | None]:
    """The duty of the same crew member, kind, start and end, or None."""
    conditions = (
        ("crewId", "EQ", duty["crewId"]),
        ("rosterTypeId", "EQ", duty["rosterTypeId"]),
        ("startDateTime", "GTE", duty["startDateTime"]),
        ("endDateTime", "LTE", duty["endDateTime"]),
    )
    filters = [{"field": field, "operator": operator, "value": value} for field, operator, value in conditions]
    rows = yield from paginate(account, "rosters.search", None, {"filters": filters}, reuse=0)
    bounds = ("startDateTime", "endDateTime")
    return _first(rows, lambda row: all(moment(row.get(name)) == moment(duty[name]) for name in bounds))


def trace_duty(account: Account, prepared: Prepared) -> Tracing:
    """A duty of the roster, by crew member, kind, start and end."""
    return Tracing(lambda _since: find_duty(account, prepared.body))


def trace_subscription(account: Account, prepared: Prepared) -> Tracing:
    """A webhook subscription, by event and address. Signing keys are not told: an older one may have another key."""
    alike = _same(prepared.body, ("event", "callbackUrl"))

    def find(since: datetime) -> Flow[dict[str, Any] | None]:
        def ours(row: Mapping[str, Any]) -> bool:
            made = moment(row.get("createdAtDateTime"))
            return alike(row) and made is not None and made >= since - _CLOCKS_APART

        return (yield from _in_list(account, "webhooks.list", {}, ours))

    return Tracing(find)


def trace_renewal(account: Account, prepared: Prepared) -> Tracing:
    """A renewal: it is due in the last five days alone, so a subscription that ends later was renewed."""
    asked = {"subscription_id": prepared.path["subscription_id"]}

    def find(_since: datetime) -> Flow[dict[str, Any] | None]:
        found: dict[str, Any] = yield from call(account, "webhook.get", asked, reuse=0)
        now: datetime = yield Now()
        ends = moment(found.get("expirationDateTime"))
        return found if ends is not None and ends - now > RENEWAL else None

    return Tracing(find)


def _in_list(
    account: Account, entry: str, arguments: Mapping[str, Any], alike: Callable[[Mapping[str, Any]], bool]
) -> Flow[dict[str, Any] | None]:
    rows = yield from paginate(account, entry, arguments, reuse=0)
    return _first(rows, alike)


def _first(rows: Sequence[Any], alike: Callable[[Mapping[str, Any]], bool]) -> dict[str, Any] | None:
    return next((dict(row) for row in rows if alike(row)), None)


def _same(body: Mapping[str, Any], names: Sequence[str]) -> Callable[[Mapping[str, Any]], bool]:
    """Whether a row has what was sent under these names, and nothing where nothing was sent.

    A day may come back as a moment of that day.
    """

    def alike(row: Mapping[str, Any]) -> bool:
        return all(_text(row, name) == _text(body, name) for name in names)

    return alike


def _text(record: Mapping[str, Any], name: str) -> str:
    value = record.get(name)
    text = "" if value is None else str(value)
    return text[:10] if name.endswith("Date") else text


def moment(value: Any) -> datetime | None:
    """A time of API v2, or None where there is none that can be read."""
    try:
        return parse_time(value, "UTC")
    except ValueError:
        return None


TRACINGS: Mapping[str, Callable[[Account, Prepared], Tracing]] = {
    "booking.create": trace_booking,
    "flight_booking.create": trace_booking,
    "quote.create": trace_quote,
    "leg.add": trace_leg,
    "passenger.add": trace_passenger,
    "user.create": trace_user,
    "account.create": trace_account,
    "crew_qualification.create": trace_qualification,
    "roster.create": trace_duty,
    "webhook.create": trace_subscription,
    "webhook.renew": trace_renewal,
}
