"""The work of one look at many things: it grows with their number, and not with its square."""

from __future__ import annotations

from typing import Any

import pytest

from airflow_provider_fleetops.protocol.steps import Flow
from airflow_provider_fleetops.vendors.fasttrak import search, states
from airflow_provider_fleetops.vendors.fl3xx.watches import look_at_bookings
from tests.protocol.fakes import FakeDriver
from tests.vendors import fasttrak_kit, fl3xx_kit

MANY = 450


class Id(str):
    """An id that counts how often it is compared with another one."""

    __slots__ = ()
    __hash__ = str.__hash__
    compared = 0

    def __eq__(self, other: object) -> bool:
        Id.compared += 1
        return str.__eq__(self, other)


@pytest.fixture
def ids(monkeypatch: pytest.MonkeyPatch) -> list[Id]:
    monkeypatch.setattr(Id, "compared", 0)
    monkeypatch.setattr(search, "MAX_RESULTS", MANY + 1)
    return [Id(f"k-{number}") for number in range(MANY)]


def cars(ids: list[Id]) -> tuple[FakeDriver, Flow[Any]]:
    numbers = range(1, MANY + 1)
    rows = [
        {**fasttrak_kit.RIDE, "reservationId": n, "externalBookingId": str(one)}
        for n, one in zip(numbers, ids, strict=True)
    ]
    window = {"by": states.BY_EXTERNAL_ID, "from": "2031-04-02T00:00:00Z", "to": "2031-04-03T00:00:00Z"}
    return fasttrak_kit.driver(fasttrak_kit.ok(rows)), states.look(fasttrak_kit.account(), ids, window)


def quotes(ids: list[Id]) -> tuple[FakeDriver, Flow[Any]]:
    rows = [{"bookingid": number, "externalReference": str(one), "status": "Q"} for number, one in enumerate(ids)]
    return FakeDriver([fl3xx_kit.ok(rows)]), look_at_bookings(fl3xx_kit.account(), ids, {})


@pytest.mark.parametrize("look", [cars, quotes])
def test_many_things_are_found_in_one_pass(ids, look):
    fake, flow = look(ids)
    assert len(fake.run(flow)) == MANY
    assert Id.compared <= 5 * MANY


def test_while_many_cars_are_looked_at_other_triggers_have_their_turns(ids):
    fake, flow = cars(ids)
    fake.run(flow)
    assert fake.slept.count(0) == MANY // 200
