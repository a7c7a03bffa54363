"""What is made at FL3XX, when the answer is lost: looked for and found, else made by the next try."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest

from airflow_provider_fleetops.hooks.fl3xx import Fl3xxHook
from airflow_provider_fleetops.protocol import errors
from airflow_provider_fleetops.protocol.endpoint import Kind
from airflow_provider_fleetops.sandbox import Sandbox
from airflow_provider_fleetops.vendors.fl3xx.vendor import VENDOR
from tests.airflow.fl3xx_kit import unhurry
from tests.faults.fl3xx_creates import CREATES

each = pytest.mark.parametrize("name", CREATES)


@pytest.fixture
def box(fresh_sandbox: Sandbox, fleet_connections: Mapping[str, Any], monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    unhurry(fresh_sandbox, fleet_connections, monkeypatch)
    return fresh_sandbox


def make(name: str, number: int = 1, changes: Mapping[str, Any] | None = None) -> Any:
    """A try of its own: the hook as another task would make it."""
    create = CREATES[name]
    body = {**create.body(number), **(changes or {})}
    return Fl3xxHook().call(create.entry, body=body, operation_key=f"{name} {number}", **create.arguments)


def made(box: Sandbox, name: str) -> int:
    return len(box.control.journal(vendor="fl3xx", route=CREATES[name].entry, effect="*"))


def test_everything_that_must_not_be_repeated_can_be_looked_for():
    unsafe = {endpoint.name for endpoint in VENDOR.endpoints.values() if endpoint.kind is Kind.UNSAFE}
    assert unsafe == set(VENDOR.tracings)
    assert unsafe - {create.entry for create in CREATES.values()} == {"webhook.renew"}


@each
@pytest.mark.parametrize(
    ("kind", "options"), [("reset_after", {}), ("status", {"code": 503, "when": "after"}), ("truncated", {})]
)
def test_what_was_made_is_found_and_not_made_again(box, name, kind, options):
    box.control.fault("fl3xx", kind, CREATES[name].entry, **options)
    first = make(name)
    assert make(name) == first
    assert made(box, name) == 1
    assert len(box.control.journal(vendor="fl3xx", route=CREATES[name].entry)) == 1


@each
def test_what_is_found_is_what_was_made(box, name):
    box.control.fault("fl3xx", "reset_after", CREATES[name].entry)
    make(name, 1)
    found, created = make(name, 1), make(name, 2)
    ids = ("id", "bookingid", "flightId", "internalId", "accountid", "ticketId")
    keys = [key for key in ids if created.get(key) is not None]
    assert keys
    assert all(found[key] is not None and found[key] != created[key] for key in keys)


@each
def test_what_never_arrived_is_made_by_the_next_try(box, name, later: Callable[[float], None]):
    make(name, 2)  # something alike, which must not be taken for it
    box.control.fault("fl3xx", "reset_before", CREATES[name].entry)
    with pytest.raises(errors.Unavailable, match="it was not found afterwards"):
        make(name)
    later(300)
    make(name)
    assert made(box, name) == 2
    assert box.control.summary()["fl3xx"]["stats"]["duplicates"] == 0


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("quote", {"externalReference": None}),
        ("quote", {"externalReference": "5600411"}),
        ("user", {"externalReference": None}),
        ("user", {"externalReference": "fl3xx_41001"}),
        ("account by name", {"name": None}),
        ("leg", {"departureDateUTC": None}),
    ],
)
def test_what_cannot_be_told_from_others_is_sent_at_most_once(box, name, changes):
    box.control.fault("fl3xx", "reset_before", CREATES[name].entry)
    for _ in range(2):
        with pytest.raises(errors.OutcomeUnknown):
            make(name, changes=changes)
    assert len(box.control.journal(vendor="fl3xx", route=CREATES[name].entry)) <= 1


def test_a_quote_is_not_taken_for_the_booking_of_its_reference_nor_a_booking_for_the_quote(box):
    make("booking")
    box.control.fault("fl3xx", "reset_before", "quote.create")
    with pytest.raises(errors.OutcomeUnknown):
        make("quote")
    make("quote", 2)
    box.control.fault("fl3xx", "reset_before", "booking.create")
    with pytest.raises(errors.OutcomeUnknown):
        make("booking", 2)


def test_an_older_subscription_to_the_same_event_is_not_the_new_one_with_another_key(box, later):
    make("subscription")
    box.control.advance(timedelta(hours=3))
    later(3 * 3600)
    box.control.fault("fl3xx", "reset_before", "webhook.create")
    hook, body = Fl3xxHook(), {**CREATES["subscription"].body(1), "signingKey": "sim-key-2"}
    with pytest.raises(errors.Unavailable, match="it was not found"):
        hook.call("webhook.create", body=body, operation_key="rotated")


@pytest.mark.parametrize(("kind", "renewals"), [("reset_after", 1), ("reset_before", 0)])
def test_a_renewal_that_is_unclear_is_looked_for(box, later, kind, renewals):
    subscription = make("subscription")
    box.control.advance(timedelta(days=27))
    later(27 * 86_400)
    box.control.fault("fl3xx", kind, "webhook.renew")

    def renew() -> Any:
        return Fl3xxHook().call("webhook.renew", subscription_id=subscription["id"], operation_key="renewal")

    if renewals:
        assert renew()["expirationDateTime"] > subscription["expirationDateTime"]
    else:
        with pytest.raises(errors.Unavailable, match="it was not found"):
            renew()
        later(27 * 86_400 + 300)
        assert renew()["expirationDateTime"] > subscription["expirationDateTime"]
    assert len(box.control.journal(vendor="fl3xx", route="webhook.renew", effect="*")) == 1
