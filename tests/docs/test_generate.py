"""The generated pages hold all that the code knows."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from airflow_provider_fleetops import vendors

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module", autouse=True)
def _documentation() -> Iterator[None]:
    """The build's own modules, as Sphinx's configuration makes them importable."""
    sys.path.insert(0, str(DOCS))
    yield
    sys.path.remove(str(DOCS))


def table_rows(page: str) -> dict[str, list[str]]:
    """The cells of each row of a class."""
    rows = [line.strip("| ").split(" | ") for line in page.splitlines() if line.startswith("| {py:class}")]
    return {re.search(r"`(\w+) <", cells[0])[1]: cells for cells in rows}


@pytest.mark.parametrize("name", vendors.NAMES)
def test_a_connection_page_has_every_extra_and_every_entry_once(name):
    from pages.connections import connection_page

    vendor = vendors.vendor(name)
    page = connection_page(vendor)
    first_cells = re.findall(r"^\| `([^`]+)`[^|]*\|", page, re.MULTILINE)
    expected = [*(extra.name for extra in vendor.form.extras), *vendor.endpoints]
    assert sorted(cell for cell in first_cells if cell in set(expected)) == sorted(expected)
    assert all(state in page for watch in vendor.watches.values() for state in watch.states)


@pytest.mark.parametrize("name", vendors.NAMES)
def test_each_row_has_as_many_cells_as_its_table(name):
    from pages.classes import operators_page
    from pages.connections import connection_page
    from pages.lists import LISTS

    pages = [connection_page(vendors.vendor(name)), operators_page(), *(make() for make in LISTS.values())]
    for block in re.findall(r"(?:^\|.*\n)+", "\n\n".join(pages), re.MULTILINE):
        assert len({len(re.findall(r"(?<!\\)\|", line)) for line in block.splitlines()}) == 1


@pytest.mark.parametrize("name", vendors.NAMES)
def test_a_page_of_operators_has_each_class_once_and_an_example_that_runs(name):
    from pages.classes import operators_page, vendor_classes, vendor_page
    from pages.parameters import path_of

    page, overview = vendor_page(name), operators_page()
    assert f":caption: dags/example_{name}.py" in page
    for cls in vendor_classes(name):
        assert page.count(f".. autoclass:: {path_of(cls)}\n") == 1
        assert overview.count(f"`{cls.__name__} <") == 1


def test_whatever_a_class_takes_is_described_where_the_class_is_or_one_link_away():
    from pages import classes
    from pages.parameters import bases, described, inherited

    shared = classes.shared()
    found = [cls for name in vendors.NAMES for cls in classes.vendor_classes(name)]
    found += [*classes.bulk(), *classes.classes("operators", "call"), *classes.classes("transfers", "object_storage")]
    assert len(found) > 150
    for cls in found:
        taken = {
            name
            for part in (cls, *bases(cls))
            if "__init__" in part.__dict__
            for name, parameter in inspect.signature(part.__dict__["__init__"]).parameters.items()
            if parameter.kind is parameter.KEYWORD_ONLY
        }
        text = "\n".join(inherited(cls, set(shared)))
        told = {*described(cls), *re.findall(r"^:param (\w+):", text, re.MULTILINE), *re.findall(r"``(\w+)``", text)}
        assert taken <= told, cls.__name__


def test_what_a_row_of_a_manifest_costs_is_said_the_same_everywhere():
    from pages.classes import operators_page
    from pages.lists import bulk_table

    here, there = table_rows(bulk_table()), table_rows(operators_page())
    assert len(here) == 4
    assert {name: cells[-1] for name, cells in here.items()} == {name: there[name][-1] for name in here}


def test_every_marked_region_of_a_dag_is_closed():
    from pages.classes import DAGS

    for path in DAGS.glob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert re.findall(r"\[START (\w+)\]", text) == re.findall(r"\[END (\w+)\]", text), path.name
