"""The hook to FastTrack360."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from airflow_provider_fleetops.hooks.base import FleetOpsHook
from airflow_provider_fleetops.vendors.fasttrack360 import flows


class FastTrack360Hook(FleetOpsHook):
    """Staffing: clients, comments, candidates, job orders, timesheets. Every call counts against a hard daily quota."""

    vendor_name = "fasttrack360"
    conn_name_attr = "fasttrack360_conn_id"
    default_conn_name = "fasttrack360_default"
    conn_type = "fasttrack360"
    hook_name = "FastTrack360"

    def client(self, client_id: str | int) -> dict[str, Any]:
        """One client."""
        return dict(self.call("client.get", client_id=client_id))

    def clients_changed_since(self, moment: Any) -> list[dict[str, Any]]:
        """Clients that changed at or after an aware date-time (or ISO-8601 text with a zone), page by page."""
        return self.rows("clients.list", modified_since=moment)

    def upsert_client(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        """Create a client, change what differs, or leave it: ``{"client_id", "action", "calls"}``.

        :param fields: the client in the vendor's names: ``name``, ``officeId``, ``status``, ``gradeId``, …;
            ``externalReference`` is its natural key, else name and office are.
        """
        result, calls = self.run(lambda account: flows.count_calls(flows.upsert_client(account, fields)))
        return {**result, "calls": calls}

    def add_comment(
        self,
        subject: str,
        subject_id: str | int,
        comment: Mapping[str, Any],
        *,
        marker: str,
        look_first: bool = True,
    ) -> dict[str, Any]:
        """Comment once per ``marker``: ``{"comment_id", "action": "created" | "found", "calls"}``.

        :param subject: ``client``, ``candidate`` or ``job_order``.
        :param comment: ``comment`` (the text), and where wanted ``date`` and ``standardDescription``.
        :param marker: what recognises this comment; it becomes the last line of the text.
        :param look_first: read the comments before sending. Leave it out only where nothing can have been sent yet.
        """
        result, calls = self.run(
            lambda account: flows.count_calls(
                flows.add_comment(account, subject, str(subject_id), comment, marker, look_first=look_first)
            )
        )
        return {**result, "calls": calls}

    def job_order(self, job_order_id: str | int) -> dict[str, Any]:
        """One job order."""
        return dict(self.call("job_order.get", job_order_id=job_order_id))

    def fill_job_order(self, job_order_id: str | int, candidate_id: int) -> Any:
        """Fill a job with a candidate, once; ``Refused`` for a diary conflict."""
        body = {"candidateId": candidate_id}
        key = f"{job_order_id} {candidate_id}"
        return self.call("job_order.fill", job_order_id=job_order_id, body=body, operation_key=key)

    def timesheet(self, timesheet_id: str | int) -> dict[str, Any]:
        """One timesheet."""
        return dict(self.call("timesheet.get", timesheet_id=timesheet_id))
