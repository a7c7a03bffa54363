"""The retry policy of Airflow 3.3: the error's own moment, or none at all."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from airflow_provider_fleetops.hooks.retry import FleetOpsRetryPolicy
from airflow_provider_fleetops.protocol.errors import NotFound, QuotaExhausted, Throttled, Unavailable

sdk = pytest.importorskip("airflow.sdk.definitions.retry_policy")
SOON = datetime.now(UTC) + timedelta(hours=3)


@pytest.mark.parametrize(
    ("error", "action", "delay"),
    [
        (Throttled("x", resume_at=SOON), "retry", timedelta(hours=3)),
        (QuotaExhausted("x", resume_at=SOON), "retry", timedelta(hours=3)),
        (Throttled("x", resume_at=SOON - timedelta(days=1)), "retry", timedelta(0)),
        (Unavailable("x"), "default", None),
        (NotFound("x"), "fail", None),
        (ValueError("x"), "default", None),
    ],
)
def test_decisions(error, action, delay):
    decision = FleetOpsRetryPolicy().evaluate(error, 1, 3)
    assert decision.action.value == action
    if delay is None:
        assert decision.retry_delay is None
    else:
        assert delay - timedelta(minutes=30) < decision.retry_delay < delay + timedelta(seconds=6)


def test_it_survives_serialization():
    policy = FleetOpsRetryPolicy()
    assert isinstance(FleetOpsRetryPolicy.deserialize(policy.serialize()), FleetOpsRetryPolicy)


def test_operators_have_it_mapped_ones_too_and_a_users_own_stays():
    from airflow.sdk import DAG, ExceptionRetryPolicy

    from airflow_provider_fleetops.operators.call import FleetOpsCallOperator

    own = ExceptionRetryPolicy(rules=[])
    given = {"vendor": "fl3xx", "endpoint": "aircraft.list"}
    with DAG("d", schedule=None):
        plain = FleetOpsCallOperator(task_id="plain", **given)
        chosen = FleetOpsCallOperator(task_id="chosen", retry_policy=own, **given)
        mapped = FleetOpsCallOperator.partial(task_id="mapped", **given).expand(arguments=[{}, {}])
    assert isinstance(plain.retry_policy, FleetOpsRetryPolicy)
    assert chosen.retry_policy is own
    real = mapped.unmap({"arguments": {}})
    assert isinstance(real.retry_policy, FleetOpsRetryPolicy)
