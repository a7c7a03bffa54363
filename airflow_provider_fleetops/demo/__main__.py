"""Run a fleet day: the sandbox of the four vendors, a real Airflow, five DAGs, one verdict."""

from __future__ import annotations

import argparse
import signal
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from airflow_provider_fleetops.demo.airflow import AirflowError, LocalAirflow
from airflow_provider_fleetops.demo.connections import connections
from airflow_provider_fleetops.demo.day import FleetDay
from airflow_provider_fleetops.demo.marks import marked_texts
from airflow_provider_fleetops.demo.report import Verdict, judge
from airflow_provider_fleetops.sandbox import Sandbox

ROOT = Path(__file__).parents[2]
VENDORS = ("fl3xx", "fastrac", "fasttrak", "fasttrack360")
FIRST_HOUR = 5
REPEAT_SECONDS = 600


def main(argv: Sequence[str] | None = None) -> int:
    """Exit code 0 only if every run succeeded and the sandbox saw no broken limit, no duplicate, no needless login."""
    options = _parser().parse_args(argv)
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 110)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that everything is ended in order then too
    try:
        return _stay(console, options) if options.stay else _run(console, options)
    except KeyboardInterrupt:
        console.print("\nStopped; everything that was started has been ended.")
        return 130
    except AirflowError as error:
        console.print(f"[red]{error}[/red]")
        return 1


def _run(console: Console, options: argparse.Namespace) -> int:
    started = time.monotonic()
    with ExitStack() as stack:
        box, airflow, marks = _start(console, options, stack)
        day = FleetDay(box.control, airflow, console, options.scale)
        day.run(options.minutes * 60)
        summary, journal = box.control.summary(), box.control.journal()
        verdict = judge(day.runs, day.tasks(), summary, journal, day.missing)
    verdict = verdict.with_scan(options.home, marks)
    _show(console, verdict, time.monotonic() - started)
    return 0 if verdict.passed else 1


def _stay(console: Console, options: argparse.Namespace) -> int:
    with ExitStack() as stack:
        box, airflow, _ = _start(console, options, stack)
        box.control.scale(1)
        console.print(f"Airflow:  {airflow.url}   (no password is asked)\nSandbox:  {box.url}/control/summary")
        console.print("Unpause a DAG and trigger it. Ctrl-C ends both.")
        while True:
            airflow.check()
            time.sleep(1)


def _start(
    console: Console, options: argparse.Namespace, stack: ExitStack
) -> tuple[Sandbox, LocalAirflow, dict[str, str]]:
    first = datetime.now(UTC).replace(hour=FIRST_HOUR, minute=0, second=0, microsecond=0)
    box = stack.enter_context(Sandbox(seed=options.seed, start=first, scale=0))
    credentials = {name: box.credentials(name) for name in VENDORS}
    marks = marked_texts(box.base_url("fl3xx"), credentials)
    box.control.reset()
    pace = max(1, round(REPEAT_SECONDS / options.scale))
    box.control.limits("fl3xx", repeat_seconds=pace, schedule_seconds=pace)
    console.print(f"Sandbox of four vendors at {box.url}: world time {first:%Y-%m-%d %H:%M} UTC")
    with console.status("Starting Airflow: scheduler, dag-processor, triggerer, api-server"):
        airflow = stack.enter_context(LocalAirflow(options.home, options.dags, port=options.port))
    console.print(f"Airflow at {airflow.url}")
    for conn_id, connection in connections(box.url, credentials, cadence=pace).items():
        airflow.add_connection(conn_id, connection)
    return box, airflow, marks


def _show(console: Console, verdict: Verdict, seconds: float) -> None:
    console.print(verdict.table())
    for problem in verdict.problems:
        console.print(f"[red]✗ {problem}[/red]")
    word = "[green]✓ the fleet day went well[/green]" if verdict.passed else "[red]✗ the fleet day failed[/red]"
    console.print(f"{word} in {seconds:.0f} s")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m airflow_provider_fleetops.demo", description=__doc__)
    parser.add_argument("--stay", action="store_true", help="leave sandbox and Airflow running and print the address")
    parser.add_argument("--scale", type=float, default=200.0, help="world seconds per second (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=7, help="of the sandbox's world (default: %(default)s)")
    parser.add_argument("--minutes", type=float, default=5.0, help="longest time for the day (default: %(default)s)")
    parser.add_argument("--port", type=int, default=0, help="of Airflow's UI; 0 takes a free one")
    parser.add_argument("--home", type=Path, default=ROOT / ".demo", help="AIRFLOW_HOME; emptied at the start")
    parser.add_argument("--dags", type=Path, default=ROOT / "dags", help="folder of DAG files (default: %(default)s)")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
