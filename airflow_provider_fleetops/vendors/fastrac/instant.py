"""An instant delivery before it is sent: one description of it serves both the tariff and the order.

Rules of https://fastrac-b2b-stg-v2.apidog.io/check-tariff-instant-delivery-20486901e0 and
https://fastrac-b2b-stg-v2.apidog.io/order-instant-20486902e0. A shipper or receiver has ``name``, ``email``, ``phone``,
``address``, ``region_id``, ``lat``, ``lng`` and ``map_address``, which is Google's form of the address (by default the
same). Functions give the wire form or raise ``InvalidInput``, as in
:mod:`airflow_provider_fleetops.vendors.fastrac.parcel`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from airflow_provider_fleetops.protocol.encoders import Type
from airflow_provider_fleetops.protocol.endpoint import Field, Pattern
from airflow_provider_fleetops.vendors.fastrac.parcel import REGION, SOMETHING, amount, encoded, flag, text

_PHONE = Pattern(r"62\d{6,13}", "must be 8 to 15 digits that begin with 62, no + and no spaces")
_EMAIL = Pattern(r"[^@\s]+@[^@\s]+", "must be an e-mail address")
_PARTY = ("name", "email", "phone", "address", "region_id", "lat", "lng", "map_address")
_WORDS = ("name", "desc", "category")
_MEASURES = ("value", "weight", "length", "width", "height", "quantity")


def question(*, shipper: Any, receiver: Any, stop: Any, item: Any, vehicle_type: Any) -> dict[str, Any]:
    """The body of an instant tariff."""
    goods = package(item)
    asked = {
        "origin": place("shipper", shipper),
        "destination": place("receiver", receiver),
        "package": {name: goods[name] for name in _MEASURES},
        "vehicle_type": text("vehicle_type").encode(vehicle_type),
    }
    return asked if stop in (None, "") else asked | {"stop": place("stop", stop, required=False)}


def order(*, shipper: Any, receiver: Any, stop: Any, item: Any, cod: Any, cod_amount: Any) -> dict[str, Any]:
    """The body of an instant order but for the offer's ``courier_code`` and ``tariff_id``."""
    body: dict[str, Any] = {
        "shipper": contact("shipper", shipper),
        "receiver": contact("receiver", receiver),
        "item": encoded("item", [text(f"item.{name}") for name in _WORDS], package(item), _MEASURES),
    }
    if stop not in (None, ""):
        body["stop"] = contact("stop", stop, required=False)
    if flag("cod", cod) == "1":
        body |= {"cod": "1", "cod_amount": amount("cod_amount", cod_amount)}
    return body


def place(where: str, value: Any, *, required: bool = True) -> dict[str, str]:
    """Where something is fetched or brought: all texts, the coordinates too."""
    fields = (
        Field(f"{where}.address", required=required, pattern=SOMETHING),
        Field(f"{where}.region_id", Type.INTEGER, required=required, pattern=REGION),
        Field(f"{where}.lat", Type.NUMBER, required=required, minimum=-90, maximum=90),
        Field(f"{where}.lng", Type.NUMBER, required=required, minimum=-180, maximum=180),
    )
    given = encoded(where, fields, value, _PARTY)
    wire = {
        "id": given.get("region_id"),
        "lat": _degrees(given.get("lat")),
        "lng": _degrees(given.get("lng")),
        "alamat_lengkap": given.get("address"),
        "alamat_google": given.get("map_address") or given.get("address"),
    }
    return {name: str(value) for name, value in wire.items() if value is not None}


def contact(where: str, value: Any, *, required: bool = True) -> dict[str, str]:
    """Who is met there; a stop needs none of it, and has no e-mail address."""
    fields = (
        Field(f"{where}.name", required=required),
        Field(f"{where}.email", required=required, pattern=_EMAIL),
        Field(f"{where}.address", required=required),
        Field(f"{where}.phone", required=required, pattern=_PHONE),
    )
    given = encoded(where, fields, value, _PARTY)
    names = ("name", "email", "address", "phone") if required else ("address", "name", "phone")
    return {name: given[name] for name in names if name in given}


def package(item: Any) -> dict[str, Any]:
    """The goods, ``quantity`` times: per unit rupiah, grams and centimetres."""
    fields = (
        Field("item.value", Type.NUMBER, required=True, minimum=0),
        Field("item.weight", Type.NUMBER, required=True, minimum=1),
        *(Field(f"item.{name}", Type.NUMBER, required=True, minimum=0) for name in ("length", "width", "height")),
        Field("item.quantity", Type.INTEGER, required=True, minimum=1),
    )
    return encoded("item", fields, {"quantity": 1} | dict(item) if isinstance(item, Mapping) else item, _WORDS)


def _degrees(value: float | None) -> str | None:
    """To a centimetre, without an exponent."""
    return None if value is None else f"{value:.7f}".rstrip("0").rstrip(".")
