"""Operators for FL3XX, a module for each area; import them from here."""

from __future__ import annotations

from airflow_provider_fleetops.operators.fl3xx.flights import Fl3xxListFlightsOperator

__all__ = ["Fl3xxListFlightsOperator"]
