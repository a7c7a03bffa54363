"""Rate-shopping: the rows of the express tariff and the options of the instant tariff."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from airflow_provider_fleetops.sandbox.fastrac import couriers
from airflow_provider_fleetops.sandbox.fastrac.book import Book
from airflow_provider_fleetops.sandbox.fastrac.couriers import TARIFF_GROUPS, Courier, Item, Service
from airflow_provider_fleetops.sandbox.fastrac.orders import NotFoundError, flag, village
from airflow_provider_fleetops.sandbox.fastrac.regions import Village
from airflow_provider_fleetops.sandbox.fields import Fields, Invalid

_DEGREES = re.compile(r"-?[0-9]{1,3}(\.[0-9]+)?")
Groups = dict[str, list[dict[str, object]]]


def express(body: Fields) -> Groups:
    """Rows by group for a v2 request (https://fastrac-b2b-stg-v2.apidog.io/check-tariff-express-delivery-20486900e0)."""
    origin, destination = _lane(body)
    cod, insured = flag(body, "cod", "0"), flag(body, "insurance", "0")
    if body.has("cod_amount"):
        body.number("cod_amount")
    items = [_item(row, valued=cod or insured) for row in body.rows("items")]
    return _groups(origin, destination, items, cod=cod)


def express_v1(body: Fields) -> Groups:
    """The same for a flat v1 request of one parcel."""
    origin, destination = _lane(body)
    return _groups(origin, destination, [Item("", *_measures(body))], cod=False)


def cart(body: Fields) -> list[Item]:
    """The items of the multi-item calculation; every field is required."""
    return [_item(row, valued=False) for row in body.rows("items")]


def instant(body: Fields, book: Book, now: datetime) -> list[dict[str, object]]:
    """Options for a lane, each with an id that lives five minutes."""
    origin, destination = _stop(body.fields("origin")), _stop(body.fields("destination"))
    if body.has("stop"):
        Fields.of(body.data["stop"], "stop.")
    package = body.fields("package")
    package.number("value")
    item = Item("", *_measures(package), package.integer("quantity", low=1, high=10_000))
    vehicle = body.choice("vehicle_type", couriers.VEHICLES)
    options = [
        _option(carrier, service, origin, destination, item, book, now)
        for carrier in couriers.COURIERS
        if vehicle in carrier.vehicles
        for service in carrier.instant
        if couriers.serves(service, origin, destination) and _grams(carrier, [item]) <= service.max_grams
    ]
    if not options:
        raise NotFoundError
    return options


def _lane(body: Fields) -> tuple[Village, Village]:
    return village(body.integer("origin", low=1)), village(body.integer("destination", low=1))


def _measures(body: Fields) -> tuple[float, float, float, float]:
    length, width, height = (body.number(name, low=0.1, high=1_000) for name in ("length", "width", "height"))
    return length, width, height, body.number("weight", low=1, high=10_000_000)


def _item(row: Fields, *, valued: bool) -> Item:
    value = row.number("value") if valued or row.has("value") else 0
    return Item(row.text("name"), *_measures(row), row.integer("quantity", low=1, high=10_000), value)


def _stop(body: Fields) -> Village:
    """One end of an instant delivery: every field is a string, coordinates too."""
    for name, limit in (("lat", 90), ("lng", 180)):
        text = body.text(name, high=30)
        if not _DEGREES.fullmatch(text) or abs(float(text)) > limit:
            raise Invalid(body.name(name), f"must be a number between -{limit} and {limit}, as text")
    for name in ("alamat_lengkap", "alamat_google"):
        body.text(name)
    region = body.text("id", high=20)
    if not (region.isascii() and region.isdigit()):
        raise Invalid(body.name("id"), "must be a region id as text")
    return village(int(region))


def _groups(origin: Village, destination: Village, items: Sequence[Item], *, cod: bool) -> Groups:
    groups: Groups = {group: [] for group in TARIFF_GROUPS}
    for carrier in couriers.COURIERS:
        if cod and not carrier.cod:
            continue
        for service in carrier.express:
            if couriers.serves(service, origin, destination) and _grams(carrier, items) <= service.max_grams:
                groups[service.group].append(_row(carrier, service, origin, destination, items))
    if not any(groups.values()):
        raise NotFoundError
    return groups


def _grams(carrier: Courier, items: Sequence[Item]) -> int:
    return couriers.pack(items, carrier.divisor).charged


def _row(
    carrier: Courier, service: Service, origin: Village, destination: Village, items: Sequence[Item]
) -> dict[str, object]:
    parcel = couriers.pack(items, carrier.divisor)
    tariff = couriers.base_tariff(service, origin, destination, parcel.charged)
    start, end, unit = service.etd
    return {
        "courier_name": carrier.name,
        "courier_code": carrier.code,
        "dimension": parcel.dimension,
        "service": service.name,
        "code_service": service.code,
        "mapping_service": service.group,
        "etd": f"{start}-{end} {unit.title()}",
        "base_tariff": tariff,
        "discount": couriers.discount(tariff),
        "total": tariff - couriers.discount(tariff),
    }


def _option(
    carrier: Courier, service: Service, origin: Village, destination: Village, item: Item, book: Book, now: datetime
) -> dict[str, object]:
    row = _row(carrier, service, origin, destination, [item])
    price = int(str(row["total"]))
    return {**row, "tariff_id": book.quote(carrier.code, service.code, price, now)}
