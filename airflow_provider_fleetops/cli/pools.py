"""``airflow fleetops pools``: the pools that the vendors' records recommend, in Airflow's own database."""

from __future__ import annotations

import json
from argparse import Namespace
from typing import TYPE_CHECKING, Any

from airflow.cli.simple_table import AirflowConsole

from airflow_provider_fleetops import vendors
from airflow_provider_fleetops.protocol.errors import Unavailable
from airflow_provider_fleetops.protocol.vendor import Pool

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

WOULD_CHANGE = 2


def pools(args: Namespace) -> int:
    """Create what is missing; what an administrator tuned is left alone unless ``--update`` says otherwise."""
    if args.json:
        print(as_file())
        return 0
    from sqlalchemy.exc import SQLAlchemyError

    try:
        states = {pool: _settle(pool, update=args.update, check=args.check) for pool in recommended()}
    except SQLAlchemyError as error:
        said = str(getattr(error, "orig", None) or type(error).__name__).strip().partition("\n")[0][:200]
        raise Unavailable(f"Airflow's database cannot be used: {said}", advice="Run: airflow db migrate") from None
    rows = [{"pool": pool.name, "slots": pool.slots, "state": state, "why": pool.why} for pool, state in states.items()]
    AirflowConsole().print_as(rows, args.output)
    return WOULD_CHANGE if {"missing", "differs"} & set(states.values()) else 0


def recommended() -> list[Pool]:
    """The pools of all vendors' records."""
    return [pool for name in vendors.NAMES for pool in vendors.vendor(name).pools]


def as_file() -> str:
    """The recommended pools as ``airflow pools import`` reads them; ``pools.json`` of this package holds the same."""
    return json.dumps({pool.name: _settings(pool) for pool in recommended()}, indent=2)


def _settings(pool: Pool) -> dict[str, Any]:
    return {"slots": pool.slots, "description": pool.why, "include_deferred": False}


def _settle(pool: Pool, *, update: bool, check: bool) -> str:
    """One pool, in a transaction of its own: what was done, or with ``check`` what there is to do."""
    from airflow.utils.session import create_session
    from sqlalchemy.exc import IntegrityError

    try:
        with create_session() as session:
            return _settle_in(session, pool, update=update, check=check)
    except IntegrityError:  # another process has made it meanwhile
        return "exists"


def _settle_in(session: Session, pool: Pool, *, update: bool, check: bool) -> str:
    from airflow.models.pool import Pool as AirflowPool
    from sqlalchemy import select

    found = session.scalar(select(AirflowPool).where(AirflowPool.pool == pool.name))
    settings = _settings(pool)
    if found and all(getattr(found, name) == value for name, value in settings.items()):
        return "exists"
    if found and not update:
        return f"kept with {found.slots} slots"
    if check:
        return "differs" if found else "missing"
    if found is None:
        session.add(AirflowPool(pool=pool.name, **settings))
        return "created"
    for name, value in settings.items():
        setattr(found, name, value)
    return "updated"
