"""Measures hook calls inside a task, where a connection costs what it costs: supervisor, API server, database."""

from __future__ import annotations

from collections.abc import Callable

from airflow.sdk import DAG, Param, task

ROUNDS, CALLS = 7, 40
READ, WRITE = "/api/external/aircraft", "/api/external/user/account"

with DAG("overhead", schedule=None, params={"url": Param("", type="string"), "state": Param("", type="string")}):

    @task
    def measure(params: dict[str, str] | None = None) -> dict[str, float]:
        """Median milliseconds a call of each way to ask the same, in turns; the first round warms up."""
        import itertools
        import os
        import statistics
        import time

        import requests
        from airflow.providers.http.hooks.http import HttpHook

        from airflow_provider_fleetops.hooks.fl3xx import Fl3xxHook

        given = params or {}
        os.environ["AIRFLOW__FLEETOPS__STATE_URL"] = given["state"]
        read, write = given["url"] + READ, given["url"] + WRITE
        session, ours, reader, writer = requests.Session(), Fl3xxHook(), HttpHook(method="GET"), HttpHook(method="POST")
        body, number, run = {"name": "Simulated Holdings"}, itertools.count(), time.time()
        ways: dict[str, Callable[[], object]] = {
            "read: raw requests.Session": lambda: session.get(read, timeout=10).json(),
            "read: HttpHook": lambda: reader.run(READ).json(),
            "read: fleetops hook": lambda: ours.call("aircraft.list"),
            "write: raw requests.Session": lambda: session.post(write, json=body, timeout=10).json(),
            "write: HttpHook": lambda: writer.run(WRITE, json=body).json(),
            "write: fleetops hook": lambda: ours.call(
                "account.create", body=body, operation_key=f"{run}.{next(number)}"
            ),
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
