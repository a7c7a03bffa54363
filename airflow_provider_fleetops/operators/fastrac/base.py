"""What the operators of Fastrac share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from airflow.sdk import BaseOperatorLink

from airflow_provider_fleetops.operators.base import FleetOpsOperator, listed
from airflow_provider_fleetops.operators.entry import FleetOpsEntryOperator

if TYPE_CHECKING:
    from airflow.sdk import BaseOperator
    from airflow.sdk.types import TaskInstanceKey

HOOK = "airflow_provider_fleetops.hooks.fastrac:FastracHook"
DOCS = "https://fastrac-b2b-stg-v2.apidog.io"
OVERVIEW = "overview-1331956m0"


class FastracDocsLink(BaseOperatorLink):
    """The page of Fastrac's documentation on what the task calls."""

    name = "Fastrac API page"

    def get_link(self, operator: BaseOperator, *, ti_key: TaskInstanceKey) -> str:
        return f"{DOCS}/{getattr(operator, 'docs_page', OVERVIEW)}"


class FastracOperator(FleetOpsOperator):
    """What the operators of Fastrac share.

    :param fastrac_conn_id: a connection of type ``fastrac``. (templated)
    """

    operator_extra_links = (FastracDocsLink(),)
    docs_page: ClassVar[str] = OVERVIEW
    hook_name: ClassVar[str] = HOOK
    conn_id_field: ClassVar[str] = "fastrac_conn_id"
    ui_color = "#fde8d0"

    def __init__(self, *, fastrac_conn_id: str = "fastrac_default", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.fastrac_conn_id = fastrac_conn_id


class FastracReferenceOperator(FastracOperator, FleetOpsEntryOperator):
    """Base of look-ups that hardly change: identical ones share one answer for ``reference_hours`` (an extra)."""

    calls: ClassVar[str] = "1 in 24 h, for all tasks"

    def answer(self) -> Any:
        return self.hook.reference(self.entry, body=self.body(), **self._named(self.takes))


def parcels(given: Any, courier_code: str | None = None) -> dict[str, str]:
    """AWB to courier: of AWBs, of objects with ``awb`` and ``courier_code``, or of what a template made of them.

    A parcel that does not say its courier has ``courier_code``; an XCom that is not there names no parcel.
    """
    found: dict[str, str] = {}
    for row in (row if isinstance(row, Mapping) else {"awb": row} for row in listed(given)):
        awb, courier = str(row.get("awb") or ""), str(row.get("courier_code") or courier_code or "")
        if awb and found.setdefault(awb, courier) != courier:
            raise ValueError(
                f"parameter 'awbs' has parcel {awb[:60]!r} under two couriers: give each a task of its own"
            )
    return found
