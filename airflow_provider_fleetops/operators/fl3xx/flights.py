"""Flights of FL3XX."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from airflow_provider_fleetops.operators.base import task_key
from airflow_provider_fleetops.operators.fl3xx.base import Fl3xxFlightOperator, Fl3xxOperator

if TYPE_CHECKING:
    from airflow.sdk import Context


class Fl3xxListFlightsOperator(Fl3xxOperator):
    """Read the flight programme of a window of days.

    Returns a list with one object a flight, free of personal data: ``flightId``, ``flightNumber``,
    ``registrationNumber``, ``airportFrom``, ``airportTo``, ``blockOffEstUTC``, ``blockOnEstUTC``, ``state``,
    ``workflowCustomName``, ``flightType``, ``paxNumber``. The full records, which name customers, go to
    ``output_path`` as JSON Lines. More than 1,000 flights are an error, and stand in the file all the same.

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
        from airflow_provider_fleetops.operators.output import few, write_lines
        from airflow_provider_fleetops.vendors.fl3xx.states import summary

        flights = self.hook.list_flights(
            self.from_date, self.to_date, include=self.include, time_zone=self.time_zone or None
        )
        self.log.info("%d flights from %s to %s", len(flights), self.from_date, self.to_date)
        if self.output_path:
            write_lines(self.output_path, flights)
        zone = self.hook.account.settings["time_zone"]
        return [summary(flight, zone) for flight in few(flights)]


class Fl3xxGetFlightOperator(Fl3xxFlightOperator):
    """Read one flight, also a cancelled one, which the programme leaves out by default.

    Returns what the list gives of a flight (``flightId``, ``registrationNumber``, ``blockOffEstUTC``, ``state``, …)
    and a ``digest`` that changes with the record; the record itself, which names customers, goes to ``output_path``.
    """

    entry = "flight.get"
    calls: ClassVar[str] = "1"

    def act(self, context: Context) -> dict[str, Any]:
        from airflow_provider_fleetops.operators.output import hand_over
        from airflow_provider_fleetops.vendors.fl3xx.states import summary

        flight = self.answer()
        zone = self.hook.account.settings["time_zone"]
        return dict(hand_over(flight, (), self.output_path) | summary(flight, zone))


class Fl3xxFlightChangesOperator(Fl3xxOperator):
    """Tell what has changed in the flight programme since this was asked before: the schedule, aircraft, cancellations.

    What was seen is kept in a file of yours, as a digest of each flight and the fields that say nothing about a person.
    A retry or a cleared task compares with what stood there before its own run, so no change is told to nobody. The
    first look tells of nothing.

    Returns ``first_look``, ``flights`` (how many there are) and by id: ``added``, ``changed`` (``{"7001234":
    ["blockOffEstUTC", "state"]}``, ``["other"]`` for what is personal), ``cancelled`` and ``gone``. A flight whose day
    the window has left behind is not gone. More than 1,000 of them are an error, and what was seen is kept as it was.

    :param from_date: first day by estimated off-block, ``YYYY-MM-DD``, at most six months back. (templated)
    :param to_date: last day, inclusive, at most six months ahead. (templated)
    :param snapshot_path: an ``ObjectStoragePath`` for what was seen: the same in every run, another one for every task.
        (templated)
    :param time_zone: IANA zone in which days begin; by default the connection's. (templated)
    """

    template_fields: Sequence[str] = ("fl3xx_conn_id", "from_date", "to_date", "snapshot_path", "time_zone")
    guarantee: ClassVar[str] = "read"
    calls: ClassVar[str] = "1 for each 90 days"

    def __init__(
        self, *, from_date: str, to_date: str, snapshot_path: str, time_zone: str | None = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.from_date = from_date
        self.to_date = to_date
        self.snapshot_path = snapshot_path
        self.time_zone = time_zone

    def act(self, context: Context) -> dict[str, Any]:
        from airflow_provider_fleetops.operators.output import few, read_json, write_json
        from airflow_provider_fleetops.vendors.fl3xx.changes import compare, snapshot

        key, zone = task_key(context), self.time_zone or self.hook.account.settings["time_zone"]
        flights = self.hook.list_flights(self.from_date, self.to_date, include="ALL", time_zone=zone)
        kept = read_json(self.snapshot_path) or {}
        before = kept.get("before" if kept.get("task") == key else "after")
        after = snapshot(flights, zone)
        changes = compare(after if before is None else before, after, (self.from_date, self.to_date), zone)
        few([flight for told in changes.values() for flight in told])
        write_json(self.snapshot_path, {"task": key, "before": before, "after": after})
        return {"first_look": before is None, "flights": len(after), **changes}
