"""What couriers of Fastrac charge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from airflow_provider_fleetops.operators.fastrac.base import FastracOperator

if TYPE_CHECKING:
    from airflow.sdk import Context


class FastracCheckTariffOperator(FastracOperator):
    """Compare what all couriers charge for a parcel (express; API v2).

    Returns ``{"best": row, "rates": [row, ...]}``, the rates cheapest first. A row: ``courier_code``,
    ``courier_name``, ``code_service``, ``service``, ``group`` (sameday, nextday, regular, cargo), ``etd`` (text),
    ``base_tariff``, ``discount`` and ``total`` in rupiah. Fails with ``NotFound`` when nobody serves the lane.

    :param origin: the shipper's sub-district, a region code of ten digits. (templated)
    :param destination: the receiver's sub-district. (templated)
    :param items: objects with ``name``, per unit ``weight`` (g), ``length``, ``width``, ``height`` (cm), ``quantity``
        and, for insurance or cash on delivery, ``value`` (rupiah per unit). (templated)
    :param cod: cash on delivery. (templated)
    :param cod_amount: rupiah to collect, instead of the items' value. (templated)
    :param insurance: with insurance. (templated)
    :param select: what ``best`` is: ``cheapest`` or ``fastest`` (by the later end of ``etd``, then by price).
        (templated)
    """

    template_fields: Sequence[str] = (
        "origin",
        "destination",
        "items",
        "cod",
        "cod_amount",
        "insurance",
        "select",
        "fastrac_conn_id",
    )
    template_fields_renderers: ClassVar[dict[str, str]] = {"items": "json"}
    docs_page: ClassVar[str] = "check-tariff-express-delivery-20486900e0"
    guarantee: ClassVar[str] = "read"
    calls: ClassVar[str] = "1"

    def __init__(
        self,
        *,
        origin: int | str,
        destination: int | str,
        items: Sequence[Mapping[str, Any]],
        cod: bool | str = False,
        cod_amount: float | str | None = None,
        insurance: bool | str = False,
        select: str = "cheapest",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.origin = origin
        self.destination = destination
        self.items = items
        self.cod = cod
        self.cod_amount = cod_amount
        self.insurance = insurance
        self.select = select

    def act(self, context: Context) -> dict[str, Any]:
        rates, best = self.hook.choose_tariff(
            self.select,
            origin=self.origin,
            destination=self.destination,
            items=self.items,
            cod=self.cod,
            cod_amount=self.cod_amount,
            insurance=self.insurance,
        )
        found = "%d rates; %s: %s %s at %s"
        self.log.info(found, len(rates), self.select, best["courier_code"], best["code_service"], best["total"])
        return {"best": best, "rates": rates}
