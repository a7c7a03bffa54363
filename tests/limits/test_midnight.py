"""A day's quota ends at the vendor's midnight, not at ours: a clock that is ahead costs no next day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from cryptography.fernet import Fernet, MultiFernet

from airflow_provider_fleetops.hooks.base import hook_for
from airflow_provider_fleetops.protocol import errors
from airflow_provider_fleetops.protocol.flow import call
from airflow_provider_fleetops.state import StateStore
from airflow_provider_fleetops.transports.sync import SyncDriver
from tests.conftest import set_connection
from tests.state.workers import KEY


class Host:
    """A host whose clock is ``ahead`` of the sandbox's; waiting moves both."""

    def __init__(self, box, url: str, ahead: float) -> None:
        self.box, self.moved, self.ahead = box, timedelta(), timedelta(seconds=ahead)
        store = StateStore(url, MultiFernet([Fernet(KEY)]))
        quiet = lambda _: None  # noqa: E731
        self.driver = SyncDriver(store, quiet, quiet, clock=self.clock, sleep=self.sleep)
        self.account = hook_for("fasttrack360", "fasttrack360_default").account

    def clock(self) -> datetime:
        return datetime.now(UTC) + self.moved + self.ahead

    def sleep(self, seconds: float) -> None:
        self.box.control.advance(timedelta(seconds=seconds))
        self.moved += timedelta(seconds=seconds)

    def wait_until(self, moment: datetime) -> None:
        """By the vendor's clock."""
        self.sleep((moment - self.clock() + self.ahead).total_seconds())

    def ask(self) -> errors.FleetOpsError | None:
        try:
            self.driver.run(call(self.account, "offices.list"))
        except errors.FleetOpsError as error:
            return error
        return None


@pytest.mark.parametrize("ahead", [0.0, 1.0, 25.0, 45.0, -45.0])
@pytest.mark.parametrize("quota", [3, None], ids=["of known size", "of unknown size"])
def test_a_clock_that_is_off_does_not_cost_the_next_day(
    fleet_connections, fresh_sandbox, state_url, monkeypatch, quota, ahead
):
    fresh_sandbox.control.limits("fasttrack360", daily_quota=3, rate=1e6, burst=10**6)
    mine = fleet_connections["fasttrack360_default"]
    set_connection(monkeypatch, "fasttrack360_default", mine | {"extra": mine["extra"] | {"daily_quota": quota}})
    host = Host(fresh_sandbox, state_url, ahead)
    midnight = (host.clock() + timedelta(days=2)).replace(hour=0, minute=0, second=0, microsecond=0)
    host.wait_until(midnight - timedelta(hours=3))
    spent = [host.ask() for _ in range(4)]
    assert spent[:3] == [None] * 3
    assert isinstance(spent[3], errors.QuotaExhausted)

    host.wait_until(spent[3].resume_at - host.ahead)
    while (again := host.ask()) is not None:
        assert again.resume_at - host.clock() < timedelta(minutes=1)
        host.wait_until(again.resume_at - host.ahead)
    assert host.clock() - host.ahead - midnight < timedelta(minutes=2)
    assert fresh_sandbox.control.summary()["fasttrack360"]["stats"]["limit_exceeded"] <= 3
