"""The hook to the FASTTRAK Partner API."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from airflow_provider_fleetops.hooks.base import FleetOpsHook
from airflow_provider_fleetops.vendors.fasttrak import changes, flows
from airflow_provider_fleetops.vendors.fasttrak.search import search
from airflow_provider_fleetops.vendors.fasttrak.times import given_time

Time = datetime | str


class FasttrakHook(FleetOpsHook):
    """Limousine reservations, quotes, customers, drivers and vehicles of one operator.

    All tasks share one login: its token is refreshed for 12 hours, and a rejected login is not repeated. Times are
    aware date-times or ISO-8601 texts with a zone.

    :param conn_id: a connection of type ``fasttrak``.
    """

    vendor_name = "fasttrak"
    conn_name_attr = "fasttrak_conn_id"
    default_conn_name = "fasttrak_default"
    conn_type = "fasttrak"
    hook_name = "FASTTRAK Partner API"

    def reservation(self, reservation_id: int | str) -> dict[str, Any]:
        """One reservation with its prices (personal); ``NotFound`` where there is none."""
        record: dict[str, Any] = self.call("reservation.get", reservation_id=reservation_id)
        return record

    def reservations(self, from_time: Time, to_time: Time) -> list[dict[str, Any]]:
        """The reservations with a pick-up in a window (personal, without prices)."""
        start, end = given_time("from_time", from_time), given_time("to_time", to_time)
        return [dict(row) for row in self.run(lambda account: search(account, start, end))]

    def find_reservation(
        self, external_booking_id: str, around: Time, *, search_hours: float = flows.SEARCH_HOURS
    ) -> dict[str, Any] | None:
        """The reservation with your own booking key, or None (personal).

        :param around: a time near its pick-up: the vendor searches by time only.
        :param search_hours: how far from it the pick-up may be.
        """
        moment = given_time("around", around)
        found = self.run(lambda account: flows.find_reservation(account, external_booking_id, moment, search_hours))
        return dict(found) if found is not None else None

    def ensure_reservation(
        self,
        trip: Mapping[str, Any],
        *,
        scheduled_pickup_time: Time,
        passenger: Mapping[str, Any],
        from_location: Any,
        to_location: Any,
        **options: Any,
    ) -> dict[str, Any]:
        """Book a trip once per ``external_booking_id``: a reservation that exists is found, not repeated.

        :param trip: ``external_booking_id``, ``travel_type``, ``vehicle_type_id``, ``passenger_count``, …
        :param passenger: ``name``, ``phone``, ``email``, ``alias`` (greet sign).
        :param from_location: an address as text, or the vendor's location object; ``to_location`` likewise.
        :param options: ``customer``, ``notes``, ``flight``, ``details``, ``overrides``, ``search_hours``; see
            :class:`~airflow_provider_fleetops.operators.fasttrak.FasttrakCreateReservationOperator`.
        :return: ``reservation_id``, ``external_booking_id``, ``created``, ``status``, ``scheduled_pickup_time``.
        """
        return self.run(
            lambda account: flows.ensure_reservation(
                account,
                trip,
                scheduled_pickup_time=scheduled_pickup_time,
                passenger=passenger,
                from_location=from_location,
                to_location=to_location,
                **options,
            )
        )

    def retime_reservation(self, **options: Any) -> dict[str, Any]:
        """Move a pick-up; nothing is written below a threshold.

        :param options: ``reservation_id`` or ``external_booking_id``; ``scheduled_pickup_time``, or
            ``flight_estimated_arrival`` and ``buffer_minutes``; ``threshold_minutes``, ``force``, ``overrides``,
            ``search_hours``; see
            :class:`~airflow_provider_fleetops.operators.fasttrak.FasttrakUpdateReservationOperator`.
        :return: ``reservation_id``, ``updated``, ``reason``, old and new pick-up time, ``shift_minutes``, ``status``.
        """
        return self.run(lambda account: changes.retime(account, **options))

    def cancel_reservation(self, **options: Any) -> dict[str, Any]:
        """Cancel a trip; one that is cancelled already is a success.

        :param options: ``reservation_id``, or ``external_booking_id`` and ``scheduled_pickup_time``;
            ``cancelled_by``, ``reason``, ``force``, ``search_hours``.
        :return: ``reservation_id``, ``cancelled``, ``already``.
        """
        return self.run(lambda account: changes.cancel(account, **options))

    def customers(self, *, email: str) -> list[dict[str, Any]]:
        """The customers with an e-mail address (personal)."""
        return self.rows("customers.search", body={"emailAddress": email})

    def drivers(self, *, include_inactive: bool = False) -> list[dict[str, Any]]:
        """Employees who drive: ``Driver`` or ``Contractor`` (personal)."""
        rows = self.rows("employees.list", include_inactive=include_inactive)
        return [row for row in rows if row.get("employeeType") in ("Driver", "Contractor")]

    def quote(self, trip: Mapping[str, Any], **more: Any) -> dict[str, Any]:
        """Ask for quotes: an assumed endpoint. ``trip`` and ``more`` are in the vendor's names.

        :return: ``quotePackageId``, ``status``, ``expiresUTC``, ``quotes``.
        """
        package: dict[str, Any] = self.call("quote_package.create", body={"reservationDetails": [dict(trip)], **more})
        return package

    def book_quote(self, quote_package_id: str, quote_id: str, **more: Any) -> dict[str, Any]:
        """Book one quote of a package: an assumed endpoint. A package is booked once; the second try is ``Refused``."""
        body = {"quoteId": quote_id, **more}
        record: dict[str, Any] = self.call("quote_package.book", quote_package_id=quote_package_id, body=body)
        return record
