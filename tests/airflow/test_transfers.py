"""Transfers against the sandbox over HTTP: what the vendors were asked, and what consumers find."""

from __future__ import annotations

import pytest

from tests.airflow.transfer_kit import asked, lines, transfer

pytestmark = pytest.mark.usefixtures("fleet_connections")


@pytest.fixture
def box(unhurried_sandbox):
    return unhurried_sandbox


def test_all_pages_of_a_list_are_in_the_file(box, tmp_path):
    box.control.script("fasttrack360", "grow", rows=300)
    path = tmp_path / "deep" / "candidates.jsonl"
    result = transfer(path)
    rows = lines(path)
    assert result["rows"] == len(rows) == len({row["id"] for row in rows}) == 336
    assert (result["pages"], result["calls"], result["duplicates"], result["cursor"]) == (4, 4, 0, None)
    assert [entry["status"] for entry in asked(box)] == [200] * 4
    assert [entry.name for entry in path.parent.iterdir()] == ["candidates.jsonl"]
