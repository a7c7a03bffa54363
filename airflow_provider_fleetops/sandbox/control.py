"""``/control``: move the clock, order faults and events, change limits, read the journal."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, HTTPException, Query
from fastapi.routing import APIRoute
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from airflow_provider_fleetops.sandbox.faults import Fault, Kind
from airflow_provider_fleetops.sandbox.webhooks import Mode
from airflow_provider_fleetops.sandbox.world import World

Json = dict[str, Any]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Reset(_Strict):
    """Start again, with another seed if one is given."""

    seed: int | None = None


class ClockChange(_Strict):
    """Applied in this order: set, advance (seconds), scale."""

    set: AwareDatetime | None = None
    advance: Annotated[float, Field(ge=0, le=10**9)] | None = None
    scale: Annotated[float, Field(ge=0, le=100_000)] | None = None


class FaultOrder(_Strict):
    """See `Fault`."""

    vendor: str
    kind: Kind
    match: str = "*"
    times: Annotated[int, Field(ge=1)] | Literal["forever"] = 1
    probability: Annotated[float, Field(gt=0, le=1)] = 1.0
    seed: int = 0
    options: Json = {}


class Script(_Strict):
    """An event of a vendor's world, such as slip, cancel or aog, with its data."""

    event: str
    data: Json = {}


class Misbehaviour(_Strict):
    """What the next ``times`` webhook deliveries do; ``retry_seconds`` replaces the waits between attempts."""

    mode: Mode | None = None
    times: Annotated[int, Field(ge=1, le=1000)] = 1
    seconds: Annotated[float, Field(ge=0, le=3600)] = 1.0
    retry_seconds: Annotated[list[Annotated[float, Field(ge=0)]], Field(max_length=10)] | None = None


def create_control(world: World) -> APIRouter:
    """Return the control routes for a world. All are coroutines, so they take turns with the vendors' handlers."""
    router = APIRouter(prefix="/control")

    @router.get("")
    async def orders() -> Json:
        """This list."""
        return {request: {"does": says, "takes": takes} for request, says, takes in control_orders(router)}

    _add_world(router, world)
    _add_clock(router, world)
    _add_faults(router, world)
    _add_webhooks(router, world)
    _add_reading(router, world)
    return router


def control_orders(router: APIRouter) -> Iterator[tuple[str, str, list[str]]]:
    """Each order: its request, what it does, and the names that it takes, in the query or in the JSON body."""
    for route in router.routes:
        if isinstance(route, APIRoute):
            bodies = (field.field_info.annotation for field in route.dependant.body_params)
            named = [name for body in bodies for name in getattr(body, "model_fields", ())]
            takes = [field.name for field in route.dependant.query_params] + named
            yield f"{min(route.methods)} {route.path}", route.description, takes


def _add_world(router: APIRouter, world: World) -> None:
    @router.post("/reset")
    async def reset(order: Reset) -> Json:
        """Start again: clock, journal, faults, limits, every vendor's world; with another seed if one is given."""
        world.reset(order.seed)
        return {"seed": world.seed}

    @router.get("/limits/{vendor}")
    async def limits(vendor: str) -> Json:
        """A vendor's limits and other settings."""
        return _try(world.vendor, vendor).limits  # type: ignore[no-any-return]

    @router.post("/limits/{vendor}")
    async def limit(vendor: str, changes: Json) -> Json:
        """Change some of them, by their names."""
        _try(world.limit, vendor, changes)
        return world.vendors[vendor].limits

    @router.post("/script/{vendor}")
    async def script(vendor: str, order: Script) -> Any:
        """Let something happen in a vendor's world."""
        done = _try(_try(world.vendor, vendor).script, order.event, order.data)
        world.pump()
        return {"done": done}

    @router.get("/credentials")
    async def credentials() -> Json:
        """What each vendor's clients sign in with; invented."""
        return {name: vendor.credentials() for name, vendor in world.vendors.items()}


