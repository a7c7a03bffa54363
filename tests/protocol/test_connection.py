"""Connections: the form, the allow-list of extras, the base URL, and errors that never repeat a value."""

from __future__ import annotations

import math
import traceback
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_fleetops import vendors
from airflow_provider_fleetops.protocol.connection import COMMON_EXTRAS, ConnectionForm, Extra
from airflow_provider_fleetops.protocol.errors import ConfigurationError
from airflow_provider_fleetops.protocol.vendor import Account
from tests.protocol import fakes

SECRET = "hunter2-secret"
FORM = ConnectionForm(
    conn_type="fake",
    hook_class="x.FakeHook",
    hook_name="Fake",
    relabeling={"login": "User"},
    placeholders={"host": "https://fake.example"},
    hidden=("schema",),
    extras=(
        Extra("mode", "Mode", "How.", enum=("fast", "safe"), default="safe"),
        Extra("rate", "Rate", "Calls a second.", type="number", minimum=0.5, maximum=10),
        Extra("burst", "Burst", "At once.", type="integer", default=2, minimum=1),
        Extra("strict", "Strict", "Or not.", type="boolean", default=True),
        Extra("client_secret", "Secret", "Keep it.", secret=True, identity=True),
        *COMMON_EXTRAS,
    ),
)


def account(**changes: Any) -> Account:
    facts = {"host": "https://fake.example", "port": None, "login": "user", "password": SECRET, "extras": {}} | changes
    return Account.of(fakes.account().vendor, "fleet", **facts)


def test_the_form_is_what_airflow_reads() -> None:
    form = FORM.metadata()
    assert (form["connection-type"], form["hook-class-name"], form["hook-name"]) == ("fake", "x.FakeHook", "Fake")
    assert form["ui-field-behaviour"] == {
        "hidden-fields": ["schema"],
        "relabeling": {"login": "User"},
        "placeholders": {"host": "https://fake.example"},
    }
    assert form["conn-fields"]["mode"]["schema"] == {
        "type": ["string", "null"],
        "default": "safe",
        "enum": ["fast", "safe"],
    }
    assert form["conn-fields"]["rate"]["schema"] == {"type": ["number", "null"], "minimum": 0.5, "maximum": 10}
    assert form["conn-fields"]["client_secret"]["schema"]["format"] == "password"


def test_a_required_extra_has_a_star_in_the_form_and_must_be_given() -> None:
    needed = Extra("system_id", "System id", "Names it.", required=True)
    assert needed.field()["schema"]["type"] == "string"
    assert needed.read("7") == "7"
    for value in (None, ""):
        with pytest.raises(ConfigurationError, match="extra 'system_id' is required"):
            needed.read(value)


def test_what_is_not_set_has_its_default() -> None:
    settings = FORM.read({"mode": None, "strict": ""})
    assert set(settings) == {extra.name for extra in FORM.extras}
    assert [settings[name] for name in ("mode", "rate", "burst", "strict")] == ["safe", None, 2, True]


@pytest.mark.parametrize(
    ("name", "given_", "read"),
    [
        ("mode", "fast", "fast"),
        ("rate", 2, 2),
        ("rate", "2.5", 2.5),
        ("burst", "7", 7),
        ("strict", "FALSE", False),
        ("paths", {"a.b": "/c"}, {"a.b": "/c"}),
    ],
)
def test_values_are_read_from_json_and_from_text(name: str, given_: Any, read: Any) -> None:
    found = FORM.read({name: given_})[name]
    assert (found, type(found)) == (read, type(read))


