"""The sandbox as one application: a path prefix per vendor."""

from __future__ import annotations

from fastapi import FastAPI

from airflow_provider_fleetops.sandbox.gateway import Gateway
from airflow_provider_fleetops.sandbox.world import World


def create_app(world: World) -> FastAPI:
    """Return the application for a world: ``/<vendor>/...`` for each vendor."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    for name in world.vendors:
        app.mount(f"/{name}", Gateway(world, name))
    return app
