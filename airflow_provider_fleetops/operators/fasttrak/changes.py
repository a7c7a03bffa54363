"""Change, move and cancel a reservation of FASTTRAK."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from airflow_provider_fleetops.operators.fasttrak.base import (
    FasttrakOneReservationOperator,
    FasttrakTripOperator,
    Time,
)

if TYPE_CHECKING:
    from airflow.sdk import Context

_NEEDS_TIME = "external_booking_id needs scheduled_pickup_time: FASTTRAK searches by time only"


class FasttrakUpdateReservationOperator(FasttrakOneReservationOperator, FasttrakTripOperator):
    """Change what a reservation says: passenger, places, notes, flight, vehicle type and so on; not its times.

    Give only what should be different. The reservation is read, changed and written back as a whole; where nothing
    differs, nothing is written, so a repetition changes nothing. A location given as text replaces the address and
    keeps the flight. Right before the write its time of modification is looked at again: when somebody has saved a
    change meanwhile, nothing is written and the try fails; a retry reads it anew. FASTTRAK has no version check, so a
    change saved within that moment is lost. A trip whose driver is under way, or that is over, finalized or invoiced,
    is refused unless ``force``. Times are moved with :class:`FasttrakRetimeReservationOperator`, which moves the end
    along, and :class:`FasttrakCancelReservationOperator` cancels.

    Returns ``reservation_id``, ``updated``, ``changed`` (FASTTRAK's names of the fields) and ``status``.

    :param scheduled_pickup_time: with your own key: a time near the pick-up, ISO-8601 with a zone. (templated)
    :param force: change trips in service, over, finalized or invoiced too. (templated)
    :param overrides: FASTTRAK's ``reservationUpdateOverrides``.
    """

    template_fields: Sequence[str] = (
        *FasttrakTripOperator.template_fields,
        "reservation_id",
        "external_booking_id",
        "search_hours",
        "scheduled_pickup_time",
        "force",
    )
    guarantee: ClassVar[str] = "idempotent"
    calls: ClassVar[str] = "1 to 3"

    def __init__(
        self,
        *,
        scheduled_pickup_time: Time | None = None,
        force: bool | str = False,
        overrides: Mapping[str, bool] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if self.external_booking_id is not None and scheduled_pickup_time is None:
            raise ValueError(_NEEDS_TIME)
        self.scheduled_pickup_time = scheduled_pickup_time
        self.force = force
        self.overrides = overrides

    def act(self, context: Context) -> dict[str, Any]:
        told: dict[str, Any] = self.hook.update_reservation(
            self.trip(),
            scheduled_pickup_time=self.scheduled_pickup_time,
            force=self.force,
            overrides=self.overrides,
            **self.ends(),
            **self.which(),
        )
        what = f"has other {', '.join(told['changed'])}" if told["updated"] else "is as it should be"
        self.log.info("Reservation %s %s", told["reservation_id"], what)
        return told


class FasttrakRetimeReservationOperator(FasttrakOneReservationOperator):
    """Move a pick-up, for example when the flight slips; the estimated end moves with it.

    The reservation is read, changed and written back as a whole. Right before the write its time of modification is
    looked at again: when somebody has saved a change meanwhile, nothing is written and the try fails; a retry reads it
    anew. FASTTRAK has no version check, so a change saved within that moment is lost. Below ``threshold_minutes``
    nothing is written, so a repetition changes nothing. A trip whose driver is under way, or that is over, finalized
    or invoiced, is refused unless ``force``. FASTTRAK notifies driver and passenger unless ``overrides`` say otherwise.
    Your own key is searched around the new pick-up.

    Returns ``reservation_id``, ``updated``, ``reason`` (why not), ``previous_pickup_time``,
    ``scheduled_pickup_time``, ``shift_minutes`` and ``status``.

    :param scheduled_pickup_time: the new pick-up, ISO-8601 with a zone. (templated)
    :param flight_estimated_arrival: instead: when the flight arrives, ISO-8601 with a zone; the pick-up is
        ``buffer_minutes`` later, and the arrival is noted beside the flight. (templated)
    :param buffer_minutes: from the arrival to the pick-up. (templated)
    :param threshold_minutes: smaller moves are skipped. (templated)
    :param force: move trips in service, over, finalized or invoiced too. (templated)
    :param overrides: FASTTRAK's ``reservationUpdateOverrides``.
    """

    template_fields: Sequence[str] = (
        *FasttrakOneReservationOperator.template_fields,
        "scheduled_pickup_time",
        "flight_estimated_arrival",
        "buffer_minutes",
        "threshold_minutes",
        "force",
    )
    guarantee: ClassVar[str] = "idempotent"
    calls: ClassVar[str] = "1 to 3"

    def __init__(
        self,
        *,
        scheduled_pickup_time: Time | None = None,
        flight_estimated_arrival: Time | None = None,
        buffer_minutes: float | str = 0,
        threshold_minutes: float | str = 5,
        force: bool | str = False,
        overrides: Mapping[str, bool] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if (scheduled_pickup_time is None) == (flight_estimated_arrival is None):
            raise ValueError("give exactly one of scheduled_pickup_time and flight_estimated_arrival")
        self.scheduled_pickup_time = scheduled_pickup_time
        self.flight_estimated_arrival = flight_estimated_arrival
        self.buffer_minutes = buffer_minutes
        self.threshold_minutes = threshold_minutes
        self.force = force
        self.overrides = overrides

    def act(self, context: Context) -> dict[str, Any]:
        told: dict[str, Any] = self.hook.retime_reservation(
            scheduled_pickup_time=self.scheduled_pickup_time,
            flight_estimated_arrival=self.flight_estimated_arrival,
            buffer_minutes=self.buffer_minutes,
            threshold_minutes=self.threshold_minutes,
            force=self.force,
            overrides=self.overrides,
            **self.which(),
        )
        what = f"moved to {told['scheduled_pickup_time']}" if told["updated"] else f"left alone: {told['reason']}"
        self.log.info("Reservation %s %s", told["reservation_id"], what)
        return told


class FasttrakCancelReservationOperator(FasttrakOneReservationOperator):
    """Cancel a car; one that is cancelled already is a success. Late fees are the operator's rules.

    How it is cancelled, by writing the status or by an endpoint of its own, is the connection's ``cancel_strategy``:
    no public document tells. What the vendor says afterwards decides whether it worked.

    Returns ``reservation_id``, ``cancelled`` and ``already``.

    :param scheduled_pickup_time: with your own key: a time near the pick-up, ISO-8601 with a zone. (templated)
    :param cancelled_by: who cancels, as the operator will read it. (templated)
    :param reason: why; sent only where the strategy is ``endpoint``. (templated)
    :param force: cancel a trip in service too. (templated)
    """

    template_fields: Sequence[str] = (
        *FasttrakOneReservationOperator.template_fields,
        "scheduled_pickup_time",
        "cancelled_by",
        "reason",
        "force",
    )
    guarantee: ClassVar[str] = "idempotent"
    calls: ClassVar[str] = "1 to 4"

    def __init__(
        self,
        *,
        scheduled_pickup_time: Time | None = None,
        cancelled_by: str = "Airflow",
        reason: str = "",
        force: bool | str = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if self.external_booking_id is not None and scheduled_pickup_time is None:
            raise ValueError(_NEEDS_TIME)
        self.scheduled_pickup_time = scheduled_pickup_time
        self.cancelled_by = cancelled_by
        self.reason = reason
        self.force = force

    def act(self, context: Context) -> dict[str, Any]:
        told: dict[str, Any] = self.hook.cancel_reservation(
            scheduled_pickup_time=self.scheduled_pickup_time,
            cancelled_by=self.cancelled_by,
            reason=self.reason,
            force=self.force,
            **self.which(),
        )
        self.log.info("Reservation %s is cancelled", told["reservation_id"])
        return told
