"""The generated pages hold all that the code knows."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

from airflow_provider_fleetops import vendors

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def generate() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_generate", DOCS / "generate.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", vendors.NAMES)
def test_a_connection_page_has_every_extra_and_every_entry_once(generate, name):
    vendor = vendors.vendor(name)
    page = generate.connection_page(vendor)
    first_cells = re.findall(r"^\| `([^`]+)`[^|]*\|", page, re.MULTILINE)
    expected = [*(extra.name for extra in vendor.form.extras), *vendor.endpoints]
    assert sorted(cell for cell in first_cells if cell in set(expected)) == sorted(expected)
    assert all(state in page for watch in vendor.watches.values() for state in watch.states)


@pytest.mark.parametrize("name", vendors.NAMES)
def test_each_row_has_as_many_cells_as_its_table(generate, name):
    page = generate.connection_page(vendors.vendor(name)) + "\n\n" + generate.operators_page()
    for block in re.findall(r"(?:^\|.*\n)+", page, re.MULTILINE):
        assert len({len(re.findall(r"(?<!\\)\|", line)) for line in block.splitlines()}) == 1


def test_each_vendor_has_an_example_that_runs(generate):
    page = generate.operators_page()
    for name in vendors.NAMES:
        assert f":caption: dags/example_{name}.py" in page


def test_every_marked_region_of_a_dag_is_closed(generate):
    for path in generate.DAGS.glob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert re.findall(r"\[START (\w+)\]", text) == re.findall(r"\[END (\w+)\]", text), path.name
