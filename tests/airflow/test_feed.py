"""Change feeds: events of what has changed, none of what has not, whoever looks and whoever was restarted."""

from __future__ import annotations

import asyncio
import importlib
import json
import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from airflow.sdk import Asset, AssetWatcher

from airflow_provider_fleetops import vendors
from airflow_provider_fleetops.assets import sanitize_uri
from airflow_provider_fleetops.hooks.base import FleetOpsHook, hook_for
from airflow_provider_fleetops.hooks.fasttrack360 import FastTrack360Hook
from airflow_provider_fleetops.hooks.fl3xx import Fl3xxHook
from airflow_provider_fleetops.operators.fl3xx import Fl3xxChangeBookingOperator, Fl3xxCreateBookingOperator
from airflow_provider_fleetops.protocol.errors import ConfigurationError, InvalidInput
from airflow_provider_fleetops.sandbox import Sandbox
from airflow_provider_fleetops.state import open_store
from airflow_provider_fleetops.transports.aio import AsyncDriver
from airflow_provider_fleetops.transports.sync import SyncDriver
from airflow_provider_fleetops.triggers import changes
from airflow_provider_fleetops.triggers.changes import FleetOpsChangeTrigger
from tests.airflow.fasttrak.kit import create, retime
from tests.airflow.fl3xx_kit import DAY, do, programme, requests, scheduled
from tests.airflow.test_fasttrack360_jobs import create as create_job
from tests.airflow.test_fasttrack360_jobs import fill as fill_job
from tests.conftest import START, set_connection


class Enough(Exception):
    """The test has seen all it wants."""


class Time:
    """The sandbox's time plus everything that was waited."""

    waited = 0.0

    def now(self) -> Any:
        return START + timedelta(seconds=self.waited)


class AssetState(dict[str, str]):
    """What Airflow 3.3 gives a watcher of one asset."""

    async def aget(self, key: str) -> str | None:
        return self.get(key)

    async def aset(self, key: str, value: str) -> None:
        self[key] = value


@pytest.fixture
def box(unhurried_sandbox: Sandbox) -> Sandbox:
    return unhurried_sandbox


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    time = Time()

    async def hide(_: str) -> None:
        return None

    async def asleep(_seconds: float) -> None:
        await asyncio.sleep(0.01)  # others look meanwhile, in real time

    def driver(_hook: FleetOpsHook) -> AsyncDriver:
        return AsyncDriver(open_store(), lambda _: None, hide, clock=time.now, sleep=asleep)

    defaults = SyncDriver.__init__.__kwdefaults__
    assert defaults is not None
    monkeypatch.setitem(defaults, "clock", time.now)
    monkeypatch.setattr(FleetOpsHook, "adriver", driver)
    return time


Tell = Callable[..., Any]


@pytest.fixture
def told(time: Time, monkeypatch: pytest.MonkeyPatch) -> Tell:
    """Run a watcher that lives for one look and one more after each step; gives the payloads of its events."""

    async def run(trigger: FleetOpsChangeTrigger, *steps: Callable[[], Any], state: Any = None) -> list[dict[str, Any]]:
        left = iter(steps)

        async def pause(seconds: float) -> None:
            time.waited += seconds
            if seconds != changes.WRITTEN_SECONDS:
                step = next(left, None)
                if step is None:
                    raise Enough
                step()

        monkeypatch.setattr(changes, "pause_for", pause)
        trigger.asset_state_store = state
        payloads: list[dict[str, Any]] = []
        with pytest.raises(Enough):
            await _collect(trigger, payloads)
        return payloads

    return run


async def _collect(trigger: FleetOpsChangeTrigger, payloads: list[dict[str, Any]]) -> None:
    async for event in trigger.run():
        payloads.append(event.payload)  # noqa: PERF401 - what came before the end counts


def flights(**arguments: Any) -> FleetOpsChangeTrigger:
    return FleetOpsChangeTrigger(conn_id="fl3xx_default", feed="fl3xx.flights", **arguments)


def nothing() -> None:
    """Nothing happens until the next look."""


