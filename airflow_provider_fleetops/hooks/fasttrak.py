"""The hook to the FASTTRAK Partner API."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from airflow_provider_fleetops.hooks.base import FleetOpsHook
from airflow_provider_fleetops.protocol.steps import Flow
from airflow_provider_fleetops.protocol.vendor import Account
from airflow_provider_fleetops.vendors.fasttrak import changes, customers, edits, flows, quotes, subscriptions
from airflow_provider_fleetops.vendors.fasttrak.search import search_exactly
from airflow_provider_fleetops.vendors.fasttrak.times import given_time, given_window

Time = datetime | str
_PICKUP = "scheduled_pickup_time"


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

    def reservations(
        self, from_time: Time, to_time: Time, *, employee_id: int | str | None = None
    ) -> list[dict[str, Any]]:
        """The reservations with a pick-up in a window, of one driver if wanted (personal, without prices)."""
        driver = {"employeeId": employee_id} if employee_id else {}

        def flow(account: Account) -> Flow[list[Mapping[str, Any]]]:
            start, end = given_window(from_time, to_time)
            return search_exactly(account, start, end, **driver)

        return [dict(row) for row in self.run(flow)]

    def find_reservation(
        self, external_booking_id: str, around: Time, *, search_hours: float = flows.SEARCH_HOURS
    ) -> dict[str, Any] | None:
        """The reservation with your own booking key, or None (personal).

        :param around: a time near its pick-up: the vendor searches by time only.
        :param search_hours: how far from it the pick-up may be.
        """

        def flow(account: Account) -> Flow[Mapping[str, Any] | None]:
            moment = given_time("around", around)
            return flows.find_reservation(account, external_booking_id, moment, search_hours)

        found = self.run(flow)
        return dict(found) if found is not None else None

    def get_reservation(self, *, scheduled_pickup_time: Time | None = None, **which: Any) -> dict[str, Any]:
        """One whole reservation (personal).

        :param scheduled_pickup_time: with your own key: a time near its pick-up.
        :param which: ``reservation_id``; or ``external_booking_id`` and ``search_hours``.
        """

        def flow(account: Account) -> Flow[dict[str, Any]]:
            around = given_time(_PICKUP, scheduled_pickup_time) if scheduled_pickup_time else None
            return flows.get_reservation(account, around=around, **which)

        return self.run(flow)

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
            :class:`~airflow_provider_fleetops.operators.fasttrak.bookings.FasttrakCreateReservationOperator`.
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

    def update_reservation(self, trip: Mapping[str, Any], **options: Any) -> dict[str, Any]:
        """Change what a reservation says; what does not differ is not written.

        :param trip: ``vehicle_type_id``, ``passenger_count``, ``is_vip``, … as they should be.
        :param options: ``reservation_id``, or ``external_booking_id`` and ``scheduled_pickup_time``; ``passenger``,
            ``from_location``, ``to_location``, ``notes``, ``flight``, ``details``, ``force``, ``overrides``; see
            :class:`~airflow_provider_fleetops.operators.fasttrak.changes.FasttrakUpdateReservationOperator`.
        :return: ``reservation_id``, ``updated``, ``changed`` (names of fields), ``status``.
        """
        return self.run(lambda account: edits.update(account, trip, **options))

    def retime_reservation(self, **options: Any) -> dict[str, Any]:
        """Move a pick-up; nothing is written below a threshold.

        :param options: ``reservation_id`` or ``external_booking_id``; ``scheduled_pickup_time``, or
            ``flight_estimated_arrival`` and ``buffer_minutes``; ``threshold_minutes``, ``force``, ``overrides``,
            ``search_hours``; see
            :class:`~airflow_provider_fleetops.operators.fasttrak.changes.FasttrakRetimeReservationOperator`.
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

    def upsert_customer(
        self,
        customer: Mapping[str, Any],
        *,
        customer_id: int | str | None = None,
        details: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Make a customer be as given: create it once, write what differs, or do nothing.

        :param customer: ``first_name``, ``last_name``, ``email``, ``phone``, …; the e-mail address finds it.
        :param customer_id: the vendor's number, where it is known.
        :param details: further fields in the vendor's names.
        :return: ``customer_id``, and ``action``: ``created``, ``updated`` or ``unchanged``.
        """
        flow = customers.upsert_customer
        return dict(self.run(lambda account: flow(account, customer, customer_id=customer_id, details=details)))

    def drivers(self, *, include_inactive: bool = False) -> list[dict[str, Any]]:
        """Employees who drive: ``Driver`` or ``Contractor`` (personal)."""
        rows = self.rows("employees.list", include_inactive=include_inactive)
        return [row for row in rows if row.get("employeeType") in ("Driver", "Contractor")]

    def create_quote(self, trip: Mapping[str, Any], **options: Any) -> dict[str, Any]:
        """Ask for quotes: assumed endpoints. The same question gets the same package until it expires.

        :param trip: as for :meth:`ensure_reservation`.
        :param options: ``scheduled_pickup_time``, ``passenger``, ``from_location``, ``to_location``, ``customer``,
            ``notes``, ``flight``, ``details``, ``vehicle_type_ids``.
        :return: ``quote_package_id``, ``expires``, ``quotes`` (``quote_id``, ``vehicle_type_id``, ``total``),
            ``external_booking_id``, ``scheduled_pickup_time``.
        """
        return self.run(lambda account: quotes.create_quote(account, trip, **options))

    def approve_quote(
        self,
        quote_package_id: str,
        *,
        max_total: float | str,
        vehicle_type_ids: Sequence[int | str] = (),
        minutes_left: float | str = 0,
    ) -> dict[str, Any]:
        """The cheapest quote of a living package, if it costs at most ``max_total``; else ``Refused``.

        :return: ``quote_package_id``, ``quote_id``, ``vehicle_type_id``, ``total``, ``expires``.
        """
        return self.run(
            lambda account: quotes.approve_quote(
                account,
                quote_package_id,
                max_total=max_total,
                vehicle_type_ids=vehicle_type_ids,
                minutes_left=minutes_left,
            )
        )

    def book_quote(self, **options: Any) -> dict[str, Any]:
        """Book a quote once per ``external_booking_id``: an assumed endpoint.

        :param options: ``quote_package_id``, ``quote_id``, ``external_booking_id``, ``scheduled_pickup_time``;
            ``passenger``, ``collection_type``, ``collection_method``, ``search_hours``.
        :return: what :meth:`ensure_reservation` gives, and ``quote_package_id``.
        """
        return self.run(lambda account: quotes.book_quote(account, **options))

    def ensure_webhook(
        self, callback_url: str, event_types: Sequence[str] = (), secret: str | None = None
    ) -> dict[str, Any]:
        """One subscription of these events to this address: assumed endpoints.

        :return: ``webhook_id``, ``created``, ``removed`` (how many others of this address).
        """
        return self.run(lambda account: subscriptions.ensure_webhook(account, callback_url, event_types, secret))

    def remove_webhook(self, callback_url: str) -> dict[str, Any]:
        """End every subscription of this address; gives how many were ``removed``."""
        return self.run(lambda account: subscriptions.remove_webhook(account, callback_url))
