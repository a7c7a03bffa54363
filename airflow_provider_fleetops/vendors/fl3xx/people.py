"""Users, accounts and duties that shall be as somebody else's system has them: what is so already is left alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from airflow_provider_fleetops.protocol.errors import InvalidInput, NotFound
from airflow_provider_fleetops.protocol.flow import OnSend, call
from airflow_provider_fleetops.protocol.listing import paginate
from airflow_provider_fleetops.protocol.operation import intent, once
from airflow_provider_fleetops.protocol.shared_answer import remember
from airflow_provider_fleetops.protocol.steps import Flow
from airflow_provider_fleetops.protocol.tracing import Tracing
from airflow_provider_fleetops.protocol.vendor import Account
from airflow_provider_fleetops.protocol.work import Outcome
from airflow_provider_fleetops.vendors.fl3xx.anew import make_anew
from airflow_provider_fleetops.vendors.fl3xx.documents import merged
from airflow_provider_fleetops.vendors.fl3xx.orders import holds
from airflow_provider_fleetops.vendors.fl3xx.tracings import by_reference, find_duty, moment, own_reference

# https://developer.fl3xx.com/reference/v2/roster-assignment: no duty is longer, whatever its type.
LONGEST_DUTY = timedelta(days=31)


def upsert_user(account: Account, reference: str, values: Any) -> Flow[tuple[dict[str, Any], str]]:
    """Make a user be as given, known by your reference; gives the user, and ``created``, ``updated`` or ``unchanged``.

    FL3XX does not say whether a change sends the whole user: it is read, merged and written back whole.
    """
    user = _wanted("user", reference, values)
    found = yield from by_reference(account, "user.get", reference)
    if found is None:
        outcome = yield from _create(account, "user", user, reference)
        if outcome.created:
            return outcome.result, "created"
        found = outcome.result
    if holds(found, user):
        return found, "unchanged"
    where = {"external_reference": reference}
    answer = yield from call(account, "user.update", where, merged(found, user))
    changed = answer if isinstance(answer, dict) else {**found, **user}
    yield from remember(account, "user.get", where, changed)
    return changed, "updated"


def ensure_account(account: Account, reference: str, values: Any) -> Flow[tuple[dict[str, Any], bool, list[str]]]:
    """Make a customer account exist, by ``externalReference``; gives it, whether it was created, and what differs.

    FL3XX documents no way to change one.
    """
    wanted = _wanted("customer", reference, values)
    found = yield from by_reference(account, "account.get", reference)
    if found is None:
        outcome = yield from _create(account, "account", wanted, reference)
        if outcome.created:
            return outcome.result, True, []
        found = outcome.result
    return found, False, sorted(name for name, value in wanted.items() if not holds(found.get(name), value))


def _wanted(noun: str, reference: str, values: Any) -> dict[str, Any]:
    """The values with our own reference."""
    if not isinstance(values, Mapping):
        raise InvalidInput(f"parameter {noun!r} must be an object, not {type(values).__name__}", vendor="fl3xx")
    wanted = {**values, "externalReference": reference}
    if not own_reference(wanted):
        rule = "is required, must hold more than digits and not begin with fl3xx_ (FL3XX's own numbers)"
        raise InvalidInput(f"parameter 'external_reference' {rule}", vendor="fl3xx")
    return wanted


def _create(account: Account, noun: str, record: Mapping[str, Any], reference: str) -> Flow[Outcome]:
    def send(on_send: OnSend) -> Flow[Any]:
        return call(account, f"{noun}.create", body=record, on_send=on_send)

    def find(_since: datetime) -> Flow[dict[str, Any] | None]:
        return by_reference(account, f"{noun}.get", reference)

    return (yield from once(account, intent(account, f"{noun}.create", reference, reference), send, Tracing(find)))


def sync_duties(account: Account, duties: Any) -> Flow[dict[str, list[Any]]]:
    """Make the roster hold these duties; gives the ids of those ``created``, ``updated`` and ``unchanged``.

    A duty is known by crew member, kind, start and end. All are checked before anything is sent; one search for each
    crew member tells what is there.
    """
    wanted = _checked(account, duties)
    report: dict[str, list[Any]] = {"created": [], "updated": [], "unchanged": []}
    for crew in dict.fromkeys(duty["crewId"] for duty in wanted):
        own = [duty for duty in wanted if duty["crewId"] == crew]
        there = yield from _duties_of(account, crew, own)
        for duty in own:
            number, action = yield from _sync_duty(account, duty, there.get(_identity(duty)))
            report[action].append(number)
    return report


def _checked(account: Account, duties: Any) -> list[dict[str, Any]]:
    if isinstance(duties, str | Mapping) or not isinstance(duties, Sequence):
        raise InvalidInput("parameter 'duties' must be a list of objects", vendor="fl3xx")
    entry = account.vendor.endpoint("roster.create")
    found = []
    for number, duty in enumerate(duties):
        try:
            body = entry.prepare({}, duty).body
        except InvalidInput as error:
            raise error.as_(InvalidInput, what=f"duties[{number}]: {error.what}", vendor="fl3xx") from None
        start, end = moment(body["startDateTime"]), moment(body["endDateTime"])
        assert start is not None and end is not None  # noqa: PT018 - encoded as instants a moment ago
        if not timedelta() < end - start <= LONGEST_DUTY:
            rule = f"must end after its start, by {LONGEST_DUTY.days} days at most"
            raise InvalidInput(f"parameter 'duties[{number}]' {rule}", vendor="fl3xx")
        found.append(body)
    _check_all_differ(found)
    return found


def _check_all_differ(duties: Sequence[Mapping[str, Any]]) -> None:
    """Of two that are known by the same, the roster would hold the first and never the second."""
    places: dict[tuple[Any, ...], int] = {}
    for number, duty in enumerate(duties):
        twin = places.setdefault((duty["crewId"], *_identity(duty)), number)
        if twin != number:
            rule = f"is the same duty as duties[{twin}]: crew member, kind, start and end are equal"
            raise InvalidInput(f"parameter 'duties[{number}]' {rule}", vendor="fl3xx")


def _identity(duty: Mapping[str, Any]) -> tuple[Any, ...]:
    return duty.get("rosterTypeId"), moment(duty.get("startDateTime")), moment(duty.get("endDateTime"))


def _duties_of(
    account: Account, crew: int, wanted: Sequence[Mapping[str, Any]]
) -> Flow[dict[tuple[Any, ...], dict[str, Any]]]:
    bounds = min(duty["startDateTime"] for duty in wanted), max(duty["endDateTime"] for duty in wanted)
    conditions = (("crewId", "EQ", crew), ("startDateTime", "GTE", bounds[0]), ("endDateTime", "LTE", bounds[1]))
    filters = [{"field": field, "operator": operator, "value": value} for field, operator, value in conditions]
    rows = yield from paginate(account, "rosters.search", None, {"filters": filters}, reuse=0)
    return {_identity(row): dict(row) for row in rows}


def _sync_duty(account: Account, duty: Mapping[str, Any], there: Mapping[str, Any] | None) -> Flow[tuple[Any, str]]:
    rest = {name: value for name, value in duty.items() if not name.endswith("DateTime")}
    if there is None:
        key = f"{duty['crewId']}/{duty['rosterTypeId']}/{duty['startDateTime']}/{duty['endDateTime']}"
        tracing = Tracing(lambda _since: find_duty(account, duty))
        outcome = yield from make_anew(
            account, "roster.create", key, duty, tracing, lambda made: _is_there(account, made)
        )
        return outcome.result["id"], "created" if outcome.created else "unchanged"
    if holds(there, rest):
        return there["id"], "unchanged"
    yield from call(account, "roster.update", {"roster_id": there["id"]}, duty)
    return there["id"], "updated"


def _is_there(account: Account, duty: Mapping[str, Any]) -> Flow[bool]:
    try:
        yield from call(account, "roster.get", {"roster_id": duty["id"]}, reuse=0)
    except NotFound:
        return False
    return True
