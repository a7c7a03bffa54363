"""Alembic executes this file. The caller gives the connection and owns the transaction."""

from __future__ import annotations

from alembic import context

from airflow_provider_fleetops.state.schema import VERSION_TABLE, metadata

context.configure(
    connection=context.config.attributes["connection"], target_metadata=metadata, version_table=VERSION_TABLE
)
context.run_migrations()
