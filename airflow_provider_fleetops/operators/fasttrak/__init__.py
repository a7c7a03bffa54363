"""Operators for the FASTTRAK Partner API (limousines), a module for each area; import them from here."""

from __future__ import annotations

from airflow_provider_fleetops.operators.fasttrak.bookings import (
    FasttrakCreateReservationOperator,
)
from airflow_provider_fleetops.operators.fasttrak.changes import (
    FasttrakCancelReservationOperator,
    FasttrakRetimeReservationOperator,
    FasttrakUpdateReservationOperator,
)
from airflow_provider_fleetops.operators.fasttrak.customers import (
    FasttrakListCustomersOperator,
    FasttrakSearchCustomersOperator,
    FasttrakUpsertCustomerOperator,
)
from airflow_provider_fleetops.operators.fasttrak.lists import (
    FasttrakListAffiliatesOperator,
    FasttrakListCompaniesOperator,
    FasttrakListEmployeesOperator,
    FasttrakListPricingPlansOperator,
    FasttrakListVehiclesOperator,
    FasttrakListVehicleTypesOperator,
)
from airflow_provider_fleetops.operators.fasttrak.money import (
    FasttrakAgingReportOperator,
    FasttrakEmployeePayReportOperator,
    FasttrakSearchEmployeePaysOperator,
)
from airflow_provider_fleetops.operators.fasttrak.quotes import (
    FasttrakApproveQuoteOperator,
    FasttrakBookQuoteOperator,
    FasttrakCreateQuoteOperator,
)
from airflow_provider_fleetops.operators.fasttrak.reservations import (
    FasttrakGetReservationOperator,
    FasttrakReservationPaysOperator,
    FasttrakSearchReservationsOperator,
)
from airflow_provider_fleetops.operators.fasttrak.webhooks import (
    FasttrakEnsureWebhookOperator,
    FasttrakListWebhooksOperator,
    FasttrakRemoveWebhookOperator,
)

__all__ = [
    "FasttrakAgingReportOperator",
    "FasttrakApproveQuoteOperator",
    "FasttrakBookQuoteOperator",
    "FasttrakCancelReservationOperator",
    "FasttrakCreateQuoteOperator",
    "FasttrakCreateReservationOperator",
    "FasttrakEmployeePayReportOperator",
    "FasttrakEnsureWebhookOperator",
    "FasttrakGetReservationOperator",
    "FasttrakListAffiliatesOperator",
    "FasttrakListCompaniesOperator",
    "FasttrakListCustomersOperator",
    "FasttrakListEmployeesOperator",
    "FasttrakListPricingPlansOperator",
    "FasttrakListVehicleTypesOperator",
    "FasttrakListVehiclesOperator",
    "FasttrakListWebhooksOperator",
    "FasttrakRemoveWebhookOperator",
    "FasttrakReservationPaysOperator",
    "FasttrakRetimeReservationOperator",
    "FasttrakSearchCustomersOperator",
    "FasttrakSearchEmployeePaysOperator",
    "FasttrakSearchReservationsOperator",
    "FasttrakUpdateReservationOperator",
    "FasttrakUpsertCustomerOperator",
]