def slip(box: Sandbox, flight: Mapping[str, Any], minutes: int = 45) -> Callable[[], Any]:
    return lambda: box.control.script("fl3xx", "slip", flight=flight["flightId"], minutes=minutes)


async def test_a_retimed_and_a_cancelled_flight_are_one_event_and_nothing_is_none(box, told):
    late, off = scheduled(programme())[:2]

    def both() -> None:
        slip(box, late)()
        box.control.script("fl3xx", "cancel", flight=off["flightId"])

    (event,) = await told(flights(), nothing, both, nothing, nothing)
    assert event["counts"] == {"created": 0, "changed": 2, "removed": 0}
    assert (event["conn_id"], event["feed"], event["number"], event["missed"]) == (
        "fl3xx_default", "fl3xx.flights", 1, 0,
    )  # fmt: skip
    moved, cancelled = event["changed"][str(late["flightId"])], event["changed"][str(off["flightId"])]
    assert set(moved) == {"blockOffEstUTC", "blockOnEstUTC"}
    assert moved["blockOffEstUTC"][0] == late["blockOffEstUTC"] < moved["blockOffEstUTC"][1]
    assert cancelled == {"state": ["SCHEDULED", "CANCELLED"]}


@pytest.mark.parametrize("state", [AssetState, lambda: None], ids=["asset state", "shared state"])
async def test_a_restart_tells_nothing_again_and_what_it_missed_once(box, told, state):
    first, second = scheduled(programme())[:2]
    kept = state()
    assert len(await told(flights(), slip(box, first), state=kept)) == 1
    assert await told(flights(), nothing, state=kept) == []
    slip(box, second)()
    (event,) = await told(flights(), nothing, state=kept)
    assert list(event["changed"]) == [str(second["flightId"])]
    if kept is not None:
        assert next(iter(kept.values())).endswith("#2")


class StatesOfTwo:
    """What Airflow 3.3 gives equal watchers of two assets: which of the two is not said."""

    async def aget(self, key: str) -> str:
        raise ValueError("Task has 2 concrete inlets and outlets")

    aset = aget


async def test_equal_watchers_of_two_assets_keep_their_cursor_in_the_shared_state(box, told):
    await told(flights(), slip(box, scheduled(programme())[0]), state=StatesOfTwo())
    assert await told(flights(), nothing, state=StatesOfTwo()) == []
    slip(box, scheduled(programme())[1])()
    assert len(await told(flights(), state=StatesOfTwo())) == 1


async def test_a_new_watcher_of_an_old_feed_begins_now(box, told):
    flight = scheduled(programme())[0]
    await told(flights(), slip(box, flight))
    assert await told(flights(), nothing, state=AssetState()) == []


async def test_a_cursor_that_somebody_spoilt_begins_anew_without_events(box, told):
    state = AssetState()
    await told(flights(), slip(box, scheduled(programme())[0]), state=state)
    ((key, cursor),) = state.items()
    begun = cursor.rpartition("#")[0]
    for spoilt in ("x", "#", "2031#0", f"{begun}#-1", "#" * 10_000, f"{begun}#" + "0" * 10_000):
        state[key] = spoilt
        assert await told(flights(), nothing, state=state) == []
        assert state == {key: f"{begun}#1"}


async def test_watchers_of_one_asset_keep_a_cursor_each(box, told):
    first, second = scheduled(programme())[:2]
    state, wider = AssetState(), flights(days_ahead=8)
    quotes = FleetOpsChangeTrigger(conn_id="fl3xx_default", feed="fl3xx.quotes")
    await told(flights(), slip(box, first), state=state)
    for other in (wider, quotes):
        assert await told(other, state=state) == []
    slip(box, second)()
    for watcher in (flights(interval=90), wider):
        (event,) = await told(watcher, nothing, state=state)
        assert list(event["changed"]) == [str(second["flightId"])]
    assert len(state) == 3


