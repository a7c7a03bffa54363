"""A thousand sensors that wait for flights in 1, 2 and 4 triggerers, beside the http provider's deferrable sensor.

The sandbox (in a process of its own) counts the calls; the process that has the vendor's answer is killed with -9
before it can tell anybody. Then how soon after a look the triggers that it concerns fire, how late the event loop is
with 1,000 and 10,000 of them, what one takes of memory, and what 1,000 parcels cost, which Fastrac shows one a call:
waited for by one sensor and by 1,000. A triggerer here is a process with an event loop that runs the triggers.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import _peer  # noqa: F401 - an Airflow home of its own
from _fleet import PROCESSES, account_of, databases, sandbox_process, start, store_at
from _orders import START
from _report import HEAD, Result, conclude, table, time_limit
from _triggerer import Found, Job, triggerer
from _waiters import CADENCE, PEER, Place, Trigger, World, book, flight_triggers, peer_triggers, waits

from airflow_provider_fleetops import vendors
from airflow_provider_fleetops.protocol.together import Follower
from airflow_provider_fleetops.sandbox.client import ControlClient

WAITERS, MANY = 1_000, 10_000
TRIGGERERS = (1, 2, 4)
LOOKS = 4
# So long nobody looks when the looker was killed: 40 s in place of 190 s, for an answer may take less long.
QUICK = {"connect_timeout": 1, "read_timeout": 2, "patience_seconds": 5}
PARCEL_CADENCE = 60
LATER = START + timedelta(days=5)
LONGEST = 840
SMALL = "SQLite"

Figures = dict[str, Any]


@contextmanager
def running(place: Place, shares: Sequence[Sequence[Trigger]], **options: Any) -> Iterator[tuple[Any, Any, Any]]:
    """Triggerers whose triggers wait: the processes, their results, and the word that kills the one that looks."""
    doom = PROCESSES.Value("i", 0)
    jobs = [(Job(share, place.environment(), **options), doom) for share in shares]
    processes, results, ready = start(triggerer, jobs)
    try:
        ready.wait()
        for _ in jobs:
            results.get()
        yield processes, results, doom
    finally:
        for process in processes:
            process.join(1)
            process.kill()


def together(place: Place, number: int, *, kill: bool) -> Figures:
    """Let a thousand sensors wait in some triggerers, then let all they wait for come true."""
    triggers = flight_triggers(place, WAITERS)
    place.control.limits("fl3xx", repeat_seconds=CADENCE)
    shares = [triggers[n::number] for n in range(number)]
    with running(place, shares) as (processes, results, doom):
        since = place.control.last_seq()
        time.sleep(LOOKS * CADENCE)
        found = {"calls": per_cadence(place.calls(since))}
        since = place.control.last_seq()
        if kill:
            kill_looker(processes, doom)
        place.control.set(LATER)
        ends: list[Found] = [results.get() for _ in range(number - kill)]
    found |= {"extra": len(place.calls(since)) - 1, "missed": sum(end.failed for end in ends)}
    found["too fast"] = len(place.control.journal(vendor="fl3xx", broke="*"))
    return found | waking(place, ends)


def per_cadence(times: Sequence[float]) -> float:
    return (len(times) - 1) / ((times[-1] - times[0]) / CADENCE)


def kill_looker(processes: Sequence[Any], doom: Any) -> None:
    """Let the process that has the vendor's next answer be killed with it."""
    doom.value = 1
    while all(process.is_alive() for process in processes):
        time.sleep(0.01)
    doom.value = 0


def waking(place: Place, ends: Sequence[Found]) -> Figures:
    """Seconds from the look that satisfied all to each trigger's end, where it was made and where it was read."""
    watch = vendors.vendor("fl3xx").watches["flight"]
    entry = store_at(place.state).peek(Follower(account_of("fl3xx", place.connection), watch, 1.0).topic)
    assert entry is not None
    looker = max(ends, key=lambda end: end.asked_at)
    readers = [at for end in ends if end is not looker for at in end.woken]
    return {
        "looker": sorted(at - entry.stored_at for at in looker.woken),
        "readers": sorted(at - entry.stored_at for at in readers),
    }


def alone(place: Place, triggers: Sequence[Trigger]) -> Found:
    """Triggers that wait in one triggerer for some cadences: how late its event loop is, and their memory."""
    with running(place, [triggers], seconds=3.5 * CADENCE) as (_, results, _doom):
        found: Found = results.get()
    return found


def parcels(place: Place, *, mapped: bool) -> Figures:
    """Wait for a thousand parcels, with a trigger for each or with one for all: the calls of one round, its seconds."""
    awbs, window = book(place, WAITERS), {"courier_code": "anteraja"}
    shares = [[awb] for awb in awbs] if mapped else [awbs]
    since = place.control.last_seq()
    with running(place, [[waits("fastrac", "parcel", ids, window, "DELIVERED") for ids in shares]], seconds=LONGEST):
        while not (times := place.calls(since)) or time.time() < times[0] + PARCEL_CADENCE - 1:
            time.sleep(0.5)
    seen = Counter(name for entry in place.control.journal(vendor="fastrac", since=since) for name in entry["subjects"])
    return {"calls": len(times), "parcels": len(seen), "seconds": times[-1] - times[0]}


def quantile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)] if ordered else float("nan")


