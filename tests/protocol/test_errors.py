"""What an error says, and that it stays the same error wherever it travels."""

from __future__ import annotations

import copy
import pickle
from datetime import UTC, datetime

import pytest

from airflow_provider_fleetops.protocol import errors
from airflow_provider_fleetops.protocol.errors import Effect, FleetOpsError

RESUME = datetime(2031, 4, 3, tzinfo=UTC)
KINDS = [
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, FleetOpsError) and kind is not FleetOpsError
]


def full(kind: type[FleetOpsError]) -> FleetOpsError:
    return kind(
        "too fast",
        vendor="fl3xx",
        endpoint="flights.list",
        status=429,
        request_id="abc-1",
        effect=Effect.UNKNOWN,
        resume_at=RESUME,
        advice="Wait",
    )


def test_the_text_says_everything_once() -> None:
    assert str(full(errors.Throttled)) == (
        "fl3xx flights.list: too fast (HTTP 429, request id abc-1, effect unknown, "
        "not before 2031-04-03T00:00:00+00:00, safe to retry). Wait"
    )


def test_a_plain_error_says_only_what_it_knows() -> None:
    assert str(errors.Refused("the flight has landed")) == "the flight has landed (do not retry)"


def test_which_errors_may_be_retried() -> None:
    assert {kind.__name__ for kind in KINDS if kind.retryable} == {
        "Throttled",
        "Busy",
        "QuotaExhausted",
        "Unavailable",
        "StoreUnavailable",
    }


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("travel", [copy.copy, copy.deepcopy, lambda error: pickle.loads(pickle.dumps(error))])
def test_an_error_survives_a_journey(kind: type[FleetOpsError], travel: object) -> None:
    error = full(kind)
    error.add_note("seen on the way")
    arrived = travel(error)  # type: ignore[operator]
    assert type(arrived) is kind
    assert str(arrived) == str(error)
    assert vars(arrived) == vars(error)


@pytest.mark.parametrize("kind", KINDS)
def test_as_another_class_the_facts_stay(kind: type[FleetOpsError]) -> None:
    changed = full(errors.PermissionDenied).as_(kind, advice="Ask", what="no right")
    assert type(changed) is kind
    expected = vars(full(kind)) | {"advice": "Ask", "what": "no right"}
    assert vars(changed) == expected
    assert "no right" in str(changed)