async def test_a_watcher_killed_before_its_event_is_written_tells_it_again(box, told, monkeypatch):
    flight, state = scheduled(programme())[0], AssetState()
    await told(flights(), state=state)
    slip(box, flight)()

    async def killed(_seconds: float) -> None:
        raise Enough

    monkeypatch.setattr(changes, "pause_for", killed)
    trigger = flights()
    trigger.asset_state_store = state
    with pytest.raises(Enough):
        _ = [event async for event in trigger.run()]
    assert len(await told(flights(), state=state)) == 1


async def test_streams_of_two_triggerers_are_one_poll(box, time, monkeypatch):
    async def go_on(_seconds: float) -> None:
        await asyncio.sleep(0)

    monkeypatch.setattr(changes, "pause_for", go_on)
    kwargs = flights(interval=60).serialize()[1]
    one, other = (FleetOpsChangeTrigger.open_shared_stream(kwargs) for _ in range(2))
    before = len(requests(box))
    for _ in range(3):
        first, second = await asyncio.gather(anext(one), anext(other))
        assert first.cursor == second.cursor
        time.waited += 62
    assert len(requests(box)) - before == 3
    await one.aclose()
    await other.aclose()


async def test_any_number_of_watchers_in_a_triggerer_share_a_stream():
    same = {flights().shared_stream_key() for _ in range(3)}
    assert len(same) == 1
    others = [flights(days_back=2), flights(days_ahead=8), flights(interval=900.0)]
    assert len(same | {one.shared_stream_key() for one in others}) == 4


async def test_the_vendors_rule_is_kept_however_often_somebody_wants_to_look(
    fresh_sandbox, fleet_connections, time, monkeypatch
):
    pauses: list[float] = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)
        time.waited += seconds
        fresh_sandbox.control.advance(timedelta(seconds=seconds))
        if len(pauses) == 3:
            raise Enough

    monkeypatch.setattr(changes, "pause_for", pause)
    with pytest.raises(Enough):
        _ = [seen async for seen in FleetOpsChangeTrigger.open_shared_stream(flights(interval=5).serialize()[1])]
    assert 600 < min(pauses) <= max(pauses) < 620
    assert len(requests(fresh_sandbox)) == 3


async def test_a_moving_window_is_no_change(box, told, time):
    seen: list[dict[str, Any]] = await told(flights(days_ahead=1), lambda: setattr(time, "waited", 86_400.0), nothing)
    assert seen == []


async def test_reservations_made_moved_and_cancelled(box, told):
    trigger = FleetOpsChangeTrigger(conn_id="fasttrak_default", feed="fasttrak.reservations")
    made: dict[str, Any] = {}
    moved = (START + timedelta(hours=9)).isoformat()
    made_, changed, cancelled = await told(
        trigger,
        lambda: made.update(create()),
        lambda: retime(reservation_id=made["reservation_id"], scheduled_pickup_time=moved),
        nothing,
        lambda: box.control.script("fasttrak", "cancel", reservationId=made["reservation_id"]),
    )
    key = str(made["reservation_id"])
    assert made_["created"] == [key]
    assert changed["changed"][key]["scheduled_pickup_time"] == ["2031-04-02T11:00:00Z", "2031-04-02T14:00:00Z"]
    assert cancelled["changed"][key]["state"] == ["BOOKED", "CANCELLED"]


async def test_a_changed_client_is_told_once(box, told, time):
    hook = FastTrack360Hook()
    client = hook.rows("clients.list")[0]["id"]
    trigger = FleetOpsChangeTrigger(conn_id="fasttrack360_default", feed="fasttrack360.clients", days_back=0)

    def change() -> None:
        box.control.set(time.now())
        hook.call("client.update", client_id=client, body={"name": "Secret Person Ltd"})

    (event,) = await told(trigger, nothing, change, nothing, nothing)
    assert event["counts"] == {"created": 0, "changed": 1, "removed": 0}
    assert list(event["changed"]) == [str(client)]
    assert "Secret" not in json.dumps(event)


