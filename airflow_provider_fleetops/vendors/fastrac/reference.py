"""Master data that hardly changes: regions, couriers, services, categories. One answer serves all tasks for hours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from airflow_provider_fleetops.protocol.errors import ProtocolError
from airflow_provider_fleetops.protocol.flow import call
from airflow_provider_fleetops.protocol.listing import paginate
from airflow_provider_fleetops.protocol.steps import Flow
from airflow_provider_fleetops.protocol.vendor import Account
from airflow_provider_fleetops.vendors.fastrac import parcel
from airflow_provider_fleetops.vendors.fastrac.states import entry
from airflow_provider_fleetops.vendors.fastrac.tariffs import checked

# v2 has other names (https://fastrac-b2b-stg-v2.apidog.io/changelog-v2-1331898m0).
_IN_V1 = {"keyword": "search", "postal_code": "post_code"}
_GROUPS = {"express_delivery": "express", "instant_delivery": "instant"}


def reference(account: Account, name: str, arguments: Mapping[str, Any] | None = None, body: Any = None) -> Flow[Any]:
    """A look-up by its v2 name and parameters, at most ``reference_hours`` old, with all its pages."""
    wanted = entry(account, name)
    if wanted != name:
        arguments, body = _renamed(arguments), _renamed(body)
    ask = paginate if account.vendor.endpoint(wanted).paging is not None else call
    return (yield from ask(account, wanted, arguments, body, reuse=float(account.settings["reference_hours"]) * 3600))


def search_regions(account: Account, keyword: str) -> Flow[list[dict[str, Any]]]:
    """Sub-districts by a part of their names: ``[{id, name}]``."""
    rows: list[dict[str, Any]] = yield from reference(account, "regions.search", None, {"keyword": keyword})
    return rows


def services(account: Account, courier_code: str | None = None) -> Flow[list[dict[str, Any]]]:
    """A courier's services (in v2 also of all), one row each, with ``delivery``: ``express`` or ``instant``."""
    found = yield from reference(account, "couriers.services", {"courier_code": courier_code or None})
    if not isinstance(found, Mapping):
        raise _unfit(account, "couriers.services")
    rows = ((delivery, row) for group, delivery in _GROUPS.items() for row in found.get(group) or [])
    return [{"delivery": delivery, **row} for delivery, row in rows if isinstance(row, Mapping)]


def categories(account: Account) -> Flow[list[dict[str, Any]]]:
    """What an item's ``category`` may be: ``[{name}]``. The page is not public: rows may be texts or objects."""
    found = yield from reference(account, "items.categories")
    return [dict(row) if isinstance(row, Mapping) else {"name": str(row)} for row in found]


def calculate_items(account: Account, courier_code: str, items: Any) -> Flow[dict[str, Any]]:
    """Weight (g) and box (cm) of several items in one parcel of a courier: ``final_actual_weight`` is what is charged.

    https://fastrac-b2b-stg-v2.apidog.io/calculate-multi-items-20205132e0
    """
    name = entry(account, "items.calculate")
    rows = checked(account, name, lambda: parcel.items(items, valued=False))
    found = yield from call(account, name, None, {"courier": courier_code, "items": rows})
    if not isinstance(found, Mapping):
        raise _unfit(account, name)
    return dict(found)


def _renamed(given: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return given and {_IN_V1.get(name, name): value for name, value in given.items()}  # type: ignore[return-value]


def _unfit(account: Account, name: str) -> ProtocolError:
    return ProtocolError("the answer is not an object", vendor=account.vendor.name, endpoint=name)
