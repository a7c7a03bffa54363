"""Measures hook calls inside a task, where a connection costs what it costs: supervisor, API server, database."""

from __future__ import annotations

from collections.abc import Callable

from airflow.sdk import DAG, Param, task

ROUNDS, CALLS = 7, 40

with DAG("overhead", schedule=None, params={"url": Param("", type="string")}):

    @task
    def measure(params: dict[str, str] | None = None) -> dict[str, float]:
        """Median milliseconds a call of three ways to ask the same, in turns; the first round warms up."""
        import statistics
        import time

        import requests
        from airflow.providers.http.hooks.http import HttpHook

        from airflow_provider_fleetops.hooks.fl3xx import Fl3xxHook

        url = f"{(params or {})['url']}/api/external/aircraft"
        session, ours, peer = requests.Session(), Fl3xxHook(), HttpHook(method="GET")
        ways: dict[str, Callable[[], object]] = {
            "raw requests.Session": lambda: session.get(url, timeout=10).json(),
            "HttpHook": lambda: peer.run("/api/external/aircraft").json(),
            "fleetops hook": lambda: ours.call("aircraft.list"),
        }
        took: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(ROUNDS + 1):
            for name, ask in ways.items():
                began = time.perf_counter()
                for _ in range(CALLS):
                    ask()
                took[name].append((time.perf_counter() - began) / CALLS * 1000)
        return {name: statistics.median(times[1:]) for name, times in took.items()}

    measure()