async def test_a_new_quote_is_told(box, told):
    trigger = FleetOpsChangeTrigger(conn_id="fl3xx_default", feed="fl3xx.quotes", days_back=30)
    leg = {"departureAirport": "LOWW", "arrivalAirport": "LSZH", "departureDate": "2031-04-12T09:00"}
    customer = {"firstName": "Wilhelmina", "lastName": "Testperson", "email": "w@example.com"}
    quote = {"externalReference": "feed-1", "customer": customer, "legs": [leg]}
    made: list[Any] = []
    (event,) = await told(trigger, lambda: made.append(Fl3xxHook().call("quote.create", body=quote)), nothing)
    assert event["created"] == [str(made[0]["bookingid"])]
    assert "Testperson" not in json.dumps(event)


async def test_a_booking_is_told_when_it_is_made_changed_and_paid(box, told):
    trigger = FleetOpsChangeTrigger(conn_id="fl3xx_default", feed="fl3xx.bookings", days_back=30)
    customer = {"firstName": "Wilhelmina", "lastName": "Testperson", "account": {"name": "Simulated Holdings"}}
    leg = {"departureAirport": "LOWG", "arrivalAirport": "LSZB", "pax": 3, "departureDate": "2031-04-04T09:10"}
    order = {"aircraft": "OE-SIM", "customer": customer, "legs": [{**leg, "arrivalDate": "2031-04-04T10:35"}]}
    made: list[dict[str, Any]] = []

    def change() -> None:
        do(Fl3xxChangeBookingOperator, reference=made[0]["booking_id"], changes={"comment": "Wheelchair"})

    created, changed, paid = await told(
        trigger,
        lambda: made.append(do(Fl3xxCreateBookingOperator, external_reference="feed-2", **order)),
        nothing,
        change,
        nothing,
        lambda: box.control.script("fl3xx", "pay", booking=str(made[0]["booking_id"])),
        nothing,
    )
    key = str(made[0]["booking_id"])
    assert created["created"] == [key]
    assert [list(event["changed"]) for event in (changed, paid)] == [[key], [key]]
    assert paid["changed"][key] == {"paid": [False, True]}
    assert not [word for word in ("Testperson", "Wheelchair") if word in json.dumps([created, changed])]


async def test_a_job_order_is_told_when_it_is_made_and_when_it_is_filled(box, told, time):
    trigger = FleetOpsChangeTrigger(conn_id="fasttrack360_default", feed="fasttrack360.job_orders", days_back=0)
    made: list[int] = []

    def make() -> None:
        box.control.set(time.now())
        made.append(create_job()["job_order_id"])

    def fill() -> None:
        box.control.set(time.now())
        fill_job(made[0])

    created, changed = await told(trigger, nothing, make, nothing, fill, nothing, nothing)
    key = str(made[0])
    assert (created["created"], list(changed["changed"])) == ([key], [key])
    assert changed["changed"][key]["status"][1] == "Filled"


async def test_an_event_names_nobody_and_so_does_what_a_trigger_carries(box, told, monkeypatch):
    late = scheduled(programme())[0]
    trigger = flights()
    (event,) = await told(trigger, slip(box, late))
    full = Fl3xxHook().rows("flights.list", from_=DAY, to=DAY, include="ALL", time_zone="UTC")
    names = {flight[key] for flight in full for key in ("customerLastname", "accountName") if flight.get(key)}
    assert names
    text = json.dumps([event, trigger.serialize()])
    assert not [name for name in names if f'"{name}"' in text]


async def test_faults_are_waited_out_and_told_to_nobody(box, told, time, caplog):
    flight = scheduled(programme())[0]
    waits: list[float] = []

    def fail() -> None:
        box.control.fault("fl3xx", "status", "flights.list", code=503, times=2)

    def wait() -> None:
        waits.append(time.waited)

    (event,) = await told(flights(interval=60), fail, wait, wait, slip(box, flight), nothing)
    assert list(event["changed"]) == [str(flight["flightId"])]
    assert "The look at fl3xx.flights failed" in caplog.text
    assert waits[1] - waits[0] > 110, "the second pause is longer than the first"


