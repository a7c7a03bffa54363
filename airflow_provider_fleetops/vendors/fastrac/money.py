"""The prepaid balance: how much is left, and waiting until it is low."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from airflow_provider_fleetops.protocol.errors import ConfigurationError, Refused
from airflow_provider_fleetops.protocol.flow import call
from airflow_provider_fleetops.protocol.listing import paginate
from airflow_provider_fleetops.protocol.steps import Flow
from airflow_provider_fleetops.protocol.vendor import Account
from airflow_provider_fleetops.protocol.watch import Interest, Sighting, Watch, same_windows
from airflow_provider_fleetops.vendors.fastrac import parcel
from airflow_provider_fleetops.vendors.fastrac.states import entry
from airflow_provider_fleetops.vendors.fastrac.tariffs import checked

LEDGER = "balance.history"
LOW, ENOUGH = "LOW", "ENOUGH"


def ledger(account: Account, **filters: Any) -> Flow[list[dict[str, Any]]]:
    """All rows of the balance's ledger that fit ``filters``, page by page; by default the last month's."""
    body = {name: value for name, value in filters.items() if value is not None}
    return (yield from paginate(account, entry(account, LEDGER), None, body))


def totals(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """How many rows, and the rupiah that they brought and took."""
    return {
        "count": len(rows),
        "credit": sum(_rupiah(row.get("saldo_masuk")) for row in rows),
        "debit": sum(_rupiah(row.get("saldo_keluar")) for row in rows),
    }


def balance(account: Account, *, reuse: float = 0.0) -> Flow[float]:
    """The rupiah that are left. It comes with the ledger, under a key that is not public (extra ``balance_key``).

    https://fastrac-b2b-stg-v2.apidog.io/changelog-v2-1331898m0 only says that the balance is there.
    """
    name = entry(account, LEDGER)
    found = yield from call(account, name, None, {"limit": 1}, reuse=reuse)
    path = str(account.settings["balance_key"])
    for key in path.split("."):
        found = found.get(key) if isinstance(found, Mapping) else None
    if isinstance(found, bool) or not isinstance(found, int | float):
        raise ConfigurationError(
            f"the answer holds no balance under {path!r}",
            vendor=account.vendor.name,
            endpoint=name,
            advice="Set the extra balance_key to where it stands in the answer's data",
        )
    return found


def checked_balance(account: Account, minimum: Any = None) -> Flow[float]:
    """The balance; :class:`Refused` when it is below ``minimum``."""
    least = checked(account, LEDGER, lambda: None if minimum is None else parcel.number("minimum", minimum))
    left = yield from balance(account)
    if least is not None and left < least:
        what = f"the balance of {left:.0f} rupiah is below the minimum of {least:.0f}"
        raise Refused(what, vendor=account.vendor.name, endpoint=LEDGER, advice="Top it up")
    return left


def _checked_amounts(interests: Sequence[Interest]) -> list[Interest]:
    """All amounts are compared with one balance; one that is none is said before anybody looks."""
    for one in interests:
        for text in one.ids:
            parcel.number("threshold", text)
    return same_windows(interests)


def look(account: Account, ids: Sequence[str], _window: Mapping[str, str]) -> Flow[Mapping[str, Sighting]]:
    """Compare the balance with amounts (the ids), by one read for all that wait."""
    amounts = checked(account, LEDGER, lambda: [parcel.number("threshold", text) for text in ids])
    left = yield from balance(account, reuse=cadence(account) * 0.9)
    states = [LOW if left < amount else ENOUGH for amount in amounts]
    return {text: Sighting(state, facts={"balance": left}) for text, state in zip(ids, states, strict=True)}


def cadence(account: Account) -> float:
    """Seconds between two looks at the balance."""
    return float(account.settings["balance_seconds"])


def _rupiah(value: Any) -> float:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else 0


# ENOUGH has no rank: it is no goal, and nothing that LOW could be past.
BALANCE = Watch(
    name="balance",
    subject="balance",
    ranks={LOW: 0},
    dead_ends=frozenset(),
    finals=frozenset(),
    look=look,
    cadence=cadence,
    merge=_checked_amounts,
)
