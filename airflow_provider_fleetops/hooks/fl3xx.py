"""The hook to FL3XX."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from airflow_provider_fleetops.hooks.base import FleetOpsHook
from airflow_provider_fleetops.vendors.fl3xx import documents, flows, on_board, orders, people, schedule, subscriptions


class Fl3xxHook(FleetOpsHook):
    """Flights, crews, passengers, aircraft and bookings in FL3XX.

    Identical reads share one answer for ten minutes, FL3XX's rule; ``call(..., reuse=0)`` insists on a new answer and
    raises ``Throttled`` with the time from which it is allowed.

    :param conn_id: a connection of type ``fl3xx``.
    """

    vendor_name = "fl3xx"
    conn_name_attr = "fl3xx_conn_id"
    default_conn_name = "fl3xx_default"
    conn_type = "fl3xx"
    hook_name = "FL3XX"

    def list_flights(
        self,
        from_date: date | str,
        to_date: date | str,
        *,
        include: str = "NON_CANCELED",
        time_zone: str | None = None,
    ) -> list[dict[str, Any]]:
        """The flights whose estimated off-block lies in a window of days, each once; full records (personal).

        :param from_date: first day, at most six months back.
        :param to_date: last day, inclusive, at most six months ahead.
        :param include: ``NON_CANCELED`` or ``ALL``.
        :param time_zone: where days begin; by default the connection's zone.
        """
        return self.run(lambda account: flows.list_flights(account, from_date, to_date, include, time_zone))

    def flight(self, flight_id: int | str) -> dict[str, Any]:
        """One flight; ``NotFound`` where there is none."""
        flight: dict[str, Any] = self.call("flight.get", flight_id=flight_id)
        return flight

    def crew(self, flight_id: int | str) -> list[dict[str, Any]]:
        """The crew of a flight (personal)."""
        return self.rows("flight_crew.get", flight_id=flight_id)

    def replace_crew(
        self, flight_id: int | str, crew: Sequence[Mapping[str, Any]], *, allow_empty: bool = False
    ) -> list[dict[str, Any]]:
        """Make ``crew`` the whole crew of a flight and give it back as FL3XX sees it (personal).

        :param crew: ``[{"pilotId": 3101, "role": "CMD"}, ...]``; who is left out is removed.
        :param allow_empty: an empty list removes everybody, so it must be meant.
        """
        return self.run(lambda account: flows.replace_crew(account, flight_id, crew, allow_empty))

    def change_crew(
        self, flight_id: int | str, assign: Sequence[Any] = (), remove: Sequence[Any] = ()
    ) -> list[dict[str, Any]]:
        """Let some come on board and others go, and give the whole crew back as FL3XX sees it (personal).

        :param assign: ``[{"pilotId": 3101, "role": "CMD"}, ...]``; who is on board already gets the new role.
        :param remove: pilot ids; who is not on board is no error.
        """
        return self.run(lambda account: on_board.change_crew(account, flight_id, assign, remove))

    def change_document(self, noun: str, flight_id: int | str, changes: Mapping[str, Any]) -> documents.Change:
        """Change some fields of a flight's document: it is read anew, merged, and written back whole.

        Objects are merged field by field, rows of a list that carry an ``id`` by it; everything else is replaced.

        :param noun: ``flight_services``, ``postflight``, ``pax_details``, ``migration``, ``sanction_list`` or ``visa``.
        """
        return self.run(lambda account: documents.change(account, noun, flight_id, changes))

    def report_postflight(
        self, flight_id: int | str, *, changes: Mapping[str, Any] | None = None, **times: datetime | str
    ) -> documents.Change:
        """Report when a flight moved: ``blocks_off``, ``take_off``, ``landing``, ``blocks_on``, each with a zone.

        :param changes: other fields of post-flight, as in :meth:`change_document`.
        """
        return self.run(lambda account: documents.report(account, flight_id, times, changes))

    def passengers(self, flight_id: int | str) -> list[dict[str, Any]]:
        """The tickets of a flight (personal); one without ``paxUserId`` is not assigned yet."""
        return self.rows("passengers.list", flight_id=flight_id)

    def aircraft_schedule(
        self, tail: str, from_: date | str, to: date | str, *, init_location: str | None = None
    ) -> list[dict[str, Any]]:
        """Flights and tasks of an aircraft; an empty list means that it is free.

        Bounds are days, both included, at most a year apart: FL3XX is asked once a month of the window. Or they are
        date-times at most a month apart, whose wall time is sent as it stands. Tasks have a ``taskType``:
        ``MAINTENANCE``, ``UNSCHEDULED_MAINTENANCE``, ``AOG`` or ``NOTE``.

        :param init_location: FL3XX's ``initLocation``, which its docs name and do not explain.
        """
        bounds = _bound(from_), _bound(to)
        if any(len(bound) > 10 for bound in bounds):
            where: dict[str, Any] = {"tail": tail, "from_": bounds[0], "to": bounds[1], "init_location": init_location}
            return self.rows("aircraft.schedule", **where)
        return self.run(lambda account: schedule.read_schedule(account, tail, *bounds, init_location))

    def availability(self, tail: str, from_time: datetime | str, to_time: datetime | str) -> dict[str, Any]:
        """Whether an aircraft is ``free`` between two moments, what keeps it ``busy``, and the ``gaps`` in between.

        :param from_time: with a time zone, as ``to_time``.
        """
        return self.run(lambda account: schedule.read_availability(account, tail, from_time, to_time))

    def hold_items(self, tail: str, from_: date | str, to: date | str) -> list[dict[str, Any]]:
        """The deferred defects of an aircraft."""
        return self.rows("aircraft.hold_items", tail=tail, from_=_bound(from_), to=_bound(to))

    def ensure_booking(self, booking: Mapping[str, Any], *, notify_sales: bool = False) -> dict[str, Any]:
        """Book once per ``externalReference``: an existing booking is found, not repeated.

        :param booking: ``externalReference``, ``aircraft``, ``customer``, ``legs``, … as FL3XX wants them.
        :param notify_sales: let FL3XX notify Sales of a new booking.
        :return: ``booking_id``, ``booking_identifier``, ``status``, ``flight_ids``, ``created``.
        """
        return self.run(lambda account: orders.ensure_booking(account, booking, notify_sales))

    def ensure_quote(self, quote: Mapping[str, Any]) -> dict[str, Any]:
        """Quote once per ``externalReference``; takes and gives what :meth:`ensure_booking` does."""
        return self.run(lambda account: orders.ensure_quote(account, quote))

    def change_booking(self, reference: int | str, changes: Mapping[str, Any]) -> tuple[dict[str, Any], bool]:
        """Change a booking: it is read anew, merged and written back whole, unless all is so already.

        :param reference: the booking's id, or your own ``externalReference``.
        :param changes: fields in FL3XX's names. ``legs`` are all legs that shall be: one that is left out is cancelled.
        :return: the booking afterwards (personal), and whether it was written.
        """
        return self.run(lambda account: orders.change_order(account, reference, changes, booked=True))

    def change_quote(self, reference: int | str, changes: Mapping[str, Any]) -> tuple[dict[str, Any], bool]:
        """Change a quote, as :meth:`change_booking` changes a booking."""
        return self.run(lambda account: orders.change_order(account, reference, changes, booked=False))

    def change_leg(
        self, booking_reference: int | str, flight_id: int | str, changes: Mapping[str, Any]
    ) -> tuple[dict[str, Any], bool]:
        """Change a leg of a booking: it is read anew, merged and written back whole, unless all is so already.

        :param changes: fields of a leg in FL3XX's names, a departure with its arrival.
        :return: the leg afterwards, and whether it was written.
        """
        return self.run(lambda account: orders.change_leg(account, booking_reference, flight_id, changes))

    def upsert_user(self, external_reference: str, user: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
        """Make a user be as given: created if absent, changed where it differs.

        :return: the user (personal), and ``created``, ``updated`` or ``unchanged``.
        """
        return self.run(lambda account: people.upsert_user(account, external_reference, user))

    def ensure_account(
        self, external_reference: str, customer: Mapping[str, Any]
    ) -> tuple[dict[str, Any], bool, list[str]]:
        """Make a customer account exist; FL3XX documents no way to change one.

        :return: the account, whether it was created, and the names of the fields that differ.
        """
        return self.run(lambda account: people.ensure_account(account, external_reference, customer))

    def sync_duties(self, duties: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
        """Make the roster hold these duties, each known by crew member, kind, start and end.

        :return: the ids of those ``created``, ``updated`` and ``unchanged``.
        """
        return self.run(lambda account: people.sync_duties(account, duties))

    def ensure_subscriptions(self, events: Sequence[str], callback_url: str) -> dict[str, dict[str, Any]]:
        """Make each event be delivered to an address, signed with the connection's ``webhook_secret``.

        :return: for each event ``id``, ``ends`` and ``action``: ``created``, ``renewed``, ``switched on``, ``kept``.
        """
        return self.run(lambda account: subscriptions.ensure_subscriptions(account, events, callback_url))

    def remove_subscriptions(self, callback_url: str, events: Sequence[str] | None = None) -> list[Any]:
        """End the subscriptions of an address, all or those to some events; gives the ids of those there were."""
        return self.run(lambda account: subscriptions.remove_subscriptions(account, events, callback_url))


def _bound(value: date | str) -> str:
    return value.strftime("%Y-%m-%dT%H:%M") if isinstance(value, datetime) else str(value)