async def test_a_connection_that_is_wrong_ends_no_watcher(box, told, monkeypatch, caplog, fleet_connections):
    good = fleet_connections["fl3xx_default"]
    extra = good["extra"] | {"recurring_seconds": 0, "schedule_seconds": 0}
    flight = scheduled(programme())[0]
    set_connection(monkeypatch, "fl3xx_default", good | {"host": "http://far.example"})

    def mend() -> None:
        set_connection(monkeypatch, "fl3xx_default", good | {"extra": extra})

    (event,) = await told(flights(), nothing, mend, slip(box, flight))
    assert list(event["changed"]) == [str(flight["flightId"])]
    assert "No look at fl3xx.flights, next in 30 s" in caplog.text


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        ({"feed": "fl3xx.flight"}, "unknown feed 'fl3xx.flight'"),
        ({"feed": "nobody.flights"}, "unknown feed"),
        ({"feed": None}, "'feed'"),
        ({"conn_id": ""}, "'conn_id'"),
        ({"days_back": -1}, "'days_back' must be at least 0"),
        ({"days_ahead": 181}, "'days_ahead' must be at most 180"),
        ({"days_ahead": "soon"}, "'days_ahead'"),
        ({"interval": float("nan")}, "'interval'"),
        ({"interval": 1e9}, "'interval' must be at most 86400"),
    ],
)
def test_a_wrong_watcher_is_a_clear_error_of_the_dag_file(wrong, text):
    with pytest.raises((InvalidInput, ConfigurationError), match=text):
        FleetOpsChangeTrigger(**{"conn_id": "fl3xx_default", "feed": "fl3xx.flights"} | wrong)


def test_a_trigger_comes_back_as_it_was_and_the_docstring_names_every_feed():
    trigger = flights(days_back=2, days_ahead=3, interval=900.0)
    path, kwargs = json.loads(json.dumps(trigger.serialize()))
    module, _, name = path.rpartition(".")
    again = getattr(importlib.import_module(module), name)(**kwargs)
    assert again.serialize() == trigger.serialize()
    feeds = [f"{name}.{feed}" for name in vendors.NAMES for feed in vendors.vendor(name).feeds]
    assert [feed for feed in feeds if f"``{feed}``" not in FleetOpsChangeTrigger.__doc__] == []


def test_it_watches_an_asset_whose_uri_is_ours():
    asset = Asset(
        "flights", "fleetops://fl3xx_default/flights", watchers=[AssetWatcher(name="changes", trigger=flights())]
    )
    assert asset.uri == "fleetops://fl3xx_default/flights"
    for wrong in ("fleetops://a b/flights", "fleetops://fl3xx_default", "fleetops://c/flights?token=1"):
        with pytest.raises(ValueError, match="<conn_id>/<topic>"):
            sanitize_uri(urlsplit(wrong))


def test_the_documentation_names_the_facts_of_each_feed(box):
    customer = {"firstName": "Wilhelmina", "lastName": "Testperson"}
    leg = {"departureAirport": "LOWW", "arrivalAirport": "LSZH", "departureDate": "2031-04-12T09:00"}
    Fl3xxHook().call("quote.create", body={"externalReference": "feed-3", "customer": customer, "legs": [leg]})
    page = (Path(__file__).parents[2] / "docs" / "feed.md").read_text(encoding="utf-8")
    documented = dict(re.findall(r"^\| `(\w+\.\w+)` \|[^|]*\| (.+) \|$", page, re.MULTILINE))
    for name in vendors.NAMES:
        for feed in vendors.vendor(name).feeds.values():
            begin = START - timedelta(days=1 if feed.overlap is None else 3000)
            days = begin, START + timedelta(days=2)
            rows = hook_for(name, f"{name}_default").run(
                lambda account, read=feed.read, days=days: read(account, *days)
            )
            facts = {fact for row in rows.values() for fact in row} - {"digest"}
            assert set(re.findall(r"`(\w+)`", documented.pop(f"{name}.{feed.name}"))) == facts
    assert documented == {}