def seconds(values: Sequence[float]) -> str:
    """The median and the 99th percentile."""
    return f"{quantile(values, 0.5):.3f} / {quantile(values, 0.99):.3f}"


def late(found: Found) -> str:
    """How late its event loop was, in ms: the median, the 99th percentile, the longest."""
    return " / ".join(f"{1000 * quantile(found.lags, share):.1f}" for share in (0.5, 0.99, 1))


def each(found: Found) -> str:
    return f"{found.memory / 1024:.1f}"


def flight_results(database: str, found: Mapping[int, Figures], peer: float) -> list[Result]:
    beside, calls = f"{PEER}: {peer:.0f}", f"calls a cadence, {WAITERS} sensors, triggerers: {{}}"
    most = max(TRIGGERERS)
    wakes, read = found[1]["looker"], found[2]["readers"]
    quick = quantile(wakes, 0.5) <= 0.1 and quantile(wakes, 0.99) <= 1
    missed, extra = sum(one["missed"] for one in found.values()), found[most]["extra"]
    fast = sum(one["too fast"] for one in found.values())
    rows = [
        *((calls.format(n), f"{one['calls']:.2f}", "<= 1", one["calls"] <= 1, beside) for n, one in found.items()),
        ("calls that came too fast", str(fast), "0", fast == 0, ""),
        (f"calls more when the looker of {most} is killed", str(extra), "<= 1", extra <= 1, ""),
        ("sensors that were not woken", str(missed), "0", missed == 0, ""),
        ("wake after the look, p50 / p99, s", seconds(wakes), "<= 0.1 / 1", quick, ""),
        ("the same where the look was read, s", seconds(read), "stated", bool(read), ""),
    ]
    return [Result(f"waiting: {name}", database, *rest) for name, *rest in rows]


def loop_results(found: Mapping[str, Found]) -> list[Result]:
    idle, peer = found["none"], found[PEER]
    beside = f"{PEER}, {WAITERS}: {late(peer)}; no trigger: {late(idle)}"
    memory = f"{PEER}, {WAITERS}: {each(peer)}"
    results = []
    for count in (WAITERS, MANY):
        one = found[str(count)]
        good = quantile(one.lags, 0.99) <= 0.02
        what = f"waiting: event loop late with {count} triggers, p50 / p99 / longest, ms"
        results += [
            Result(what, SMALL, late(one), "p99 <= 20", good, beside),
            Result(f"waiting: memory of each of {count}, KiB", SMALL, each(one), "stated", met=True, beside=memory),
        ]
    return results


def parcel_results(one: Figures, mapped: Figures) -> list[Result]:
    figure = f"{one['calls']} / {mapped['calls']}"
    good = one["calls"] == mapped["calls"] == one["parcels"] == mapped["parcels"] == WAITERS
    took = f"a round took {one['seconds']:.0f} / {mapped['seconds']:.0f} s"
    what = f"waiting: calls a round for {WAITERS} parcels, one sensor / {WAITERS}"
    return [Result(what, SMALL, figure, f"{WAITERS} / {WAITERS}", good, took)]


def on_one_loop(world: World, state: str) -> tuple[dict[str, Found], float]:
    """Event loops with triggers of ours, with the peer's, with none; and the calls a cadence of the peer."""
    found = {}
    for count in (0, WAITERS, MANY):
        place = world.place("fl3xx", state, recurring_seconds=CADENCE)
        found[str(count) if count else "none"] = alone(place, flight_triggers(place, count))
        say(f"{count} triggers", found[str(count) if count else "none"])
    place = world.place("fl3xx", state)
    found[PEER] = alone(place, peer_triggers(place, WAITERS))
    say(f"{WAITERS} {PEER}", found[PEER])
    return found, per_cadence(place.calls())


def say(what: str, found: Found) -> None:
    print(f"  {what}: loop late {late(found)} ms, {each(found)} KiB each", flush=True)


def on_databases(world: World, urls: Mapping[str, str], peer: float) -> Iterator[Result]:
    """The flights' sensors in a few and in many triggerers, on each database."""
    for database, state in urls.items():
        found = {}
        for n in TRIGGERERS:
            place = world.place("fl3xx", state, recurring_seconds=CADENCE, **QUICK)
            found[n] = together(place, n, kill=n == max(TRIGGERERS))
            print(f"  {database}, {n} triggerers: {found[n]['calls']:.2f} calls a cadence", flush=True)
        yield from flight_results(database, found, peer)


def one_and_mapped(world: World, state: str) -> list[Result]:
    """A round through a thousand parcels, for one sensor and for as many."""
    places = (world.place("fastrac", state, tracking_seconds=PARCEL_CADENCE) for _ in range(2))
    return parcel_results(*(parcels(place, mapped=mapped) for place, mapped in zip(places, (False, True), strict=True)))


def main() -> int:
    print(
        f"{WAITERS} sensors, a look every {CADENCE} s; triggerers are processes with an event loop, not Airflow's own"
    )
    with (
        time_limit(LONGEST),
        sandbox_process("--start", START.isoformat()) as url,
        ControlClient(url) as control,
        databases() as urls,
    ):
        world = World(url, control)
        loops, peer = on_one_loop(world, urls[SMALL])
        results = [*on_databases(world, urls, peer), *loop_results(loops), *one_and_mapped(world, urls[SMALL])]
    table(HEAD, [result.cells() for result in results])
    return conclude(results)


if __name__ == "__main__":
    sys.exit(main())
