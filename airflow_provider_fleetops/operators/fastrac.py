"""Operators of Fastrac (parcels)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from airflow.sdk import BaseOperatorLink

from airflow_provider_fleetops.operators.base import FleetOpsOperator, listed, task_key

if TYPE_CHECKING:
    from airflow.sdk import BaseOperator, Context
    from airflow.sdk.types import TaskInstanceKey

HOOK = "airflow_provider_fleetops.hooks.fastrac:FastracHook"
DOCS = "https://fastrac-b2b-stg-v2.apidog.io"


class FastracDocsLink(BaseOperatorLink):
    """The page of Fastrac's documentation on what the task calls."""

    name = "Fastrac API page"

    def get_link(self, operator: BaseOperator, *, ti_key: TaskInstanceKey) -> str:
        return f"{DOCS}/{getattr(operator, 'docs_page', 'overview-1331956m0')}"


class FastracCheckTariffOperator(FleetOpsOperator):
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
    :param fastrac_conn_id: the connection. (templated)
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
    operator_extra_links = (FastracDocsLink(),)
    docs_page: ClassVar[str] = "check-tariff-express-delivery-20486900e0"
    hook_name: ClassVar[str] = HOOK
    conn_id_field: ClassVar[str] = "fastrac_conn_id"
    guarantee: ClassVar[str] = "read"
    calls: ClassVar[str] = "1"
    ui_color = "#fde8d0"

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
        fastrac_conn_id: str = "fastrac_default",
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
        self.fastrac_conn_id = fastrac_conn_id

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


