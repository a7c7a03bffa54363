"""``airflow fleetops db``: the schema of the state that all tasks share."""

from __future__ import annotations

from argparse import Namespace

from airflow_provider_fleetops.state.open import configured_url
from airflow_provider_fleetops.state.upgrade import check as check_schema
from airflow_provider_fleetops.state.upgrade import migrate as migrate_schema


def migrate(_args: Namespace) -> None:
    """Create or upgrade the schema; doing it again changes nothing."""
    migrate_schema(configured_url())
    _say_up_to_date()


def check(_args: Namespace) -> None:
    """``ConfigurationError`` (exit code 1) unless the schema is the one that this version works with."""
    check_schema(configured_url())
    _say_up_to_date()


def _say_up_to_date() -> None:
    from airflow_provider_fleetops.state.engine import shown

    print(f"The schema of {shown(configured_url())} is up to date.")
