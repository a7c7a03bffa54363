"""``python -m airflow_provider_fleetops.demo``: a fleet day on a real Airflow against the sandbox."""
