"""The pools that we recommend, the shipped file, and what DAG files make of them."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path

import pytest
from airflow.dag_processing.dagbag import DagBag

from airflow_provider_fleetops import vendors
from airflow_provider_fleetops.cli.pools import as_file, recommended
from airflow_provider_fleetops.pools import pool
from airflow_provider_fleetops.protocol.errors import ConfigurationError

DAGS = Path(__file__).parents[2] / "dags"


def test_each_vendor_has_a_pool_of_its_name_with_a_reason() -> None:
    assert [pool.name for pool in recommended()] == list(vendors.NAMES)
    assert all(pool.slots > 0 and len(pool.why) > 20 for pool in recommended())


def test_the_shipped_file_is_the_one_that_the_command_prints() -> None:
    shipped = resources.files("airflow_provider_fleetops").joinpath("pools.json").read_text(encoding="utf-8")
    assert shipped == as_file() + "\n"
    assert set(json.loads(shipped)) == set(vendors.NAMES)


def test_a_pool_is_only_asked_for_where_it_is_said_to_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    assert pool("fastrac") == "default_pool"
    monkeypatch.setenv("AIRFLOW__FLEETOPS__USE_POOLS", "True")
    assert pool("fastrac") == "fastrac"
    with pytest.raises(ConfigurationError, match="unknown vendor 'fast'"):
        pool("fast")


@pytest.mark.parametrize("said", [True, False])
def test_a_dag_file_names_no_pool_that_may_be_missing(said: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW__FLEETOPS__USE_POOLS", str(said))
    bag = DagBag(str(DAGS))
    assert bag.import_errors == {}
    used = {task.pool for dag in bag.dags.values() for task in dag.tasks}
    assert used == ({"default_pool", *vendors.NAMES} if said else {"default_pool"})
