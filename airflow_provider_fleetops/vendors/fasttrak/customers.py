"""Customers: found by e-mail address, because the vendor's search knows no key of ours."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from airflow_provider_fleetops.protocol.encoders import Type
from airflow_provider_fleetops.protocol.endpoint import Field, Prepared
from airflow_provider_fleetops.protocol.errors import (
    Effect,
    InvalidInput,
    NotFound,
    OutcomeUnknown,
    PermissionDenied,
)
from airflow_provider_fleetops.protocol.flow import OnSend, call
from airflow_provider_fleetops.protocol.ledger import Intent, digest
from airflow_provider_fleetops.protocol.listing import paginate
from airflow_provider_fleetops.protocol.operation import intent, once, record_found
from airflow_provider_fleetops.protocol.steps import Flow, Note
from airflow_provider_fleetops.protocol.times import parse_time
from airflow_provider_fleetops.protocol.tracing import BLIND, Tracing
from airflow_provider_fleetops.protocol.vendor import Account
from airflow_provider_fleetops.vendors.fasttrak.booking import CUSTOMER, plain_object, to_wire
from airflow_provider_fleetops.vendors.fasttrak.rewrite import differs, merged, rewrite

Record = Mapping[str, Any]

PROFILE = (
    *CUSTOMER,
    Field("middle_name", wire="middleName", maximum=100),
    Field("alias", wire="greetSignAlias", maximum=200, doc="the name on the greet sign"),
    Field("company_id", Type.INTEGER, wire="companyId", minimum=1),
    Field("corporate_profile_id", Type.INTEGER, wire="corporateProfileId", minimum=0),
    Field("account_number", wire="accountNumber", maximum=100),
    Field("street1", maximum=200),
    Field("street2", maximum=200),
    Field("city", maximum=100),
    Field("state", maximum=100),
    Field("postal_code", wire="postalCode", maximum=40),
    Field("reference_po", wire="referencePO", maximum=100),
    Field("cost_code", wire="costCode", maximum=100),
    Field("preferences", maximum=4000),
    Field("is_vip", Type.BOOLEAN, wire="isVip"),
    Field("is_inactive", Type.BOOLEAN, wire="isInactive"),
)
# What only the server writes of a profile.
_ITS_OWN = {"createDate", "lastModifyDate", "lastReservationDate", "lastModifyFTUserId", "createdByFTUserId"}
# Their clock and ours may differ.
CLOCK_MARGIN = timedelta(days=1)


def known_customer(account: Account, buyer: Record) -> Flow[int | None]:
    """The profile with this e-mail address, so that a booking does not make a second one."""
    email = buyer.get("emailAddress")
    if not email:
        return None
    try:
        rows = yield from _with_email(account, email)
    except PermissionDenied as error:
        yield Note(f"{error.what}: booking without a look for the customer's profile")
        return None
    return min((row["customerId"] for row in rows), default=None)


def _with_email(account: Account, email: str, **more: Any) -> Flow[list[Record]]:
    rows = yield from paginate(account, "customers.search", None, {"emailAddress": email, **more})
    return [row for row in _profiles(rows) if str(row.get("emailAddress")).casefold() == email.casefold()]


def _profiles(rows: list[Any]) -> list[Record]:
    """The rows that are records with a number."""
    known = (row for row in rows if isinstance(row, Mapping))
    return [row for row in known if isinstance(row.get("customerId"), int) and row["customerId"] > 0]


def upsert_customer(account: Account, customer: Any, *, customer_id: Any = None, details: Any = None) -> Flow[Record]:
    """Make a customer be as the fields of :data:`PROFILE` say: create it, change what differs, or do nothing.

    It is found by ``customer_id``, else by its e-mail address; of several the active one, then the first one made.
    ``details`` are fields in the vendor's own names. Gives ``customer_id`` and ``action``: ``created``, ``updated`` or
    ``unchanged``.
    """
    given = {**plain_object("details", details or {}), **to_wire("customer", PROFILE, customer or {}, partial=True)}
    if not given:
        raise InvalidInput("parameter 'customer' or 'details' is required", vendor=account.vendor.name)
    found = yield from _find(account, customer_id, given)
    if found is None:
        outcome = yield from _create(account, given)
        if outcome["action"] == "created":
            return outcome
        customer_id = outcome["customer_id"]
        found = yield from _one(account, customer_id)
    elif not customer_id:
        yield from record_found(account, _creation(account, given), {"customer_id": found["customerId"]})
    changes = {name: value for name, value in given.items() if differs(found.get(name), value)}
    if changes:
        yield from _write(account, found, changes, by_number=bool(customer_id))
    return {"customer_id": found["customerId"], "action": "updated" if changes else "unchanged"}


def _find(account: Account, customer_id: Any, given: Record) -> Flow[Record | None]:
    if customer_id:
        return (yield from _one(account, customer_id))
    email = given.get("emailAddress")
    if not email or not isinstance(email, str):
        raise InvalidInput("parameter 'customer.email' or 'customer_id' is required", vendor=account.vendor.name)
    rows = yield from _with_email(account, email, includeInactive=True)
    return min(rows, key=lambda row: (row.get("isInactive") is True, row["customerId"]), default=None)


def _one(account: Account, customer_id: Any) -> Flow[Record]:
    try:
        found: Record = yield from call(account, "customer.get", {"customer_id": customer_id})
    except NotFound as error:
        raise error.as_(NotFound, what=f"there is no customer {customer_id}") from None
    return found


def _creation(account: Account, given: Record) -> Intent:
    """Once per e-mail address, which is the payload too: other values may change, and are changed afterwards.

    Keys are readable in the database, so this one does not say whose it is.
    """
    address = digest(str(given["emailAddress"]).casefold())
    return intent(account, "customer.create", f"email {address}", [], "customer_id")


def _create(account: Account, given: Record) -> Flow[dict[str, Any]]:
    if not given.get("lastName"):
        raise InvalidInput("parameter 'customer.last_name' is required for a new customer", vendor=account.vendor.name)

    def find(_since: datetime) -> Flow[Record | None]:
        found = yield from _find(account, None, given)
        return None if found is None else {"customer_id": found["customerId"]}

    def send(on_send: OnSend) -> Flow[Record]:
        made = yield from call(account, "customer.create", None, given, on_send=on_send)
        if not made or not made.get("customerId"):
            raise OutcomeUnknown("the answer holds no customer", effect=Effect.UNKNOWN, vendor=account.vendor.name)
        return {"customer_id": made["customerId"]}

    outcome = yield from once(account, _creation(account, given), send, Tracing(find))
    return {**outcome.result, "action": "created" if outcome.created else "found"}


def _write(account: Account, found: Record, changes: Record, *, by_number: bool) -> Flow[None]:
    body = {name: value for name, value in {**found, **_over(found, changes)}.items() if name not in _ITS_OWN}

    def again() -> Flow[Record | None]:
        if by_number:
            return (yield from _one(account, found["customerId"]))
        rows = yield from _with_email(account, str(found["emailAddress"]), includeInactive=True)
        return next((row for row in rows if row["customerId"] == found["customerId"]), None)

    where = {"customer_id": found["customerId"]}
    answer = yield from rewrite(
        account, "customer.update", where, body, read=found, again=again, modified="lastModifyDate"
    )
    kept = sorted(name for name in changes if name in answer and differs(answer[name], changes[name]))
    if kept:
        yield Note(f"the vendor shows another value than was written of {', '.join(kept)}")


def _over(found: Record, changes: Record) -> dict[str, Any]:
    return {name: merged(found.get(name), value) for name, value in changes.items()}


def trace_customer(account: Account, prepared: Prepared) -> Tracing:
    """How to find a customer again that was made through the catalogue's entry.

    By the e-mail address; without one by the names, among those who were made since the day before it was meant.
    """
    names = {name: prepared.body.get(name) for name in ("emailAddress", "firstName", "lastName")}
    known = {name: str(value) for name, value in names.items() if value}
    if "emailAddress" in known:
        known = {"emailAddress": known["emailAddress"]}
    elif len(known) < 2:
        return BLIND

    def find(since: datetime) -> Flow[Record | None]:
        rows = yield from paginate(account, "customers.search", None, {**known, "includeInactive": True})
        same = [row for row in _profiles(rows) if all(_same(row.get(name), known[name]) for name in known)]
        return next((row for row in same if "emailAddress" in known or _made_since(row, since)), None)

    return Tracing(find)


def _same(found: Any, wanted: str) -> bool:
    return str(found or "").casefold() == wanted.casefold()


def _made_since(row: Record, since: datetime) -> bool:
    try:
        made = parse_time(row.get("createDate"))
    except ValueError:
        return False
    return made is not None and made >= since - CLOCK_MARGIN
