"""The hook to Fastrac."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

from airflow_provider_fleetops.hooks.base import FleetOpsHook
from airflow_provider_fleetops.vendors.fastrac import flows, money, reference, tariffs, webhook
from airflow_provider_fleetops.vendors.fastrac.states import entry, track

if TYPE_CHECKING:
    from airflow.sdk import Connection

    from airflow_provider_fleetops.protocol.vendor import Account


class FastracHook(FleetOpsHook):
    """Parcels of Fastrac: compare tariffs, ship, track, cancel, read the ledger.

    :param fastrac_conn_id: the connection.
    """

    vendor_name: ClassVar[str] = "fastrac"
    conn_name_attr: ClassVar[str] = "fastrac_conn_id"
    default_conn_name: ClassVar[str] = "fastrac_default"
    conn_type: ClassVar[str] = "fastrac"
    hook_name: ClassVar[str] = "Fastrac"

    def reference(self, name: str, *, body: Any = None, **arguments: Any) -> Any:
        """A look-up of regions, couriers or items by its catalogue name in v2, with all pages.

        Identical look-ups share one answer for ``reference_hours``, an extra of the connection; ``call`` asks anew.
        """
        return self.run(lambda account: reference.reference(account, name, arguments, body))

    def search_regions(self, keyword: str) -> list[dict[str, Any]]:
        """Sub-districts whose names hold ``keyword``: ``id`` is what tariffs and orders want."""
        return self.run(lambda account: reference.search_regions(account, keyword))

    def services(self, courier_code: str | None = None) -> list[dict[str, Any]]:
        """A courier's services, or in v2 those of all; ``delivery`` is ``express`` or ``instant``."""
        return self.run(lambda account: reference.services(account, courier_code))

    def categories(self) -> list[dict[str, Any]]:
        """What an item's ``category`` may be: ``[{name}]``."""
        return self.run(reference.categories)

    def calculate_items(self, courier_code: str, items: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """Weight and box of several items in one parcel: ``final_actual_weight`` (g) is what is charged."""
        return self.run(lambda account: reference.calculate_items(account, courier_code, items))

    def check_tariff(
        self,
        *,
        origin: int,
        destination: int,
        items: Sequence[Mapping[str, Any]],
        cod: bool = False,
        cod_amount: float | None = None,
        insurance: bool = False,
    ) -> list[dict[str, Any]]:
        """Express rates, cheapest first; see :func:`airflow_provider_fleetops.vendors.fastrac.tariffs.check_tariff`."""
        return self.run(
            lambda account: tariffs.check_tariff(
                account,
                origin=origin,
                destination=destination,
                items=items,
                cod=cod,
                cod_amount=cod_amount,
                insurance=insurance,
            )
        )

    def choose_tariff(self, select: str, **parcel: Any) -> tuple[list[dict[str, Any]], dict[str, Any]]:
        """All rates of :meth:`check_tariff`, and the ``cheapest`` or ``fastest`` one; ``NotFound`` without any."""
        return self.run(lambda account: tariffs.choose_tariff(account, select, **parcel))

    def instant_offers(
        self,
        *,
        vehicle_type: str,
        shipper: Mapping[str, Any],
        receiver: Mapping[str, Any],
        item: Mapping[str, Any],
        stop: Mapping[str, Any] | None = None,
    ) -> list[dict[str, Any]]:
        """Offers of an instant delivery, cheapest first; each ``tariff_id`` holds for five minutes."""
        ends: dict[str, Any] = {"shipper": shipper, "receiver": receiver, "stop": stop, "item": item}
        return self.run(
            lambda account: tariffs.instant_offers(account, tariffs.ask(account, vehicle_type=vehicle_type, **ends))
        )

    def create_shipment(
        self,
        *,
        reference: str,
        courier_code: str,
        code_service: str,
        shipper: Mapping[str, Any],
        receiver: Mapping[str, Any],
        item: Mapping[str, Any],
        cod: bool = False,
        cod_amount: float | None = None,
        insurance: bool = False,
        pickup: bool = False,
        pickup_start: Any = None,
        pickup_end: Any = None,
        on_unknown: str = "fail",
    ) -> dict[str, Any]:
        """Book an express shipment once per ``reference``: ``{reference, awb, booking_id, tariff, ...}``.

        ``OutcomeUnknown`` when it may have been booked; then nothing is sent under this reference again, until a
        person settles it. ``on_unknown="accept_single_match"`` accepts the one debit that can be this order.
        """
        return self.run(
            lambda account: flows.create_shipment(
                account,
                reference=reference,
                courier_code=courier_code,
                code_service=code_service,
                shipper=shipper,
                receiver=receiver,
                item=item,
                cod=cod,
                cod_amount=cod_amount,
                insurance=insurance,
                pickup=pickup,
                pickup_start=pickup_start,
                pickup_end=pickup_end,
                on_unknown=on_unknown,
            )
        )

    def create_instant_shipment(
        self,
        *,
        reference: str,
        vehicle_type: str,
        shipper: Mapping[str, Any],
        receiver: Mapping[str, Any],
        item: Mapping[str, Any],
        stop: Mapping[str, Any] | None = None,
        **order: Any,
    ) -> dict[str, Any]:
        """Ask for offers and order the best one, once per ``reference``; otherwise as :meth:`create_shipment`.

        ``order``: ``courier_code``, ``select``, ``max_total``, ``cod``, ``cod_amount``, ``on_unknown``; see
        :class:`~airflow_provider_fleetops.operators.fastrac.FastracCreateInstantShipmentOperator`.
        """
        ends: dict[str, Any] = {"shipper": shipper, "receiver": receiver, "stop": stop, "item": item}
        return self.run(
            lambda account: flows.create_instant_shipment(
                account, reference=reference, vehicle_type=vehicle_type, **ends, **order
            )
        )

    def track(self, courier_code: str, awb: str) -> dict[str, Any]:
        """The vendor's record of one parcel with its history; it names shipper and receiver."""
        return self.run(lambda account: track(account, courier_code, awb))

    def states(self, courier_code: str, awbs: Sequence[str]) -> dict[str, dict[str, Any]]:
        """Where parcels stand (``state``, ``raw``, ``at``), at most one tracking cadence old, without personal data."""
        return self.run(lambda account: flows.states_of(account, dict.fromkeys(awbs, courier_code)))

    def states_of(self, couriers: Mapping[str, str]) -> dict[str, dict[str, Any]]:
        """As :meth:`states`, for parcels of several couriers: AWB to courier."""
        return self.run(lambda account: flows.states_of(account, couriers))

    def track_all(self, couriers: Mapping[str, str]) -> tuple[dict[str, dict[str, Any]], list[dict[str, Any]]]:
        """As :meth:`states_of`, asked anew, with the vendor's records, which name shippers and receivers."""
        return self.run(lambda account: flows.records_of(account, couriers))

    def cancel_shipment(self, courier_code: str, awb: str, reason: str) -> dict[str, Any]:
        """Cancel before pickup or drop-off; a parcel that is cancelled already counts as done."""
        return self.run(lambda account: flows.cancel_shipment(account, courier_code, awb, reason))

    def balance_history(
        self,
        start_date: date | str | None = None,
        end_date: date | str | None = None,
        filter_status: str | None = None,
        search: str | None = None,
    ) -> list[dict[str, Any]]:
        """The ledger's rows (``kd_pesanan``, ``saldo_masuk``, ``saldo_keluar``, ``keterangan``), by default a month."""
        given = {"start_date": start_date, "end_date": end_date, "filter_status": filter_status, "search": search}
        return self.run(lambda account: money.ledger(account, **given))

    def balance(self, minimum: float | str | None = None) -> float:
        """The rupiah that are left, now; ``Refused`` when they are fewer than ``minimum``."""
        return self.run(lambda account: money.checked_balance(account, minimum))

    def get_webhook(self) -> Any:
        """The webhook as it is set; None without one."""
        return self.run(webhook.get_webhook)

    def set_webhook(self, body: Mapping[str, Any]) -> bool:
        """Set the webhook; False when it is so already, and nothing is sent."""
        return self.run(lambda account: webhook.set_webhook(account, body))

    def _account(self, connection: Connection, extras: Mapping[str, Any]) -> Account:
        account = super()._account(connection, extras)
        probe = entry(account, account.vendor.probe)
        return dataclasses.replace(account, vendor=dataclasses.replace(account.vendor, probe=probe))
