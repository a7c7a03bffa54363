"""Aircraft: the fleet, schedules, availability, defects, maintenance counters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from airflow_provider_fleetops.operators.base import every
from airflow_provider_fleetops.operators.fl3xx.base import Fl3xxEntryOperator, Fl3xxOperator

if TYPE_CHECKING:
    from datetime import date, datetime

    from airflow.sdk import Context

_AIRCRAFT = ("id", "tailNumber", "type", "model", "category", "numberOfSeats", "homebase", "status")
_ITEM = (
    "id", "taskType", "departureAirport", "arrivalAirport", "departureDateUTC", "arrivalDateUTC", "pax",
    "workflowCustomName",
)  # fmt: skip


class Fl3xxListAircraftOperator(Fl3xxEntryOperator):
    """Read the aircraft that the operator shows to the API.

    Returns a list with ``id``, ``tailNumber``, ``type``, ``model``, ``category``, ``numberOfSeats``, ``homebase`` and
    ``status``; the full records go to ``output_path``.
    """

    entry = "aircraft.list"
    returns: ClassVar[Sequence[str]] = _AIRCRAFT


class Fl3xxGetAircraftOperator(Fl3xxEntryOperator):
    """Read one aircraft: ``id``, ``tailNumber``, ``type``, ``category``, ``homebase``, …; the rest to ``output_path``.

    :param reference: its tail number or FL3XX's number. (templated)
    """

    entry = "aircraft.get"
    takes: ClassVar[Mapping[str, str]] = {"reference": "reference"}
    returns: ClassVar[Sequence[str]] = _AIRCRAFT

    def __init__(self, *, reference: int | str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.reference = reference


class Fl3xxAircraftPictureOperator(Fl3xxEntryOperator):
    """Fetch a picture of an aircraft to ``output_path``. Returns ``bytes`` (its size), ``digest`` and ``path``.

    :param uuid: the last part of the link with ``rel`` ``picture`` in an aircraft's record. (templated)
    """

    entry = "aircraft.picture"
    takes: ClassVar[Mapping[str, str]] = {"uuid": "uuid"}

    def __init__(self, *, uuid: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.uuid = uuid


class Fl3xxAircraftScheduleOperator(Fl3xxEntryOperator):
    """Read what an aircraft does in a window of days: flights, maintenance, AOG. Empty means that it is free.

    FL3XX shows a month a call and allows one call a minute for each tail: a longer window is read month by month, each
    item once, and between the months the task waits (``deferrable=True`` waits without a worker, and goes on with the
    month that is missing).

    Returns a list with ``id`` (``flight_…`` or ``task_…``), ``taskType`` (of a task), ``departureAirport``,
    ``arrivalAirport``, ``departureDateUTC``, ``arrivalDateUTC``, ``pax`` and ``workflowCustomName``. Notes go to
    ``output_path``.

    :param tail: the tail number. (templated)
    :param from_date: first day, ``YYYY-MM-DD``. (templated)
    :param to_date: last day, inclusive, at most a year later. (templated)
    :param init_location: FL3XX's ``initLocation``, which its docs name and do not explain. (templated)
    """

    entry = "aircraft.schedule"
    takes: ClassVar[Mapping[str, str]] = {
        "tail": "tail",
        "from_date": "from_",
        "to_date": "to",
        "init_location": "init_location",
    }
    returns: ClassVar[Sequence[str]] = _ITEM
    calls: ClassVar[str] = "1 a month of the window"

    def __init__(
        self,
        *,
        tail: str,
        from_date: date | str,
        to_date: date | str,
        init_location: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.tail = tail
        self.from_date = from_date
        self.to_date = to_date
        self.init_location = init_location

    def answer(self) -> Any:
        where = self.init_location or None
        return self.hook.aircraft_schedule(self.tail, self.from_date, self.to_date, init_location=where)


class Fl3xxAircraftAvailabilityOperator(Fl3xxOperator):
    """Tell whether an aircraft is free between two moments, and when in between it is.

    Returns ``free``, ``busy`` (what keeps it: ``id``, ``type``, ``from``, ``to``) and ``gaps`` (``from``, ``to``,
    ``minutes``), all in UTC and cut to the window. Notes in the schedule keep nothing. The schedule is read as by
    :class:`Fl3xxAircraftScheduleOperator`, a day more on both ends.

    :param tail: the tail number. (templated)
    :param from_time: ISO-8601 with a zone. (templated)
    :param to_time: the same, at most a year later. (templated)
    """

    template_fields: Sequence[str] = ("fl3xx_conn_id", "tail", "from_time", "to_time")
    guarantee: ClassVar[str] = "read"
    calls: ClassVar[str] = "1 a month of the window"

    def __init__(self, *, tail: str, from_time: datetime | str, to_time: datetime | str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.tail = tail
        self.from_time = from_time
        self.to_time = to_time

    def act(self, context: Context) -> dict[str, Any]:
        from airflow_provider_fleetops.operators.output import few

        found: dict[str, Any] = self.hook.availability(self.tail, self.from_time, self.to_time)
        few(found["busy"])
        return found


class Fl3xxHoldItemsOperator(Fl3xxEntryOperator):
    """Read the deferred defects of an aircraft.

    Returns a list with ``id``, ``source``, ``reportDate``, ``dueDate`` (epoch ms) and ``limitations``; texts go to
    ``output_path``. The call was seen in public clients.

    :param tail: the tail number. (templated)
    :param from_date: first day, ``YYYY-MM-DD``. (templated)
    :param to_date: last day. (templated)
    :param date_search_type: which date of an item counts; FL3XX does not document the values. (templated)
    """

    entry = "aircraft.hold_items"
    takes: ClassVar[Mapping[str, str]] = {
        "tail": "tail",
        "from_date": "from_",
        "to_date": "to",
        "date_search_type": "date_search_type",
    }
    returns: ClassVar[Sequence[str]] = ("id", "source", "reportDate", "dueDate", "limitations")

    def __init__(
        self, *, tail: str, from_date: str, to_date: str, date_search_type: str | None = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.tail = tail
        self.from_date = from_date
        self.to_date = to_date
        self.date_search_type = date_search_type


class Fl3xxUpdateMaintenanceCountersOperator(Fl3xxEntryOperator):
    """Write maintenance counters of an aircraft, for example from CAMP or Veryon.

    FL3XX offers no way to read them, so it cannot be told whether somebody changed them meanwhile: what is given
    stands, and repeating it changes nothing. Whether counters that are not given stay is not documented.

    Returns ``aircraft_id`` and ``counters``, how many were written.

    :param aircraft_id: FL3XX's number of the aircraft, the ``id`` of :class:`Fl3xxGetAircraftOperator`. (templated)
    :param counters: one object a counter: ``scheduleType`` (``INTERVAL``, ``CALENDAR``, ``UPDATE``,
        ``AIRWORTHINESS_DIRECTIVE``), ``unit``, ``timeUnit``, ``amount``, ``remaining``, ``externalSource``, … as the
        catalogue's ``maintenance_schedules.update`` lists them; dates in epoch ms. (templated)
    """

    entry = "maintenance_schedules.update"
    takes: ClassVar[Mapping[str, str]] = {"aircraft_id": "aircraft_id"}
    template_fields: Sequence[str] = ("fl3xx_conn_id", "aircraft_id", "counters", "output_path")
    guarantee: ClassVar[str] = "idempotent"
    calls: ClassVar[str] = "1"

    def __init__(self, *, aircraft_id: int | str, counters: Sequence[Mapping[str, Any]] | str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.aircraft_id = aircraft_id
        self.counters = counters

    def body(self) -> Any:
        return every(self.counters)

    def act(self, context: Context) -> dict[str, Any]:
        self.answer()
        return {"aircraft_id": self.aircraft_id, "counters": len(self.body())}
