"""The sandbox as one application: a path prefix per vendor, and ``/control``."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

from fastapi import FastAPI

from airflow_provider_fleetops.sandbox.control import create_control
from airflow_provider_fleetops.sandbox.gateway import Gateway
from airflow_provider_fleetops.sandbox.world import World

_TICK_SECONDS = 0.2


def create_app(world: World) -> FastAPI:
    """Return the application for a world: ``/<vendor>/...`` for each vendor, and ``/control/...``."""

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        world.postman.start()
        ticking = asyncio.create_task(_tick(world))
        yield
        ticking.cancel()
        await asyncio.to_thread(world.postman.stop)

    app = FastAPI(lifespan=lifespan, redirect_slashes=False, docs_url=None, redoc_url=None, openapi_url=None)
    app.include_router(create_control(world))
    for name in world.vendors:
        app.mount(f"/{name}", Gateway(world, name))
    return app


async def _tick(world: World) -> None:
    """Let vendors announce by webhook what time alone has changed."""
    while True:
        world.pump()
        await asyncio.sleep(_TICK_SECONDS)
