"""Sensors of Fastrac (parcels)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from airflow_provider_fleetops.operators.fastrac.base import HOOK, FastracDocsLink, parcels
from airflow_provider_fleetops.sensors.base import FleetOpsSensor

if TYPE_CHECKING:
    from airflow.sdk import Context


class FastracShipmentSensor(FleetOpsSensor):
    """Wait until parcels reach a state, ``DELIVERED`` by default.

    States in their order: ``WAITING_PAYMENT``, ``PAID``, ``SCHEDULED``, ``CONFIRMED``, ``PENDING_PICKUP`` or
    ``PENDING_DROPOFF``, ``PICKED`` or ``DROPPED``, ``IN_TRANSIT``, ``PROBLEM_SHIPMENT``, ``RTS``, ``DELIVERED``. A
    parcel that is ``RETURNED`` or ``CANCELED`` fails the sensor; one with a problem may still be delivered and does
    not, unless ``failure_states`` names it. As targets ``PROBLEM_SHIPMENT`` and ``RTS`` (return to sender) are reached
    by parcels that have a problem or go back, never by one that comes. A status that we do not know keeps the sensor
    waiting, and so does an AWB that Fastrac does not know (``UNSEEN``): it may not know it yet.

    Fastrac tracks one parcel a call: a look costs as many calls as parcels are still under way, at most one per parcel
    and tracking cadence (600 s, an extra of the connection), whatever ``poke_interval`` says and however many sensors
    wait for it.

    :param awb: the parcel (templated); or
    :param awbs: several: AWBs, or objects with ``awb`` and ``courier_code``, as
        :class:`~airflow_provider_fleetops.operators.fastrac.FastracCreateShipmentOperator` returns them. (templated)
    :param courier_code: the courier of all parcels that do not say theirs. (templated)
    :param fastrac_conn_id: the connection. (templated)
    """

    template_fields: Sequence[str] = (
        "awb",
        "awbs",
        "courier_code",
        "target_state",
        "failure_states",
        "fastrac_conn_id",
    )
    operator_extra_links = (FastracDocsLink(),)
    docs_page: ClassVar[str] = "tracking-order-19817646e0"
    hook_name: ClassVar[str] = HOOK
    conn_id_field: ClassVar[str] = "fastrac_conn_id"
    watch: ClassVar[str] = "parcel"
    default_target: ClassVar[str] = "DELIVERED"
    ui_color = "#f7c089"

    def __init__(
        self,
        *,
        awb: str | None = None,
        awbs: Sequence[str | Mapping[str, Any]] | str | None = None,
        courier_code: str | None = None,
        fastrac_conn_id: str = "fastrac_default",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if (awb is None) == (awbs is None):
            raise ValueError("give exactly one of awb and awbs")
        self.awb = awb
        self.awbs = awbs
        self.courier_code = courier_code
        self.fastrac_conn_id = fastrac_conn_id

    def subjects(self) -> Sequence[str]:
        return list(self._couriers())

    def window(self, context: Context) -> dict[str, str]:
        """The courier of all, and of each parcel that has its own."""
        own = {awb: courier for awb, courier in self._couriers().items() if courier}
        return {"courier_code": self.courier_code or "", **own}

    def _couriers(self) -> dict[str, str]:
        return parcels(self.awbs if self.awbs is not None else self.awb)


class FastracLowBalanceSensor(FleetOpsSensor):
    """Wait until the prepaid balance is low: below a threshold (API v2).

    Returns what the other sensors return, the threshold as the id: ``{"reached": {"500000": "LOW"}, "facts":
    {"500000": {"balance": 431000}}, ...}``. All sensors share one look for 600 s, an extra of the connection
    (``balance_seconds``). Where the balance stands in Fastrac's answer is not documented: see its ``balance_key``.

    :param threshold: rupiah. (templated)
    :param fastrac_conn_id: the connection. (templated)
    """

    template_fields: Sequence[str] = ("threshold", "fastrac_conn_id")
    operator_extra_links = (FastracDocsLink(),)
    docs_page: ClassVar[str] = "balance-history-20309002e0"
    hook_name: ClassVar[str] = HOOK
    conn_id_field: ClassVar[str] = "fastrac_conn_id"
    watch: ClassVar[str] = "balance"
    default_target: ClassVar[str] = "LOW"
    ui_color = "#f7c089"

    def __init__(self, *, threshold: float | str, fastrac_conn_id: str = "fastrac_default", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.threshold = threshold
        self.fastrac_conn_id = fastrac_conn_id

    def subjects(self) -> Sequence[str]:
        return [str(self.threshold)]
