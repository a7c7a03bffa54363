"""What holds for every class that a DAG author meets, whoever wrote it."""

from __future__ import annotations

import importlib
import inspect
import re
from typing import Any

import pytest
from airflow.sdk import BaseOperator

from airflow_provider_fleetops import vendors
from airflow_provider_fleetops.operators.base import FleetOpsOperator
from airflow_provider_fleetops.operators.entry import FleetOpsEntryOperator
from airflow_provider_fleetops.protocol.endpoint import Kind
from airflow_provider_fleetops.provider_info import get_provider_info
from airflow_provider_fleetops.sensors.base import FleetOpsSensor


def _found(kind: str, base: type) -> list[Any]:
    """The classes of the listed modules that say what they do."""
    entries = get_provider_info()[kind]
    modules = dict.fromkeys(x for entry in entries for x in entry.get("python-modules") or [entry["python-module"]])
    return [
        cls
        for path in modules
        for cls in vars(importlib.import_module(path)).values()
        if inspect.isclass(cls) and issubclass(cls, base) and cls.__module__ == path
        if {"act", "entry", "row_kind", "default_target"} & set(cls.__dict__)
    ]


OPERATORS = [*_found("operators", FleetOpsOperator), *_found("transfers", FleetOpsOperator)]
SENSORS = _found("sensors", FleetOpsSensor)
ENTRIES = [cls for cls in OPERATORS if issubclass(cls, FleetOpsEntryOperator)]
each = pytest.mark.parametrize("cls", [*OPERATORS, *SENSORS], ids=lambda cls: cls.__name__)
each_entry = pytest.mark.parametrize("cls", ENTRIES, ids=lambda cls: cls.__name__)


def _parameters(cls: type) -> set[str]:
    return {name for base in cls.__mro__ if "__init__" in vars(base) for name in inspect.signature(base).parameters}


def _vendor(cls: Any) -> Any:
    module, _, name = cls.hook_name.partition(":")
    return vendors.vendor(getattr(importlib.import_module(module), name).vendor_name)


@each
def test_template_fields_are_parameters_and_none_is_personal(cls):
    fields = set(cls.template_fields)
    assert fields <= _parameters(cls)
    assert not fields & set(getattr(cls, "personal_fields", ()))
    assert getattr(cls, "conn_id_field", "fleetops_conn_id") in fields


@each
def test_every_parameter_is_documented_and_says_whether_it_is_templated(cls):
    text = " ".join("\n".join(inspect.getdoc(base) or "" for base in cls.__mro__[:-1]).split())
    told = dict(re.findall(r":param (\w+): (.*?)(?= :param |$)", text))
    own = [name for name in inspect.signature(cls).parameters if name not in ("self", "kwargs")]
    assert [name for name in own if name not in told] == []
    untold = [x for x in cls.template_fields if x in own and "(templated)" not in told[x]]
    assert untold == []


@each
def test_no_parameter_has_a_name_that_means_something_to_every_task(cls):
    """A DAG's ``default_args`` would set it: ``start_date`` of a job, ``email`` of a person."""
    ours = [base for base in cls.__mro__ if base.__module__.startswith("airflow_provider_fleetops")]
    own = {name for base in ours if "__init__" in vars(base) for name in inspect.signature(base).parameters}
    assert own & set(inspect.signature(BaseOperator).parameters) - {"self", "kwargs"} == set()


@each
def test_it_says_in_one_line_what_it_does(cls):
    first = (inspect.getdoc(cls) or "").split("\n", maxsplit=1)[0]
    assert first.endswith((".", ":", ";")) or len(first) > 60
    assert first != (inspect.getdoc(cls.__mro__[1]) or "").split("\n", maxsplit=1)[0]


@each_entry
def test_an_entry_operator_agrees_with_the_catalogue(cls):
    endpoint = _vendor(cls).endpoint(cls.entry)
    arguments = {field.name for field in (*endpoint.path_fields, *endpoint.query)}
    assert set(cls.takes.values()) <= arguments
    required = {f.name for f in (*endpoint.path_fields, *endpoint.query) if f.required and f.default is None}
    assert required <= set(cls.takes.values())
    assert not cls.sends or endpoint.body is not None
    assert {*cls.takes, *cls.sends} <= _parameters(cls)


@each_entry
def test_an_entry_operator_promises_what_the_catalogue_allows(cls):
    vendor = _vendor(cls)
    endpoint = vendor.endpoint(cls.entry)
    once = "effectively once" if cls.entry in vendor.tracings else "at most once"
    allowed = {Kind.READ: "read", Kind.IDEMPOTENT: "idempotent", Kind.UNSAFE: once}[endpoint.kind]
    assert cls.guarantee == allowed


@each_entry
def test_an_operation_key_is_taken_where_it_means_something_and_is_templated_there(cls):
    repeatable = _vendor(cls).endpoint(cls.entry).kind is not Kind.UNSAFE
    assert ("operation_key" in _parameters(cls)) == ("operation_key" in cls.template_fields) == (not repeatable)


@pytest.mark.parametrize("cls", [c for c in OPERATORS if "act" in vars(c)], ids=lambda cls: cls.__name__)
def test_an_operator_with_a_way_of_its_own_says_what_it_costs(cls):
    assert any("calls" in vars(base) for base in cls.__mro__ if base is not FleetOpsOperator)
