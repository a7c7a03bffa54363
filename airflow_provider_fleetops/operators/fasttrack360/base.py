"""What the operators of FastTrack360 share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from airflow.sdk import BaseOperatorLink

from airflow_provider_fleetops.operators.base import FleetOpsOperator
from airflow_provider_fleetops.operators.entry import FleetOpsEntryOperator
from airflow_provider_fleetops.protocol.errors import is_blank

if TYPE_CHECKING:
    from airflow.sdk import BaseOperator
    from airflow.sdk.types import TaskInstanceKey

HOOK = "airflow_provider_fleetops.hooks.fasttrack360:FastTrack360Hook"
# The keys of each record that say nothing about a person.
CLIENT = ("id", "status", "officeId", "gradeId", "parentId", "externalReference", "modifiedAt")
CONTACT = ("id", "status", "costCentreId", "modifiedAt")
CANDIDATE = ("id", "status", "officeId", "skillGroupId", "gradeId", "externalReference", "modifiedAt")
JOB_ORDER = (
    "id", "clientId", "jobType", "status", "startDate", "endDate", "skillGroupId", "costCentreId", "filledCandidateId",
    "submittedToTimesheet", "externalReference", "modifiedAt",
)  # fmt: skip
TIMESHEET = ("id", "jobOrderId", "candidateId", "weekEnding", "status", "alternativeTimesheetNo", "modifiedAt")


class FastTrack360ApiLink(BaseOperatorLink):
    """The vendor's own page on its API: who gets access, how limits are counted."""

    name = "FastTrack360 API access"

    def get_link(self, operator: BaseOperator, *, ti_key: TaskInstanceKey) -> str:
        return "https://fasttrackservice.atlassian.net/wiki/spaces/FV1OH/pages/2795831497/API+Access"


class FastTrack360Operator(FleetOpsOperator):
    """What the operators of FastTrack360 share.

    :param fasttrack360_conn_id: a connection of type ``fasttrack360``. (templated)
    """

    operator_extra_links = (FastTrack360ApiLink(),)
    hook_name: ClassVar[str] = HOOK
    conn_id_field: ClassVar[str] = "fasttrack360_conn_id"
    ui_color = "#f3e5d8"

    def __init__(self, *, fasttrack360_conn_id: str = "fasttrack360_default", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.fasttrack360_conn_id = fasttrack360_conn_id


class FastTrack360EntryOperator(FastTrack360Operator, FleetOpsEntryOperator):
    """Base of the operators that forward to one entry of FastTrack360's catalogue."""


class FastTrack360ListOperator(FastTrack360EntryOperator):
    """Base of the operators that read a list with all its pages.

    :param page_size: rows of a page, 100 by default and at most 1,000. Each page is a call of the day's quota: give as
        many as your API allows. (templated)
    """

    calls: ClassVar[str] = "1 for each 100 rows"

    def __init_subclass__(cls, **kwargs: Any) -> None:
        cls.takes = {**cls.takes, "page_size": "page_size"}
        super().__init_subclass__(**kwargs)

    def __init__(self, *, page_size: int | str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.page_size = page_size


class FastTrack360FieldsOperator(FastTrack360Operator):
    """Base of operators that send a record's fields by a flow of the hook.

    ``sends`` are the attributes that are fields of the record, with their wire names; ``named`` the other templated
    ones. A field that is None, or that a template leaves empty, is not sent.
    """

    named: ClassVar[Sequence[str]] = ()

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        fields = (cls.conn_id_field, *cls.named, *cls.sends)
        cls.template_fields = tuple(name for name in fields if name not in cls.personal_fields)

    def fields(self) -> dict[str, Any]:
        """What is given, by wire names."""
        values = {
            wire: self.personal(name) if name in self.personal_fields else getattr(self, name)
            for name, wire in self.sends.items()
        }
        return {wire: value for wire, value in values.items() if not is_blank(value)}
