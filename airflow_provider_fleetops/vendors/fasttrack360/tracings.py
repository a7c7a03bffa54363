"""How to find out afterwards whether a catalogue entry was carried out, when nobody has its answer any more."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from airflow_provider_fleetops.protocol.endpoint import Prepared
from airflow_provider_fleetops.protocol.flow import call
from airflow_provider_fleetops.protocol.listing import paginate
from airflow_provider_fleetops.protocol.steps import Flow
from airflow_provider_fleetops.protocol.tracing import BLIND, Tracing
from airflow_provider_fleetops.protocol.vendor import Account
from airflow_provider_fleetops.vendors.fasttrack360.jobs import REACHED
from airflow_provider_fleetops.vendors.fasttrack360.records import Record, differs, records
from airflow_provider_fleetops.vendors.fasttrack360.upserts import (
    CANDIDATE,
    CLIENT,
    CONTACT,
    COST_CENTRE,
    TIMESHEET,
    Kind,
    find,
)

Trace = Callable[[Account, Prepared], Tracing]
# Their clock and ours may differ, and the vendor's times may be local ones.
CLOCK_MARGIN = timedelta(days=1)
CLOCK_SKEW = timedelta(minutes=10)


def _by_key(kind: Kind) -> Trace:
    """By the natural key of its kind."""

    def trace(account: Account, prepared: Prepared) -> Tracing:
        return Tracing(lambda _since: find(account, kind, prepared.path, prepared.body))

    return trace


def _timesheet(account: Account, prepared: Prepared) -> Tracing:
    """By the alternative timesheet number; a job and a week alone may have several sheets."""
    return _by_key(TIMESHEET)(account, prepared) if prepared.body.get("alternativeTimesheetNo") else BLIND


def _candidate(account: Account, prepared: Prepared) -> Tracing:
    """By the external reference, else by the person, among those that changed since: no name stands in a URL."""
    if prepared.body.get("externalReference"):
        return _by_key(CANDIDATE)(account, prepared)
    return _changed_since(account, "candidates.list", prepared.body, ("email", "firstName", "lastName"))


def _job_order(account: Account, prepared: Prepared) -> Tracing:
    """By the external reference; without one, two equal job orders may be meant."""
    reference = prepared.body.get("externalReference")
    if not reference:
        return BLIND
    filters = {"external_reference": reference}
    return _changed_since(account, "job_orders.list", prepared.body, ("externalReference",), filters)


def _comment(listing: str) -> Trace:
    """By its own words, on the same record; an older comment with the same words is another one."""

    def trace(account: Account, prepared: Prepared) -> Tracing:
        def look(since: datetime) -> Flow[Record | None]:
            rows = records((yield from paginate(account, listing, prepared.path)))
            same = (row for row in rows if not differs(row, prepared.body))
            return next((row for row in same if not _before(row.get("createdAt"), since)), None)

        return Tracing(look)

    return trace


def _before(created: Any, since: datetime) -> bool:
    """Whether a time of the vendor is certainly earlier; one without a zone may be a local one."""
    try:
        moment = datetime.fromisoformat(str(created))
    except ValueError:
        return False
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC) < since - CLOCK_MARGIN
    return moment < since - CLOCK_SKEW


def _changed_since(
    account: Account, listing: str, body: Record, names: tuple[str, ...], filters: Record | None = None
) -> Tracing:
    """By some fields, among the records that changed since the day before it was meant."""

    def look(since: datetime) -> Flow[Record | None]:
        query = {"modified_since": since - CLOCK_MARGIN, **(filters or {})}
        rows = yield from paginate(account, listing, query)
        same = (row for row in records(rows) if not any(differs(row.get(name), body.get(name)) for name in names))
        return next(same, None)

    return Tracing(look)


def _job_action(entry: str) -> Trace:
    """The job order itself tells whether it is filled by the candidate, or submitted."""

    def trace(account: Account, prepared: Prepared) -> Tracing:
        def look(_since: datetime) -> Flow[Any]:
            job = yield from call(account, "job_order.get", {"job_order_id": prepared.path["job_order_id"]})
            return job if REACHED[entry](job, prepared.body) else None

        return Tracing(look)

    return trace


TRACINGS: Mapping[str, Trace] = {
    "client.create": _by_key(CLIENT),
    "contact.create": _by_key(CONTACT),
    "cost_centre.create": _by_key(COST_CENTRE),
    "candidate.create": _candidate,
    "job_order.create": _job_order,
    "timesheet.create": _timesheet,
    **{
        f"{subject}_comment.create": _comment(f"{subject}_comments.list")
        for subject in ("client", "candidate", "job_order")
    },
    **{entry: _job_action(entry) for entry in REACHED},
}
