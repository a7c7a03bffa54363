"""The endpoint catalogue of Fastrac, v2 and v1.

Nine v2 pages are not public: their paths are assumed, and a connection can override each. ``v1.`` entries go with a
connection of ``api_version`` v1.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from airflow_provider_fleetops.protocol.encoders import Type
from airflow_provider_fleetops.protocol.endpoint import Body, Confidence, Endpoint, Field, Kind, Pattern
from airflow_provider_fleetops.protocol.paging import Paging

DOCS = "https://fastrac-b2b-stg-v2.apidog.io"
OVERVIEW = f"{DOCS}/overview-1331956m0"
CHANGELOG = f"{DOCS}/changelog-v2-1331898m0"
CANCEL = f"{DOCS}/cancel-order-19817645e0"
TRACK = f"{DOCS}/tracking-order-19817646e0"
ORDER_EXPRESS = f"{DOCS}/order-express-19817643e0"
ORDER_INSTANT = f"{DOCS}/order-instant-20486902e0"
TARIFF_EXPRESS = f"{DOCS}/check-tariff-express-delivery-20486900e0"
TARIFF_INSTANT = f"{DOCS}/check-tariff-instant-delivery-20486901e0"
V1_DOCS = "https://github.com/appdevid/fastrac-doc-b2b"
V1_CLIENT = "https://github.com/izamghali/fastrac-take-home-test"
V1_PLUGIN = "https://github.com/manavdhamecha77/fastrac-shipping"

VEHICLES = (
    "bike", "sedan", "mpv", "van", "truck175", "truck330",
    "engkelbak", "engkelbox", "cddbak", "cddbox", "fusobak", "fusobox",
)  # fmt: skip
LEDGER_KINDS = ("order", "tarik_tunai", "dana_cod", "bonus_referal", "topup")
LOCAL_TIME = Pattern(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", "must be a time, YYYY-MM-DD HH:MM:SS")


def region(name: str, digits: int) -> Field:
    """A code of Indonesia's statistics office, sent as a number: province 2, city 4, district 7, sub-district 10."""
    code = Pattern(rf"\d{{{digits}}}", f"must be a region code of {digits} digits")
    return Field(name, Type.INTEGER, required=True, pattern=code, doc=f"Region code of {digits} digits.")


def text(name: str, *, required: bool = True, **rules: Any) -> Field:
    """A text that must not be empty where it is required."""
    return Field(name, Type.STRING, required=required, **rules)


def number(name: str, *, required: bool = True, minimum: float = 0) -> Field:
    """Rupiah, grams or centimetres."""
    return Field(name, Type.NUMBER, required=required, minimum=minimum)


def flag(name: str, *, required: bool = False) -> Field:
    """Yes and no are the strings "1" and "0" in requests (in answers they are booleans)."""
    return Field(name, Type.FLAG, required=required, doc='true or false, sent as "1" or "0".')


def record(name: str, *, required: bool = True) -> Field:
    """An object; its own fields are checked by :mod:`airflow_provider_fleetops.vendors.fastrac.parcel`."""
    return Field(name, Type.OBJECT, required=required)


def _rows_of(name: str, **rules: Any) -> Field:
    return Field(name, Type.ARRAY, required=True, minimum=1, **rules)


# Rows of a page: what public clients use (10) for regions; for the ledger no maximum is known.
_LIMIT = Field("limit", Type.INTEGER, minimum=1)
_OFFSET = Field("offset", Type.INTEGER, minimum=0)
_REGION_PAGES = Paging(style="offset", page_size=10, rows=("rows",), unique="id", where="body")
_LEDGER_PAGES = Paging(style="offset", page_size=50, rows=("rows", "items", "history", "list"), where="body")
_ALL = Paging(rows=("rows",))

_PARCEL = (text("courier_code"), text("awb"))
_TRACK_QUERY = tuple(Field(field.name, doc="For connections whose tracking_parameters are query.") for field in _PARCEL)
_ORDER = (
    text("courier_code"), text("code_service", doc="From a tariff or the courier's services."),
    flag("cod", required=True), number("cod_amount", required=False),
    flag("insurance", required=True), flag("pickup", required=True),
    text("pickup_start", required=False, pattern=LOCAL_TIME), text("pickup_end", required=False, pattern=LOCAL_TIME),
    record("shipper"), record("receiver"), record("item"),
)  # fmt: skip
_ORDERED = "{booking_id, awb, expect_pickup_start, expect_pickup_end, tariff, insurance, insurance_detail, cod, ...}"
_TRACKED = "{awb, courier_code, service, history: [{timestamp, status, desc}], shipper_name, receiver_name, ...}"

