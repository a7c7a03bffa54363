"""Sensors: one module a vendor, thin over :mod:`airflow_provider_fleetops.sensors.base`."""
