"""Fastrac's master data: regions, couriers, item categories, tariffs. Nothing here changes anything."""

from __future__ import annotations

from airflow_provider_fleetops.sandbox.fastrac import couriers, regions, tariffs
from airflow_provider_fleetops.sandbox.fastrac.answers import Answers, is_v1
from airflow_provider_fleetops.sandbox.fastrac.book import Book
from airflow_provider_fleetops.sandbox.fastrac.couriers import Courier
from airflow_provider_fleetops.sandbox.fields import Fields, Invalid
from airflow_provider_fleetops.sandbox.routes import Call, Reply

MAX_LIMIT = 100


class Lookups:
    """Handlers; a region, courier or lane that is not there raises `NotFoundError` or answers "Data not found"."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers

    def provinces(self, call: Call) -> Reply:
        """All provinces."""
        return self._listed(call, regions.provinces())

    def cities(self, call: Call) -> Reply:
        """Cities of ``province_id``."""
        return self._listed(call, regions.cities(_id(call, "province_id")))

    def districts(self, call: Call) -> Reply:
        """Districts of ``city_id``."""
        return self._listed(call, regions.districts(_id(call, "city_id")))

    def sub_districts(self, call: Call) -> Reply:
        """Sub-districts of ``district_id``."""
        return self._listed(call, regions.sub_districts(_id(call, "district_id")))

    def post_codes(self, call: Call) -> Reply:
        """Sub-districts with a post code; v1 and v2 name the parameter differently."""
        name = "post_code" if is_v1(call) else "postal_code"
        return self._listed(call, regions.by_post_code(_asked(call, name)))

    def search(self, call: Call) -> Reply:
        """v2 renamed ``search`` to ``keyword`` (https://fastrac-b2b-stg-v2.apidog.io/changelog-v2-1331898m0)."""
        body = Fields.of(call.json())
        found = regions.search(body.text("search" if is_v1(call) else "keyword", high=100))
        offset, limit = body.integer("offset", 0), body.integer("limit", 10, low=1, high=MAX_LIMIT)
        return self._listed(call, found[offset : offset + limit])

    def couriers(self, call: Call) -> Reply:
        """All couriers with what they can do."""
        return self._answers.ok(call, [courier.row() for courier in couriers.COURIERS])

    def services(self, call: Call) -> Reply:
        """Services of one courier, or of all when none is named."""
        code = call.one("courier_code")
        chosen = [courier for courier in couriers.COURIERS if code in (None, courier.code)]
        if not chosen:
            return self._answers.missing(call)
        return self._answers.ok(call, {f"{kind}_delivery": _services(chosen, kind) for kind in ("instant", "express")})

    def categories(self, call: Call) -> Reply:
        """The item categories that an order may name."""
        return self._answers.ok(call, [{"name": name} for name in couriers.CATEGORIES])

    def multi_items(self, call: Call) -> Reply:
        """Weigh and pack a cart for one courier."""
        body = Fields.of(call.json())
        courier = couriers.BY_CODE.get(body.text("courier"))
        if courier is None:
            raise Invalid("courier", "is not a known courier")
        items = tariffs.cart(body)
        parcel = couriers.pack(items, courier.divisor)
        data = {
            "desc": ", ".join(f"{item.name} Qty: {item.quantity}" for item in items),
            "total_weight": parcel.total,
            "volumetric_weight": parcel.volumetric,
            "final_actual_weight": parcel.charged,
            "suggested_optimal_volumetric": parcel.dimension,
        }
        return self._answers.ok(call, data)

    def tariff_express(self, call: Call) -> Reply:
        """Rate-shop an express parcel."""
        body = Fields.of(call.json())
        return self._answers.ok(call, tariffs.express_v1(body) if is_v1(call) else tariffs.express(body))

    def tariff_instant(self, call: Call, book: Book) -> Reply:
        """Rate-shop an instant delivery; every option is kept in the book for five minutes."""
        options = tariffs.instant(Fields.of(call.json()), book, call.gateway)
        return self._answers.ok(call, options)

    def _listed(self, call: Call, rows: list[dict[str, object]]) -> Reply:
        return self._answers.ok(call, rows) if rows else self._answers.missing(call)


def _services(chosen: list[Courier], kind: str) -> list[dict[str, object]]:
    return [s.row() for courier in chosen for s in (courier.instant if kind == "instant" else courier.express)]


def _asked(call: Call, name: str) -> str:
    value = call.one(name)
    if not value:
        raise Invalid(name, "is required")
    return value


def _id(call: Call, name: str) -> int:
    value = _asked(call, name)
    if not (value.isascii() and value.isdigit() and len(value) <= 10):
        raise Invalid(name, "must be a number")
    return int(value)
