"""The demo's search for marked texts: it must find what it looks for, or its silence means nothing."""

from __future__ import annotations

import base64
import sqlite3
from pathlib import Path

import pytest

from airflow_provider_fleetops.demo.report import Verdict
from airflow_provider_fleetops.demo.scan import scan

SECRET = "s3cret-token-0123456789"
NAME = "Ada Överström"
MARKS = {"token": SECRET, "passenger 1": NAME}


@pytest.mark.parametrize(
    ("text", "label"),
    [
        (f"GET /x?token={SECRET}", "token"),
        (base64.b64encode(f"user:{SECRET}".encode()).decode(), "token"),
        (base64.b64encode(f"us:{SECRET}!".encode()).decode(), "token"),
        (base64.b64encode(f"u:{SECRET}".encode()).decode(), "token"),
        (f'{{"name": "{NAME}"}}', "passenger 1"),
        ('{"name": "Ada \\u00d6verstr\\u00f6m"}', "passenger 1"),
    ],
)
def test_a_mark_is_found_in_clear_as_base64_and_as_json(tmp_path: Path, text: str, label: str):
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "task.log").write_text(f"before {text} after", encoding="utf-8")
    assert [find.label for find in scan(tmp_path, MARKS)] == [label]


def test_a_mark_is_found_in_a_database_and_its_journal(tmp_path: Path):
    database = sqlite3.connect(tmp_path / "airflow.db")
    database.execute("pragma journal_mode=wal")
    database.execute("create table rendered (fields text)")
    database.execute("insert into rendered values (?)", (f'{{"passenger": "{NAME}"}}',))
    database.commit()
    assert {find.label for find in scan(tmp_path, MARKS)} == {"passenger 1"}
    database.close()


def test_a_mark_that_lies_across_pages_is_found(tmp_path: Path):
    database = sqlite3.connect(tmp_path / "airflow.db")
    database.execute("pragma page_size=512")
    database.execute("create table xcom (value text)")
    for shift in range(0, 520, 7):  # somewhere it crosses from one overflow page to the next
        database.execute("delete from xcom")
        database.execute("insert into xcom values (?)", ("x" * (3000 + shift) + SECRET + "y" * 3000,))
        database.commit()
        assert {find.label for find in scan(tmp_path, MARKS)} == {"token"}
    database.close()


def test_what_is_not_there_is_not_found(tmp_path: Path):
    (tmp_path / "task.log").write_text("Ada went home; token is ***")
    assert scan(tmp_path, MARKS) == []


def test_a_find_fails_the_day_and_shows_no_mark(tmp_path: Path):
    (tmp_path / "task.log").write_text(SECRET)
    verdict = Verdict([]).with_scan(tmp_path, MARKS)
    assert not verdict.passed
    assert SECRET not in str(verdict.problems)
    assert "token in task.log" in verdict.problems[0]
