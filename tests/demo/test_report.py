"""The demo's verdict: each thing that must not happen fails it."""

from __future__ import annotations

from typing import Any

import pytest

from airflow_provider_fleetops.demo.report import judge


def _summary() -> dict[str, dict[str, Any]]:
    names = ("fl3xx", "fastrac", "fasttrak", "fasttrack360")
    return {n: {"calls": 3, "broken": {}, "duplicates": 0, "logins": 0, "stats": {"duplicates": 0}} for n in names}


def _entry(vendor: str, route: str = "x", effect: str | None = None) -> dict[str, Any]:
    return {"vendor": vendor, "route": route, "effect": effect}


def test_a_good_day_passes():
    assert judge({"fleet_day": "success"}, [], _summary(), [], []).passed


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (lambda s, runs: runs.update(fleet_day="failed"), "fleet_day"),
        (lambda s, runs: runs.update(fleet_day="running"), "running"),
        (lambda s, runs: s["fl3xx"].update(broken={"spacing": 2}), "spacing"),
        (lambda s, runs: s["fastrac"].update(duplicates=1), "1 duplicates"),
        (lambda s, runs: s["fastrac"]["stats"].update(duplicates=1), "1 duplicates"),
        (lambda s, runs: s["fasttrak"].update(logins=2), "2 logins"),
        (lambda s, runs: s["fasttrak"].update(broken={"needless_login": 1}), "needless_login"),
        (lambda s, runs: s["fasttrack360"].update(calls=0), "nothing was called"),
    ],
)
def test_what_must_not_happen_fails_the_day(change, word):
    summary, runs = _summary(), {"fleet_day": "success"}
    change(summary, runs)
    verdict = judge(runs, [], summary, [], [])
    assert not verdict.passed
    assert any(word in problem for problem in verdict.problems)


def test_an_incomplete_story_fails_the_day():
    assert judge({"fleet_day": "success"}, [], _summary(), [], ["no flight slipped"]).problems


def test_a_naive_dag_asks_for_each_flight_and_logs_in_each_time():
    journal = [
        _entry("fl3xx", "flights.list"),
        _entry("fl3xx", "flights.list"),
        _entry("fasttrak", "auth", "login"),
        _entry("fasttrak", "reservation.create", "reservation:1 created"),
        _entry("fasttrak", "reservation.search_advanced"),
    ]
    tasks = [{"task_id": "ensure_car"}] * 3
    rows = {row.vendor: row for row in judge({}, tasks, _summary(), journal, []).rows}
    assert rows["fl3xx"].naive == 6
    assert rows["fasttrak"].naive == 4
    assert "1 reservation created" in rows["fasttrak"].done
