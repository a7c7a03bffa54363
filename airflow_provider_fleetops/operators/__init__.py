"""Operators: one module a vendor, thin over :mod:`airflow_provider_fleetops.operators.base`."""
