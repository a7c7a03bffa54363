"""What the operators of FL3XX share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from airflow.sdk import BaseOperatorLink

from airflow_provider_fleetops.operators.base import FleetOpsOperator
from airflow_provider_fleetops.operators.entry import FleetOpsEntryOperator

if TYPE_CHECKING:
    from airflow.sdk import BaseOperator


class Fl3xxDocsLink(BaseOperatorLink):
    """FL3XX's documentation for developers."""

    name = "FL3XX: API documentation"

    def get_link(self, operator: BaseOperator, *, ti_key: Any) -> str:
        return "https://developer.fl3xx.com/docs"


class Fl3xxOperator(FleetOpsOperator):
    """What the operators of FL3XX share.

    :param fl3xx_conn_id: a connection of type ``fl3xx``. (templated)
    """

    operator_extra_links = (Fl3xxDocsLink(),)
    hook_name: ClassVar[str] = "airflow_provider_fleetops.hooks.fl3xx:Fl3xxHook"
    conn_id_field: ClassVar[str] = "fl3xx_conn_id"
    ui_color = "#d7e8f7"

    def __init__(self, *, fl3xx_conn_id: str = "fl3xx_default", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.fl3xx_conn_id = fl3xx_conn_id


class Fl3xxEntryOperator(Fl3xxOperator, FleetOpsEntryOperator):
    """Base of the operators that forward to one entry of FL3XX's catalogue."""
