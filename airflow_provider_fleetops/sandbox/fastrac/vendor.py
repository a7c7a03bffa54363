"""Fastrac as a `VendorServer`: v2 and v1 paths over one book."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from airflow_provider_fleetops.sandbox.clock import Clock
from airflow_provider_fleetops.sandbox.fastrac.answers import DEFAULT_LIMITS, Answers, Gate
from airflow_provider_fleetops.sandbox.fastrac.book import Book
from airflow_provider_fleetops.sandbox.fastrac.lookups import Lookups
from airflow_provider_fleetops.sandbox.fastrac.orders import NotFoundError
from airflow_provider_fleetops.sandbox.fastrac.scripts import run
from airflow_provider_fleetops.sandbox.fastrac.trade import Trade
from airflow_provider_fleetops.sandbox.routes import Call, Handler, Reply, Route, Row
from airflow_provider_fleetops.sandbox.webhooks import Outgoing

TRACK = "/order/track"


class Fastrac:
    """See `airflow_provider_fleetops.sandbox.routes.VendorServer`."""

    name = "fastrac"

    def __init__(self, clock: Clock, seed: int) -> None:
        self._clock = clock
        self.limits = copy.deepcopy(DEFAULT_LIMITS)
        self._answers = Answers(self.limits)
        self._lookups = Lookups(self._answers)
        self.reset(seed)
        self.routes: Sequence[Route] = _routes(self, self._lookups)

    def reset(self, seed: int) -> None:
        """Build keys, gate and book again from the seed."""
        draw = random.Random(f"fastrac-keys:{seed}")
        self._keys = {"access_key": f"AK-{draw.randbytes(8).hex()}", "secret_key": f"SK-{draw.randbytes(16).hex()}"}
        self._gate = Gate(self._answers, **self._keys)
        self.trade = Trade(self._answers, Book(seed, self._clock.world(), self.limits))

    def answer(self, call: Call, handle: Callable[[Call], Reply]) -> Reply:
        """Run a handler; what it cannot find gets the vendor's text."""
        try:
            return handle(call)
        except NotFoundError:
            return self._answers.missing(call)

    def gate(self, call: Call, route: Route | None) -> Reply | None:
        """Check credentials, rights and rate."""
        return self._gate.check(call, route)

    def unknown(self, call: Call, known_methods: Sequence[str]) -> Reply:
        """Answer an unknown path or method in the vendor's envelope."""
        # Tracking by POST is a courtesy of the sandbox, not an endpoint of the contract: hence no route.
        if call.path == TRACK and call.method == "POST":
            return self.answer(call, self.trade.track)
        return self._answers.refuse(call, 404, "Method not found" if known_methods else "Route not found")

    def broken(self, call: Call, error: str) -> Reply:
        """Answer a body that breaks a rule; the text names field and rule."""
        return self._answers.fail(call, 400, error)

    def script(self, event: str, data: Mapping[str, Any]) -> Any:
        """Move a parcel; see `scripts.run`."""
        return run(self.trade.book, self._clock.world(), event, data)

    def outgoing(self) -> Sequence[Outgoing]:
        """Webhook deliveries that have become due."""
        return self.trade.due(self._clock.world())

    def credentials(self) -> dict[str, str]:
        """The access key (login) and the secret key (password)."""
        return dict(self._keys)

    def stats(self) -> dict[str, Any]:
        """Orders, repetitions, the balance and each parcel's status."""
        book, now = self.trade.book, self._clock.world()
        return {
            "effects": len(book.shipments) + len(book.refunds),
            "orders": len(book.shipments),
            "cancelled": len(book.refunds),
            "duplicates": book.duplicates,
            "lookalikes": book.lookalikes,
            "balance": book.balance(now),
            "statuses": {shipment.awb: shipment.status(now) for shipment in book.shipments.values()},
        }


def _routes(vendor: Fastrac, look: Lookups) -> list[Route]:
    """Every endpoint of the contract, section 2; paths nobody has published are the sandbox's own."""

    def found(handle: Handler) -> Handler:
        return lambda call: vendor.answer(call, handle)

    def trade(name: str) -> Handler:
        # Looked up at each call: a reset makes new books.
        return found(lambda call: getattr(vendor.trade, name)(call))  # noqa: PLW0108

    instant = found(lambda call: look.tariff_instant(call, vendor.trade.book))
    table: list[Row] = [
        ("regions.provinces", "GET", "/region/province", "assumed", found(look.provinces)),
        ("regions.cities", "GET", "/region/city", "documented", found(look.cities)),
        ("regions.districts", "GET", "/region/district", "documented", found(look.districts)),
        ("regions.sub_districts", "GET", "/region/sub-district", "assumed", found(look.sub_districts)),
        ("regions.post_codes", "GET", "/region/post-code", "assumed", found(look.post_codes)),
        ("regions.search", "POST", "/region/search", "assumed", found(look.search)),
        ("couriers.list", "GET", "/courier/all", "assumed", found(look.couriers)),
        ("couriers.services", "GET", "/courier/service", "documented", found(look.services)),
        ("tariffs.express", "POST", "/tariff/express", "documented", found(look.tariff_express)),
        ("tariffs.instant", "POST", "/tariff/instant", "documented", instant),
        ("items.calculate", "POST", "/item/multi-items", "documented", found(look.multi_items)),
        ("items.categories", "GET", "/item/categories", "assumed", found(look.categories)),
        ("orders.express", "POST", "/order/express", "documented", trade("order_express")),
        ("orders.instant", "POST", "/order/instant", "documented", trade("order_instant")),
        ("orders.cancel", "POST", "/order/cancel", "documented", trade("cancel")),
        ("orders.track", "GET", TRACK, "documented", trade("track")),
        ("webhooks.set", "POST", "/webhook/set", "assumed", trade("set_webhook")),
        ("webhooks.get", "GET", "/webhook/get", "assumed", trade("get_webhook")),
        ("balance.history", "POST", "/user/balance/history", "documented", trade("balance_history")),
    ]
    return [Route(*row) for row in (*table, *_first_version(look, found, trade))]


def _first_version(look: Lookups, found: Callable[[Handler], Handler], trade: Callable[[str], Handler]) -> list[Row]:
    """What API v1 has of it."""
    return [
        ("v1.regions.provinces", "GET", "/apiRegion/province", "assumed", found(look.provinces)),
        ("v1.regions.cities", "GET", "/apiRegion/city", "assumed", found(look.cities)),
        ("v1.regions.districts", "GET", "/apiRegion/district", "assumed", found(look.districts)),
        ("v1.regions.post_codes", "GET", "/apiRegion/postCode", "seen", found(look.post_codes)),
        ("v1.regions.search", "POST", "/apiRegion/search-region", "seen", found(look.search)),
        ("v1.couriers.list", "GET", "/apiCourier/all-courier", "seen", found(look.couriers)),
        ("v1.couriers.services", "GET", "/apiCourier/courier-service", "seen", found(look.services)),
        ("v1.tariffs.express", "POST", "/apiTariff/tariffExpress", "seen", found(look.tariff_express)),
        ("v1.orders.express", "POST", "/apiOrder/orderExpress", "assumed", trade("order_express")),
        ("v1.orders.track", "GET", "/apiOrder/trackingOrder", "assumed", trade("track")),
    ]
