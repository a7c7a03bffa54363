"""What points to an order whose answer was lost: debits of the prepaid balance, and parcels that they lead to.

Fastrac has no list of orders and no reference of ours, and tracking wants the AWB. A row of the balance's ledger is
documented with an order code, amounts and a note (https://fastrac-b2b-stg-v2.apidog.io/balance-history-20309002e0), so
this never proves anything: a person decides, or the rule that the user chose.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from airflow_provider_fleetops.protocol.endpoint import Prepared
from airflow_provider_fleetops.protocol.errors import FleetOpsError, NotFound, Refused
from airflow_provider_fleetops.protocol.ledger import DOUBTFUL, Evidence, Operation, Status
from airflow_provider_fleetops.protocol.listing import paginate
from airflow_provider_fleetops.protocol.steps import Ask, Flow
from airflow_provider_fleetops.protocol.times import parse_time
from airflow_provider_fleetops.protocol.tracing import Tracing
from airflow_provider_fleetops.protocol.vendor import Account
from airflow_provider_fleetops.vendors.fastrac.states import entry, track, zone

FAIL, ACCEPT = "fail", "accept_single_match"
RULES = (FAIL, ACCEPT)
ADVICE = (
    "Fastrac has no look-up for this: compare today's debits (balance.history, filter_status=order) and the portal "
    "with the order"
)
# Their clock and ours may differ by so much.
CLOCK_MARGIN = timedelta(minutes=2)
MOST_LINES = 200
MOST_TRACKED = 5
_CODE = re.compile(r"[A-Z0-9][A-Z0-9.-]{7,39}")


def trace_order(account: Account, body: Mapping[str, Any], own_id: str, rule: str = FAIL) -> Tracing:
    """Evidence for an order, of which ``body`` has the receiver, and courier and service as far as they are known.

    ``own_id`` is its row in the ledger of operations.
    """

    def gather(since: datetime) -> Flow[Evidence]:
        return (yield from _gather(account, body, own_id, since))

    return Tracing(gather=gather, decide=partial(_single_match, body) if rule == ACCEPT else None, advice=ADVICE)


def trace_call(account: Account, prepared: Prepared) -> Tracing:
    """The same for an order that was made through the catalogue's entry."""
    return trace_order(account, prepared.body, "")


def _gather(account: Account, body: Mapping[str, Any], own_id: str, since: datetime) -> Flow[Evidence]:
    """The debits since then, the most telling first, without those that other operations have already.

    ``rivals`` counts the other operations that they may belong to.
    """
    first = (since - CLOCK_MARGIN).astimezone(zone(account)).date()
    asked = {"start_date": first.isoformat(), "filter_status": "order"}
    rows = yield from paginate(account, entry(account, "balance.history"), None, asked, max_rows=MOST_LINES)
    recent = [row for row in rows if isinstance(row, Mapping) and _debit(row) and _may_be_since(account, row, since)]
    recent.sort(key=lambda row: _names(row, body), reverse=True)
    rivals, owned = yield from _others(account, own_id, since)
    evidence = []
    for number, row in enumerate(recent):
        parcel = (yield from _tracked(account, body, row)) if number < MOST_TRACKED else None
        if owned.intersection(_words(row)) or (parcel and parcel["awb"] in owned):
            continue
        evidence.append(_piece(row, body, parcel, rivals))
    return sorted(evidence, key=lambda piece: piece["score"], reverse=True)


def _piece(row: Mapping[str, Any], body: Mapping[str, Any], parcel: Mapping[str, Any] | None, rivals: int) -> Any:
    """One debit, without the note's text or a name: what it says about this order."""
    names, same = _names(row, body), parcel is not None and _same_receiver(parcel, body)
    return {
        "order_code": str(row.get("kd_pesanan") or "")[:60],
        "debit": _debit(row),
        "at": str(row.get("tanggal") or "")[:30],
        "awb": parcel["awb"] if parcel else "",
        "names_courier": names,
        "tracked": bool(parcel),
        "same_receiver": same,
        "score": 4 * same + 2 * bool(parcel) + names,
        "rivals": rivals,
    }


