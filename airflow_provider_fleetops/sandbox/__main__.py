"""``python -m airflow_provider_fleetops.sandbox``: run the sandbox until Ctrl-C, on this machine only."""

from __future__ import annotations

import argparse
import contextlib
import json
import shlex
from collections.abc import Sequence
from datetime import UTC, datetime

from airflow_provider_fleetops.demo.connections import connections
from airflow_provider_fleetops.sandbox.server import HOST, build_server, listen
from airflow_provider_fleetops.sandbox.world import World


def main(argv: Sequence[str] | None = None) -> int:
    """Parse the command line and serve."""
    options = _parser().parse_args(argv)
    world = World(seed=options.seed, start=options.start, scale=options.scale)
    sock = listen(options.port)
    url = f"http://{HOST}:{sock.getsockname()[1]}"
    print(_greeting(world, url), flush=True)
    # uvicorn raises Ctrl-C again once it has shut down in order.
    with contextlib.suppress(KeyboardInterrupt):
        build_server(world).run([sock])
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m airflow_provider_fleetops.sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=8099, help="0 takes a free one (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=7, help="the same seed makes the same world (default: %(default)s)")
    parser.add_argument("--scale", type=float, default=1.0, help="world seconds per second (default: %(default)s)")
    parser.add_argument(
        "--start", type=_moment, default=None, help="first moment of the world, ISO 8601 (default: now)"
    )
    return parser


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _greeting(world: World, url: str) -> str:
    """Return address, time, and Airflow's connections; their credentials open nothing but this sandbox."""
    lines = [f"sandbox at {url} (control: {url}/control), world time {world.clock.world():%Y-%m-%d %H:%M} UTC"]
    found = connections(url, {name: vendor.credentials() for name, vendor in world.vendors.items()})
    for name, connection in found.items():
        lines.append(f"export AIRFLOW_CONN_{name.upper()}={shlex.quote(json.dumps(connection))}")
    return "\n".join(lines)


if __name__ == "__main__":
    raise SystemExit(main())
