"""What must be right about a shipment before it is sent: Fastrac debits the balance for every order it takes.

Rules of https://fastrac-b2b-stg-v2.apidog.io/order-express-19817643e0 and
https://fastrac-b2b-stg-v2.apidog.io/check-tariff-express-delivery-20486900e0. Functions give the wire form or raise
``InvalidInput`` that names the field and the rule, never the value.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from airflow_provider_fleetops.protocol.encoders import Type
from airflow_provider_fleetops.protocol.endpoint import Field, Pattern
from airflow_provider_fleetops.protocol.errors import InvalidInput, empty, is_blank

MIN_GRAMS = 1000
WINDOW = ("pickup_start", "pickup_end")
WIRE_TIME = "%Y-%m-%d %H:%M:%S"
REGION = Pattern(r"\d{10}", "must be the sub-district's code of 10 digits")
# No format is given for express orders; instant ones want 62..., digits without plus.
_PHONE = Pattern(r"\+?\d{8,15}", "must be 8 to 15 digits, + in front allowed, no spaces")
# What version 1 took besides (https://github.com/izamghali/fastrac-take-home-test); the page of version 2 is cut.
V1_PARTY, V1_ITEM = ("email", "latitude", "longitude"), ("qty",)
SOMETHING = Pattern(r"(?s).*\S.*", "must not be blank")


def order(
    *,
    zone: ZoneInfo,
    courier_code: Any,
    code_service: Any,
    shipper: Any,
    receiver: Any,
    item: Any,
    cod: Any,
    cod_amount: Any,
    insurance: Any,
    pickup: Any,
    pickup_start: Any,
    pickup_end: Any,
) -> dict[str, Any]:
    """The body of an express order. A pickup window is sent with a pickup, an amount with cash on delivery."""
    on_delivery, insured, fetched = flag("cod", cod), flag("insurance", insurance), flag("pickup", pickup)
    body = {
        "courier_code": text("courier_code").encode(courier_code),
        "code_service": text("code_service").encode(code_service),
        "cod": on_delivery,
        "insurance": insured,
        "pickup": fetched,
        "shipper": party("shipper", shipper),
        "receiver": party("receiver", receiver),
        "item": goods(item, valued="1" in (on_delivery, insured)),
    }
    if on_delivery == "1":
        body["cod_amount"] = amount("cod_amount", cod_amount)
    if fetched == "1":
        body |= window(zone, pickup_start, pickup_end)
    return body


def essence(body: Mapping[str, Any]) -> dict[str, Any]:
    """What makes two orders different: all of it, but for a pickup's window, which moves when a try comes later."""
    return {name: value for name, value in body.items() if name not in WINDOW}


def party(where: str, value: Any) -> dict[str, Any]:
    """A shipper or receiver: name, phone, address and the sub-district's ``region_id`` of ten digits."""
    fields = (
        text(f"{where}.name"),
        Field(f"{where}.phone", required=True, pattern=_PHONE),
        text(f"{where}.address"),
        Field(f"{where}.region_id", Type.INTEGER, required=True, pattern=REGION),
    )
    return encoded(where, fields, value, V1_PARTY)


def goods(value: Any, *, valued: bool) -> dict[str, Any]:
    """The one item of an order: grams, centimetres, rupiah; insurance and cash on delivery need a value."""
    fields = (
        *(text(f"item.{name}") for name in ("name", "desc", "category")),
        Field("item.value", Type.NUMBER, required=True, minimum=1 if valued else 0),
        Field("item.weight", Type.NUMBER, required=True, minimum=MIN_GRAMS),
        Field("item.length", Type.NUMBER, required=True, minimum=0),
        Field("item.width", Type.NUMBER, minimum=0),
        Field("item.height", Type.NUMBER, minimum=0),
    )
    return encoded("item", fields, value, V1_ITEM)


def items(value: Any, *, valued: bool) -> list[dict[str, Any]]:
    """The items of a tariff request: per unit grams, centimetres and, for insurance or cash on delivery, rupiah."""
    rows = Field("items", Type.ARRAY, required=True, minimum=1).encode(value)
    return [encoded(f"items[{index}]", _item_fields(f"items[{index}]", valued), row) for index, row in enumerate(rows)]


def _item_fields(where: str, valued: bool) -> Sequence[Field]:
    sizes = (Field(f"{where}.{name}", Type.NUMBER, required=True, minimum=0) for name in ("width", "height", "length"))
    return (
        text(f"{where}.name"),
        Field(f"{where}.weight", Type.NUMBER, required=True, minimum=1),
        *sizes,
        Field(f"{where}.quantity", Type.INTEGER, required=True, minimum=1),
        Field(f"{where}.value", Type.NUMBER, required=valued, minimum=1 if valued else 0),
    )


def window(zone: ZoneInfo, start: Any, end: Any) -> dict[str, str]:
    """A pickup window in Fastrac's local time; it must end after it starts."""
    first, last = _moment("pickup_start", zone, start), _moment("pickup_end", zone, end)
    if last <= first:
        raise InvalidInput("parameter 'pickup_end' must be after pickup_start")
    return {"pickup_start": first.strftime(WIRE_TIME), "pickup_end": last.strftime(WIRE_TIME)}


def _moment(name: str, zone: ZoneInfo, value: Any) -> datetime:
    """A date-time or its ISO text; without a zone it is Fastrac's local time already."""
    if value is None or value == "":
        raise InvalidInput(f"parameter {name!r} is required for a pickup")
    try:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value).strip())
    except ValueError:
        raise InvalidInput(f"parameter {name!r} must be a date-time, YYYY-MM-DD HH:MM:SS") from None
    return moment.astimezone(zone) if moment.tzinfo else moment.replace(tzinfo=zone)


def amount(name: str, value: Any) -> float:
    """Rupiah to collect from the receiver."""
    if value is None or value == "":
        raise InvalidInput(f"parameter {name!r} is required for cash on delivery")
    return number(name, value, minimum=1)


def number(name: str, value: Any, minimum: float = 0) -> float:
    """Rupiah, grams or centimetres, also as text."""
    plain: float = Field(name, Type.NUMBER, minimum=minimum).encode(value)
    return plain


def flag(name: str, value: Any) -> str:
    """True, false, "1" or "0" as Fastrac's "1" or "0"."""
    wire: str = Field(name, Type.FLAG).encode(value)
    return wire


def text(name: str) -> Field:
    """A text that says something."""
    return Field(name, required=True, pattern=SOMETHING)


def encoded(where: str, fields: Sequence[Field], value: Any, others: Collection[str] = ()) -> dict[str, Any]:
    """The object with its fields checked; ``others`` pass, and a name that nobody knows is a misspelt one."""
    if is_blank(value):
        raise empty(where)
    if not isinstance(value, Mapping):
        raise InvalidInput(f"parameter {where!r} must be an object, not {type(value).__name__}")
    given = {str(key): item for key, item in value.items() if item is not None}
    known = {re.sub(r".*\.", "", field.name): field for field in fields}
    if unknown := sorted(given.keys() - known.keys() - set(others)):
        names = ", ".join(sorted({*known, *others}))
        raise InvalidInput(f"parameter '{where}.{unknown[0][:60]}' is unknown; known are {names}")
    for name, field in known.items():
        if name in given:
            given[name] = field.encode(given[name])
        elif field.required:
            raise field.wrong("is required")
    return given
