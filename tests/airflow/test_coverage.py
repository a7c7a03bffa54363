"""The client's catalogue and the sandbox were written apart, both from the contract: they must meet."""

from __future__ import annotations

import re

import pytest

from airflow_provider_fleetops import vendors
from airflow_provider_fleetops.protocol.endpoint import Confidence, Kind
from airflow_provider_fleetops.sandbox.world import World

WORLD = World(seed=7, scale=0)


def _shape(path: str) -> str:
    return re.sub(r"\{[^}]+\}", "{}", path)


def _catalogue(name: str) -> dict[tuple[str, str], str]:
    return {(e.method, _shape(e.path)): str(e.confidence) for e in vendors.vendor(name).endpoints.values()}


def _sandbox(name: str) -> dict[tuple[str, str], str]:
    return {(route.method, _shape(route.path)): route.label for route in WORLD.vendor(name).routes}


@pytest.mark.parametrize("name", vendors.NAMES)
def test_catalogue_and_sandbox_cover_the_same_endpoints(name):
    prefix = PREFIX.get(name, "")
    catalogue = {(method, prefix + path) for method, path in _catalogue(name)}
    aliases = {(route.method, _shape(route.path)) for route in WORLD.vendor(name).routes if "alias" in route.name}
    assert catalogue - set(_sandbox(name)) == set()
    assert set(_sandbox(name)) - catalogue - aliases == set()


@pytest.mark.parametrize("name", vendors.NAMES)
def test_they_agree_on_how_sure_they_are(name):
    prefix, routes = PREFIX.get(name, ""), _sandbox(name)
    different = {
        key: (confidence, routes[(key[0], prefix + key[1])])
        for key, confidence in _catalogue(name).items()
        if routes.get((key[0], prefix + key[1]), confidence) != confidence
    }
    assert different == {}


@pytest.mark.parametrize("name", vendors.NAMES)
def test_every_entry_is_complete(name):
    for endpoint in vendors.vendor(name).endpoints.values():
        assert endpoint.source, endpoint.name
        assert endpoint.summary, endpoint.name
        assert endpoint.confidence in Confidence
        assert {f"{{{field.name}}}" for field in endpoint.path_fields} == set(re.findall(r"\{[^}]+\}", endpoint.path))
        assert endpoint.kind is Kind.READ or endpoint.method != "GET", endpoint.name


# What stands between host and path where a connection decides it.
PREFIX = {"fasttrack360": "/{}", "fasttrak": "/api"}
