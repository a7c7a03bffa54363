"""The four connection forms on a running Airflow: what they show, what they save, what their Test button says."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from airflow_provider_fleetops import vendors
from airflow_provider_fleetops.demo.airflow import LocalAirflow
from airflow_provider_fleetops.demo.connections import connections
from airflow_provider_fleetops.protocol.connection import ConnectionForm, Extra
from airflow_provider_fleetops.sandbox import Sandbox
from tests.e2e.connections_page import FREE_TEXT, STANDARD, ConnectionsPage

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.e2e

Json = dict[str, Any]
_FIELDS = ("host", "login", "password", "port", "schema")  # in the order in which the UI shows them
_WIDGETS = {
    "secret": "input[type=password][name=element_{}]",
    "choice": "#element_{} [role=combobox]",
    "string": "input#element_{}:not([type=password])",
    "number": "input[role=spinbutton][name=element_{}]",
    "integer": "input[role=spinbutton][name=element_{}]",
    "boolean": "input[type=checkbox][name=element_{}]",
    "object": "#element_{} [role=code]",
}


@pytest.fixture
def ui(page: Page) -> ConnectionsPage:
    return ConnectionsPage(page)


@pytest.fixture
def accounts(fresh_sandbox: Sandbox) -> Mapping[str, Json]:
    """By vendor: a connection to the sandbox."""
    known = {name: fresh_sandbox.credentials(name) for name in vendors.NAMES}
    return {found["conn_type"]: found for found in connections(fresh_sandbox.url, known).values()}


def _sections(form: ConnectionForm) -> dict[str, list[Extra]]:
    sections: dict[str, list[Extra]] = {}
    for extra in form.extras:
        sections.setdefault(extra.section, []).append(extra)
    return sections


def _labels(form: ConnectionForm) -> Iterator[str]:
    yield "Description"
    yield from (form.relabeling.get(name, name.capitalize()) for name in _FIELDS if name not in form.hidden)


@pytest.mark.parametrize("name", vendors.NAMES)
def test_a_form_shows_its_own_fields_and_no_others(ui: ConnectionsPage, page: Page, pictures: Path, name: str) -> None:
    form = vendors.form(name)
    shown = ui.add(form.hook_name)
    assert shown.sections() == [STANDARD, *_sections(form), FREE_TEXT]
    assert shown.labels(STANDARD) == list(_labels(form))
    shown.picture(pictures / f"{name}-0.png")
    for number, (section, extras) in enumerate(_sections(form).items(), start=1):
        assert shown.labels(section) == [extra.label + " *" * extra.required for extra in extras]
        assert shown.helps(section) == [extra.help for extra in extras]
        for extra in extras:
            _check_widget(page, extra)
        shown.picture(pictures / f"{name}-{number}.png")


def _check_widget(page: Page, extra: Extra) -> None:
    from playwright.sync_api import expect

    kind = "secret" if extra.secret else "choice" if extra.enum else extra.type
    widget = page.locator(_WIDGETS[kind].format(extra.name))
    expect(widget, extra.name).to_have_count(1)
    if kind == "boolean":
        expect(widget, extra.name).to_be_checked(checked=extra.default)
    elif kind != "object":
        value = page.locator(f"[name=element_{extra.name}]")  # of a choice, a hidden field beside the combobox
        expect(value, extra.name).to_have_value("" if extra.default is None else str(extra.default))


@pytest.mark.parametrize("name", vendors.NAMES)
def test_a_connection_made_in_the_form_works(
    ui: ConnectionsPage, airflow: LocalAirflow, accounts: Mapping[str, Json], name: str
) -> None:
    form, account, conn_id = vendors.form(name), accounts[name], f"{name}_from_form"
    standard = {field: account[field] for field in (*form.required, "port")}
    given = {x.name: (x.section, account["extra"][x.name]) for x in form.extras if x.name in account["extra"]}
    shown = ui.add(form.hook_name)
    shown.fill(conn_id, standard, {})
    assert shown.can_save != any(extra.required for extra in form.extras)
    shown.fill(conn_id, {}, given)
    shown.save()

    saved = airflow.get(f"/connections/{conn_id}")
    secret = {extra.name for extra in form.extras if extra.secret}
    extras = {extra.name: extra.default for extra in form.extras}  # what was not touched: its default, else null
    extras |= {extra: "***" if extra in secret else text for extra, (_, text) in given.items()}
    assert saved["conn_type"] == name
    assert saved["password"] == "***"
    assert json.loads(saved["extra"]) == extras
    # Airflow's server builds the hook from what was saved, nulls included, and asks the vendor.
    assert ui.press_test(conn_id) == f"Connected. {vendors.vendor(name).probe_cost}"


def test_a_failed_test_says_why_and_shows_no_configuration(
    ui: ConnectionsPage, airflow: LocalAirflow, accounts: Mapping[str, Json]
) -> None:
    wrong = accounts["fl3xx"] | {"password": "marked-wrong-token", "extra": {"webhook_secret": "marked-signing-key"}}
    airflow.add_connection("fl3xx_wrong", wrong)
    ui.open()
    said = ui.press_test("fl3xx_wrong")
    assert said.startswith("AuthenticationError: ")
    assert "HTTP 401" in said
    assert "marked" not in said
    assert str(wrong["port"]) not in said