@pytest.mark.parametrize(
    ("extras", "said"),
    [
        ({"mode": "slow"}, "extra 'mode' must be one of fast, safe"),
        ({"mode": 7}, "extra 'mode' must be of type string, not int"),
        ({"mode": ["fast"]}, "extra 'mode' must be of type string, not list"),
        ({"rate": 0}, "extra 'rate' must be at least 0.5"),
        ({"rate": "11"}, "extra 'rate' must be at most 10"),
        ({"rate": "fast"}, "extra 'rate' must be of type number, not str"),
        ({"rate": True}, "extra 'rate' must be of type number, not bool"),
        ({"rate": math.nan}, "extra 'rate' must be a finite number"),
        ({"rate": math.inf}, "extra 'rate' must be a finite number"),
        ({"rate": 10**400}, "extra 'rate' must be at most 10"),
        ({"burst": 1.5}, "extra 'burst' must be of type integer, not float"),
        ({"burst": "9" * 99}, "extra 'burst' must be of type integer, not str"),
        ({"strict": 1}, "extra 'strict' must be of type boolean, not int"),
        ({"strict": "maybe"}, "extra 'strict' must be of type boolean, not str"),
        ({"client_secret": {"value": SECRET}}, "extra 'client_secret' must be of type string, not dict"),
        ({"paths": "/x"}, "extra 'paths' must be of type object, not str"),
        ({"mod": "fast"}, "unknown extra 'mod' in a fake connection (do not retry). Known extras: burst, "),
        ({"x" * 9999: SECRET}, "unknown extra 'xxx"),
        ({7: SECRET, "a": 1}, "unknown extra '7'"),
    ],
)
def test_a_wrong_extra_is_named_and_its_value_is_not(extras: Any, said: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        FORM.read(extras)
    assert said in str(caught.value)
    assert SECRET not in "".join(traceback.format_exception(caught.value))
    assert len(str(caught.value)) < 400


@given(
    extras=st.dictionaries(
        st.sampled_from([extra.name for extra in FORM.extras]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
            max_leaves=5,
        ),
    )
)
def test_any_json_is_read_within_bounds_or_refused(extras: Any) -> None:
    try:
        settings = FORM.read(extras)
    except ConfigurationError:
        return
    assert settings["mode"] in {"fast", "safe"}
    assert settings["rate"] is None or 0.5 <= settings["rate"] <= 10
    assert 0 <= settings["patience_seconds"] <= 600


@pytest.mark.parametrize(
    ("host", "port", "url"),
    [
        ("fake.example", None, "https://fake.example"),
        ("https://fake.example/", None, "https://fake.example"),
        ("fake.example/api/v2/", 8443, "https://fake.example:8443/api/v2"),
        ("https://fake.example:444", 8443, "https://fake.example:444"),
        ("http://127.0.0.1:9000", None, "http://127.0.0.1:9000"),
        ("http://localhost", 9000, "http://localhost:9000"),
        ("http://[::1]:9000/x", None, "http://[::1]:9000/x"),
        ("HTTPS://FAKE.example", None, "https://fake.example"),
        ("https://fake.example", 443, "https://fake.example"),
        ("https://fake.example:443/x", None, "https://fake.example/x"),
        ("https://fake.example:443", 8443, "https://fake.example"),
        ("https://fake.example.:443", None, "https://fake.example"),
        ("http://127.0.0.1:80", None, "http://127.0.0.1"),
        ("https://fake.example", 80, "https://fake.example:80"),
    ],
)
def test_the_base_url(host: str, port: int | None, url: str) -> None:
    assert account(host=host, port=port).base_url == url


@pytest.mark.parametrize(
    ("host", "port", "said"),
    [
        ("http://fake.example", None, "plain http"),
        ("http://127.0.0.1.evil.example", None, "plain http"),
        ("ftp://fake.example", None, "must be https://"),
        ("https://", None, "must be https://"),
        ("https:///hunter2-secret", None, "must be https://"),
        ("https://fake.example?key=hunter2-secret", None, "must be https://"),
        ("https://fake.example#hunter2-secret", None, "must be https://"),
        ("https://user:hunter2-secret@fake.example", None, "must not carry credentials"),
        ("user:hunter2-secret@fake.example", None, "must not carry credentials"),
        ("http://127.0.0.1@evil.example", None, "must not carry credentials"),
        ("https://fake.example\nX-Evil: 1", None, "must be a valid URL"),
        ("https://fake.example\n", None, "must not carry credentials, blanks or control"),
        ("https://fake.example/\x00", None, "must not carry credentials, blanks or control"),
        ("https://fake.example:port", None, "a number from 1 to 65535"),
        ("https://fake.example:99999", None, "a number from 1 to 65535"),
        ("https://[::1", None, "must be a valid URL"),
        ("https://hunter2-secret\u2100.example", None, "must be a valid URL"),
        ("fake.example", 0, "a number from 1 to 65535"),
        ("fake.example", -1, "a number from 1 to 65535"),
        ("fake.example", 70_000, "a number from 1 to 65535"),
        ("", None, "host"),
        ("https://fake.example..", None, "must be a host name"),
        ("https://.", None, "must be https://"),
    ],
)
def test_a_base_url_that_leads_elsewhere_is_refused(host: str, port: int | None, said: str) -> None:
    with pytest.raises(ConfigurationError, match=f"connection 'fleet': .*{said}") as caught:
        account(host=host, port=port)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("extras", "said"),
    [
        ({"paths": {"thing.get": "https://evil.example"}}, "a path that starts with /"),
        ({"paths": {"thing.get": ""}}, "a path that starts with /"),
        ({"paths": {"thing.get": 7}}, "a path that starts with /"),
        ({"paths": {"thing.get": "/a b"}}, "a path that starts with /"),
        ({"headers": {"x-key": "X-Evil\r\nHost"}}, "without blanks"),
        ({"methods": {"thing.get": None}}, "without blanks"),
        ({"parameters": ["a"]}, "must be of type object, not list"),
        ({"paths": "/x"}, "must be of type object, not str"),
    ],
)
def test_overrides_are_checked(extras: Any, said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        account(extras=extras)


def test_secrets_stay_out_of_reprs_and_of_the_shared_key() -> None:
    one = account()
    assert SECRET not in repr(one) + repr(one.secret) + one.key
    assert one.secrets == (SECRET,)


@pytest.mark.parametrize(
    ("changes", "same"),
    [
        ({}, True),
        ({"extras": {"read_timeout": 5}}, True),
        ({"password": f"{SECRET}\n"}, True),
        ({"host": "fake.example/"}, True),
        ({"host": "fake.example", "port": 443}, True),
        ({"host": "other.example"}, False),
        ({"login": "somebody"}, False),
        ({"password": "another"}, False),
    ],
)
def test_what_tells_one_account_from_another(changes: Any, same: bool) -> None:
    assert (account(**changes).key == account().key) is same


@pytest.mark.parametrize(
    ("vendor", "changes", "same"),
    [
        ("fl3xx", {"webhook_secret": "another"}, True),
        ("fl3xx", {"client_id": "another"}, True),
        ("fl3xx", {"password": "another"}, False),
        ("fl3xx", {"host": "https://other.example"}, False),
        ("fastrac", {"host": "https://fake.example/b2b"}, True),
        ("fastrac", {"password": "rotated"}, True),
        ("fastrac", {"login": "another"}, False),
        ("fasttrak", {"login": "another", "password": "another"}, True),
        ("fasttrak", {"partner_access_api_key": "another"}, False),
        ("fasttrak", {"system_id": "another"}, False),
        ("fasttrack360", {"login_password": "unused"}, True),
        ("fasttrack360", {"bearer_token": "rotated", "auth_mode": "api_key+bearer_static"}, True),
        ("fasttrack360", {"password": "another"}, False),
    ],
)
def test_limits_go_by_what_the_vendor_meters(vendor: str, changes: dict[str, str], same: bool) -> None:
    """Tokens do not: two connections that share a limit may sign in as different users."""
    extras = {"fasttrak": {"partner_access_api_key": "partner", "system_id": "7"}}.get(vendor, {})
    facts = {"host": "https://fake.example", "port": None, "login": "user", "password": SECRET}

    def key(**more: str) -> tuple[str, str]:
        own = {name: more[name] for name in facts if name in more}
        rest = {name: value for name, value in more.items() if name not in facts}
        one = Account.of(vendors.vendor(vendor), "fleet", **facts | own, extras=extras | rest)
        return one.meter, one.key

    (meter, credentials), (other_meter, other_credentials) = key(), key(**changes)
    assert (meter == other_meter) is same
    assert credentials != other_credentials
    assert SECRET not in meter


def test_a_missing_password_is_named() -> None:
    with pytest.raises(ConfigurationError, match=r"connection 'fleet'.*password.*is required"):
        account(password="")
