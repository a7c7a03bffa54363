"""Operators for Fastrac, a module for each area; import them from here."""

from __future__ import annotations

from airflow_provider_fleetops.operators.fastrac.account import (
    FastracBalanceHistoryOperator,
    FastracGetWebhookOperator,
    FastracReadBalanceOperator,
    FastracSetWebhookOperator,
)
from airflow_provider_fleetops.operators.fastrac.couriers import (
    FastracCalculateItemsOperator,
    FastracListCategoriesOperator,
    FastracListCouriersOperator,
    FastracListServicesOperator,
)
from airflow_provider_fleetops.operators.fastrac.instant import (
    FastracCheckInstantTariffOperator,
    FastracCreateInstantShipmentOperator,
)
from airflow_provider_fleetops.operators.fastrac.regions import (
    FastracFindPostCodeOperator,
    FastracListCitiesOperator,
    FastracListDistrictsOperator,
    FastracListProvincesOperator,
    FastracListSubDistrictsOperator,
    FastracSearchRegionsOperator,
)
from airflow_provider_fleetops.operators.fastrac.shipments import (
    FastracCancelShipmentOperator,
    FastracCreateShipmentOperator,
    FastracTrackShipmentOperator,
)
from airflow_provider_fleetops.operators.fastrac.tariffs import (
    FastracCheckTariffOperator,
)

__all__ = [
    "FastracBalanceHistoryOperator",
    "FastracCalculateItemsOperator",
    "FastracCancelShipmentOperator",
    "FastracCheckInstantTariffOperator",
    "FastracCheckTariffOperator",
    "FastracCreateInstantShipmentOperator",
    "FastracCreateShipmentOperator",
    "FastracFindPostCodeOperator",
    "FastracGetWebhookOperator",
    "FastracListCategoriesOperator",
    "FastracListCitiesOperator",
    "FastracListCouriersOperator",
    "FastracListDistrictsOperator",
    "FastracListProvincesOperator",
    "FastracListServicesOperator",
    "FastracListSubDistrictsOperator",
    "FastracReadBalanceOperator",
    "FastracSearchRegionsOperator",
    "FastracSetWebhookOperator",
    "FastracTrackShipmentOperator",
]
