"""``airflow fleetops ...``: :mod:`.definition` says what commands there are, the other modules are what they do."""
