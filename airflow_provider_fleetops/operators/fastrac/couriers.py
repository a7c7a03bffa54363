"""Couriers of Fastrac, their services, and what may be sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from airflow_provider_fleetops.operators.fastrac.base import FastracOperator, FastracReferenceOperator

if TYPE_CHECKING:
    from airflow.sdk import Context


class FastracListCouriersOperator(FastracReferenceOperator):
    """List the couriers, with what each can do and charges.

    Returns one object each: ``courier_code``, ``courier_name``, ``cod``, ``cod_fee`` and ``insurance`` (percent),
    ``cod_fee_min`` and ``insurance_minimum`` (rupiah), ``pickup``, ``dropoff``, ``express_delivery``,
    ``instant_delivery``.
    """

    entry: ClassVar[str] = "couriers.list"
    returns: ClassVar[Sequence[str]] = (
        "courier_code",
        "courier_name",
        "cod",
        "cod_fee",
        "cod_fee_min",
        "insurance",
        "insurance_minimum",
        "pickup",
        "dropoff",
        "express_delivery",
        "instant_delivery",
    )


class FastracListServicesOperator(FastracReferenceOperator):
    """List the services of a courier, or in API v2 of all.

    Returns one object each: ``delivery`` (express or instant), ``nama_service``, ``code_service``, ``etd_start``,
    ``etd_end``, ``etd_unit`` (hours or days).

    :param courier_code: the courier; required in API v1. (templated)
    """

    entry: ClassVar[str] = "couriers.services"
    takes: ClassVar[Mapping[str, str]] = {"courier_code": "courier_code"}
    returns: ClassVar[Sequence[str]] = (
        "delivery",
        "nama_service",
        "code_service",
        "etd_start",
        "etd_end",
        "etd_unit",
    )
    docs_page: ClassVar[str] = "courier-service-19817640e0"

    def __init__(self, *, courier_code: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.courier_code = courier_code

    def answer(self) -> Any:
        return self.hook.services(**self._named(self.takes))


class FastracListCategoriesOperator(FastracReferenceOperator):
    """List what the ``category`` of an order's item may be (API v2).

    Returns one object each with its ``name``.
    """

    entry: ClassVar[str] = "items.categories"
    returns: ClassVar[Sequence[str]] = ("name",)

    def answer(self) -> Any:
        return self.hook.categories()


class FastracCalculateItemsOperator(FastracOperator):
    """Weigh and pack several items into one parcel of a courier (API v2).

    Returns ``{"final_actual_weight", "total_weight", "volumetric_weight", "suggested_optimal_volumetric"}``: grams, and
    the box as ``LxWxH`` in centimetres. The final weight is what tariffs and orders want.

    :param courier_code: the courier: each has a way of its own to weigh what is large and light. (templated)
    :param items: objects with ``name``, per unit ``weight`` (g), ``length``, ``width``, ``height`` (cm), and
        ``quantity``. (templated)
    """

    template_fields: Sequence[str] = ("courier_code", "items", "fastrac_conn_id")
    template_fields_renderers: ClassVar[dict[str, str]] = {"items": "json"}
    docs_page: ClassVar[str] = "calculate-multi-items-20205132e0"
    guarantee: ClassVar[str] = "read"
    calls: ClassVar[str] = "1"

    def __init__(self, *, courier_code: str, items: Sequence[Mapping[str, Any]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.courier_code = courier_code
        self.items = items

    def act(self, context: Context) -> dict[str, Any]:
        parcel = self.hook.calculate_items(self.courier_code, self.items)
        keys = ("final_actual_weight", "total_weight", "volumetric_weight", "suggested_optimal_volumetric")
        return {key: parcel.get(key) for key in keys}
