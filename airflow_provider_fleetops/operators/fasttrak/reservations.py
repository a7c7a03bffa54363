"""Read reservations of FASTTRAK."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from airflow_provider_fleetops.operators.fasttrak.base import (
    FasttrakEntryOperator,
    FasttrakOneReservationOperator,
    FasttrakOperator,
    Time,
)

if TYPE_CHECKING:
    from airflow.sdk import Context

# What says nothing about a person: numbers, states, times and the price.
FACTS = (
    "reservationId",
    "externalBookingId",
    "reservationStatus",
    "travelType",
    "scheduledPickupTime",
    "actualPickupTime",
    "dropoffTime",
    "noShowTime",
    "cancelTime",
    "companyId",
    "customerId",
    "employeeId",
    "vehicleId",
    "vehicleTypeId",
    "passengerCount",
    "isVip",
    "isFarmOut",
    "isFinalized",
    "isInvoiced",
    "totalCharges",
)


class FasttrakGetReservationOperator(FasttrakOneReservationOperator):
    """Read one reservation, by its number or by your own key.

    Returns FASTTRAK's numbers, states, times and price: ``reservationId``, ``externalBookingId``,
    ``reservationStatus``, ``travelType``, ``scheduledPickupTime``, ``actualPickupTime``, ``dropoffTime``,
    ``noShowTime``, ``cancelTime``, ``companyId``, ``customerId``, ``employeeId`` (the driver, 0 for none),
    ``vehicleId``, ``vehicleTypeId``, ``passengerCount``, ``isVip``, ``isFarmOut``, ``isFinalized``, ``isInvoiced``,
    ``totalCharges``, as far as they are set, and a ``digest`` of all. The whole record, which names people, goes to
    ``output_path``.

    :param scheduled_pickup_time: with your own key: a time near the pick-up, ISO-8601 with a zone. (templated)
    :param output_path: an ``ObjectStoragePath`` for the whole record as JSON. (templated)
    """

    template_fields: Sequence[str] = (
        *FasttrakOneReservationOperator.template_fields,
        "scheduled_pickup_time",
        "output_path",
    )
    calls: ClassVar[str] = "1; 2 by your own key"

    def __init__(
        self, *, scheduled_pickup_time: Time | None = None, output_path: str | None = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.scheduled_pickup_time = scheduled_pickup_time
        self.output_path = output_path

    def act(self, context: Context) -> dict[str, Any]:
        from airflow_provider_fleetops.operators.output import hand_over

        record = self.hook.get_reservation(scheduled_pickup_time=self.scheduled_pickup_time, **self.which())
        told: dict[str, Any] = hand_over(record, FACTS, self.output_path)
        return told


class FasttrakSearchReservationsOperator(FasttrakOperator):
    """Read the reservations with a pick-up in a window; a window that is too full for one answer is read in halves.

    Returns a list with one object a trip, with the same keys as :class:`FasttrakGetReservationOperator` gives (prices
    are not in a search). The whole records, which name people, go to ``output_path`` as JSON Lines; more than 1,000
    trips only fit there, with ``summary_only``.

    :param from_time: the earliest pick-up, ISO-8601 with a zone. (templated)
    :param to_time: the latest pick-up, ISO-8601 with a zone. (templated)
    :param employee_id: only the trips of this driver. (templated)
    :param summary_only: return ``count``, ``digest`` and ``states`` (how many are in which) instead of the list.
    :param output_path: an ``ObjectStoragePath`` for the whole records. (templated)
    """

    template_fields: Sequence[str] = ("fasttrak_conn_id", "from_time", "to_time", "employee_id", "output_path")
    calls: ClassVar[str] = "1 for about 200 trips"

    def __init__(
        self,
        *,
        from_time: Time,
        to_time: Time,
        employee_id: int | str | None = None,
        summary_only: bool = False,
        output_path: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.from_time = from_time
        self.to_time = to_time
        self.employee_id = employee_id
        self.summary_only = summary_only
        self.output_path = output_path

    def act(self, context: Context) -> Any:
        from collections import Counter

        from airflow_provider_fleetops.operators.output import hand_over

        rows = self.hook.reservations(self.from_time, self.to_time, employee_id=self.employee_id)
        self.log.info("%d reservations from %s to %s", len(rows), self.from_time, self.to_time)
        told = hand_over(rows, () if self.summary_only else FACTS, self.output_path)
        if self.summary_only:
            told["states"] = dict(Counter(str(row.get("reservationStatus")) for row in rows))
        return told


class FasttrakReservationPaysOperator(FasttrakEntryOperator):
    """Read what a trip pays its driver.

    Returns ``employeePayId``, ``employeeId``, ``reservationId``, ``isPaid`` and ``isApproved`` of each pay; amounts
    and names are in the file.

    :param reservation_id: FASTTRAK's number. (templated)
    """

    entry: ClassVar[str] = "reservation.employee_pays"
    takes: ClassVar[Mapping[str, str]] = {"reservation_id": "reservation_id"}
    returns: ClassVar[Sequence[str]] = ("employeePayId", "employeeId", "reservationId", "isPaid", "isApproved")

    def __init__(self, *, reservation_id: int | str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.reservation_id = reservation_id
