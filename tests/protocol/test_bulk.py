"""The accounts of a run: which row goes next, what stops the run, and that every row is counted once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from airflow_provider_fleetops.protocol import errors
from airflow_provider_fleetops.protocol.bulk import Line, Outcome, Plan, RowKind, Run, survey
from airflow_provider_fleetops.protocol.caller import Caller
from airflow_provider_fleetops.protocol.errors import FleetOpsError, InvalidInput
from airflow_provider_fleetops.protocol.ledger import Intent, Status, digest, holder_of
from airflow_provider_fleetops.protocol.steps import Flow
from airflow_provider_fleetops.protocol.vendor import Account
from tests.protocol.fakes import START, FakeDriver, account

NOW = START


def _act() -> Flow[dict[str, Any]]:
    return {}
    yield


def _plan(where: Account, row: Mapping[str, Any], _options: Mapping[str, Any]) -> Plan:
    if not row.get("amount"):
        raise InvalidInput("parameter 'body.sum.amount' is required")
    meant = Intent("fake", where.base_url, where.conn_id, "thing.create", row["number"], digest(row))
    return Plan(row["number"], meant, _act)


KIND = RowKind("number", ("number", "amount"), ("id",), _plan, names={"sum": "amount"})


def later(seconds: float) -> datetime:
    return datetime.fromtimestamp(NOW + seconds, UTC)


def run_of(count: int, max_failures: int = 20) -> Run:
    driver = FakeDriver()
    rows = [{"number": f"n{i}", "amount": "1"} for i in range(count)]
    return Run(KIND, driver.run(survey(account(), KIND, rows, {}, {})), max_failures)


def take(run: Run, now: float = NOW) -> Line:
    line = run.next(now)
    assert line is not None
    return line


def test_all_rows_are_checked_and_only_field_and_rule_are_told() -> None:
    rows = [{"number": "a", "amount": "1"}, {"number": "b"}, {"number": "a", "amount": "2"}]
    lines = FakeDriver().run(survey(account(), KIND, rows, {}, {}))
    assert [line.outcome for line in lines] == [Outcome.OPEN, Outcome.REJECTED, Outcome.REJECTED]
    assert [(x.reject.field, x.reject.rule) for x in lines if x.reject] == [
        ("amount.amount", "is required"),
        ("number", "is the same as in row 1"),
    ]


def test_the_ledger_says_what_is_done_and_what_has_to_wait() -> None:
    driver = FakeDriver()
    rows = [{"number": name, "amount": "1"} for name in ("done", "other", "leased", "refused", "new")]
    ledger = driver.store.ledger
    for row in rows[:4]:
        meant = _plan(account(), row, {}).meant
        changed = replace(meant, digest="another") if row["number"] == "other" else meant
        ledger.begin(changed, "somebody", NOW, 60.0)
        if row["number"] in ("done", "other"):
            ledger.settle(meant.id, "somebody", Status.DONE, NOW, result={"value": {"id": 7}})
        if row["number"] == "refused":
            ledger.settle(meant.id, "somebody", Status.NOT_DONE, NOW)
    run = Run(KIND, driver.run(survey(account(), KIND, rows, {}, {})), 20)
    assert [(line.outcome, line.before) for line in run.lines[:2]] == [(Outcome.DONE, True), (Outcome.REJECTED, False)]
    assert run.lines[0].told == {"id": 7}
    assert [take(run).number, take(run).number, run.next(NOW)] == [5, 4, None]
    assert run.pause(NOW) == pytest.approx(60.0)
    assert take(run, NOW + 60).number == 3
    assert run.pause(NOW) is None


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [
        (errors.Refused, Outcome.REJECTED),
        (errors.NotFound, Outcome.REJECTED),
        (errors.InvalidInput, Outcome.REJECTED),
        (errors.ProtocolError, Outcome.REJECTED),
        (errors.OutcomeUnknown, Outcome.UNKNOWN),
        (errors.Unavailable, Outcome.OPEN),
    ],
)
def test_a_row_that_failed_does_not_stop_the_others(kind: type[FleetOpsError], outcome: Outcome) -> None:
    run = run_of(2)
    run.failed(take(run), kind("Sari is not known here"))
    assert run.lines[0].outcome is outcome
    assert run.stop is None
    run.ended(take(run), {"id": 1})
    error = run.verdict(fail_on_rejects=True)
    assert error is not None
    assert "Sari" not in str(error)
    assert error.retryable == (outcome is Outcome.OPEN)
    quiet = run.verdict(fail_on_rejects=False)
    assert (quiet is None) == (outcome is Outcome.REJECTED)


@pytest.mark.parametrize(
    "kind",
    [
        errors.AuthenticationError,
        errors.ConfigurationError,
        errors.PermissionDenied,
        errors.StoreUnavailable,
        errors.Throttled,
        errors.QuotaExhausted,
    ],
)
def test_an_error_that_holds_for_all_rows_stops_at_once(kind: type[FleetOpsError]) -> None:
    run = run_of(3)
    first, second = take(run), take(run)
    run.failed(first, kind("no", resume_at=later(5)))
    run.ended(second, {"id": 2})
    assert run.next(NOW + 60) is None
    assert run.pause(NOW) is None
    assert type(run.verdict(fail_on_rejects=True)) is kind
    assert run.tally() == {"rows": 3, "before": 0, "done": 1, "rejected": 0, "unknown": 0, "open": 2}


@pytest.mark.parametrize("kind", [errors.Busy, errors.Unavailable])
def test_a_row_that_has_to_wait_goes_last_and_not_for_ever(kind: type[FleetOpsError]) -> None:
    run = run_of(2)
    line = take(run)
    for tried in range(1, 4):
        run.failed(line, kind("somebody is at it", resume_at=later(10 * tried)))
        if tried == 1:
            assert take(run).number == 2
            run.ended(run.lines[1], {})
        assert (run.pause(NOW) is None) == (tried == 3)
        if tried < 3:
            assert run.next(NOW + 10 * tried - 1) is None
            assert take(run, NOW + 10 * tried) is line
    assert run.tally()["open"] == 1
    assert isinstance(run.verdict(fail_on_rejects=True), errors.Unavailable)


def test_rows_that_fail_one_after_the_other_are_not_to_blame() -> None:
    run = run_of(10, max_failures=3)
    for kind in (errors.Refused, errors.Refused):
        run.failed(take(run), kind("no"))
    run.ended(take(run), {})
    for kind in (errors.Refused, errors.Unavailable):
        run.failed(take(run), kind("no"))
    assert run.stop is None
    run.failed(take(run), errors.OutcomeUnknown("Sari", vendor="fake", status=503))
    assert isinstance(run.stop, errors.OutcomeUnknown)
    assert "3 rows failed one after the other" in str(run.stop)
    assert "Sari" not in str(run.stop)
    assert run.tally() == {"rows": 10, "before": 0, "done": 1, "rejected": 3, "unknown": 1, "open": 5}


@pytest.mark.parametrize(("kind", "tried"), [(errors.Refused, 4), (errors.Unavailable, 2), (errors.OutcomeUnknown, 2)])
def test_a_row_that_was_tried_before_counts_unless_it_is_refused(kind: type[FleetOpsError], tried: int) -> None:
    run = run_of(4, max_failures=2)
    for line in run.lines:
        line.tried = True
    while (one := run.next(NOW)) is not None:
        run.failed(one, kind("no"))
    assert sum(line.tries for line in run.lines) == tried
    assert (run.stop is None) == (tried == 4)


def test_rows_that_wait_too_long_give_the_worker_back() -> None:
    run = run_of(1)
    run.failed(take(run), errors.Busy("somebody is at it", resume_at=later(900)))
    run.give_up(NOW, 900.0)
    error = run.verdict(fail_on_rejects=True)
    assert isinstance(error, errors.Throttled)
    assert error.resume_at == later(900)


@pytest.mark.parametrize("sent", [False, True])
@pytest.mark.parametrize("task", ["the same", "another"])
def test_what_a_killed_try_of_the_same_task_had_not_sent_goes_at_once(sent: bool, task: str) -> None:
    driver = FakeDriver()
    ours = replace(account(), caller=Caller(dag="d", run="r", task="t", try_number=2))
    row = {"number": "n", "amount": "1"}
    meant = _plan(ours, row, {}).meant
    killed = holder_of(ours.caller.key if task == "the same" else "d/r/another/-1")
    ledger = driver.store.ledger
    ledger.begin(meant, killed, NOW, 60.0)
    if sent:
        ledger.mark_sent(meant.id, killed, NOW, 60.0)
    run = Run(KIND, driver.run(survey(ours, KIND, [row], {}, {})), 20)
    free = task == "the same" and not sent
    assert (run.pause(NOW) == 0) == free
    assert ledger.begin(meant, holder_of(ours.caller.key), NOW, 60.0).granted == free
    if free:
        assert not ledger.mark_sent(meant.id, killed, NOW, 60.0)
