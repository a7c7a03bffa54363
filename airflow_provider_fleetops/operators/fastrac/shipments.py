"""Express parcels of Fastrac: shipping, cancelling, tracking."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from airflow_provider_fleetops.operators.base import task_key
from airflow_provider_fleetops.operators.fastrac.base import FastracOperator, parcels

if TYPE_CHECKING:
    from airflow.sdk import Context


class FastracCreateShipmentOperator(FastracOperator):
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
    never_blank: ClassVar[Sequence[str]] = ("reference",)
    docs_page: ClassVar[str] = "order-express-19817643e0"
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

    def act(self, context: Context) -> dict[str, Any]:
        booked: dict[str, Any] = self.hook.create_shipment(
            reference=self.reference if self.reference is not None else task_key(context),
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


class FastracCancelShipmentOperator(FastracOperator):
    """Cancel a parcel, if Fastrac still allows it. One that is cancelled already counts as done (API v2).

    Express parcels can be cancelled in ``PENDING_PICKUP`` or ``PENDING_DROPOFF``, instant ones in ``SCHEDULED``,
    ``CONFIRMED`` or ``PROBLEM_SHIPMENT``. Returns ``{"awb", "state": "CANCELED", "already": bool}``; in any other state
    it fails as ``Refused``, which names the state. A parcel that is known to have ended costs no call.

    :param awb: the parcel. (templated)
    :param courier_code: its courier. (templated)
    :param reason: 5 to 150 characters for the courier. (templated)
    """

    template_fields: Sequence[str] = ("awb", "courier_code", "reason", "fastrac_conn_id")
    sends: ClassVar[Mapping[str, str]] = {"reason": "cancel_reason"}
    docs_page: ClassVar[str] = "cancel-order-19817645e0"
    guarantee: ClassVar[str] = "idempotent"
    calls: ClassVar[str] = "1; 2 where it is refused"
    ui_color = "#fbd3a8"

    def __init__(self, *, awb: str, courier_code: str, reason: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.awb = awb
        self.courier_code = courier_code
        self.reason = reason

    def act(self, context: Context) -> dict[str, Any]:
        done: dict[str, Any] = self.hook.cancel_shipment(self.courier_code, self.awb, self.reason)
        return done


class FastracTrackShipmentOperator(FastracOperator):
    """Read where parcels stand, without waiting: one call a parcel, none for those seen within the tracking cadence.

    Returns AWB to ``{"state", "raw", "at", "courier_code", "service", "steps"}``; ``state`` is ours, ``raw`` the
    vendor's word, ``UNSEEN`` stands for a parcel that Fastrac does not know.

    :param awbs: the parcels, at most 1,000: AWBs, or objects with ``awb`` and ``courier_code``, as
        :class:`~airflow_provider_fleetops.operators.fastrac.FastracCreateShipmentOperator` returns them. (templated)
    :param courier_code: the courier of all parcels that do not say theirs. (templated)
    :param output_path: an ``ObjectStoragePath`` for the full records with their histories as JSON Lines, which name
        shippers and receivers; each is asked for anew. (templated)
    """

    template_fields: Sequence[str] = ("awbs", "courier_code", "output_path", "fastrac_conn_id")
    docs_page: ClassVar[str] = "tracking-order-19817646e0"
    guarantee: ClassVar[str] = "read"
    calls: ClassVar[str] = "1 a parcel"

    def __init__(
        self,
        *,
        awbs: Sequence[str | Mapping[str, Any]] | str,
        courier_code: str | None = None,
        output_path: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.awbs = awbs
        self.courier_code = courier_code
        self.output_path = output_path

    def act(self, context: Context) -> dict[str, dict[str, Any]]:
        from airflow_provider_fleetops.operators.output import few, write_lines

        couriers = few(parcels(self.awbs, self.courier_code))
        found: dict[str, dict[str, Any]]
        if not self.output_path:
            found = self.hook.states_of(couriers)
            return found
        found, records = self.hook.track_all(couriers)
        write_lines(self.output_path, records)
        return found
