"""What Airflow reads of the package: metadata, forms, modules, DAG files."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from importlib import metadata, resources
from pathlib import Path

import jsonschema
import pytest

import airflow
from airflow_provider_fleetops import vendors
from airflow_provider_fleetops.provider_info import get_provider_info

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "airflow_provider_fleetops"
INFO = get_provider_info()
pytestmark = pytest.mark.compat


def modules(entry: dict) -> list[str]:
    """The modules of an entry; a transfer's has one."""
    return entry.get("python-modules") or [entry["python-module"]]


def _schema(name: str) -> dict:
    return json.loads((Path(airflow.__file__).parent / name).read_text())


def test_the_metadata_fit_both_schemas():
    jsonschema.validate(INFO, _schema("provider_info.schema.json"))
    strict = _schema("provider.yaml.schema.json")["properties"]["connection-types"]
    jsonschema.validate(INFO["connection-types"], strict)


def test_a_typo_in_a_form_is_refused():
    broken = json.loads(json.dumps(INFO["connection-types"]))
    next(iter(broken[0]["conn-fields"].values()))["descripton"] = "x"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(broken, _schema("provider.yaml.schema.json")["properties"]["connection-types"])


@pytest.mark.parametrize("kind", ["hooks", "operators", "sensors", "transfers", "triggers"])
def test_the_listed_modules_are_those_on_disk(kind):
    listed = {module for entry in INFO[kind] for module in modules(entry)}
    helpers = {"commit", "cursor", "formats", "job", "parts", "shape"} if kind == "transfers" else set()
    helpers |= {"__init__", "base", "caller", "entry", "errors", "feed", "output", "retry", "rows", "shared", "watcher"}
    files = [path for path in (PACKAGE / kind).rglob("*.py") if path.stem not in helpers]
    assert listed == {".".join(path.relative_to(ROOT).with_suffix("").parts) for path in files}
    for module in listed:
        importlib.import_module(module)


@pytest.mark.parametrize("entry", INFO["connection-types"], ids=lambda entry: entry["connection-type"])
def test_a_hook_agrees_with_its_form(entry):
    module, _, name = entry["hook-class-name"].rpartition(".")
    hook = getattr(importlib.import_module(module), name)
    conn_type = entry["connection-type"]
    assert (hook.conn_type, hook.hook_name) == (conn_type, entry["hook-name"])
    assert hook.conn_name_attr == f"{conn_type}_conn_id"
    assert hook.default_conn_name == f"{conn_type}_default"
    assert hook.vendor_name == conn_type


def test_secret_extras_are_masked_by_airflow_and_no_other_is():
    from airflow.sdk._shared.secrets_masker import DEFAULT_SENSITIVE_FIELDS

    for name in vendors.NAMES:
        for extra in vendors.form(name).extras:
            masked = any(word in extra.name.lower() for word in DEFAULT_SENSITIVE_FIELDS)
            assert masked == extra.secret, f"{name}.{extra.name}"


def test_only_required_fields_block_saving_and_all_are_explained():
    required = {"fasttrak": {"partner_access_api_key", "system_id"}}
    for entry in INFO["connection-types"]:
        for name, field in entry["conn-fields"].items():
            blocks = "null" not in field["schema"]["type"]
            assert blocks == (name in required.get(entry["connection-type"], ())), name
            assert field["label"], name
            assert len(field["description"]) > 20, name


@pytest.mark.parametrize("arguments", [("providers", "get", "airflow-provider-fleetops"), ("providers", "hooks")])
def test_airflow_lists_the_provider(arguments):
    answer = subprocess.run(
        [sys.executable, "-W", "error::DeprecationWarning:airflow_provider_fleetops", "-m", "airflow", *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        env=dict(os.environ),
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    words = vendors.NAMES if "hooks" in arguments else ("airflow-provider-fleetops",)
    assert all(word in answer.stdout for word in words)
    assert "airflow_provider_fleetops" not in answer.stderr, answer.stderr


def test_the_installed_distribution_declares_what_airflow_looks_for():
    points = metadata.entry_points(group="apache_airflow_provider")
    assert any(point.value == "airflow_provider_fleetops.provider_info:get_provider_info" for point in points)
    assert resources.files("airflow_provider_fleetops").joinpath("py.typed").is_file()


def test_no_module_of_ours_warns_of_a_deprecation():
    """Every public module, imported in a process of its own where a deprecation is an error."""
    modules = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for folder in ("hooks", "operators", "sensors", "transfers", "triggers", "vendors", "transports")
        for path in sorted((PACKAGE / folder).rglob("*.py"))
    ]
    script = (
        "import warnings, importlib, airflow.sdk\n"
        "seen = []\n"
        "warnings.showwarning = lambda m, c, f, *a: seen.append(f'{c.__name__}: {m} ({f})')\n"
        "warnings.simplefilter('always')\n"
        f"[importlib.import_module(m.removesuffix('.__init__')) for m in {modules!r}]\n"
        "print('\\n'.join(s for s in seen if 'eprecat' in s and 'fleetops' in s))\n"
    )
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120, check=True)
    assert answer.stdout.strip() == ""


def test_every_dag_file_is_imported_without_error_and_without_a_vendor_call(monkeypatch):
    import socket

    from airflow.dag_processing.dagbag import DagBag

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a DAG file opened a connection while it was read")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    bag = DagBag(str(ROOT / "dags"))
    assert bag.import_errors == {}
    assert {"fleet_day", *(f"example_{name}" for name in vendors.NAMES)} <= set(bag.dag_ids)
