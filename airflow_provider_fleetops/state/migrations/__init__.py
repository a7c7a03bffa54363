"""Alembic's migrations of the shared state; run by :mod:`airflow_provider_fleetops.state.upgrade`."""
