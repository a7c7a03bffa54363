"""Sensors of FastTrack360: by default they look every 15 minutes, because each look costs calls of the day's quota."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from airflow_provider_fleetops.operators.base import listed
from airflow_provider_fleetops.operators.fasttrack360.base import HOOK, FastTrack360ApiLink
from airflow_provider_fleetops.sensors.base import FleetOpsSensor

if TYPE_CHECKING:
    from airflow.sdk import Context


class _FastTrack360Sensor(FleetOpsSensor):
    """One or many records of one kind."""

    template_fields: Sequence[str] = ("ids", "modified_since", "target_state", "failure_states", "fasttrack360_conn_id")
    operator_extra_links = (FastTrack360ApiLink(),)
    hook_name = HOOK
    conn_id_field = "fasttrack360_conn_id"
    calls: ClassVar[str] = "1 an id a look; for many ids 1 for each 100 records, where that is less"

    def __init__(
        self,
        *,
        ids: str | int | Sequence[str | int],
        modified_since: str | None = None,
        fasttrack360_conn_id: str = "fasttrack360_default",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.ids = ids
        self.modified_since = modified_since
        self.fasttrack360_conn_id = fasttrack360_conn_id

    def subjects(self) -> Sequence[str]:
        return [str(one) for one in listed(self.ids)]

    def window(self, context: Context) -> dict[str, str]:
        return {"since": self.modified_since} if self.modified_since else {}


class FastTrack360JobFilledSensor(_FastTrack360Sensor):
    """Wait until job orders are filled; a cancelled one fails the sensor.

    :param ids: one job order's id, or several. (templated)
    :param modified_since: ISO-8601 time with a zone, before the jobs were created. A look at several ids then reads the
        pages of what changed since, and only the rest one by one. Without it a look costs one call per id, or one for
        each 100 job orders of the agency where that is less. (templated)
    :param target_state: ``FILLED`` by default, or ``SUBMITTED`` (to timesheet). (templated)
    :param fasttrack360_conn_id: the connection. (templated)
    """

    watch: ClassVar[str] = "job_order"
    default_target: ClassVar[str] = "FILLED"


class FastTrack360TimesheetReleasedSensor(_FastTrack360Sensor):
    """Wait until timesheets are released. A rejected one can be submitted again, so it only fails on request.

    :param ids: one timesheet's id, or several. (templated)
    :param modified_since: as for :class:`FastTrack360JobFilledSensor`. (templated)
    :param target_state: ``RELEASED`` by default; ``SUBMITTED`` and ``APPROVED`` come before it. (templated)
    :param failure_states: for example ``["REJECTED"]``; by default only ``NOT_FOUND``. (templated)
    :param fasttrack360_conn_id: the connection. (templated)
    """

    watch: ClassVar[str] = "timesheet"
    default_target: ClassVar[str] = "RELEASED"
