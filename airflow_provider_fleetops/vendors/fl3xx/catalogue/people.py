"""API v1: staff, rosters, qualifications, users and accounts."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from airflow_provider_fleetops.protocol.encoders import Type
from airflow_provider_fleetops.protocol.endpoint import Body, Endpoint, Field
from airflow_provider_fleetops.protocol.paging import Paging
from airflow_provider_fleetops.vendors.fl3xx.catalogue.entries import (
    AIRSPRINT,
    PAGE_QUERY,
    PAGES,
    ROWS,
    SEEN,
    changed,
    minute,
    v1,
)

_staff = v1("Staff and rosters")
_feed = partial(_staff, prefix="")
_user = v1("Users and accounts")

# https://developer.fl3xx.com/reference/accounts: limit 100 and offset 0 are the defaults.
_HUNDRED = Paging("offset", page_size=100, unique="internalId")
_CREW = replace(ROWS, unique="pilotId", cursor=changed("modified_since"))
_PAGE = (Field("limit", Type.INTEGER, minimum=1, maximum=1000), Field("offset", Type.INTEGER, minimum=0))
_ACCOUNT = Body((Field("name"), Field("externalReference"), Field("accountNumber"), Field("address", Type.OBJECT)))
_USER = Body((Field("externalReference"), Field("firstName"), Field("lastName"), Field("address", Type.OBJECT)))

ENTRIES: tuple[Endpoint, ...] = (
    _staff(
        "crew.list", "GET /staff/crew", "/docs/staff", "Crew members, all or changed since a time",
        "list of crew members (personal)", query=(minute("modified_since", "modifiedSince"),), paging=_CREW,
    ),
    _staff(
        "crew.get", "GET /staff/crew/{reference}", "/docs/staff", "A crew member by pilotId or externalReference",
        "crew member (personal)",
    ),
    _staff(
        "roster.list", "GET /staff/roster", "/reference/roster/getstaffrosters.md", "Duties of the staff in a window",
        "list of {user, entries, flights} (personal)",
        query=(
            minute("from_", "from", required=True),
            minute("to", required=True),
            Field("filter", enum=("ALL", "STAFF", "EXTERNAL_STAFF")),
            Field("include_flights", Type.BOOLEAN, wire="includeFlights"),
        ),
        paging=Paging(rows=("staff", "items", "data", "results", "rows", "roster")),
    ),
    _staff(
        "crew_qualifications_v1.list", "GET /crew-qualifications", "/reference/crew-qualifications",
        "Qualifications of a crew member", "{data, pagination}",
        query=(Field("filter", doc="crewId,EQ,<id>"), *PAGE_QUERY), paging=PAGES,
    ),
    _staff(
        "qualification_types_v1.list", "GET /qualification-types", "/reference/crew-qualifications",
        "Kinds of qualifications", "{data, pagination}", query=PAGE_QUERY, paging=PAGES,
    ),
    _feed(
        "crew_calendar.get", "GET /ical/personSchedules/{user_id}.ics", AIRSPRINT,
        "A crew member's duties as iCalendar",
        "bytes (iCalendar, personal)", confidence=SEEN, binary=True,
    ),
    _user(
        "users.list", "GET /user", f"{AIRSPRINT} fl3xx_api.py", "Users, page by page", "list of users (personal)",
        query=_PAGE, paging=_HUNDRED, confidence=SEEN,
    ),
    _user(
        "user.create", "POST /user", "/docs/create-accounts-users-copy",
        "Create a user; without an externalReference it cannot be looked for, so it is sent at most once",
        "user (personal)", body=_USER,
    ),
    _user(
        "user.get", "GET /user/{external_reference}", "/docs/create-accounts-users-copy",
        "A user, by externalReference or fl3xx_<internalId>", "user (personal)",
    ),
    _user(
        "user.update", "PUT /user/{external_reference}", "/docs/create-accounts-users-copy", "Change a user",
        "user (personal)", body=_USER,
    ),
    _user(
        "accounts.list", "GET /user/account", "/reference/accounts", "Customer accounts, page by page",
        "list of accounts", query=_PAGE, paging=_HUNDRED,
    ),
    _user(
        "account.create", "POST /user/account", "/reference/accounts",
        "Create an account; it is looked for by externalReference, else by name", "account", body=_ACCOUNT,
    ),
    _user(
        "account.get", "GET /user/account/{external_reference}", "/reference/accounts",
        "An account that was created through the API", "account",
    ),
)  # fmt: skip
