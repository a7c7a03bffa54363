"""What changes at FastTrack360: clients and job orders."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from airflow_provider_fleetops.protocol.feed import Feed, modified
from airflow_provider_fleetops.vendors.fasttrack360.catalogue import ENDPOINTS
from airflow_provider_fleetops.vendors.fasttrack360.states import cadence

_MADE = "createdAt"
_CLIENT = ("status", "officeId", "gradeId", "parentId", _MADE, "modifiedAt")
_JOB_ORDER = ("status", "clientId", "jobType", "startDate", "endDate", "filledCandidateId", _MADE, "modifiedAt")


def _feed(name: str, entry: str, names: tuple[str, ...]) -> Feed:
    def facts(record: Mapping[str, Any]) -> dict[str, Any]:
        return {name: record[name] if isinstance(record.get(name), str | int) else None for name in names}

    return modified(name, ENDPOINTS[entry], facts, _MADE, cadence)


FEEDS = (_feed("clients", "clients.list", _CLIENT), _feed("job_orders", "job_orders.list", _JOB_ORDER))
