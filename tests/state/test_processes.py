"""Real processes on one state: never a limit broken, never two that renew, whoever is killed."""

from __future__ import annotations

import subprocess
import sys
from itertools import pairwise

from sqlalchemy import text

from airflow_provider_fleetops.state import StateStore
from airflow_provider_fleetops.state.engine import engine_for
from tests.state.conftest import cipher
from tests.state.workers import ROOT, Worker, run_together

DAY = 86_400.0
START = 20_000 * DAY
PROCESSES = 8


def test_spacing_holds_over_processes_and_wastes_nothing(url: str) -> None:
    rules = [["a:gate", "gate"], ["a:space", "spacing", 2.0]]
    heard = run_together(
        [Worker("reserve", url, rules=rules, times=25, step=0.0, start=START) for _ in range(PROCESSES)]
    )
    slots = sorted(at for one in heard for at in one)
    assert slots == [START + 2.0 * i for i in range(25 * PROCESSES)]


def test_rate_with_burst_and_quota_hold_over_processes(url: str) -> None:
    rules = [["z:rate", "rate", 5.0, 1.0, 10], ["a:day", "quota", 90]]
    workers = [Worker("reserve", url, rules=rules, times=25, step=0.05, start=START) for _ in range(PROCESSES)]
    slots = sorted(at for one in run_together(workers) for at in one)
    assert len(slots) == 90 + 90  # nothing is given beyond tomorrow
    for i, first in enumerate(slots):
        for j in range(i, min(i + 60, len(slots))):
            assert j - i + 1 <= 10 + 5 * (slots[j] - first) + 1e-6
    per_day = [sum(START + d * DAY <= at < START + (d + 1) * DAY for at in slots) for d in range(2)]
    assert per_day == [90, 90]


def test_limits_in_any_order_do_not_block_each_other(url: str) -> None:
    rules = [[f"key{i}", "spacing", 1.0] for i in range(4)]
    orders = [rules, rules[::-1], rules[1:], rules[:1] + rules[2:]] * 2
    heard = run_together([Worker("reserve", url, rules=order, times=20, step=0.0, start=START) for order in orders])
    used_first = sorted(at for order, one in zip(orders, heard, strict=True) if rules[0] in order for at in one)
    assert all(b - a >= 1.0 for a, b in pairwise(used_first))


def test_a_process_killed_while_reserving_blocks_nobody(url: str) -> None:
    rules = [["a:space", "spacing", 1.0]]
    doomed = [Worker("reserve", url, rules=rules, times=1, step=0.0, start=START, forever=True) for _ in range(2)]
    for worker in doomed:
        assert worker.hear() == "ready"
        worker.say()
    taken = [worker.hear() for worker in doomed for _ in range(20)]
    others = [Worker("reserve", url, rules=rules, times=20, step=0.0, start=START) for _ in range(2)]
    for worker in others:
        assert worker.hear() == "ready"
        worker.say()
    for worker in doomed:
        worker.kill()
    slots = taken + [at for worker in others for at in worker.hear()]
    assert [worker.end() for worker in others] == [0, 0]
    assert len(set(slots)) == len(slots) == 80


def test_a_killed_holder_is_replaced_by_exactly_one(url: str) -> None:
    doomed = Worker("take_and_hang", url, key="token", now=START, seconds=90.0)
    assert doomed.hear() == "ready"
    doomed.say()
    assert doomed.hear() is True
    doomed.kill()
    heard = run_together([Worker("single_flight", url, key="token", now=START) for _ in range(PROCESSES)])
    renewals = [at for one in heard for at in one["renewed"]]
    assert len(renewals) == 1
    assert renewals[0] >= START + 90.0
    assert len({one["value"] for one in heard}) == 1


def test_many_processes_migrate_at_once(empty_url: str) -> None:
    heard = run_together([Worker("migrate", empty_url) for _ in range(PROCESSES)])
    assert heard == ["migrated"] * PROCESSES
    with engine_for(empty_url).connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM fleetops_alembic_version")).scalar() == 1
    assert StateStore(empty_url, cipher()).peek("anything") is None


def test_a_connection_does_not_survive_a_fork(url: str) -> None:
    assert run_together([Worker("fork", url)]) == [{"exit": 0, "own engine": "True", "parent": "after"}]


def test_importing_the_package_is_light() -> None:
    code = "import sys, airflow_provider_fleetops.state; print({'sqlalchemy', 'alembic'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
