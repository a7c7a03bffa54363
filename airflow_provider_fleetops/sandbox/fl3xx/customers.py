"""Whom a quote or booking is for: the account and the person that its body means."""

from __future__ import annotations

from datetime import date

from airflow_provider_fleetops.sandbox.fields import Fields
from airflow_provider_fleetops.sandbox.fl3xx.errors import conflict
from airflow_provider_fleetops.sandbox.fl3xx.fleet import Fleet
from airflow_provider_fleetops.sandbox.fl3xx.model import Account, Person


def find_account(fleet: Fleet, customer: Fields, *, named: bool = False) -> Account | None:
    """Return the account meant, in the vendor's order: id, external reference, name; None for a new one."""
    if not customer.has("account"):
        if named:
            raise conflict("customer.account.name: is required")
        return None
    body = customer.fields("account")
    name = body.text("name") if named else body.text("name", "")
    number = body.integer("id", 0)
    reference = body.text("externalReference", "")
    accounts = list(fleet.accounts.values())
    tests = (
        [one for one in accounts if one.id == number],
        [one for one in accounts if reference and one.reference == reference],
        [one for one in accounts if name and one.name == name],
    )
    return next((found[0] for found in tests if found), None)


def account_of(fleet: Fleet, customer: Fields) -> Account:
    """Return the account meant, created if there is none; an existing one is never changed."""
    found = find_account(fleet, customer)
    if found:
        return found
    body = customer.fields("account") if customer.has("account") else Fields({})
    fallback = f"{customer.text('firstName', '')} {customer.text('lastName', '')}".strip()
    name = body.text("name", fallback)
    if not name:
        raise conflict("customer: needs an account or a name")
    number = fleet.next_id(0)
    fleet.accounts[number] = Account(number, name, body.text("externalReference", "") or None)
    return fleet.accounts[number]


def customer_of(fleet: Fleet, customer: Fields, account: Account) -> Person:
    """Return the person meant by external reference or full name within the account, created if there is none."""
    reference = customer.text("externalReference", "")
    first, last = customer.text("firstName", "Unknown"), customer.text("lastName", "Unknown")
    for person in fleet.people.values():
        if reference and person.reference == reference:
            return person
        if (person.account_id, person.first, person.last) == (account.id, first, last):
            return person
    number = fleet.next_id(41_000)
    person = Person(number, first, last, "OTHER", date(1980, 1, 1), account.id, reference or None)
    fleet.people[number] = person
    return person
