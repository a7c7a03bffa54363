"""What shipping would cost: express rates of all couriers, and instant offers, which hold for five minutes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from airflow_provider_fleetops.protocol.errors import (
    ConfigurationError,
    FleetOpsError,
    InvalidInput,
    NotFound,
    ProtocolError,
    Refused,
)
from airflow_provider_fleetops.protocol.flow import OnSend, call
from airflow_provider_fleetops.protocol.steps import Flow
from airflow_provider_fleetops.protocol.vendor import Account
from airflow_provider_fleetops.vendors.fastrac import instant, parcel
from airflow_provider_fleetops.vendors.fastrac.states import entry

T = TypeVar("T")
Rate = dict[str, Any]
_RATE = ("courier_code", "courier_name", "code_service", "service", "etd", "base_tariff", "discount", "total")
_HOURS = {"h": 1, "hour": 1, "hours": 1, "jam": 1, "d": 24, "day": 24, "days": 24, "hari": 24}
_NEVER = float("inf")


def check_tariff(
    account: Account,
    *,
    origin: Any,
    destination: Any,
    items: Any,
    cod: Any = False,
    cod_amount: Any = None,
    insurance: Any = False,
) -> Flow[list[Rate]]:
    """Express rates of all couriers, cheapest first; empty when nobody serves the lane for these items.

    A row: ``courier_code``, ``courier_name``, ``code_service``, ``service``, ``group`` (sameday, nextday, regular,
    cargo), ``etd`` (text), ``base_tariff``, ``discount``, ``total`` (rupiah, after discount).
    """
    name = entry(account, "tariffs.express")
    if name != "tariffs.express":
        raise ConfigurationError(
            "v1 knows no tariffs for several items",
            vendor=account.vendor.name,
            endpoint=name,
            advice="Set api_version to v2, or call v1.tariffs.express with the parcel's own measures",
        )
    body = checked(account, name, lambda: _tariff_body(origin, destination, items, cod, cod_amount, insurance))
    found = yield from call(account, name, None, body)
    if not isinstance(found, Mapping):
        raise ProtocolError("the answer holds no tariffs", vendor=account.vendor.name, endpoint=name)
    # Unknown groups count too: the page's four may not be all.
    rows = [_rate(account, group, row) for group, rates in found.items() if isinstance(rates, list) for row in rates]
    return sorted(rows, key=_ORDERS["cheapest"])


def choose_tariff(account: Account, select: str, **measures: Any) -> Flow[tuple[list[Rate], Rate]]:
    """All rates, and the ``cheapest`` or the ``fastest``; :class:`NotFound` when there is none."""
    check_select(account, select)
    rates = yield from check_tariff(account, **measures)
    if not rates:
        raise NotFound("no courier offers a tariff for these items on this lane", vendor=account.vendor.name)
    return rates, min(rates, key=_ORDERS[select])


def instant_offers(account: Account, question: Mapping[str, Any], on_send: OnSend | None = None) -> Flow[list[Rate]]:
    """Offers for :func:`instant.question`, cheapest first. Each has ``tariff_id``, which holds five minutes.

    The page is cut after ``tariff_id`` (https://fastrac-b2b-stg-v2.apidog.io/check-tariff-instant-delivery-20486901e0):
    what else the express tariff has may be None here.
    """
    name = entry(account, "tariffs.instant")
    found = yield from call(account, name, None, question, on_send=on_send)
    lists = [found] if isinstance(found, list) else found.values() if isinstance(found, Mapping) else []
    rows = [_offer(account, row) for rows in lists if isinstance(rows, list) for row in rows]
    return sorted(rows, key=_ORDERS["cheapest"])


def ask(account: Account, **delivery: Any) -> dict[str, Any]:
    """The checked body that asks for offers; ``delivery`` as in :func:`instant.question`."""
    name = entry(account, "tariffs.instant")
    question = checked(account, name, lambda: instant.question(**delivery))
    checked(account, name, lambda: account.vendor.endpoint(name).prepare({}, question))
    return question


def choose_offer(
    account: Account,
    offers: Sequence[Rate],
    select: str,
    courier_code: str | None = None,
    max_total: float | None = None,
) -> Rate:
    """The ``cheapest`` or ``fastest`` offer, of one courier if it is named, that costs at most ``max_total`` rupiah."""
    fitting = [offer for offer in offers if courier_code in (None, "", offer["courier_code"])]
    if not fitting:
        raise _no(NotFound, account, "no such courier offers an instant delivery on this lane")
    if any(offer["total"] is None for offer in fitting) and (max_total is not None or len(fitting) > 1):
        raise _no(ProtocolError, account, "an offer has no total, so that none can be chosen by it")
    best = min(fitting, key=_ORDERS[select])
    if max_total is not None and best["total"] > max_total:
        raise _no(Refused, account, f"the {select} offer costs {best['total']:g}, more than max_total; not ordered")
    return best


def check_select(account: Account, select: str) -> None:
    """Check a user's word before anything is asked."""
    if select not in _ORDERS:
        raise InvalidInput("parameter 'select' must be cheapest or fastest", vendor=account.vendor.name)


def checked(account: Account, endpoint: str, make: Callable[[], T]) -> T:
    """What ``make`` gives; its :class:`InvalidInput` says for which endpoint."""
    try:
        return make()
    except InvalidInput as error:
        raise error.as_(InvalidInput, vendor=account.vendor.name, endpoint=endpoint) from None


def _no(kind: type[FleetOpsError], account: Account, what: str) -> FleetOpsError:
    return kind(what, vendor=account.vendor.name, endpoint="tariffs.instant")


def _tariff_body(
    origin: Any, destination: Any, items: Any, cod: Any, cod_amount: Any, insurance: Any
) -> dict[str, Any]:
    on_delivery, insured = parcel.flag("cod", cod), parcel.flag("insurance", insurance)
    amount = {} if cod_amount in (None, "") else {"cod_amount": cod_amount}
    rows = parcel.items(items, valued="1" in (on_delivery, insured))
    return {
        "origin": origin,
        "destination": destination,
        "items": rows,
        "cod": on_delivery,
        "insurance": insured,
    } | amount


def _rate(account: Account, group: str, row: Any) -> Rate:
    """One row of B2bCourierItem (https://fastrac-b2b-stg-v2.apidog.io/check-tariff-express-delivery-20486900e0)."""
    named = isinstance(row, Mapping) and all(isinstance(row.get(key), str) for key in ("courier_code", "code_service"))
    if not named or _total(row) is None:
        raise ProtocolError(
            "a tariff lacks courier_code, code_service or total", vendor=account.vendor.name, endpoint="tariffs.express"
        )
    return {"group": group, **{key: row.get(key) for key in _RATE}}


def _offer(account: Account, row: Any) -> Rate:
    if not isinstance(row, Mapping) or not all(isinstance(row.get(key), str) for key in ("courier_code", "tariff_id")):
        raise _no(ProtocolError, account, "an offer lacks courier_code or tariff_id")
    return {"tariff_id": row["tariff_id"], **{key: row.get(key) for key in _RATE}, "total": _total(row)}


def _total(row: Mapping[str, Any]) -> float | None:
    total = row.get("total")
    return total if isinstance(total, int | float) and not isinstance(total, bool) else None


def _hours(etd: Any) -> float:
    """The later end of "1-2 Days" or "6 - 8 hours" in hours; what cannot be read counts as slowest."""
    found = re.search(r"(\d{1,4})\s*([A-Za-z]+)", str(etd))
    unit = _HOURS.get(found[2].lower()) if found else None
    return float(int(found[1]) * unit) if found and unit else _NEVER


def _price(rate: Mapping[str, Any]) -> float:
    return _NEVER if rate["total"] is None else float(rate["total"])


_ORDERS: dict[str, Callable[[Mapping[str, Any]], tuple[float, ...]]] = {
    "cheapest": lambda rate: (_price(rate), _hours(rate["etd"])),
    "fastest": lambda rate: (_hours(rate["etd"]), _price(rate)),
}
