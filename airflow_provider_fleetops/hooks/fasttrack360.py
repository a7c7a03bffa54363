"""The hook to FastTrack360."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from airflow_provider_fleetops.hooks.base import FleetOpsHook
from airflow_provider_fleetops.protocol.steps import Flow
from airflow_provider_fleetops.protocol.vendor import Account
from airflow_provider_fleetops.vendors.fasttrack360 import flows, jobs, upserts

Fields = Mapping[str, Any]


class FastTrack360Hook(FleetOpsHook):
    """Staffing: clients, comments, candidates, job orders, timesheets. Every call counts against a hard daily quota.

    What changes something gives ``calls`` too: how many calls it cost, with retries and logins.
    """

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

    def upsert_client(self, fields: Fields) -> dict[str, Any]:
        """Create a client, change what differs, or leave it: ``{"client_id", "action", "calls"}``.

        :param fields: the client in the vendor's names: ``name``, ``officeId``, ``status``, ``gradeId``, …;
            ``externalReference`` is its natural key, else name and office are.
        """
        return self._counted(lambda account: upserts.upsert_client(account, fields))

    def upsert_contact(
        self, client_id: str | int, fields: Fields, *, contact_id: str | int | None = None
    ) -> dict[str, Any]:
        """The same for a contact of a client: ``{"contact_id", "action", "calls"}``.

        :param fields: ``firstName``, ``lastName``, ``email``, …; the e-mail address is its natural key, else the name.
        :param contact_id: the contact's id, where it is known: it is read by that, and never created.
        """
        where = {"client_id": client_id}
        return self._counted(lambda a: upserts.upsert(a, upserts.CONTACT, fields, where, known=contact_id))

    def upsert_cost_centre(self, client_id: str | int, fields: Fields) -> dict[str, Any]:
        """The same for a cost centre of a client, by its name: ``{"cost_centre_id", "action", "calls"}``."""
        where = {"client_id": client_id}
        return self._counted(lambda account: upserts.upsert(account, upserts.COST_CENTRE, fields, where))

    def upsert_candidate(self, fields: Fields, *, candidate_id: str | int | None = None) -> dict[str, Any]:
        """The same for a candidate: ``{"candidate_id", "action", "calls"}``.

        :param fields: ``firstName``, ``lastName``, ``email``, …; ``externalReference`` is the natural key.
        :param candidate_id: the candidate's id, where it is known: it is read by that, and never created.
        """
        return self._counted(lambda a: upserts.upsert(a, upserts.CANDIDATE, fields, known=candidate_id))

    def upsert_timesheet(self, fields: Fields) -> dict[str, Any]:
        """The same for a timesheet: ``{"timesheet_id", "action", "calls"}``.

        :param fields: ``alternativeTimesheetNo``, ``jobOrderId`` and ``weekEnding`` are its key; ``candidateId``,
            ``items``, ``comments``, and ``status``, which is Incomplete or Submitted.
        """
        return self._counted(lambda account: upserts.upsert_timesheet(account, fields))

    def add_comment(
        self,
        subject: str,
        subject_id: str | int,
        comment: Fields,
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
        where = (subject, str(subject_id), comment, marker)
        return self._counted(lambda account: flows.add_comment(account, *where, look_first=look_first))

    def comments(self, subject: str, subject_id: str | int) -> list[dict[str, Any]]:
        """The comments on a client, a candidate or a job order."""
        return self.run(lambda account: flows.list_comments(account, subject, subject_id))

    def job_order(self, job_order_id: str | int) -> dict[str, Any]:
        """One job order."""
        return dict(self.call("job_order.get", job_order_id=job_order_id))

    def create_job_order(self, fields: Fields, *, operation_key: str | None = None) -> dict[str, Any]:
        """Create a job order once: ``{"job_order_id", "action": "created" | "found", "calls"}``.

        :param fields: ``clientId``, ``jobType``, ``startDate``, …; with an ``externalReference`` one whose creation got
            no clear answer is found again.
        :param operation_key: your name for it; by default its external reference, else this task in this DAG run.
        """
        return self._counted(lambda account: jobs.create_job_order(account, fields, operation_key))

    def fill_job_order(
        self, job_order_id: str | int, candidate_id: str | int, *, operation_key: str | None = None
    ) -> dict[str, Any]:
        """Fill a job with a candidate, once; ``Refused`` for a diary conflict.

        Gives ``{"job_order_id", "action": "done" | "found", "calls"}``, as the next two do.

        :param operation_key: your name for it; by default this job in this task in this DAG run.
        """
        body = {"candidateId": candidate_id}
        return self._counted(lambda account: jobs.act_on_job(account, jobs.FILL, job_order_id, body, operation_key))

    def submit_to_timesheet(self, job_order_id: str | int, *, operation_key: str | None = None) -> dict[str, Any]:
        """Open the timesheets of a filled job, once; ``Refused`` while something that pay needs is missing."""
        return self._counted(lambda a: jobs.act_on_job(a, jobs.SUBMIT, job_order_id, None, operation_key))

    def undo_submit_to_timesheet(self, job_order_id: str | int, *, operation_key: str | None = None) -> dict[str, Any]:
        """Take that back, once; ``Refused`` when a timesheet was worked on."""
        return self._counted(lambda a: jobs.act_on_job(a, jobs.UNDO, job_order_id, None, operation_key))

    def timesheet(self, timesheet_id: str | int) -> dict[str, Any]:
        """One timesheet."""
        return dict(self.call("timesheet.get", timesheet_id=timesheet_id))

    def _counted(self, flow: Callable[[Account], Flow[dict[str, Any]]]) -> dict[str, Any]:
        """Run a flow that changes something, and add what it cost."""
        result, calls = self.run(lambda account: flows.count_calls(flow(account)))
        return {**result, "calls": calls}
