"""Upserting customers at FASTTRAK: what FASTTRAK received, and what the user sees."""

from __future__ import annotations

import json
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowFailException

from airflow_provider_fleetops.hooks.fasttrak import FasttrakHook
from airflow_provider_fleetops.operators.fasttrak import FasttrakUpsertCustomerOperator
from airflow_provider_fleetops.protocol import errors
from airflow_provider_fleetops.state import open_store
from tests.airflow.fasttrak.kit import routes, run, sent, shown

PERSON = {
    "first_name": "Octavia",
    "last_name": "Sampleton",
    "email": "octavia@example.com",
    "phone": "+1 555 0100",
    "street1": "12 Secret Lane",
    "is_vip": True,
}


def upsert(**arguments: Any) -> dict[str, Any]:
    told: dict[str, Any] = run(FasttrakUpsertCustomerOperator, **{"customer": PERSON, **arguments})
    return told


def profile(number: int) -> dict[str, Any]:
    found: dict[str, Any] = FasttrakHook().call("customer.get", customer_id=number)
    return found


def test_a_customer_is_created_then_left_alone_then_changed(box):
    made = upsert()
    assert made["action"] == "created"
    assert upsert() == {**made, "action": "unchanged"}
    assert upsert(customer={**PERSON, "phone": "+1 555 0199"}) == {**made, "action": "updated"}
    assert (sent(box, "customer.create"), sent(box, "customer.update")) == (1, 1)
    seen = profile(made["customer_id"])
    assert (seen["firstName"], seen["phoneNumber1"], seen["street1"], seen["isVip"]) == (
        "Octavia",
        "+1 555 0199",
        "12 Secret Lane",
        True,
    )


def test_a_change_keeps_what_it_does_not_name(box):
    known = FasttrakHook().rows("customers.list")[0]
    before = profile(known["customerId"])
    told = upsert(customer={"email": known["emailAddress"].upper(), "city": "Port Example"})
    assert told == {"customer_id": known["customerId"], "action": "updated"}
    after = profile(known["customerId"])
    different = {name for name in after if after[name] != before[name]} - {"lastModifyDate"}
    assert different == {"city", "emailAddress"}


def test_by_number_no_search_is_needed(box):
    told = upsert(customer={"cell_phone": "+1 555 0123"}, customer_id="501", details={"preferences": "Still water"})
    assert told == {"customer_id": 501, "action": "updated"}
    assert routes(box) == ["customer.get", "customer.get", "customer.update"]
    assert profile(501)["preferences"] == "Still water"
    with pytest.raises(AirflowFailException, match="no customer 999999"):
        upsert(customer_id=999_999)


@pytest.mark.parametrize(("kind", "options"), [("reset_after", {}), ("status", {"code": 503, "when": "after"})])
def test_a_creation_whose_answer_was_lost_is_found(box, kind, options):
    box.control.fault("fasttrak", kind, match="customer.create", **options)
    assert upsert()["action"] == "created"
    assert sent(box, "customer.create") == 1
    assert upsert()["action"] == "unchanged"


def test_a_creation_that_never_arrived_is_left_to_the_next_try(box, later):
    box.control.fault("fasttrak", "reset_before", match="customer.create")
    with pytest.raises(errors.Unavailable, match="A retry looks again"):
        upsert()
    later(300)
    assert upsert()["action"] == "created"
    assert len(FasttrakHook().customers(email=PERSON["email"])) == 1


def test_the_same_creation_by_the_catalogue_is_found_by_its_address(box):
    hook = FasttrakHook()
    body = {"firstName": "A", "lastName": "B", "emailAddress": "a.b@example.com"}
    box.control.fault("fasttrak", "reset_after", match="customer.create")
    made = hook.call("customer.create", body=body, operation_key="crm 7")
    assert made["customerId"] == hook.customers(email="a.b@example.com")[0]["customerId"]
    assert sent(box, "customer.create") == 1


def test_a_namesake_from_earlier_days_is_not_taken_for_the_new_customer(box):
    """Seeded years ago under the same names: without an address only one made since then counts."""
    hook = FasttrakHook()
    old = hook.rows("customers.list")[0]
    box.control.fault("fasttrak", "reset_before", match="customer.create")
    with pytest.raises(errors.Unavailable):
        hook.call(
            "customer.create",
            body={"firstName": old["firstName"], "lastName": old["lastName"]},
            operation_key="crm 8",
        )


def test_an_update_whose_answer_was_lost_does_not_pass_for_somebody_elses(box):
    upsert()
    box.control.fault("fasttrak", "reset_after", match="customer.update")
    told = upsert(customer={**PERSON, "city": "Port Example"})
    assert told["action"] == "updated"
    assert profile(told["customer_id"])["city"] == "Port Example"


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({"customer": {"last_name": "X"}}, r"customer\.email.*customer_id"),
        ({"customer": {}}, "customer"),
        ({"customer": "Octavia"}, "customer.*object"),
        ({"customer": {**PERSON, "shoe_size": 9}}, "shoe_size"),
        ({"customer": {**PERSON, "is_vip": "perhaps"}}, "is_vip.*true or false"),
        ({"details": ["x"]}, "details.*object"),
    ],
)
def test_wrong_values_are_named_and_nothing_is_sent(box, arguments, named):
    with pytest.raises(AirflowFailException, match=named) as caught:
        upsert(**arguments)
    assert isinstance(caught.value, errors.InvalidInput)
    assert routes(box) == []


def test_a_new_customer_needs_a_name(box):
    with pytest.raises(AirflowFailException, match="last_name"):
        upsert(customer={"email": "new@example.com"})
    assert sent(box, "customer.create") == 0


def test_nobody_is_named_in_ui_xcom_log_or_ledger(box, caplog):
    caplog.set_level("DEBUG")
    told = upsert()
    rows = [(row.key, row.note) for row in open_store().ledger.list()]
    text = json.dumps(told) + caplog.text + json.dumps(rows)
    text += shown(FasttrakUpsertCustomerOperator(task_id="t", customer=PERSON))
    for personal in ("Octavia", "Sampleton", "octavia@example.com", "12 Secret Lane", "+1 555 0100"):
        assert personal not in text
