"""Instant deliveries of Fastrac: offers, and ordering one while it holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from airflow_provider_fleetops.operators.base import task_key
from airflow_provider_fleetops.operators.fastrac.base import FastracOperator
from airflow_provider_fleetops.protocol.errors import is_blank

if TYPE_CHECKING:
    from airflow.sdk import Context


class FastracInstantOperator(FastracOperator):
    """What a delivery within hours is asked for and ordered with.

    :param shipper: ``name``, ``email``, ``phone`` (62..., digits), ``address``, ``region_id`` (sub-district, ten
        digits), ``lat``, ``lng`` and, where Google writes the address otherwise, ``map_address``. Templated when the
        task runs, never shown among the rendered fields; may be a callable that takes the context.
    :param receiver: likewise.
    :param stop: a stop on the way: any of ``name``, ``phone``, ``address``, ``region_id``, ``lat``, ``lng``,
        ``map_address``. Templated likewise.
    :param item: ``name``, ``desc``, ``category``, and per unit ``value`` (rupiah), ``weight`` (g), ``length``,
        ``width``, ``height`` (cm); ``quantity`` is 1 by default. (templated)
    :param vehicle_type: ``bike``, ``sedan``, ``mpv``, ``van``, ``truck175``, ``truck330``, ``engkelbak``,
        ``engkelbox``, ``cddbak``, ``cddbox``, ``fusobak`` or ``fusobox``. (templated)
    """

    template_fields: Sequence[str] = ("item", "vehicle_type", "fastrac_conn_id")
    template_fields_renderers: ClassVar[dict[str, str]] = {"item": "json"}
    personal_fields: ClassVar[Sequence[str]] = ("shipper", "receiver", "stop")

    def __init__(
        self,
        *,
        shipper: Any,
        receiver: Any,
        item: Mapping[str, Any],
        vehicle_type: str = "bike",
        stop: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.shipper = shipper
        self.receiver = receiver
        self.stop = stop
        self.item = item
        self.vehicle_type = vehicle_type

    def delivery(self) -> dict[str, Any]:
        """What is to be brought from where to where, in this run."""
        ends = {name: self.personal(name) for name in self.personal_fields}
        return {**ends, "item": self.item, "vehicle_type": self.vehicle_type}


class FastracCheckInstantTariffOperator(FastracInstantOperator):
    """Compare what instant couriers charge for a delivery within hours (API v2).

    Returns the offers, cheapest first: ``courier_code``, ``tariff_id`` and, where Fastrac tells them, ``service``,
    ``etd``, ``base_tariff``, ``discount``, ``total`` (rupiah). An offer holds for five minutes, which is shorter than
    the way to another task may be: to order one, use
    :class:`~airflow_provider_fleetops.operators.fastrac.FastracCreateInstantShipmentOperator`, which asks by itself.
    """

    docs_page: ClassVar[str] = "check-tariff-instant-delivery-20486901e0"
    guarantee: ClassVar[str] = "read"
    calls: ClassVar[str] = "1"

    def act(self, context: Context) -> list[dict[str, Any]]:
        offers: list[dict[str, Any]] = self.hook.instant_offers(**self.delivery())
        return offers


class FastracCreateInstantShipmentOperator(FastracInstantOperator):
    """Ask for instant offers and order the best one while it holds, at most once per ``reference`` (API v2).

    An offer holds for five minutes: one that aged while its order waited for a limit is asked for anew. What is said of
    retries and unclear outcomes of
    :class:`~airflow_provider_fleetops.operators.fastrac.FastracCreateShipmentOperator` holds here too. A later try may
    choose another offer, so ``select`` and ``max_total`` do not make another order; everything else does.

    Returns ``{"awb", "booking_id", "tariff", "courier_code", "code_service", "reference"}``.

    :param courier_code: take offers of this courier only. (templated)
    :param select: which offer is taken: ``cheapest`` or ``fastest``. (templated)
    :param max_total: fail instead of ordering at more rupiah than this. (templated)
    :param cod: cash on delivery. (templated)
    :param cod_amount: rupiah to collect; required with ``cod``. (templated)
    :param reference: your name for this order, for example its number; by default this task in this DAG run.
        (templated)
    :param on_unknown: what becomes of an unclear outcome: ``fail`` or ``accept_single_match``. (templated)
    """

    template_fields: Sequence[str] = (
        *FastracInstantOperator.template_fields,
        "courier_code",
        "select",
        "max_total",
        "cod",
        "cod_amount",
        "reference",
        "on_unknown",
    )
    never_blank: ClassVar[Sequence[str]] = ("reference", "max_total")
    docs_page: ClassVar[str] = "order-instant-20486902e0"
    guarantee: ClassVar[str] = "at most once"
    calls: ClassVar[str] = "2; after an unclear outcome the ledger's pages and the tracking"
    ui_color = "#fbd3a8"

    def __init__(
        self,
        *,
        courier_code: str | None = None,
        select: str = "cheapest",
        max_total: float | str | None = None,
        cod: bool | str = False,
        cod_amount: float | str | None = None,
        reference: str | None = None,
        on_unknown: str = "fail",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.courier_code = courier_code
        self.select = select
        self.max_total = max_total
        self.cod = cod
        self.cod_amount = cod_amount
        self.reference = reference
        self.on_unknown = on_unknown

    def act(self, context: Context) -> dict[str, Any]:
        names = ("courier_code", "select", "max_total", "cod", "cod_amount", "on_unknown")
        chosen = {name: getattr(self, name) for name in names if not is_blank(getattr(self, name))}
        booked: dict[str, Any] = self.hook.create_instant_shipment(
            reference=self.reference if self.reference is not None else task_key(context),
            **self.delivery(),
            **chosen,
        )
        self.log.info("AWB %s of %s, tariff %s", booked["awb"], booked["courier_code"], booked["tariff"])
        return booked
