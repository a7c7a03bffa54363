"""Check an order body and turn it into an `Order`: the vendor's field rules and each courier's abilities."""

from __future__ import annotations

import re
from dataclasses import dataclass

from airflow_provider_fleetops.sandbox.fastrac import couriers, regions
from airflow_provider_fleetops.sandbox.fastrac.book import Order, Quote
from airflow_provider_fleetops.sandbox.fastrac.couriers import Courier, Item, Service
from airflow_provider_fleetops.sandbox.fastrac.regions import Village
from airflow_provider_fleetops.sandbox.fastrac.shipments import Party
from airflow_provider_fleetops.sandbox.fields import Fields, Invalid

MIN_GRAMS = 1_000
"""Least weight of an express order (https://fastrac-b2b-stg-v2.apidog.io/order-express-19817643e0)."""

_TIME = ("%Y-%m-%d %H:%M:%S", "YYYY-MM-DD HH:mm:ss")
_FLAGS = ("0", "1")


class NotFoundError(Exception):
    """A region or courier that does not exist, or a lane that nobody serves: the vendor's "Data not found"."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What an order costs and brings, in rupiah."""

    tariff: int
    value: int
    insurance: int
    cod_fee: int
    cod_billed: int

    @property
    def debit(self) -> int:
        """What the balance pays."""
        return self.tariff + self.insurance

    @property
    def payout(self) -> int:
        """What cash on delivery brings back."""
        return self.value if self.cod_billed else 0


@dataclass(frozen=True, slots=True)
class Booking:
    """A checked express order with the figures that its answer repeats."""

    order: Order
    courier: Courier
    cost: Cost
    insured: bool
    cod_custom: int
    pickup_start: str | None
    pickup_end: str | None

    def data(self, booking_id: str, awb: str) -> dict[str, object]:
        """The answer's ``data``: flags are booleans here though the request has "0" and "1"."""
        return {
            "booking_id": booking_id,
            "awb": awb,
            "expect_pickup_start": self.pickup_start,
            "expect_pickup_end": self.pickup_end,
            "tariff": self.cost.tariff,
            "insurance": self.insured,
            "insurance_detail": self._insurance() if self.insured else None,
            "cod": bool(self.cost.cod_billed),
            "cod_detail": self._cod() if self.cost.cod_billed else None,
        }

    def _insurance(self) -> dict[str, object]:
        return {
            "insurance_percent": self.courier.insurance,
            "insurance_minimum": self.courier.insurance_minimum,
            "insurance": self.cost.insurance,
        }

    def _cod(self) -> dict[str, object]:
        return {
            "item_value": self.cost.value,
            "cod_fee_percent": self.courier.cod_fee,
            "cod_fee": self.cost.cod_fee,
            "cod_custom": self.cod_custom,
            "cod_billed": self.cost.cod_billed,
            "cod_disbursement": self.cost.value,
        }


def flag(body: Fields, name: str, default: str | None = None) -> bool:
    """A flag as the vendor wants it: the string "0" or "1"."""
    return body.choice(name, _FLAGS, default) == "1"


def village(region_id: int) -> Village:
    """A sub-district by id; `NotFoundError` for any other number."""
    if found := regions.villages().get(region_id):
        return found
    raise NotFoundError


def courier(body: Fields, name: str = "courier_code") -> Courier:
    """A courier by its exact code."""
    if found := couriers.BY_CODE.get(body.text(name)):
        return found
    raise Invalid(body.name(name), "is not a known courier")


def express(body: Fields) -> Booking:
    """Check an express order; raise `Invalid` or `NotFoundError`."""
    carrier = courier(body)
    service = _service(body, carrier)
    shipper, receiver = _party(body.fields("shipper")), _party(body.fields("receiver"))
    cod, insured, pickup = flag(body, "cod"), flag(body, "insurance"), flag(body, "pickup")
    _able(carrier, cod=cod, pickup=pickup)
    start, end = _window(body) if pickup else (None, None)
    item_body = body.fields("item")
    item = _item(item_body, service)
    cod_custom = round(body.number("cod_amount")) if cod else 0
    cost = _cost(carrier, service, item, village(shipper.region_id), village(receiver.region_id), insured, cod)
    marker = item_body.text("desc")
    order = Order(
        "express",
        carrier.code,
        service.code,
        shipper,
        receiver,
        cost.debit,
        cost.payout,
        pickup,
        marker,
        (receiver.name, receiver.phone, receiver.region_id, item.name, item.value, item.weight),
    )
    return Booking(order, carrier, cost, insured, cod_custom, start, end)