def _add_clock(router: APIRouter, world: World) -> None:
    @router.get("/clock")
    async def clock() -> Json:
        """World time, gateway time, and how fast the world runs."""
        return _clock(world)

    @router.post("/clock")
    async def change(order: ClockChange) -> Json:
        """Set, advance (seconds) and scale the time, in this order."""
        if order.set is not None:
            _try(world.clock.set, order.set)
        if order.advance is not None:
            _try(world.clock.advance, timedelta(seconds=order.advance))
        if order.scale is not None:
            world.clock.scale(order.scale)
        world.pump()
        return _clock(world)


def _add_faults(router: APIRouter, world: World) -> None:
    @router.get("/faults")
    async def faults() -> list[Json]:
        """The ordered faults with their hits."""
        return [fault.public() for fault in world.faults.ordered()]

    @router.post("/faults")
    async def add(order: FaultOrder) -> Json:
        """Order a fault."""
        fault: Fault = _try(lambda: Fault(**order.model_dump()))
        world.faults.add(fault)
        return fault.public()

    @router.delete("/faults")
    async def clear() -> Json:
        """Drop all faults."""
        world.faults.clear()
        return {"faults": 0}


def _add_webhooks(router: APIRouter, world: World) -> None:
    @router.get("/webhooks")
    async def attempts() -> list[Json]:
        """All attempts to deliver webhooks."""
        return [attempt.public() for attempt in world.postman.attempts()]

    @router.post("/webhooks")
    async def misbehave(order: Misbehaviour) -> Json:
        """How the next deliveries misbehave, and the waits between attempts."""
        if order.retry_seconds is not None:
            world.postman.retry_seconds = tuple(order.retry_seconds)
        if order.mode is not None:
            world.postman.misbehave(order.mode, order.times, order.seconds)
        return {"mode": order.mode}

    @router.post("/webhooks/flush")
    async def flush() -> Json:
        """Wait until every delivery that is due has been tried."""
        world.pump()
        return {"flushed": await asyncio.to_thread(world.postman.flush)}


def _add_reading(router: APIRouter, world: World) -> None:
    @router.get("/journal")
    async def journal(
        since: Annotated[int, Query(ge=0)] = 0,
        limit: Annotated[int, Query(ge=1)] = 10_000,
        vendor: str | None = None,
        route: str | None = None,
        broke: str | None = None,
        effect: str | None = None,
        fault: str | None = None,
    ) -> list[Json]:
        """The requests that came, the newest ``limit`` of them after ``since``; ``*`` asks for any value."""
        asked = {"vendor": vendor, "route": route, "broke": broke, "effect": effect, "fault": fault}
        return [entry.public() for entry in world.journal.entries(since=since, limit=limit, **asked)]

    @router.get("/summary")
    async def summary() -> Json:
        """Figures of each vendor since the start."""
        figures = world.journal.summary()
        return {
            name: {**figures.get(name, {"calls": 0}), "stats": vendor.stats()} for name, vendor in world.vendors.items()
        }

    @router.get("/routes")
    async def routes() -> list[Json]:
        """Every route of the vendors' APIs, documented or assumed."""
        return [
            {"vendor": name, "name": r.name, "method": r.method, "path": r.path, "label": r.label}
            for name, vendor in world.vendors.items()
            for r in vendor.routes
        ]

    @router.get("/health")
    async def health() -> Json:
        """Whether the sandbox answers."""
        return {"ok": True, "vendors": sorted(world.vendors)}


def _clock(world: World) -> Json:
    clock = world.clock
    return {"world": clock.world().isoformat(), "gateway": clock.gateway().isoformat(), "scale": clock.scale_factor}


def _try(action: Any, *args: Any) -> Any:
    """Carry out an order; what is wrong with it becomes a 400 that names the rule."""
    try:
        return action(*args)
    except ValueError as error:
        raise HTTPException(400, str(error)) from error
