"""Sensors for FL3XX."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from airflow_provider_fleetops.operators.base import listed
from airflow_provider_fleetops.operators.fl3xx.base import Fl3xxDocsLink
from airflow_provider_fleetops.sensors.base import FleetOpsSensor

if TYPE_CHECKING:
    from airflow.sdk import Context


class Fl3xxFlightStateSensor(FleetOpsSensor):
    """Wait until one flight, or many, reach a state.

    States in their order: ``SCHEDULED``, ``OFF_BLOCK``, ``AIRBORNE``, ``LANDED``, ``ON_BLOCK``,
    ``POST_FLIGHT_CLOSED``; a cancelled or deleted flight (``CANCELLED``, ``NOT_FOUND``) fails the sensor. All flights
    are seen with one list of the window, shared by every task that waits; only those outside it are read one by one.
    FL3XX allows that list once in ten minutes, so give the window the days of your flights.

    :param flight_id: the flight to wait for. (templated)
    :param flight_ids: the flights to wait for, instead of ``flight_id``. (templated)
    :param from_date: first day of the window, ``YYYY-MM-DD``; by default the day before the logical date. (templated)
    :param to_date: last day of the window, inclusive; by default the day after it. (templated)
    :param target_state: the state (or states) to wait for, ``ON_BLOCK`` by default. (templated)
    :param fl3xx_conn_id: a connection of type ``fl3xx``. (templated)
    """

    template_fields: Sequence[str] = (
        "fl3xx_conn_id",
        "flight_id",
        "flight_ids",
        "from_date",
        "to_date",
        "target_state",
        "failure_states",
    )
    operator_extra_links = (Fl3xxDocsLink(),)
    hook_name: ClassVar[str] = "airflow_provider_fleetops.hooks.fl3xx:Fl3xxHook"
    conn_id_field: ClassVar[str] = "fl3xx_conn_id"
    watch: ClassVar[str] = "flight"
    default_target: ClassVar[str] = "ON_BLOCK"
    ui_color = "#d7e8f7"

    def __init__(
        self,
        *,
        flight_id: int | str | None = None,
        flight_ids: Sequence[int | str] | str | None = None,
        from_date: str | None = None,
        to_date: str | None = None,
        fl3xx_conn_id: str = "fl3xx_default",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if (flight_id is None) == (flight_ids is None):
            raise ValueError("give flight_id or flight_ids, not both")
        self.flight_id = flight_id
        self.flight_ids = flight_ids
        self.from_date = from_date
        self.to_date = to_date
        self.fl3xx_conn_id = fl3xx_conn_id

    def subjects(self) -> list[str]:
        """The ids as text; a template renders a list to text such as ``[7001, 7002]``."""
        return [str(one) for one in listed(self.flight_ids if self.flight_ids is not None else self.flight_id)]

    def window(self, context: Context) -> dict[str, str]:
        """One window for a whole run: its tasks ask for the same list. A manual run may have no logical date."""
        day = (context.get("logical_date") or context["dag_run"].run_after).date()
        return {
            "from_date": self.from_date or (day - timedelta(days=1)).isoformat(),
            "to_date": self.to_date or (day + timedelta(days=1)).isoformat(),
        }
