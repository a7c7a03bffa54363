"""Where a parcel stands, derived from its history, and the flow that looks at many parcels.

The states are those of the vendor's two diagrams (https://github.com/appdevid/fastrac-doc-b2b). Only the spelling
``PENDING_PICKUP`` is documented for the wire (https://fastrac-b2b-stg-v2.apidog.io/tracking-order-19817646e0).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from airflow_provider_fleetops.protocol.errors import (
    ConfigurationError,
    FleetOpsError,
    InvalidInput,
    NotFound,
    ProtocolError,
)
from airflow_provider_fleetops.protocol.flow import call
from airflow_provider_fleetops.protocol.one_by_one import one_by_one
from airflow_provider_fleetops.protocol.steps import Ask, Flow, Note, Now
from airflow_provider_fleetops.protocol.store import Entry
from airflow_provider_fleetops.protocol.times import parse_time
from airflow_provider_fleetops.protocol.vendor import Account
from airflow_provider_fleetops.protocol.watch import NOT_FOUND, UNSEEN, Sighting, Watch

DELIVERED, RETURNED, CANCELED = "DELIVERED", "RETURNED", "CANCELED"
# Couriers do try again after a problem although the diagrams do not draw it: problem and return are on the way, no end.
RANKS = {
    "WAITING_PAYMENT": 0,
    "PAID": 1,
    "SCHEDULED": 2,
    "CONFIRMED": 3,
    "PENDING_PICKUP": 4,
    "PENDING_DROPOFF": 4,
    "PICKED": 5,
    "DROPPED": 5,
    "IN_TRANSIT": 6,
    "PROBLEM_SHIPMENT": 7,
    "RTS": 8,
    DELIVERED: 9,
}
DEAD_ENDS = frozenset({RETURNED, CANCELED})
# Most parcels have no problem and come: being further on says nothing of either.
SIDES = {"PROBLEM_SHIPMENT": frozenset({"RTS", RETURNED}), "RTS": frozenset({RETURNED})}
FINAL = DEAD_ENDS | {DELIVERED}
_ALIASES = {"CANCELLED": CANCELED, "MENUNGGU_PEMBAYARAN": "WAITING_PAYMENT", "INTRANSIT": "IN_TRANSIT"}
_LONGEST_WORD = 60
FINAL_SECONDS = 30 * 86_400.0


def track(account: Account, courier_code: str, awb: str) -> Flow[dict[str, Any]]:
    """The vendor's record of one parcel; it names shipper and receiver."""
    parameters = {"courier_code": courier_code, "awb": awb}
    name = entry(account, "orders.track")
    if account.settings["tracking_parameters"] == "query":
        found = yield from call(account, name, parameters)
    else:
        found = yield from call(account, name, None, parameters)
    if not isinstance(found, Mapping):
        raise ProtocolError("the answer holds no parcel", vendor=account.vendor.name, endpoint=name)
    return dict(found)


def sight(account: Account, courier_code: str, awb: str) -> Flow[Sighting]:
    """One parcel's state, at most one cadence old: what any task saw serves all, and what is final is asked once."""
    known = yield from _remembered(account, courier_code, awb)
    if known is not None:
        return known
    record = yield from track(account, courier_code, awb)
    seen = derive(account, record)
    if seen.state not in RANKS and seen.state not in DEAD_ENDS:
        yield Note(f"fastrac: parcel {awb} has a status we do not know ({seen.state}); see the extra status_words")
    now = yield Now()
    # A tenth less than the cadence, so that a look that comes exactly on time does not meet the last one.
    until = now.timestamp() + (FINAL_SECONDS if seen.state in FINAL else cadence(account) * 0.9)
    text = json.dumps({"state": seen.state, "raw": seen.raw, "facts": dict(seen.facts)})
    key, fresh = _key(account, courier_code, awb), Entry(text, now.timestamp(), until)
    yield Ask(lambda store: store.publish(key, "", fresh))
    return seen


def remembered_end(account: Account, courier_code: str, awb: str) -> Flow[Sighting | None]:
    """A parcel's end, if any task has seen it: what has ended stays so."""
    known = yield from _remembered(account, courier_code, awb)
    return known if known is not None and known.state in FINAL else None


def forget(account: Account, courier_code: str, awb: str) -> Flow[None]:
    """What was seen of a parcel holds no longer: the next look asks."""
    key = _key(account, courier_code, awb)
    yield Ask(lambda store: store.publish(key, "", Entry("", 0.0, 0.0)))


def _remembered(account: Account, courier_code: str, awb: str) -> Flow[Sighting | None]:
    now, key = (yield Now()), _key(account, courier_code, awb)
    known: Entry | None = yield Ask(lambda store: store.peek(key))
    return Sighting(**json.loads(known.value)) if known is not None and known.expires_at > now.timestamp() else None


