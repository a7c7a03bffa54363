"""States of job orders and timesheets, and how they are looked at with few calls: each call costs quota.

Statuses are pick-lists of the agency, except those that the product itself sets
(https://fasttrackservice.atlassian.net/wiki/spaces/FV1OH/pages/2517139625 and /2522022127).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from airflow_provider_fleetops.protocol.encoders import Type
from airflow_provider_fleetops.protocol.endpoint import Field
from airflow_provider_fleetops.protocol.flow import call
from airflow_provider_fleetops.protocol.one_by_one import one_by_one
from airflow_provider_fleetops.protocol.steps import Flow
from airflow_provider_fleetops.protocol.vendor import Account
from airflow_provider_fleetops.protocol.watch import NOT_FOUND, Interest, Sighting, Watch, same_windows
from airflow_provider_fleetops.vendors.fasttrack360.catalogue import PAGE_SIZE

Record = Mapping[str, Any]
UNKNOWN = "UNKNOWN"
FEW, MANY = 2, 10
_SINCE = Field("modified_since", Type.INSTANT)
JOB_RANKS = {"OPEN": 0, "FILLED": 1, "SUBMITTED": 2}
TIMESHEET_RANKS = {"AVAILABLE": 0, "INCOMPLETE": 1, "REJECTED": 1, "SUBMITTED": 2, "APPROVED": 3, "RELEASED": 4}


def job_order_state(record: Record) -> Sighting:
    """OPEN stands for every open state that the agency may have; SUBMITTED is a filled job with timesheets."""
    raw = _word(record)
    if not raw:
        return Sighting(UNKNOWN)
    states = {
        "cancelled": "CANCELLED",
        "filled": "SUBMITTED" if record.get("submittedToTimesheet") is True else "FILLED",
    }
    return Sighting(states.get(raw.lower(), "OPEN"), raw, _facts(record, "startDate", "endDate", "jobType"))


def timesheet_state(record: Record) -> Sighting:
    """The product's own states; a word that we do not know is UNKNOWN, and the waiting goes on."""
    raw = _word(record)
    state = raw.upper() if raw.upper() in TIMESHEET_RANKS else UNKNOWN
    return Sighting(state, raw, _facts(record, "jobOrderId", "weekEnding"))


def _word(record: Record) -> str:
    raw = record.get("status")
    return raw.strip()[:60] if isinstance(raw, str) else ""


def _facts(record: Record, *names: str) -> dict[str, Any]:
    return {name: value for name in names if isinstance(value := record.get(name), str | int)}


def _look(
    get: str, parameter: str, listing: str, derive: Callable[[Record], Sighting]
) -> Callable[[Account, Sequence[str], Mapping[str, str]], Flow[Mapping[str, Sighting]]]:
    """A flow that sees many subjects with as few calls as there can be: nothing reads several by their ids.

    Several are read from the pages of the list (with ``since`` in the window: of what changed since then), and only
    those that are not among them one by one. The whole list is long as a rule: it is tried for many subjects alone.
    """

    def look(account: Account, ids: Sequence[str], window: Mapping[str, str]) -> Flow[Mapping[str, Sighting]]:
        query = {"modified_since": window["since"]} if window.get("since") else {}
        seen: dict[str, Sighting] | None = None
        if len(set(ids)) >= (FEW if query else MANY):
            found = yield from _listed(account, listing, query, set(ids))
            seen = {subject: derive(record) for subject, record in found.items()}

        def see(subject: str) -> Flow[Sighting]:
            record = yield from call(account, get, {parameter: subject})
            return derive(record if isinstance(record, Mapping) else {})

        return (yield from one_by_one((x for x in ids if x not in (seen or {})), see, seen))

    return look


def _earliest(interests: Sequence[Interest]) -> list[Interest]:
    """One scan of what changed, since the earliest moment that somebody names; who names none is apart."""
    moments = [window["since"] for interest in interests if (window := interest.window).get("since")]
    first = min(moments, key=_SINCE.encode, default="")
    return same_windows([replace(one, window={"since": first} if one.window.get("since") else {}) for one in interests])


def _listed(account: Account, listing: str, query: Mapping[str, str], wanted: set[str]) -> Flow[dict[str, Record]]:
    """Those of the wanted records that the list shows.

    It is read on as long as a page costs no more than it saves: the one before showed a wanted record, or fewer pages
    are left than records. So at most one page is read in vain.
    """
    paging = account.vendor.endpoint(listing).paging
    assert paging is not None
    found: dict[str, Record] = {}
    page = 0
    while True:
        answer = yield from call(account, listing, {**query, **paging.ask(page)})
        rows = paging.read(answer)
        known = len(found)
        found |= {str(row.get("id")): row for row in rows if isinstance(row, Mapping) and str(row.get("id")) in wanted}
        missing = len(wanted) - len(found)
        worth = missing > 1 and (len(found) > known or _pages_left(answer, page + 1) < missing)
        if not worth or not paging.more(answer, page, len(rows)):
            return found
        page += 1


def _pages_left(answer: Any, read: int) -> float:
    """How many pages follow, where the answer tells how many records there are."""
    total = answer.get("totalCount") if isinstance(answer, Mapping) else None
    return math.ceil(total / PAGE_SIZE) - read if isinstance(total, int) else math.inf


def cadence(account: Account) -> float:
    """Seconds between looks, as the connection has it."""
    return float(account.settings["look_seconds"])


WATCHES = {
    "job_order": Watch(
        name="job_order",
        subject="job order",
        ranks=JOB_RANKS,
        dead_ends=frozenset({"CANCELLED", NOT_FOUND}),
        finals=frozenset(),
        merge=_earliest,
        look=_look("job_order.get", "job_order_id", "job_orders.list", job_order_state),
        cadence=cadence,
    ),
    "timesheet": Watch(
        name="timesheet",
        subject="timesheet",
        ranks=TIMESHEET_RANKS,
        dead_ends=frozenset({NOT_FOUND}),
        finals=frozenset({"RELEASED"}),
        sides={"REJECTED": frozenset()},
        merge=_earliest,
        look=_look("timesheet.get", "timesheet_id", "timesheets.list", timesheet_state),
        cadence=cadence,
    ),
}
