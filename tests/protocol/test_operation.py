"""Exactly once, without a socket: what is sent, what is recorded, what whoever comes later gets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from airflow_provider_fleetops.protocol import errors
from airflow_provider_fleetops.protocol.call_once import call_once
from airflow_provider_fleetops.protocol.errors import TransportError
from airflow_provider_fleetops.protocol.flow import call
from airflow_provider_fleetops.protocol.ledger import Status
from airflow_provider_fleetops.protocol.operation import intent, once
from airflow_provider_fleetops.protocol.steps import Flow, Send
from airflow_provider_fleetops.protocol.tracing import Tracing
from airflow_provider_fleetops.protocol.work import Outcome
from tests.protocol.fakes import FakeDriver, account, ok, status

LOST = TransportError("reset", sent=True)
MADE = ok(b'{"id": 7}')
LATER = 3600.0


def found(*answers: Any) -> tuple[Tracing, list[Any]]:
    """A way to look whose answers are given; the list holds those that were not asked for."""
    left = list(answers)

    def find(_since: Any) -> Flow[Any]:
        answer = left.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer
        yield  # a flow

    return Tracing(find), left


def create(driver: FakeDriver, tracing: Tracing | None = None, *, key: str = "order-1", name: str = "a") -> Outcome:
    a, body = account(), {"name": name}
    meant = intent(a, "thing.create", key, body)
    return driver.run(
        once(a, meant, lambda on_send: call(a, "thing.create", None, body, on_send=on_send), tracing or Tracing())
    )


def row(driver: FakeDriver) -> Any:
    (operation,) = driver.store.ledger.list()
    return operation


def posts(driver: FakeDriver) -> int:
    return sum(request.method == "POST" for request in driver.sent)


def test_it_is_sent_once_and_everybody_gets_its_result():
    driver = FakeDriver([MADE])
    assert create(driver) == Outcome({"id": 7}, created=True)
    assert create(driver) == Outcome({"id": 7}, created=False)
    assert (posts(driver), row(driver).status, row(driver).sends) == (1, Status.DONE, 1)


def test_the_intent_is_written_before_anything_is_sent_and_marked_when_it_leaves():
    seen = []

    class Watching(FakeDriver):
        def obey(self, step: Any) -> Any:
            if self.store.ledger.operations:
                seen.append((type(step) is Send, row(self).status))
            return super().obey(step)

    create(Watching([MADE]))
    assert seen[0] == (False, Status.INTENT)
    assert [status for leaving, status in seen if leaving] == [Status.SENT]


def test_another_payload_under_the_same_key_is_an_error_and_another_key_is_not():
    driver = FakeDriver([MADE, MADE])
    create(driver)
    with pytest.raises(errors.InvalidInput, match=r"'order-1'.*done, id 7"):
        create(driver, name="b")
    assert posts(driver) == 1
    assert create(driver, key="order-2", name="b").created


def test_the_order_of_a_payloads_keys_does_not_matter():
    a = account()
    assert intent(a, "x", "k", {"a": 1, "b": 2}) == intent(a, "x", "k", {"b": 2, "a": 1})


def test_a_definite_refusal_leaves_the_key_free_for_a_corrected_payload():
    driver = FakeDriver([status(422)])
    with pytest.raises(errors.InvalidInput):
        create(driver)
    assert row(driver).status is Status.NOT_DONE
    driver.answers = [MADE]
    assert create(driver, name="corrected").created


def test_what_never_left_is_not_in_doubt():
    driver = FakeDriver([TransportError("refused", sent=False)] * 4)
    with pytest.raises(errors.Unavailable):
        create(driver)
    assert row(driver).status is Status.NOT_DONE
    driver.answers = [MADE]
    assert create(driver).created


@pytest.mark.parametrize("answer", [LOST, status(503), ok(b"<html>")])
def test_after_an_unclear_answer_one_look_decides(answer):
    tracing, left = found({"id": 7})
    driver = FakeDriver([answer])
    assert create(driver, tracing) == Outcome({"id": 7}, created=True)
    assert (posts(driver), left, row(driver).status) == (1, [], Status.DONE)


@pytest.mark.parametrize("look", [None, errors.Unavailable("busy")])
def test_what_is_not_found_is_looked_for_again_by_the_next_try_before_it_sends(look):
    driver = FakeDriver([LOST])
    with pytest.raises(errors.Unavailable) as caught:
        create(driver, found(look)[0])
    assert caught.value.effect is errors.Effect.UNKNOWN
    assert row(driver).status is Status.UNKNOWN
    assert caught.value.resume_at is not None
    with pytest.raises(errors.Throttled, match="may still arrive"):
        create(driver, found(None)[0])
    driver.now = caught.value.resume_at.timestamp()
    driver.answers = [MADE]
    assert create(driver, found(None)[0]) == Outcome({"id": 7}, created=True)
    assert (posts(driver), row(driver).sends) == (2, 2)


def test_what_arrived_late_is_found_by_the_next_try():
    driver = FakeDriver([LOST])
    with pytest.raises(errors.Unavailable):
        create(driver, found(None)[0])
    assert create(driver, found({"id": 7})[0]) == Outcome({"id": 7}, created=False)
    assert posts(driver) == 1


def test_where_no_look_can_ever_decide_a_person_must():
    driver = FakeDriver([LOST])
    with pytest.raises(errors.OutcomeUnknown):
        create(driver, found(errors.PermissionDenied("no right"))[0])
    assert row(driver).status is Status.UNKNOWN


def gathered(*pieces: dict[str, Any], decide: Callable[[Any], Any] | None = None) -> Tracing:
    def gather(_since: Any) -> Flow[Any]:
        return pieces
        yield  # a flow

    return Tracing(gather=gather, decide=decide, advice="Look at the portal")


def test_without_a_way_to_look_it_stops_as_unknown_with_its_evidence_and_is_never_sent_again():
    driver = FakeDriver([LOST])
    tracing = gathered({"line": "PSN-1", "debit": 5, "nested": {"secret": "x"}}, {"line": "PSN-2"})
    for _ in range(2):
        with pytest.raises(errors.OutcomeUnknown, match="2 pieces of evidence found, first: line PSN-1") as caught:
            create(driver, tracing)
        driver.now += LATER
        assert "operations show " + row(driver).id in caught.value.advice
        assert "secret" not in str(caught.value)
    assert posts(driver) == 1
    assert [piece["line"] for piece in row(driver).evidence] == ["PSN-1", "PSN-2"]


@pytest.mark.parametrize("killed", [False, True])
def test_a_rule_may_decide_by_the_evidence(killed):
    driver = FakeDriver([] if killed else [LOST])
    tracing = gathered({"line": 9}, decide=lambda evidence: {"id": evidence[0]["line"]})
    if killed:
        with pytest.raises(IndexError):  # the fake has no answer: torn down in the middle of sending
            create(driver, tracing)
        driver.now += LATER
    assert create(driver, tracing) == Outcome({"id": 9}, created=not killed)
    assert create(driver).result == {"id": 9}


@pytest.mark.parametrize("word", [Status.DONE, Status.NOT_DONE])
def test_a_person_may_decide(word):
    driver = FakeDriver([LOST, MADE])
    with pytest.raises(errors.OutcomeUnknown):
        create(driver)
    result = {"value": {"id": 3}} if word is Status.DONE else None
    assert driver.store.ledger.resolve(row(driver).id, word, driver.now, result=result)
    assert create(driver).result == {"id": 3 if word is Status.DONE else 7}
    assert posts(driver) == (1 if word is Status.DONE else 2)


def _stop(driver: FakeDriver, at: int, tracing: Tracing) -> bool:
    """Run until the step ``at`` and be killed there; whether the flow was still running."""
    a = account()
    flow = once(
        a,
        intent(a, "thing.create", "order-1", {"name": "a"}),
        lambda on_send: call(a, "thing.create", None, {"name": "a"}, on_send=on_send),
        tracing,
    )
    step = next(flow)
    for _ in range(at):
        try:
            step = flow.send(driver.obey(step))
        except StopIteration:
            return False
    return True


def test_killed_at_every_step_it_is_done_exactly_once():
    """The vendor has it as soon as the request was answered; the look sees just that."""
    for at in range(50):
        driver = FakeDriver([MADE])
        running = _stop(driver, at, Tracing())
        driver.now += LATER
        there = posts(driver) == 1
        driver.answers = [MADE]
        outcome = create(driver, found({"id": 7} if there else None)[0])
        assert outcome.result == {"id": 7}
        assert posts(driver) == 1
        if not running:
            return
    pytest.fail("the flow does not end")


def test_a_killed_holder_keeps_others_out_until_its_lease_ends():
    driver = FakeDriver([MADE])
    _stop(driver, 3, Tracing())
    with pytest.raises(errors.Throttled, match="another process works on") as caught:
        create(driver)
    assert sum(driver.slept) < 15
    assert caught.value.resume_at is not None
    driver.now = caught.value.resume_at.timestamp()
    assert create(driver).created
    assert posts(driver) == 1


def test_whoever_lost_its_lease_while_waiting_for_a_slot_sends_nothing():
    driver, other = FakeDriver([]), FakeDriver([MADE])
    other.store = driver.store

    def slow(on_send: Any) -> Flow[Any]:
        other.now = driver.now + LATER
        create(other)
        driver.now += LATER
        return (yield from call(account(), "thing.create", None, {"name": "a"}, on_send=on_send))

    a = account()
    with pytest.raises(errors.Throttled, match="taken over"):
        driver.run(once(a, intent(a, "thing.create", "order-1", {"name": "a"}), slow))
    assert posts(driver) == 0
    assert row(driver).status is Status.DONE


def test_a_store_that_fails_when_the_answer_is_there_does_not_undo_the_answer():
    driver = FakeDriver([MADE])

    def fail(*_: Any, **__: Any) -> bool:
        raise errors.Unavailable("the disk is full")

    driver.store.ledger.settle = fail  # type: ignore[method-assign]
    assert create(driver).result == {"id": 7}
    assert "not recorded: the disk is full" in " ".join(driver.notes)
    del driver.store.ledger.settle  # type: ignore[attr-defined]
    driver.now += LATER
    assert create(driver, found({"id": 7})[0]) == Outcome({"id": 7}, created=False)


def test_a_store_that_fails_after_the_request_left_does_not_send_it_again():
    driver, a = FakeDriver([MADE, MADE]), account(forbidden_pause=60)

    def fail(_key: str) -> Any:
        raise errors.StoreUnavailable("gone for a moment")

    driver.store.peek = fail  # type: ignore[method-assign]
    meant = intent(a, "thing.create", "order-1", {"name": "a"})
    send = lambda on_send: call(a, "thing.create", None, {"name": "a"}, on_send=on_send)  # noqa: E731
    outcome = driver.run(once(a, meant, send, found({"id": 7})[0]))
    assert outcome == Outcome({"id": 7}, created=True)
    assert posts(driver) == 1


def test_a_very_large_result_is_not_kept_and_nothing_is_sent_twice_for_it():
    driver = FakeDriver([ok(b'{"id": "' + b"x" * 300_000 + b'"}')])
    assert len(create(driver).result["id"]) == 300_000
    with pytest.raises(errors.Refused, match="its result is not kept"):
        create(driver)
    assert posts(driver) == 1


def test_a_result_that_is_not_kept_is_looked_up_where_the_vendor_can_be_asked():
    driver = FakeDriver([ok(b'{"id": "' + b"x" * 300_000 + b'"}')])
    create(driver)
    tracing, left = found({"id": "x7"}, None)
    assert create(driver, tracing) == Outcome({"id": "x7"}, created=False)
    with pytest.raises(errors.Refused, match="its result is not kept"):
        create(driver, tracing)
    assert (posts(driver), left) == (1, [])


@pytest.mark.parametrize("key", ["", "  ", "x" * 251, "a\x00b", None, 1.5])
def test_a_key_must_be_a_short_text(key):
    with pytest.raises(errors.InvalidInput, match="operation_key"):
        intent(account(), "thing.create", key, {})


def test_the_same_key_at_another_connection_is_another_operation_and_new_credentials_are_not():
    a = account()
    assert intent(a, "x", "k", 1).id == intent(account(), "x", "k", 2).id
    assert intent(a, "x", "k", 1).id != intent(a, "y", "k", 1).id


def test_any_entry_of_the_catalogue_goes_the_same_way():
    driver = FakeDriver([MADE])
    for _ in range(2):
        assert driver.run(call_once(account(), "thing.create", {}, {"name": "a"}, "k")) == {"id": 7}
    assert posts(driver) == 1
    for name, body in (("thing.get", None), ("thing.put", {})):
        with pytest.raises(errors.InvalidInput, match="operation_key"):
            driver.run(call_once(account(), name, {}, body, "k"))
    with pytest.raises(errors.InvalidInput, match="name"):
        driver.run(call_once(account(), "thing.create", {}, {}, "k2"))
    assert len(driver.store.ledger.list()) == 1


def test_nothing_is_sent_beside_an_answer_that_may_still_come():
    """An answer may take the read timeout twice; as long as it may come, the sender keeps its lease."""
    driver, settings = FakeDriver([LOST]), account().settings
    with pytest.raises(errors.Unavailable):
        create(driver, found(None)[0])
    driver.now += settings["connect_timeout"] + 2 * settings["read_timeout"]
    with pytest.raises(errors.Throttled, match="may still arrive"):
        create(driver, found(None)[0])
    driver.now += 20
    driver.answers = [MADE]
    assert create(driver, found(None)[0]).created
