"""Whatever is read of a flight: who is on it goes to the file alone, not to XCom, logs or rendered fields."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from airflow_provider_fleetops.operators import fl3xx
from airflow_provider_fleetops.operators.fl3xx.base import Fl3xxFlightOperator
from airflow_provider_fleetops.sandbox import Sandbox
from tests.airflow.fl3xx_kit import do, people, programme, rendered, scheduled, unhurry


def _reads_a_flight(cls: type) -> bool:
    return issubclass(cls, Fl3xxFlightOperator) and cls.guarantee == "read" and set(cls.takes) == {"flight_id"}


READERS = [cls for name in fl3xx.__all__ if _reads_a_flight(cls := getattr(fl3xx, name))]


@pytest.fixture
def box(fresh_sandbox: Sandbox, fleet_connections: Mapping[str, Any], monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    unhurry(fresh_sandbox, fleet_connections, monkeypatch)
    return fresh_sandbox


def _all_that_fl3xx_told(tmp_path: Path, flight_id: int) -> tuple[str, str]:
    """What every reader gave to XCom and what it put into its file."""
    told, kept = [], []
    for cls in READERS:
        path = tmp_path / cls.__name__
        told.append(do(cls, flight_id=flight_id, output_path=f"file://{path}"))
        kept.append(path.read_text())
    return json.dumps(told), "\n".join(kept)


def test_nobody_on_board_is_named_outside_the_files(box, tmp_path: Path, caplog, capsys):
    flight = next(f for f in scheduled(programme()) if f["flightType"] == "PAX" and f["paxNumber"] > 2)
    told, kept = _all_that_fl3xx_told(tmp_path, flight["flightId"])
    manifest = json.loads((tmp_path / "Fl3xxPassengerManifestOperator").read_text())
    crew = [json.loads(line) for line in (tmp_path / "Fl3xxGetFlightCrewOperator").read_text().splitlines()]
    record = json.loads((tmp_path / "Fl3xxGetFlightOperator").read_text())
    names = people(manifest, crew) | {record["accountName"]}
    assert len(READERS) >= 11
    assert all(name in kept for name in names)
    shown = "".join(rendered(cls, flight_id=flight["flightId"], output_path="file:///x") for cls in READERS)
    logged = caplog.text + capsys.readouterr().out
    assert [name for name in names if name in told or name in logged or name in shown] == []