D, S, A = Confidence.DOCUMENTED, Confidence.SEEN, Confidence.ASSUMED


def _get(name: str, path: str, sure: Confidence, source: str, summary: str, **more: Any) -> Endpoint:
    return Endpoint(name, "GET", path, Kind.READ, sure, source, summary, **({"version": "v2"} | more))


def _post(name: str, path: str, kind: Kind, sure: Confidence, source: str, summary: str, **more: Any) -> Endpoint:
    return Endpoint(name, "POST", path, kind, sure, source, summary, **({"version": "v2"} | more))


_REGIONS = (
    _get("regions.provinces", "/region/province", A, OVERVIEW, "Provinces.", returns="[{province_id, name}]",
         paging=_ALL),
    _get("regions.cities", "/region/city", D, f"{DOCS}/city-19817634e0", "Cities of a province.",
         query=(region("province_id", 2),), returns="[{city_id, name, province_id}]", paging=_ALL),
    _get("regions.districts", "/region/district", D, f"{DOCS}/district-19817635e0", "Districts of a city.",
         query=(region("city_id", 4),), returns="[{district_id, name, city_id}]", paging=_ALL),
    _get("regions.sub_districts", "/region/sub-district", A, OVERVIEW, "Sub-districts of a district.",
         query=(region("district_id", 7),), returns="[{subdistrict_id, name, district_id, post_code}]", paging=_ALL),
    _get("regions.post_codes", "/region/post-code", A, OVERVIEW, "Sub-districts of a post code.",
         query=(text("postal_code"),), returns="[{subdistrict_id, subdistrict, district, ...}]", paging=_ALL),
    _post("regions.search", "/region/search", Kind.READ, A, CHANGELOG, "Sub-districts by a part of their names.",
          body=Body((text("keyword"), _LIMIT, _OFFSET)), returns="[{id, name}]", paging=_REGION_PAGES),
)  # fmt: skip

_COURIERS = (
    _get("couriers.list", "/courier/all", A, OVERVIEW, "Couriers, with what each can do and charges.",
         returns="[{courier_code, courier_name, cod, cod_fee, insurance, pickup, dropoff, ...}]", paging=_ALL),
    _get("couriers.services", "/courier/service", D, f"{DOCS}/courier-service-19817640e0", "Services of a courier.",
         query=(text("courier_code", required=False),),
         returns="{express_delivery: [{nama_service, code_service, etd_start, etd_end, etd_unit}], instant_delivery}"),
    _get("items.categories", "/item/categories", A, OVERVIEW, "Categories of goods that orders may name.",
         returns="[name]", paging=_ALL),
    _post("items.calculate", "/item/multi-items", Kind.READ, D, f"{DOCS}/calculate-multi-items-20205132e0",
          "Weight and box of several items in one parcel.", body=Body((text("courier"), _rows_of("items"))),
          returns="{desc, total_weight, volumetric_weight, final_actual_weight, suggested_optimal_volumetric}"),
)  # fmt: skip

_TARIFFS = (
    _post("tariffs.express", "/tariff/express", Kind.READ, D, TARIFF_EXPRESS, "What each courier would charge.",
          body=Body((region("origin", 10), region("destination", 10), _rows_of("items"), flag("cod"),
                     flag("insurance"), number("cod_amount", required=False))),
          returns="{nextday, regular, sameday, cargo: [{courier_code, code_service, service, etd, total, ...}]}"),
    _post("tariffs.instant", "/tariff/instant", Kind.READ, D, TARIFF_INSTANT,
          "What instant couriers would charge; each offer holds for five minutes.",
          body=Body((record("origin"), record("destination"), record("stop", required=False), record("package"),
                     text("vehicle_type", enum=VEHICLES))), returns="[{courier_code, tariff_id, ...}]"),
)  # fmt: skip

