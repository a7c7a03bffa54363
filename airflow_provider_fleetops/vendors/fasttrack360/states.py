"""States of job orders and timesheets, and how they are looked at with few calls: each call costs quota.

Statuses are pick-lists of the agency, except those that the product itself sets
(https://fasttrackservice.atlassian.net/wiki/spaces/FV1OH/pages/2517139625 and /2522022127).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from airflow_provider_fleetops.protocol.flow import call, paginate
from airflow_provider_fleetops.protocol.steps import Flow
from airflow_provider_fleetops.protocol.vendor import Account
from airflow_provider_fleetops.protocol.watch import Sighting, Watch

UNKNOWN = "UNKNOWN"
JOB_RANKS = {"OPEN": 0, "FILLED": 1, "SUBMITTED": 2}
TIMESHEET_RANKS = {"AVAILABLE": 0, "INCOMPLETE": 1, "REJECTED": 1, "SUBMITTED": 2, "APPROVED": 3, "RELEASED": 4}


def job_order_state(record: Mapping[str, Any]) -> Sighting:
    """OPEN stands for every open state that the agency may have; SUBMITTED is a filled job with timesheets."""
    raw = _word(record)
    if not raw:
        return Sighting(UNKNOWN)
    states = {
        "cancelled": "CANCELLED",
        "filled": "SUBMITTED" if record.get("submittedToTimesheet") is True else "FILLED",
    }
    return Sighting(states.get(raw.lower(), "OPEN"), raw, _facts(record, "startDate", "endDate", "jobType"))


def timesheet_state(record: Mapping[str, Any]) -> Sighting:
    """The product's own states; a word that we do not know is UNKNOWN, and the waiting goes on."""
    raw = _word(record)
    state = raw.upper() if raw.upper() in TIMESHEET_RANKS else UNKNOWN
    return Sighting(state, raw, _facts(record, "jobOrderId", "weekEnding"))


def _word(record: Mapping[str, Any]) -> str:
    raw = record.get("status")
    return raw.strip()[:60] if isinstance(raw, str) else ""


def _facts(record: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name in names if isinstance(value := record.get(name), str | int)}


def _look(
    get: str, parameter: str, listing: str, derive: Callable[[Mapping[str, Any]], Sighting]
) -> Callable[[Account, Sequence[str], Mapping[str, str]], Flow[Mapping[str, Sighting]]]:
    """A flow that sees many subjects.

    With ``since`` in the window, several subjects are read from the pages of what changed since then, and only those
    that are not among them one by one.
    """

    def look(account: Account, ids: Sequence[str], window: Mapping[str, str]) -> Flow[Mapping[str, Sighting]]:
        seen: dict[str, Sighting] = {}
        if window.get("since") and len(ids) > 1:
            rows = yield from paginate(account, listing, {"modified_since": window["since"]})
            found = {str(row.get("id")): row for row in rows if isinstance(row, Mapping)}
            seen = {subject: derive(found[subject]) for subject in ids if subject in found}
        for subject in ids:
            if subject not in seen:
                record = yield from call(account, get, {parameter: subject})
                seen[subject] = derive(record if isinstance(record, Mapping) else {})
        return seen

    return look


def _cadence(account: Account) -> float:
    return float(account.settings["look_seconds"])


WATCHES = {
    "job_order": Watch(
        name="job_order",
        subject="job order",
        ranks=JOB_RANKS,
        dead_ends=frozenset({"CANCELLED"}),
        finals=frozenset(),
        look=_look("job_order.get", "job_order_id", "job_orders.list", job_order_state),
        cadence=_cadence,
    ),
    "timesheet": Watch(
        name="timesheet",
        subject="timesheet",
        ranks=TIMESHEET_RANKS,
        dead_ends=frozenset(),
        finals=frozenset({"RELEASED"}),
        look=_look("timesheet.get", "timesheet_id", "timesheets.list", timesheet_state),
        cadence=_cadence,
    ),
}
