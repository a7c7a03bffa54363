"""Signing in to FASTTRAK, and what a connection can get wrong."""

from __future__ import annotations

from datetime import timedelta

import pytest
from airflow.sdk.exceptions import AirflowFailException

from airflow_provider_fleetops.hooks.fasttrak import FasttrakHook
from airflow_provider_fleetops.protocol import errors
from tests.airflow.fasttrak.kit import (
    CONTEXT,
    create,
    record,
    routes,
    sensor,
    stats,
)
from tests.conftest import START


def test_many_tasks_share_one_login_and_refresh_it(box):
    create()
    create(external_booking_id="b")
    box.control.advance(timedelta(minutes=31))
    sensor(reservation_ids=710_001, failure_states=[]).poke(CONTEXT)
    assert record(710_001)
    figures = stats(box)
    assert (figures["logins"], figures["refreshes"]) == (1, 1)
    assert [entry["status"] for entry in box.control.journal(broke="*")] == [401]  # the one that met the end


def test_an_ended_session_is_renewed_once_and_the_call_repeated(box):
    record(710_001)
    box.control.script("fasttrak", "revoke_tokens")
    assert record(710_001)
    assert routes(box, route="reservation.get") == ["reservation.get"] * 3


def test_a_wrong_password_is_tried_once_by_all_tasks(box, connect):
    connect(password="not the password")
    for _ in range(3):
        with pytest.raises(AirflowFailException) as caught:
            record(710_001)
        assert isinstance(caught.value, errors.AuthenticationError)
        assert "not the password" not in str(caught.value)
    assert len(box.control.journal(vendor="fasttrak")) == 1


@pytest.mark.parametrize(
    ("extra", "kind", "named"),
    [
        ({"partner_access_api_key": "0" * 32}, errors.AuthenticationError, "partner_access_api_key"),
        ({"system_id": "00000000-0000-0000-0000-000000000000"}, errors.ConfigurationError, "system_id"),
        ({"system_id": None}, errors.ConfigurationError, "system_id"),
        ({"partner_access_api_key": ""}, errors.ConfigurationError, "partner_access_api_key"),
        ({"time_zone": "Mars/Phobos", "times_are_local": True}, errors.ConfigurationError, "time_zone"),
        ({"sytem_id": "x"}, errors.ConfigurationError, "sytem_id"),
    ],
)
def test_a_wrong_connection_is_named_and_not_retried(box, connect, extra, kind, named):
    connect(extra=extra)
    with pytest.raises(AirflowFailException, match=named) as caught:
        FasttrakHook().reservations(START, START + timedelta(hours=1))
    assert isinstance(caught.value, kind)
    assert len(box.control.journal(vendor="fasttrak")) <= 1


def test_the_partner_login_has_its_own_path(box, connect):
    connect(extra={"login_kind": "partner"})
    assert record(710_001)
    assert box.control.journal(vendor="fasttrak")[0]["route"] == "auth.partner"


def test_a_denied_area_names_it(box):
    box.control.limits("fasttrak", denied_areas=["reservations"])
    with pytest.raises(AirflowFailException, match="'reservations'"):
        record(710_001)


def test_failures_inside_200_are_failures_too(box):
    box.control.limits("fasttrak", failures_as_200=1)
    with pytest.raises(AirflowFailException) as caught:
        record(999_999)
    assert isinstance(caught.value, errors.NotFound)
    with pytest.raises(AirflowFailException) as caught:
        create(vehicle_type_id=99)
    assert isinstance(caught.value, errors.Refused)


def test_the_test_button_costs_one_read_and_one_login(box):
    done, message = FasttrakHook().test_connection()
    assert done
    assert message.startswith("Connected")
    assert [entry["route"] for entry in box.control.journal(vendor="fasttrak")] == [
        "auth.web_service_user",
        "companies.list",
    ]
