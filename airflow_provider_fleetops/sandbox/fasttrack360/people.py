"""Rules on clients, contacts, cost centres, candidates and comments (contract, sections 3.1 to 3.4)."""

from __future__ import annotations

from datetime import datetime

from airflow_provider_fleetops.sandbox.fasttrack360.records import Values
from airflow_provider_fleetops.sandbox.fasttrack360.refusal import conflict, invalid, rule
from airflow_provider_fleetops.sandbox.fasttrack360.world import World

_CONTACT_ROLES = ("orderedByContactId", "reportToContactId", "siteContactId")


def check_client(world: World, now: datetime, old: Values, new: Values) -> None:
    """Active may need a ticked credit check; a parent stays once timesheets exist."""
    activating = new["status"] == "Active" and old.get("status") != "Active"
    if activating and world.settings["credit_check_required"] and not new["creditChecked"]:
        raise rule("status can not be Active before the credit check is ticked", "status", "credit_check")
    if old.get("parentId") and new["parentId"] != old["parentId"] and _has_timesheets(world, now, old["id"]):
        raise conflict("parent can not be removed after timesheets exist", "parentId", "locked")
    if new["parentId"] is not None and new["parentId"] == old.get("id"):
        raise invalid("parentId", "must be another client")


def drop_client(world: World, now: datetime, old: Values, _: Values) -> None:
    """A client with jobs, contacts, cost centres or children is in use: set it Inactive instead."""
    users = [name for name in ("jobOrders", "contacts", "costCentres") if world[name].any(now, clientId=old["id"])]
    if world["clients"].any(now, parentId=old["id"]):
        users.append("clients")
    if users:
        raise conflict(f"client is in use by {', '.join(users)}; set its status to Inactive instead", "id", "in_use")


def check_contact(world: World, now: datetime, old: Values, new: Values) -> None:
    """A contact keeps its client; its cost centre is one of that client."""
    new["status"] = new["status"] or "Active"
    _same_client(old, new)
    _belongs(world, now, "costCentres", "costCentreId", new)


def drop_contact(world: World, now: datetime, old: Values, _: Values) -> None:
    """A contact that jobs or cost centres name can not be deleted (contract, section 3.3)."""
    named = world["jobOrders"].rows(now, lambda job: old["id"] in (job[role] for role in _CONTACT_ROLES))
    if named or world["costCentres"].any(now, contactId=old["id"]):
        raise conflict("contact is in use; set its status to Inactive instead", "id", "in_use")


def check_cost_centre(world: World, now: datetime, old: Values, new: Values) -> None:
    """A cost centre keeps its client; its contact is one of that client."""
    new["status"] = new["status"] or "Active"
    _same_client(old, new)
    _belongs(world, now, "contacts", "contactId", new)


def check_comment(world: World, now: datetime, old: Values, new: Values) -> None:
    """The date defaults to today; the pick-list text may be mandatory by setting (contract, section 3.4)."""
    new["date"] = new["date"] or now.date().isoformat()
    if world.settings["standard_description_required"] and not new["standardDescription"]:
        raise rule("a standard description is mandatory", "standardDescription", "mandatory")


def check_job_parties(world: World, now: datetime, job: Values) -> None:
    """Contacts and cost centre of a job are those of its client."""
    for role in _CONTACT_ROLES:
        _belongs(world, now, "contacts", role, job)
    _belongs(world, now, "costCentres", "costCentreId", job)


def _belongs(world: World, now: datetime, table: str, field: str, values: Values) -> None:
    if values[field] is not None and world[table].get(values[field], now)["clientId"] != values["clientId"]:
        raise invalid(field, "belongs to another client", "wrong_client")


def _same_client(old: Values, new: Values) -> None:
    if old and new["clientId"] != old["clientId"]:
        raise conflict("client can not be changed", "clientId", "locked")


def _has_timesheets(world: World, now: datetime, client: int) -> bool:
    jobs = {job["id"] for job in world["jobOrders"].rows(now, lambda job: job["clientId"] == client)}
    return bool(world["timesheets"].rows(now, lambda sheet: sheet["jobOrderId"] in jobs))
