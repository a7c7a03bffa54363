"""Flights of FL3XX."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from airflow_provider_fleetops.operators.fl3xx.base import Fl3xxOperator

if TYPE_CHECKING:
    from airflow.sdk import Context


class Fl3xxListFlightsOperator(Fl3xxOperator):
    """Read the flight programme of a window of days.

    Returns a list with one object a flight, free of personal data: ``flightId``, ``flightNumber``,
    ``registrationNumber``, ``airportFrom``, ``airportTo``, ``blockOffEstUTC``, ``blockOnEstUTC``, ``state``,
    ``workflowCustomName``, ``flightType``, ``paxNumber``. The full records, which name customers, go to
    ``output_path`` as JSON Lines.

    Long windows are read in parts. FL3XX allows an identical read once in ten minutes: within that time all tasks
    get the same answer.

    :param from_date: first day by estimated off-block, ``YYYY-MM-DD``, at most six months back. (templated)
    :param to_date: last day, inclusive, at most six months ahead. (templated)
    :param include: ``NON_CANCELED``, or ``ALL`` with cancelled flights too. (templated)
    :param time_zone: IANA zone in which days begin; by default the connection's. (templated)
    :param output_path: an ``ObjectStoragePath`` for the full records. (templated)
    """

    template_fields: Sequence[str] = (
        "fl3xx_conn_id",
        "from_date",
        "to_date",
        "include",
        "time_zone",
        "output_path",
    )
    guarantee: ClassVar[str] = "read"
    calls: ClassVar[str] = "1 for each 90 days"

    def __init__(
        self,
        *,
        from_date: str,
        to_date: str,
        include: str = "NON_CANCELED",
        time_zone: str | None = None,
        output_path: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.from_date = from_date
        self.to_date = to_date
        self.include = include
        self.time_zone = time_zone
        self.output_path = output_path

    def act(self, context: Context) -> list[dict[str, Any]]:
        from airflow_provider_fleetops.operators.output import write_lines
        from airflow_provider_fleetops.vendors.fl3xx.states import summary

        flights = self.hook.list_flights(
            self.from_date, self.to_date, include=self.include, time_zone=self.time_zone or None
        )
        self.log.info("%d flights from %s to %s", len(flights), self.from_date, self.to_date)
        if self.output_path:
            write_lines(self.output_path, flights)
        zone = self.hook.account.settings["time_zone"]
        return [summary(flight, zone) for flight in flights]