def see(account: Account, courier_code: str, awb: str) -> Flow[Sighting]:
    """As :func:`sight`; a parcel that Fastrac does not know (yet) is ``UNSEEN``."""
    try:
        return (yield from sight(account, courier_code, awb))
    except NotFound:
        yield Note(f"fastrac: no parcel {awb} of courier {courier_code!r} is known (yet)")
        return Sighting(UNSEEN)


def look(account: Account, ids: Sequence[str], _window: Mapping[str, str]) -> Flow[Mapping[str, Sighting]]:
    """Look at parcels, by their names, one by one, for Fastrac knows no other way."""

    def see_named(name: str) -> Flow[Sighting]:
        courier, _, awb = name.partition("/")
        return (yield from see(account, courier, awb))

    return (yield from one_by_one(ids, see_named))


def name_of(awb: str, window: Mapping[str, str]) -> str:
    """A parcel's name: the same AWB is another parcel, or none, at another courier.

    ``window`` has the courier under ``courier_code``, and under an AWB that parcel's own courier.
    """
    courier = window.get(awb) or window.get("courier_code", "")
    if not courier:
        raise InvalidInput("parameter 'courier_code' is required: Fastrac tracks by courier", vendor="fastrac")
    if "/" in courier:
        raise InvalidInput("parameter 'courier_code' must be a courier's code", vendor="fastrac")
    return f"{courier}/{awb}"


def derive(account: Account, record: Mapping[str, Any]) -> Sighting:
    """The state of the newest history row. No top-level status is documented, and the rows' order is not either."""
    history = record.get("history")
    if not isinstance(history, list):
        raise _unfit(account, "the parcel has no history list")
    rows = [(_moment(account, row), _word(account, row)) for row in history]
    facts = {key: record[key] for key in ("courier_code", "service") if isinstance(record.get(key), str)}
    if not rows:
        return Sighting(UNSEEN, "", facts)
    # Two rows of one second: the one further on its way is the newer.
    moment, word = max(rows, key=lambda row: (row[0], _progress(canonical(account, row[1]))))
    return Sighting(canonical(account, word), word, {**facts, "at": moment.isoformat(), "steps": len(rows)})


def canonical(account: Account, word: str) -> str:
    """Our name of a status; an unknown one stays, in upper snake case."""
    name = _snake(word)
    words = {_snake(str(key)): _snake(str(value)) for key, value in (account.settings["status_words"] or {}).items()}
    return words.get(name) or _ALIASES.get(name, name)


def cadence(account: Account) -> float:
    """Seconds between two looks at a parcel."""
    return float(account.settings["tracking_seconds"])


@lru_cache(maxsize=32)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def zone(account: Account) -> ZoneInfo:
    """The zone of Fastrac's times; ``ConfigurationError`` when the connection names none that exists."""
    try:
        return _zone(account.settings["time_zone"])
    except (KeyError, ValueError, OSError):
        raise ConfigurationError(
            "extra 'time_zone' must be the name of a time zone, for example Asia/Jakarta", vendor=account.vendor.name
        ) from None


def entry(account: Account, name: str) -> str:
    """The catalogue entry of this connection's API version."""
    if account.settings["api_version"] == "v2":
        return name
    if f"v1.{name}" not in account.vendor.endpoints:
        raise ConfigurationError(
            "this does not exist in v1", vendor=account.vendor.name, endpoint=name, advice="Set api_version to v2"
        )
    return f"v1.{name}"


def _progress(state: str) -> int:
    return max(RANKS.values()) + 1 if state in DEAD_ENDS else RANKS.get(state, -1)


def _moment(account: Account, row: Any) -> datetime:
    """Histories have ``YYYY-MM-DD HH:mm:ss`` without a zone."""
    try:
        moment = parse_time(row.get("timestamp") if isinstance(row, Mapping) else None, str(zone(account)))
    except ValueError:
        moment = None
    if moment is None:
        raise _unfit(account, "a history row has no readable timestamp")
    return moment.astimezone(UTC)


def _word(account: Account, row: Mapping[str, Any]) -> str:
    word = row.get("status")
    if not isinstance(word, str) or not word.strip():
        raise _unfit(account, "a history row has no status")
    return "".join(c for c in word if c.isprintable()).strip()[:_LONGEST_WORD]


def _snake(word: str) -> str:
    return re.sub(r"[-\s]+", "_", word.strip().upper())


def _unfit(account: Account, what: str) -> FleetOpsError:
    return ProtocolError(what, vendor=account.vendor.name, endpoint="orders.track")


def _key(account: Account, courier_code: str, awb: str) -> str:
    digest = hashlib.sha256(json.dumps([courier_code, awb]).encode()).hexdigest()[:24]
    return f"{account.key}:parcel:{digest}"


PARCEL = Watch(
    name="parcel",
    subject="parcel",
    ranks=RANKS,
    dead_ends=DEAD_ENDS | {NOT_FOUND},
    finals=frozenset({"DELIVERED"}),
    look=look,
    cadence=cadence,
    at_once=20,
    name_of=name_of,
    sides=SIDES,
)