def instant(body: Fields, quote: Quote) -> Order:
    """Check an instant order against its quote; raise `Invalid`."""
    if body.text("courier_code") != quote.courier_code:
        raise Invalid("courier_code", "must be the courier of the tariff")
    shipper, receiver = _reachable(body.fields("shipper")), _reachable(body.fields("receiver"))
    item = body.fields("item")
    for name in ("name", "desc", "category"):
        item.text(name)
    _category(item)
    payout = round(body.number("cod_amount")) if flag(body, "cod", "0") else 0
    if payout and not couriers.BY_CODE[quote.courier_code].cod:
        raise Invalid("cod", "is not offered by this courier")
    goods = (receiver.name, receiver.phone, receiver.address, item.text("name"))
    return Order(
        "instant",
        quote.courier_code,
        quote.service,
        shipper,
        receiver,
        quote.price,
        payout,
        True,
        item.text("desc"),
        goods,
    )


def _service(body: Fields, carrier: Courier) -> Service:
    service = carrier.service(body.text("code_service"))
    if service is None or service.group == "instant":
        raise Invalid("code_service", "is not an express service of this courier")
    return service


def _party(body: Fields) -> Party:
    return Party(body.text("name"), body.text("phone"), body.text("address"), body.integer("region_id", low=1))


def _reachable(body: Fields) -> Party:
    """A party of an instant order: e-mail required, phone in international digits without a plus."""
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", body.text("email")):
        raise Invalid(body.name("email"), "must be an e-mail address")
    if not re.fullmatch(r"62[0-9]{6,15}", body.text("phone")):
        raise Invalid(body.name("phone"), "must be digits that start with 62")
    return Party(body.text("name"), body.text("phone"), body.text("address"))


def _able(carrier: Courier, *, cod: bool, pickup: bool) -> None:
    if cod and not carrier.cod:
        raise Invalid("cod", "is not offered by this courier")
    if pickup and not carrier.pickup:
        raise Invalid("pickup", "is not offered by this courier")
    if not pickup and not carrier.dropoff:
        raise Invalid("pickup", "this courier takes no parcels at a counter")


def _window(body: Fields) -> tuple[str, str]:
    """The wished pick-up window. The sandbox's courier checks its form and comes by the course, not by the window."""
    if body.moment("pickup_end", *_TIME) <= body.moment("pickup_start", *_TIME):
        raise Invalid("pickup_end", "must be after pickup_start")
    return body.text("pickup_start"), body.text("pickup_end")


def _category(item: Fields) -> None:
    if item.text("category") not in couriers.CATEGORIES:
        raise Invalid(item.name("category"), "is not one of the item categories")


def _item(body: Fields, service: Service) -> Item:
    _category(body)
    weight = body.number("weight", low=MIN_GRAMS, high=service.max_grams)
    length = body.number("length", low=1, high=1_000)
    width, height = (body.number(name, 1, low=1, high=1_000) for name in ("width", "height"))
    return Item(body.text("name"), length, width, height, weight, value=body.number("value"))


def _cost(
    carrier: Courier, service: Service, item: Item, origin: Village, destination: Village, insured: bool, cod: bool
) -> Cost:
    """Fees are the courier's percentage with its floor; cash on delivery bills the receiver for everything."""
    if not couriers.serves(service, origin, destination):
        raise NotFoundError
    grams = couriers.pack([item], carrier.divisor).charged
    base = couriers.base_tariff(service, origin, destination, grams)
    tariff, value = base - couriers.discount(base), round(item.value)
    insurance = max(round(value * carrier.insurance / 100), carrier.insurance_minimum) if insured else 0
    cod_fee = max(round(value * carrier.cod_fee / 100), carrier.cod_fee_min) if cod else 0
    return Cost(tariff, value, insurance, cod_fee, value + tariff + insurance + cod_fee if cod else 0)
