"""What the README says is what the code does."""

from __future__ import annotations

import importlib
import inspect
import re
from pathlib import Path

import pytest

from airflow_provider_fleetops.provider_info import get_provider_info

ROOT = Path(__file__).parents[2]
TELLING = {"act", "entry", "default_target"}
README = (ROOT / "README.md").read_text(encoding="utf-8")


def quoted_region(path: str, name: str) -> str:
    text = (ROOT / path).read_text(encoding="utf-8")
    return text.split(f"# [START {name}]\n")[1].split(f"# [END {name}]")[0].strip()


def classes() -> list[type]:
    """Every operator and sensor that a user meets."""
    info = get_provider_info()
    modules = [path for kind in ("operators", "sensors") for entry in info[kind] for path in entry["python-modules"]]
    return [
        cls
        for path in modules
        for _, cls in inspect.getmembers(importlib.import_module(path), inspect.isclass)
        if cls.__module__ == path and re.fullmatch(r"(?!_)\w{8,}(Operator|Sensor)", cls.__name__)
        if TELLING & set(cls.__dict__)
    ]


def test_the_first_dag_is_the_one_that_runs_and_is_short():
    (block,) = re.findall(r"## A first DAG\n\n```python\n(.*?)\n```", README, re.DOTALL)
    assert block == quoted_region("dags/first_dag.py", "first_dag")
    assert len(block.splitlines()) < 30


def test_the_table_names_classes_that_exist_with_their_guarantees():
    known = {cls.__name__: getattr(cls, "guarantee", "read") for cls in classes()}
    rows = re.findall(r"\| `(\w+)` \| ([^|]+) \|", README)
    assert len(rows) >= 15
    assert {name: known.get(name) for name, _ in rows} == dict(rows)


@pytest.mark.parametrize("command", re.findall(r"make ([a-z]+)", README))
def test_each_make_command_exists(command):
    assert re.search(rf"^{command}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize("link", re.findall(r"\]\((docs/[\w-]+\.md)\)", README))
def test_each_link_leads_somewhere(link):
    assert (ROOT / link).is_file()


@pytest.mark.parametrize("page", [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")], ids=lambda page: page.name)
def test_no_page_holds_an_unsettled_merge(page):
    assert not re.search(r"^(<{7}|={7}|>{7})( |$)", page.read_text(encoding="utf-8"), re.MULTILINE)
