from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from airflow_provider_fleetops.sandbox.clock import Clock

START = datetime(2031, 4, 2, 9, tzinfo=UTC)


class Wall:
    def __init__(self) -> None:
        self.now = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def passes(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def wall() -> Wall:
    return Wall()


def test_the_world_starts_where_it_is_told_and_the_gateway_at_the_wall_clock(wall: Wall) -> None:
    clock = Clock(START, 1, wall)
    assert (clock.world(), clock.gateway()) == (START, wall.now)


def test_only_the_world_is_scaled(wall: Wall) -> None:
    clock = Clock(START, 240, wall)
    wall.passes(10)
    assert clock.world() == START + timedelta(minutes=40)
    assert clock.gateway() == wall.now


def test_scale_zero_stands_still(wall: Wall) -> None:
    clock = Clock(START, 0, wall)
    wall.passes(3600)
    assert clock.world() == START
    assert clock.gateway() == wall.now


def test_a_change_of_scale_makes_no_jump(wall: Wall) -> None:
    clock = Clock(START, 1, wall)
    wall.passes(10)
    clock.scale(60)
    assert clock.world() == START + timedelta(seconds=10)
    wall.passes(10)
    assert clock.world() == START + timedelta(seconds=610)


def test_advancing_moves_both_clocks(wall: Wall) -> None:
    clock = Clock(START, 0, wall)
    clock.advance(timedelta(hours=3))
    assert clock.world() == START + timedelta(hours=3)
    assert clock.gateway() == wall.now + timedelta(hours=3)


def test_going_back_leaves_the_gateway_alone_so_that_no_limit_opens_twice(wall: Wall) -> None:
    clock = Clock(START, 0, wall)
    clock.set(START - timedelta(days=1))
    assert clock.world() == START - timedelta(days=1)
    assert clock.gateway() == wall.now


def test_reset_undoes_jumps_and_scale(wall: Wall) -> None:
    clock = Clock(START, 0, wall)
    clock.advance(timedelta(days=2))
    clock.scale(60)
    clock.reset()
    wall.passes(5)
    assert (clock.world(), clock.gateway()) == (START, wall.now)


def test_both_readings_are_aware_utc_whatever_zone_was_given(wall: Wall) -> None:
    clock = Clock(datetime.fromisoformat("2031-04-02T11:00+02:00"), 0, wall)
    assert clock.world().tzinfo is UTC
    assert clock.world() == START


@pytest.mark.parametrize("moment", [datetime(2031, 1, 1), datetime(1999, 1, 1, tzinfo=UTC)])  # noqa: DTZ001
def test_a_moment_without_zone_or_out_of_range_is_refused(wall: Wall, moment: datetime) -> None:
    with pytest.raises(ValueError, match="moment"):
        Clock(START, 0, wall).set(moment)


@pytest.mark.parametrize("factor", [-1, 1e9, float("nan")])
def test_a_senseless_scale_is_refused(wall: Wall, factor: float) -> None:
    with pytest.raises(ValueError, match="scale"):
        Clock(START, 0, wall).scale(factor)


def test_advancing_backwards_is_refused(wall: Wall) -> None:
    with pytest.raises(ValueError, match="step"):
        Clock(START, 0, wall).advance(timedelta(seconds=-1))