_ORDERS = (
    _post("orders.express", "/order/express", Kind.UNSAFE, D, ORDER_EXPRESS,
          "Book an express shipment. Debits the balance; each call makes a new shipment.", body=Body(_ORDER),
          returns=_ORDERED),
    _post("orders.instant", "/order/instant", Kind.UNSAFE, D, ORDER_INSTANT,
          "Book an instant delivery with a tariff_id of the last five minutes. Debits the balance.",
          body=Body((text("courier_code"), text("tariff_id"), record("shipper"), record("receiver"), record("item"),
                     record("stop", required=False), flag("cod"), number("cod_amount", required=False))),
          returns="{booking_id, awb, ...}"),
    _post("orders.cancel", "/order/cancel", Kind.IDEMPOTENT, D, CANCEL,
          "Cancel before pickup or drop-off; a second time is refused and changes nothing.",
          body=Body((*_PARCEL, text("cancel_reason", minimum=5, maximum=150))), returns="nothing that is documented"),
    _get("orders.track", "/order/track", D, TRACK, "A parcel's history: a GET with a JSON body.",
         query=_TRACK_QUERY, body=Body(_PARCEL, required=False), returns=_TRACKED),
)  # fmt: skip

_ACCOUNT = (
    _post("balance.history", "/user/balance/history", Kind.READ, D, f"{DOCS}/balance-history-20309002e0",
          "The prepaid balance's ledger, by default of the last month.",
          body=Body((Field("start_date", Type.DATE), Field("end_date", Type.DATE),
                     text("filter_status", required=False, enum=LEDGER_KINDS), text("search", required=False), _LIMIT,
                     _OFFSET), required=False),
          returns="[{kd_pesanan, saldo_masuk, saldo_keluar, keterangan}]", paging=_LEDGER_PAGES),
    _post("webhooks.set", "/webhook/set", Kind.IDEMPOTENT, A, OVERVIEW,
          "Set the webhook; the page is not public, so the body is passed as it is.", body=Body()),
    _get("webhooks.get", "/webhook/get", A, OVERVIEW, "The webhook as set."),
)  # fmt: skip

_V1 = (
    _get("v1.regions.provinces", "/apiRegion/province", A, V1_CLIENT, "Provinces.", returns="[{province_id, name}]",
         paging=_ALL),
    _get("v1.regions.cities", "/apiRegion/city", A, V1_CLIENT, "Cities of a province.",
         query=(region("province_id", 2),), returns="[{city_id, name, province_id}]", paging=_ALL),
    _get("v1.regions.districts", "/apiRegion/district", A, V1_CLIENT, "Districts of a city.",
         query=(region("city_id", 4),), returns="[{district_id, name, city_id}]", paging=_ALL),
    _get("v1.regions.post_codes", "/apiRegion/postCode", S, V1_CLIENT, "Sub-districts of a post code.",
         query=(text("post_code"),), returns="[{subdistrict_id, subdistrict, district, ...}]", paging=_ALL),
    _post("v1.regions.search", "/apiRegion/search-region", Kind.READ, S, V1_PLUGIN, "Sub-districts by name.",
          body=Body((text("search"), _LIMIT, _OFFSET)), returns="[{id, name}]", paging=_REGION_PAGES),
    _get("v1.couriers.list", "/apiCourier/all-courier", S, V1_CLIENT, "Couriers.",
         returns="[{courier_code, courier_name, cod, ...}]", paging=_ALL),
    _get("v1.couriers.services", "/apiCourier/courier-service", S, V1_CLIENT, "Services of a courier.",
         query=(text("courier_code"),), returns="{express_delivery: [...], instant_delivery: [...]}"),
    _post("v1.tariffs.express", "/apiTariff/tariffExpress", Kind.READ, S, V1_PLUGIN, "What each courier would charge.",
          body=Body((region("origin", 10), region("destination", 10), number("weight"), number("length"),
                     number("width"), number("height"))), returns="{nextday, regular, sameday, cargo: [...]}"),
    _post("v1.orders.express", "/apiOrder/orderExpress", Kind.UNSAFE, A, V1_CLIENT,
          "Book an express shipment. Debits the balance; each call makes a new shipment.", body=Body(_ORDER),
          returns=_ORDERED),
    _get("v1.orders.track", "/apiOrder/trackingOrder", A, V1_DOCS, "A parcel's history: a GET with a JSON body.",
         query=_TRACK_QUERY, body=Body(_PARCEL, required=False), returns=_TRACKED),
)  # fmt: skip

_AREAS = {
    "Regions": _REGIONS,
    "Couriers": _COURIERS,
    "Tariffs": _TARIFFS,
    "Orders": _ORDERS,
    "Account": _ACCOUNT,
    "v1": tuple(replace(endpoint, version="v1") for endpoint in _V1),
}


ENDPOINTS = {
    endpoint.name: endpoint
    for area, endpoints in _AREAS.items()
    for endpoint in (replace(endpoint, area=area) for endpoint in endpoints)
}