def _single_match(body: Mapping[str, Any], evidence: Evidence) -> dict[str, Any] | None:
    """The rule ``accept_single_match``: one debit that fits, and no other operation of ours that it could belong to.

    A receiver may get two parcels on one day: beside another operation not even the same receiver tells enough.
    """
    if any(piece["rivals"] for piece in evidence):
        return None
    fitting = [piece for piece in evidence if piece["same_receiver"]]
    if not fitting:
        fitting = [piece for piece in evidence if piece["names_courier"] and not piece["tracked"]]
    if len(fitting) != 1:
        return None
    (piece,) = fitting
    service = {key: body.get(key) for key in ("courier_code", "code_service")}
    return {"awb": piece["awb"] or None, "booking_id": None, "tariff": piece["debit"], **service}


def _tracked(account: Account, body: Mapping[str, Any], row: Mapping[str, Any]) -> Flow[Mapping[str, Any] | None]:
    """The parcel that a debit leads to, if its order code or a word of its note is an AWB."""
    if not body.get("courier_code"):
        return None
    for word in dict.fromkeys(word for word in _words(row) if _CODE.fullmatch(word) and any(c.isdigit() for c in word)):
        try:
            record = yield from track(account, body["courier_code"], word)
        except (NotFound, Refused):
            continue
        except FleetOpsError:
            return None
        return {**record, "awb": word}
    return None


def _words(row: Mapping[str, Any]) -> list[str]:
    """What may be the number of an order in a debit."""
    return [str(row.get("kd_pesanan") or ""), *_CODE.findall(str(row.get("keterangan") or ""))]


def _others(account: Account, own_id: str, since: datetime) -> Flow[tuple[int, set[str]]]:
    """How many other orders were sent since then (their debits look the same), and the numbers that others have.

    A number belongs to its order through whichever connection that was made.
    """
    rows: Sequence[Operation] = yield Ask(
        lambda store: store.ledger.list(None, 1000, account.vendor.name, results=True)
    )
    others = [r for r in rows if r.action.endswith(("orders.express", "orders.instant")) and r.id != own_id]
    begin, sent = (since - CLOCK_MARGIN).timestamp(), DOUBTFUL | {Status.DONE}
    rivals = sum(r.conn_id == account.conn_id and r.status in sent and r.updated_at >= begin for r in others)
    results = [r.result["value"] for r in others if r.status is Status.DONE and r.result]
    numbers = (value.get(key) for value in results if isinstance(value, Mapping) for key in ("awb", "booking_id"))
    return rivals, {str(number) for number in numbers if number}


def _debit(row: Mapping[str, Any]) -> float:
    amount = row.get("saldo_keluar")
    return float(amount) if isinstance(amount, int | float) and not isinstance(amount, bool) else 0.0


def _names(row: Mapping[str, Any], body: Mapping[str, Any]) -> int:
    """Whether the note names the courier and the service: 0 to 2."""
    words = str(row.get("keterangan") or "").casefold().split()
    codes = [body[key] for key in ("courier_code", "code_service") if body.get(key)]
    return sum(str(code).casefold() in words for code in codes)


def _may_be_since(account: Account, row: Mapping[str, Any], since: datetime) -> bool:
    """False only for a row that is certainly older: no date is documented for rows."""
    try:
        moment = parse_time(row.get("tanggal"), str(zone(account)))
    except ValueError:
        return True
    return moment is None or moment >= since - CLOCK_MARGIN


def _same_receiver(record: Mapping[str, Any], body: Mapping[str, Any]) -> bool:
    """https://fastrac-b2b-stg-v2.apidog.io/tracking-order-19817646e0 tells name and address."""
    receiver = body["receiver"]
    return all(record.get(f"receiver_{key}") == receiver.get(key) for key in ("name", "address"))