class FastracCreateShipmentOperator(FleetOpsOperator):
    """Book an express shipment, at most once per ``reference``. Every order debits the prepaid balance.

    Fastrac takes no reference of ours and cannot be asked for an order whose AWB is lost. So every order is written to
    the provider's ledger before it is sent: a retry or a re-run of the task gets the AWB of the first try, and a try
    whose outcome is unclear (lost answer, killed worker) fails as ``OutcomeUnknown``, with the debits that may be it,
    and is never sent again under the same reference until ``airflow fleetops operations resolve`` settles it. What is
    certain to be refused is checked before sending.

    Returns ``{"awb", "booking_id", "tariff", "courier_code", "code_service", "reference"}``.

    :param courier_code: the courier, from a tariff. (templated)
    :param code_service: its service, from the same tariff. (templated)
    :param shipper: ``name``, ``phone``, ``address`` and ``region_id`` (sub-district, ten digits). Templated when the
        task runs, never shown among the rendered fields; may be a callable that takes the context.
    :param receiver: likewise.
    :param item: ``name``, ``desc``, ``category``, ``value`` (rupiah), ``weight`` (g, at least 1000), ``length``,
        ``width``, ``height`` (cm). (templated)
    :param cod: cash on delivery. (templated)
    :param cod_amount: rupiah to collect; required with ``cod``. (templated)
    :param insurance: insure the item's value. (templated)
    :param pickup: fetch the parcel; otherwise it is dropped off. (templated)
    :param pickup_start: begin of the pickup window, ``YYYY-MM-DD HH:MM:SS`` in the connection's time zone or with a
        zone of its own; required with ``pickup``, not sent without it. (templated)
    :param pickup_end: its end. (templated)
    :param reference: your name for this order, for example its number; by default this task in this DAG run.
        (templated)
    :param on_unknown: what becomes of an unclear outcome: ``fail``, or ``accept_single_match``: where exactly one
        debit since then can be this order, it counts as it (the AWB is None where tracking does not tell it). Wrong
        where others book on the same account too. (templated)
    :param fastrac_conn_id: the connection. (templated)
    """

    template_fields: Sequence[str] = (
        "courier_code",
        "code_service",
        "item",
        "cod",
        "cod_amount",
        "insurance",
        "pickup",
        "pickup_start",
        "pickup_end",
        "reference",
        "on_unknown",
        "fastrac_conn_id",
    )
    template_fields_renderers: ClassVar[dict[str, str]] = {"item": "json"}
    personal_fields: ClassVar[Sequence[str]] = ("shipper", "receiver")
    operator_extra_links = (FastracDocsLink(),)
    docs_page: ClassVar[str] = "order-express-19817643e0"
    hook_name: ClassVar[str] = HOOK
    conn_id_field: ClassVar[str] = "fastrac_conn_id"
    guarantee: ClassVar[str] = "at most once"
    calls: ClassVar[str] = "1; after an unclear outcome the ledger's pages and the tracking"
    ui_color = "#fbd3a8"

    def __init__(
        self,
        *,
        courier_code: str,
        code_service: str,
        shipper: Any,
        receiver: Any,
        item: Mapping[str, Any],
        cod: bool | str = False,
        cod_amount: float | str | None = None,
        insurance: bool | str = False,
        pickup: bool | str = False,
        pickup_start: Any = None,
        pickup_end: Any = None,
        reference: str | None = None,
        on_unknown: str = "fail",
        fastrac_conn_id: str = "fastrac_default",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.courier_code = courier_code
        self.code_service = code_service
        self.shipper = shipper
        self.receiver = receiver
        self.item = item
        self.cod = cod
        self.cod_amount = cod_amount
        self.insurance = insurance
        self.pickup = pickup
        self.pickup_start = pickup_start
        self.pickup_end = pickup_end
        self.reference = reference
        self.on_unknown = on_unknown
        self.fastrac_conn_id = fastrac_conn_id

    def act(self, context: Context) -> dict[str, Any]:
        booked: dict[str, Any] = self.hook.create_shipment(
            reference=self.reference or task_key(context),
            courier_code=self.courier_code,
            code_service=self.code_service,
            shipper=self.personal("shipper"),
            receiver=self.personal("receiver"),
            item=self.item,
            cod=self.cod,
            cod_amount=self.cod_amount,
            insurance=self.insurance,
            pickup=self.pickup,
            pickup_start=self.pickup_start,
            pickup_end=self.pickup_end,
            on_unknown=self.on_unknown,
        )
        self.log.info("AWB %s, tariff %s", booked["awb"], booked["tariff"])
        return booked


class FastracCancelShipmentOperator(FleetOpsOperator):
    """Cancel a parcel before its pickup or drop-off. One that is cancelled already counts as done.

    Returns ``{"awb", "state": "CANCELED", "already": bool}``; fails as ``Refused`` with the parcel's state otherwise.

    :param awb: the parcel. (templated)
    :param courier_code: its courier. (templated)
    :param reason: 5 to 150 characters for the courier. (templated)
    :param fastrac_conn_id: the connection. (templated)
    """

    template_fields: Sequence[str] = ("awb", "courier_code", "reason", "fastrac_conn_id")
    operator_extra_links = (FastracDocsLink(),)
    docs_page: ClassVar[str] = "cancel-order-19817645e0"
    hook_name: ClassVar[str] = HOOK
    conn_id_field: ClassVar[str] = "fastrac_conn_id"
    guarantee: ClassVar[str] = "idempotent"
    calls: ClassVar[str] = "1; 2 where it is refused"
    ui_color = "#fbd3a8"

    def __init__(
        self, *, awb: str, courier_code: str, reason: str, fastrac_conn_id: str = "fastrac_default", **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.awb = awb
        self.courier_code = courier_code
        self.reason = reason
        self.fastrac_conn_id = fastrac_conn_id

    def act(self, context: Context) -> dict[str, Any]:
        done: dict[str, Any] = self.hook.cancel_shipment(self.courier_code, self.awb, self.reason)
        return done


class FastracTrackShipmentOperator(FleetOpsOperator):
    """Read where parcels stand, without waiting: one call a parcel, none for those seen within the tracking cadence.

    Returns AWB to ``{"state", "raw", "at", "courier_code", "service", "steps"}``; ``state`` is ours, ``raw`` the
    vendor's word, ``UNSEEN`` stands for a parcel that Fastrac does not know.

    :param awbs: the parcels. (templated)
    :param courier_code: their courier. (templated)
    :param fastrac_conn_id: the connection. (templated)
    """

    template_fields: Sequence[str] = ("awbs", "courier_code", "fastrac_conn_id")
    operator_extra_links = (FastracDocsLink(),)
    docs_page: ClassVar[str] = "tracking-order-19817646e0"
    hook_name: ClassVar[str] = HOOK
    conn_id_field: ClassVar[str] = "fastrac_conn_id"
    guarantee: ClassVar[str] = "read"
    calls: ClassVar[str] = "1 a parcel"
    ui_color = "#fde8d0"

    def __init__(
        self,
        *,
        awbs: Sequence[str] | str,
        courier_code: str,
        fastrac_conn_id: str = "fastrac_default",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.awbs = awbs
        self.courier_code = courier_code
        self.fastrac_conn_id = fastrac_conn_id

    def act(self, context: Context) -> dict[str, dict[str, Any]]:
        states: dict[str, dict[str, Any]] = self.hook.states(self.courier_code, [str(awb) for awb in listed(self.awbs)])
        return states
