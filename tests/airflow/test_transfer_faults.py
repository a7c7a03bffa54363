"""Transfers whose worker is killed, whose vendor fails or throttles, which overlap: no row lost, no row twice."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from airflow.sdk.exceptions import TaskDeferred

from airflow_provider_fleetops.protocol import errors
from airflow_provider_fleetops.transfers.object_storage import FleetOpsToObjectStorageOperator
from airflow_provider_fleetops.transports.sync import SyncDriver
from tests.airflow.transfer_kit import asked, context, lines, transfer

pytestmark = pytest.mark.usefixtures("fleet_connections")
ROOT = Path(__file__).parents[2]
PAGES, SIZE = 6, 20
ROWS = PAGES * SIZE
LIST = {"vendor": "fasttrack360", "endpoint": "candidates.list", "arguments": {"page_size": SIZE}}


@pytest.fixture
def box(unhurried_sandbox):
    unhurried_sandbox.control.script("fasttrack360", "grow", rows=ROWS - 36)
    return unhurried_sandbox


@pytest.fixture
def unhurried(monkeypatch):
    """Waits are not slept."""
    monkeypatch.setitem(SyncDriver.__init__.__kwdefaults__, "sleep", lambda _: None)


@pytest.mark.parametrize(("suffix", "points"), [("jsonl", 12), ("parquet", 3)])
def test_killed_anywhere_and_tried_again_each_row_is_there_once(box, tmp_path, suffix, points):
    job = {"folder": str(tmp_path), "points": points, "suffix": suffix}
    done = subprocess.run(
        [sys.executable, "-m", "tests.airflow.transfer_worker"],
        input=json.dumps(job), capture_output=True, text=True, timeout=300, check=False, cwd=ROOT, env=dict(os.environ),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    answer = json.loads(done.stdout.splitlines()[-1])
    whole = answer["whole"]["result"]
    outcomes = answer["outcomes"]
    assert [outcome["first"] for outcome in outcomes] == ["killed"] * points, done.stderr[-3000:]
    for outcome in outcomes:
        result = outcome["second"]["result"]
        assert (result["rows"], result["duplicates"], result["digest"]) == (ROWS, 0, whole["digest"])
        assert (Path(outcome["path"]).read_bytes() == Path(whole["path"][7:]).read_bytes()) or suffix == "parquet"
    # One page more at most for each kill; all of them once more where the kill came after the file was there.
    complete = sum(outcome["there"] for outcome in outcomes)
    assert complete < points / 3
    assert len(asked(box)) <= 2 * PAGES + points * (PAGES + 1) + complete * PAGES
    assert list(tmp_path.glob("_*")) == []


def test_a_retry_goes_on_at_the_page_at_which_the_hook_gave_up(box, tmp_path, unhurried, later):
    path = tmp_path / "rows.jsonl"
    box.control.fault("fasttrack360", "status", "candidates.list", times=2, code=503)
    box.control.fault("fasttrack360", "reset_before", "candidates.list", times="forever", probability=0.4, seed=5)
    tries = 0
    while not path.exists():
        later(600 * tries)
        tries += 1
        with suppress(errors.Unavailable):
            result = transfer(path, **LIST)
    assert tries > 1
    assert (result["rows"], result["pages"], result["calls"]) == (ROWS, PAGES, PAGES)
    assert [entry["status"] for entry in asked(box)].count(200) == PAGES


def test_a_spent_quota_defers_and_the_task_comes_back_to_the_next_page(box, tmp_path, later):
    path = tmp_path / "rows.jsonl"
    box.control.limits("fasttrack360", daily_quota=2)
    operator = FleetOpsToObjectStorageOperator(task_id="copy", path=f"file://{path}", deferrable=True, **LIST)
    with pytest.raises(TaskDeferred) as deferred:
        operator.execute(context())
    assert deferred.value.method_name == "execute_resumed"
    assert not path.exists()
    assert [entry["status"] for entry in asked(box)] == [200, 200, 429]
    box.control.limits("fasttrack360", daily_quota=10**9)
    later(86_400)
    again = FleetOpsToObjectStorageOperator(task_id="copy", path=f"file://{path}", deferrable=True, **LIST)
    result = again.execute_resumed(context(), {"resumed": 1})
    assert (result["rows"], result["calls"]) == (ROWS, PAGES)
    assert [entry["status"] for entry in asked(box)] == [200, 200, 429, 200, 200, 200, 200]


def test_pages_that_somebody_deleted_are_read_again(box, tmp_path, unhurried, later):
    path = tmp_path / "rows.jsonl"
    box.control.limits("fasttrack360", daily_quota=2)
    with pytest.raises(errors.Throttled):
        transfer(path, **LIST)
    (folder,) = tmp_path.glob("_*.parts")
    shutil.rmtree(folder)
    box.control.limits("fasttrack360", daily_quota=10**9)
    later(86_400)
    with pytest.raises(errors.Unavailable, match="gone from their folder"):
        transfer(path, **LIST)
    assert not path.exists()
    assert transfer(path, **LIST)["rows"] == ROWS


def test_two_tries_at_once_take_turns_and_add_up(box, tmp_path, unhurried, monkeypatch):
    """A worker that was given up for dead goes on while the retry is at work."""
    path = tmp_path / "rows.jsonl"
    keeps: list[int] = []
    from airflow_provider_fleetops.transfers.job import Job

    write = Job._read_page

    def interrupted(job, parts, before, arguments):
        keeps.append(1)
        if len(keeps) == 3:
            assert transfer(path, **LIST)["rows"] == ROWS
        return write(job, parts, before, arguments)

    monkeypatch.setattr(Job, "_read_page", interrupted)
    with pytest.raises(errors.Refused, match="another try"):
        transfer(path, **LIST)
    assert len({row["id"] for row in lines(path)}) == len(lines(path)) == ROWS
    assert len(asked(box)) <= PAGES + 1
